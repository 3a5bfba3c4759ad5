//===- OwnNames.h - Names of the library that a program takes for itself -------------------===//
//
// Stage: sema, for printed gradients: a text that is pasted into the program must not mean by `sigmoid` what the
// program calls so.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_OWNNAMES_H
#define MDL_SEMA_OWNNAMES_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Notes on the module of printed gradients (`mdl.own_names`) which names of the library mean something of the
/// program's in a scope.
void noteOwnNames(Elaborator &e, const Scope *program, mlir::ModuleOp into);

} // namespace mdl

#endif // MDL_SEMA_OWNNAMES_H
