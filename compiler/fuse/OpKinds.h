//===- OpKinds.h - What an operation is to clustering --------------------------------===//
//
// Stage: fuse. Operations are told apart by their loops and bodies, never by name, so that
// a comprehension is treated as the built-in that has the same structure.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_FUSE_OPKINDS_H
#define MDL_FUSE_OPKINDS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Operation.h"

namespace mdl {

enum class OpKind {
  Host,        ///< stays outside of kernels
  Elementwise, ///< parallel loops only
  Reduce,      ///< some loops are summed over (or maximised, …)
  Contract,    ///< a reduction that reuses operands: matrix product, convolution, `sum(abs(a[i, l] - b[j, l]) for l)`
  Scatter,     ///< writes at computed places, or scans: `mdl.scatter_add`, `mdl.cumsum`, …
};

OpKind kindOf(mlir::Operation *op);

/// Whether an operand lacks a parallel loop, given the maps of the operands and of the result behind them.
bool reusesAnOperand(llvm::ArrayRef<mlir::AffineMap> maps, llvm::ArrayRef<mlir::utils::IteratorType> loops);
/// Whether each of two operands has a parallel loop that the other lacks, the innermost one of the result among them:
/// a register tile then serves many reads of both.
bool reusesTwoOperands(llvm::ArrayRef<mlir::AffineMap> operands, mlir::AffineMap result);
/// Whether the body holds what is too dear to do again at each use: a function of math, a division, a computed read.
bool isHeavy(mlir::Operation *op);
/// Whether the operation makes whole numbers or conditions out of places alone, such as `l <= i`.
bool isOfPlaces(mlir::Operation *op);
/// Whether the operation costs nothing to repeat for each user: it reads no tensor, only copies one, or looks at places
/// alone.
bool isFree(mlir::Operation *op);

/// Whether the operand is read at the loops' own place, over the whole result.
bool readsInPlace(mlir::OpOperand &operand);
/// The tensors that an operation reads, also inside of its body.
llvm::SmallVector<mlir::Value> tensorsRead(mlir::Operation *op);

} // namespace mdl

#endif // MDL_FUSE_OPKINDS_H
