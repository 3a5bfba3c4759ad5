//===- KnownSizes.h - Where the sizes of tensors come from --------------------===//
//
// Sizes that are known at run time only are compared by where they come from: two axes of
// the same source have the same size.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DIALECT_KNOWNSIZES_H
#define MDL_DIALECT_KNOWNSIZES_H

#include "compiler/dialect/Mdl.h"

#include <optional>

namespace mdl {

/// The source of a size: a number or an `index` value; where `size` is null an axis of a tensor that tells no more.
struct SizeSource {
  mlir::OpFoldResult size = {};
  mlir::Value tensor = {};
  int64_t axis = 0;
  bool operator==(const SizeSource &other) const {
    return size == other.size && tensor == other.tensor && axis == other.axis;
  }
};

/// What the operands of the operation that makes `tensor` tell of an axis's size: one step towards its source. Nothing
/// where they tell nothing.
std::optional<SizeSource> sizeFromOperands(mlir::Value tensor, int64_t axis);

/// The source of an axis's size.
SizeSource sizeSource(mlir::Value tensor, int64_t axis);

/// The axes of a reshape's operand and those of its result that they are, where the two shapes differ in axes of size 1
/// only; nothing where they differ otherwise, or may.
std::optional<llvm::SmallVector<std::pair<int64_t, int64_t>>> alignedAxes(ReshapeOp op);

} // namespace mdl

#endif // MDL_DIALECT_KNOWNSIZES_H
