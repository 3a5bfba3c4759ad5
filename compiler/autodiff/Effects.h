//===- Effects.h - What another pass of a loop would do again -----------------===//
//
// Stage: autodiff. Calls of the runtime that are not pure: output, checks, random keys, batches.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_AUTODIFF_EFFECTS_H
#define MDL_AUTODIFF_EFFECTS_H

#include "compiler/dialect/Mdl.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace mdl {

/// Whether the operation does more than compute.
bool hasEffect(mlir::Operation *op);

/// The operations inside of a loop or branch that its results depend on: control, computation, and the calls whose
/// results either needs. Output and checks are none of them.
llvm::DenseSet<mlir::Operation *> operationsNeeded(mlir::Operation *control);

/// A copy of a loop or branch that draws its random numbers by keys that it counts up from one, and does nothing else
/// but compute: the form that has a text (sema/Outline.cpp). No values where it draws nothing, or takes something else
/// from the runtime.
llvm::SmallVector<mlir::Value> copyWithCountedKeys(mlir::OpBuilder &builder, mlir::Operation *control);

/// What calls inside of a loop or branch gave, in the order in which they happened, as a tensor of whole numbers.
/// See Note [A twin without effects].
class Journal {
public:
  /// Whether the call can be in a journal.
  static bool canKeep(RuntimeOp call);

  /// Makes `control` write what `calls` give; `behind` is a place behind it.
  Journal(mlir::Operation *control, llvm::ArrayRef<RuntimeOp> calls, mlir::OpBuilder &behind);

  /// The number that a twin begins to read at.
  mlir::Value start(mlir::OpBuilder &builder) const;
  /// Reads what a call gave and maps its results to that; `cursor` moves on.
  void read(mlir::OpBuilder &builder, RuntimeOp call, mlir::Value &cursor, mlir::IRMapping &mapping) const;

private:
  void write(RuntimeOp call, mlir::Value journal) const;

  mlir::Location loc;
  mlir::Value entries; ///< tensor<?xi64>
};

} // namespace mdl

#endif // MDL_AUTODIFF_EFFECTS_H
