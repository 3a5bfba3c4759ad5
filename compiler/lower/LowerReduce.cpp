//===- LowerReduce.cpp - Reductions along axes ------------------------------------===//
//
// Stage: lower. A reduction is a fill with its neutral element and a `linalg.generic`. Sums of
// half precision are kept in f32.
//
// Note [Keys]
// argmax is the maximum of one whole number for each element: in its upper half the element's place in the
// order of values, in its lower half how many places are left behind it, so that the first of equal ones is the
// greatest. So it runs in vectors like any maximum, where a pair of the best value and its place would go one by
// one (measured: 38 times slower). Elements of 64 bits leave no room for a place and are such pairs.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/lower/Generic.h"
#include "compiler/lower/LowerTypes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <cmath>
#include <limits>

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
  return b.create<arith::CmpIOp>(l, isMax ? arith::CmpIPredicate::sgt : arith::CmpIPredicate::slt, x, best);
}

/// The place of x in the order that argmax or argmin looks for the last of, as an i32; see Note [Keys].
template <typename Op> Value orderOf(Op op, OpBuilder &b, Location l, Value x) {
  constexpr bool isMax = std::is_same_v<Op, ArgMaxOp>;
  Type i32 = b.getI32Type();
  auto number = [&](int64_t value) { return b.create<arith::ConstantIntOp>(l, value, 32); };
  unsigned width = x.getType().getIntOrFloatBitWidth();
  if (!isa<FloatType>(x.getType())) {
    bool isUnsigned = width == 1 || elementType(op.getInput()).isUnsignedInteger();
    if (width < 32)
      x = isUnsigned ? Value(b.create<arith::ExtUIOp>(l, i32, x)) : b.create<arith::ExtSIOp>(l, i32, x);
    return isMax ? x : b.create<arith::XOrIOp>(l, x, number(-1));
  }
  if (width < 32)
    x = b.create<arith::ExtFOp>(l, b.getF32Type(), x);
  // A float is a sign and a magnitude; the two zeros are one, and NaN is above all.
  constexpr int64_t Infinity = 0x7f800000, Magnitude = 0x7fffffff;
  Value bits = b.create<arith::BitcastOp>(l, i32, x);
  Value magnitude = b.create<arith::AndIOp>(l, bits, number(Magnitude));
  Value opposite = b.create<arith::SubIOp>(l, number(0), magnitude);
  Value isNegative = b.create<arith::CmpIOp>(l, arith::CmpIPredicate::slt, bits, number(0));
  Value order = b.create<arith::SelectOp>(l, isNegative, isMax ? opposite : magnitude, isMax ? magnitude : opposite);
  Value isNan = b.create<arith::CmpIOp>(l, arith::CmpIPredicate::sgt, magnitude, number(Infinity));
  return b.create<arith::SelectOp>(l, isNan, number(Magnitude), order);
}

template <typename Op> struct ArgReduceLowering : LowerPattern<Op> {
  using LowerPattern<Op>::LowerPattern;

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ReductionLoops loops(rewriter, op.getLoc(), adaptor.getInput(), {static_cast<int64_t>(op.getAxis())});
    bool hasRoom = elementType(adaptor.getInput()).getIntOrFloatBitWidth() <= 32;
    rewriter.replaceOp(op, hasRoom ? byKeys(op, adaptor.getInput(), loops, rewriter)
                                   : byPairs(op, adaptor.getInput(), loops, rewriter));
    return success();
  }

private:
  Value byKeys(Op op, Value input, const ReductionLoops &loops, OpBuilder &builder) const {
    Location loc = op.getLoc();
    RankedTensorType type = this->types.tensor(op.getResult());
    constexpr int64_t PlaceBits = 32, LastPlace = (int64_t(1) << PlaceBits) - 1;
    Value least = builder.create<arith::ConstantIntOp>(loc, std::numeric_limits<int64_t>::min(), 64);
    Value start = filledTensor(builder, loc, type, loops.sizes, least);
    auto body = [&](OpBuilder &b, Location l, ValueRange args) {
      auto number = [&](int64_t value) { return b.create<arith::ConstantIntOp>(l, value, 64); };
      Value order = b.create<arith::ExtSIOp>(l, b.getI64Type(), orderOf(op, b, l, args[0]));
      Value place = b.create<arith::IndexCastOp>(l, b.getI64Type(), b.create<linalg::IndexOp>(l, op.getAxis()));
      Value key = b.create<arith::OrIOp>(l, b.create<arith::ShLIOp>(l, order, number(PlaceBits)),
                                         b.create<arith::SubIOp>(l, number(LastPlace), place));
      b.create<linalg::YieldOp>(l, ValueRange(b.create<arith::MaxSIOp>(l, args[1], key)));
    };
    Value keys = builder
                     .create<linalg::GenericOp>(loc, TypeRange(start.getType()), ValueRange(input), ValueRange(start),
                                                ArrayRef<AffineMap>{loops.inputMap, loops.resultMap}, loops.kinds, body)
                     .getResult(0);
    AffineMap own = builder.getMultiDimIdentityMap(type.getRank());
    return mapTensors(builder, loc, type, loops.sizes, keys, own,
                      [&](OpBuilder &b, Location l, ValueRange args) -> Value {
                        Value last = b.create<arith::ConstantIntOp>(l, LastPlace, 64);
                        return b.create<arith::SubIOp>(l, last, b.create<arith::AndIOp>(l, args[0], last));
                      });
  }

  Value byPairs(Op op, Value input, const ReductionLoops &loops, OpBuilder &builder) const {
    Location loc = op.getLoc();
    RankedTensorType type = this->types.tensor(op.getResult());
    Type element = elementType(input);
    Value worst = extreme(builder, loc, element, /*isUnsigned=*/false, /*greatest=*/std::is_same_v<Op, ArgMinOp>);
    Value values = filledTensor(builder, loc, type.clone(element), loops.sizes, worst);
    Value places =
        filledTensor(builder, loc, type, loops.sizes, numberConstant(builder, loc, type.getElementType(), 0));
    auto body = [&](OpBuilder &b, Location l, ValueRange args) {
      Value place = b.create<arith::IndexCastOp>(l, type.getElementType(), b.create<linalg::IndexOp>(l, op.getAxis()));
      Value take = isBetter(op, b, l, args[1], args[0]);
      b.create<linalg::YieldOp>(l, ValueRange{b.create<arith::SelectOp>(l, take, args[0], args[1]),
                                              b.create<arith::SelectOp>(l, take, place, args[2])});
    };
    auto generic = builder.create<linalg::GenericOp>(
        loc, TypeRange{values.getType(), places.getType()}, ValueRange(input), ValueRange{values, places},
        ArrayRef<AffineMap>{loops.inputMap, loops.resultMap, loops.resultMap}, loops.kinds, body);
    return generic.getResult(1);
  }
};

} // namespace

void populateReducePatterns(const LoweredTypes &types, RewritePatternSet &patterns) {
  patterns.add<ReduceLowering<SumOp>, ReduceLowering<ProdOp>, ReduceLowering<MaxOp>, ReduceLowering<MinOp>,
               ReduceLowering<AnyOp>, ReduceLowering<AllOp>, ArgReduceLowering<ArgMaxOp>, ArgReduceLowering<ArgMinOp>>(
      types, patterns.getContext());
}

} // namespace mdl
