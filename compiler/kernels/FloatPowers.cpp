//===- FloatPowers.cpp - Powers of floats in vectors --------------------------------===//
//
// Stage: kernels. See FloatMath.h and Note [Strict arithmetic].
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/FloatMath.h"
#include "compiler/kernels/FloatParts.h"

using Halide::Expr;
using Halide::select;

namespace mdl::kernels {

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

/// size^y for f32 as 2^(y log2 size), computed in f64, where a subnormal f32 is a normal number: so the result is the
/// f32 next to the right one but where that lies in the middle. log2 of the mantissa is s * p(s^2) with s = (m - 1) /
/// (m + 1), to 4e-12; 2^f is good to 5e-9.
static Expr powerOfSize(const Expr &size, const Expr &y) {
  Expr wide = Halide::cast<double>(size);
  Split split = splitDouble(wide);
  Expr s = (split.mantissa - constant(wide, 1)) / (split.mantissa + constant(wide, 1));
  Expr logarithm =
      split.exponent + s * polynomial(s * s, {0.34071866660124506, 0.41167342520185074, 0.57708357137736799,
                                              0.96179667342523001, 2.8853900817900064});
  Expr edge = constant(wide, infinity);
  logarithm = select(sizeBitsOf(size) == 0, -edge, isInfinite(size), edge, logarithm);
  Expr exponent = between(strict::mul(Halide::cast<double>(y), logarithm), -160, 128);
  Whole n = wholeOf(exponent, 1023);
  Expr f = strict::sub(exponent, n.value);
  Expr series = polynomial(f, {0.00015453262409320171, 0.001339097824812386, 0.0096180823706166606,
                               0.055503568986270728, 0.24022650760957306, 0.69314718807117626, 1});
  Expr power = Halide::cast<float>(strict::mul(series, powerOfTwo(n.bits)));
  return select(strict::lt(exponent, constant(exponent, 128)), power, constant(size, infinity));
}

/// |x|^y with the sign and the edges of C's pow: 1 where y is 0 or x is 1, NaN for a finite negative x and a y that is
/// not whole, the sign of x where y is odd.
Expr powOf(const Expr &x, const Expr &y) {
  auto exponent = Halide::Internal::as_const_float(y);
  bool isKnownWhole = exponent && *exponent == std::trunc(*exponent);
  if (isKnownWhole && *exponent != 0 && std::abs(*exponent) <= 16)
    return wholePower(x, int(*exponent));
  Expr zero = constant(x, 0), one = constant(x, 1), size = absOf(x);
  // The C library's function is taken of |x|, too: LLVM makes a product and a root of it where it knows y.
  Expr power = x.type().bits() > 32 ? call("pow", {size, y}) : powerOfSize(size, y);
  Expr isWhole = strict::eq(Halide::floor(y), y);
  Expr half = strict::mul(y, constant(y, 0.5));
  Expr isOdd = isWhole && !strict::eq(Halide::floor(half), half);
  Expr isUndefined = strict::lt(x, zero) && !isInfinite(x) && !isWhole;
  Expr isOne = strict::eq(x, one) || strict::eq(y, zero) || (strict::eq(x, constant(x, -1)) && isInfinite(y));
  Expr result = select(isNegative(x) && isOdd, strict::sub(constant(x, -0.0), power), power);
  result = select(isUndefined || strict::isNaN(x) || strict::isNaN(y), constant(x, std::nan("")), result);
  return select(isOne, one, result);
}

} // namespace mdl::kernels
