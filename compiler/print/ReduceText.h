//===- ReduceText.h - Reductions ------------------------------------------------------------===//
#ifndef MDL_PRINT_REDUCETEXT_H
#define MDL_PRINT_REDUCETEXT_H

#include "compiler/print/FunctionPrinter.h"

namespace mdl::print {

bool isReduction(mlir::Operation *op);
/// With `keepdims` the text has the axes of the operand.
Text reductionText(FunctionPrinter &printer, mlir::Operation *op, bool keepdims);

} // namespace mdl::print

#endif // MDL_PRINT_REDUCETEXT_H
