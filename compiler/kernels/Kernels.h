//===- Kernels.h - Kernels to objects ------------------------------------------===//
//
// Stage: kernels. Input: the `mdl.kernel` operations of a module (bodies of linalg on
// tensors). Output: for each one an object file with the C function of its name, kept
// in a cache on disk, and the text of the schedule that was chosen.
//
// The C function is `int32_t name(in0, …, inplace0, …, out0, …)`: a tensor is a
// `halide_buffer_t *` (dense; dimension 0 is the last axis; minima 0), a scalar goes by
// value with its own C type (`index` as int64_t, i1 as bool). Types of buffers: f32
// {float, 32}, i8 of either sign {int, 8}, i1 {uint, 1} stored as one byte, and so on.
// 0 is success; memory that cannot be had and a cancelled loop are errors, which halide_error of the runtime archive is
// told.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_KERNELS_H
#define MDL_KERNELS_KERNELS_H

#include <memory>
#include <string>
#include <vector>

namespace mlir {
class ModuleOp;
}

namespace mdl {

struct KernelOptions {
  /// "" is this machine with all it has; "x86-64-v3" is a baseline that other machines share; else a Halide target
  /// string.
  std::string target;
  /// "" is $MDL_CACHE, else $XDG_CACHE_HOME/mdl, else ~/.cache/mdl.
  std::string cacheFolder;
  /// How many worker processes at once; 0: as many as there are cores.
  unsigned jobs = 0;
  /// Only the texts of the schedules; no object is made.
  bool schedulesOnly = false;
  /// Kernels look at the types, sizes and accesses of their buffers in each run: for tests of the schedules.
  bool checked = false;
};

struct CompiledKernel {
  std::string name;
  std::string object;   ///< Path of the object file in the cache.
  std::string schedule; ///< What `--emit=schedule` prints.
  bool cacheHit = false;
};

struct KernelResult {
  std::vector<CompiledKernel> kernels; ///< In the order of the module.
  std::string error;                   ///< "" when all is well.
  explicit operator bool() const { return error.empty(); }
};

/// Compiles every kernel of the module that the cache does not hold yet, in child processes while the caller goes on:
/// once this is made the module may be changed. Forks: no other thread of the caller may hold a lock that compiling
/// needs.
class KernelJobs {
public:
  explicit KernelJobs(mlir::ModuleOp module, const KernelOptions &options = {});
  ~KernelJobs();
  /// Waits for the last one.
  KernelResult finish();

private:
  struct State;
  std::unique_ptr<State> state;
};

/// Both steps at once.
KernelResult compileKernels(mlir::ModuleOp module, const KernelOptions &options = {});

/// The folder that holds cached objects for these options.
std::string kernelCacheFolder(const KernelOptions &options);

} // namespace mdl

#endif // MDL_KERNELS_KERNELS_H
