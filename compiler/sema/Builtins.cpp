//===- Builtins.cpp - What the tables of builtins share ----------------------------===//
//
// Stage: sema. See Builtins.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Builtins.h"
#include "compiler/sema/Guards.h"

#include "llvm/ADT/STLExtras.h"

namespace mdl::builtin {

static std::string axesText(unsigned rank) { return std::to_string(rank) + (rank == 1 ? " axis" : " axes"); }

Tensor firstTensor(Elaborator &e, const std::optional<BoundArguments> &bound) {
  return bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range) : nullptr;
}

/// Where axis number `axis` stands; reports what is no axis of x.
static std::optional<int64_t> placeOfAxis(Elaborator &e, int64_t axis, SourceRange range, const Tensor &x,
                                          unsigned extra, const std::string &hint) {
  int64_t rank = x->rank() + extra, at = axis < 0 ? axis + rank : axis;
  if (at < 0 || at >= rank) {
    auto report =
        e.diags.report(diag::AxisOutOfRange, range, {std::to_string(axis), e.typeName(x), axesText(x->rank())});
    if (!hint.empty())
      report.hint(hint);
    return std::nullopt;
  }
  return at + x->lift;
}

static std::optional<int64_t> axisNumber(Elaborator &e, const Value &given, SourceRange range,
                                         const std::string &hint) {
  auto axis = e.constantInt(given);
  if (axis)
    return axis;
  auto report = e.diags.report(diag::ExpectedConstant, range, {std::string(e.sources.text(range))});
  report.hint("this is the axis: a number such as 0, or -1 for the last");
  if (!hint.empty())
    report.hint(hint);
  return std::nullopt;
}

std::optional<unsigned> axisOf(Elaborator &e, const Item *item, const Tensor &x, int64_t fallback, SourceRange call,
                               unsigned extra) {
  auto number = item ? axisNumber(e, item->value, item->range, "") : fallback;
  return number ? placeOfAxis(e, *number, item ? item->range : call, x, extra, "") : std::nullopt;
}

const std::vector<Value> *elementsOf(const Value &value) {
  if (auto *tuple = as<TupleValue>(value))
    return &tuple->elements;
  if (auto *list = as<ListValue>(value))
    return &list->elements;
  return nullptr;
}

/// The hint for `max(3, 4)`.
static std::string hintForValues(const std::string &callee) {
  std::string instead = callee == "max"   ? "`maximum(a, b)` is the larger of two"
                        : callee == "min" ? "`minimum(a, b)` is the smaller of two"
                        : callee == "sum" ? "`a + b` adds two"
                                          : "`" + callee + "([a, b])` is that of two";
  return "`" + callee + "(x, axis)` takes one tensor and an axis of it; " + instead;
}

std::optional<std::vector<int64_t>> axesOf(Elaborator &e, const Item *item, const Tensor &x,
                                           const std::string &reduction) {
  std::vector<int64_t> axes;
  if (!item) {
    for (unsigned axis = x->lift; axis < x->shape.size(); ++axis)
      axes.push_back(axis);
    return axes;
  }
  auto *several = elementsOf(item->value);
  for (auto &one : several ? *several : std::vector<Value>{item->value}) {
    std::string hint = item->name.empty() && !reduction.empty() ? hintForValues(reduction) : "";
    auto number = axisNumber(e, one, item->range, hint);
    auto at = number ? placeOfAxis(e, *number, item->range, x, 0, hint) : std::nullopt;
    if (!at)
      return std::nullopt;
    if (llvm::is_contained(axes, *at)) {
      e.diags.report(diag::BadArgument, item->range,
                     {"axis", "axis " + std::to_string(*at - x->lift) + " is named twice"});
      return std::nullopt;
    }
    axes.push_back(*at);
  }
  llvm::sort(axes);
  return axes;
}

std::optional<bool> flagOf(Elaborator &e, const Item *item) {
  if (!item)
    return false;
  auto value = e.constantBool(item->value);
  auto *truth = as<TensorValue>(item->value);
  if (!value && truth && truth->element == ElementType::Bool && !truth->rank())
    e.diags.report(diag::ExpectedConstant, item->range, {std::string(e.sources.text(item->range))});
  else if (!value)
    e.diags.report(diag::PatternMismatch, item->range, {"`true` or `false`", e.typeName(item->value)});
  return value;
}

std::optional<ElementType> elementTypeOf(Elaborator &e, const Item *item, ElementType fallback) {
  if (!item) // What is compared in f64 starts in f64, too.
    return e.inF64 && fallback == ElementType::F32 ? ElementType::F64 : fallback;
  if (auto *type = as<ElementTypeValue>(item->value))
    return type->type;
  auto report =
      e.diags.report(diag::PatternMismatch, item->range, {"an element type such as `f32`", e.typeName(item->value)});
  auto *number = as<TensorValue>(item->value);
  if (as<LiteralValue>(item->value) || (number && number->rank() == 0))
    report.hint("sizes stand in brackets: `zeros([2, 3])`");
  return std::nullopt;
}

Tensor permuted(Elaborator &e, const Tensor &x, llvm::ArrayRef<int64_t> order) {
  if (llvm::is_sorted(order))
    return x;
  Shape shape;
  for (int64_t axis : order)
    shape.push_back(x->shape[axis]);
  return e.make(
      e.emit.op("transpose", e.ssa(x), e.emit.tensorType(x->element, shape), {e.emit.ints("permutation", order)}),
      x->element, shape, x->lift);
}

Tensor moveAxis(Elaborator &e, const Tensor &x, unsigned from, unsigned to) {
  llvm::SmallVector<int64_t> order;
  for (unsigned axis = 0; axis < x->shape.size(); ++axis)
    if (axis != from)
      order.push_back(axis);
  order.insert(order.begin() + to, from);
  return permuted(e, x, order);
}

Tensor reversed(Elaborator &e, const Tensor &x, llvm::ArrayRef<int64_t> axes) {
  if (axes.empty())
    return x;
  return e.make(e.emit.op("reverse", e.ssa(x), e.emit.tensorType(x->element, x->shape), {e.emit.ints("axes", axes)}),
                x->element, x->shape, x->lift);
}

Tensor part(Elaborator &e, const Tensor &x, unsigned axis, const Dim &offset, const Size &size) {
  Shape shape = x->shape;
  shape[axis] = size;
  llvm::SmallVector<int64_t> offsets(shape.size(), 0), strides(shape.size(), 1), sizes;
  for (auto &one : shape)
    sizes.push_back(one.dim.constant().value_or(mlir::ShapedType::kDynamic));
  llvm::SmallVector<mlir::Value> operands{e.ssa(x)};
  offsets[axis] = offset.constant().value_or(mlir::ShapedType::kDynamic);
  if (!offset.constant())
    operands.push_back(e.index(offset));
  int32_t dynamicOffsets = operands.size() - 1;
  auto dynamic = e.emit.dynamicSizes(shape, e.dims);
  operands.append(dynamic);
  auto segments = e.emit.builder.getDenseI32ArrayAttr({1, dynamicOffsets, static_cast<int32_t>(dynamic.size()), 0});
  return e.make(e.emit.op("slice", operands, e.emit.tensorType(x->element, shape),
                          {e.emit.ints("static_offsets", offsets), e.emit.ints("static_sizes", sizes),
                           e.emit.ints("static_strides", strides), e.emit.attr("operandSegmentSizes", segments)}),
                x->element, shape, x->lift);
}

Tensor joined(Elaborator &e, std::vector<Tensor> tensors, unsigned axis) {
  unsigned lift = tensors.front()->lift;
  Shape shape = tensors.front()->shape;
  shape[axis].dim = Dim(0);
  // Lifted parts may have different sizes (1 or all) of an axis of the index space.
  for (auto &tensor : tensors) {
    shape[axis].dim = shape[axis].dim + tensor->shape[axis].dim;
    for (unsigned i = 0; i < lift; ++i)
      if (shape[i].dim.isConstant(1))
        shape[i] = tensor->shape[i];
  }
  llvm::SmallVector<mlir::Value> operands;
  for (auto &tensor : tensors) {
    Shape own = shape;
    own[axis] = tensor->shape[axis];
    operands.push_back(e.ssa(e.broadcast(tensor, own, lift)));
  }
  ElementType type = tensors.front()->element;
  auto attribute = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(axis));
  auto result = e.emit.tensorType(type, shape);
  // Parts of unknown sizes can add up to a number: `x[:k]` and `x[k:]`. The operation itself does not see that.
  bool isSeen = llvm::all_of(tensors, [&](const Tensor &tensor) { return tensor->shape[axis].dim.constant(); });
  if (isSeen || !shape[axis].dim.constant())
    return e.make(e.emit.op("concat", operands, result, {attribute}), type, shape, lift);
  llvm::SmallVector<int64_t> open(result.getShape());
  open[axis] = mlir::ShapedType::kDynamic;
  mlir::Value whole = e.emit.op("concat", operands, result.clone(open), {attribute});
  return e.make(e.emit.op("reshape", whole, result), type, shape, lift);
}

Tensor reduceAxes(Elaborator &e, const std::string &op, const Tensor &x, llvm::ArrayRef<int64_t> axes, bool keep,
                  std::optional<unsigned> lift) {
  Shape shape, kept;
  for (unsigned axis = 0; axis < x->shape.size(); ++axis)
    if (llvm::is_contained(axes, static_cast<int64_t>(axis))) {
      kept.push_back({Dim(1), x->shape[axis].origin});
    } else {
      shape.push_back(x->shape[axis]);
      kept.push_back(x->shape[axis]);
    }
  e.countFlops(x->shape, 1);
  Tensor result = e.make(e.emit.op(op, e.ssa(x), e.emit.tensorType(x->element, shape), {e.emit.ints("axes", axes)}),
                         x->element, shape, lift.value_or(x->lift));
  return keep ? e.reshape(result, kept, result->lift) : result;
}

Tensor counted(Elaborator &e, const Shape &shape, unsigned axis, unsigned lift) {
  auto attribute = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(axis));
  return e.make(
      e.emit.op("iota", e.emit.dynamicSizes(shape, e.dims), e.emit.tensorType(ElementType::I64, shape), {attribute}),
      ElementType::I64, shape, lift);
}

void checkIndices(Elaborator &e, const Tensor &index, const Size &size, int64_t axis, SourceRange range) {
  e.emit.runtime("mdl_check_indices",
                 {e.ssa(index), e.emit.i64(size.dim, e.dims), e.emit.constantI64(axis), e.where(range)});
}

Tensor gatherAt(Elaborator &e, const Tensor &given, const std::vector<IndexedAxis> &at, SourceRange range) {
  std::vector<Tensor> indices;
  std::vector<SourceRange> ranges;
  for (auto &one : at) {
    indices.push_back(one.isInside ? one.index
                                   : guardedPlaces(e, one.index, given->shape[one.axis], one.number, one.range));
    ranges.push_back(one.range);
    if (!indices.back())
      return nullptr;
  }
  Tensor x = withPlaceZero(e, given, at);
  unsigned commonLift;
  auto common = e.broadcastShapes(indices, ranges, range, commonLift);
  if (!common)
    return nullptr;
  unsigned lift = std::max(commonLift, x->lift);
  Shape places(common->begin(), common->begin() + commonLift);
  places.resize(lift, Size{Dim(1), {}});
  for (unsigned axis = 0; axis < x->lift; ++axis)
    if (places[axis].dim.isConstant(1))
      places[axis] = x->shape[axis];
  places.insert(places.end(), common->begin() + commonLift, common->end());
  llvm::SmallVector<mlir::Value> operands{e.ssa(x)};
  llvm::SmallVector<int64_t> axes;
  // A lifted x is read at its own place of the index space.
  for (unsigned axis = 0; axis < x->lift; ++axis) {
    bool single = x->shape[axis].dim.isConstant(1);
    operands.push_back(e.ssa(single ? e.broadcast(e.scalarConstant(ElementType::I64, 0), places, lift)
                                    : counted(e, places, axis, lift)));
    axes.push_back(axis);
  }
  for (auto [one, index] : llvm::zip(at, indices)) {
    operands.push_back(e.ssa(e.broadcast(index, places, lift)));
    axes.push_back(one.axis);
  }
  Shape shape = places;
  for (unsigned axis = 0; axis < x->shape.size(); ++axis)
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      shape.push_back(x->shape[axis]);
  return e.make(e.emit.op("gather", operands, e.emit.tensorType(x->element, shape), {e.emit.ints("axes", axes)}),
                x->element, shape, lift);
}

Tensor repeatedTo(Elaborator &e, const Tensor &x, SourceRange range, const Shape &shape, const CallArguments &call) {
  Shape whole(x->shape.begin(), x->shape.begin() + x->lift);
  whole.insert(whole.end(), shape.begin(), shape.end());
  Tensor target = e.make({}, x->element, whole, x->lift);
  unsigned lift;
  auto common = e.broadcastShapes({target, x}, {call.range, range}, call.range, lift);
  if (!common)
    return nullptr;
  bool fits = llvm::equal(*common, whole, [](const Size &a, const Size &b) { return a.dim == b.dim; });
  if (!fits) {
    e.diags.report(diag::BadArgument, call.range, {call.callee, e.typeName(x) + " does not become " + e.print(shape)});
    return nullptr;
  }
  return e.broadcast(x, whole, x->lift);
}

Dim elementCount(const Shape &shape, unsigned first) {
  Dim count(1);
  for (unsigned axis = first; axis < shape.size(); ++axis)
    count = count * shape[axis].dim;
  return count;
}

Tensor flat(Elaborator &e, const Tensor &x, SourceRange range) {
  Shape shape(x->shape.begin(), x->shape.begin() + x->lift);
  shape.push_back({elementCount(x->shape, x->lift), x->rank() == 1 ? x->shape.back().origin : range});
  return e.reshape(x, shape, x->lift);
}

} // namespace mdl::builtin
