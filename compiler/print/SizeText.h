//===- SizeText.h - Sizes and subscripts ----------------------------------------------------===//
#ifndef MDL_PRINT_SIZETEXT_H
#define MDL_PRINT_SIZETEXT_H

#include "mlir/IR/OpDefinition.h"

#include <map>
#include <string>

namespace mdl::print {

class FunctionPrinter;

/// A sum of names with whole factors, and a constant.
struct LinearSize {
  std::map<std::string, int64_t> terms = {};
  int64_t constant = 0;

  LinearSize plus(const LinearSize &other, int64_t factor = 1) const;
  std::string text() const;
};

LinearSize linear(FunctionPrinter &printer, mlir::OpFoldResult number);

} // namespace mdl::print

#endif // MDL_PRINT_SIZETEXT_H
