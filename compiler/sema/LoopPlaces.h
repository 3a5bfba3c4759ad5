//===- LoopPlaces.h - Where loops and their assignments stand, for messages -----------------===//
//
// Stage: sema. That a variable would change its type is known where a loop's pass or a branch ends; the mistake is an
// assignment in it. A loop's scope keeps, behind names that no program can write, where the loop stands, where what it
// binds does, and where a pass assigned another type to what is around it.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_LOOPPLACES_H
#define MDL_SEMA_LOOPPLACES_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// `around`: the scope around the passes of the loop at `loop`.
void placeLoop(Scope &around, SourceRange loop);
/// `pass`: the scope of a pass, which has what the pattern binds.
void placePattern(Scope &pass, const ast::Pattern &pattern);
/// An assignment of a value of another type; the last one counts.
void placeAssignment(Elaborator &e, const std::string &name, SourceRange assignment);

/// Whether a loop binds it for each pass.
bool isBoundByLoop(Elaborator &e, const std::string &name);

/// Reports `type-changes` of a variable that a piece of code at `range` assigns: at the assignment, where one is known.
void reportTypeChange(Elaborator &e, const std::string &name, SourceRange defined, const Value &before,
                      const Value &after, SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_LOOPPLACES_H
