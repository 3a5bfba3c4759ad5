//===- CommandLine.cpp - What is wrong with a command line ---------------------===//

#include "compiler/driver/CommandLine.h"

#include "compiler/support/Diagnostics.h"

#include "CLI/CLI.hpp"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace mdl;

static std::string message(const std::string &error, const std::string &hint) {
  return "error: " + error + "\nhint: " + hint + "\n";
}

/// A first word that is no command: a program, another tool's name of a command, or a slip.
static std::string wrongCommand(const CLI::App &app, const std::string &word) {
  std::string error = "there is no command `" + word + "`";
  if (llvm::StringRef(word).ends_with(".mdl") || llvm::sys::fs::exists(word))
    return message(error, "`mdl run " + word + "` compiles and runs a program");
  if (word == "help" || word == "version")
    return message(error, "`mdl --" + word + "`");
  std::vector<std::string> names;
  for (const CLI::App *command : app.get_subcommands(nullptr))
    names.push_back(command->get_name());
  std::string near = nearestName(word, names);
  return message(error, near.empty() ? "`mdl --help` lists them" : "did you mean `mdl " + near + "`?");
}

/// The words that a command does not take.
static std::string wrongExtras(const CLI::App &command, const std::vector<std::string> &words) {
  std::vector<std::string> refused = command.remaining(/*recurse=*/true), inOrder;
  llvm::copy_if(words, std::back_inserter(inOrder),
                [&](const std::string &word) { return llvm::is_contained(refused, word); });
  const std::string &name = command.get_name();
  std::string extras = llvm::join(inOrder, " ");
  if (name == "run")
    return message("`mdl run` takes a program, found `" + extras + "` behind it",
                   "what is meant for the program stands behind `--`: `mdl run x.mdl -- " + extras + "`");
  std::vector<std::string> flags;
  for (const CLI::Option *option : command.get_options())
    for (const std::string &flag : option->get_lnames())
      flags.push_back("--" + flag);
  std::string near = inOrder.empty() ? "" : nearestName(llvm::StringRef(inOrder.front()).split('=').first, flags);
  return message("`mdl " + name + "` does not take `" + extras + "`",
                 near.empty() ? "`mdl " + name + " --help` tells what it takes" : "did you mean `" + near + "`?");
}

std::string mdl::commandLineError(const CLI::App &app, const std::vector<std::string> &words,
                                  const CLI::ParseError &error) {
  if (words.empty())
    return message("a command is missing", "`mdl run x.mdl` runs a program, `mdl repl` tries things out, `mdl --help` "
                                           "lists all");
  const std::string &first = words.front();
  auto commands = app.get_subcommands(nullptr);
  auto command = llvm::find_if(commands, [&](const CLI::App *each) { return each->get_name() == first; });
  if (command == commands.end() && first.rfind('-', 0) != 0)
    return wrongCommand(app, first);
  if (command == commands.end())
    return message("`mdl` has no flag `" + first + "`", "`mdl --help` lists what it takes");
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError))
    return message("`mdl " + first + "` needs a program", "`mdl " + first + " x.mdl`");
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError))
    return wrongExtras(**command, words);
  return message(error.what(), "`mdl " + first + " --help` tells what it takes");
}
