//===- Diagnostics.h - The registry of messages and the engine ----------------===//
//
// Every message is a named kind of Diagnostics.def, with its class, its code and
// its text. Text arguments are `{0}`, `{1}`… A diagnostic may carry notes (each with
// a range of its own) and hints.
//
//   diags.report(diag::UnknownName, range) << name
//        .hint("did you mean `{0}`?", nearest);
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SUPPORT_DIAGNOSTICS_H
#define MDL_SUPPORT_DIAGNOSTICS_H

#include "compiler/support/Source.h"

#include <string>
#include <string_view>
#include <vector>

namespace mdl {

/// Every kind of message; the list is Diagnostics.def.
enum class diag : uint16_t {
#define MDL_DIAG(Name, Class, Code, Text) Name,
#include "compiler/support/Diagnostics.def"
};

/// Error: the user's error. Warning: likely an error. Limit: a known limitation of ours. Bug: a bug of ours.
enum class DiagClass : uint8_t { Error, Warning, Limit, Bug };

struct DiagInfo {
  std::string_view name; ///< The kind's C++ name.
  DiagClass cls;
  std::string_view code; ///< What `mdl explain` takes, such as `unknown-name`.
  std::string_view text; ///< With `{0}` for arguments.
};
const DiagInfo &diagInfo(diag kind);
/// Whether it is more than a warning.
bool isError(diag kind);
/// All kinds in the order of the registry.
const std::vector<DiagInfo> &allDiagInfos();

struct DiagNote {
  SourceRange range;
  std::string text;
};

struct Diagnostic {
  diag kind;
  SourceRange range;
  std::string text;            ///< With the arguments put in.
  std::vector<DiagNote> notes; ///< Its own, then the context's.
  std::vector<std::string> hints;
  size_t contextNotes = 0;  ///< How many of the notes, at their end, are the context's.
  bool fromLibrary = false; ///< Found in the standard library, told at the program's call: the first one there counts.
};

/// Collects the messages of one compilation; prints them sorted by place, one per place and kind.
class DiagnosticEngine {
public:
  explicit DiagnosticEngine(const SourceManager &sources) : sources(sources) {}

  /// A handle to the diagnostic just reported, for notes and hints. Valid until the next report.
  class Builder {
  public:
    Builder(DiagnosticEngine &engine, size_t index) : engine(engine), index(index) {}
    Builder &note(SourceRange range, std::string text);
    Builder &hint(std::string text);
    /// Other frames than those of the engine; the outermost first.
    Builder &replaceContext(const std::vector<DiagNote> &frames);

  private:
    DiagnosticEngine &engine;
    size_t index;
  };

  /// Reports a message; `arguments` replace `{0}`, `{1}`…. What is found in the standard library stands at the call of
  /// the program that led there, and the library's line is a note.
  Builder report(diag kind, SourceRange range, std::vector<std::string> arguments = {});

  bool hasErrors() const { return errors > 0; }
  size_t errorCount() const { return errors; }
  const std::vector<Diagnostic> &all() const { return diagnostics; }
  /// Drops what was reported after `mark` (as given by all().size()): speculative checking.
  void rewind(size_t mark);

  /// Frames added to every later diagnostic as notes after its own, innermost first: `in the call of f here`.
  void pushContext(SourceRange range, std::string text);
  void popContext();
  const std::vector<DiagNote> &contexts() const { return context; }
  /// The number of the frames that stand now (-1: none), by which a later stage's message finds them again.
  int contextNumber() const { return innermost.empty() ? -1 : innermost.back(); }
  /// Lets the frames of that number stand, in the place of those of now.
  void enterContext(int number);

  /// The places in all() of what is shown, in the order of the text: one of a place and kind, and of what the standard
  /// library found one at a call, the one at an argument of it first.
  std::vector<size_t> shown() const;
  /// `path:line:col: error: text`, the source line, a caret range; notes likewise; hints as `hint: …`.
  /// Only those from `from` on.
  std::string render(bool colour, size_t from = 0) const;

private:
  friend class Builder;
  const SourceManager &sources;
  std::vector<Diagnostic> diagnostics;
  std::vector<DiagNote> context;
  std::vector<int> innermost;                   ///< For each frame of `context` its place in `frames`.
  std::vector<std::pair<DiagNote, int>> frames; ///< All there ever were, with the frame around each.
  size_t errors = 0;
};

/// The candidate nearest to `name` by edit distance, or "" when none is near enough to be meant.
std::string nearestName(std::string_view name, const std::vector<std::string> &candidates);

/// How an unknown name is used: alone, after a `.`, or before the `=` of an argument.
enum class NameUse { Alone, Member, Argument };

/// A hint for a name that is not known: what is written here for a name of NumPy, PyTorch or Python, else the nearest
/// candidate, else "".
std::string nameHint(std::string_view name, const std::vector<std::string> &candidates, NameUse use = NameUse::Alone);

} // namespace mdl

#endif // MDL_SUPPORT_DIAGNOSTICS_H
