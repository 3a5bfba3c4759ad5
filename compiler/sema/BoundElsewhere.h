//===- BoundElsewhere.h - Where a name that is not known here is bound ---------------------===//
#ifndef MDL_SEMA_BOUNDELSEWHERE_H
#define MDL_SEMA_BOUNDELSEWHERE_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Tells of an unknown name that the program binds it in a block that has ended, in a loop, or further down; false
/// where it does nothing of that.
bool noteBoundElsewhere(const Elaborator &e, const ast::NameRef &name, DiagnosticEngine::Builder &report);

} // namespace mdl

#endif // MDL_SEMA_BOUNDELSEWHERE_H
