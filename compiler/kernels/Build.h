//===- Build.h - One kernel from its text to an object -----------------------------===//
//
// Stage: kernels. Translation, schedule and Halide's compilation of one kernel; all
// exceptions of Halide end here.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_BUILD_H
#define MDL_KERNELS_BUILD_H

#include "mlir/IR/Block.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace mdl::kernels {

struct BuildResult {
  std::string schedule;
  std::string error; ///< "" when all is well.
};

/// Halide's name for the target of `KernelOptions::target`; the error text starts with "!" when there is none such.
std::string targetString(llvm::StringRef wanted);

/// A hash of this folder's sources, which change what is made of a kernel.
extern const char *const scheduleVersion;
/// The version of Halide that this was built with.
std::string halideVersion();

/// A kernel: its last arguments are written over by the results of `inplace`. Where it is `checked` it looks at the
/// types, sizes and accesses of its buffers in each run.
struct KernelSource {
  llvm::StringRef name;
  mlir::Block &body;
  llvm::ArrayRef<int64_t> inplace;
  bool checked = false;
};

/// Writes the object of the kernel to `objectPath` (none when empty).
BuildResult buildKernel(const KernelSource &source, llvm::StringRef target, const std::string &objectPath);

} // namespace mdl::kernels

#endif // MDL_KERNELS_BUILD_H
