//===- FloatParts.h - What functions of floats are made of --------------------------===//
//
// Stage: kernels. Bits, constants and polynomials for FloatMath.cpp and FloatPowers.cpp;
// x is f32 or f64 everywhere.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_FLOATPARTS_H
#define MDL_KERNELS_FLOATPARTS_H

#include "compiler/kernels/StrictFloat.h"

#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

namespace mdl::kernels {

constexpr double infinity = std::numeric_limits<double>::infinity();

inline Halide::Expr constant(const Halide::Expr &like, double value) {
  return Halide::Internal::make_const(like.type(), value);
}

inline Halide::Expr call(const char *function, const std::vector<Halide::Expr> &arguments) {
  using Halide::Internal::Call;
  return Call::make(arguments[0].type(), function, arguments, Call::PureExtern);
}

/// The coefficients are those of the highest powers first. Not strict: a multiply-add is one instruction.
inline Halide::Expr polynomial(const Halide::Expr &x, std::initializer_list<double> coefficients) {
  Halide::Expr result;
  for (double coefficient : coefficients)
    result = result.defined() ? result * x + constant(x, coefficient) : constant(x, coefficient);
  return result;
}

inline int mantissaBits(const Halide::Expr &x) { return x.type().bits() == 64 ? 52 : 23; }
inline Halide::Expr bitsOf(const Halide::Expr &x) { return Halide::reinterpret(Halide::UInt(x.type().bits()), x); }
inline Halide::Expr floatOf(const Halide::Expr &bits) {
  return Halide::reinterpret(Halide::Float(bits.type().bits()), bits);
}
inline Halide::Expr bitsOf(const Halide::Expr &like, double value) {
  return Halide::Internal::simplify(bitsOf(constant(like, value)));
}

// Questions about a float are asked of its bits: a conversion from f16 is a fast operation to LLVM wherever what it
// goes into is, and then neither NaN nor infinite.
inline Halide::Expr sizeBitsOf(const Halide::Expr &x) {
  Halide::Expr bits = bitsOf(x);
  return bits & (bits.type().max() >> 1);
}
inline Halide::Expr isInfinite(const Halide::Expr &x) { return sizeBitsOf(x) == bitsOf(x, infinity); }
inline Halide::Expr isNegative(const Halide::Expr &x) {
  return Halide::reinterpret(Halide::Int(x.type().bits()), x) < 0;
}

/// x, but no less than `low` and no more than `high`; NaN stays. Each is one instruction.
inline Halide::Expr between(const Halide::Expr &x, double low, double high) {
  Halide::Expr above = Halide::select(strict::lt(x, constant(x, low)), constant(x, low), x);
  return Halide::select(strict::lt(constant(x, high), above), constant(x, high), above);
}

/// x rounded to a whole number, twice: as a float, and in the low bits of an integer that has `bias` added. To add 1.5
/// * 2^23 (2^52) leaves no bits for a fraction.
struct Whole {
  Halide::Expr value, bits;
};
inline Whole wholeOf(const Halide::Expr &product, int bias) {
  Halide::Expr shift = constant(product, std::ldexp(1.5, mantissaBits(product)) + bias);
  Halide::Expr sum = product + shift;
  return {strict::sub(sum, shift), bitsOf(sum)};
}

/// The float whose exponent is in the low bits of `bits`, with its bias: 2^exponent.
inline Halide::Expr powerOfTwo(const Halide::Expr &bits) {
  return floatOf(bits << (bits.type().bits() == 64 ? 52 : 23));
}

/// x = mantissa * 2^exponent with the mantissa around 1, for a normal x of type f64.
struct Split {
  Halide::Expr mantissa, exponent;
};
inline Split splitDouble(const Halide::Expr &x) {
  Halide::Expr bits = bitsOf(x), one = bitsOf(x, 1);
  Halide::Expr moved = bits + (one - bitsOf(x, 0.70710678118654757));
  Halide::Expr mantissa = floatOf(bits - (moved & bitsOf(x, infinity)) + one);
  // A whole number in the low bits of 2^52 is added to it.
  Halide::Expr exponent = strict::sub(floatOf((moved >> 52) | bitsOf(x, 0x1p52)), constant(x, 0x1p52 + 1023));
  return {mantissa, exponent};
}

} // namespace mdl::kernels

#endif // MDL_KERNELS_FLOATPARTS_H
