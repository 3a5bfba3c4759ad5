//===- ElementwiseScalars.cpp - The scalar bodies of elementwise operations ---===//
//
// ElementwiseOpInterface: an operation on one element in `arith` and `math`, as used
// in linalg bodies and for scalars on the host. Integers are signless here; whether
// they are unsigned is told by the operation's own types.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mdl;

namespace {

/// Short names for what the bodies are made of.
struct Scalars {
  OpBuilder &builder;
  Location loc;

  template <typename Op, typename... Args> Value make(Args &&...args) {
    return builder.create<Op>(loc, std::forward<Args>(args)...);
  }
  Value number(Type type, double value) {
    if (isa<FloatType>(type))
      return make<arith::ConstantOp>(builder.getFloatAttr(type, value));
    return make<arith::ConstantOp>(builder.getIntegerAttr(type, int64_t(value)));
  }
  Value like(Value x, double value) { return number(x.getType(), value); }
  Value compare(arith::CmpIPredicate predicate, Value x, Value y) { return make<arith::CmpIOp>(predicate, x, y); }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) { return make<arith::CmpFOp>(predicate, x, y); }
  Value select(Value condition, Value x, Value y) { return make<arith::SelectOp>(condition, x, y); }
};

bool isFloat(Value x) { return isa<FloatType>(x.getType()); }

/// Whether the elements of the operation's tensor count from 0 only.
bool isUnsigned(Value tensor) {
  Type type = getElementTypeOrSelf(tensor);
  return type.isUnsignedInteger() || type.isInteger(1);
}

using FPredicate = arith::CmpFPredicate;
using IPredicate = arith::CmpIPredicate;

/// Division rounded down; 0 where y is 0, and no trap for the least number by -1.
Value floorDivide(Scalars s, Value x, Value y, bool isUnsigned) {
  Value zero = s.like(x, 0), one = s.like(x, 1);
  Value byZero = s.compare(IPredicate::eq, y, zero);
  if (isUnsigned)
    return s.select(byZero, zero, s.make<arith::DivUIOp>(x, s.select(byZero, one, y)));
  Value byMinusOne = s.compare(IPredicate::eq, y, s.like(x, -1));
  Value safe = s.select(s.make<arith::OrIOp>(byZero, byMinusOne), one, y);
  Value quotient = s.make<arith::FloorDivSIOp>(x, safe);
  quotient = s.select(byMinusOne, s.make<arith::SubIOp>(zero, x), quotient);
  return s.select(byZero, zero, quotient);
}

/// Whether the rest of x / y towards zero is on the wrong side for a division rounded down.
Value restIsWrong(Scalars s, Value rest, Value y) {
  Value zero = s.like(y, 0);
  Value opposite =
      s.compare(IPredicate::ne, s.compare(FPredicate::OLT, rest, zero), s.compare(FPredicate::OLT, y, zero));
  return s.make<arith::AndIOp>(s.compare(FPredicate::ONE, rest, zero), opposite);
}

/// x - y floor(x / y), exact as Python's and PyTorch's `%`: y itself away from the rest towards zero where the signs
/// differ, x (or y) for an infinite y, NaN where y is 0.
Value floorRest(Scalars s, Value x, Value y) {
  Value rest = s.make<arith::RemFOp>(x, y);
  return s.select(restIsWrong(s, rest, y), s.make<arith::AddFOp>(rest, y), rest);
}

/// floor(x / y) of the exact quotient, as Python's and PyTorch's `//`; x / y where y is 0.
Value floorDivideFloats(Scalars s, Value x, Value y) {
  Value rest = s.make<arith::RemFOp>(x, y);
  // A whole number but for its rounding.
  Value whole = s.make<math::RoundEvenOp>(s.make<arith::DivFOp>(s.make<arith::SubFOp>(x, rest), y));
  Value below = s.make<arith::SubFOp>(whole, s.like(x, 1));
  Value quotient = s.make<arith::DivFOp>(x, y);
  Value rounded = s.select(restIsWrong(s, rest, y), below, whole);
  return s.select(s.compare(FPredicate::OEQ, y, s.like(y, 0)), quotient, rounded);
}

/// x to the y for integers of b bits, wrapped around. The low b/2 - 2 bits of y (at least 3) say which squares to
/// multiply. What is left, y = low + high * 2^bits, needs no more of them: x^(2^bits) is 0 for an even x, and for an
/// odd one it is 1 + u with u a multiple of 2^(bits + 2), so that u * u is 0 and its power is 1 + high * u.
Value integerPower(Scalars s, Value x, Value y, bool isUnsigned) {
  unsigned bits = std::max(x.getType().getIntOrFloatBitWidth() / 2 - 2, 3U);
  Value zero = s.like(x, 0), one = s.like(x, 1);
  Value power = one, square = x;
  for (unsigned bit = 0; bit < bits; ++bit) {
    Value set = s.make<arith::AndIOp>(y, s.like(y, std::ldexp(1.0, static_cast<int>(bit))));
    Value isSet = s.compare(IPredicate::ne, set, zero);
    power = s.select(isSet, s.make<arith::MulIOp>(power, square), power);
    square = s.make<arith::MulIOp>(square, square);
  }
  Value high = s.make<arith::ShRUIOp>(y, s.like(y, bits));
  Value rest = s.make<arith::AddIOp>(one, s.make<arith::MulIOp>(high, s.make<arith::SubIOp>(square, one)));
  Value isZero = s.make<arith::AndIOp>(s.compare(IPredicate::ne, high, zero), s.compare(IPredicate::eq, square, zero));
  power = s.select(isZero, zero, s.make<arith::MulIOp>(power, rest));
  if (isUnsigned)
    return power;
  // 1 / x**-y rounded towards zero.
  Value odd = s.make<arith::AndIOp>(y, one);
  Value isOne = s.compare(IPredicate::eq, x, one), isMinusOne = s.compare(IPredicate::eq, x, s.like(x, -1));
  Value sign = s.select(s.compare(IPredicate::ne, odd, zero), x, one);
  Value inverse = s.select(s.make<arith::OrIOp>(isOne, isMinusOne), sign, zero);
  return s.select(s.compare(IPredicate::slt, y, zero), inverse, power);
}

} // namespace

Value NegOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  Scalars s{builder, loc};
  return isFloat(x[0]) ? s.make<arith::NegFOp>(x[0]) : s.make<arith::SubIOp>(s.like(x[0], 0), x[0]);
}

Value AbsOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  Scalars s{builder, loc};
  if (isFloat(x[0]))
    return s.make<math::AbsFOp>(x[0]);
  return isUnsigned(getInput()) ? x[0] : s.make<math::AbsIOp>(x[0]);
}

Value SignOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  Scalars s{builder, loc};
  Value one = s.like(x[0], 1), minusOne = s.like(x[0], -1), zero = s.like(x[0], 0);
  if (isFloat(x[0])) {
    Value otherwise = s.select(s.compare(FPredicate::OLT, x[0], zero), minusOne, zero);
    return s.select(s.compare(FPredicate::OGT, x[0], zero), one, otherwise);
  }
  if (isUnsigned(getInput()))
    return s.select(s.compare(IPredicate::ne, x[0], zero), one, zero);
  Value otherwise = s.select(s.compare(IPredicate::slt, x[0], zero), minusOne, zero);
  return s.select(s.compare(IPredicate::sgt, x[0], zero), one, otherwise);
}

#define MDL_SCALAR_MATH(OpName, MathOp)                                                                                \
  Value OpName::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {                                    \
    return Scalars{builder, loc}.make<MathOp>(x[0]);                                                                   \
  }
MDL_SCALAR_MATH(ExpOp, math::ExpOp)
MDL_SCALAR_MATH(LogOp, math::LogOp)
MDL_SCALAR_MATH(SqrtOp, math::SqrtOp)
MDL_SCALAR_MATH(RsqrtOp, math::RsqrtOp)
MDL_SCALAR_MATH(SinOp, math::SinOp)
MDL_SCALAR_MATH(CosOp, math::CosOp)
MDL_SCALAR_MATH(TanhOp, math::TanhOp)
MDL_SCALAR_MATH(ErfOp, math::ErfOp)
MDL_SCALAR_MATH(FloorOp, math::FloorOp)
MDL_SCALAR_MATH(CeilOp, math::CeilOp)
MDL_SCALAR_MATH(RoundOp, math::RoundEvenOp)
#undef MDL_SCALAR_MATH

Value NotOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  Scalars s{builder, loc};
  return s.make<arith::XOrIOp>(x[0], s.make<arith::ConstantOp>(builder.getBoolAttr(true)));
}

Value IsNanOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  return Scalars{builder, loc}.compare(FPredicate::UNO, x[0], x[0]);
}

// Operations that are one operation of arith for floats and one for all integers.
#define MDL_SCALAR_BINARY(OpName, FloatOp, IntegerOp)                                                                  \
  Value OpName::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {                                    \
    Scalars s{builder, loc};                                                                                           \
    return isFloat(x[0]) ? s.make<FloatOp>(x[0], x[1]) : s.make<IntegerOp>(x[0], x[1]);                                \
  }
MDL_SCALAR_BINARY(AddOp, arith::AddFOp, arith::AddIOp)
MDL_SCALAR_BINARY(SubOp, arith::SubFOp, arith::SubIOp)
MDL_SCALAR_BINARY(MulOp, arith::MulFOp, arith::MulIOp)
#undef MDL_SCALAR_BINARY

// The same where the sign of integers matters.
#define MDL_SCALAR_BINARY(OpName, FloatOp, SignedOp, UnsignedOp)                                                       \
  Value OpName::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {                                    \
    Scalars s{builder, loc};                                                                                           \
    if (isFloat(x[0]))                                                                                                 \
      return s.make<FloatOp>(x[0], x[1]);                                                                              \
    return isUnsigned(getLhs()) ? s.make<UnsignedOp>(x[0], x[1]) : s.make<SignedOp>(x[0], x[1]);                       \
  }
MDL_SCALAR_BINARY(MinimumOp, arith::MinimumFOp, arith::MinSIOp, arith::MinUIOp)
MDL_SCALAR_BINARY(MaximumOp, arith::MaximumFOp, arith::MaxSIOp, arith::MaxUIOp)
#undef MDL_SCALAR_BINARY

Value DivOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  return Scalars{builder, loc}.make<arith::DivFOp>(x[0], x[1]);
}

Value FloorDivOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  Scalars s{builder, loc};
  if (isFloat(x[0]))
    return floorDivideFloats(s, x[0], x[1]);
  return floorDivide(s, x[0], x[1], isUnsigned(getLhs()));
}

Value ModOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  Scalars s{builder, loc};
  if (isFloat(x[0]))
    return floorRest(s, x[0], x[1]);
  Value quotient = floorDivide(s, x[0], x[1], isUnsigned(getLhs()));
  Value rest = s.make<arith::SubIOp>(x[0], s.make<arith::MulIOp>(quotient, x[1]));
  Value zero = s.like(x[0], 0);
  return s.select(s.compare(IPredicate::eq, x[1], zero), zero, rest);
}

Value PowOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  Scalars s{builder, loc};
  if (isFloat(x[0]))
    return s.make<math::PowFOp>(x[0], x[1]);
  return integerPower(s, x[0], x[1], isUnsigned(getLhs()));
}

Value AndOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  return Scalars{builder, loc}.make<arith::AndIOp>(x[0], x[1]);
}

Value OrOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  return Scalars{builder, loc}.make<arith::OrIOp>(x[0], x[1]);
}

Value CompareOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  // Indexed by ComparePredicate.
  static constexpr FPredicate floats[] = {FPredicate::OEQ, FPredicate::UNE, FPredicate::OLT,
                                          FPredicate::OLE, FPredicate::OGT, FPredicate::OGE};
  static constexpr IPredicate signedInts[] = {IPredicate::eq,  IPredicate::ne,  IPredicate::slt,
                                              IPredicate::sle, IPredicate::sgt, IPredicate::sge};
  static constexpr IPredicate unsignedInts[] = {IPredicate::eq,  IPredicate::ne,  IPredicate::ult,
                                                IPredicate::ule, IPredicate::ugt, IPredicate::uge};
  Scalars s{builder, loc};
  auto predicate = size_t(getPredicate());
  if (isFloat(x[0]))
    return s.compare(floats[predicate], x[0], x[1]);
  return s.compare(isUnsigned(getLhs()) ? unsignedInts[predicate] : signedInts[predicate], x[0], x[1]);
}

Value SelectOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x, Type) {
  return Scalars{builder, loc}.select(x[0], x[1], x[2]);
}

static Value castFloat(Scalars s, Value x, Type to) {
  unsigned from = x.getType().getIntOrFloatBitWidth(), width = to.getIntOrFloatBitWidth();
  // Between f16 and bf16 there is no direct way.
  if (from == width)
    return s.make<arith::TruncFOp>(to, s.make<arith::ExtFOp>(s.builder.getF32Type(), x));
  return from < width ? s.make<arith::ExtFOp>(to, x) : s.make<arith::TruncFOp>(to, x);
}

/// Rounded towards zero. NaN and what lies outside of the type are its least number, as PyTorch has it on x86; to LLVM
/// they would be any number, another one each time.
static Value castToWhole(Scalars s, Value x, Type to) {
  double end = std::ldexp(1.0, static_cast<int>(to.getIntOrFloatBitWidth()) - 1);
  Value isHeld = s.make<arith::AndIOp>(s.compare(FPredicate::OGT, x, s.like(x, -end)),
                                       s.compare(FPredicate::OLT, x, s.like(x, end)));
  return s.select(isHeld, s.make<arith::FPToSIOp>(to, x), s.number(to, -end));
}

Value CastOp::buildScalar(OpBuilder &builder, Location loc, ValueRange operands, Type to) {
  Scalars s{builder, loc};
  Value x = operands[0];
  Type from = x.getType();
  if (getElementTypeOrSelf(getInput()) == getElementTypeOrSelf(getType()) || (from == to && !to.isInteger(1)))
    return x;
  if (isFloat(x)) {
    if (isa<FloatType>(to))
      return castFloat(s, x, to);
    if (to.isInteger(1))
      return s.compare(FPredicate::UNE, x, s.like(x, 0));
    if (to.getIntOrFloatBitWidth() >= 32)
      return castToWhole(s, x, to);
    return s.make<arith::TruncIOp>(to, castToWhole(s, x, builder.getI32Type()));
  }
  bool fromUnsigned = isUnsigned(getInput());
  if (isa<FloatType>(to))
    return fromUnsigned ? s.make<arith::UIToFPOp>(to, x) : s.make<arith::SIToFPOp>(to, x);
  if (to.isInteger(1))
    return s.compare(IPredicate::ne, x, s.like(x, 0));
  if (from.getIntOrFloatBitWidth() > to.getIntOrFloatBitWidth())
    return s.make<arith::TruncIOp>(to, x);
  return fromUnsigned ? s.make<arith::ExtUIOp>(to, x) : s.make<arith::ExtSIOp>(to, x);
}
