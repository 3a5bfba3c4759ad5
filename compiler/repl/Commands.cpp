//===- Commands.cpp - `:type`, `:ir` and the other commands of the REPL -------===//

#include "compiler/driver/Lookup.h"
#include "compiler/driver/Lowering.h"
#include "compiler/print/Print.h"
#include "compiler/repl/Completion.h"
#include "compiler/repl/Repl.h"
#include "compiler/sema/Documentation.h"
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
    {"ir", "LINE", "the operations of the line or of a function, derivatives included"},
    {"schedule", "LINE", "the kernels of the line or of a function, and their loops"},
    {"time", "LINE", "runs the line and tells where the time went"},
    {"doc", "[NAME]", "signature, text and source of a function, what a word means; without a name a list"},
    {"explain", "CODE", "what a kind of message means, with an example"},
    {"load", "FILE", "runs a file; its names stay"},
    {"save", "FILE", "writes what was entered to a file, without what was only shown"},
    {"reset", "", "forgets all names"},
    {"help", "[NAME]", "this text, or what there is to say of a name"},
    {"quit", "", "leaves (as Ctrl-D)"},
};

static const CommandHelp *findCommand(llvm::StringRef name) {
  auto *found = llvm::find_if(commands, [&](auto &command) { return command.name == name; });
  return found == std::end(commands) ? nullptr : found;
}

std::vector<std::string> mdl::repl::commandNames() {
  std::vector<std::string> names;
  for (const CommandHelp &command : commands)
    names.emplace_back(command.name);
  return names;
}

static void printCommand(const CommandHelp &command) {
  printf("  :%-9s%-11s %s\n", command.name, command.argument, command.text);
}

static void printHelp() {
  puts("An expression is shown with its type; `let`, `var`, `fn`, `model` and `import` make names that stay.");
  puts("Brackets that are open let an input go on. Ctrl-C cancels a line.\n");
  for (const CommandHelp &command : commands)
    printCommand(command);
}

static Repl::Outcome unknownCommand(const std::string &name) {
  std::string near = nearestName(name, commandNames());
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

/// The one file that `rest` names, with or without quotes.
static std::optional<std::string> fileNamed(const std::string &command, llvm::StringRef rest) {
  rest = rest.trim();
  for (llvm::StringRef quote : {"\"", "'"})
    if (rest.size() > 2 && rest.starts_with(quote) && rest.drop_front().find(quote) == rest.size() - 2)
      return expandHome(rest.drop_front().drop_back().str());
  if (rest.find_first_of(" \t\"'") == llvm::StringRef::npos)
    return expandHome(rest.str());
  fflush(stdout);
  fprintf(stderr, "error: `:%s` takes one file\nhint: a name with blanks stands in quotes: `:%s \"my file.mdl\"`\n",
          command.c_str(), command.c_str());
  return std::nullopt;
}

/// Of a command, of a name, or of both (`grad`).
Repl::Outcome Repl::help(llvm::StringRef word) {
  const CommandHelp *command = findCommand(word.ltrim(':'));
  if (word.empty())
    printHelp();
  if (command)
    printCommand(*command);
  if (word.empty() || word.starts_with(":"))
    return command || word.empty() ? Outcome::Done : unknownCommand(word.drop_front().str());
  // A value has no text, but a type.
  if (auto it = session->names->names.find(word.str()); it != session->names->names.end() && !it->second.decl)
    return typeOf(parse(word.str(), 1, 0));
  LookupResult found = docOf(word.str());
  if (command && !found.error.empty())
    return Outcome::Done;
  if (command)
    puts("");
  return printLookup(found);
}

std::optional<Repl::Outcome> Repl::plainWord(const std::string &text) {
  llvm::StringRef word = llvm::StringRef(text).trim();
  bool asksBefore = word.consume_front("?"), asks = word.consume_back("?") || asksBefore;
  bool calls = !asks && word.consume_back(")");
  auto [name, argument] = word.split('(');
  calls = calls && word.size() > name.size();
  llvm::StringRef asked = asks ? word.trim() : argument.trim();
  bool isName = asked.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") ==
                llvm::StringRef::npos;
  if (asks && isName)
    return help(asked);
  if (session->names->find(name.str()) || (!calls && word != name))
    return std::nullopt;
  if ((name == "quit" || name == "exit") && argument.empty())
    return Outcome::Quit;
  if (name == "help" && isName)
    return help(argument.trim());
  return std::nullopt;
}

Repl::Outcome Repl::command(const std::string &name, const std::string &rest, unsigned line, unsigned column) {
  const CommandHelp *known = findCommand(name);
  if (!known)
    return unknownCommand(name);
  bool isOptional = *known->argument == '[';
  if (!isOptional && bool(*known->argument) == rest.empty()) {
    fflush(stdout);
    fprintf(stderr, "error: `:%s` takes %s\n", known->name, *known->argument ? known->argument : "nothing");
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
    return printLookup(word.empty() ? LookupResult{printDocIndex(documentedNames()), ""} : docOf(word));
  if (name == "explain")
    return printLookup(lookUpExplanation(word));
  if (name == "load" || name == "save") {
    auto path = fileNamed(name, rest);
    return !path ? Outcome::Failed : name == "load" ? load(*path) : save(*path);
  }
  if (name == "reset")
    return reset();
  if (name == "quit")
    return Outcome::Quit;
  return help(word);
}

/// Of a function or model of the session before one of the library.
LookupResult Repl::docOf(const std::string &name) const {
  auto it = session->names->names.find(name);
  if (it == session->names->names.end() || !it->second.decl)
    return lookUpDoc(name);
  DocEntry entry = declarationEntry(compilation.sources, name, *it->second.decl);
  entry.module.clear();
  return {printDoc(entry, documentedNames()), ""};
}

Repl::Outcome Repl::typeOf(const ast::Module *input) {
  if (!input)
    return Outcome::Failed;
  LineScope line(*session, *input, LineScope::Show::Type);
  if (!report())
    return Outcome::Failed;
  auto bindings = line.bindings();
  for (const LineBinding &binding : bindings)
    printf("%s : %s\n", binding.name.c_str(), binding.type.c_str());
  if (line.hasResult || bindings.empty())
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
  LineScope line(*session, *input, LineScope::Show::Code);
  if (line.isGeneric && report()) {
    fputs("error: this function takes values of any type, and each call has code of its own\n"
          "hint: give it values, `f(ones([3]))`, or its parameters types, `fn f(x: f32[n]) = …`\n",
          stderr);
    return Outcome::Failed;
  }
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
    if (kernels->empty())
      puts("no kernel: what there is to do takes no loop");
    return Outcome::Done;
  }
  report();
  std::string text;
  llvm::raw_string_ostream out(text);
  line.module->lookupSymbol("mdl_main")->print(out);
  puts(text.c_str());
  return Outcome::Done;
}
