//===- OutputLoads.h - Loads of a kernel's own results -------------------------------===//
//
// Stage: kernels. Note [Output loads]: A result may be read again by a later nest of its
// kernel. The memory of a result is the caller's, and may begin anywhere: as a slice of a
// larger tensor it begins at one element. Halide knows that of its stores, which hold the
// output's parameter, but leaves it out of the loads, and takes a load without parameter for
// one of memory that it has allocated itself: aligned to whole vectors, and safe to read
// beyond the end. So once a kernel is lowered, its loads are given the parameters.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_OUTPUTLOADS_H
#define MDL_KERNELS_OUTPUTLOADS_H

#include <Halide.h>

#include <memory>

namespace mdl::kernels {

/// Gives loads of outputs the parameters of the outputs.
std::unique_ptr<Halide::Internal::IRMutator> nameLoadedOutputs(const Halide::Pipeline &pipeline);

} // namespace mdl::kernels

#endif // MDL_KERNELS_OUTPUTLOADS_H
