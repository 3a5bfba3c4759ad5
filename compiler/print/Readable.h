//===- Readable.h - What a reader wants of derivatives -----------------------------------===//
//
// Stage: print. Input and output: functions of the mdl dialect that will be text. The chain rule divides and chooses
// wherever it meets an operation; a reader wants one fraction, and choices that say no more than they must. The text
// may round differently from what runs, and give up what only a further derivative needs, so only texts are simplified
// like this.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_PRINT_READABLE_H
#define MDL_PRINT_READABLE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"

namespace mdl {

/// One fraction instead of several: `a / n + b / n` is `(a + b) / n`.
void addQuotientPatterns(mlir::RewritePatternSet &patterns);
/// Choices inside of choices that are made already, and two that are one.
void addChoicePatterns(mlir::RewritePatternSet &patterns);
/// A choice instead of what is read, computed and put back at the places of a mask.
void addMaskPatterns(mlir::RewritePatternSet &patterns);

/// `sigmoid(x)` for what it computes, and its derivative by it.
void callSigmoid(mlir::func::FuncOp function);
/// `relu(x)` and `softmax(x)`, of which derivatives use parts until choices and quotients have met.
void callReluAndSoftmax(mlir::func::FuncOp function);

/// Runs all of that on functions. `mdl-opt -mdl-readable` does it to those of a module.
void makeReadable(llvm::ArrayRef<mlir::func::FuncOp> functions);
void registerPrintPasses();

} // namespace mdl

#endif // MDL_PRINT_READABLE_H
