//===- FloatMath.cpp - Functions of floats in vectors ------------------------------===//
//
// Stage: kernels. See FloatMath.h and Note [Strict arithmetic].
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/FloatMath.h"

#include "compiler/kernels/FarArguments.h"
#include "compiler/kernels/FloatParts.h"

using Halide::Expr;
using Halide::select;

namespace mdl::kernels {

Expr absOf(const Expr &x) {
  // Halide's own may leave -0 as it is.
  Halide::Type bits = x.type().with_code(Halide::Type::UInt);
  return Halide::reinterpret(x.type(), Halide::reinterpret(bits, x) & (bits.max() >> 1));
}

/// The sign of x on a result that has none.
static Expr withSignOf(const Expr &x, const Expr &result) {
  Expr bits = bitsOf(x);
  return floatOf(bitsOf(result) | (bits & ~(bits.type().max() >> 1)));
}

/// exp(x) = 2^n * exp(r) with n = round(x / log 2), |r| <= log(2) / 2.
struct ExpParts {
  Expr series, n;
};
static ExpParts expParts(const Expr &x, int bias) {
  bool isDouble = x.type().bits() > 32;
  Whole n = wholeOf(x * constant(x, 1.4426950408889634), bias);
  // log 2 in two parts, the first of which has few digits: its product with n is exact. All of it is strict, for LLVM
  // looks through the strict operands of a fast sum, and would put the parts together again.
  Expr high = constant(x, isDouble ? 0x1.62e42feep-1 : 0.693359375);
  Expr low = constant(x, isDouble ? 1.9082149292705877e-10 : -2.12194440054690583e-4);
  Expr r = strict::sub(strict::sub(x, strict::mul(n.value, high)), strict::mul(n.value, low));
  if (!isDouble) // to 1e-8
    return {polynomial(r, {0.0013926325618133419, 0.0083632927530306028, 0.041666553762567636, 0.16666576305560638, 0.5,
                           1, 1}),
            n.bits};
  return {polynomial(r, {2.5100571097796392e-08, 2.7620327209269072e-07, 2.7557268068088692e-06, 2.4801520793408251e-05,
                         0.0001984126986330947, 0.0013888888917537405, 0.0083333333333300078, 0.041666666666623477,
                         0.16666666666666669, 0.5, 1, 1}),
          n.bits};
}

/// 2^n is two factors, so that subnormal results and infinity come out by themselves: their exponents are the halves of
/// the bits, bias and all.
Expr expOf(const Expr &x) {
  bool isDouble = x.type().bits() > 32;
  ExpParts parts = expParts(isDouble ? between(x, -746, 710) : between(x, -104, 89), isDouble ? 2046 : 254);
  Expr half = parts.n >> 1;
  Expr result = strict::mul(strict::mul(parts.series, powerOfTwo(half)), powerOfTwo(parts.n - half));
  return select(strict::isNaN(x), x, result);
}

/// log(m * 2^k) with s = f / (2 + f), f = m - 1: log(1 + f) = f - f^2/2 + s (f^2/2 + r), r = 2/3 s^2 + 2/5 s^4 ..., so
/// that what is rounded is small.
static Expr logOfDouble(const Expr &x) {
  Split split = splitDouble(x);
  Expr f = strict::sub(split.mantissa, constant(x, 1)), s = f / (f + constant(x, 2)), u = s * s;
  Expr half = f * f * constant(x, 0.5);
  Expr r = u * polynomial(u, {0.13087192320674532, 0.1326871885756726, 0.1538624172059983, 0.1818179560381803,
                              0.22222222392034116, 0.28571428570802399, 0.40000000000000879, 0.66666666666666663});
  Expr small = s * (half + r) + split.exponent * constant(x, 1.9082149292705877e-10);
  Expr large = strict::mul(split.exponent, constant(x, 0x1.62e42feep-1));
  return strict::sub(large, strict::sub(strict::sub(half, small), f));
}

/// Halide's polynomial for f32. Both are for normal numbers; a subnormal one is scaled up first.
Expr logOf(const Expr &x) {
  bool isDouble = x.type().bits() > 32;
  Expr bits = Halide::reinterpret(Halide::Int(x.type().bits()), x),
       edgeBits = Halide::cast(bits.type(), bitsOf(x, infinity));
  Expr isOrdinary = bits > 0 && bits < edgeBits;
  Expr isSubnormal = bits < Halide::cast(bits.type(), bitsOf(x, isDouble ? 0x1p-1022 : 0x1p-126));
  Expr normal = select(isSubnormal, strict::mul(x, constant(x, isDouble ? 0x1p54 : 0x1p25)), x);
  Expr ordinary = select(isOrdinary, normal, constant(x, 1));
  Expr inside = isDouble ? logOfDouble(ordinary) : Halide::log(ordinary);
  double scale = isDouble ? 37.429947750237048 : 17.328679513998632;
  Expr result = strict::sub(inside, select(isSubnormal, constant(x, scale), constant(x, 0)));
  Expr edge = select(sizeBitsOf(x) == 0, constant(x, -infinity), isNegative(x), constant(x, std::nan("")), x);
  return select(isOrdinary, result, edge);
}

/// erf(x) = x p(x^2) / q(x^2), fitted to 2e-8 up to 3.95, from where on it is 1 to the last digit.
Expr erfOf(const Expr &x) {
  if (x.type().bits() > 32)
    return call("erf", {x});
  Expr size = absOf(x), one = constant(x, 1), s = x * x;
  Expr above = polynomial(s, {2.0258590579898702e-06, 0.00028466662040454012, 0.0038076632520701605,
                              0.052873875885253468, 0.19154012888507077, 1.1283791439337671});
  Expr below = polynomial(s, {3.7830181917901494e-05, 0.0011705863630516, 0.015054099480981444, 0.11455521302792056,
                              0.50308069817217815, 1});
  Expr ratio = strict::div(strict::mul(size, above), below);
  Expr result = select(strict::lt(size, constant(x, 3.95)) && strict::lt(ratio, one), ratio, one);
  return select(strict::isNaN(x), x, withSignOf(x, result));
}

/// tanh(x) = (1 - e) / (1 + e) with e = exp(-2|x|) and the sign of x: 1 to the last digit from 10 on. Near 0 a short
/// series, where 1 - e would lose digits.
Expr tanhOf(const Expr &x) {
  if (x.type().bits() > 32)
    return call("tanh", {x});
  Expr size = absOf(x), one = constant(x, 1);
  ExpParts parts = expParts(between(strict::mul(constant(x, -2), size), -20, 0), 127);
  Expr e = strict::mul(parts.series, powerOfTwo(parts.n));
  Expr far = strict::div(strict::sub(one, e), strict::add(one, e));
  Expr s = size * size;
  Expr near = size + size * s * polynomial(s, {62.0 / 2835, -17.0 / 315, 2.0 / 15, -1.0 / 3});
  Expr result = select(strict::lt(size, constant(x, 0.3)), near, far);
  return select(strict::isNaN(x), x, withSignOf(x, result));
}

/// sin(x) and cos(x) from x - n pi/2 = r, |r| <= pi/4, and n mod 4. The difference is taken in f64, n times the first
/// part of pi/2 being exact; what r loses in f32 is `rest`, and goes in once more at the end: 0.9 units in the last
/// place at most.
static Expr quarterTurns(const Expr &x, int quarter) {
  Expr wide = Halide::cast<double>(x);
  Whole n = wholeOf(wide * constant(wide, 0.63661977236758134), quarter);
  Expr high = constant(wide, 0x1.921fb544p+0), low = constant(wide, 0x1.0b4611a626331p-34);
  Expr exact = strict::sub(strict::sub(wide, strict::mul(n.value, high)), strict::mul(n.value, low));
  Expr r = Halide::cast<float>(exact), rest = Halide::cast<float>(strict::sub(exact, Halide::cast<double>(r)));
  Expr s = r * r, half = constant(x, 0.5) * s, one = constant(x, 1), top = strict::sub(one, half);
  Expr sine = strict::add(r, r * s * polynomial(s, {-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1}) + rest);
  Expr last = s * s * polynomial(s, {2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2}) - r * rest;
  Expr cosine = strict::add(top, strict::add(strict::sub(strict::sub(one, top), half), last));
  Expr turns = Halide::cast<uint32_t>(n.bits);
  Expr result = select((turns & 1) != 0, cosine, sine);
  return floatOf(bitsOf(result) ^ ((turns & 2) << 30));
}

Expr sinOf(const Expr &x) {
  return x.type().bits() > 32 ? Halide::sin(x) : nearOrLibrary("sin_f32", x, quarterTurns(x, 0));
}
Expr cosOf(const Expr &x) {
  return x.type().bits() > 32 ? Halide::cos(x) : nearOrLibrary("cos_f32", x, quarterTurns(x, 1));
}

Expr restOf(const Expr &x, const Expr &y) { return call(x.type().bits() > 32 ? "fmod" : "fmodf", {x, y}); }

} // namespace mdl::kernels
