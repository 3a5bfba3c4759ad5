//===- RunTimePlace.h - A place of the source, for messages of the run --------===//
//
// Stage: sema, driver. An executable runs where its source is not: what a message of the run
// shows of the source is part of the program.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SUPPORT_RUNTIMEPLACE_H
#define MDL_SUPPORT_RUNTIMEPLACE_H

#include "compiler/support/Diagnostics.h"

namespace mdl {

/// What the runtime takes as `where`: `file:line:col`, then in lines of their own the source line, a caret range, and a
/// note for each call that `diagnostics` stands in, the innermost first. "" for a range that is nowhere.
std::string runTimePlace(const SourceManager &sources, const DiagnosticEngine &diagnostics, SourceRange range);

/// Marks an `mdl.string` that is such a text; of what can fail without a check of its own (a launch, an allocation) it
/// is the text.
inline constexpr const char *placeAttribute = "mdl.place";

} // namespace mdl

#endif // MDL_SUPPORT_RUNTIMEPLACE_H
