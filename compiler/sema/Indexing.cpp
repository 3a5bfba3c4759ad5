//===- Indexing.cpp - x[…] and x[…] = … ---------------------------------------------------------===//
//
// Stage: sema. Numbers and slices become mdl.slice (and mdl.reverse for a negative step),
// numbers' axes and `new` a reshape, integer tensors and masks mdl.gather; an assignment
// becomes mdl.update_slice, mdl.scatter or, through a mask, mdl.select.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

/// Puts the slices along axes of the index space there: `read` has the axes of the subscripts but those of numbers and
/// tensors, behind those of the index space.
static Tensor liftSlices(Elaborator &e, const Tensor &read, const Subscripts &subscripts) {
  unsigned count = e.axes.size(), next = count;
  std::vector<std::optional<unsigned>> sliceOf(count);
  llvm::SmallVector<int64_t> order, rest;
  for (int axis : subscripts.order) {
    const AxisPart *part = axis < 0 ? nullptr : &subscripts.axes[axis];
    if (part && (part->gathered || part->dropped))
      continue;
    if (part && part->along)
      sliceOf[*part->along] = next;
    else
      rest.push_back(next);
    ++next;
  }
  Tensor lifted = e.liftTo(read, count);
  Shape shape;
  llvm::SmallVector<int64_t> left;
  for (unsigned axis = 0; axis < count; ++axis) {
    order.push_back(sliceOf[axis].value_or(axis));
    if (sliceOf[axis])
      left.push_back(axis);
  }
  order.append(rest);
  for (int64_t axis : order)
    shape.push_back(lifted->shape[axis]);
  order.append(left); // of size 1
  return e.reshape(permuted(e, lifted, order), shape, count);
}

Value Elaborator::indexTensor(const Tensor &base, SourceRange baseRange, const std::vector<ast::Subscript> &subscripts,
                              SourceRange range) {
  if (auto windows = readWindows(*this, base, baseRange, subscripts, range))
    return *windows;
  if (auto chosen = readMaskOfIndex(*this, base, subscripts, range))
    return *chosen;
  // A read in a comprehension whose subscripts are sums of its indices.
  if (!base->lift && !axes.empty()) {
    std::vector<AffineIndex> indices;
    std::vector<Value> values;
    std::vector<SourceRange> ranges;
    auto number = [&](const Dim &given) -> AffineIndex {
      Dim fromEnd =
          base->shape[indices.size()].dim + given; // Of a negative one; too negative, it stays for the message.
      auto constant = given.constant(), place = fromEnd.constant();
      return {{}, constant && *constant < 0 && (!place || *place >= 0) ? fromEnd : given};
    };
    bool lifted = false, affine = subscripts.size() <= base->rank();
    for (auto &subscript : subscripts) {
      affine &= subscript.kind == ast::Subscript::At;
      if (!affine)
        break;
      Value at = expression(subscript.at);
      if (!at)
        return nullptr;
      values.push_back(at);
      ranges.push_back(subscript.at->range);
      auto *t = as<TensorValue>(at);
      if (t && t->affine) {
        indices.push_back(*t->affine);
        lifted = true;
      } else if (auto *literal = as<LiteralValue>(at); literal && literal->isInt) {
        indices.push_back(number(Dim(literal->intValue)));
      } else if (t && t->known) {
        indices.push_back(number(*t->known));
      } else {
        affine = false;
      }
    }
    if (affine && (lifted || !guards.empty())) {
      bool failed = false;
      Tensor source = guards.empty() ? base : borderedForReads(*this, base, indices, values, ranges, failed);
      if (source || failed)
        return failed ? nullptr : affineRead(source, indices, range, ranges);
    }
  }
  auto resolved = resolve(*this, *base, subscripts, range);
  if (!resolved)
    return nullptr;
  emit.setPlace(range);
  Tensor sliced = takeSlices(*this, base, *resolved);
  Tensor open = reshape(sliced, openShape(*resolved, sliced->shape, base->lift, range), base->lift);
  auto at = indexedAxes(*resolved, base->lift);
  bool slicesAlong = llvm::any_of(resolved->axes, [](auto &part) { return part.along.has_value(); });
  if (at.empty())
    return slicesAlong ? liftSlices(*this, open, *resolved) : open;
  Tensor gathered = gatherAt(*this, open, at, range);
  if (!gathered)
    return nullptr;
  if (slicesAlong)
    return liftSlices(*this, gathered, *resolved);
  // Axes of the indices stand behind those of the index space, and go where NumPy has them.
  unsigned before = placeOfIndexed(*resolved), lift = gathered->lift;
  unsigned kept = open->rank() - at.size(), indices = gathered->rank() - kept;
  llvm::SmallVector<int64_t> order;
  for (unsigned axis = 0; axis < lift; ++axis)
    order.push_back(axis);
  for (unsigned axis = 0; axis < before; ++axis)
    order.push_back(lift + indices + axis);
  for (unsigned axis = 0; axis < indices; ++axis)
    order.push_back(lift + axis);
  for (unsigned axis = order.size(); axis < gathered->shape.size(); ++axis)
    order.push_back(axis);
  return permuted(*this, gathered, order);
}

/// The value of an assignment repeated to the shape of what it goes to; null (reported) where it does not fit.
static Tensor fitTo(Elaborator &e, const Tensor &source, const Shape &target, SourceRange range,
                    SourceRange valueRange) {
  if (source->rank() > target.size()) {
    e.diags.report(diag::ShapesDoNotBroadcast, valueRange,
                   {e.typeName(source), "the place of shape " + e.print(target),
                    "rank " + std::to_string(source->rank()), std::to_string(target.size())});
    return nullptr;
  }
  unsigned lift;
  auto shaped = e.make({}, source->element, target);
  auto common = e.broadcastShapes({shaped, source}, {range, valueRange}, range, lift);
  if (!common)
    return nullptr;
  bool fits = common->size() == target.size();
  for (size_t axis = 0; fits && axis < target.size(); ++axis)
    fits = (*common)[axis].dim == target[axis].dim;
  if (fits)
    return e.broadcast(source, target, 0);
  e.diags.report(diag::ShapesDoNotBroadcast, range,
                 {e.print(target), e.print(source->shape), e.print(*common), e.print(target)});
  return nullptr;
}

/// `x[mask] = value` where the value does not depend on how often the mask is true: a choice at each place. Null where
/// it does.
static Tensor assignMasked(Elaborator &e, const Tensor &open, const std::vector<IndexedAxis> &at,
                           const Subscripts &resolved, const Tensor &source, SourceRange range) {
  Tensor mask;
  for (auto &part : resolved.axes)
    if (part.gathered) {
      if (!part.mask || (mask && mask != part.mask))
        return nullptr;
      mask = part.mask;
    }
  unsigned first = at.front().axis, rest = open->rank() - first - mask->rank();
  bool isOneSize = source->rank() <= rest || source->shape[source->rank() - rest - 1].dim.isConstant(1);
  if (placeOfIndexed(resolved) != first || !isOneSize)
    return nullptr;
  // The axis of the count becomes those of the mask.
  Shape spread = source->shape, flags = mask->shape;
  if (source->rank() > rest)
    spread.insert(spread.end() - rest, mask->rank() - 1, Size{Dim(1), range});
  flags.insert(flags.end(), rest, Size{Dim(1), range});
  Tensor value = fitTo(e, e.reshape(source, spread, 0), open->shape, range, range);
  Tensor condition = e.broadcast(e.reshape(mask, flags, 0), open->shape, 0);
  if (!value)
    return nullptr;
  return e.make(
      e.emit.op("select", {e.ssa(condition), e.ssa(value), e.ssa(open)}, e.emit.tensorType(open->element, open->shape)),
      open->element, open->shape);
}

/// Puts the value at the places that index tensors name; of several for one place the last stays, as in NumPy.
static Tensor assignIndexed(Elaborator &e, const Tensor &open, const std::vector<IndexedAxis> &at,
                            const Subscripts &resolved, const Tensor &source, SourceRange range,
                            SourceRange valueRange) {
  std::vector<Tensor> indices;
  std::vector<SourceRange> ranges;
  llvm::SmallVector<int64_t> axes;
  for (auto &[axis, index, place, number] : at) {
    indices.push_back(index);
    ranges.push_back(place);
    axes.push_back(axis);
    checkIndices(e, index, open->shape[axis], number, place);
  }
  unsigned lift;
  auto places = e.broadcastShapes(indices, ranges, range, lift);
  if (!places)
    return nullptr;
  Shape target;
  for (unsigned axis = 0; axis < open->shape.size(); ++axis)
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      target.push_back(open->shape[axis]);
  unsigned before = placeOfIndexed(resolved);
  target.insert(target.begin() + before, places->begin(), places->end());
  Tensor value = fitTo(e, source, target, range, valueRange);
  if (!value)
    return nullptr;
  llvm::SmallVector<int64_t> order;
  for (unsigned axis = 0; axis < places->size(); ++axis)
    order.push_back(before + axis);
  for (unsigned axis = 0; axis < target.size(); ++axis)
    if (axis < before || axis >= before + places->size())
      order.push_back(axis);
  llvm::SmallVector<mlir::Value> operands{e.ssa(open)};
  for (auto &index : indices)
    operands.push_back(e.ssa(e.broadcast(e.cast(index, ElementType::I64), *places, 0)));
  operands.push_back(e.ssa(permuted(e, value, order)));
  return e.make(
      e.emit.op("scatter", operands, e.emit.tensorType(open->element, open->shape), {e.emit.ints("axes", axes)}),
      open->element, open->shape);
}

Value Elaborator::updateTensor(const Tensor &base, const std::vector<ast::Subscript> &subscripts, const Value &value,
                               SourceRange valueRange, SourceRange range) {
  Tensor source = tensor(value, valueRange, base->element);
  auto resolved = source ? resolve(*this, *base, subscripts, range, &source->shape) : std::nullopt;
  if (!resolved)
    return nullptr;
  if (source->lift || base->lift ||
      llvm::any_of(resolved->axes, [](auto &part) { return part.gathered && part.gathered->lift; })) {
    diags
        .report(
            diag::Unsupported, range,
            {"an assignment to elements of what depends on an index of the comprehension around it: all indices are "
             "computed together"})
        .hint("`[if j == k { v } else { row[j] } for j in 0..n]` writes the row as a formula");
    return nullptr;
  }
  source = cast(source, base->element);
  emit.setPlace(range);
  auto at = indexedAxes(*resolved, 0);
  bool whole = !isSliced(*base, *resolved);
  Shape region;
  for (auto [part, size] : llvm::zip(resolved->axes, base->shape))
    region.push_back(part.size == size.dim ? size : Size{part.size, part.range});
  Shape target = openShape(*resolved, region, 0, range);
  Tensor changed;
  if (at.empty()) {
    changed = fitTo(*this, source, target, range, valueRange);
  } else {
    Tensor open = reshape(takeSlices(*this, base, *resolved), target, 0);
    size_t errors = diags.all().size();
    changed = assignMasked(*this, open, at, *resolved, source, range);
    if (!changed && diags.all().size() == errors)
      changed = assignIndexed(*this, open, at, *resolved, source, range, valueRange);
  }
  if (!changed)
    return nullptr;
  changed = reshape(changed, region, 0);
  if (whole)
    return reshape(changed, base->shape, 0);
  mlir::Value part = ssa(reversed(*this, changed, reversedAxes(*resolved, 0)));
  llvm::SmallVector<mlir::Value> operands{ssa(base), part};
  llvm::SmallVector<mlir::NamedAttribute> attributes;
  sliceOperands(*this, *base, *resolved, 2, operands, attributes);
  return make(emit.op("update_slice", operands, emit.tensorType(base->element, base->shape), attributes), base->element,
              base->shape);
}

/// Defined in ListIndexing.cpp: a part of what is known now; nothing for what is a tensor only.
std::optional<Value> indexList(Elaborator &e, const Value &base, const ast::Subscript &subscript);

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
  if (expr.subscripts.size() == 1)
    if (auto known = indexList(*this, base, expr.subscripts[0]))
      return *known;
  if (!isTensorLike(base)) {
    auto report = diags.report(diag::CannotIndex, expr.base->range, {typeName(base)});
    if (as<RecordValue>(base))
      report.hint("`r.name` is a field of a record");
    else if (as<RangeValue>(base))
      report.hint("`arange(0, 10, 2)` counts in steps");
    else if (as<StringValue>(base))
      report.hint("a text has characters to index where it is known when the program is compiled");
    return nullptr;
  }
  Tensor whole = tensor(base, expr.base->range);
  return whole ? indexTensor(whole, expr.base->range, expr.subscripts, expr.range) : nullptr;
}
