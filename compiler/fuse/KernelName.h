//===- KernelName.h - Names of kernels from what they do -------------------------------===//
#ifndef MDL_FUSE_KERNELNAME_H
#define MDL_FUSE_KERNELNAME_H

#include "compiler/dialect/Mdl.h"
#include <string>

namespace mdl {

struct KernelIdentity {
  /// `k_`, words for the main operations, and a hash of the text.
  std::string name;
  /// The kernel as printed with the name `k`: equal for equal kernels alone.
  std::string text;
};
KernelIdentity identify(KernelOp kernel);

} // namespace mdl

#endif // MDL_FUSE_KERNELNAME_H
