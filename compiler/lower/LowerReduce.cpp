//===- LowerReduce.cpp - Reductions along axes ------------------------------------===//
//
// Stage: lower. A reduction is a fill with its neutral element and a `linalg.generic`;
// argmax and argmin carry the best value and its place. Sums of half precision are
// kept in f32.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/lower/Generic.h"
#include "compiler/lower/LowerTypes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <cmath>

using namespace mlir;

namespace mdl {
namespace {

/// The loops of a reduction over `input`: which are reduced, and the map of the result.
struct ReductionLoops {
  ReductionLoops(OpBuilder &builder, Location loc, Value input, ArrayRef<int64_t> axes) {
    int64_t rank = tensorType(input).getRank();
    kinds.assign(rank, utils::IteratorType::reduction);
    SmallVector<AffineExpr> results;
    for (int64_t axis : otherAxes(rank, axes)) {
      kinds[axis] = utils::IteratorType::parallel;
      results.push_back(builder.getAffineDimExpr(axis));
      sizes.push_back(sizeOf(builder, loc, input, axis));
    }
    inputMap = builder.getMultiDimIdentityMap(rank);
    resultMap = AffineMap::get(rank, 0, results, builder.getContext());
  }
  SmallVector<utils::IteratorType> kinds;
  AffineMap inputMap, resultMap;
  SmallVector<OpFoldResult> sizes;
};

/// The least or greatest value of a type; `isUnsigned` as the source type says.
Value extreme(OpBuilder &builder, Location loc, Type type, bool isUnsigned, bool greatest) {
  if (isa<FloatType>(type))
    return numberConstant(builder, loc, type, greatest ? HUGE_VAL : -HUGE_VAL);
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value = isUnsigned ? (greatest ? APInt::getMaxValue(width) : APInt::getMinValue(width))
                           : (greatest ? APInt::getSignedMaxValue(width) : APInt::getSignedMinValue(width));
  return builder.create<arith::ConstantOp>(loc, builder.getIntegerAttr(type, value));
}

// What is special to each reduction: its neutral element and its step.
Value neutral(SumOp, OpBuilder &b, Location l, Type type) { return numberConstant(b, l, type, 0); }
Value neutral(ProdOp, OpBuilder &b, Location l, Type type) { return numberConstant(b, l, type, 1); }
Value neutral(AnyOp, OpBuilder &b, Location l, Type type) { return numberConstant(b, l, type, 0); }
Value neutral(AllOp, OpBuilder &b, Location l, Type type) { return numberConstant(b, l, type, 1); }
Value neutral(MaxOp op, OpBuilder &b, Location l, Type type) {
  return extreme(b, l, type, elementType(op.getInput()).isUnsignedInteger(), /*greatest=*/false);
}
Value neutral(MinOp op, OpBuilder &b, Location l, Type type) {
  return extreme(b, l, type, elementType(op.getInput()).isUnsignedInteger(), /*greatest=*/true);
}

template <typename FloatOp, typename IntOp> Value either(OpBuilder &b, Location l, Value x, Value y) {
  if (isa<FloatType>(x.getType()))
    return b.create<FloatOp>(l, x, y);
  return b.create<IntOp>(l, x, y);
}
Value step(SumOp, OpBuilder &b, Location l, Value acc, Value x) {
  return either<arith::AddFOp, arith::AddIOp>(b, l, acc, x);
}
Value step(ProdOp, OpBuilder &b, Location l, Value acc, Value x) {
  return either<arith::MulFOp, arith::MulIOp>(b, l, acc, x);
}
Value step(AnyOp, OpBuilder &b, Location l, Value acc, Value x) { return b.create<arith::OrIOp>(l, acc, x); }
Value step(AllOp, OpBuilder &b, Location l, Value acc, Value x) { return b.create<arith::AndIOp>(l, acc, x); }
Value step(MaxOp op, OpBuilder &b, Location l, Value acc, Value x) {
  if (elementType(op.getInput()).isUnsignedInteger())
    return b.create<arith::MaxUIOp>(l, acc, x);
  return either<arith::MaximumFOp, arith::MaxSIOp>(b, l, acc, x);
}
Value step(MinOp op, OpBuilder &b, Location l, Value acc, Value x) {
  if (elementType(op.getInput()).isUnsignedInteger())
    return b.create<arith::MinUIOp>(l, acc, x);
  return either<arith::MinimumFOp, arith::MinSIOp>(b, l, acc, x);
}

template <typename Op> struct ReduceLowering : LowerPattern<Op> {
  using LowerPattern<Op>::LowerPattern;

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = this->types.tensor(op.getResult());
    Value input = adaptor.getInput();
    ReductionLoops loops(rewriter, loc, input, op.getAxes());
    constexpr bool accumulates = std::is_same_v<Op, SumOp> || std::is_same_v<Op, ProdOp>;
    Type accumulator = accumulates ? accumulatorType(type.getElementType()) : type.getElementType();
    Value start =
        filledTensor(rewriter, loc, type.clone(accumulator), loops.sizes, neutral(op, rewriter, loc, accumulator));
    auto body = [&](OpBuilder &b, Location l, ValueRange args) {
      Value x = args[0];
      if (x.getType() != accumulator)
        x = b.create<arith::ExtFOp>(l, accumulator, x);
      b.create<linalg::YieldOp>(l, step(op, b, l, args[1], x));
    };
    Value result =
        rewriter
            .create<linalg::GenericOp>(loc, TypeRange(start.getType()), ValueRange(input), ValueRange(start),
                                       ArrayRef<AffineMap>{loops.inputMap, loops.resultMap}, loops.kinds, body)
            .getResult(0);
    rewriter.replaceOp(op, narrowTo(rewriter, loc, result, type, loops.sizes));
    return success();
  }
};

/// The better of two comes first in the order: take x if it is greater, or NaN where the best so far is not.
template <typename Op> Value isBetter(Op op, OpBuilder &b, Location l, Value best, Value x) {
  constexpr bool isMax = std::is_same_v<Op, ArgMaxOp>;
  if (isa<FloatType>(x.getType())) {
    Value beats = b.create<arith::CmpFOp>(l, isMax ? arith::CmpFPredicate::UGT : arith::CmpFPredicate::ULT, x, best);
    Value notYetNan = b.create<arith::CmpFOp>(l, arith::CmpFPredicate::ORD, best, best);
    return b.create<arith::AndIOp>(l, beats, notYetNan);
  }
  bool isUnsigned = elementType(op.getInput()).isUnsignedInteger();
  auto greater = isUnsigned ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::sgt;
  auto less = isUnsigned ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt;
  return b.create<arith::CmpIOp>(l, isMax ? greater : less, x, best);
}

template <typename Op> struct ArgReduceLowering : LowerPattern<Op> {
  using LowerPattern<Op>::LowerPattern;

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = this->types.tensor(op.getResult());
    Value input = adaptor.getInput();
    int64_t axis = op.getAxis();
    ReductionLoops loops(rewriter, loc, input, {axis});
    Type element = elementType(input);
    Value worst = extreme(rewriter, loc, element, elementType(op.getInput()).isUnsignedInteger(),
                          /*greatest=*/std::is_same_v<Op, ArgMinOp>);
    Value values = filledTensor(rewriter, loc, type.clone(element), loops.sizes, worst);
    Value places =
        filledTensor(rewriter, loc, type, loops.sizes, numberConstant(rewriter, loc, type.getElementType(), 0));
    auto body = [&](OpBuilder &b, Location l, ValueRange args) {
      Value place = b.create<arith::IndexCastOp>(l, type.getElementType(), b.create<linalg::IndexOp>(l, axis));
      Value take = isBetter(op, b, l, args[1], args[0]);
      b.create<linalg::YieldOp>(l, ValueRange{b.create<arith::SelectOp>(l, take, args[0], args[1]),
                                              b.create<arith::SelectOp>(l, take, place, args[2])});
    };
    auto generic = rewriter.create<linalg::GenericOp>(
        loc, TypeRange{values.getType(), places.getType()}, ValueRange(input), ValueRange{values, places},
        ArrayRef<AffineMap>{loops.inputMap, loops.resultMap, loops.resultMap}, loops.kinds, body);
    rewriter.replaceOp(op, generic.getResult(1));
    return success();
  }
};

} // namespace

void populateReducePatterns(const LoweredTypes &types, RewritePatternSet &patterns) {
  patterns.add<ReduceLowering<SumOp>, ReduceLowering<ProdOp>, ReduceLowering<MaxOp>, ReduceLowering<MinOp>,
               ReduceLowering<AnyOp>, ReduceLowering<AllOp>, ArgReduceLowering<ArgMaxOp>, ArgReduceLowering<ArgMinOp>>(
      types, patterns.getContext());
}

} // namespace mdl
