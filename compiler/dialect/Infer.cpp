//===- Infer.cpp - Result types of mdl operations -----------------------------===//

#include "compiler/dialect/Infer.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace mdl;

FailureOr<SmallVector<int64_t>> mdl::mergeShapes(std::optional<Location> loc, TypeRange types) {
  auto first = cast<RankedTensorType>(types.front());
  SmallVector<int64_t> shape(first.getShape());
  for (Type type : types.drop_front()) {
    auto other = cast<RankedTensorType>(type).getShape();
    bool agree = other.size() == shape.size();
    for (size_t i = 0; agree && i < shape.size(); ++i) {
      agree = ShapedType::isDynamic(shape[i]) || ShapedType::isDynamic(other[i]) || shape[i] == other[i];
      if (ShapedType::isDynamic(shape[i]))
        shape[i] = other[i];
    }
    if (!agree)
      return emitOptionalError(loc, "operands differ in shape: ", Type(first), " and ", type);
  }
  return shape;
}

LogicalResult mdl::checkAxis(std::optional<Location> loc, int64_t axis, int64_t rank) {
  if (axis < 0 || axis >= rank)
    return emitOptionalError(loc, "axis ", axis, " is not below the rank ", rank);
  return success();
}

LogicalResult mdl::checkAxes(std::optional<Location> loc, ArrayRef<int64_t> axes, int64_t rank) {
  for (size_t i = 0; i < axes.size(); ++i) {
    if (failed(checkAxis(loc, axes[i], rank)))
      return failure();
    if (i && axes[i] <= axes[i - 1])
      return emitOptionalError(loc, "axes do not increase: ", axes[i], " after ", axes[i - 1]);
  }
  return success();
}

LogicalResult mdl::verifyDynamicSizes(Operation *op, RankedTensorType result, ValueRange sizes) {
  if (int64_t(sizes.size()) != result.getNumDynamicDims())
    return op->emitOpError() << "has " << sizes.size() << " sizes for the " << result.getNumDynamicDims()
                             << " dynamic axes of " << result;
  return success();
}

LogicalResult mdl::inferElementwise(std::optional<Location> loc, ValueRange operands, Type elementType,
                                    SmallVectorImpl<Type> &results) {
  auto shape = mergeShapes(loc, operands.getTypes());
  if (failed(shape))
    return failure();
  auto last = getElementTypeOrSelf(operands.back());
  if (operands.size() > 1) {
    auto before = getElementTypeOrSelf(operands[operands.size() - 2]);
    if (before != last)
      return emitOptionalError(loc, "operands differ in element type: ", before, " and ", last);
  }
  results.push_back(RankedTensorType::get(*shape, elementType ? elementType : last));
  return success();
}

ParseResult mdl::parseOperandTypes(OpAsmParser &parser, Type &lhs, Type &rhs) {
  if (parser.parseType(lhs))
    return failure();
  rhs = lhs;
  if (succeeded(parser.parseOptionalComma()))
    return parser.parseType(rhs);
  return success();
}

void mdl::printOperandTypes(OpAsmPrinter &printer, Operation *, Type lhs, Type rhs) {
  printer << lhs;
  if (lhs != rhs)
    printer << ", " << rhs;
}
