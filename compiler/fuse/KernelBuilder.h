//===- KernelBuilder.h - Makes kernels and their launches -------------------------------===//
#ifndef MDL_FUSE_KERNELBUILDER_H
#define MDL_FUSE_KERNELBUILDER_H

#include "compiler/dialect/Mdl.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace mdl {

/// What becomes one kernel.
struct Cluster {
  /// In the order in which they run.
  llvm::SmallVector<mlir::Operation *> ops;
  /// What others use of them.
  llvm::SmallVector<mlir::Value> results;
  /// For each result the tensor that it overwrites, or null.
  llvm::SmallVector<mlir::Value> overwritten;
};

class KernelBuilder {
public:
  explicit KernelBuilder(mlir::ModuleOp module) : module(module) {}

  /// Makes a kernel with clones of the cluster's operations, or finds it among those made, and launches it.
  LaunchOp outline(mlir::OpBuilder &builder, const Cluster &cluster);

private:
  mlir::StringRef symbolFor(KernelOp kernel);

  mlir::ModuleOp module;
  llvm::StringMap<std::string> symbols;
};

} // namespace mdl

#endif // MDL_FUSE_KERNELBUILDER_H
