//===- ElementwiseGradients.cpp - Derivatives of elementwise operations -------===//

#include "compiler/dialect/Gradients.h"

using namespace mlir;
using namespace mdl;

// y = -x: d x = -g
MDL_GRADIENT(NegOp) { d[0] = Formula{builder, getLoc()}.neg(g[0]); }

// y = |x|: d x = g sign(x)
MDL_GRADIENT(AbsOp) {
  Formula f{builder, getLoc()};
  d[0] = f.mul(g[0], f.make<SignOp>(getInput()));
}

// Steps: flat wherever they have a derivative.
MDL_ZERO_GRADIENT(SignOp)
MDL_ZERO_GRADIENT(FloorOp)
MDL_ZERO_GRADIENT(CeilOp)
MDL_ZERO_GRADIENT(RoundOp)

// y = exp(x): d x = g y
MDL_GRADIENT(ExpOp) { d[0] = Formula{builder, getLoc()}.mul(g[0], getResult()); }

// y = log(x): d x = g / x
MDL_GRADIENT(LogOp) { d[0] = Formula{builder, getLoc()}.div(g[0], getInput()); }

// y = sqrt(x): d x = g / (2 y)
MDL_GRADIENT(SqrtOp) {
  Formula f{builder, getLoc()};
  d[0] = f.div(g[0], f.mul(getResult(), 2));
}

// y = 1 / sqrt(x): d x = -g y^3 / 2
MDL_GRADIENT(RsqrtOp) {
  Formula f{builder, getLoc()};
  Value cube = f.mul(f.mul(getResult(), getResult()), getResult());
  d[0] = f.mul(g[0], f.mul(cube, -0.5));
}

// y = sin(x): d x = g cos(x)
MDL_GRADIENT(SinOp) {
  Formula f{builder, getLoc()};
  d[0] = f.mul(g[0], f.make<CosOp>(getInput()));
}

// y = cos(x): d x = -g sin(x)
MDL_GRADIENT(CosOp) {
  Formula f{builder, getLoc()};
  d[0] = f.neg(f.mul(g[0], f.make<SinOp>(getInput())));
}

// y = tanh(x): d x = g (1 - y^2)
MDL_GRADIENT(TanhOp) {
  Formula f{builder, getLoc()};
  Value one = fullLike(builder, getLoc(), getResult(), 1);
  d[0] = f.mul(g[0], f.sub(one, f.mul(getResult(), getResult())));
}

// y = erf(x): d x = g 2/sqrt(pi) exp(-x^2)
MDL_GRADIENT(ErfOp) {
  Formula f{builder, getLoc()};
  Value bell = f.make<ExpOp>(f.neg(f.mul(getInput(), getInput())));
  d[0] = f.mul(g[0], f.mul(bell, 1.1283791670955126));
}

static constexpr StringLiteral booleanReason =
    "it gives true or false, which do not change with a small change of its input";
MDL_NO_GRADIENT(NotOp, booleanReason)
MDL_NO_GRADIENT(IsNanOp, booleanReason)
MDL_NO_GRADIENT(AndOp, booleanReason)
MDL_NO_GRADIENT(OrOp, booleanReason)
MDL_NO_GRADIENT(CompareOp, "a comparison gives true or false, which do not change with a small change of its input")

// z = x + y: d x = g, d y = g
MDL_GRADIENT(AddOp) { d[0] = d[1] = g[0]; }

// z = x - y: d x = g, d y = -g
MDL_GRADIENT(SubOp) {
  d[0] = g[0];
  d[1] = Formula{builder, getLoc()}.neg(g[0]);
}

// z = x y: d x = g y, d y = g x
MDL_GRADIENT(MulOp) {
  Formula f{builder, getLoc()};
  d[0] = f.mul(g[0], getRhs());
  d[1] = f.mul(g[0], getLhs());
}

// z = x / y: d x = g / y, d y = -g z / y
MDL_GRADIENT(DivOp) {
  Formula f{builder, getLoc()};
  d[0] = f.div(g[0], getRhs());
  d[1] = f.neg(f.mul(g[0], f.div(getResult(), getRhs())));
}

MDL_ZERO_GRADIENT(FloorDivOp)

// z = x - y floor(x / y): d x = g, d y = -g floor(x / y)
MDL_GRADIENT(ModOp) {
  Formula f{builder, getLoc()};
  d[0] = g[0];
  d[1] = f.neg(f.mul(g[0], f.make<FloorDivOp>(getLhs(), getRhs())));
}

// z = x^y: d x = g y x^(y - 1), and 0 where y = 0; d y = g z log(x), and 0 where x = 0 and y >= 0
MDL_GRADIENT(PowOp) {
  Formula f{builder, getLoc()};
  Value x = getLhs(), y = getRhs();
  if (auto exponent = splatConstant(y)) {
    Value power = *exponent == 2 ? x : f.make<PowOp>(x, fullLike(builder, getLoc(), y, *exponent - 1));
    if (*exponent != 0)
      d[0] = f.mul(g[0], f.mul(power, *exponent));
  } else {
    Value zero = f.zeros(y), one = fullLike(builder, getLoc(), y, 1);
    Value slope = f.mul(y, f.make<PowOp>(x, f.sub(y, one)));
    d[0] = f.mul(g[0], f.select(f.compare(ComparePredicate::eq, y, zero), zero, slope));
  }
  Value zero = f.zeros(x);
  Value growth = f.mul(getResult(), f.make<LogOp>(x));
  Value isFlat =
      f.make<AndOp>(f.compare(ComparePredicate::eq, x, zero), f.compare(ComparePredicate::ge, y, f.zeros(y)));
  d[1] = f.mul(g[0], f.select(isFlat, zero, growth));
}

/// z = the better of x and y: all of g to the better one, half of it to each of two equal ones; to both where one is
/// NaN.
static void shareByComparison(Formula f, ComparePredicate worse, Value x, Value y, Value g, SmallVectorImpl<Value> &d) {
  Value zero = f.zeros(g);
  Value tie = f.select(f.compare(ComparePredicate::eq, x, y), f.mul(g, 0.5), g);
  d[0] = f.select(f.compare(worse, x, y), zero, tie);
  d[1] = f.select(f.compare(worse, y, x), zero, tie);
}

MDL_GRADIENT(MinimumOp) { shareByComparison({builder, getLoc()}, ComparePredicate::gt, getLhs(), getRhs(), g[0], d); }

MDL_GRADIENT(MaximumOp) { shareByComparison({builder, getLoc()}, ComparePredicate::lt, getLhs(), getRhs(), g[0], d); }

// z = x where c, else y: d x = g where c, else 0; d y = 0 where c, else g
MDL_GRADIENT(SelectOp) {
  Formula f{builder, getLoc()};
  Value zero = f.zeros(g[0]);
  d[1] = f.select(getCondition(), g[0], zero);
  d[2] = f.select(getCondition(), zero, g[0]);
}

StringRef CastOp::nonDifferentiableReason() {
  if (isa<FloatType>(elementType(getResult())))
    return {};
  return "a conversion to whole numbers or bool gives values that do not change with a small change of its input";
}

// d x = g in the precision of x
void CastOp::buildGradient(OpBuilder &builder, ValueRange g, SmallVectorImpl<Value> &d) {
  if (isa<FloatType>(elementType(getInput())) && isa<FloatType>(elementType(getResult())))
    d[0] = Formula{builder, getLoc()}.cast(g[0], elementType(getInput()));
}
