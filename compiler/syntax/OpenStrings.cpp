//===- OpenStrings.cpp - Strings that are not closed on their line -------------===//
//
// Stage: parser. See OpenStrings.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/OpenStrings.h"
#include "compiler/syntax/ErrorStrategy.h"

#include "grammar/MdlParser.h"

#include <algorithm>

using P = mdl::grammar::MdlParser;

namespace mdl::syntax {

OpenStrings::OpenStrings(const Fragment &fragment, const Layout &layout) : fragment(fragment), layout(layout) {
  for (size_t i = 0; i < layout.size(); ++i) {
    if (layout.lexedType(i) != P::OPEN_STRING)
      continue;
    bool isEnd = !extents.empty() && extents.back().begin == extents.back().end && ends(i, extents.back().begin);
    if (isEnd)
      extents.back().end = i;
    else
      extents.push_back({i, i});
  }
}

/// Whether what looks like an open string is the closing quote of the one at `begin`: nothing but closing brackets and
/// commas stands behind it, or a word right in front of it, where no string begins.
bool OpenStrings::ends(size_t token, size_t begin) const {
  const auto &tokens = layout.tokens();
  std::string_view text = fragment.textOf(tokens[token]);
  if (text[0] != fragment.textOf(tokens[begin])[0])
    return false;
  int before = layout.previous(token);
  bool touches = before >= 0 && tokens[size_t(before)]->getStopIndex() + 1 == tokens[token]->getStartIndex();
  bool isBehindWord =
      touches && layout.lexedType(size_t(before)) == P::NAME && fragment.textOf(tokens[size_t(before)]) != "f";
  return isBehindWord || text.find_first_not_of(")]},; ", 1) == std::string_view::npos;
}

bool OpenStrings::hide(size_t token) const {
  auto line = [&](size_t i) { return layout.tokens()[i]->getLine(); };
  return std::any_of(extents.begin(), extents.end(), [&](const Extent &extent) {
    return line(token) >= line(extent.begin) && line(token) <= line(extent.end);
  });
}

void OpenStrings::report(DiagnosticEngine &diagnostics) const {
  for (const Extent &extent : extents) {
    auto report = diagnostics.report(diag::UnterminatedString, fragment.range(layout.tokens()[extent.begin]));
    if (extent.end != extent.begin)
      report.hint("a string stands on one line: `\\n` in it begins a new one, and `+` joins two strings");
    // `'it's'`: a string ended earlier than it was meant to.
    char quote = fragment.textOf(layout.tokens()[extent.begin])[0];
    for (size_t before = extent.begin; before > 0 && layout.lexedType(before - 1) != P::NEWLINE; --before)
      if (std::string_view text = fragment.textOf(layout.tokens()[before - 1]);
          layout.lexedType(before - 1) == P::STRING && text[0] == quote && extent.end == extent.begin) {
        report.hint(std::string("inside of a string its own quote is written `\\") + quote +
                    "`, or the string stands in the other quotes");
        break;
      }
  }
}

} // namespace mdl::syntax
