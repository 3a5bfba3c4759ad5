//===- GradientOps.h - Operations that only derivatives know ------------------===//
#ifndef MDL_DIALECT_GRADIENTOPS_H
#define MDL_DIALECT_GRADIENTOPS_H

#include "compiler/dialect/Mdl.h"

#define GET_OP_CLASSES
#include "compiler/dialect/GradientOps.h.inc"

namespace mdl {

/// On a `mdl.grad`: what it is taken of are independent of each other, and each gets only what does not go through
/// another one.
inline constexpr llvm::StringLiteral partialAttr = "mdl.partial";
/// On a `mdl.grad` of what another one gives: a derivative may be a step, such as that of relu, whose slope is 0.
inline constexpr llvm::StringLiteral higherAttr = "mdl.higher";

} // namespace mdl

#endif // MDL_DIALECT_GRADIENTOPS_H
