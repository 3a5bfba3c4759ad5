//===- LowerIndex.cpp - Reads at computed places ----------------------------------===//
//
// Stage: lower. Gathers are loops over the result whose body reads the source; the
// scatters that are their adjoints stay operations of mdl, for linalg has no sparse write.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/lower/Generic.h"
#include "compiler/lower/LowerTypes.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace mdl {
namespace {

/// The axes of a read in the order in which its source has them, if each place depends on one of them and they stand in
/// another order.
std::optional<SmallVector<int64_t>> orderInSource(AffineMap map) {
  SmallVector<int64_t> order;
  for (AffineExpr place : map.getResults()) {
    bool isUsed = false;
    for (int64_t axis = 0; axis < map.getNumDims(); ++axis) {
      if (!place.isFunctionOfDim(axis))
        continue;
      if (isUsed || llvm::is_contained(order, axis))
        return std::nullopt;
      isUsed = true;
      order.push_back(axis);
    }
  }
  if (llvm::is_sorted(order))
    return std::nullopt;
  for (int64_t axis = 0; axis < map.getNumDims(); ++axis)
    if (!llvm::is_contained(order, axis))
      order.push_back(axis);
  return order;
}

struct AffineGatherLowering : LowerPattern<AffineGatherOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(AffineGatherOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = types.tensor(op.getResult());
    Value source = adaptor.getSource();
    if (tensorType(source).getRank() == 0 || type.getRank() == 0) {
      Value scalar = read(rewriter, loc, op.getMap(), source, adaptor.getSymbols());
      rewriter.replaceOp(op, type.getRank() == 0 ? scalarTensor(rewriter, loc, scalar)
                                                 : filledTensor(rewriter, loc, type,
                                                                mixedSizes(type, adaptor.getDynamicSizes()), scalar));
      return success();
    }
    SmallVector<OpFoldResult> sizes = mixedSizes(type, adaptor.getDynamicSizes());
    auto order = orderInSource(op.getMap());
    rewriter.replaceOp(
        op, order ? readInOrder(rewriter, loc, type, sizes, source, op.getMap(), adaptor.getSymbols(), *order)
                  : readThrough(rewriter, loc, type, sizes, source, op.getMap(), adaptor.getSymbols()));
    return success();
  }

  /// The source's order of axes first, so that what runs along its rows is seen; the transposition is an index map of
  /// the readers.
  static Value readInOrder(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<OpFoldResult> sizes,
                           Value source, AffineMap map, ValueRange symbols, ArrayRef<int64_t> order) {
    SmallVector<int64_t> shape;
    SmallVector<OpFoldResult> inOrder;
    SmallVector<AffineExpr> renamed(order.size()), places;
    for (auto [at, axis] : llvm::enumerate(order)) {
      shape.push_back(type.getDimSize(axis));
      inOrder.push_back(sizes[axis]);
      renamed[axis] = builder.getAffineDimExpr(at);
      places.push_back(builder.getAffineDimExpr(axis));
    }
    Value read = readThrough(builder, loc, RankedTensorType::get(shape, type.getElementType()), inOrder, source,
                             map.replaceDimsAndSymbols(renamed, {}, map.getNumDims(), map.getNumSymbols()), symbols);
    return mapTensors(builder, loc, type, sizes, read, AffineMap::get(order.size(), 0, places, builder.getContext()),
                      [](OpBuilder &, Location, ValueRange args) { return args[0]; });
  }

  /// One element, on the host.
  static Value read(OpBuilder &builder, Location loc, AffineMap map, Value source, ValueRange symbols) {
    SmallVector<Value> place;
    for (AffineExpr expr : map.getResults())
      place.push_back(affine::expandAffineExpr(builder, loc, expr, {}, symbols));
    if (place.empty())
      return extractScalar(builder, loc, source);
    return builder.create<tensor::ExtractOp>(loc, source, place);
  }
};

/// The place that an index names along an axis of `size`: negative ones count from the end.
Value wrapped(OpBuilder &b, Location l, Value index, Value size) {
  Value place = b.create<arith::IndexCastOp>(l, b.getIndexType(), index);
  Value zero = b.create<arith::ConstantIndexOp>(l, 0);
  Value isNegative = b.create<arith::CmpIOp>(l, arith::CmpIPredicate::slt, place, zero);
  return b.create<arith::SelectOp>(l, isNegative, b.create<arith::AddIOp>(l, place, size), place);
}

struct GatherLowering : LowerPattern<GatherOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(GatherOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = types.tensor(op.getResult());
    Value source = adaptor.getSource();
    ArrayRef<int64_t> axes = op.getAxes();
    int64_t sourceRank = tensorType(source).getRank();
    int64_t indexRank = adaptor.getIndices().empty() ? 0 : tensorType(adaptor.getIndices()[0]).getRank();
    SmallVector<int64_t> keptAxes = otherAxes(sourceRank, axes);

    SmallVector<OpFoldResult> sizes;
    for (int64_t axis = 0; axis < indexRank; ++axis)
      sizes.push_back(sizeOf(rewriter, loc, adaptor.getIndices()[0], axis));
    for (int64_t axis : keptAxes)
      sizes.push_back(sizeOf(rewriter, loc, source, axis));
    SmallVector<Value> axisSizes;
    for (int64_t axis : axes)
      axisSizes.push_back(sizeValue(rewriter, loc, sizeOf(rewriter, loc, source, axis)));

    auto element = [&](OpBuilder &b, Location l, ValueRange indices) -> Value {
      SmallVector<Value> place(sourceRank);
      for (auto [axis, index, size] : llvm::zip(axes, indices, axisSizes))
        place[axis] = wrapped(b, l, index, size);
      for (auto [position, axis] : llvm::enumerate(keptAxes))
        place[axis] = b.create<linalg::IndexOp>(l, indexRank + position);
      return b.create<tensor::ExtractOp>(l, source, place);
    };
    if (type.getRank() == 0) {
      SmallVector<Value> indices;
      for (Value index : adaptor.getIndices())
        indices.push_back(extractScalar(rewriter, loc, index));
      rewriter.replaceOp(op, scalarTensor(rewriter, loc, element(rewriter, loc, indices)));
      return success();
    }
    if (indexRank == 0) {
      // Scalars from the host, by value.
      SmallVector<Value> indices;
      for (Value index : adaptor.getIndices())
        indices.push_back(extractScalar(rewriter, loc, index));
      rewriter.replaceOp(op, mapTensors(rewriter, loc, type, sizes, {}, {},
                                        [&](OpBuilder &b, Location l, ValueRange) { return element(b, l, indices); }));
      return success();
    }
    SmallVector<AffineExpr> loops;
    for (int64_t axis = 0; axis < indexRank; ++axis)
      loops.push_back(rewriter.getAffineDimExpr(axis));
    SmallVector<AffineMap> maps(adaptor.getIndices().size(), AffineMap::get(type.getRank(), 0, loops, op.getContext()));
    rewriter.replaceOp(op, mapTensors(rewriter, loc, type, sizes, adaptor.getIndices(), maps, element));
    return success();
  }
};

} // namespace

template <typename Op> static void wrapIndicesOf(Op op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  for (auto [position, axis] : llvm::enumerate(op.getAxes())) {
    OpOperand &operand = op.getIndicesMutable()[position];
    Value index = operand.get();
    Type i64 = builder.getI64Type();
    if (elementType(index) != i64)
      index = builder.create<CastOp>(loc, index, i64);
    Value size = sizeValue(builder, loc, sizeOf(builder, loc, op.getDest(), axis));
    Value sizeTensor =
        splatLike(builder, loc, scalarTensor(builder, loc, builder.create<arith::IndexCastOp>(loc, i64, size)), index);
    Value isNegative = builder.create<CompareOp>(loc, ComparePredicate::lt, index, fullLike(builder, loc, index, 0));
    operand.set(builder.create<SelectOp>(loc, isNegative, builder.create<AddOp>(loc, index, sizeTensor), index));
  }
}

void wrapIndices(ScatterAddOp op) { wrapIndicesOf(op); }
void wrapIndices(ScatterOp op) { wrapIndicesOf(op); }

void populateIndexPatterns(const LoweredTypes &types, RewritePatternSet &patterns) {
  patterns.add<AffineGatherLowering, GatherLowering>(types, patterns.getContext());
}

} // namespace mdl
