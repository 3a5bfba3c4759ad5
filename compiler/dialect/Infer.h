//===- Infer.h - Result types of mdl operations -------------------------------===//
//
// What the operations' type inference and verifiers share. Errors go to `loc` where
// there is one.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DIALECT_INFER_H
#define MDL_DIALECT_INFER_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

namespace mdl {

/// The shape that all operands agree on, where each `?` takes a size that another operand knows.
mlir::FailureOr<llvm::SmallVector<int64_t>> mergeShapes(std::optional<mlir::Location> loc, mlir::TypeRange types);

/// Fails unless axes increase and lie below `rank`.
llvm::LogicalResult checkAxes(std::optional<mlir::Location> loc, llvm::ArrayRef<int64_t> axes, int64_t rank);
/// Fails unless the axis lies below `rank`.
llvm::LogicalResult checkAxis(std::optional<mlir::Location> loc, int64_t axis, int64_t rank);

/// Fails unless there is an index operand for each `?` of the result.
llvm::LogicalResult verifyDynamicSizes(mlir::Operation *op, mlir::RankedTensorType result, mlir::ValueRange sizes);

/// Elementwise inference; `elementType` null: that of the last operand, which the one before it must share.
llvm::LogicalResult inferElementwise(std::optional<mlir::Location> loc, mlir::ValueRange operands,
                                     mlir::Type elementType, llvm::SmallVectorImpl<mlir::Type> &results);

/// `tensor<3xf32>` once when both types are the same, else both with a comma between.
mlir::ParseResult parseOperandTypes(mlir::OpAsmParser &parser, mlir::Type &lhs, mlir::Type &rhs);
void printOperandTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::Type lhs, mlir::Type rhs);

/// The result has the operands' shape and the last operand's element type.
template <typename Op> struct ElementwiseTypes : mlir::OpTrait::TraitBase<Op, ElementwiseTypes> {
  static llvm::LogicalResult inferReturnTypes(mlir::MLIRContext *, std::optional<mlir::Location> loc,
                                              mlir::ValueRange operands, mlir::DictionaryAttr, mlir::OpaqueProperties,
                                              mlir::RegionRange, llvm::SmallVectorImpl<mlir::Type> &results) {
    return inferElementwise(loc, operands, nullptr, results);
  }
};

/// The result has the operands' shape and element type i1.
template <typename Op> struct PredicateTypes : mlir::OpTrait::TraitBase<Op, PredicateTypes> {
  static llvm::LogicalResult inferReturnTypes(mlir::MLIRContext *context, std::optional<mlir::Location> loc,
                                              mlir::ValueRange operands, mlir::DictionaryAttr, mlir::OpaqueProperties,
                                              mlir::RegionRange, llvm::SmallVectorImpl<mlir::Type> &results) {
    return inferElementwise(loc, operands, mlir::IntegerType::get(context, 1), results);
  }
};

} // namespace mdl

#endif // MDL_DIALECT_INFER_H
