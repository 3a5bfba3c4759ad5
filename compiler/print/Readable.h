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

/// Runs both on functions. `mdl-opt -mdl-readable` does that to all of a module.
void makeReadable(llvm::ArrayRef<mlir::func::FuncOp> functions);
void registerPrintPasses();

} // namespace mdl

#endif // MDL_PRINT_READABLE_H
