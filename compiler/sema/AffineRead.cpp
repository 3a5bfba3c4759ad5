//===- AffineRead.cpp - a[i, j + 1] in a comprehension -------------------------------===//
//
// Stage: sema. A read whose subscripts are affine in the indices of the comprehensions around
// becomes a transpose, or mdl.affine_gather. That it stays inside the axes is checked here
// where sizes are known, else when the program runs.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "compiler/sema/Subscripts.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;

bool mdl::checkAffineBounds(Elaborator &e, const AffineIndex &index, const Size &size, unsigned axisOfBase,
                            SourceRange range) {
  auto [low, high] = rangeOf(e, index);
  for (auto [axis, coefficient] : index.terms)
    if (e.axes[axis].size.dim.isConstant(0))
      return true;
  auto lowest = low.constant();
  auto slack = (size.dim - Dim(1) - high).constant();
  if ((lowest && *lowest < 0) || (slack && *slack < 0)) {
    const Dim &bad = lowest && *lowest < 0 ? low : high;
    auto report = e.diags.report(diag::IndexOutOfRange, range, {e.dims.print(bad), e.dims.print(size.dim)});
    e.noteOrigin(report, size);
    for (auto [axis, coefficient] : index.terms)
      e.noteOrigin(report, e.axes[axis].size);
    if (&bad == &low)
      report.hint("an index counts from the end where it is negative throughout, as in `x[-1 - i]`; `%` wraps around");
    return false;
  }
  if (lowest && slack)
    return true;
  e.emit.runtime("mdl_check_index_range",
                 {e.emit.i64(low, e.dims), e.emit.i64(high, e.dims), e.emit.constantI64(0),
                  e.emit.i64(size.dim, e.dims), e.emit.constantI64(axisOfBase), e.where(range)});
  return true;
}

Value Elaborator::affineRead(const Tensor &base, const std::vector<AffineIndex> &indices, SourceRange range,
                             const std::vector<SourceRange> &indexRanges) {
  emit.setPlace(range);
  for (size_t i = 0; i < indices.size(); ++i)
    if (!checkAffineBounds(*this, indices[i], base->shape[i], i, indexRanges[i]))
      return nullptr;
  // The result: the axes that the subscripts use, in order, then what is left of the base.
  llvm::SmallVector<unsigned> used;
  for (auto &index : indices)
    for (auto [axis, coefficient] : index.terms)
      if (!llvm::is_contained(used, axis))
        used.push_back(axis);
  llvm::sort(used);
  unsigned lift = axes.size(), rest = base->rank() - indices.size();
  auto placeOf = [&](unsigned axis) { return llvm::find(used, axis) - used.begin(); };
  Shape dense, whole(lift, Size{Dim(1), {}});
  for (unsigned axis : used) {
    dense.push_back(axes[axis].size);
    whole[axis] = axes[axis].size;
  }
  dense.insert(dense.end(), base->shape.begin() + indices.size(), base->shape.end());
  whole.insert(whole.end(), base->shape.begin() + indices.size(), base->shape.end());

  // A permutation of whole axes is a transpose; anything else is a gather by an affine map.
  bool permutation = used.size() == indices.size();
  llvm::SmallVector<int64_t> order(dense.size());
  for (size_t i = 0; permutation && i < indices.size(); ++i) {
    auto &index = indices[i];
    permutation = index.terms.size() == 1 && index.terms[0].second == 1 && index.offset.isConstant(0) &&
                  axes[index.terms[0].first].size.dim == base->shape[i].dim;
    if (permutation)
      order[placeOf(index.terms[0].first)] = i;
  }
  for (unsigned i = 0; i < rest; ++i)
    order[used.size() + i] = indices.size() + i;
  if (permutation) {
    bool identity = llvm::is_sorted(order);
    Tensor moved = identity ? base
                            : make(emit.op("transpose", ssa(base), emit.tensorType(base->element, dense),
                                           {emit.ints("permutation", order)}),
                                   base->element, dense);
    return reshape(moved, whole, lift);
  }
  auto *context = emit.builder.getContext();
  llvm::SmallVector<mlir::AffineExpr> results;
  llvm::SmallVector<mlir::Value> symbols;
  for (auto &index : indices) {
    mlir::AffineExpr sum = mlir::getAffineConstantExpr(0, context);
    for (auto [axis, coefficient] : index.terms)
      sum = sum + mlir::getAffineDimExpr(placeOf(axis), context) * coefficient;
    if (auto constant = index.offset.constant()) {
      sum = sum + *constant;
    } else {
      sum = sum + mlir::getAffineSymbolExpr(symbols.size(), context);
      symbols.push_back(this->index(index.offset));
    }
    results.push_back(sum);
  }
  for (unsigned i = 0; i < rest; ++i)
    results.push_back(mlir::getAffineDimExpr(used.size() + i, context));
  auto map = mlir::AffineMap::get(dense.size(), symbols.size(), results, context);
  llvm::SmallVector<mlir::Value> operands{ssa(base)};
  operands.append(symbols);
  auto sizes = emit.dynamicSizes(dense, dims);
  operands.append(sizes);
  auto segments =
      emit.builder.getDenseI32ArrayAttr({1, static_cast<int32_t>(symbols.size()), static_cast<int32_t>(sizes.size())});
  Tensor read =
      make(emit.op("affine_gather", operands, emit.tensorType(base->element, dense),
                   {emit.attr("map", mlir::AffineMapAttr::get(map)), emit.attr("operandSegmentSizes", segments)}),
           base->element, dense);
  return reshape(read, whole, lift);
}
