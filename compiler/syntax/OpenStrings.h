//===- OpenStrings.h - Strings that are not closed on their line ---------------===//
//
// Stage: parser. A string ends on its line. One that does not hides the rest of the line, and
// a text that was meant to go over several lines all of these, up to its closing quote.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SYNTAX_OPENSTRINGS_H
#define MDL_SYNTAX_OPENSTRINGS_H

#include "compiler/support/Diagnostics.h"
#include "compiler/syntax/Layout.h"

#include <vector>

namespace mdl::syntax {

struct Fragment;

class OpenStrings {
public:
  OpenStrings(const Fragment &fragment, const Layout &layout);

  void report(DiagnosticEngine &diagnostics) const;
  /// Whether the token stands on a line of one.
  bool hide(size_t token) const;

private:
  /// The token that begins it, and the one whose quote was meant to end it: the same where it ends with its line.
  struct Extent {
    size_t begin, end;
  };
  bool ends(size_t token, size_t begin) const;

  const Fragment &fragment;
  const Layout &layout;
  std::vector<Extent> extents;
};

} // namespace mdl::syntax

#endif // MDL_SYNTAX_OPENSTRINGS_H
