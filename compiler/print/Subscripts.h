//===- Subscripts.h - Parts of tensors as subscripts ----------------------------------------===//
#ifndef MDL_PRINT_SUBSCRIPTS_H
#define MDL_PRINT_SUBSCRIPTS_H

#include "compiler/print/FunctionPrinter.h"
#include "mlir/IR/OpDefinition.h"

namespace mdl::print {

/// `1:3, :, ::2` for a regular part of `whole`. `single` axes, whose size is 1, are left out of the part: `i`, not
/// `i:i + 1`.
std::string subscriptText(FunctionPrinter &printer, mlir::Value whole, llvm::ArrayRef<mlir::OpFoldResult> offsets,
                          llvm::ArrayRef<mlir::OpFoldResult> sizes, llvm::ArrayRef<mlir::OpFoldResult> strides,
                          llvm::ArrayRef<int64_t> single = {});

/// The axes that the shape `more` has beyond `less`, all of size 1; nothing if that is not all of the difference.
std::optional<llvm::SmallVector<int64_t>> onesBetween(llvm::ArrayRef<int64_t> more, llvm::ArrayRef<int64_t> less);

/// A variable for each axis of a value: `i`, `j`, …
llvm::SmallVector<std::string> loopVariables(FunctionPrinter &printer, mlir::Value value);

/// `i + 1, 2 * j` for the results of a map of variables and places.
std::string affineSubscripts(FunctionPrinter &printer, mlir::AffineMap map, llvm::ArrayRef<std::string> variables,
                             mlir::ValueRange places);

} // namespace mdl::print

#endif // MDL_PRINT_SUBSCRIPTS_H
