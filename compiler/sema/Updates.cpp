//===- Updates.cpp - x[…] = … -------------------------------------------------------------------===//
//
// Stage: sema. An assignment to elements makes a new tensor: by mdl.update_slice, mdl.scatter or, through a mask,
// mdl.select.
//
// Note [Updates in comprehensions]
// `y[k] = v` in a function that is called for each index has another y, k or v for each. All of them get the axes of
// the index space that any of them has; slices are then whole along these, index tensors count along them, and one
// number becomes a choice at each place of its axis, which kernels inline.
//
//===----------------------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

Tensor mdl::withSizesOfPlace(Elaborator &e, const Tensor &source, const Shape &target, SourceRange range) {
  Shape shape = source->shape;
  for (unsigned fromEnd = 1; fromEnd <= std::min<size_t>(source->rank(), target.size()); ++fromEnd) {
    Size &own = shape[shape.size() - fromEnd];
    const Size &place = target[target.size() - fromEnd];
    bool isKnown = own.dim == place.dim || (own.dim.constant() && place.dim.constant()) || own.dim.isConstant(1);
    if (isKnown || (e.dims.isWritable(own.dim) && e.dims.isWritable(place.dim)))
      continue;
    e.emit.runtime("mdl_check_equal_sizes",
                   {e.emit.i64(own.dim, e.dims), e.emit.i64(place.dim, e.dims), e.where(range),
                    e.emit.string("the value has another size than the place that it is assigned to")});
    own.dim = place.dim;
  }
  return e.reshape(source, shape, source->lift);
}

/// The value of an assignment repeated to the shape of what it goes to; null (reported) where it does not fit.
static Tensor fitTo(Elaborator &e, const Tensor &given, const Shape &target, unsigned lift, SourceRange range,
                    SourceRange valueRange) {
  size_t rank = target.size() - lift;
  if (given->rank() > rank) {
    e.diags.report(diag::ShapesDoNotBroadcast, valueRange,
                   {e.typeName(given), "the place of shape " + e.print(target, lift),
                    "rank " + std::to_string(given->rank()), std::to_string(rank)});
    return nullptr;
  }
  Tensor source = withSizesOfPlace(e, given, target, valueRange);
  unsigned commonLift;
  auto shaped = e.make({}, source->element, target, lift);
  auto common = e.broadcastShapes({shaped, source}, {range, valueRange}, range, commonLift);
  if (!common)
    return nullptr;
  bool fits = common->size() == target.size();
  for (size_t axis = 0; fits && axis < target.size(); ++axis)
    fits = (*common)[axis].dim == target[axis].dim;
  if (fits)
    return e.broadcast(source, target, lift);
  e.diags.report(diag::ShapesDoNotBroadcast, range,
                 {e.print(target, lift), e.print(source->shape, source->lift), e.print(*common, commonLift),
                  e.print(target, lift)});
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
  unsigned lift = open->lift, first = at.front().axis - lift, rest = open->rank() - first - mask->rank();
  bool isOneSize = source->rank() <= rest || source->shape[source->shape.size() - rest - 1].dim.isConstant(1);
  if (placeOfIndexed(resolved) != first || !isOneSize)
    return nullptr;
  // The axis of the count becomes those of the mask.
  Shape spread = source->shape, flags = mask->shape;
  if (source->rank() > rest)
    spread.insert(spread.end() - rest, mask->rank() - 1, Size{Dim(1), range});
  flags.insert(flags.end(), rest, Size{Dim(1), range});
  Tensor value = fitTo(e, e.reshape(source, spread, source->lift), open->shape, lift, range, range);
  Tensor condition = e.broadcast(e.reshape(mask, flags, mask->lift), open->shape, lift);
  if (!value)
    return nullptr;
  return e.make(
      e.emit.op("select", {e.ssa(condition), e.ssa(value), e.ssa(open)}, e.emit.tensorType(open->element, open->shape)),
      open->element, open->shape, lift);
}

/// The sizes of what goes to places of the axes `at`: those of the places, where NumPy has them, among the others.
static Shape sizesAt(const Tensor &open, const std::vector<IndexedAxis> &at, llvm::ArrayRef<Size> places,
                     unsigned before) {
  Shape sizes;
  for (unsigned axis = 0; axis < open->shape.size(); ++axis)
    if (llvm::none_of(at, [&](auto &one) { return one.axis == axis; }))
      sizes.push_back(open->shape[axis]);
  sizes.insert(sizes.begin() + open->lift + before, places.begin(), places.end());
  return sizes;
}

/// Puts the value at the places that index tensors name; of several for one place the last stays, as in NumPy.
static Tensor assignIndexed(Elaborator &e, const Tensor &open, const std::vector<IndexedAxis> &at,
                            const Subscripts &resolved, const Tensor &source, SourceRange range,
                            SourceRange valueRange) {
  std::vector<Tensor> indices;
  std::vector<SourceRange> ranges;
  llvm::SmallVector<int64_t> axes;
  unsigned lift = open->lift;
  for (unsigned axis = 0; axis < lift; ++axis)
    axes.push_back(axis);
  for (auto &[axis, index, place, number, isInside] : at) {
    indices.push_back(lift && !isInside ? guardedPlaces(e, index, open->shape[axis], number, place) : index);
    if (!indices.back())
      return nullptr;
    ranges.push_back(place);
    axes.push_back(axis);
    if (!lift && !isInside)
      checkIndices(e, index, open->shape[axis], number, place);
  }
  unsigned ownLift;
  auto common = e.broadcastShapes(indices, ranges, range, ownLift);
  if (!common)
    return nullptr;
  llvm::ArrayRef<Size> own = llvm::ArrayRef(*common).drop_front(ownLift);
  unsigned before = placeOfIndexed(resolved);
  Tensor value = fitTo(e, source, sizesAt(open, at, own, before), lift, range, valueRange);
  if (!value)
    return nullptr;
  llvm::SmallVector<int64_t> order;
  for (unsigned axis = 0; axis < lift; ++axis)
    order.push_back(axis);
  for (unsigned axis = 0; axis < own.size(); ++axis)
    order.push_back(lift + before + axis);
  for (unsigned axis = lift; axis < value->shape.size(); ++axis)
    if (axis < lift + before || axis >= lift + before + own.size())
      order.push_back(axis);
  Shape places(open->shape.begin(), open->shape.begin() + lift);
  places.insert(places.end(), own.begin(), own.end());
  llvm::SmallVector<mlir::Value> operands{e.ssa(open)};
  for (unsigned axis = 0; axis < lift; ++axis)
    operands.push_back(e.ssa(counted(e, places, axis, lift)));
  for (auto &index : indices)
    operands.push_back(e.ssa(e.broadcast(e.cast(index, ElementType::I64), places, lift)));
  operands.push_back(e.ssa(permuted(e, value, order)));
  return e.make(
      e.emit.op("scatter", operands, e.emit.tensorType(open->element, open->shape), {e.emit.ints("axes", axes)}),
      open->element, open->shape, lift);
}

/// Puts the value at a place of each axis that is another one for each index: see Note [Updates in comprehensions].
static Tensor assignChosen(Elaborator &e, const Tensor &open, const std::vector<IndexedAxis> &at,
                           const Subscripts &resolved, const Tensor &source, SourceRange range,
                           SourceRange valueRange) {
  Tensor value = fitTo(e, source, sizesAt(open, at, {}, placeOfIndexed(resolved)), open->lift, range, valueRange);
  Shape spread = open->shape;
  Value chosen;
  for (auto &[axis, index, place, number, isInside] : at) {
    Tensor places = isInside ? index : guardedPlaces(e, index, open->shape[axis], number, place);
    if (!places)
      return nullptr;
    std::vector<SourceRange> ranges(3, place);
    Value fromFront =
        e.elementwise("add", {places, e.cast(e.knownScalar(open->shape[axis].dim), places->element)}, ranges, place);
    Value isNegative = e.compare(ast::CompareOp::Lt, places, e.scalarConstant(places->element, 0), place, place, place);
    Value at = e.elementwise("select", {isNegative, fromFront, places}, ranges, place);
    Shape along(open->shape.size(), Size{Dim(1), place});
    along[axis] = open->shape[axis];
    spread[axis].dim = Dim(1);
    Value here = e.compare(ast::CompareOp::Eq, counted(e, along, axis, open->lift), at, place, place, place);
    chosen = chosen ? e.elementwise("and", {chosen, here}, ranges, place) : here;
  }
  if (!value || !chosen)
    return nullptr;
  Value changed =
      e.elementwise("select", {chosen, e.reshape(value, spread, open->lift), open}, {range, valueRange, range}, range);
  return changed ? e.broadcast(e.tensor(changed, range), open->shape, open->lift) : nullptr;
}

/// `y[y > t] = v` where the mask is another one for each index, and what `y[y > t]` itself was made into.
static std::optional<Value> assignMaskOfIndex(Elaborator &e, const Tensor &base,
                                              const std::vector<ast::Subscript> &subscripts, const Value &value,
                                              SourceRange valueRange, SourceRange range) {
  if (e.axes.empty() || subscripts.size() != 1 || subscripts[0].kind != ast::Subscript::At)
    return std::nullopt;
  auto chosen = readMaskOfIndex(e, base, subscripts, range);
  if (!chosen)
    return std::nullopt;
  auto *places = as<RaggedValue>(*chosen);
  Tensor given;
  if (as<RaggedValue>(value)) {
    // Both have the places of the mask: what does not is reported.
    std::vector<SourceRange> ranges{range, valueRange};
    Value fitted = overRows(e, "select", {*chosen, value}, ranges, range,
                            [](const std::vector<Value> &parts) { return parts[1]; });
    auto *rows = as<RaggedValue>(fitted);
    given = rows ? rows->whole : nullptr;
  } else {
    given = e.tensor(value, valueRange, base->element);
    if (given && given->rank() >= places->whole->rank())
      return Value(reportRagged(e, *places, range));
  }
  if (!given)
    return Value();
  const Tensor &has = places->axes.front().has;
  Shape flags = has->shape;
  flags.resize(flags.size() + places->whole->rank() - 1, Size{Dim(1), range});
  Value changed =
      e.elementwise("select", {e.reshape(has, flags, has->lift), e.cast(given, base->element), places->whole},
                    {range, valueRange, range}, range);
  if (!changed)
    return Value();
  Tensor all = e.tensor(changed, range);
  Shape shape(all->shape.begin(), all->shape.begin() + all->lift);
  shape.insert(shape.end(), base->shape.begin() + base->lift, base->shape.end());
  return Value(e.reshape(all, shape, all->lift));
}

/// The value with an axis for each index of the comprehension that any of the others depends on.
static Tensor withSharedAxes(Elaborator &e, const Tensor &base, const std::vector<Tensor> &others) {
  unsigned lift = base->lift;
  for (auto &other : others)
    lift = std::max(lift, other->lift);
  Tensor lifted = e.liftTo(base, lift);
  Shape shape = lifted->shape;
  for (auto &other : others)
    for (unsigned axis = 0; axis < other->lift; ++axis)
      if (shape[axis].dim.isConstant(1))
        shape[axis] = other->shape[axis];
  return e.broadcast(lifted, shape, lift);
}

/// The float type of a value, or of one of its elements; none of whole numbers and bools.
static std::optional<ElementType> floatIn(const Value &value) {
  if (auto *literal = as<LiteralValue>(value); literal && !literal->isInt)
    return ElementType::F32;
  auto *rows = as<RaggedValue>(value);
  if (auto *t = rows ? rows->whole.get() : as<TensorValue>(value); t && isFloat(t->element))
    return t->element;
  if (auto *list = as<ListValue>(value))
    for (auto &element : list->elements)
      if (auto found = floatIn(element))
        return found;
  return std::nullopt;
}

/// Whether the value would be cut to whole numbers, or to `true` and `false`, without a word; reported then.
static bool isCut(Elaborator &e, const TensorValue &base, const Value &value, SourceRange range) {
  auto found = isFloat(base.element) ? std::nullopt : floatIn(value);
  if (!found)
    return false;
  std::string place(e.sources.text(range)), own = elementTypeName(base.element);
  std::string cuts = "`." + own + "()` on the value cuts off";
  e.diags.report(diag::TypeChanges, range, {place, own, elementTypeName(*found)})
      .hint(base.element == ElementType::Bool
                ? "`x != 0` asks whether a number is not 0"
                : "the elements are floats from the start in `[1.0, …]`, or by `.f32()`; " + cuts);
  return true;
}

Value Elaborator::updateTensor(const Tensor &given, const std::vector<ast::Subscript> &subscripts, const Value &value,
                               SourceRange valueRange, SourceRange range) {
  if (isCut(*this, *given, value, range))
    return nullptr;
  if (auto changed = assignMaskOfIndex(*this, given, subscripts, value, valueRange, range))
    return *changed;
  if (auto changed = assignWindows(*this, given, subscripts, value, valueRange, range))
    return *changed;
  if (auto changed = assignStrides(*this, given, subscripts, value, valueRange, range))
    return *changed;
  Tensor source = tensor(value, valueRange, given->element);
  auto resolved = source ? resolve(*this, *given, subscripts, range, &source->shape) : std::nullopt;
  if (!resolved)
    return nullptr;
  std::vector<Tensor> others{source};
  for (auto &part : resolved->axes)
    if (part.gathered)
      others.push_back(part.gathered);
  Tensor base = withSharedAxes(*this, given, others);
  unsigned lift = base->lift;
  source = cast(source, base->element);
  emit.setPlace(range);
  auto at = indexedAxes(*resolved, lift);
  bool whole = !isSliced(*base, *resolved);
  Shape region(base->shape.begin(), base->shape.begin() + lift);
  for (auto [part, size] : llvm::zip(resolved->axes, llvm::ArrayRef(base->shape).drop_front(lift)))
    region.push_back(part.size == size.dim ? size : Size{part.size, part.range});
  Shape target = openShape(*resolved, region, lift, range);
  Tensor changed;
  if (at.empty()) {
    changed = fitTo(*this, source, target, lift, range, valueRange);
  } else {
    Tensor open = reshape(takeSlices(*this, base, *resolved), target, lift);
    size_t errors = diags.all().size();
    changed = assignMasked(*this, open, at, *resolved, source, range);
    bool isOnePlace = lift && llvm::all_of(at, [](auto &one) { return !one.index->rank(); });
    if (!changed && diags.all().size() == errors)
      changed = isOnePlace ? assignChosen(*this, open, at, *resolved, source, range, valueRange)
                           : assignIndexed(*this, open, at, *resolved, source, range, valueRange);
  }
  if (!changed)
    return nullptr;
  changed = reshape(changed, region, lift);
  if (whole)
    return reshape(changed, base->shape, lift);
  mlir::Value part = ssa(reversed(*this, changed, reversedAxes(*resolved, lift)));
  llvm::SmallVector<mlir::Value> operands{ssa(base), part};
  llvm::SmallVector<mlir::NamedAttribute> attributes;
  sliceOperands(*this, *base, *resolved, 2, operands, attributes);
  return make(emit.op("update_slice", operands, emit.tensorType(base->element, base->shape), attributes), base->element,
              base->shape, lift);
}
