//===- BuiltinsArrange.cpp - concat, stack, split, pad, flip, roll, tile ---------------------------===//
//
// Stage: sema. Builtins that join tensors, take them apart, and move their elements.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Builtins.h"
#include "compiler/sema/DataSets.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/RunLists.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

static void reportNoTensors(Elaborator &e, const Item &item) {
  e.diags.report(diag::PatternMismatch, item.range, {"a list of tensors", e.typeName(item.value)});
}

/// The tensors of a list, of one element type and lifted alike.
static std::optional<std::vector<Tensor>> tensorsOf(Elaborator &e, const Item &item) {
  auto *elements = elementsOf(item.value);
  if (!elements || elements->empty()) {
    reportNoTensors(e, item);
    return std::nullopt;
  }
  std::vector<Tensor> result;
  auto context = floatAmong(e, *elements);
  for (auto &element : *elements) {
    Tensor tensor = e.tensor(element, item.range, context);
    if (!tensor)
      return std::nullopt;
    result.push_back(tensor);
  }
  ElementType type = result[0]->element;
  unsigned lift = 0;
  for (auto &tensor : result) {
    type = e.promote(type, false, tensor->element, false);
    lift = std::max(lift, tensor->lift);
  }
  for (auto &tensor : result)
    tensor = e.liftTo(e.cast(tensor, type), lift);
  return result;
}

/// Whether two tensors agree in all axes but `axis`; reports where they do not.
static bool fitTogether(Elaborator &e, const Tensor &first, const Tensor &other, unsigned axis, SourceRange range) {
  bool same = other->shape.size() == first->shape.size();
  for (unsigned i = first->lift; same && i < first->shape.size(); ++i)
    same = i == axis || other->shape[i].dim == first->shape[i].dim;
  if (same)
    return true;
  if (first->rank() != other->rank()) {
    e.diags
        .report(
            diag::BadArgument, range,
            {"concat", "tensors with different numbers of axes: " + e.typeName(first) + " and " + e.typeName(other)})
        .hint("`x[new]` has an axis more in front, of size 1");
    return false;
  }
  auto report = e.diags.report(diag::BadArgument, range,
                               {"concat", "shapes differ in another axis than " + std::to_string(axis - first->lift) +
                                              ": " + e.typeName(first) + " and " + e.typeName(other)});
  for (unsigned i = first->lift; i < first->shape.size() && i < other->shape.size(); ++i)
    if (i != axis && other->shape[i].dim != first->shape[i].dim) {
      e.noteOrigin(report, first->shape[i]);
      e.noteOrigin(report, other->shape[i]);
    }
  return false;
}

/// Lists of what is no number are joined to one; null for anything else.
static Value concatLists(const Value &value) {
  auto *lists = as<ListValue>(value);
  if (!lists || lists->elements.empty())
    return nullptr;
  auto result = std::make_shared<ListValue>();
  for (auto &part : lists->elements) {
    auto *list = as<ListValue>(part);
    if (!list)
      return nullptr;
    result->elements.insert(result->elements.end(), list->elements.begin(), list->elements.end());
    result->ranges.insert(result->ranges.end(), list->ranges.begin(), list->ranges.end());
  }
  return result;
}

/// What is joined without the empty lists in it, which add nothing to tensors.
static Value withoutEmptyLists(const Value &value) {
  auto *list = as<ListValue>(value);
  if (!list || !llvm::any_of(list->elements, isEmptyList) || llvm::all_of(list->elements, isEmptyList))
    return value;
  auto rest = std::make_shared<ListValue>();
  for (auto [part, range] : llvm::zip(list->elements, list->ranges))
    if (!isEmptyList(part)) {
      rest->elements.push_back(part);
      rest->ranges.push_back(range);
    }
  return rest;
}

static Value concat(Elaborator &e, CallArguments &call) {
  for (auto &item : call.items)
    if (item.name.empty() || item.name == "tensors")
      item.value = withoutEmptyLists(item.value);
  if (call.items.size() > 1 && call.items[1].name.empty() && as<TensorValue>(call.items[1].value) &&
      as<TensorValue>(call.items[1].value)->rank()) {
    e.diags.report(diag::BadArgument, call.items[1].range, {"concat", "its first argument has all the tensors"})
        .hint("they stand in brackets: `concat([" + std::string(e.sources.text(call.items[0].range)) + ", " +
              std::string(e.sources.text(call.items[1].range)) + "])`");
    return nullptr;
  }
  auto bound = e.bindArguments(call, {"tensors", "axis?"});
  if (!bound)
    return nullptr;
  if (auto *lists = as<ListValue>((*bound)[0]->value); lists && !(*bound)[1])
    if (auto joined = joinedRunLists(e, lists->elements, call.range))
      return *joined;
  if (Value joined = (*bound)[1] ? nullptr : concatLists((*bound)[0]->value))
    return joined;
  // A list that was bound to a name is a tensor: its first axis is the list.
  if (auto *whole = as<TensorValue>((*bound)[0]->value); whole && whole->rank() >= 2 && !whole->lift) {
    auto x = std::static_pointer_cast<const TensorValue>((*bound)[0]->value);
    auto row = e.make({}, x->element, Shape(x->shape.begin() + 1, x->shape.end()));
    auto axis = axisOf(e, (*bound)[1], row, 0, call.range);
    if (!axis)
      return nullptr;
    Shape shape = row->shape;
    shape[*axis].dim = shape[*axis].dim * x->shape[0].dim;
    return e.reshape(moveAxis(e, x, 0, *axis), shape, 0);
  }
  auto tensors = tensorsOf(e, *(*bound)[0]);
  if (!tensors)
    return nullptr;
  for (auto &tensor : *tensors)
    if (tensor->rank() == 0) {
      e.diags.report(diag::BadArgument, call.range, {"concat", "numbers have no axis"})
          .hint("`stack` or `[a, b]` makes a vector");
      return nullptr;
    }
  auto axis = axisOf(e, (*bound)[1], tensors->front(), 0, call.range);
  if (!axis)
    return nullptr;
  for (auto &tensor : *tensors)
    if (!fitTogether(e, tensors->front(), tensor, *axis, call.range))
      return nullptr;
  Tensor whole = joined(e, *tensors, *axis);
  Shape shape = whole->shape;
  shape[*axis].dim = e.dims.settled(shape[*axis].dim); // Of `[x[:1], x[1:]]` the second says that there is a first.
  return e.emit.tensorType(whole->element, shape) == whole->ssa.getType()
             ? e.make(whole->ssa, whole->element, shape, whole->lift)
             : e.reshape(whole, shape, whole->lift);
}

static Value stack(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"tensors", "axis?"});
  if (!bound)
    return nullptr;
  Value list = (*bound)[0]->value;
  if (isEmptyList(list)) {
    reportNoTensors(e, *(*bound)[0]);
    return nullptr;
  }
  if (auto *tuple = as<TupleValue>(list)) {
    auto copy = std::make_shared<ListValue>();
    copy->elements = tuple->elements;
    copy->ranges.assign(tuple->elements.size(), (*bound)[0]->range);
    list = copy;
  }
  Tensor whole = e.tensor(list, (*bound)[0]->range);
  auto axis = whole ? axisOf(e, (*bound)[1], whole, 0, call.range) : std::nullopt;
  return axis ? Value(moveAxis(e, whole, whole->lift, *axis)) : nullptr;
}

/// The sizes of the parts that `split` makes along an axis; reports what does not come out even.
static std::optional<std::vector<Size>> splitSizes(Elaborator &e, const Item &parts, const Size &whole) {
  auto uneven = [&](const std::string &text) {
    auto report = e.diags.report(diag::BadArgument, parts.range, {"split", text});
    e.noteOrigin(report, whole);
    return std::nullopt;
  };
  std::vector<Size> sizes;
  if (auto count = e.constantInt(parts.value)) {
    auto size = *count > 0 ? whole.dim.exactQuotient(Dim(*count)) : std::nullopt;
    if (!size)
      return uneven("an axis of size " + e.dims.print(whole.dim) + " does not come out even");
    sizes.assign(*count, Size{*size, parts.range});
    return sizes;
  }
  if (auto *count = as<TensorValue>(parts.value); count && !count->rank() && isInteger(count->element)) {
    e.diags.report(diag::ExpectedConstant, parts.range, {std::string(e.sources.text(parts.range))})
        .hint(
            "how many parts there are must be known; `x[i * size:(i + 1) * size]` is one of as many as the run knows");
    return std::nullopt;
  }
  auto given = e.shapeArgument(parts.value, parts.range);
  if (!given)
    return std::nullopt;
  Dim sum;
  for (auto &size : *given)
    sum = sum + size.dim;
  std::string text = "the sizes add up to " + e.dims.print(sum) + ", the axis has " + e.dims.print(whole.dim);
  if (sum.constant() && whole.dim.constant() && sum != whole.dim)
    return uneven(text);
  if (sum != whole.dim) {
    mlir::Value equal = e.emit.builder.create<mlir::arith::CmpIOp>(e.emit.location, mlir::arith::CmpIPredicate::eq,
                                                                   e.index(sum), e.index(whole.dim));
    e.emit.runtime("mdl_assert", {equal, e.where(parts.range), e.emit.string("split: " + text)});
  }
  return given;
}

/// `split(x, n, axis=0)`: n equal parts; `split(x, [2, 3])`: parts of these sizes; of a data set
/// `split(data, valid=0.2, seed=42)`.
static Value split(Elaborator &e, CallArguments &call) {
  if (!call.items.empty() && as<DataValue>(call.items[0].value))
    return splitData(e, call);
  if (!call.items.empty() && as<StringValue>(call.items[0].value)) {
    e.diags.report(diag::ExpectedTensor, call.items[0].range, {e.typeName(call.items[0].value)})
        .hint("a text is no tensor: `for c in text` goes over its characters, `text[a:b]` is a part of it");
    return nullptr;
  }
  auto bound = e.bindArguments(call, {"x", "parts", "axis?"});
  Tensor x = firstTensor(e, bound);
  auto axis = x ? axisOf(e, (*bound)[2], x, 0, call.range) : std::nullopt;
  auto sizes = axis ? splitSizes(e, *(*bound)[1], x->shape[*axis]) : std::nullopt;
  if (!sizes)
    return nullptr;
  auto list = std::make_shared<ListValue>();
  list->fixed = true;
  Dim offset;
  for (auto &size : *sizes) {
    list->elements.push_back(part(e, x, *axis, offset, size));
    list->ranges.push_back(call.range);
    offset = offset + size.dim;
  }
  return list;
}

static Value flip(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "axis?"});
  Tensor x = firstTensor(e, bound);
  auto axes = x ? axesOf(e, (*bound)[1], x) : std::nullopt;
  return axes ? Value(reversed(e, x, *axes)) : nullptr;
}

/// Elements of an axis move on by `shift`, those over the end come back at the beginning.
static Tensor rolled(Elaborator &e, const Tensor &x, unsigned axis, const Dim &shift) {
  const Size &size = x->shape[axis];
  auto by = shift.constant(), extent = size.dim.constant();
  // Of a negative shift too what is left is not negative, as in Python.
  // Along an axis without elements nothing moves.
  auto remainder = [&](const Dim &number) {
    return number * e.dims.head(Dim(1), size.dim) - e.dims.floorDiv(number, size.dim) * size.dim;
  };
  Dim back;
  if (by && extent)
    back = *extent ? Dim((*by % *extent + *extent) % *extent) : Dim(0);
  else
    back = by.value_or(0) < 0 ? size.dim - remainder(Dim(-*by)) : remainder(shift);
  if (back.isConstant(0))
    return x;
  Dim rest = size.dim - back;
  return joined(e, {part(e, x, axis, rest, {back, size.origin}), part(e, x, axis, Dim(0), {rest, size.origin})}, axis);
}

/// `roll(x, shift, axis)`: along an axis or several; without one in row-major order.
static Value roll(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "shift", "axis?"});
  Tensor x = firstTensor(e, bound);
  if (!x)
    return nullptr;
  const Item &shifts = *(*bound)[1], *axes = (*bound)[2];
  auto *several = elementsOf(shifts.value), *named = axes ? elementsOf(axes->value) : nullptr;
  if (!several && !named) {
    auto shift = e.size(shifts.value, shifts.range);
    Tensor line = axes ? x : flat(e, x, call.range);
    auto axis = shift ? axisOf(e, axes, line, 0, call.range) : std::nullopt;
    return axis ? Value(e.reshape(rolled(e, line, *axis, shift->dim), x->shape, x->lift)) : nullptr;
  }
  // Several axes, one after the other; one shift may serve all.
  if (!named || (several && several->size() != named->size())) {
    e.diags.report(diag::BadArgument, shifts.range,
                   {"roll", "there are as many shifts as axes: one for each, or one for all of them"});
    return nullptr;
  }
  for (size_t i = 0; i < named->size(); ++i) {
    Item one{"", (*named)[i], axes->range};
    auto shift = e.size(several ? (*several)[i] : shifts.value, shifts.range);
    auto axis = shift ? axisOf(e, &one, x, 0, call.range) : std::nullopt;
    if (!axis)
      return nullptr;
    x = rolled(e, x, *axis, shift->dim);
  }
  return x;
}

/// `tile(x, repeats)`: x again and again along its axes, as NumPy: missing repeats or axes in front count 1.
static Value tile(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "repeats"});
  Tensor x = firstTensor(e, bound);
  auto repeats = x ? e.shapeArgument((*bound)[1]->value, (*bound)[1]->range) : std::nullopt;
  if (!repeats)
    return nullptr;
  while (repeats->size() < x->rank())
    repeats->insert(repeats->begin(), Size{Dim(1), {}});
  Shape shape(x->shape.begin() + x->lift, x->shape.end());
  shape.insert(shape.begin(), repeats->size() - shape.size(), Size{Dim(1), call.range});
  Shape space(x->shape.begin(), x->shape.begin() + x->lift), single = space, repeated = space, result = space;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    single.push_back({Dim(1), {}});
    single.push_back(shape[axis]);
    repeated.push_back((*repeats)[axis]);
    repeated.push_back(shape[axis]);
    result.push_back({(*repeats)[axis].dim * shape[axis].dim, call.range});
  }
  return e.reshape(e.broadcast(e.reshape(x, single, x->lift), repeated, x->lift), result, x->lift);
}

/// How much `pad` adds before and behind each axis: a number, `[before, after]`, or one of these an axis.
static std::optional<std::vector<std::pair<Dim, Dim>>> paddings(Elaborator &e, const Item &item, unsigned rank) {
  auto one = [&](const Value &value) -> std::optional<std::pair<Dim, Dim>> {
    auto sizes = e.shapeArgument(value, item.range);
    if (!sizes)
      return std::nullopt;
    if (sizes->empty() || sizes->size() > 2) {
      e.diags.report(diag::BadArgument, item.range,
                     {"pad", "the padding is a number, `[before, after]`, or a list of these with one for each axis"});
      return std::nullopt;
    }
    for (auto &size : *sizes)
      if (auto constant = size.dim.constant(); constant && *constant < 0) {
        e.diags.report(diag::BadArgument, item.range, {"pad", "a padding of " + std::to_string(*constant)})
            .hint("`x[1:-1]` takes elements away");
        return std::nullopt;
      }
    return std::pair(sizes->front().dim, sizes->back().dim);
  };
  auto *elements = elementsOf(item.value);
  bool isNested = elements && llvm::any_of(*elements, [](auto &value) { return elementsOf(value) != nullptr; });
  std::vector<std::pair<Dim, Dim>> result;
  if (isNested && elements->size() != rank) {
    e.diags.report(diag::BadArgument, item.range,
                   {"pad", std::to_string(elements->size()) + " paddings for " + std::to_string(rank) + " axes"});
    return std::nullopt;
  }
  for (unsigned axis = 0; axis < rank; ++axis) {
    auto pair = one(isNested ? (*elements)[axis] : item.value);
    if (!pair)
      return std::nullopt;
    result.push_back(*pair);
  }
  return result;
}

Tensor builtin::padded(Elaborator &e, Tensor x, llvm::ArrayRef<std::pair<Dim, Dim>> widths, Tensor value,
                       SourceRange range) {
  bool isOfIndex = value->lift > 0;
  unsigned lift = std::max(x->lift, value->lift);
  value = e.cast(value, x->element);
  x = e.liftTo(x, lift);
  Shape shape = x->shape;
  llvm::SmallVector<int64_t> low(lift, 0), high(lift, 0);
  bool isKnown = true;
  for (unsigned axis = 0; axis < widths.size(); ++axis) {
    auto &[before, after] = widths[axis];
    Size &size = shape[x->lift + axis];
    size = {size.dim + before + after, range};
    isKnown &= before.constant() && after.constant();
    low.push_back(before.constant().value_or(0));
    high.push_back(after.constant().value_or(0));
  }
  if (isKnown && !isOfIndex)
    return e.make(e.emit.op("pad", {e.ssa(x), e.ssa(value)}, e.emit.tensorType(x->element, shape),
                            {e.emit.ints("low", low), e.emit.ints("high", high)}),
                  x->element, shape, x->lift);
  // A border of a width that is known at run time only, or another one for each index: joined axis by axis.
  value = e.liftTo(value, lift);
  for (unsigned axis = 0; axis < widths.size(); ++axis) {
    auto &[before, after] = widths[axis];
    unsigned at = x->lift + axis;
    auto border = [&](const Dim &width) {
      Shape own = x->shape;
      for (unsigned i = 0; i < lift; ++i)
        own[i] = value->shape[i].dim.isConstant(1) ? own[i] : value->shape[i];
      own[at] = {width, range};
      return e.broadcast(value, own, lift);
    };
    x = joined(e, {border(before), x, border(after)}, at);
  }
  return x;
}

/// `pad(x, padding, value=0)`: a border of `value`.
static Value pad(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "padding", "value?"});
  Tensor x = firstTensor(e, bound);
  auto amounts = x ? paddings(e, *(*bound)[1], x->rank()) : std::nullopt;
  if (!amounts)
    return nullptr;
  Tensor value =
      (*bound)[2] ? e.tensor((*bound)[2]->value, (*bound)[2]->range, x->element) : e.scalarConstant(x->element, 0);
  if (!value)
    return nullptr;
  if (value->rank()) {
    e.diags.report(diag::BadArgument, (*bound)[2]->range,
                   {"pad", "the value is one number, found " + e.typeName(value)});
    return nullptr;
  }
  return padded(e, x, *amounts, value, call.range);
}

void mdl::addArrangeBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"concat", concat},
                          {"stack", stack},
                          {"split", split},
                          {"flip", flip},
                          {"roll", roll},
                          {"tile", tile},
                          {"pad", pad}});
}
