//===- Passes.h - The host stage ----------------------------------------------===//
//
// Takes functions of launches and runtime calls on memrefs, gives the LLVM dialect.
// EmitHost.h makes LLVM IR, assembly and objects of that.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_HOST_PASSES_H
#define MDL_HOST_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mdl {

/// -mdl-copy-to-loops: copies between memrefs that are not both dense become loops.
std::unique_ptr<mlir::Pass> createCopyToLoopsPass();
/// -mdl-launch-to-call: launches and runtime calls become calls of C functions; kernels go.
std::unique_ptr<mlir::Pass> createLaunchToCallPass();
/// -mdl-host-to-llvm: all that is left becomes the LLVM dialect.
std::unique_ptr<mlir::Pass> createHostToLLVMPass();

void registerHostPasses();

} // namespace mdl

#endif // MDL_HOST_PASSES_H
