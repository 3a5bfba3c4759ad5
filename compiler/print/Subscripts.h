//===- Subscripts.h - Parts of tensors as subscripts ----------------------------------------===//
#ifndef MDL_PRINT_SUBSCRIPTS_H
#define MDL_PRINT_SUBSCRIPTS_H

#include "compiler/print/FunctionPrinter.h"
#include "mlir/IR/OpDefinition.h"

namespace mdl::print {

/// `1:3, :, ::2` for a regular part of `whole`. `single` axes, whose size is 1, are left out of the part: `i`, not
/// `i:i + 1`. A target is written to.
std::string subscriptText(FunctionPrinter &printer, mlir::Value whole, llvm::ArrayRef<mlir::OpFoldResult> offsets,
                          llvm::ArrayRef<mlir::OpFoldResult> sizes, llvm::ArrayRef<mlir::OpFoldResult> strides,
                          llvm::ArrayRef<int64_t> single = {}, bool isTarget = false);

/// `:, i, j` for places along `axes`, which increase.
std::string placeSubscripts(llvm::ArrayRef<std::string> places, llvm::ArrayRef<int64_t> axes);

/// A reshape that only makes axes of size 1 (`grows`), or takes some away.
struct OnesChange {
  bool grows;
  llvm::SmallVector<int64_t> axes; ///< Of the side that has them.
};
std::optional<OnesChange> onesChange(ReshapeOp op);

llvm::SmallVector<int64_t> axesOfOne(llvm::ArrayRef<int64_t> shape);

/// What a broadcast repeats along axes of size 1 that were only taken away for it; null for any other broadcast.
mlir::Value repeatedAlongOnes(FunctionPrinter &printer, BroadcastOp op);

/// `x[i:i + 1]` for a part; nothing where a place of it may be counted from the end, which only `x[i]` says.
std::optional<Text> rangeText(FunctionPrinter &printer, SliceOp op);

/// Numbers added at places of a vector: what the language's `scatter_add` is for.
bool isVectorScatter(ScatterAddOp op);

/// A variable for each axis of a value: `i`, `j`, …
llvm::SmallVector<std::string> loopVariables(FunctionPrinter &printer, mlir::Value value);

/// `i + 1, 2 * j` for the results of a map of variables and places. An axis of size 1 may have `0` for a variable.
std::string affineSubscripts(FunctionPrinter &printer, mlir::AffineMap map, llvm::ArrayRef<std::string> variables,
                             mlir::ValueRange places);

} // namespace mdl::print

#endif // MDL_PRINT_SUBSCRIPTS_H
