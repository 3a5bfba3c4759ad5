//===- Builtins.h - What the tables of builtins share ------------------------------===//
//
// Stage: sema. Reading arguments (axes, flags, element types) and short ways to the
// operations that several builtins are made of. Everything counts axes from the front of
// the whole shape, those of a comprehension's index space included.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_BUILTINS_H
#define MDL_SEMA_BUILTINS_H

#include "compiler/sema/Elaborator.h"

namespace mdl::builtin {

using Tensor = Elaborator::Tensor;
using Item = CallArguments::Item;

//===--- Arguments ----------------------------------------------------------------===//

/// The first argument as a tensor; null (reported) if it is none.
Tensor firstTensor(Elaborator &e, const std::optional<BoundArguments> &bound);
/// One axis that is known now, `fallback` without an argument; `extra` more than x has may be named.
std::optional<unsigned> axisOf(Elaborator &e, const Item *item, const Tensor &x, int64_t fallback, SourceRange call,
                               unsigned extra = 0);
/// One axis or several, sorted; all of x without an argument. For a reduction, by its name, an argument without a name
/// that is none of them may be meant as a second value.
std::optional<std::vector<int64_t>> axesOf(Elaborator &e, const Item *item, const Tensor &x,
                                           const std::string &reduction = "");
/// A bool that is known now; false without an argument.
std::optional<bool> flagOf(Elaborator &e, const Item *item);
/// `dtype=`.
std::optional<ElementType> elementTypeOf(Elaborator &e, const Item *item, ElementType fallback);
/// The elements of a list or tuple; null for anything else.
const std::vector<Value> *elementsOf(const Value &value);

//===--- Operations ---------------------------------------------------------------===//

Tensor permuted(Elaborator &e, const Tensor &x, llvm::ArrayRef<int64_t> order);
/// x with axis `from` moved to place `to`.
Tensor moveAxis(Elaborator &e, const Tensor &x, unsigned from, unsigned to);
Tensor reversed(Elaborator &e, const Tensor &x, llvm::ArrayRef<int64_t> axes);
/// `size` elements of an axis from `offset` on, which are known to be there.
Tensor part(Elaborator &e, const Tensor &x, unsigned axis, const Dim &offset, const Size &size);
/// Tensors of one element type one behind the other; all lifted alike, sizes checked already.
Tensor joined(Elaborator &e, std::vector<Tensor> tensors, unsigned axis);
/// A reduction along these axes, which stay with size 1 if `keep`; `lift` of the result unless it is that of x.
Tensor reduceAxes(Elaborator &e, const std::string &op, const Tensor &x, llvm::ArrayRef<int64_t> axes,
                  bool keep = false, std::optional<unsigned> lift = std::nullopt);
/// Whole numbers that count along an axis of `shape`.
Tensor counted(Elaborator &e, const Shape &shape, unsigned axis, unsigned lift = 0);
/// Reads x at places: each index tensor names places along an axis of x, they broadcast together. The result has the
/// axes of the index space, those of the indices, then the other axes of x. Places are checked when the program runs.
struct IndexedAxis {
  unsigned axis;
  Tensor index;
  SourceRange range;
  int64_t number = 0;    ///< Of the axis as the user counts, for messages.
  bool isInside = false; ///< The places need no check: a slice has only such as there are.
};
Tensor gatherAt(Elaborator &e, const Tensor &x, const std::vector<IndexedAxis> &at, SourceRange range);
/// Emits the check that the numbers of `index` are places of an axis of `size`.
void checkIndices(Elaborator &e, const Tensor &index, const Size &size, int64_t axis, SourceRange range);
/// x repeated to its own axes being `shape`, by NumPy's rules; null (reported for `call`) where they do not become
/// that.
Tensor repeatedTo(Elaborator &e, const Tensor &x, SourceRange range, const Shape &shape, const CallArguments &call);
/// x with a border of `value`, which is one number or one for each index: so much before and behind each of its own
/// axes.
Tensor padded(Elaborator &e, Tensor x, llvm::ArrayRef<std::pair<Dim, Dim>> widths, Tensor value, SourceRange range);
/// Values and places of x sorted along an axis, the first `count` of them if that is given.
std::pair<Tensor, Tensor> sortedAlong(Elaborator &e, const Tensor &x, unsigned axis, bool descending,
                                      const Size *count = nullptr);
/// How many elements the axes from `first` on have.
Dim elementCount(const Shape &shape, unsigned first);
/// x with all its own axes made one.
Tensor flat(Elaborator &e, const Tensor &x, SourceRange range);

} // namespace mdl::builtin

#endif // MDL_SEMA_BUILTINS_H
