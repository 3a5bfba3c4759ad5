//===- StrictFloat.h - Floating point as IEEE 754 has it ---------------------------===//
//
// Note [Strict arithmetic]: To Halide and to LLVM behind it, a float is a real number
// unless an operation is strict: x - x is 0, x * 0 is 0, and what a plain sum gives is
// no NaN, whatever `isnan` asks. So every operation of a body is strict, but for those
// that are better off: the addition to an accumulator, which may go in several chains, the
// product that feeds it, which becomes one instruction with it, and the polynomials of
// FloatMath.cpp, whose edges are chosen by strict comparisons. That addition and product
// are strict, too, where LLVM might see that an operand is infinity or NaN: it would put
// anything in their place.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_STRICTFLOAT_H
#define MDL_KERNELS_STRICTFLOAT_H

#include <Halide.h>

namespace mdl::kernels::strict {

inline Halide::Expr make(Halide::Type type, Halide::Internal::Call::IntrinsicOp op, const Halide::Expr &a,
                         const Halide::Expr &b) {
  return Halide::Internal::Call::make(type, op, {a, b}, Halide::Internal::Call::PureIntrinsic);
}

inline Halide::Expr add(const Halide::Expr &a, const Halide::Expr &b) {
  return make(a.type(), Halide::Internal::Call::strict_add, a, b);
}
inline Halide::Expr sub(const Halide::Expr &a, const Halide::Expr &b) {
  return make(a.type(), Halide::Internal::Call::strict_sub, a, b);
}
inline Halide::Expr mul(const Halide::Expr &a, const Halide::Expr &b) {
  return make(a.type(), Halide::Internal::Call::strict_mul, a, b);
}
inline Halide::Expr div(const Halide::Expr &a, const Halide::Expr &b) {
  return make(a.type(), Halide::Internal::Call::strict_div, a, b);
}
inline Halide::Expr eq(const Halide::Expr &a, const Halide::Expr &b) {
  return make(Halide::Bool(), Halide::Internal::Call::strict_eq, a, b);
}
inline Halide::Expr lt(const Halide::Expr &a, const Halide::Expr &b) {
  return make(Halide::Bool(), Halide::Internal::Call::strict_lt, a, b);
}

/// Asked of the bits: what an accumulator holds is no NaN to LLVM.
inline Halide::Expr isNaN(const Halide::Expr &x) {
  Halide::Type bits = x.type().with_code(Halide::Type::UInt);
  int mantissa = x.type().is_bfloat() ? 7 : x.type().bits() == 16 ? 10 : x.type().bits() == 32 ? 23 : 52;
  Halide::Expr infinity = (bits.max() >> (mantissa + 1)) << mantissa;
  return (Halide::reinterpret(bits, x) & (bits.max() >> 1)) > infinity;
}

} // namespace mdl::kernels::strict

#endif // MDL_KERNELS_STRICTFLOAT_H
