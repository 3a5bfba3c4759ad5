//===- Literals.h - Numbers as they are written -------------------------------------------===//
//
// Stage: sema. Reads nests of lists of literals, which become constants, and tells whole numbers
// that do not fit in the type that their context gives them.
//
// Note [Literals that the run chooses]
// `if c { 0 } else { 1 }` is no literal, but takes the type that its context needs, as each of the two would; so do
// `(0, x)` beside `(y, x)` and what a loop returns. Where a branch or a pass of a loop ends, what is written there goes
// through the scf operation in a type that holds it exactly, and is converted where a context says to what. A name
// that it is bound to has the type of a literal that stands alone.
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
/// Whether a whole number is one of the type; of floats all are.
bool holds(ElementType element, int64_t number);
/// Whether a whole number as written is one of the type (reported otherwise).
bool fits(Elaborator &e, int64_t number, ElementType element, SourceRange range);
/// Likewise for the numbers of a nest of lists.
bool allFit(Elaborator &e, const Value &value, ElementType element, SourceRange range);

/// A literal, or what the run chooses among literals; nothing for others. The literal itself is not made exact yet.
std::optional<WrittenNumbers> writtenNumbers(const Value &value);
/// What may be the ones or the others, not made yet.
WrittenNumbers eitherOf(const WrittenNumbers &first, const WrittenNumbers &second);
/// Numbers that are made as a value, whose type is open.
std::shared_ptr<const TensorValue> withOpenType(Elaborator &e, const WrittenNumbers &numbers);
/// Such a value in the type of its context; null if it does not hold them (reported).
std::shared_ptr<const TensorValue> inTypeOf(Elaborator &e, const TensorValue &open, ElementType context,
                                            SourceRange range);
/// Such a value in the type that it has without a context.
std::shared_ptr<const TensorValue> withOwnType(const TensorValue &open);
/// The float type that numbers as written have beside others in one tensor; nothing where none of those is a float.
std::optional<ElementType> floatAmong(Elaborator &e, const std::vector<Value> &values);
/// As settle(), but what is written keeps its type open.
Value settleOpen(Elaborator &e, const Value &value, SourceRange range);
/// Whether a part of it has its type open.
bool hasOpenType(const Value &value);

} // namespace mdl

#endif // MDL_SEMA_LITERALS_H
