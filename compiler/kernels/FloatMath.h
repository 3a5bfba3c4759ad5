//===- FloatMath.h - Functions of floats in vectors --------------------------------===//
//
// Stage: kernels. exp, log, pow, erf and tanh as Halide expressions that are right at NaN,
// infinities, zeros and subnormal numbers. f32 stays in vectors, exp and log of f64 too; its
// other functions call the C library. f16 and bf16 are computed in f32.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_FLOATMATH_H
#define MDL_KERNELS_FLOATMATH_H

#include <Halide.h>

namespace mdl::kernels {

Halide::Expr expOf(const Halide::Expr &x);
Halide::Expr logOf(const Halide::Expr &x);
Halide::Expr powOf(const Halide::Expr &x, const Halide::Expr &y);
Halide::Expr erfOf(const Halide::Expr &x);
Halide::Expr sinOf(const Halide::Expr &x);
Halide::Expr cosOf(const Halide::Expr &x);
Halide::Expr tanhOf(const Halide::Expr &x);
Halide::Expr absOf(const Halide::Expr &x);

/// The rest of a division towards zero, exact whatever the quotient: fmod of the C library.
Halide::Expr restOf(const Halide::Expr &x, const Halide::Expr &y);

} // namespace mdl::kernels

#endif // MDL_KERNELS_FLOATMATH_H
