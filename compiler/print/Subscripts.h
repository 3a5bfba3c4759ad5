//===- Subscripts.h - Parts of tensors as subscripts ----------------------------------------===//
#ifndef MDL_PRINT_SUBSCRIPTS_H
#define MDL_PRINT_SUBSCRIPTS_H

#include "compiler/print/FunctionPrinter.h"
#include "mlir/IR/OpDefinition.h"

namespace mdl::print {

/// `1:3, :, ::2` for a regular part of `whole`.
std::string subscriptText(FunctionPrinter &printer, mlir::Value whole, llvm::ArrayRef<mlir::OpFoldResult> offsets,
                          llvm::ArrayRef<mlir::OpFoldResult> sizes, llvm::ArrayRef<mlir::OpFoldResult> strides);

} // namespace mdl::print

#endif // MDL_PRINT_SUBSCRIPTS_H
