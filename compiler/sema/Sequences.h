//===- Sequences.h - What a loop or a comprehension goes over ---------------------------===//
//
// Stage: sema. Ranges, the rows of tensors, lists, and `zip` and `enumerate` of them: how long
// they are, and the element at a place, for a loop that counts and for an axis of the index space.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_SEQUENCES_H
#define MDL_SEMA_SEQUENCES_H

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <deque>

namespace mdl {

/// How the length of a range is meant whose end may lie before its begin.
enum class RangeUse : uint8_t {
  Passes, ///< Nothing else is of that length: none.
  Axis,   ///< It is a size of a tensor, so that `0..n - 1` has to be `n - 1`: see Note [Empty ranges].
};

/// The length; null (reported) for what nothing goes over.
std::optional<Size> sequenceLength(Elaborator &e, const Value &source, SourceRange range, RangeUse use);
/// The element at a place that is known when the program runs; null (reported) for a list that would need it now.
Value elementAt(Elaborator &e, const Value &source, const Dim &at, SourceRange range);
/// How many numbers a vector of whole ones has that is known now, and the one at a place; nothing for others.
std::optional<int64_t> countOfKnown(const Value &vector);
Value knownElement(Elaborator &e, const Value &vector, int64_t at);
/// The numbers of a range as a vector; null if reported.
Value numbersOf(Elaborator &e, const RangeValue &range, SourceRange place);
/// What is gone over, with what `change` gives for it, or for each of several that are gone over side by side; null
/// if it gives a null.
Value mapSources(const Value &source, llvm::function_ref<Value(const Value &)> change);
/// The elements along the last axis of the index space.
Value elementsAlong(Elaborator &e, const Value &source, SourceRange range);
/// The elements of a list or tuple that is no tensor, of a `zip` that has one and is as long as is known now, or of
/// anything where `all` are wanted; `failed` where its length is not known then (reported).
std::optional<std::vector<Value>> elementsNow(Elaborator &e, const Value &source, SourceRange range, bool all,
                                              bool &failed);
/// Of a `zip` with a list, the most elements that there can be: as many as the list has; none for others.
std::optional<int64_t> mostBesideList(Elaborator &e, const Value &source);
/// Beside a list: whether there is an element at a place of the list.
Value isBeside(Elaborator &e, const Value &source, int64_t at, SourceRange range);
/// Whether it is known now how many elements it has.
bool isCountedNow(Elaborator &e, const Value &source);
/// What a pattern of several names takes apart: the parts of a tuple or of a list, the rows of a tensor that has
/// `count` of them, as in NumPy; none for others.
std::vector<Value> partsToBind(Elaborator &e, const Value &value, size_t count, SourceRange range);
/// Binds the pattern of a loop or a generator to an element of what `source` gives; false if reported.
bool bindElement(Elaborator &e, const ast::Pattern &pattern, const Value &element, const ast::Expr *source,
                 SourceRange range, Scope &into);
/// `for i, x in enumerate(xs)` reads like two generators, one without a range, and is one over pairs: the comprehension
/// with such generators made one, their patterns in `patterns`; null where there is none.
std::unique_ptr<ast::Comprehension> withPairs(Elaborator &e, const ast::Comprehension &expr,
                                              std::deque<ast::Pattern> &patterns);
/// What to call the place in messages.
std::string placeName(const ast::Pattern &pattern);

/// A range whose bounds depend on the indices further out: `l in 0..i + 1`. See VaryingRanges.cpp.
struct VaryingRange {
  Value whole;      ///< A range around those of all indices.
  Value begin, end; ///< Where that of each index lies in it; null for a bound that is the same for all.
};
/// Whether it is rows that are longer for one index than for another, or a `zip` with such rows.
bool hasVaryingLength(const Value &source);
/// The element at a place, or a tuple of those of a `zip`; null if reported.
Value elementAtPlace(Elaborator &e, const Value &source, const Value &place, SourceRange range);
/// Nothing where the source is something else; `failed` where a bound is no whole number (reported). Of a `zip` with
/// rows of different lengths, its places.
std::optional<VaryingRange> varyingRange(Elaborator &e, const Value &source, SourceRange range, bool &failed);
/// Every so many of the numbers of such a range, from its end where `step` is negative, as rows of different lengths:
/// `(0..i)[::-1]`. Null if reported, nothing for a range that is the same for all indices.
std::optional<Value> numbersOfVarying(Elaborator &e, const RangeValue &range, int64_t step, SourceRange place);
/// Which elements of the whole range, along the last axis of the index space, each index has.
Value hasElement(Elaborator &e, const VaryingRange &varying, SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_SEQUENCES_H
