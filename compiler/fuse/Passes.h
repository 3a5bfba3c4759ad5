//===- Passes.h - Fusion into kernels -------------------------------------------===//
//
// Stage: fuse. Input: linalg on tensors with host scalars and runtime calls. Output:
// `mdl.kernel` symbols, one for each distinct piece of work, and `mdl.launch`.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_FUSE_PASSES_H
#define MDL_FUSE_PASSES_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mlir {
class OpPassManager;
}

namespace mdl {

/// Reads through copies: repetition, transposition, windows and fills become index maps and scalars of their users.
std::unique_ptr<mlir::Pass> createFoldViewsPass();
/// Moves reshapes of elementwise results to their operands, so that they part no kernels.
std::unique_ptr<mlir::Pass> createHoistReshapesPass();
/// Makes a sum over products one multiply-add, whether written as a product or as a comprehension.
std::unique_ptr<mlir::Pass> createFormContractionsPass();
/// Gives sums over windows an innermost axis that makes whole vectors.
std::unique_ptr<mlir::Pass> createWindowColumnsPass();
/// Groups operations into kernels.
std::unique_ptr<mlir::Pass> createOutlineKernelsPass();

/// Everything between lowering and memory planning, in order.
void addFusePasses(mlir::OpPassManager &manager);
void registerFusePasses();

} // namespace mdl

#endif // MDL_FUSE_PASSES_H
