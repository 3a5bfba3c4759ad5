//===- Jit.h - Objects in memory ----------------------------------------------===//
//
// Stage: repl. Takes the objects that an executable would be linked from, the kernels' and
// the host code's, and gives the addresses of a line's functions, by LLVM's ORC.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_REPL_JIT_H
#define MDL_REPL_JIT_H

#include "compiler/kernels/Kernels.h"
#include "compiler/repl/Runtime.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <set>

namespace mdl::repl {

/// What a line's object defines.
struct LineCode {
  void (*declare)() = nullptr;
  void (*run)() = nullptr;
};

class Jit {
public:
  static std::unique_ptr<Jit> create(const Runtime &runtime, std::string &error);

  /// Adds a line; of its kernels those that are not there yet. On failure says why in `error`.
  LineCode add(const std::vector<CompiledKernel> &kernels, const std::string &hostObject, std::string &error);

private:
  explicit Jit(std::unique_ptr<llvm::orc::LLJIT> engine);
  llvm::Error addAll(const std::vector<CompiledKernel> &kernels, const std::string &hostObject, LineCode &code);

  std::unique_ptr<llvm::orc::LLJIT> engine;
  llvm::orc::JITDylib *runtime = nullptr, *kernels = nullptr;
  std::set<std::string> loaded; ///< Names of kernels, which are hashes of what they do.
  unsigned lines = 0;
};

} // namespace mdl::repl

#endif // MDL_REPL_JIT_H
