//===- Control.h - Derivatives through branches and loops ---------------------===//
#ifndef MDL_AUTODIFF_CONTROL_H
#define MDL_AUTODIFF_CONTROL_H

#include "compiler/autodiff/Reverse.h"

namespace mdl {

/// Whether the operation is a branch or a loop that `sweepControl` knows.
bool isControl(mlir::Operation *op);

/// One step of `sweepBack` for a branch or a loop. `ofResults` are the gradients of its results, null where there are
/// none.
llvm::LogicalResult sweepControl(mlir::OpBuilder &builder, mlir::Operation *op, llvm::ArrayRef<mlir::Value> ofResults,
                                 const ValueSet &active, Adjoints &adjoints);

} // namespace mdl

#endif // MDL_AUTODIFF_CONTROL_H
