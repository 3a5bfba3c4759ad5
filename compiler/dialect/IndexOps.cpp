//===- IndexOps.cpp - Types and verifiers of reads and writes by index --------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

/// The map leads from the places of `over` to places in `into`.
static LogicalResult verifyMap(Operation *op, AffineMap map, RankedTensorType over, RankedTensorType into,
                               ValueRange symbols) {
  if (over.getElementType() != into.getElementType())
    return op->emitOpError() << "has element types " << over.getElementType() << " and " << into.getElementType();
  if (int64_t(map.getNumDims()) != over.getRank() || int64_t(map.getNumResults()) != into.getRank())
    return op->emitOpError() << "needs a map from " << over.getRank() << " to " << into.getRank() << " axes, not "
                             << AffineMapAttr::get(map);
  if (map.getNumSymbols() != symbols.size())
    return op->emitOpError() << "has " << symbols.size() << " symbols for " << map.getNumSymbols() << " in its map";
  return success();
}

LogicalResult AffineGatherOp::verify() {
  if (failed(verifyMap(*this, getMap(), getType(), getSource().getType(), getSymbols())))
    return failure();
  return verifyDynamicSizes(*this, getType(), getDynamicSizes());
}

LogicalResult AffineScatterOp::verify() {
  if (failed(verifyMap(*this, getMap(), getUpdates().getType(), getType(), getSymbols())))
    return failure();
  return verifyDynamicSizes(*this, getType(), getDynamicSizes());
}

/// The shape that gathering from `source` gives.
static FailureOr<SmallVector<int64_t>> gatherShape(std::optional<Location> loc, RankedTensorType source,
                                                   ValueRange indices, ArrayRef<int64_t> axes) {
  if (indices.empty() || indices.size() != axes.size())
    return emitOptionalError(loc, "has ", indices.size(), " index tensors for ", axes.size(), " axes");
  if (failed(checkAxes(loc, axes, source.getRank())))
    return failure();
  auto shape = mergeShapes(loc, indices.getTypes());
  if (failed(shape))
    return failure();
  for (int64_t axis : otherAxes(source.getRank(), axes))
    shape->push_back(source.getDimSize(axis));
  return shape;
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &results) {
  auto source = tensorType(adaptor.getSource());
  auto shape = gatherShape(loc, source, adaptor.getIndices(), adaptor.getAxes());
  if (failed(shape))
    return failure();
  results.push_back(RankedTensorType::get(*shape, source.getElementType()));
  return success();
}

/// The type of a scatter's result; `verb` says what it does with the updates.
static LogicalResult inferScatter(std::optional<Location> loc, Value target, ValueRange indices, Value source,
                                  ArrayRef<int64_t> axes, StringRef verb, SmallVectorImpl<Type> &results) {
  auto dest = tensorType(target), updates = tensorType(source);
  auto shape = gatherShape(loc, dest, indices, axes);
  if (failed(shape))
    return failure();
  auto expected = RankedTensorType::get(*shape, dest.getElementType());
  if (updates.getElementType() != dest.getElementType() || failed(mergeShapes(std::nullopt, {expected, updates})))
    return emitOptionalError(loc, verb, " ", Type(updates), " where indices and axes ask for ", Type(expected));
  results.push_back(dest);
  return success();
}

LogicalResult ScatterAddOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                             SmallVectorImpl<Type> &results) {
  return inferScatter(loc, adaptor.getDest(), adaptor.getIndices(), adaptor.getUpdates(), adaptor.getAxes(), "adds",
                      results);
}

LogicalResult ScatterOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                          SmallVectorImpl<Type> &results) {
  return inferScatter(loc, adaptor.getDest(), adaptor.getIndices(), adaptor.getUpdates(), adaptor.getAxes(), "puts",
                      results);
}

LogicalResult SortOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                       SmallVectorImpl<Type> &results) {
  auto type = tensorType(adaptor.getInput());
  if (type.getRank() == 0)
    return emitOptionalError(loc, "needs an axis to sort along");
  results.append({type, type.clone(IntegerType::get(context, 64))});
  return success();
}

LogicalResult NonzeroOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                          SmallVectorImpl<Type> &results) {
  if (tensorType(adaptor.getMask()).getRank() != 1)
    return emitOptionalError(loc, "needs a mask of rank 1, not ", Type(tensorType(adaptor.getMask())));
  results.push_back(RankedTensorType::get({ShapedType::kDynamic}, IntegerType::get(context, 64)));
  return success();
}
