//===- ReduceGradients.cpp - Derivatives of reductions and scans --------------===//

#include "compiler/dialect/Gradients.h"

using namespace mlir;
using namespace mdl;

// y = sum of x: d x = g, repeated
MDL_GRADIENT(SumOp) { d[0] = broadcastAlong(builder, getLoc(), g[0], getInput(), getAxes()); }

// y = product of x: d x_i = g times the product of the others, p being the product of all that are not zero:
//   p / x_i if none is zero, p at the zero if one is, 0 else.
// (So second derivatives are exact where no factor is zero.)
MDL_GRADIENT(ProdOp) {
  Formula f{builder, getLoc()};
  Value x = getInput(), zero = f.zeros(x), one = fullLike(builder, getLoc(), x, 1);
  auto repeat = [&](Value value) { return broadcastAlong(builder, getLoc(), value, x, getAxes()); };
  Value isZero = f.compare(ComparePredicate::eq, x, zero);
  Value factors = f.select(isZero, one, x);
  Value product = repeat(f.make<ProdOp>(factors, getAxes()));
  Value zeros = repeat(f.make<SumOp>(f.cast(isZero, elementType(x)), getAxes()));
  Value atZero = f.select(f.compare(ComparePredicate::eq, zeros, one), product, zero);
  Value elsewhere = f.select(f.compare(ComparePredicate::eq, zeros, zero), f.div(product, factors), zero);
  d[0] = f.mul(repeat(g[0]), f.select(isZero, atZero, elsewhere));
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
