//===- Passes.h - From mdl to linalg ------------------------------------------===//
//
// Stage: lower. Input: a module in the mdl dialect without `mdl.grad`, with func, scf,
// arith. Output: linalg on tensors, scalars of the host in arith, calls of the runtime.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_LOWER_PASSES_H
#define MDL_LOWER_PASSES_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mlir {
class OpPassManager;
}

namespace mdl {

/// Replaces operations by cheaper ones: powers with a small constant exponent by products and roots.
std::unique_ptr<mlir::Pass> createStrengthReducePass();
/// Makes gradients of reads through windows transposes or convolutions.
std::unique_ptr<mlir::Pass> createScatterToWindowsPass();
/// Multiplies before a choice that places make, so that gradients of conditional sums are such sums.
std::unique_ptr<mlir::Pass> createChooseLastPass();
/// Makes sums of products contractions: what need not be summed leaves them, several factors become two.
std::unique_ptr<mlir::Pass> createFactorSumsPass();
/// Rewrites mdl operations on tensors to linalg, those on scalars to arith, random numbers and sorting to runtime
/// calls.
std::unique_ptr<mlir::Pass> createMdlToLinalgPass();

/// Everything between derivatives and fusion, in order.
void addLowerPasses(mlir::OpPassManager &manager);
void registerLowerPasses();

} // namespace mdl

#endif // MDL_LOWER_PASSES_H
