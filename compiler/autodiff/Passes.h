//===- Passes.h - Derivatives -------------------------------------------------===//
//
// Stage: autodiff. Input: a module in the mdl dialect with `mdl.grad`. Output: the
// same without; derivatives are operations of the dialect like all others.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_AUTODIFF_PASSES_H
#define MDL_AUTODIFF_PASSES_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mdl {

/// -mdl-grad: replaces each `mdl.grad`, in program order, by the operations that compute it. What has no derivative is
/// an error at the `mdl.grad`, with a note where the dependence ends.
std::unique_ptr<mlir::Pass> createGradPass();

/// What an error of class `limit` begins with; the driver takes it off.
inline constexpr llvm::StringLiteral limitPrefix = "limit: ";

/// What a note begins with that the driver shows as a hint.
inline constexpr llvm::StringLiteral hintPrefix = "hint: ";

void registerAutodiffPasses();

} // namespace mdl

#endif // MDL_AUTODIFF_PASSES_H
