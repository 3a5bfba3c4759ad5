//===- SizeText.h - Sizes and subscripts ----------------------------------------------------===//
#ifndef MDL_PRINT_SIZETEXT_H
#define MDL_PRINT_SIZETEXT_H

#include "mlir/IR/OpDefinition.h"

#include <map>
#include <memory>
#include <string>

namespace mdl::print {

class FunctionPrinter;

/// A sum of names with whole factors, and a constant.
struct LinearSize {
  struct Quotient;
  std::map<std::string, int64_t> terms = {};
  int64_t constant = 0;
  std::map<std::string, std::shared_ptr<const Quotient>> quotients = {}; ///< The terms that are such.

  LinearSize plus(const LinearSize &other, int64_t factor = 1) const;
  /// Of parts that are there: `minimum(n, 1)` and `n - 1` are n, for there are `n - 1` only where there is one.
  LinearSize joined() const;
  std::string text() const;
  /// What sema calls a size: `2*n - 1`.
  static LinearSize parse(llvm::StringRef text);

private:
  LinearSize withRemainders() const;
};

/// `dividend // divisor`, by a number.
struct LinearSize::Quotient {
  LinearSize dividend;
  int64_t divisor;
};

LinearSize linear(FunctionPrinter &printer, mlir::OpFoldResult number);

/// A place along an axis that may be counted from the end, as in `s[i - 1]`: what it is before the size is added where
/// it is negative.
std::optional<LinearSize> placeFromEnd(FunctionPrinter &printer, mlir::Value whole, int64_t axis,
                                       mlir::OpFoldResult place);

/// How many elements `x[:end]` has of an axis of `all`, wherever `end` lies.
struct HeadSize {
  LinearSize end;
  std::string all;
};
std::optional<HeadSize> headOf(FunctionPrinter &printer, mlir::OpFoldResult number);

} // namespace mdl::print

#endif // MDL_PRINT_SIZETEXT_H
