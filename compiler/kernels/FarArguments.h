//===- FarArguments.h - Functions that are dear far from zero -----------------------===//
//
// Stage: kernels. Note [Far arguments]: The sine of a moderate number is a short polynomial;
// that of 1e30 takes hundreds of digits of pi, which the C library has. Expressions know no
// branches, and a choice computes both sides, a call for each lane. So the polynomial goes in
// as a mark, `near(x, result)`, and once a kernel is lowered and its vectors are made, each
// mark becomes a branch: the library is called for a vector that holds a far argument, and
// gives the lanes that do.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_FARARGUMENTS_H
#define MDL_KERNELS_FARARGUMENTS_H

#include <Halide.h>

#include <memory>

namespace mdl::kernels {

/// `result`, or the C library's value where |x| is 2^20 or more, infinite or NaN. `function` is `sin_f32` or `cos_f32`.
Halide::Expr nearOrLibrary(const char *function, const Halide::Expr &x, const Halide::Expr &result);

/// Makes the marks branches.
std::unique_ptr<Halide::Internal::IRMutator> branchOnFarArguments();

} // namespace mdl::kernels

#endif // MDL_KERNELS_FARARGUMENTS_H
