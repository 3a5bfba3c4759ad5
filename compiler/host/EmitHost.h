//===- EmitHost.h - LLVM IR, assembly and objects of the host code ------------===//
//
// Stage host, last. Takes a module in the LLVM dialect.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_HOST_EMITHOST_H
#define MDL_HOST_EMITHOST_H

#include "mlir/IR/BuiltinOps.h"
#include <string>

namespace mdl {

enum class HostOutput { LLVM, Assembly, Object };

struct HostOptions {
  std::string cpu = "x86-64-v3"; ///< As `llc -mcpu` has it; "native" for this machine.
};

/// Optimises the module's code and gives it as text of LLVM IR, text of assembly, or the bytes of a
/// position-independent object. On failure returns nothing and says why in `error`.
std::string emitHost(mlir::ModuleOp module, HostOutput output, std::string &error, const HostOptions &options = {});

} // namespace mdl

#endif // MDL_HOST_EMITHOST_H
