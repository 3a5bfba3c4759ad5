//===- Commands.cpp - `:type`, `:ir` and the other commands of the REPL -------===//

#include "compiler/driver/Lookup.h"
#include "compiler/driver/Lowering.h"
#include "compiler/print/Print.h"
#include "compiler/repl/Repl.h"
#include "compiler/sema/Documentation.h"
#include "compiler/sema/Members.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace mdl;
using namespace mdl::repl;

namespace {
struct CommandHelp {
  const char *name, *argument, *text;
};
} // namespace

static const CommandHelp commands[] = {
    {"type", "EXPRESSION", "its type; nothing is run"},
    {"grad", "FUNCTION", "its derivative as text: `:grad f` by its types, `:grad f(x, y)` at values"},
    {"ir", "LINE", "the operations of the line, derivatives included"},
    {"schedule", "LINE", "the kernels of the line and their loops"},
    {"time", "LINE", "runs the line and tells where the time went"},
    {"doc", "NAME", "signature, text and source of a builtin or library function"},
    {"explain", "CODE", "what a kind of message means, with an example"},
    {"load", "FILE", "runs a file; its names stay"},
    {"save", "FILE", "writes what was entered to a file, without what was only shown"},
    {"reset", "", "forgets all names"},
    {"help", "", "this text"},
    {"quit", "", "leaves (as Ctrl-D)"},
};

static void printHelp() {
  puts("An expression is shown with its type; `let`, `var`, `fn`, `model` and `import` make names that stay.");
  puts("Brackets that are open let an input go on. Ctrl-C cancels a line.\n");
  for (const CommandHelp &command : commands)
    printf("  :%-9s%-11s %s\n", command.name, command.argument, command.text);
}

static Repl::Outcome unknownCommand(const std::string &name) {
  std::vector<std::string> names;
  for (const CommandHelp &command : commands)
    names.emplace_back(command.name);
  std::string near = nearestName(name, names);
  fflush(stdout);
  fprintf(stderr, "error: there is no command `:%s`\nhint: %s\n", name.c_str(),
          near.empty() ? "`:help` lists them" : ("did you mean `:" + near + "`?").c_str());
  return Repl::Outcome::Failed;
}

static Repl::Outcome printLookup(const LookupResult &found) {
  fflush(stdout);
  fputs(found.error.c_str(), stderr);
  fputs(found.text.c_str(), stdout);
  return found.error.empty() ? Repl::Outcome::Done : Repl::Outcome::Failed;
}

Repl::Outcome Repl::command(const std::string &name, const std::string &rest, unsigned line, unsigned column) {
  auto *help = llvm::find_if(commands, [&](auto &command) { return command.name == name; });
  if (help == std::end(commands))
    return unknownCommand(name);
  if (bool(*help->argument) == rest.empty()) {
    fflush(stdout);
    fprintf(stderr, "error: `:%s` takes %s\n", help->name, *help->argument ? help->argument : "nothing");
    return Outcome::Failed;
  }
  std::string word = llvm::StringRef(rest).trim().str();
  if (name == "type")
    return typeOf(parse(rest, line, column));
  if (name == "grad")
    return gradientOf(parse(rest, line, column));
  if (name == "ir")
    return printStage(parse(rest, line, column), Stop::Grad);
  if (name == "schedule")
    return printStage(parse(rest, line, column), Stop::Kernels);
  if (name == "time")
    return execute(parse(rest, line, column), rest, /*showTimes=*/true);
  if (name == "doc")
    return printLookup(docOf(word));
  if (name == "explain")
    return printLookup(lookUpExplanation(word));
  if (name == "load")
    return load(word);
  if (name == "save")
    return save(word);
  if (name == "reset")
    return reset();
  if (name == "quit")
    return Outcome::Quit;
  printHelp();
  return Outcome::Done;
}

/// Of a function or model of the session before one of the library.
LookupResult Repl::docOf(const std::string &name) const {
  auto it = session->names->names.find(name);
  if (it == session->names->names.end() || !it->second.decl)
    return lookUpDoc(name);
  DocEntry entry = declarationEntry(compilation.sources, name, *it->second.decl);
  entry.module.clear();
  return {printDoc(entry), ""};
}

Repl::Outcome Repl::typeOf(const ast::Module *input) {
  if (!input)
    return Outcome::Failed;
  LineScope line(*session, *input, LineScope::Show::Type);
  if (!report())
    return Outcome::Failed;
  puts(line.hasResult ? line.resultType().c_str() : "nothing");
  return Outcome::Done;
}

Repl::Outcome Repl::gradientOf(const ast::Module *input) {
  if (!input)
    return Outcome::Failed;
  LineScope line(*session, *input, LineScope::Show::Gradient);
  Stop form = Stop::Mdl;
  bool ok =
      !compilation.diagnostics.hasErrors() && lowerModule(*line.module, form, Stop::Grad, compilation, rangeOf(*input));
  if (!report() || !ok) {
    auto *last = input->body->statements.empty() ? nullptr : ast::as<ast::ExprStmt>(input->body->statements.back());
    auto *name = last ? ast::as<ast::NameRef>(last->expr) : nullptr;
    if (name && session->names->find(name->name))
      fprintf(stderr, "hint: parameters without types are numbers here; `:grad %s(x)` takes the type of `x`\n",
              name->name.c_str());
    return Outcome::Failed;
  }
  std::string text = printFunctions(*line.module);
  if (text.empty()) {
    fflush(stdout);
    fputs(
        "error: there is no gradient in this\nhint: `:grad f` takes a function, `:grad grad(loss, wrt=p)` a gradient\n",
        stderr);
    return Outcome::Failed;
  }
  fputs(text.c_str(), stdout);
  return Outcome::Done;
}

Repl::Outcome Repl::printStage(const ast::Module *input, Stop stop) {
  if (!input)
    return Outcome::Failed;
  LineScope line(*session, *input);
  Stop form = Stop::Mdl;
  if (compilation.diagnostics.hasErrors() || !lowerModule(*line.module, form, stop, compilation, rangeOf(*input))) {
    report();
    return Outcome::Failed;
  }
  if (stop == Stop::Kernels) {
    KernelOptions options;
    options.schedulesOnly = true;
    auto kernels = takeKernels(compileKernels(*line.module, options), compilation, rangeOf(*input));
    if (!report() || !kernels)
      return Outcome::Failed;
    for (const CompiledKernel &kernel : *kernels)
      printf("%s\n", kernel.schedule.c_str());
    return Outcome::Done;
  }
  report();
  std::string text;
  llvm::raw_string_ostream out(text);
  line.module->lookupSymbol("mdl_main")->print(out);
  puts(text.c_str());
  return Outcome::Done;
}

//===--- Completion ----------------------------------------------------------===//

std::vector<std::string> Repl::completions(const std::string &before, const std::string &word) const {
  std::vector<std::string> names, fitting;
  bool isCommand = before == ":", isMember = !before.empty() && before.back() == '.';
  if (isCommand)
    for (const CommandHelp &command : commands)
      names.emplace_back(command.name);
  if (isMember) {
    size_t start =
        before.find_last_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", before.size() - 2);
    std::string base = before.substr(start + 1, before.size() - start - 2);
    if (Binding *binding = session->names->find(base))
      names = memberNames(binding->value);
  }
  // What the value holds comes before what can be called on it.
  if (!isCommand && llvm::none_of(names, [&](auto &name) { return llvm::StringRef(name).starts_with(word); }))
    for (Scope *scope : {session->names.get(), session->library.globals.get()})
      for (auto &[name, binding] : scope->names)
        if (!isMember || as<FunctionValue>(binding.value) || as<BuiltinValue>(binding.value))
          names.push_back(name);
  if (!isCommand && !isMember)
    for (const char *keyword : {"let", "var", "fn", "model", "import", "for", "while", "if", "else", "return", "true",
                                "false", "and", "or", "not", "train", "assert"})
      names.emplace_back(keyword);
  for (std::string &name : names)
    if (llvm::StringRef(name).starts_with(word))
      fitting.push_back(std::move(name));
  llvm::sort(fitting);
  fitting.erase(std::unique(fitting.begin(), fitting.end()), fitting.end());
  return fitting;
}
