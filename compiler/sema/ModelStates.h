//===- ModelStates.h - What calls of models leave in their state ----------------===//
//
// Stage: sema. See Note [State of a model] in ModelStates.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_MODELSTATES_H
#define MDL_SEMA_MODELSTATES_H

#include "compiler/sema/Carried.h"

namespace mdl {

/// Remembers what a call has assigned to a state of its model; reports another shape.
void keepState(Elaborator &e, const ModelValue::Member &state, const Value &now, SourceRange range);

/// The states that code has changed since, but for those among `known`; of what can be used in `place`.
std::vector<AssignedVariable> changedStates(Elaborator &e, const StatesThen &since,
                                            llvm::ArrayRef<AssignedVariable> known, mlir::Block *place);

} // namespace mdl

#endif // MDL_SEMA_MODELSTATES_H
