//===- Render.cpp - Diagnostics as text ---------------------------------------===//
//
// Stage: all. Input: the diagnostics of an engine; output: the text for standard error.
//
//===----------------------------------------------------------------------===//
#include "compiler/support/Diagnostics.h"
#include "compiler/support/RunTimePlace.h"

#include "llvm/Support/Unicode.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace mdl {

namespace {

/// Escape sequences, or nothing when the output is no terminal.
struct Palette {
  const char *bold = "", *red = "", *magenta = "", *cyan = "", *green = "", *reset = "";
  explicit Palette(bool colour) {
    if (!colour)
      return;
    bold = "\033[1m", red = "\033[1;31m", magenta = "\033[1;35m", cyan = "\033[1;36m", green = "\033[1;32m";
    reset = "\033[0m";
  }
};

/// More calls than this are told by their number only.
constexpr size_t MaxContextNotes = 8;
/// Longer lines are shown from near the caret on.
constexpr size_t MaxLineLength = 160;

class Renderer {
public:
  Renderer(const SourceManager &sources, bool colour) : sources(sources), palette(colour) {}

  void render(const Diagnostic &diagnostic) {
    DiagClass cls = diagInfo(diagnostic.kind).cls;
    bool warning = cls == DiagClass::Warning;
    std::string text = cls == DiagClass::Limit ? "known limitation: " + diagnostic.text : diagnostic.text;
    message(diagnostic.range, warning ? "warning" : "error", warning ? palette.magenta : palette.red, text);
    notes(diagnostic.notes, diagnostic.contextNotes);
    for (const std::string &hint : diagnostic.hints)
      out += std::string(palette.green) + "hint:" + palette.reset + " " + hint + "\n";
  }

  /// The calls among them stand at their end.
  void notes(const std::vector<DiagNote> &all, size_t calls) {
    size_t own = all.size() - calls;
    for (size_t i = 0; i < all.size(); ++i) {
      bool skipped = i >= own + MaxContextNotes / 2 && i + MaxContextNotes / 2 < all.size() && calls > MaxContextNotes;
      if (!skipped)
        message(all[i].range, "note", palette.cyan, all[i].text);
      else if (i == own + MaxContextNotes / 2)
        message({}, "note", palette.cyan, std::to_string(calls - MaxContextNotes) + " more calls");
    }
  }

  void place(SourceRange range) {
    LineColumn at = sources.lineColumn(range.file, range.begin);
    out += sources.path(range.file);
    out += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }

  /// The line of the range's start, and under it `^~~~` as far as the range goes on that line.
  void sourceLine(SourceRange range) {
    LineColumn place = sources.lineColumn(range.file, range.begin);
    std::string_view line = sources.line(range.file, place.line);
    std::string_view text = sources.text(range.file);
    size_t caret =
        std::min(size_t(text.data() + std::min<size_t>(range.begin, text.size()) - line.data()), line.size());
    size_t length = std::max<size_t>(1, range.end > range.begin ? range.end - range.begin : 1);
    size_t end = std::min(line.size(), caret + length);
    size_t from = 0, to = line.size();
    if (line.size() > MaxLineLength) {
      from = caret > MaxLineLength / 2 ? startOfCharacter(line, caret - MaxLineLength / 2) : 0;
      to = startOfCharacter(line, std::min(line.size(), from + MaxLineLength));
    }
    std::string before = from > 0 ? "…" : "", after = to < line.size() ? "…" : "";
    out += "  " + before + printable(line.substr(from, to - from)) + after + "\n  ";
    out += before.empty() ? "" : " ";
    std::string_view shown = line.substr(0, to);
    for (size_t i = from; i < caret; i = endOfCharacter(shown, i))
      out += shown[i] == '\t' ? "\t" : std::string(widthAt(shown, i), ' ');
    std::string marked(caret < to ? std::max<size_t>(1, widthAt(shown, caret)) : 1, '~');
    for (size_t i = endOfCharacter(shown, caret); i < std::min(end, to); i = endOfCharacter(shown, i))
      marked += std::string(widthAt(shown, i), '~');
    marked[0] = '^';
    out += palette.green + marked + palette.reset + "\n";
  }

  std::string take() { return std::move(out); }

private:
  void message(SourceRange range, const char *label, const char *colour, const std::string &text) {
    if (range.isValid()) {
      out += palette.bold;
      place(range);
      out += std::string(":") + palette.reset + " ";
    }
    out += std::string(colour) + label + ":" + palette.reset + " " + palette.bold + text + palette.reset + "\n";
    if (range.isValid())
      sourceLine(range);
  }

  static bool isContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }
  static size_t startOfCharacter(std::string_view line, size_t i) {
    while (i > 0 && i < line.size() && isContinuation(line[i]))
      --i;
    return i;
  }
  static size_t endOfCharacter(std::string_view line, size_t i) {
    for (++i; i < line.size() && isContinuation(line[i]);)
      ++i;
    return i;
  }
  /// The columns of a terminal that the character at `i` takes: two for those of East Asia, none for accents that stand
  /// on the one before.
  static size_t widthAt(std::string_view line, size_t i) {
    int width = llvm::sys::unicode::columnWidthUTF8(line.substr(i, endOfCharacter(line, i) - i));
    return width < 0 ? 1 : size_t(width);
  }
  /// Control characters would act on the terminal instead of being seen.
  static std::string printable(std::string_view text) {
    std::string result(text);
    for (char &c : result)
      if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F)
        c = '?';
    return result;
  }

  const SourceManager &sources;
  Palette palette;
  std::string out;
};

} // namespace

/// Whether a message of the library at `call` only follows from one that it has at an argument of that call.
static bool isTold(const std::vector<Diagnostic> &all, SourceRange call) {
  return std::any_of(all.begin(), all.end(), [&](const Diagnostic &other) {
    const SourceRange &range = other.range;
    return other.fromLibrary && isError(other.kind) && range.file == call.file && range.begin >= call.begin &&
           range.end <= call.end && range.end - range.begin < call.end - call.begin;
  });
}

std::vector<size_t> DiagnosticEngine::shown() const {
  std::vector<size_t> order;
  std::set<std::tuple<int32_t, uint32_t, uint32_t, diag, std::string>> seen;
  std::set<std::tuple<int32_t, uint32_t, uint32_t>> calls; // Of the library, whose first error tells the mistake.
  for (size_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic &diagnostic = diagnostics[i];
    const SourceRange &range = diagnostic.range;
    if (diagnostic.fromLibrary && isError(diagnostic.kind) &&
        (!calls.insert({range.file, range.begin, range.end}).second || isTold(diagnostics, range)))
      continue;
    // Messages without a place are told apart by their text.
    std::string text = range.isValid() ? "" : diagnostic.text;
    if (seen.insert({range.file, range.begin, range.end, diagnostic.kind, text}).second)
      order.push_back(i);
  }
  auto place = [&](size_t i) {
    const SourceRange &range = diagnostics[i].range;
    return std::tuple(!range.isValid(), range.file, range.begin);
  };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return place(a) < place(b); });
  // A name that is not known is told at its first use in a file.
  std::set<std::pair<int32_t, std::string>> unknown;
  auto isLater = [&](size_t i) {
    const Diagnostic &told = diagnostics[i];
    return told.kind == diag::UnknownName && !unknown.insert({told.range.file, told.text}).second;
  };
  order.erase(std::remove_if(order.begin(), order.end(), isLater), order.end());
  return order;
}

/// The note on the uses of an unknown name that follow its first one; nothing where there is none.
static std::optional<DiagNote> laterUses(const std::vector<Diagnostic> &all, const SourceManager &sources,
                                         const Diagnostic &first) {
  constexpr size_t Few = 8;
  std::map<unsigned, SourceRange> byLine;
  for (const Diagnostic &other : all)
    if (first.kind == diag::UnknownName && other.kind == first.kind && other.range.file == first.range.file &&
        other.text == first.text && other.range.begin > first.range.begin)
      byLine.insert({sources.lineColumn(other.range.file, other.range.begin).line, other.range});
  if (byLine.empty())
    return std::nullopt;
  std::string text = "it is used here, too";
  size_t count = 0;
  for (auto line = std::next(byLine.begin()); line != byLine.end() && count < Few; ++line, ++count) {
    text += count > 0 ? ", " : byLine.size() > 2 ? ", and in lines " : ", and in line ";
    text += std::to_string(line->first);
  }
  if (byLine.size() > Few + 1)
    text += " and " + std::to_string(byLine.size() - 1 - Few) + " more";
  return DiagNote{byLine.begin()->second, text};
}

std::string DiagnosticEngine::render(bool colour, size_t from) const {
  Renderer renderer(sources, colour);
  for (size_t i : shown()) {
    if (i < from)
      continue;
    Diagnostic diagnostic = diagnostics[i];
    if (auto later = laterUses(diagnostics, sources, diagnostic))
      diagnostic.notes.insert(diagnostic.notes.end() - long(diagnostic.contextNotes), *later);
    renderer.render(diagnostic);
  }
  return renderer.take();
}

std::string runTimePlace(const SourceManager &sources, const DiagnosticEngine &diagnostics, SourceRange range) {
  std::vector<DiagNote> calls;
  // A check in the standard library fails because of the call that led there.
  for (auto frame = diagnostics.contexts().rbegin(); frame != diagnostics.contexts().rend(); ++frame)
    if (sources.isLibrary(range))
      range = frame->range;
    else if (!sources.isLibrary(frame->range))
      calls.push_back(*frame);
  if (!range.isValid())
    return "";
  Renderer place(sources, /*colour=*/false), below(sources, /*colour=*/false);
  place.place(range);
  below.sourceLine(range);
  below.notes(calls, calls.size());
  return place.take() + "\n" + below.take();
}

} // namespace mdl
