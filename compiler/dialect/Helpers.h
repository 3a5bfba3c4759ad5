//===- Helpers.h - Building mdl operations from C++ ---------------------------===//
//
// Short ways to sizes, constants, and the pair broadcast and sum, for the front end,
// the derivative rules and the lowering.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DIALECT_HELPERS_H
#define MDL_DIALECT_HELPERS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mdl {

/// The tensor type of a value.
inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}
inline mlir::Type elementType(mlir::Value value) { return tensorType(value).getElementType(); }

/// An equation of `mdl.einsum`, taken apart.
struct EinsumLetters {
  llvm::StringRef lhs, rhs, result;
  /// Nothing where the text is no equation or repeats a letter within a part.
  static std::optional<EinsumLetters> parse(llvm::StringRef equation);
};

/// The size of an axis: an attribute where the type tells it, else a `tensor.dim`.
mlir::OpFoldResult sizeOf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor, int64_t axis);
llvm::SmallVector<mlir::OpFoldResult> sizesOf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor);
/// A size as an `index` value.
mlir::Value sizeValue(mlir::OpBuilder &builder, mlir::Location loc, mlir::OpFoldResult size);

/// The type with these sizes and, in order, the values of the dynamic ones: what `$dynamicSizes` takes.
std::pair<mlir::RankedTensorType, llvm::SmallVector<mlir::Value>>
shapedBySizes(llvm::ArrayRef<mlir::OpFoldResult> sizes, mlir::Type elementType);

/// The sizes of the dynamic axes of `like`.
llvm::SmallVector<mlir::Value> dynamicSizes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value like);

/// A constant of rank 0; `type` is an element type. Booleans are 0 and 1.
mlir::Value scalarConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type, double value);
/// A tensor of the shape of `like` with all elements equal; `type` null: that of `like`.
mlir::Value fullLike(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value like, double value,
                     mlir::Type type = nullptr);
/// A tensor of given sizes with all elements equal.
mlir::Value full(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<mlir::OpFoldResult> sizes,
                 mlir::Type type, double value);

/// The number that all elements of a constant are, also behind broadcasts and reshapes.
std::optional<double> splatConstant(mlir::Value value);

/// `value` with its axes put at `dimensions` of a tensor of these sizes.
mlir::Value broadcastTo(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                        llvm::ArrayRef<mlir::OpFoldResult> sizes, llvm::ArrayRef<int64_t> dimensions);
/// `value`, which lacks `axes` of `like`, repeated along them: undoes a reduction's loss of shape.
mlir::Value broadcastAlong(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Value like,
                           llvm::ArrayRef<int64_t> axes);
/// A rank-0 value repeated to the shape of `like`.
mlir::Value splatLike(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value scalar, mlir::Value like);

/// The sum over all axes that are not in `dimensions`: the adjoint of `broadcastTo`.
mlir::Value sumTo(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, llvm::ArrayRef<int64_t> dimensions);

/// The same elements in another shape.
mlir::Value reshapeTo(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                      llvm::ArrayRef<mlir::OpFoldResult> sizes);

/// `value` as `type`, which differs from its own type in what is known of the sizes only.
mlir::Value refineTo(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Type type);

/// The axes below `rank` that are not in `axes`.
llvm::SmallVector<int64_t> otherAxes(int64_t rank, llvm::ArrayRef<int64_t> axes);

/// Gives `tensor.cast` its derivative; done when the dialect is loaded.
void attachCastModel(mlir::MLIRContext *context);

} // namespace mdl

#endif // MDL_DIALECT_HELPERS_H
