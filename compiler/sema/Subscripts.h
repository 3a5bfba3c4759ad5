//===- Subscripts.h - What stands in the brackets of x[…] --------------------------===//
//
// Stage: sema. Subscripts taken apart, one part for each axis of the base: for reads and
// for assignments alike (Indexing.cpp).
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_SUBSCRIPTS_H
#define MDL_SEMA_SUBSCRIPTS_H

#include "compiler/sema/Builtins.h"

namespace mdl {

/// What the subscripts do to one axis of the base.
struct AxisPart {
  Dim offset, size;
  int64_t step = 1; ///< Positive; `reversed` tells the direction.
  bool reversed = false;
  bool dropped = false;          ///< Indexed by a number.
  builtin::Tensor gathered;      ///< Indexed by a tensor of whole numbers.
  builtin::Tensor mask;          ///< What `gathered` are the places of.
  std::optional<unsigned> along; ///< In a comprehension: the slice goes along this axis of the index space.
  SourceRange range;
};
struct Subscripts {
  std::vector<AxisPart> axes; ///< One an axis of the base, lift axes left out.
  std::vector<int> order;     ///< Of the result: an axis, or -1 for a new one.
  std::optional<size_t> rest; ///< Where `...` stands in `order`, though no axis is left for it.
};

/// A read in a comprehension with slices that begin at an index of it, `x[i:i + 3]`; null where it failed (reported),
/// nothing where there is none. See Windows.cpp.
std::optional<Value> readWindows(Elaborator &e, const builtin::Tensor &base, SourceRange baseRange,
                                 const std::vector<ast::Subscript> &subscripts, SourceRange range);
/// Whether a slice begins or ends at an index of the comprehension; `failed` where a bound is in error (reported).
bool hasWindow(Elaborator &e, const std::vector<ast::Subscript> &subscripts, bool &failed);
/// A bound of such a slice of an axis, counted from the front and put inside of [low, high].
Value boundOfWindow(Elaborator &e, const Value &bound, const Dim &low, const Dim &high, const Dim &size,
                    SourceRange range);
/// An assignment to such slices; null where it failed (reported), nothing where there is none. See WindowUpdates.cpp.
std::optional<Value> assignWindows(Elaborator &e, const builtin::Tensor &base,
                                   const std::vector<ast::Subscript> &subscripts, const Value &value,
                                   SourceRange valueRange, SourceRange range);
/// A read with a slice whose places the run counts, `x[::s]` or `x[a:b:-1]`; null where it failed (reported), nothing
/// where there is none. See Strides.cpp.
std::optional<Value> readStrides(Elaborator &e, const builtin::Tensor &base, SourceRange baseRange,
                                 const std::vector<ast::Subscript> &subscripts, SourceRange range);
/// An assignment to such a slice; null where it failed (reported), nothing where there is none.
std::optional<Value> assignStrides(Elaborator &e, const builtin::Tensor &base,
                                   const std::vector<ast::Subscript> &subscripts, const Value &value,
                                   SourceRange valueRange, SourceRange range);
/// A read through a mask that is another one for each index, `x[x > t]`; nothing for other reads.
std::optional<Value> readMaskOfIndex(Elaborator &e, const builtin::Tensor &base,
                                     const std::vector<ast::Subscript> &subscripts, SourceRange range);
/// Of a record that is indexed, `d["a"]`: the field that is meant.
std::string fieldHint(Elaborator &e, const ast::Index &expr);
/// Whether two values are computed in the same way from the same values.
bool isSameValue(mlir::Value a, mlir::Value b, unsigned depth = 16);
/// The nearest operation before the builder's place that is the one looked for and still in sight; null without one.
mlir::Operation *operationBefore(Elaborator &e, llvm::function_ref<bool(mlir::Operation *)> isIt);
/// The step, where it is known; nothing (reported) for what is none.
std::optional<int64_t> knownStep(Elaborator &e, const ast::Subscript &slice);
/// What a slice leaves of an axis; false if reported. `assigned`: the sizes of the value that goes there. See
/// Slices.cpp.
bool slicePart(Elaborator &e, const ast::Subscript &slice, const Size &size, const Shape *assigned, AxisPart &part);
/// Whether a slice goes backwards between bounds whose places only the run knows.
bool isBackwardsOfRun(Elaborator &e, const ast::Subscript &slice, const Size &size);
/// Nothing (reported) where a subscript is no place of its axis. `assigned`: the sizes of the value that goes there.
std::optional<Subscripts> resolve(Elaborator &e, const TensorValue &base, const std::vector<ast::Subscript> &subscripts,
                                  SourceRange range, const Shape *assigned = nullptr);
/// The place that a number names: `-1` is the last. Emits a check unless it is known to be inside; nothing (reported)
/// where it is surely outside.
std::optional<Dim> placeOfNumber(Elaborator &e, const Dim &index, const Size &size, unsigned axis, SourceRange range);
/// Whether the values of a subscript lie inside its axis; reports what is surely outside, emits a check of what may be.
bool checkAffineBounds(Elaborator &e, const AffineIndex &index, const Size &size, unsigned axisOfBase,
                       SourceRange range);
/// The offset, size and stride operands of mdl.slice and mdl.update_slice, which have `leading` operands before them.
void sliceOperands(Elaborator &e, const TensorValue &base, const Subscripts &subscripts, unsigned leading,
                   llvm::SmallVector<mlir::Value> &operands, llvm::SmallVector<mlir::NamedAttribute> &attributes);
/// Whether the subscripts leave elements of the base out, or turn them around.
bool isSliced(const TensorValue &base, const Subscripts &subscripts);
llvm::SmallVector<int64_t> reversedAxes(const Subscripts &subscripts, unsigned lift);
/// The base with its slices taken: axes indexed by a number keep one element, those indexed by tensors are whole.
builtin::Tensor takeSlices(Elaborator &e, const builtin::Tensor &base, const Subscripts &subscripts);
/// The sizes without the axes indexed by numbers and with the new ones.
Shape openShape(const Subscripts &subscripts, const Shape &sliced, unsigned lift, SourceRange range);
/// The axes indexed by tensors, counted in openShape.
std::vector<builtin::IndexedAxis> indexedAxes(const Subscripts &subscripts, unsigned lift);
/// Behind how many of the other axes NumPy puts those of the index tensors: where they stand in one block with the
/// numbers, else in front.
unsigned placeOfIndexed(const Subscripts &subscripts);

/// The value of an assignment with the sizes of its place where these are the run's and have no name in the program, as
/// those of `y[a:b]` and `x[m]`: that they are the same is checked when the program runs.
Elaborator::Tensor withSizesOfPlace(Elaborator &e, const Elaborator::Tensor &source, const Shape &target,
                                    SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_SUBSCRIPTS_H
