//===- Reverse.h - Reverse mode along a chain of operations -------------------===//
//
// The parts of -mdl-grad: which operations lie between values and a loss, which of
// their values change with the former, and the sweep that carries gradients back.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_AUTODIFF_REVERSE_H
#define MDL_AUTODIFF_REVERSE_H

#include "compiler/dialect/Mdl.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseSet.h"

namespace mdl {

using ValueSet = llvm::DenseSet<mlir::Value>;

/// Whether a value is made of floating-point numbers, so that it can have a gradient.
bool hasGradientType(mlir::Value value);

/// The operations that `root` is computed by, in program order. `stop_gradient` hides what is before it.
llvm::SmallVector<mlir::Operation *> collectChain(mlir::Value root, mlir::ValueRange leaves = {});

/// Adds to `active` the results of the chain that change smoothly with values in `active`.
void markActive(llvm::ArrayRef<mlir::Operation *> chain, ValueSet &active);

/// Operations that a sweep has taken out of the program. A sweep knows values by their addresses, so these stay in
/// memory until it has ended: no new value gets the address of an old one.
class Removed {
public:
  Removed() = default;
  Removed(const Removed &) = delete;
  Removed &operator=(const Removed &) = delete;
  ~Removed();
  /// Nobody uses its results.
  void take(mlir::Operation *op);

private:
  llvm::SmallVector<mlir::Operation *> operations;
};

/// The gradient of the loss with respect to each value, as far as the sweep has come.
class Adjoints {
public:
  Adjoints(mlir::OpBuilder &builder, Removed &removed) : removed(removed), builder(builder) {}
  /// Of the sweep that this one is a part of, too.
  Removed &removed;
  /// Adds a share; its shape may be known more or less precisely than that of `value`.
  void add(mlir::Value value, mlir::Value share);
  /// Null if there is none.
  mlir::Value lookup(mlir::Value value) const { return gradients.lookup(value); }
  /// A value has been replaced by another.
  void follow(mlir::Value old, mlir::Value now);
  /// As lookup, but zeros if there is none.
  mlir::Value lookupOrZeros(mlir::Value value);

private:
  mlir::OpBuilder &builder;
  llvm::DenseMap<mlir::Value, mlir::Value> gradients;
};

/// `grad_w` for what is called `w`.
mlir::Location gradientName(mlir::Value value, mlir::Location loc);

/// Carries gradients from the results of a chain to what it was computed from. On failure the operation that has no
/// rule has an error.
llvm::LogicalResult sweepBack(mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Operation *> chain, ValueSet &active,
                              Adjoints &adjoints);

/// Replaces a `mdl.grad` by the operations that compute it. On failure it has an error.
llvm::LogicalResult expandGrad(GradOp grad, Removed &removed, mlir::ValueRange leaves = {});

/// Removes what nobody uses, from the end of the range backwards and inside regions.
void eraseDead(mlir::Block *block, mlir::Block::iterator begin, mlir::Block::iterator end, Removed &removed);

} // namespace mdl

#endif // MDL_AUTODIFF_REVERSE_H
