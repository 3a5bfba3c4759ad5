//===- SizeNames.h - Sizes of a few names, and what they are for numbers --------------------===//

#ifndef MDL_UNITTESTS_SEMA_SIZENAMES_H
#define MDL_UNITTESTS_SEMA_SIZENAMES_H

#include "compiler/sema/Dim.h"

#include <algorithm>
#include <vector>

namespace mdl::test {

inline int64_t floorQuotient(int64_t a, int64_t b) {
  return b == 0 ? 0 : a / b - ((a % b != 0) && ((a < 0) != (b < 0)));
}

/// Where the bound of a slice lies, as in NumPy.
inline int64_t placeOf(int64_t bound, int64_t size) {
  return std::clamp<int64_t>(bound < 0 ? bound + size : bound, 0, size);
}

/// The number that a size is where each of its own symbols, by its index, has the value given.
inline int64_t valueOf(const DimTable &dims, const Dim &dim, const std::vector<int64_t> &values) {
  int64_t sum = 0;
  for (auto &[monomial, coefficient] : dim.terms) {
    int64_t product = coefficient;
    for (SymbolId id : monomial) {
      const DimTable::Symbol &symbol = dims[id];
      int64_t first = symbol.isComputed() ? valueOf(dims, symbol.first, values) : values[id];
      int64_t second = symbol.isComputed() ? valueOf(dims, symbol.second, values) : 0;
      switch (symbol.form) {
      case DimTable::Symbol::Form::Own:
        product *= first;
        break;
      case DimTable::Symbol::Form::Quotient:
        product *= floorQuotient(first, second);
        break;
      case DimTable::Symbol::Form::Head:
        product *= placeOf(first, second);
        break;
      case DimTable::Symbol::Form::Tail:
        product *= second - placeOf(first, second);
        break;
      case DimTable::Symbol::Form::Span:
        product *= std::max<int64_t>(first, 0);
        break;
      }
    }
    sum += product;
  }
  return sum;
}

} // namespace mdl::test

#endif // MDL_UNITTESTS_SEMA_SIZENAMES_H
