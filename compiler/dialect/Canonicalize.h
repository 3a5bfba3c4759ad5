//===- Canonicalize.h - Simplifications of the mdl dialect --------------------===//
//
// Patterns that `-canonicalize` runs. They keep programs and derivatives readable and
// never make one operation into several.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DIALECT_CANONICALIZE_H
#define MDL_DIALECT_CANONICALIZE_H

#include "mlir/IR/PatternMatch.h"

namespace mdl {

/// x + 0, x * 1, -(-x) and so on.
void addArithmeticPatterns(mlir::RewritePatternSet &patterns);
/// Elementwise operations on constants, and on scalars that were repeated.
void addConstantPatterns(mlir::RewritePatternSet &patterns);
/// Broadcasts of broadcasts, reshapes of reshapes, and shape operations that do nothing.
void addShapePatterns(mlir::RewritePatternSet &patterns);
/// Transposes in and around `mdl.einsum`, and sums of products that are one.
void addContractPatterns(mlir::RewritePatternSet &patterns);
/// Sizes of results as sizes of operands, so that nothing is computed for its size; indices that are not from the end.
void addSizePatterns(mlir::RewritePatternSet &patterns);
/// Tensors without elements.
void addEmptyPatterns(mlir::RewritePatternSet &patterns);

} // namespace mdl

#endif // MDL_DIALECT_CANONICALIZE_H
