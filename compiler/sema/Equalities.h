//===- Equalities.h - What the program checks of sizes ------------------------------------===//
#ifndef MDL_SEMA_EQUALITIES_H
#define MDL_SEMA_EQUALITIES_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Behind a call: what the function's straight-line code, whose scope that is, has checked holds for its caller.
void learnFromCall(Elaborator &e, const Scope &function);

} // namespace mdl

#endif // MDL_SEMA_EQUALITIES_H
