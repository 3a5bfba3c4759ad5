//===- LowerSlice.cpp - Regular parts of tensors --------------------------------===//
//
// Stage: lower. Reads of parts (slice, reverse, pad) are loops over the result, so that
// they join the kernel that uses them; writes (update_slice, concat) are
// `tensor.insert_slice`, which becomes a copy in place.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/lower/Generic.h"
#include "compiler/lower/LowerTypes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace mdl {
namespace {

/// Offsets, sizes or strides with the adaptor's values.
SmallVector<OpFoldResult> mixed(ArrayRef<int64_t> fixed, ValueRange dynamic, MLIRContext *context) {
  Builder builder(context);
  return getMixedValues(fixed, dynamic, builder);
}

struct SliceLowering : LowerPattern<SliceOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(SliceOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = types.tensor(op.getResult());
    if (type.getRank() == 0) {
      rewriter.replaceOp(op, adaptor.getSource());
      return success();
    }
    MLIRContext *context = op.getContext();
    auto offsets = mixed(op.getStaticOffsets(), adaptor.getOffsets(), context);
    auto sizes = mixed(op.getStaticSizes(), adaptor.getSizes(), context);
    auto strides = mixed(op.getStaticStrides(), adaptor.getStrides(), context);
    // place = d * stride + offset, where what is not constant is a symbol.
    SmallVector<Value> symbols;
    auto expression = [&](OpFoldResult value) -> AffineExpr {
      if (std::optional<int64_t> constant = getConstantIntValue(value))
        return rewriter.getAffineConstantExpr(*constant);
      symbols.push_back(cast<Value>(value));
      return rewriter.getAffineSymbolExpr(symbols.size() - 1);
    };
    SmallVector<AffineExpr> places;
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      places.push_back(rewriter.getAffineDimExpr(axis) * expression(strides[axis]) + expression(offsets[axis]));
    auto map = AffineMap::get(type.getRank(), symbols.size(), places, context);
    rewriter.replaceOp(op, readThrough(rewriter, op.getLoc(), type, sizes, adaptor.getSource(), map, symbols));
    return success();
  }
};

struct UpdateSliceLowering : LowerPattern<UpdateSliceOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(UpdateSliceOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (tensorType(adaptor.getDest()).getRank() == 0) {
      rewriter.replaceOp(op, adaptor.getSource());
      return success();
    }
    MLIRContext *context = op.getContext();
    auto sizes = mixed(op.getStaticSizes(), adaptor.getSizes(), context);
    // The part's type follows from `sizes`; the source may know less or more of its own.
    SmallVector<int64_t> shape;
    for (OpFoldResult size : sizes)
      shape.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
    Value source = refineTo(rewriter, op.getLoc(), adaptor.getSource(), tensorType(adaptor.getSource()).clone(shape));
    rewriter.replaceOpWithNewOp<tensor::InsertSliceOp>(
        op, source, adaptor.getDest(), mixed(op.getStaticOffsets(), adaptor.getOffsets(), context), sizes,
        mixed(op.getStaticStrides(), adaptor.getStrides(), context));
    return success();
  }
};

struct ReverseLowering : LowerPattern<ReverseOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(ReverseOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = types.tensor(op.getResult());
    auto sizes = sizesOf(rewriter, loc, adaptor.getInput());
    SmallVector<Value> symbols;
    SmallVector<AffineExpr> places;
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      places.push_back(rewriter.getAffineDimExpr(axis));
    for (int64_t axis : op.getAxes()) {
      AffineExpr size;
      if (std::optional<int64_t> constant = getConstantIntValue(sizes[axis])) {
        size = rewriter.getAffineConstantExpr(*constant);
      } else {
        size = rewriter.getAffineSymbolExpr(symbols.size());
        symbols.push_back(cast<Value>(sizes[axis]));
      }
      places[axis] = size - 1 - places[axis];
    }
    auto map = AffineMap::get(type.getRank(), symbols.size(), places, op.getContext());
    rewriter.replaceOp(op, readThrough(rewriter, loc, type, sizes, adaptor.getInput(), map, symbols));
    return success();
  }
};

struct PadLowering : LowerPattern<PadOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(PadOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = types.tensor(op.getResult());
    Value input = adaptor.getInput(), filling = extractScalar(rewriter, loc, adaptor.getValue());
    if (type.getRank() == 0) {
      rewriter.replaceOp(op, input);
      return success();
    }
    SmallVector<Value> inputSizes;
    SmallVector<OpFoldResult> sizes;
    for (int64_t axis = 0; axis < type.getRank(); ++axis) {
      inputSizes.push_back(sizeValue(rewriter, loc, sizeOf(rewriter, loc, input, axis)));
      if (!type.isDynamicDim(axis)) {
        sizes.push_back(rewriter.getIndexAttr(type.getDimSize(axis)));
        continue;
      }
      Value more = rewriter.create<arith::ConstantIndexOp>(loc, op.getLow()[axis] + op.getHigh()[axis]);
      sizes.push_back(rewriter.create<arith::AddIOp>(loc, inputSizes[axis], more).getResult());
    }
    rewriter.replaceOp(op, mapTensors(rewriter, loc, type, sizes, {}, {}, [&](OpBuilder &b, Location l, ValueRange) {
                         return padded(b, l, input, inputSizes, op.getLow(), op.getHigh(), filling);
                       }));
    return success();
  }

  /// The element at the loops' place: reads at the nearest place inside and decides after.
  static Value padded(OpBuilder &b, Location l, Value input, ArrayRef<Value> sizes, ArrayRef<int64_t> low,
                      ArrayRef<int64_t> high, Value filling) {
    Value zero = b.create<arith::ConstantIndexOp>(l, 0), one = b.create<arith::ConstantIndexOp>(l, 1), inside;
    SmallVector<Value> place;
    for (auto [axis, size] : llvm::enumerate(sizes)) {
      Value at = b.create<linalg::IndexOp>(l, axis);
      if (low[axis] == 0 && high[axis] <= 0) {
        place.push_back(at);
        continue;
      }
      at = b.create<arith::SubIOp>(l, at, b.create<arith::ConstantIndexOp>(l, low[axis]));
      Value here = b.create<arith::AndIOp>(l, b.create<arith::CmpIOp>(l, arith::CmpIPredicate::sge, at, zero),
                                           b.create<arith::CmpIOp>(l, arith::CmpIPredicate::slt, at, size));
      inside = inside ? b.create<arith::AndIOp>(l, inside, here).getResult() : here;
      Value last = b.create<arith::SubIOp>(l, size, one);
      place.push_back(b.create<arith::MaxSIOp>(l, b.create<arith::MinSIOp>(l, at, last), zero));
    }
    Value element = b.create<tensor::ExtractOp>(l, input, place);
    return inside ? b.create<arith::SelectOp>(l, inside, element, filling).getResult() : element;
  }
};

struct ConcatLowering : LowerPattern<ConcatOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(ConcatOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = types.tensor(op.getResult());
    int64_t axis = op.getAxis();
    auto sizes = sizesOf(rewriter, loc, adaptor.getInputs()[0]);
    SmallVector<OpFoldResult> offsets(type.getRank(), rewriter.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(type.getRank(), rewriter.getIndexAttr(1));
    SmallVector<OpFoldResult> starts{rewriter.getIndexAttr(0)};
    for (Value input : adaptor.getInputs())
      starts.push_back(plus(rewriter, loc, starts.back(), sizeOf(rewriter, loc, input, axis)));
    sizes[axis] = starts.back();
    Value result = emptyTensor(rewriter, loc, type, sizes);
    for (auto [input, start] : llvm::zip(adaptor.getInputs(), starts)) {
      offsets[axis] = start;
      result =
          rewriter.create<tensor::InsertSliceOp>(loc, input, result, offsets, sizesOf(rewriter, loc, input), strides);
    }
    rewriter.replaceOp(op, result);
    return success();
  }

  static OpFoldResult plus(OpBuilder &builder, Location loc, OpFoldResult a, OpFoldResult b) {
    std::optional<int64_t> x = getConstantIntValue(a), y = getConstantIntValue(b);
    if (x && y)
      return builder.getIndexAttr(*x + *y);
    return builder.create<arith::AddIOp>(loc, sizeValue(builder, loc, a), sizeValue(builder, loc, b)).getResult();
  }
};

} // namespace

void populateSlicePatterns(const LoweredTypes &types, RewritePatternSet &patterns) {
  patterns.add<SliceLowering, UpdateSliceLowering, ReverseLowering, PadLowering, ConcatLowering>(types,
                                                                                                 patterns.getContext());
}

} // namespace mdl
