//===- EarlierLines.h - Gradients across the lines of a session ----------------------------===//
//
// Stage: sema, for the REPL. See Note [Gradients across lines].
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_EARLIERLINES_H
#define MDL_SEMA_EARLIERLINES_H

#include "compiler/sema/LineScope.h"

namespace mdl {

/// Whether the operation reads a slot.
bool isLoad(mlir::Operation *op);

/// Notes for each slot that the line stores what its tensor was computed from. Slots are told by their numbers in the
/// code.
void noteOrigins(mlir::ModuleOp line, llvm::ArrayRef<SlotPtr> inputs, llvm::ArrayRef<SlotPtr> outputs);

/// Reports the gradients whose loss an earlier line computed from what they are taken with respect to.
void checkGradients(mlir::ModuleOp line, llvm::ArrayRef<SlotPtr> inputs, Compilation &compilation);

} // namespace mdl

#endif // MDL_SEMA_EARLIERLINES_H
