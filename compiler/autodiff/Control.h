//===- Control.h - Derivatives through branches and loops ---------------------===//
#ifndef MDL_AUTODIFF_CONTROL_H
#define MDL_AUTODIFF_CONTROL_H

#include "compiler/autodiff/Reverse.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace mdl {

/// Whether the operation is a branch or a loop that `sweepControl` knows.
bool isControl(mlir::Operation *op);

/// One step of `sweepBack` for a branch or a loop. `ofResults` are the gradients of its results, null where there are
/// none. A loop may be replaced by one that keeps what its derivative needs; `active` and `adjoints` follow.
llvm::LogicalResult sweepControl(mlir::OpBuilder &builder, mlir::Operation *op, llvm::ArrayRef<mlir::Value> ofResults,
                                 ValueSet &active, Adjoints &adjoints);

/// `for` (Loops.cpp).
llvm::LogicalResult sweepFor(mlir::OpBuilder &builder, mlir::scf::ForOp loop, llvm::ArrayRef<mlir::Value> ofResults,
                             ValueSet &active, Adjoints &adjoints);

/// The loop without what it carries and nobody reads, in its passes or behind it (DropUnread.cpp).
mlir::scf::ForOp dropUnread(mlir::scf::ForOp loop, Removed &removed);

/// Whether what the loop carries in this place changes its size from pass to pass.
bool changesSize(mlir::scf::ForOp loop, unsigned carried);

/// Takes effects, and what was computed for them alone, out of the regions of what was repeated. Checks stay where this
/// runs before what it repeats.
void dropEffects(mlir::Operation *repeated, bool keepsChecks = false);

/// Whether a loop or branch cannot be repeated as it is.
bool needsTwin(mlir::Operation *control);

/// Goes back through a copy of it that can be (Twins.cpp).
llvm::LogicalResult sweepTwin(mlir::OpBuilder &builder, mlir::Operation *control, llvm::ArrayRef<mlir::Value> ofResults,
                              ValueSet &active, Adjoints &adjoints);

/// The values from outside that an operation's regions use and that can get a gradient.
llvm::SmallVector<mlir::Value> activeCaptures(mlir::Operation *op, const ValueSet &active);

/// What a call that cannot be repeated gave the first time.
using Recall = llvm::function_ref<mlir::Value(mlir::Value)>;

/// Repeats what the gradients of a block's yields need of it and goes back through it; `ofYields` are those gradients,
/// `mapping` what its arguments are. Inside, `active` are those outside and those in the block's own values.
llvm::LogicalResult repeatAndSweep(mlir::OpBuilder &builder, mlir::Block &block, mlir::IRMapping &mapping,
                                   llvm::ArrayRef<mlir::Value> ofYields, Recall recall, ValueSet &active,
                                   Adjoints &adjoints);

/// An error of the class `limit`: what could have a derivative, but not here.
mlir::InFlightDiagnostic emitLimit(mlir::Operation *op);

} // namespace mdl

#endif // MDL_AUTODIFF_CONTROL_H
