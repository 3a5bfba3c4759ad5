//===- Literals.h - Numbers as they are written -------------------------------------------===//
//
// Stage: sema. Reads nests of lists of literals, which become constants, and tells whole numbers
// that do not fit in the type that their context gives them.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_LITERALS_H
#define MDL_SEMA_LITERALS_H

#include "compiler/sema/Value.h"

namespace mdl {

/// Reads a nest of lists of numbers; false when it is ragged or holds anything else.
bool readLiterals(const Value &value, std::vector<int64_t> &shape, std::vector<double> &numbers,
                  std::vector<int64_t> &whole, bool &isInt, unsigned depth);
/// Likewise for a nest of `true` and `false`.
bool readTruths(Elaborator &e, const Value &value, std::vector<int64_t> &shape, std::vector<double> &truths,
                unsigned depth);
/// Whether a whole number as written is one of the type (reported otherwise).
bool fits(Elaborator &e, int64_t number, ElementType element, SourceRange range);
/// Likewise for the numbers of a nest of lists.
bool allFit(Elaborator &e, const Value &value, ElementType element, SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_LITERALS_H
