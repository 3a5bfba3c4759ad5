//===- Recursion.h - Calls that have no end -------------------------------------------------===//
//
// Stage: sema. Functions are elaborated at each call, so a recursion has to end by what is known when the program is
// compiled.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_RECURSION_H
#define MDL_SEMA_RECURSION_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Whether calls are nested too deep for this one, which is reported once for a declaration: each of the calls around
/// may call it twice. `decl` is the function or the model that is called; null for a lambda.
bool isTooDeep(Elaborator &e, const ast::Stmt *decl, const CallArguments &arguments);

} // namespace mdl

#endif // MDL_SEMA_RECURSION_H
