//===- Helpers.cpp - Building mdl operations from C++ -------------------------===//

#include "compiler/dialect/Helpers.h"

#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

OpFoldResult mdl::sizeOf(OpBuilder &builder, Location loc, Value tensor, int64_t axis) {
  int64_t size = tensorType(tensor).getDimSize(axis);
  if (ShapedType::isDynamic(size))
    return builder.createOrFold<tensor::DimOp>(loc, tensor, axis);
  return builder.getIndexAttr(size);
}

SmallVector<OpFoldResult> mdl::sizesOf(OpBuilder &builder, Location loc, Value tensor) {
  SmallVector<OpFoldResult> sizes;
  for (int64_t axis = 0; axis < tensorType(tensor).getRank(); ++axis)
    sizes.push_back(sizeOf(builder, loc, tensor, axis));
  return sizes;
}

Value mdl::sizeValue(OpBuilder &builder, Location loc, OpFoldResult size) {
  return getValueOrCreateConstantIndexOp(builder, loc, size);
}

std::pair<RankedTensorType, SmallVector<Value>> mdl::shapedBySizes(ArrayRef<OpFoldResult> sizes, Type elementType) {
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  for (OpFoldResult size : sizes) {
    if (auto known = getConstantIntValue(size)) {
      shape.push_back(*known);
    } else {
      shape.push_back(ShapedType::kDynamic);
      dynamic.push_back(cast<Value>(size));
    }
  }
  return {RankedTensorType::get(shape, elementType), dynamic};
}

SmallVector<Value> mdl::dynamicSizes(OpBuilder &builder, Location loc, Value like) {
  return shapedBySizes(sizesOf(builder, loc, like), elementType(like)).second;
}

Value mdl::scalarConstant(OpBuilder &builder, Location loc, Type type, double value) {
  Attribute element;
  if (isa<FloatType>(type))
    element = builder.getFloatAttr(type, value);
  else
    element = builder.getIntegerAttr(type, int64_t(value));
  auto scalar = RankedTensorType::get({}, type);
  return builder.create<ConstantOp>(loc, cast<ElementsAttr>(DenseElementsAttr::get(scalar, element)));
}

Value mdl::full(OpBuilder &builder, Location loc, ArrayRef<OpFoldResult> sizes, Type type, double value) {
  return broadcastTo(builder, loc, scalarConstant(builder, loc, type, value), sizes, {});
}

Value mdl::fullLike(OpBuilder &builder, Location loc, Value like, double value, Type type) {
  return full(builder, loc, sizesOf(builder, loc, like), type ? type : elementType(like), value);
}

std::optional<double> mdl::splatConstant(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<BroadcastOp, ReshapeOp, tensor::CastOp>(op))
      break;
    value = op->getOperand(0);
  }
  DenseElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || !elements.isSplat())
    return std::nullopt;
  if (auto number = dyn_cast<FloatAttr>(elements.getSplatValue<Attribute>()))
    return number.getValueAsDouble();
  auto number = dyn_cast<IntegerAttr>(elements.getSplatValue<Attribute>());
  if (!number)
    return std::nullopt;
  bool countsFromZero = number.getType().isUnsignedInteger() || number.getType().isInteger(1);
  return countsFromZero ? double(number.getValue().getZExtValue()) : double(number.getValue().getSExtValue());
}

Value mdl::broadcastTo(OpBuilder &builder, Location loc, Value value, ArrayRef<OpFoldResult> sizes,
                       ArrayRef<int64_t> dimensions) {
  if (dimensions.size() == sizes.size())
    return value;
  auto [type, dynamic] = shapedBySizes(sizes, elementType(value));
  return builder.create<BroadcastOp>(loc, type, value, dynamic, dimensions);
}

Value mdl::broadcastAlong(OpBuilder &builder, Location loc, Value value, Value like, ArrayRef<int64_t> axes) {
  if (axes.empty())
    return value;
  return broadcastTo(builder, loc, value, sizesOf(builder, loc, like), otherAxes(tensorType(like).getRank(), axes));
}

Value mdl::splatLike(OpBuilder &builder, Location loc, Value scalar, Value like) {
  return broadcastTo(builder, loc, scalar, sizesOf(builder, loc, like), {});
}

Value mdl::sumTo(OpBuilder &builder, Location loc, Value value, ArrayRef<int64_t> dimensions) {
  auto axes = otherAxes(tensorType(value).getRank(), dimensions);
  return axes.empty() ? value : builder.create<SumOp>(loc, value, axes).getResult();
}

Value mdl::reshapeTo(OpBuilder &builder, Location loc, Value value, ArrayRef<OpFoldResult> sizes) {
  auto [type, dynamic] = shapedBySizes(sizes, elementType(value));
  if (type == value.getType() && (type.hasStaticShape() || type.getRank() == 1))
    return value;
  return builder.create<ReshapeOp>(loc, type, value, dynamic);
}

Value mdl::refineTo(OpBuilder &builder, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return builder.createOrFold<tensor::CastOp>(loc, type, value);
}

SmallVector<int64_t> mdl::otherAxes(int64_t rank, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> others;
  for (int64_t axis = 0; axis < rank; ++axis)
    if (!llvm::is_contained(axes, axis))
      others.push_back(axis);
  return others;
}
