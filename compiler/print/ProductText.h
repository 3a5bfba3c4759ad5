//===- ProductText.h - Products and quotients ---------------------------------------------===//
#ifndef MDL_PRINT_PRODUCTTEXT_H
#define MDL_PRINT_PRODUCTTEXT_H

#include "compiler/print/FunctionPrinter.h"

namespace mdl::print {

/// A tree of float `mul`, `div` and `neg` as one fraction: `-2 * a * b / n`.
Text productText(FunctionPrinter &printer, mlir::Operation *op);

} // namespace mdl::print

#endif // MDL_PRINT_PRODUCTTEXT_H
