//===- ReduceGradients.cpp - Derivatives of reductions and scans --------------===//

#include "compiler/dialect/Gradients.h"

using namespace mlir;
using namespace mdl;

// y = sum of x: d x = g, repeated
MDL_GRADIENT(SumOp) { d[0] = broadcastAlong(builder, getLoc(), g[0], getInput(), getAxes()); }

// y = product of x: d x_i = g times the product of the others. With p the product of all that are not zero and s the
// sum of those that are (0, but with a derivative), both without x_i, that is
//   p if none of the others is zero, s p if one is, s^2 p if more are,
// so second derivatives are exact, too, and 0 times what is infinite is NaN (as PyTorch's over an axis; over all it
// gives 0 where there are two zeros). p is a quotient: NaN at an infinite x_i (as PyTorch), but not behind a zero.
MDL_GRADIENT(ProdOp) {
  Formula f{builder, getLoc()};
  Value x = getInput(), zero = f.zeros(x), one = fullLike(builder, getLoc(), x, 1);
  auto repeat = [&](Value value) { return broadcastAlong(builder, getLoc(), value, x, getAxes()); };
  auto sumOf = [&](Value value) { return repeat(f.make<SumOp>(value, getAxes())); };
  auto equal = [&](Value a, Value b) { return f.compare(ComparePredicate::eq, a, b); };
  Value isZero = equal(x, zero), isFinite = equal(f.sub(x, x), zero);
  Value factors = f.select(isZero, one, x), zeros = f.select(isZero, x, zero);
  Value others = f.div(repeat(f.make<ProdOp>(factors, getAxes())), factors);
  Value infinite = sumOf(f.select(isFinite, zero, one));
  Value isOnlyInfinite = f.make<AndOp>(f.make<NotOp>(isFinite), equal(infinite, one));
  Value marks = f.cast(isZero, elementType(x)), count = f.sub(sumOf(marks), marks);
  Value rest = f.sub(sumOf(zeros), zeros);
  Value small = f.mul(f.select(equal(count, one), rest, f.mul(rest, rest)), f.select(isOnlyInfinite, one, others));
  d[0] = f.mul(repeat(g[0]), f.select(equal(count, zero), others, small));
}

/// y = the largest (least) of x: g goes in equal parts to all that equal y. Where y is NaN, none does, and 0 / 0 makes
/// the gradient NaN (as PyTorch's amax).
static Value shareAmongEqual(Formula f, Value x, Value y, Value g, ArrayRef<int64_t> axes) {
  auto repeat = [&](Value value) { return broadcastAlong(f.builder, f.loc, value, x, axes); };
  Value equal = f.compare(ComparePredicate::eq, x, repeat(y));
  Value share = f.cast(equal, elementType(x));
  return f.mul(repeat(f.div(g, f.make<SumOp>(share, axes))), share);
}

MDL_GRADIENT(MaxOp) { d[0] = shareAmongEqual({builder, getLoc()}, getInput(), getResult(), g[0], getAxes()); }
MDL_GRADIENT(MinOp) { d[0] = shareAmongEqual({builder, getLoc()}, getInput(), getResult(), g[0], getAxes()); }

MDL_NO_GRADIENT(AnyOp, "`any` gives true or false, which do not change with a small change of its input")
MDL_NO_GRADIENT(AllOp, "`all` gives true or false, which do not change with a small change of its input")
MDL_NO_GRADIENT(ArgMaxOp, "`argmax` gives whole numbers, which do not change with a small change of its input")
MDL_NO_GRADIENT(ArgMinOp, "`argmin` gives whole numbers, which do not change with a small change of its input")

// y_i = sum of x_j for j <= i: d x_j = sum of g_i for i >= j, a running sum from the other end
MDL_GRADIENT(CumSumOp) { d[0] = Formula{builder, getLoc()}.make<CumSumOp>(g[0], getAxis(), !getReverse()); }
