//===- Indexing.cpp - x[…] and x[…] = … ---------------------------------------------------------===//
//
// Stage: sema. Numbers and slices become mdl.slice (and mdl.reverse for a negative step),
// numbers' axes and `new` a reshape, integer tensors and masks mdl.gather; an update becomes
// mdl.update_slice. Constant places are checked here, others when the program runs.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

namespace {
/// What the subscripts do to one axis of the base.
struct AxisPart {
  Dim offset, size;
  int64_t step = 1; ///< Positive; `reversed` tells the direction.
  bool reversed = false;
  bool dropped = false;        ///< Indexed by a number.
  Elaborator::Tensor gathered; ///< Indexed by a tensor of whole numbers.
  SourceRange range;
};
struct Subscripts {
  std::vector<AxisPart> axes; ///< One an axis of the base, lift axes left out.
  std::vector<int> order;     ///< Of the result: an axis, or -1 for a new one.
};
} // namespace

/// The place that a number names: `-1` is the last. Emits a check unless it is known to be inside.
static std::optional<Dim> place(Elaborator &e, const Dim &index, const Size &size, unsigned axis, SourceRange range) {
  auto constant = index.constant();
  auto extent = size.dim.constant();
  if (constant && extent && (*constant >= *extent || *constant < -*extent)) {
    auto report = e.diags.report(diag::IndexOutOfRange, range, {std::to_string(*constant), std::to_string(*extent)});
    e.noteOrigin(report, size);
    return std::nullopt;
  }
  if (constant && *constant < 0)
    return size.dim + index;
  if (constant && extent)
    return index;
  mlir::Value at = e.index(index), limit = e.index(size.dim);
  auto &builder = e.emit.builder;
  auto location = e.emit.location;
  e.emit.runtime("mdl_check_index", {e.emit.toI64(at), e.emit.toI64(limit), e.emit.constantI64(axis), e.where(range)});
  if (constant)
    return index;
  mlir::Value negative =
      builder.create<mlir::arith::CmpIOp>(location, mlir::arith::CmpIPredicate::slt, at, e.index(Dim(0)));
  mlir::Value wrapped = builder.create<mlir::arith::AddIOp>(location, at, limit);
  mlir::Value chosen = builder.create<mlir::arith::SelectOp>(location, negative, wrapped, at);
  return e.freshDim("i", range, chosen);
}

/// One bound of a slice, inside [0, size] for positive steps.
static std::optional<Dim> bound(Elaborator &e, const ast::Expr *expr, const Size &size, const Dim &fallback) {
  if (!expr)
    return fallback;
  auto given = e.size(e.expression(expr), expr->range);
  if (!given)
    return std::nullopt;
  Dim at = given->dim;
  auto constant = at.constant();
  if (constant && *constant < 0)
    at = size.dim + at;
  auto known = at.constant(), extent = size.dim.constant();
  if (known && extent)
    return Dim(std::clamp<int64_t>(*known, 0, *extent));
  if (at == size.dim || at.isConstant(0))
    return at;
  // Sizes keep their form; that the bound lies inside is checked when the program runs.
  mlir::Value inside = e.emit.builder.create<mlir::arith::CmpIOp>(e.emit.location, mlir::arith::CmpIPredicate::ule,
                                                                  e.index(at), e.index(size.dim));
  e.emit.runtime("mdl_assert", {inside, e.where(expr->range),
                                e.emit.string("slice bound " + e.dims.print(at) + " is outside an axis of size " +
                                              e.dims.print(size.dim))});
  return at;
}

static bool slicePart(Elaborator &e, const ast::Subscript &subscript, const Size &size, AxisPart &part) {
  int64_t step = 1;
  if (subscript.step) {
    auto constant = e.constantInt(e.expression(subscript.step));
    if (!constant || *constant == 0) {
      e.diags.report(diag::BadArgument, subscript.step->range, {"slice", "the step is a whole number other than 0"});
      return false;
    }
    step = *constant;
  }
  part.step = std::abs(step);
  part.reversed = step < 0;
  if (step > 0) {
    auto begin = bound(e, subscript.begin, size, Dim(0)), end = bound(e, subscript.end, size, size.dim);
    if (!begin || !end)
      return false;
    Dim length = *end - *begin;
    if (auto constant = length.constant(); constant && *constant < 0)
      length = Dim(0);
    part.offset = *begin;
    part.size = step == 1 ? length : e.dims.floorDiv(length + Dim(step - 1), Dim(step));
    return true;
  }
  // Backwards from `begin` down to, and without, `end`.
  Dim last = size.dim - Dim(1);
  auto begin = bound(e, subscript.begin, size, last), end = bound(e, subscript.end, size, Dim(-1));
  if (!begin || !end)
    return false;
  if (auto b = begin->constant(), n = size.dim.constant(); b && n && *b >= *n)
    begin = last;
  Dim length = e.dims.floorDiv(*begin - *end + Dim(part.step - 1), Dim(part.step));
  if (auto constant = length.constant(); constant && *constant < 0)
    length = Dim(0);
  part.size = length;
  part.offset = length.isConstant(0) ? Dim(0) : *begin - (length - Dim(1)) * Dim(part.step);
  return true;
}

/// A mask as the places where it is true.
static Elaborator::Tensor placesOf(Elaborator &e, const Elaborator::Tensor &mask, SourceRange range) {
  mlir::Value places = e.emit.op(
      "nonzero", e.ssa(mask), mlir::RankedTensorType::get({mlir::ShapedType::kDynamic}, e.emit.builder.getI64Type()));
  mlir::Value count = e.emit.builder.create<mlir::tensor::DimOp>(e.emit.location, places, 0);
  std::string name = "count(" + std::string(e.sources.text(range)) + ")";
  return e.make(places, ElementType::I64, {{e.freshDim(name, range, count), range}});
}

static std::optional<Subscripts> resolve(Elaborator &e, const TensorValue &base,
                                         const std::vector<ast::Subscript> &subscripts, SourceRange range) {
  unsigned given = 0;
  bool rest = false;
  for (auto &subscript : subscripts) {
    given += subscript.kind == ast::Subscript::At || subscript.kind == ast::Subscript::Slice;
    rest |= subscript.kind == ast::Subscript::Rest;
  }
  if (given > base.rank()) {
    auto self = std::make_shared<TensorValue>(base);
    e.diags.report(diag::TooManySubscripts, range,
                   {e.typeName(self), std::to_string(base.rank()) + (base.rank() == 1 ? " axis" : " axes"),
                    std::to_string(given)});
    return std::nullopt;
  }
  Subscripts result;
  auto whole = [&] {
    unsigned axis = result.axes.size();
    AxisPart part;
    part.size = base.shape[base.lift + axis].dim;
    result.order.push_back(axis);
    result.axes.push_back(part);
  };
  for (auto &subscript : subscripts) {
    if (subscript.kind == ast::Subscript::NewAxis) {
      result.order.push_back(-1);
      continue;
    }
    if (subscript.kind == ast::Subscript::Rest) {
      for (unsigned i = given; i < base.rank(); ++i)
        whole();
      continue;
    }
    unsigned axis = result.axes.size();
    const Size &size = base.shape[base.lift + axis];
    AxisPart part;
    part.range = subscript.range;
    part.size = size.dim;
    if (subscript.kind == ast::Subscript::Slice) {
      if (!slicePart(e, subscript, size, part))
        return std::nullopt;
      result.order.push_back(axis);
    } else {
      Value at = e.expression(subscript.at);
      if (!at)
        return std::nullopt;
      Elaborator::Tensor index = e.tensor(at, subscript.at->range);
      if (!index)
        return std::nullopt;
      if (index->element == ElementType::Bool) {
        if (index->rank() != 1 || index->shape.back().dim != size.dim) {
          auto report = e.diags.report(diag::BadArgument, subscript.at->range,
                                       {"mask", "a mask has the size of its axis: " + e.typeName(index) +
                                                    " for an axis of " + e.dims.print(size.dim)});
          e.noteOrigin(report, size);
          return std::nullopt;
        }
        part.gathered = placesOf(e, index, subscript.at->range);
        result.order.push_back(axis);
      } else if (!isInteger(index->element)) {
        e.diags.report(diag::ExpectedSize, subscript.at->range, {e.typeName(at)});
        return std::nullopt;
      } else if (index->rank() || index->lift) {
        part.gathered = index;
        result.order.push_back(axis);
      } else {
        auto number = e.size(at, subscript.at->range);
        auto position = number ? place(e, number->dim, size, axis, subscript.at->range) : std::nullopt;
        if (!position)
          return std::nullopt;
        part.offset = *position;
        part.size = Dim(1);
        part.dropped = true;
      }
    }
    result.axes.push_back(part);
  }
  while (result.axes.size() < base.rank())
    whole();
  return result;
}

/// The offset, size and stride operands of mdl.slice and mdl.update_slice.
static void sliceOperands(Elaborator &e, const TensorValue &base, const Subscripts &subscripts, unsigned leading,
                          llvm::SmallVector<mlir::Value> &operands,
                          llvm::SmallVector<mlir::NamedAttribute> &attributes) {
  llvm::SmallVector<int64_t> offsets, sizes, strides;
  llvm::SmallVector<mlir::Value> dynamic[2];
  auto add = [&](const Dim &dim, llvm::SmallVector<int64_t> &fixed, llvm::SmallVector<mlir::Value> &other) {
    auto constant = dim.constant();
    fixed.push_back(constant.value_or(mlir::ShapedType::kDynamic));
    if (!constant)
      other.push_back(e.index(dim));
  };
  for (unsigned axis = 0; axis < base.lift; ++axis) {
    add(Dim(0), offsets, dynamic[0]);
    add(base.shape[axis].dim, sizes, dynamic[1]);
    strides.push_back(1);
  }
  for (auto &part : subscripts.axes) {
    add(part.gathered ? Dim(0) : part.offset, offsets, dynamic[0]);
    add(part.size, sizes, dynamic[1]);
    strides.push_back(part.step);
  }
  operands.append(dynamic[0]);
  operands.append(dynamic[1]);
  llvm::SmallVector<int32_t> segments(leading, 1);
  segments.append({static_cast<int32_t>(dynamic[0].size()), static_cast<int32_t>(dynamic[1].size()), 0});
  attributes = {e.emit.ints("static_offsets", offsets), e.emit.ints("static_sizes", sizes),
                e.emit.ints("static_strides", strides),
                e.emit.attr("operandSegmentSizes", e.emit.builder.getDenseI32ArrayAttr(segments))};
}

Value Elaborator::indexTensor(const Tensor &base, SourceRange baseRange, const std::vector<ast::Subscript> &subscripts,
                              SourceRange range) {
  // A read in a comprehension whose subscripts are sums of its indices.
  if (!base->lift && !axes.empty()) {
    std::vector<AffineIndex> indices;
    std::vector<SourceRange> ranges;
    bool lifted = false, affine = subscripts.size() <= base->rank();
    for (auto &subscript : subscripts) {
      affine &= subscript.kind == ast::Subscript::At;
      if (!affine)
        break;
      Value at = expression(subscript.at);
      if (!at)
        return nullptr;
      ranges.push_back(subscript.at->range);
      auto *t = as<TensorValue>(at);
      if (t && t->affine) {
        indices.push_back(*t->affine);
        lifted = true;
      } else if (auto *literal = as<LiteralValue>(at); literal && literal->isInt) {
        indices.push_back({{}, Dim(literal->intValue)});
      } else if (t && t->known) {
        indices.push_back({{}, *t->known});
      } else {
        affine = false;
      }
    }
    if (affine && lifted)
      return affineRead(base, indices, range, ranges);
  }
  auto resolved = resolve(*this, *base, subscripts, range);
  if (!resolved)
    return nullptr;
  emit.setPlace(range);
  Shape sliced(base->shape.begin(), base->shape.begin() + base->lift);
  bool changed = false, anyGather = false;
  llvm::SmallVector<int64_t> reversed;
  for (unsigned axis = 0; axis < resolved->axes.size(); ++axis) {
    auto &part = resolved->axes[axis];
    const Size &size = base->shape[base->lift + axis];
    bool untouched = part.gathered || (part.size == size.dim && part.offset.isConstant(0) && part.step == 1);
    sliced.push_back(untouched ? size : Size{part.size, part.range});
    changed |= !untouched;
    anyGather |= part.gathered != nullptr;
    if (part.reversed)
      reversed.push_back(base->lift + axis);
  }
  mlir::Value value = ssa(base);
  if (changed) {
    llvm::SmallVector<mlir::Value> operands{value};
    llvm::SmallVector<mlir::NamedAttribute> attributes;
    sliceOperands(*this, *base, *resolved, 1, operands, attributes);
    value = emit.op("slice", operands, emit.tensorType(base->element, sliced), attributes);
  }
  if (!reversed.empty())
    value = emit.op("reverse", value, value.getType(), {emit.ints("axes", reversed)});
  Tensor current = make(value, base->element, sliced, base->lift);
  if (!anyGather) {
    Shape shape(sliced.begin(), sliced.begin() + base->lift);
    for (int axis : resolved->order)
      if (axis < 0)
        shape.push_back({Dim(1), range});
      else if (!resolved->axes[axis].dropped)
        shape.push_back(sliced[base->lift + axis]);
    return reshape(current, shape, base->lift);
  }
  // Numbers' axes go first, so that gathered axes count in what is left.
  Shape shape(sliced.begin(), sliced.begin() + base->lift);
  std::vector<std::pair<unsigned, Tensor>> gathers;
  std::vector<Tensor> indexTensors;
  std::vector<SourceRange> indexRanges;
  for (int axis : resolved->order) {
    if (axis >= 0 && resolved->axes[axis].dropped)
      continue;
    if (axis >= 0 && resolved->axes[axis].gathered) {
      gathers.push_back({shape.size(), resolved->axes[axis].gathered});
      indexTensors.push_back(resolved->axes[axis].gathered);
      indexRanges.push_back(resolved->axes[axis].range);
      emit.runtime("mdl_check_indices",
                   {ssa(resolved->axes[axis].gathered), emit.i64(sliced[base->lift + axis].dim, dims),
                    emit.constantI64(axis), where(resolved->axes[axis].range)});
    }
    shape.push_back(axis < 0 ? Size{Dim(1), range} : sliced[base->lift + axis]);
  }
  current = reshape(current, shape, base->lift);
  unsigned lift;
  auto common = broadcastShapes(indexTensors, indexRanges, range, lift);
  if (!common)
    return nullptr;
  llvm::SmallVector<mlir::Value> operands;
  llvm::SmallVector<int64_t> gatherAxes;
  // A lifted base is read at its own place of the index space.
  if (base->lift) {
    lift = std::max(lift, base->lift);
    Shape space;
    for (unsigned axis = 0; axis < lift; ++axis)
      space.push_back(axis < base->lift ? base->shape[axis] : Size{Dim(1), {}});
    Shape tail(common->begin() + (common->size() - (common->size() >= lift ? common->size() - lift : 0)),
               common->end());
    Shape full = space;
    for (unsigned axis = 0; axis < lift && axis < common->size(); ++axis)
      if (full[axis].dim.isConstant(1))
        full[axis] = (*common)[axis];
    full.insert(full.end(), tail.begin(), tail.end());
    common = full;
    for (unsigned axis = 0; axis < base->lift; ++axis) {
      auto attribute = emit.attr("axis", emit.builder.getI64IntegerAttr(axis));
      if (base->shape[axis].dim.isConstant(1)) {
        operands.push_back(ssa(broadcast(cast(knownScalar(Dim(0)), ElementType::I64), full, 0)));
      } else {
        operands.push_back(
            emit.op("iota", emit.dynamicSizes(full, dims), emit.tensorType(ElementType::I64, full), {attribute}));
      }
      gatherAxes.push_back(axis);
    }
  }
  for (auto &[axis, index] : gathers) {
    operands.push_back(ssa(broadcast(index, *common, lift)));
    gatherAxes.push_back(axis);
  }
  operands.insert(operands.begin(), ssa(current));
  Shape out = *common;
  std::vector<unsigned> rest;
  for (unsigned axis = 0; axis < shape.size(); ++axis)
    if (!llvm::is_contained(gatherAxes, static_cast<int64_t>(axis))) {
      out.push_back(shape[axis]);
      rest.push_back(axis);
    }
  Tensor gathered =
      make(emit.op("gather", operands, emit.tensorType(base->element, out), {emit.ints("axes", gatherAxes)}),
           base->element, out, lift);
  // NumPy leaves the new axes where one block of indexed axes stood.
  unsigned first = gathers.front().first, before = 0;
  bool adjacent = gathers.back().first - first + 1 == gathers.size();
  for (unsigned axis : rest)
    before += axis < first && axis >= base->lift;
  if (base->lift || lift || !adjacent || before == 0)
    return gathered;
  llvm::SmallVector<int64_t> permutation;
  Shape permuted;
  for (unsigned i = 0; i < before; ++i)
    permutation.push_back(common->size() + i);
  for (unsigned i = 0; i < common->size(); ++i)
    permutation.push_back(i);
  for (unsigned i = common->size() + before; i < out.size(); ++i)
    permutation.push_back(i);
  for (int64_t axis : permutation)
    permuted.push_back(out[axis]);
  return make(emit.op("transpose", ssa(gathered), emit.tensorType(base->element, permuted),
                      {emit.ints("permutation", permutation)}),
              base->element, permuted);
}

Value Elaborator::updateTensor(const Tensor &base, const std::vector<ast::Subscript> &subscripts, const Value &value,
                               SourceRange valueRange, SourceRange range) {
  auto resolved = resolve(*this, *base, subscripts, range);
  Tensor source = tensor(value, valueRange, base->element);
  if (!resolved || !source)
    return nullptr;
  source = cast(source, base->element);
  emit.setPlace(range);
  Shape target, region;
  llvm::SmallVector<int64_t> reversed;
  unsigned gathers = 0;
  for (unsigned axis = 0; axis < resolved->axes.size(); ++axis) {
    auto &part = resolved->axes[axis];
    gathers += part.gathered != nullptr;
    region.push_back({part.size, part.range});
    if (part.reversed)
      reversed.push_back(axis);
  }
  if (gathers) {
    diags.report(diag::Unsupported, range, {"assignment through a mask or a tensor of indices is not compiled yet"})
        .hint("`where(mask, value, x)` makes the new tensor");
    return nullptr;
  }
  for (int axis : resolved->order)
    if (axis < 0)
      target.push_back({Dim(1), range});
    else if (!resolved->axes[axis].dropped)
      target.push_back(region[axis]);
  unsigned lift;
  Tensor shaped = make(ssa(base), base->element, target);
  auto common = broadcastShapes({shaped, source}, {range, valueRange}, range, lift);
  if (!common)
    return nullptr;
  bool fits = common->size() == target.size();
  for (size_t axis = 0; fits && axis < target.size(); ++axis)
    fits = (*common)[axis].dim == target[axis].dim;
  if (!fits) {
    diags.report(diag::ShapesDoNotBroadcast, range,
                 {print(target), print(source->shape), print(*common), print(target)});
    return nullptr;
  }
  mlir::Value part = ssa(reshape(broadcast(source, target, 0), region, 0));
  if (!reversed.empty())
    part = emit.op("reverse", part, part.getType(), {emit.ints("axes", reversed)});
  llvm::SmallVector<mlir::Value> operands{ssa(base), part};
  llvm::SmallVector<mlir::NamedAttribute> attributes;
  sliceOperands(*this, *base, *resolved, 2, operands, attributes);
  return make(emit.op("update_slice", operands, emit.tensorType(base->element, base->shape), attributes), base->element,
              base->shape);
}

Value Elaborator::indexValue(const ast::Index &expr) {
  Value base = expression(expr.base);
  if (!base)
    return nullptr;
  if (auto *type = as<ElementTypeValue>(base)) {
    auto result = std::make_shared<TensorTypeValue>();
    result->type = type->type;
    for (auto &subscript : expr.subscripts) {
      auto one = subscript.kind == ast::Subscript::At ? size(expression(subscript.at), subscript.range) : std::nullopt;
      if (!one)
        return nullptr;
      result->shape.push_back(*one);
    }
    return result;
  }
  const std::vector<Value> *elements = nullptr;
  // An element of a list by a known number is that element; a list of numbers is also a tensor.
  auto *list = as<ListValue>(base);
  if (list &&
      (list->fixed || !isTensorLike(base) ||
       (expr.subscripts.size() == 1 && expr.subscripts[0].at && ast::as<ast::IntLiteral>(expr.subscripts[0].at))))
    elements = &list->elements;
  if (auto *tuple = as<TupleValue>(base))
    elements = &tuple->elements;
  if (elements && expr.subscripts.size() == 1 && expr.subscripts[0].kind == ast::Subscript::At) {
    auto at = constantInt(expression(expr.subscripts[0].at));
    if (!at) {
      diags.report(diag::ExpectedConstant, expr.subscripts[0].range,
                   {std::string(sources.text(expr.subscripts[0].range))});
      return nullptr;
    }
    int64_t count = elements->size(), position = *at < 0 ? *at + count : *at;
    if (position < 0 || position >= count) {
      diags.report(diag::IndexOutOfRange, expr.subscripts[0].range, {std::to_string(*at), std::to_string(count)});
      return nullptr;
    }
    return (*elements)[position];
  }
  if (!isTensorLike(base)) {
    diags.report(diag::CannotIndex, expr.base->range, {typeName(base)});
    return nullptr;
  }
  Tensor whole = tensor(base, expr.base->range);
  return whole ? indexTensor(whole, expr.base->range, expr.subscripts, expr.range) : nullptr;
}
