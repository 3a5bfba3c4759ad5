//===- LineCompiler.h - A line's module to code in memory ---------------------===//
//
// Stage: repl. The way of a line is that of a program: the same passes, the same kernel
// objects from the same cache, the same host code; only the end differs, ORC instead of a
// linker. A module that was compiled before, whatever line it came from, is not compiled
// again.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_REPL_LINECOMPILER_H
#define MDL_REPL_LINECOMPILER_H

#include "compiler/repl/Jit.h"
#include "compiler/sema/Elaborate.h"

#include "llvm/ADT/StringMap.h"

#include <optional>

namespace mdl::repl {

/// Milliseconds that the parts of a line took, in order.
struct LineTimes {
  double check = 0, passes = 0, kernels = 0, host = 0, load = 0, run = 0;
  bool wasKnown = false; ///< The code was there already.
  unsigned newKernels = 0;
  double total() const { return check + passes + kernels + host + load + run; }
};

class LineCompiler {
public:
  LineCompiler(Compilation &compilation, Jit &jit) : compilation(compilation), jit(jit) {}

  /// Errors are reported to the compilation, at `whole` where they have no place of their own.
  std::optional<LineCode> compile(mlir::ModuleOp module, SourceRange whole, LineTimes &times);

private:
  Compilation &compilation;
  Jit &jit;
  llvm::StringMap<LineCode> known; ///< By the hash of the checked module.
};

} // namespace mdl::repl

#endif // MDL_REPL_LINECOMPILER_H
