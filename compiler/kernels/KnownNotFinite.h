//===- KnownNotFinite.h - Infinities and NaN that are known before the run ------------===//
//
// Stage: kernels. See Note [Strict arithmetic] in StrictFloat.h: to what is not strict an operand
// that LLVM sees to be infinity or NaN is undefined.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_KERNELS_KNOWNNOTFINITE_H
#define MDL_KERNELS_KNOWNNOTFINITE_H

#include <Halide.h>

namespace mdl::kernels {

/// Whether folding constants may turn the value into infinity or NaN at some index, once loops are unrolled: it has
/// such a number in it, or is computed from an index.
bool mayBeKnownNotFinite(const Halide::Expr &value);

} // namespace mdl::kernels

#endif // MDL_KERNELS_KNOWNNOTFINITE_H
