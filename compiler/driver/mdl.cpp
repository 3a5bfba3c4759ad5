//===- mdl.cpp - The command `mdl` -----------------------------------------------------------------===//
//
// run, build, check, repl, doc, explain: see `mdl --help`. Exit status: 0, 1 for a program's error, 2 for a wrong
// command line.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/driver/CommandLine.h"
#include "compiler/driver/Lookup.h"
#include "compiler/driver/ProgramCache.h"
#include "compiler/driver/Session.h"
#include "compiler/link/Link.h"
#include "compiler/repl/Repl.h"

#include "CLI/CLI.hpp"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <unistd.h>

using namespace mdl;

static int check(const std::string &path) {
  Session session(path, /*keepFolder=*/true);
  return session.check() && session.lowerTo(Stop::Grad) ? 0 : 1;
}

/// The exit status after a command that wrote to standard output: a full disk is an error.
static int finish(int status) {
  llvm::outs().flush();
  std::cout.flush(); // `--help`
  bool failed = llvm::outs().has_error() || !std::cout || fflush(stdout) != 0 || ferror(stdout);
  llvm::outs().clear_error();
  if (failed)
    llvm::errs() << "error: cannot write to standard output\n";
  return failed ? 1 : status;
}

/// Writes what a stage gave to a file, or to standard output.
static int write(const std::string &text, const std::string &output) {
  if (output.empty()) {
    llvm::outs() << text;
    return 0;
  }
  std::string error;
  if (writeFile(output, text, error))
    return 0;
  llvm::errs() << "error: cannot write `" << output << "`: " << error << "\n";
  return 1;
}

static int emitStage(Session &session, const std::string &stage, const std::string &output) {
  if (stage == "ast") {
    std::string text = session.printAst();
    return text.empty() ? 1 : write(text, output);
  }
  session.compilation.outlineGradients = stage == "grad";
  if (!session.check())
    return 1;
  if (stage == "grad") {
    if (!session.lowerTo(Stop::Grad))
      return 1;
    return write(session.printGradients(), output);
  }
  if (stage == "mdl" || stage == "grad-ir" || stage == "kernels") {
    Stop stop = stage == "mdl" ? Stop::Mdl : stage == "grad-ir" ? Stop::Grad : Stop::Kernels;
    return session.lowerTo(stop) ? write(session.print(), output) : 1;
  }
  if (stage == "schedule") {
    auto kernels = session.kernels(/*schedulesOnly=*/true);
    if (!kernels)
      return 1;
    std::string text;
    for (auto &kernel : *kernels)
      text += kernel.schedule + "\n";
    return write(text, output);
  }
  auto text = session.host(stage);
  return text ? write(*text, output) : 1;
}

static int build(const std::string &path, std::string output, const std::string &stage, const std::string &target) {
  CacheFolder cache;
  Session session(path, /*keepFolder=*/false);
  session.target = target;
  if (!stage.empty())
    return emitStage(session, stage, output);
  if (output.empty()) {
    output = path.substr(path.find_last_of('/') + 1);
    if (size_t dot = output.find_last_of('.'); dot != std::string::npos && dot > 0)
      output.resize(dot);
    else
      output += ".out";
  }
  return session.check() && session.build(output) ? 0 : 1;
}

static int run(const std::string &path, const std::vector<std::string> &arguments) {
  CacheFolder cache;
  Session session(path, /*keepFolder=*/true);
  if (!session.check())
    return 1;
  std::string folder = kernelCacheFolder({}) + "/programs";
  if (auto code = llvm::sys::fs::create_directories(folder)) {
    llvm::errs() << "error: cannot make the folder `" << folder << "`: " << code.message() << "\n";
    return 1;
  }
  std::string executable = folder + "/" + session.key();
  if (isIntact(executable)) {
    fputs(keptWarnings(executable).c_str(), stderr);
  } else {
    size_t checked = session.compilation.diagnostics.all().size();
    if (!session.build(executable) || !keepWarnings(executable, session.messages(checked)) || !seal(executable))
      return 1;
  }
  std::vector<char *> argv{const_cast<char *>(path.c_str())};
  for (auto &argument : arguments)
    argv.push_back(const_cast<char *>(argument.c_str()));
  argv.push_back(nullptr);
  fflush(stdout);
  // The executable may be gone by then with the cache.
  int file = open(executable.c_str(), O_RDONLY | O_CLOEXEC);
  cache.remove();
  fexecve(file, argv.data(), environ);
  llvm::errs() << "error: cannot run `" << executable << "`: " << strerror(errno) << "\n";
  return 1;
}

int main(int argc, char **argv) {
  llvm::sys::PrintStackTraceOnErrorSignal(argv[0]);
  // What stands after `--` is the program's.
  std::vector<std::string> rest;
  int own = argc;
  for (int i = 1; i < argc; ++i)
    if (std::string(argv[i]) == "--") {
      own = i;
      rest.assign(argv + i + 1, argv + argc);
      break;
    }
  CLI::App app("mdl: models and their training, compiled");
  app.require_subcommand(1);
  app.set_version_flag("--version", "mdl 0.1.0");
  std::string path, output, stage, target;
  auto *runCommand = app.add_subcommand("run", "compile a program (from the cache when nothing changed) and run it");
  runCommand->add_option("program", path, "a .mdl file")->required();
  runCommand->footer("What stands after -- is given to the program: mdl run x.mdl -- --epochs 3");
  auto *buildCommand = app.add_subcommand("build", "make an executable, or show a stage");
  buildCommand->add_option("program", path, "a .mdl file")->required();
  buildCommand->add_option("-o,--output", output, "the executable or, with --emit, the file to write");
  buildCommand->add_option("--emit", stage, "show a stage instead")
      ->check(CLI::IsMember({"ast", "mdl", "grad", "grad-ir", "kernels", "schedule", "llvm", "asm", "obj"}));
  buildCommand->add_option("--target", target, "the processor: x86-64-v3 runs on most; without it this machine's")
      ->check(CLI::IsMember({"x86-64-v3"}));
  auto *checkCommand = app.add_subcommand("check", "names, types and shapes only");
  checkCommand->add_option("program", path, "a .mdl file")->required();
  auto *replCommandLine = app.add_subcommand("repl", "try things out: lines are compiled and run as they are entered");
  std::vector<std::string> words;
  auto *docCommandLine =
      app.add_subcommand("doc", "what a builtin, a library function or a word of the language means, with its source");
  docCommandLine->add_option("name", words, "such as softmax; without a name all are listed");
  auto *explainCommandLine = app.add_subcommand("explain", "what a kind of message means, with an example");
  explainCommandLine->add_option("code", words, "as the messages' last line has it; without one all are listed");
  try {
    app.parse(own, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0)
      return finish(app.exit(error));
    llvm::errs() << commandLineError(app, {argv + 1, argv + own}, error);
    return finish(2);
  }
  if (runCommand->parsed())
    return run(path, rest);
  if (buildCommand->parsed())
    return finish(build(path, output, stage, target));
  if (replCommandLine->parsed())
    return finish(repl::replCommand());
  if (docCommandLine->parsed())
    return finish(docCommand(words));
  if (explainCommandLine->parsed())
    return finish(explainCommand(words));
  return check(path);
}
