//===- LowerShape.cpp - Making tensors, repeating, reordering, reshaping -----------===//
//
// Stage: lower. Repetition, transposition and axes of size 1 are index maps, which
// kernels read through; other reshapes are views of the host's memory.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"
#include "compiler/lower/Generic.h"
#include "compiler/lower/LowerTypes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace mdl {
namespace {

struct ConstantLowering : LowerPattern<ConstantOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(ConstantOp op, OpAdaptor, ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = types.tensor(op.getResult());
    auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
    if (dense && dense.getElementType() != type.getElementType())
      dense = dense.bitcast(type.getElementType());
    if (dense && type.getRank() == 0) {
      auto scalar = rewriter.create<arith::ConstantOp>(op.getLoc(), cast<TypedAttr>(*dense.value_begin<Attribute>()));
      rewriter.replaceOp(op, scalarTensor(rewriter, op.getLoc(), scalar));
      return success();
    }
    TypedAttr value = dense ? TypedAttr(dense) : cast<TypedAttr>(op.getValue());
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, value);
    return success();
  }
};

/// A whole number as an element.
Value fromIndex(OpBuilder &b, Location l, Value index, Type type) {
  if (!isa<FloatType>(type))
    return b.create<arith::IndexCastOp>(l, type, index);
  return b.create<arith::SIToFPOp>(l, type, b.create<arith::IndexCastOp>(l, b.getI64Type(), index));
}

struct IotaLowering : LowerPattern<IotaOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(IotaOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = types.tensor(op.getResult());
    rewriter.replaceOp(op, mapTensors(rewriter, op.getLoc(), type, mixedSizes(type, adaptor.getDynamicSizes()), {}, {},
                                      [&](OpBuilder &b, Location l, ValueRange) {
                                        Value index = b.create<linalg::IndexOp>(l, op.getAxis());
                                        return fromIndex(b, l, index, type.getElementType());
                                      }));
    return success();
  }
};

struct BroadcastLowering : LowerPattern<BroadcastOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(BroadcastOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = types.tensor(op.getResult());
    Value input = adaptor.getInput();
    if (type.getRank() == tensorType(input).getRank()) {
      rewriter.replaceOp(op, refineTo(rewriter, loc, input, type));
      return success();
    }
    SmallVector<OpFoldResult> sizes = mixedSizes(type, adaptor.getDynamicSizes());
    if (tensorType(input).getRank() == 0) {
      rewriter.replaceOp(op, filledTensor(rewriter, loc, type, sizes, extractScalar(rewriter, loc, input)));
      return success();
    }
    SmallVector<AffineExpr> axes;
    for (int64_t axis : op.getDimensions())
      axes.push_back(rewriter.getAffineDimExpr(axis));
    auto map = AffineMap::get(type.getRank(), 0, axes, op.getContext());
    rewriter.replaceOp(op, mapTensors(rewriter, loc, type, sizes, input, map,
                                      [](OpBuilder &, Location, ValueRange args) { return args[0]; }));
    return success();
  }
};

struct TransposeLowering : LowerPattern<TransposeOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(TransposeOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = types.tensor(op.getResult());
    SmallVector<AffineExpr> places(type.getRank());
    SmallVector<OpFoldResult> sizes;
    for (auto [axis, from] : llvm::enumerate(op.getPermutation())) {
      places[from] = rewriter.getAffineDimExpr(axis);
      sizes.push_back(sizeOf(rewriter, op.getLoc(), adaptor.getInput(), from));
    }
    if (type.getRank() == 0) {
      rewriter.replaceOp(op, adaptor.getInput());
      return success();
    }
    auto map = AffineMap::get(type.getRank(), 0, places, op.getContext());
    rewriter.replaceOp(op, mapTensors(rewriter, op.getLoc(), type, sizes, adaptor.getInput(), map,
                                      [](OpBuilder &, Location, ValueRange args) { return args[0]; }));
    return success();
  }
};

struct ReshapeLowering : LowerPattern<ReshapeOp> {
  using LowerPattern::LowerPattern;

  LogicalResult matchAndRewrite(ReshapeOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = adaptor.getInput();
    RankedTensorType from = tensorType(input), to = types.tensor(op.getResult());
    SmallVector<OpFoldResult> sizes = mixedSizes(to, adaptor.getDynamicSizes());
    auto aligned = alignedAxes(op);
    if (from == to && aligned)
      rewriter.replaceOp(op, input);
    else if (from.getRank() == 0)
      rewriter.replaceOp(op, filledTensor(rewriter, loc, to, sizes, extractScalar(rewriter, loc, input)));
    else if (to.getRank() == 0)
      rewriter.replaceOp(op, scalarTensor(rewriter, loc, onlyElement(rewriter, loc, input)));
    else if (aligned)
      rewriter.replaceOp(op, throughUnitAxes(rewriter, loc, input, to, sizes, *aligned));
    else
      rewriter.replaceOp(op, throughMemory(rewriter, loc, input, to, sizes));
    return success();
  }

  static Value onlyElement(OpBuilder &builder, Location loc, Value input) {
    Value zero = builder.create<arith::ConstantIndexOp>(loc, 0);
    return builder.create<tensor::ExtractOp>(loc, input, SmallVector<Value>(tensorType(input).getRank(), zero));
  }

  /// An axis of size 1 more or less is an index map, so that it does not part two operations that could share a kernel.
  static Value throughUnitAxes(OpBuilder &builder, Location loc, Value input, RankedTensorType to,
                               ArrayRef<OpFoldResult> sizes, ArrayRef<std::pair<int64_t, int64_t>> aligned) {
    SmallVector<AffineExpr> places(tensorType(input).getRank(), builder.getAffineConstantExpr(0));
    for (auto [a, b] : aligned)
      places[a] = builder.getAffineDimExpr(b);
    auto map = AffineMap::get(to.getRank(), 0, places, builder.getContext());
    return mapTensors(builder, loc, to, sizes, input, map,
                      [](OpBuilder &, Location, ValueRange args) { return args[0]; });
  }

  /// Another view of the same row-major memory.
  static Value throughMemory(OpBuilder &builder, Location loc, Value input, RankedTensorType to,
                             ArrayRef<OpFoldResult> sizes) {
    RankedTensorType from = tensorType(input);
    if (from.hasStaticShape() && to.hasStaticShape()) {
      if (auto groups = getReassociationIndicesForReshape(from, to)) {
        if (from.getRank() > to.getRank())
          return builder.create<tensor::CollapseShapeOp>(loc, to, input, *groups);
        return builder.create<tensor::ExpandShapeOp>(loc, to, input, *groups);
      }
    }
    Value flat = input;
    if (from.getRank() > 1)
      flat = builder.create<tensor::CollapseShapeOp>(loc, input, ArrayRef<ReassociationIndices>{allAxes(from)});
    if (to.getRank() == 1)
      return refineTo(builder, loc, flat, to);
    int64_t count = to.hasStaticShape() ? to.getNumElements() : ShapedType::kDynamic;
    flat = refineTo(builder, loc, flat, RankedTensorType::get({count}, to.getElementType()));
    if (to.getNumDynamicDims() <= 1)
      return builder.create<tensor::ExpandShapeOp>(loc, to, flat, ArrayRef<ReassociationIndices>{allAxes(to)}, sizes);
    // Upstream infers the sizes of tensor.expand_shape's result, which it can of one unknown size only.
    SmallVector<Value> shape;
    for (OpFoldResult size : sizes)
      shape.push_back(sizeValue(builder, loc, size));
    return builder.create<tensor::ReshapeOp>(loc, to, flat, builder.create<tensor::FromElementsOp>(loc, shape));
  }

  static ReassociationIndices allAxes(RankedTensorType type) {
    return ReassociationIndices(llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank())));
  }
};

} // namespace

void populateShapePatterns(const LoweredTypes &types, RewritePatternSet &patterns) {
  patterns.add<ConstantLowering, IotaLowering, BroadcastLowering, TransposeLowering, ReshapeLowering>(
      types, patterns.getContext());
}

} // namespace mdl
