//===- Repl.h - The session behind `mdl repl` ---------------------------------===//
//
// Stage: repl. Takes inputs, each a command (`:type x`) or lines of the language; keeps
// what they define. Output and results go to standard output, messages to standard error.
// An input that fails, in whatever way, leaves the session as it was.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_REPL_REPL_H
#define MDL_REPL_REPL_H

#include "compiler/driver/Lookup.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/repl/LineCompiler.h"
#include "compiler/sema/LineScope.h"
#include "mlir/IR/MLIRContext.h"

namespace mdl::repl {

class Repl {
public:
  /// Null, with the reason in `error`, when the runtime or ORC is not there.
  static std::unique_ptr<Repl> create(bool terminal, std::string &error);

  enum class Outcome : uint8_t { Done, Failed, Interrupted, Quit };
  /// Runs one input whose first line is the `line`th that was read.
  Outcome run(const std::string &text, unsigned line);

  /// Ways to go on with a word: names, behind a dot fields, parts and functions, in a command files. `before` is what
  /// stands before it on the line.
  std::vector<std::string> completions(const std::string &before, const std::string &word);

private:
  Repl(std::unique_ptr<Runtime> runtime, std::unique_ptr<Jit> jit, bool terminal);

  Outcome command(const std::string &name, const std::string &rest, unsigned line, unsigned column);
  /// What is typed for a command out of habit: `quit`, `exit()`, `help`, `help(f)`, `?f`, `f?`.
  std::optional<Outcome> plainWord(const std::string &text);
  Outcome help(llvm::StringRef word);
  std::vector<std::string> membersOf(const std::string &expression);
  /// The AST of a text that stands at that place of the input; with errors to report if there are any.
  const ast::Module *read(const std::string &text, unsigned line, unsigned column);
  /// The AST of a text that stands at that place of the input; null (reported) if there is none.
  const ast::Module *parse(const std::string &text, unsigned line, unsigned column);
  const ast::Module *parseFile(const std::string &path);
  /// `text` is what `:save` writes of it.
  Outcome execute(const ast::Module *input, const std::string &text, bool showTimes = false);
  Outcome runCode(LineScope &line, const LineCode &code, SourceRange range, LineTimes &times);
  void show(const LineScope &line);
  /// The text of the messages, which are forgotten.
  std::string takeMessages();
  /// Prints the messages and forgets them; whether there was no error.
  bool report();

  LookupResult docOf(const std::string &name) const;
  Outcome typeOf(const ast::Module *input);
  Outcome gradientOf(const ast::Module *input);
  Outcome printStage(const ast::Module *input, Stop stop);
  Outcome load(const std::string &path);
  bool isRefused(const ast::Module &input);
  Outcome loadPart(const ast::Module &part, const std::string &text);
  Outcome save(const std::string &path);
  Outcome reset();

  Compilation compilation;
  mlir::MLIRContext context;
  std::unique_ptr<SessionScope> session;
  std::unique_ptr<Runtime> runtime;
  std::unique_ptr<Jit> jit;
  LineCompiler compiler;
  std::vector<std::string> accepted; ///< Inputs that did more than show a value, for `:save`.
  bool terminal;                     ///< Colours; Ctrl-C cancels a line.
};

/// From the first statement to the last.
SourceRange rangeOf(const ast::Module &input);

/// `mdl repl`: reads standard input to its end. Gives the exit status.
int replCommand();

} // namespace mdl::repl

#endif // MDL_REPL_REPL_H
