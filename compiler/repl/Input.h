//===- Input.h - Where lines come from ----------------------------------------===//
//
// Stage: repl. A source of lines: a terminal with editing, history and completion (libedit),
// or a pipe or file. nextInput() puts together what belongs together.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_REPL_INPUT_H
#define MDL_REPL_INPUT_H

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mdl::repl {

struct ReadLine {
  enum Kind { Text, Cancelled, End } kind;
  std::string text; ///< Without its newline.
};

class LineSource {
public:
  virtual ~LineSource() = default;
  /// `continued`: the input that was begun goes on.
  virtual ReadLine read(bool continued) = 0;
  /// Whether the next line, if it can be known, goes on with the input though nothing is open.
  virtual bool nextContinues() { return false; }
  /// An input is complete.
  virtual void remember(const std::string &) {}
};

/// Standard input as it is; no prompts.
std::unique_ptr<LineSource> makePipeSource();

using Completer = std::function<std::vector<std::string>(const std::string &before, const std::string &word)>;
/// A terminal with prompts; the history is kept in a file between runs.
std::unique_ptr<LineSource> makeTerminalSource(Completer completer);

/// The lines of the next input joined, or why there is none. `lines` counts all that were read.
ReadLine nextInput(LineSource &source, unsigned &lines);

/// The line with colours for a terminal: keywords, numbers, strings, comments.
std::string highlighted(const std::string &line);

} // namespace mdl::repl

#endif // MDL_REPL_INPUT_H
