//===- Generic.h - Building linalg.generic -------------------------------------===//
//
// Short ways to the forms of `linalg.generic` that this stage makes.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_LOWER_GENERIC_H
#define MDL_LOWER_GENERIC_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mdl {

/// Gives the scalar result from the operands' scalars.
using ScalarBody = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// A tensor of these sizes without contents; `type` says which of them are static.
mlir::Value emptyTensor(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                        llvm::ArrayRef<mlir::OpFoldResult> sizes);
/// A tensor of these sizes with all elements `value`.
mlir::Value filledTensor(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                         llvm::ArrayRef<mlir::OpFoldResult> sizes, mlir::Value value);

/// The sizes of a tensor of `type` whose `?` are, in order, `dynamicSizes`.
llvm::SmallVector<mlir::OpFoldResult> mixedSizes(mlir::RankedTensorType type, mlir::ValueRange dynamicSizes);

/// A parallel loop nest over the result: each input is read through its map, the body gives the element.
mlir::Value mapTensors(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                       llvm::ArrayRef<mlir::OpFoldResult> sizes, mlir::ValueRange inputs,
                       llvm::ArrayRef<mlir::AffineMap> maps, ScalarBody body);

/// result[d…] = source[map(d…)[symbols]]: an index map where linalg can say it, else reads in the body.
mlir::Value readThrough(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                        llvm::ArrayRef<mlir::OpFoldResult> sizes, mlir::Value source, mlir::AffineMap map,
                        mlir::ValueRange symbols);

/// The only element of a tensor of rank 0.
mlir::Value extractScalar(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor);
/// A tensor of rank 0.
mlir::Value scalarTensor(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value scalar);
/// A number of a lowered element type; infinity for `infinite` floats is asked for with HUGE_VAL.
mlir::Value numberConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type, double value);

/// f32 for half precision, in which nothing is summed.
mlir::Type accumulatorType(mlir::Type type);
/// `value`, accumulated in another float type, as `type`.
mlir::Value narrowTo(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::RankedTensorType type,
                     llvm::ArrayRef<mlir::OpFoldResult> sizes);

} // namespace mdl

#endif // MDL_LOWER_GENERIC_H
