//===- Guards.h - Conditions that stand before a read ------------------------------------===//
//
// Stage: sema. Inside a comprehension everything is computed for all indices; what a condition
// (`… if c`, `if c { … }`, `c and …`) leaves out is not used. So where a condition stands
// before a read, only the elements for which it holds must be there: see Note [Guarded reads].
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_GUARDS_H
#define MDL_SEMA_GUARDS_H

#include "compiler/sema/Builtins.h"
#include "compiler/sema/IndexRegion.h"

namespace mdl {

/// A condition in force: `condition`, or that it does not hold.
struct Guard {
  builtin::Tensor condition;
  bool isNegated;
  IndexRegion region; ///< Where the guard lets through.
};

/// Puts a condition in force for a scope. Does nothing outside of comprehensions.
class GuardScope {
public:
  GuardScope(Elaborator &e, const Value &condition, bool isNegated = false);
  ~GuardScope();
  GuardScope(const GuardScope &) = delete;

private:
  Elaborator &e;
  size_t count;
};

/// The value as a condition of which it is known where it holds.
Value withRegion(const Value &condition, const IndexRegion &region);
IndexRegion regionOf(const Value &condition);

/// All guards in force as one condition; null without any.
builtin::Tensor guardMask(Elaborator &e);
/// Emits the check that a condition holds for all indices that the guards let through.
void checkForAll(Elaborator &e, const Value &condition, SourceRange range, const std::string &message);
/// The lowest and the highest value that a subscript takes over the whole index space.
std::pair<Dim, Dim> rangeOf(Elaborator &e, const AffineIndex &index);
/// Whether a subscript counts from the end: it is negative throughout.
bool countsFromEnd(Elaborator &e, const AffineIndex &index);
/// Whether a guard is in force and a subscript, taken over the whole index space, may leave an axis of `size`.
bool needsGuard(Elaborator &e, const TensorValue &index, const Size &size);
/// The places to read at: those of `index`, and the nearest ones for what the guards leave out. Reports places that are
/// surely outside of an axis of `size` (then null) and emits a check of those that may be.
builtin::Tensor guardedPlaces(Elaborator &e, const builtin::Tensor &index, const Size &size, int64_t axis,
                              SourceRange range);
/// x with a border, so that affine subscripts stay inside when taken over the whole index space; moves them along.
/// Null where the border's width is no number; `failed` where there was an error.
builtin::Tensor borderedForReads(Elaborator &e, const builtin::Tensor &x, std::vector<AffineIndex> &indices,
                                 const std::vector<Value> &values, const std::vector<SourceRange> &ranges,
                                 bool &failed);
/// Whether the derivative of an operation by this operand, or what it multiplies another one's by, can be infinite.
bool hasWildDerivative(Elaborator &e, llvm::StringRef op, size_t operand, ElementType element);
/// An operand of an elementwise operation whose derivative need not be finite: 1 where the guards leave the result
/// out. See Note [Guarded derivatives].
builtin::Tensor guardedOperand(Elaborator &e, const std::string &op, size_t operand, const builtin::Tensor &value,
                               SourceRange range);
/// x with one element more along the axes that may have none, so that there is a place 0.
builtin::Tensor withPlaceZero(Elaborator &e, const builtin::Tensor &x, const std::vector<builtin::IndexedAxis> &at);

} // namespace mdl

#endif // MDL_SEMA_GUARDS_H
