//===- FloatMath.cpp - Functions of floats in vectors ------------------------------===//
//
// Stage: kernels. See FloatMath.h and Note [Strict arithmetic].
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/FloatMath.h"

#include "compiler/kernels/StrictFloat.h"

#include <cmath>
#include <limits>

using Halide::Expr;
using Halide::select;

namespace mdl::kernels {

static constexpr double infinity = std::numeric_limits<double>::infinity();

static Expr constant(const Expr &like, double value) { return Halide::Internal::make_const(like.type(), value); }

static Expr call(const char *function, const std::vector<Expr> &arguments) {
  return Halide::Internal::Call::make(arguments[0].type(), function, arguments, Halide::Internal::Call::PureExtern);
}

// Questions about an f32 are asked of its bits: a conversion from f16 is a fast operation to LLVM wherever what it goes
// into is, and then neither NaN nor infinite.
static Expr bitsOf(const Expr &x) { return Halide::reinterpret<int>(x); }
static Expr sizeBitsOf(const Expr &x) { return bitsOf(x) & 0x7fffffff; }
static Expr isNaN(const Expr &x) { return sizeBitsOf(x) > 0x7f800000; }
static Expr isInfinite(const Expr &x) { return sizeBitsOf(x) == 0x7f800000; }
static Expr isNegative(const Expr &x) { return bitsOf(x) < 0; }

/// 2 to the power of a whole number from -126 to 127.
static Expr powerOfTwo(const Expr &exponent) { return Halide::reinterpret<float>((exponent + 127) << 23); }

Expr absOf(const Expr &x) {
  // Halide's own may leave -0 as it is.
  Halide::Type bits = x.type().with_code(Halide::Type::UInt);
  return Halide::reinterpret(x.type(), Halide::reinterpret(bits, x) & (bits.max() >> 1));
}

/// exp(x) = 2^n * exp(r) with n = round(x / log 2), |r| <= log(2) / 2, and for exp(r) the first terms of its series:
/// the next is below 6e-9. 2^n is two factors, so that subnormal results and infinity come out by themselves.
Expr expOf(const Expr &x) {
  if (x.type().bits() > 32)
    return call("exp", {x});
  Expr low = strict::lt(x, constant(x, -104)), high = strict::lt(constant(x, 89), x);
  Expr inside = select(low, constant(x, -104), high, constant(x, 89), x);
  Expr n = Halide::round(strict::mul(inside, constant(x, 1.4426950408889634)));
  // log 2 in two parts, the first of which has few digits: its product with n is exact.
  Expr r = strict::sub(strict::sub(inside, strict::mul(n, constant(x, 0.693359375))),
                       strict::mul(n, constant(x, -2.12194440054690583e-4)));
  Expr series = constant(x, 1.0 / 5040);
  for (double factorial : {720., 120., 24., 6., 2., 1., 1.})
    series = series * r + constant(x, 1 / factorial);
  Expr whole = Halide::cast<int>(n), half = whole >> 1;
  Expr result = strict::mul(strict::mul(series, powerOfTwo(half)), powerOfTwo(whole - half));
  return select(isNaN(x), x, result);
}

/// Halide's polynomial, for normal numbers; a subnormal one is scaled up first.
Expr logOf(const Expr &x) {
  if (x.type().bits() > 32)
    return call("log", {x});
  Expr isOrdinary = bitsOf(x) > 0 && bitsOf(x) < 0x7f800000, isSubnormal = bitsOf(x) < 0x00800000;
  Expr normal = select(isSubnormal, strict::mul(x, constant(x, 0x1p25)), x);
  Expr inside = Halide::log(select(isOrdinary, normal, constant(x, 1)));
  Expr result = strict::sub(inside, select(isSubnormal, constant(x, 17.328679513998632), constant(x, 0)));
  Expr edge = select(sizeBitsOf(x) == 0, constant(x, -infinity), isNegative(x), constant(x, std::nan("")), x);
  return select(isOrdinary, result, edge);
}

/// x^n for a whole number by repeated squaring.
static Expr wholePower(const Expr &x, int n) {
  Expr result, square = x;
  for (int bits = std::abs(n); bits; bits >>= 1) {
    if (bits & 1)
      result = result.defined() ? strict::mul(result, square) : square;
    if (bits > 1)
      square = strict::mul(square, square);
  }
  return n < 0 ? strict::div(constant(x, 1), result) : result;
}

/// exp(y log |x|) with the sign and the edges of C's pow: 1 where y is 0 or x is 1, NaN for a finite negative x and a y
/// that is not whole, the sign of x where y is odd.
Expr powOf(const Expr &x, const Expr &y) {
  auto exponent = Halide::Internal::as_const_float(y);
  if (exponent && *exponent == std::trunc(*exponent) && *exponent != 0 && std::abs(*exponent) <= 16)
    return wholePower(x, int(*exponent));
  if (x.type().bits() > 32)
    return call("pow", {x, y});
  Expr zero = constant(x, 0), one = constant(x, 1);
  Expr power = expOf(strict::mul(y, logOf(absOf(x))));
  Expr isWhole = strict::eq(Halide::floor(y), y);
  Expr half = strict::mul(y, constant(y, 0.5));
  Expr isOdd = isWhole && !strict::eq(Halide::floor(half), half);
  Expr isOne = strict::eq(x, one) || (strict::eq(x, constant(x, -1)) && isInfinite(y));
  Expr result = select(isNegative(x) && isOdd, strict::sub(constant(x, -0.0), power), power);
  Expr isUndefined = strict::lt(x, zero) && !isInfinite(x) && !isWhole && !isNaN(y);
  result = select(isUndefined, constant(x, std::nan("")), result);
  return select(isOne || strict::eq(y, zero), one, result);
}

/// Halide's polynomial, which is 1 to the last digit from 4 on.
Expr erfOf(const Expr &x) {
  if (x.type().bits() > 32)
    return call("erf", {x});
  Expr inside =
      select(strict::lt(x, constant(x, -4)), constant(x, -4), strict::lt(constant(x, 4), x), constant(x, 4), x);
  return select(isNaN(x), x, Halide::erf(inside));
}

/// tanh(x) = (1 - e) / (1 + e) with e = exp(-2|x|) and the sign of x; near 0 a short series, where 1 - e would lose
/// digits.
Expr tanhOf(const Expr &x) {
  if (x.type().bits() > 32)
    return call("tanh", {x});
  Expr size = absOf(x);
  Expr e = expOf(strict::mul(constant(x, -2), size));
  Expr far = strict::div(strict::sub(constant(x, 1), e), strict::add(constant(x, 1), e));
  Expr s = size * size;
  Expr near = size + size * s *
                         (constant(x, -1.0 / 3) +
                          s * (constant(x, 2.0 / 15) + s * (constant(x, -17.0 / 315) + s * constant(x, 62.0 / 2835))));
  Expr result = select(strict::lt(size, constant(x, 0.3)), near, far);
  return select(isNaN(x), x, isNegative(x), strict::sub(constant(x, -0.0), result), result);
}

Expr restOf(const Expr &x, const Expr &y) { return call(x.type().bits() > 32 ? "fmod" : "fmodf", {x, y}); }

} // namespace mdl::kernels
