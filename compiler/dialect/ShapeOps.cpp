//===- ShapeOps.cpp - Types and verifiers of shape operations -----------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace mdl;

static bool mayBeEqual(int64_t a, int64_t b) { return ShapedType::isDynamic(a) || ShapedType::isDynamic(b) || a == b; }

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult ConstantOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                           SmallVectorImpl<Type> &results) {
  auto type = dyn_cast<RankedTensorType>(adaptor.getValue().getType());
  if (!type)
    return emitOptionalError(loc, "needs the value of a tensor");
  results.push_back(type);
  return success();
}

LogicalResult IotaOp::verify() {
  if (failed(checkAxis(getLoc(), getAxis(), getType().getRank())))
    return failure();
  return verifyDynamicSizes(*this, getType(), getDynamicSizes());
}

LogicalResult BroadcastOp::verify() {
  auto from = getInput().getType(), to = getType();
  if (from.getElementType() != to.getElementType())
    return emitOpError() << "changes the element type from " << from << " to " << to;
  if (int64_t(getDimensions().size()) != from.getRank())
    return emitOpError() << "names " << getDimensions().size() << " axes for an operand of rank " << from.getRank();
  if (failed(checkAxes(getLoc(), getDimensions(), to.getRank())))
    return failure();
  for (auto [axis, target] : llvm::enumerate(getDimensions()))
    if (!mayBeEqual(from.getDimSize(axis), to.getDimSize(target)))
      return emitOpError() << "axis " << axis << " of size " << from.getDimSize(axis) << " becomes axis " << target
                           << " of size " << to.getDimSize(target);
  return verifyDynamicSizes(*this, to, getDynamicSizes());
}

LogicalResult ReshapeOp::verify() {
  auto from = getInput().getType(), to = getType();
  if (from.getElementType() != to.getElementType())
    return emitOpError() << "changes the element type from " << from << " to " << to;
  if (from.hasStaticShape() && to.hasStaticShape() && from.getNumElements() != to.getNumElements())
    return emitOpError() << "has " << from.getNumElements() << " elements to put into " << to;
  return verifyDynamicSizes(*this, to, getDynamicSizes());
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                            SmallVectorImpl<Type> &results) {
  auto type = tensorType(adaptor.getInput());
  auto permutation = adaptor.getPermutation();
  if (int64_t(permutation.size()) != type.getRank() || !isPermutationVector(permutation))
    return emitOptionalError(loc, "needs a permutation of the axes of ", Type(type));
  SmallVector<int64_t> shape;
  for (int64_t axis : permutation)
    shape.push_back(type.getDimSize(axis));
  results.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

LogicalResult ReverseOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                          SmallVectorImpl<Type> &results) {
  auto type = tensorType(adaptor.getInput());
  results.push_back(type);
  return checkAxes(loc, adaptor.getAxes(), type.getRank());
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                      SmallVectorImpl<Type> &results) {
  auto type = tensorType(adaptor.getInput()), value = tensorType(adaptor.getValue());
  if (value.getRank() != 0 || value.getElementType() != type.getElementType())
    return emitOptionalError(loc, "pads ", Type(type), " with ", Type(value),
                             ", which is no scalar of its element type");
  auto low = adaptor.getLow(), high = adaptor.getHigh();
  if (int64_t(low.size()) != type.getRank() || int64_t(high.size()) != type.getRank())
    return emitOptionalError(loc, "needs one low and one high padding for each axis of ", Type(type));
  SmallVector<int64_t> shape(type.getShape());
  for (auto [axis, size] : llvm::enumerate(shape)) {
    if (low[axis] < 0 || high[axis] < 0)
      return emitOptionalError(loc, "padding of axis ", axis, " is negative");
    if (!ShapedType::isDynamic(size))
      size += low[axis] + high[axis];
  }
  results.push_back(RankedTensorType::get(shape, type.getElementType()));
  return success();
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &results) {
  if (adaptor.getInputs().empty())
    return emitOptionalError(loc, "needs at least one operand");
  auto first = tensorType(adaptor.getInputs().front());
  int64_t axis = adaptor.getAxis();
  if (failed(checkAxis(loc, axis, first.getRank())))
    return failure();
  SmallVector<int64_t> shape(first.getShape());
  for (Value input : adaptor.getInputs().drop_front()) {
    auto type = tensorType(input);
    bool agree = type.getRank() == first.getRank() && type.getElementType() == first.getElementType();
    for (int64_t i = 0; agree && i < first.getRank(); ++i) {
      int64_t size = type.getDimSize(i);
      if (i == axis) {
        shape[i] =
            ShapedType::isDynamic(shape[i]) || ShapedType::isDynamic(size) ? ShapedType::kDynamic : shape[i] + size;
        continue;
      }
      agree = mayBeEqual(shape[i], size);
      if (ShapedType::isDynamic(shape[i]))
        shape[i] = size;
    }
    if (!agree)
      return emitOptionalError(loc, Type(type), " cannot stand behind ", Type(first), " along axis ", axis);
  }
  results.push_back(RankedTensorType::get(shape, first.getElementType()));
  return success();
}

/// Fails unless the part given by static numbers lies inside `type`.
static LogicalResult checkPart(std::optional<Location> loc, RankedTensorType type, ArrayRef<int64_t> offsets,
                               ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
  auto rank = size_t(type.getRank());
  if (offsets.size() != rank || sizes.size() != rank || strides.size() != rank)
    return emitOptionalError(loc, "needs an offset, a size and a stride for each axis of ", Type(type));
  for (size_t axis = 0; axis < rank; ++axis) {
    auto known = [](int64_t number) { return !ShapedType::isDynamic(number); };
    int64_t offset = offsets[axis], size = sizes[axis], stride = strides[axis], extent = type.getDimSize(axis);
    if ((known(offset) && offset < 0) || (known(size) && size < 0) || (known(stride) && stride < 1))
      return emitOptionalError(loc, "axis ", axis, " has a negative offset or size, or no positive stride");
    if (known(offset) && known(size) && known(stride) && known(extent) && size > 0 &&
        offset + (size - 1) * stride >= extent)
      return emitOptionalError(loc, "axis ", axis, " of size ", extent, " has no element ",
                               offset + (size - 1) * stride);
  }
  return success();
}

void SliceOp::build(OpBuilder &builder, OperationState &state, Value source, ArrayRef<OpFoldResult> offsets,
                    ArrayRef<OpFoldResult> sizes, ArrayRef<OpFoldResult> strides) {
  SmallVector<int64_t> staticOffsets, staticSizes, staticStrides;
  SmallVector<Value> dynamicOffsets, dynamicSizes, dynamicStrides;
  dispatchIndexOpFoldResults(offsets, dynamicOffsets, staticOffsets);
  dispatchIndexOpFoldResults(sizes, dynamicSizes, staticSizes);
  dispatchIndexOpFoldResults(strides, dynamicStrides, staticStrides);
  build(builder, state, RankedTensorType::get(staticSizes, elementType(source)), source, dynamicOffsets, dynamicSizes,
        dynamicStrides, staticOffsets, staticSizes, staticStrides);
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                        DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
                                        SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto type = tensorType(operands.front());
  if (failed(checkPart(loc, type, adaptor.getStaticOffsets(), adaptor.getStaticSizes(), adaptor.getStaticStrides())))
    return failure();
  results.push_back(RankedTensorType::get(adaptor.getStaticSizes(), type.getElementType()));
  return success();
}

void UpdateSliceOp::build(OpBuilder &builder, OperationState &state, Value dest, Value source,
                          ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
                          ArrayRef<OpFoldResult> strides) {
  SmallVector<int64_t> staticOffsets, staticSizes, staticStrides;
  SmallVector<Value> dynamicOffsets, dynamicSizes, dynamicStrides;
  dispatchIndexOpFoldResults(offsets, dynamicOffsets, staticOffsets);
  dispatchIndexOpFoldResults(sizes, dynamicSizes, staticSizes);
  dispatchIndexOpFoldResults(strides, dynamicStrides, staticStrides);
  build(builder, state, dest.getType(), dest, source, dynamicOffsets, dynamicSizes, dynamicStrides, staticOffsets,
        staticSizes, staticStrides);
}

LogicalResult UpdateSliceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                              DictionaryAttr attributes, OpaqueProperties properties,
                                              RegionRange regions, SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto type = tensorType(operands.front());
  results.push_back(type);
  return checkPart(loc, type, adaptor.getStaticOffsets(), adaptor.getStaticSizes(), adaptor.getStaticStrides());
}

LogicalResult UpdateSliceOp::verify() {
  auto source = getSource().getType();
  bool agree =
      source.getElementType() == getType().getElementType() && source.getShape().size() == getStaticSizes().size();
  for (size_t i = 0; agree && i < getStaticSizes().size(); ++i)
    agree = mayBeEqual(source.getDimSize(i), getStaticSizes()[i]);
  if (!agree)
    return emitOpError() << "puts " << source << " into a part of sizes [" << getStaticSizes() << "] of " << getType();
  return success();
}
