//===- Pipeline.h - All passes, in order --------------------------------------===//
//
// From the mdl dialect as sema gives it to the LLVM dialect. The driver stops where
// `--emit` asks, and between Kernels and LLVM compiles the kernels (Kernels.h).
//
//===----------------------------------------------------------------------===//
#ifndef MDL_PIPELINE_PIPELINE_H
#define MDL_PIPELINE_PIPELINE_H

#include "mlir/Pass/PassManager.h"

namespace mdl {

/// Forms that a module has on its way.
enum class Stop {
  Mdl,     ///< as sema gives it
  Grad,    ///< without mdl.grad
  Linalg,  ///< linalg on tensors
  Kernels, ///< mdl.kernel and mdl.launch on tensors
  Memory,  ///< the same on memrefs, most of them in one arena
  LLVM,    ///< the LLVM dialect
};

/// Adds the passes that take a module of the form `from` to the form `to`; none if it is there already. For a manager
/// of `builtin.module`.
void addMdlPasses(mlir::OpPassManager &manager, Stop to, Stop from = Stop::Mdl);

/// Dialects and interfaces that a context needs for all of this.
void registerMdlDialects(mlir::DialectRegistry &registry);

/// -mdl-memory and -mdl-host: the stages of several passes under one name each, for mdl-opt.
void registerMdlPipelines();

} // namespace mdl

#endif // MDL_PIPELINE_PIPELINE_H
