//===- BuiltinsShape.cpp - shape, reshape, transpose, concat, … ------------------------------------===//
//
// Stage: sema. Builtins about shapes and where elements stand.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using Tensor = Elaborator::Tensor;

static Tensor firstTensor(Elaborator &e, const std::optional<BoundArguments> &bound) {
  return bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range) : nullptr;
}

/// One axis that is known now, counted from the front of the whole shape; `extra` more may be named (stack, new axes).
static std::optional<unsigned> axisOf(Elaborator &e, const CallArguments::Item *item, const Tensor &x, int64_t fallback,
                                      unsigned extra = 0) {
  int64_t axis = fallback, rank = x->rank() + extra;
  if (item) {
    auto constant = e.constantInt(item->value);
    if (!constant) {
      e.diags.report(diag::ExpectedConstant, item->range, {std::string(e.sources.text(item->range))});
      return std::nullopt;
    }
    axis = *constant;
  }
  int64_t at = axis < 0 ? axis + rank : axis;
  if (at < 0 || at >= rank) {
    e.diags.report(
        diag::AxisOutOfRange, item ? item->range : SourceRange{},
        {std::to_string(axis), e.typeName(x), std::to_string(x->rank()) + (x->rank() == 1 ? " axis" : " axes")});
    return std::nullopt;
  }
  return at + x->lift;
}

static Value shapeOf(Elaborator &e, CallArguments &call) {
  Tensor x = firstTensor(e, e.bindArguments(call, {"x"}));
  if (!x)
    return nullptr;
  auto list = std::make_shared<ListValue>();
  list->fixed = true;
  for (unsigned axis = x->lift; axis < x->shape.size(); ++axis) {
    list->elements.push_back(e.knownScalar(x->shape[axis].dim));
    list->ranges.push_back(call.range);
  }
  return list;
}
static Value rankOf(Elaborator &e, CallArguments &call) {
  Tensor x = firstTensor(e, e.bindArguments(call, {"x"}));
  return x ? Value(e.knownScalar(Dim(static_cast<int64_t>(x->rank())))) : nullptr;
}
static Value lengthOf(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x"});
  if (!bound)
    return nullptr;
  if (auto *tuple = as<TupleValue>((*bound)[0]->value))
    return e.knownScalar(Dim(static_cast<int64_t>(tuple->elements.size())));
  if (auto *list = as<ListValue>((*bound)[0]->value); list)
    return e.knownScalar(Dim(static_cast<int64_t>(list->elements.size())));
  if (auto *data = as<DataValue>((*bound)[0]->value))
    return e.knownScalar(data->rows);
  Tensor x = firstTensor(e, bound);
  if (!x)
    return nullptr;
  if (x->rank() == 0) {
    e.diags.report(diag::BadArgument, (*bound)[0]->range, {"len", "a number has no length"});
    return nullptr;
  }
  return e.knownScalar(x->shape[x->lift].dim);
}
static Value dtypeOf(Elaborator &e, CallArguments &call) {
  Tensor x = firstTensor(e, e.bindArguments(call, {"x"}));
  if (!x)
    return nullptr;
  auto string = std::make_shared<StringValue>();
  string->constant = elementTypeName(x->element);
  string->pieces.push_back({*string->constant, nullptr, "", {}});
  return string;
}

static Dim elements(const Tensor &x) {
  Dim count(1);
  for (unsigned axis = x->lift; axis < x->shape.size(); ++axis)
    count = count * x->shape[axis].dim;
  return count;
}

static Value reshape(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "shape"});
  Tensor x = firstTensor(e, bound);
  auto shape = x ? e.shapeArgument((*bound)[1]->value, (*bound)[1]->range, -1) : std::nullopt;
  if (!shape)
    return nullptr;
  Dim count = elements(x), product(1);
  Size *open = nullptr;
  for (auto &size : *shape)
    if (size.dim.isConstant(-1)) {
      if (open) {
        e.diags.report(diag::BadArgument, (*bound)[1]->range, {"reshape", "one size at most is -1"});
        return nullptr;
      }
      open = &size;
    } else {
      product = product * size.dim;
    }
  auto mismatch = [&] {
    auto report = e.diags.report(
        diag::ReshapeSizes, call.range,
        {e.typeName(x), e.dims.print(count), std::string(e.sources.text((*bound)[1]->range)), e.dims.print(product)});
    for (unsigned axis = x->lift; axis < x->shape.size(); ++axis)
      e.noteOrigin(report, x->shape[axis]);
  };
  if (open) {
    auto quotient = product.isConstant(0) ? std::nullopt : count.exactQuotient(product);
    if (!quotient && count.constant() && product.constant()) {
      mismatch();
      return nullptr;
    }
    open->dim = quotient ? *quotient : e.dims.floorDiv(count, product);
    if (!quotient) {
      mlir::Value even = e.emit.builder.create<mlir::arith::CmpIOp>(e.emit.location, mlir::arith::CmpIPredicate::eq,
                                                                    e.index(open->dim * product), e.index(count));
      e.emit.runtime("mdl_assert",
                     {even, e.where(call.range), e.emit.string("reshape: the sizes do not come out even")});
    }
  } else if (product != count) {
    if (product.constant() && count.constant()) {
      mismatch();
      return nullptr;
    }
    mlir::Value equal = e.emit.builder.create<mlir::arith::CmpIOp>(e.emit.location, mlir::arith::CmpIPredicate::eq,
                                                                   e.index(product), e.index(count));
    e.emit.runtime("mdl_assert",
                   {equal, e.where(call.range),
                    e.emit.string("reshape: " + e.dims.print(count) + " elements do not fill " + e.print(*shape))});
  }
  e.emit.setPlace(call.range);
  Shape whole(x->shape.begin(), x->shape.begin() + x->lift);
  whole.insert(whole.end(), shape->begin(), shape->end());
  return e.reshape(x, whole, x->lift);
}

static Value flatten(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "start?"});
  Tensor x = firstTensor(e, bound);
  if (!x)
    return nullptr;
  unsigned start = x->lift;
  if ((*bound)[1]) {
    auto axis = axisOf(e, (*bound)[1], x, 0);
    if (!axis)
      return nullptr;
    start = *axis;
  }
  Shape shape(x->shape.begin(), x->shape.begin() + start);
  Dim count(1);
  for (unsigned axis = start; axis < x->shape.size(); ++axis)
    count = count * x->shape[axis].dim;
  shape.push_back({count, call.range});
  return e.reshape(x, shape, x->lift);
}

static Value squeeze(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "axis?"});
  Tensor x = firstTensor(e, bound);
  if (!x)
    return nullptr;
  Shape shape(x->shape.begin(), x->shape.begin() + x->lift);
  std::optional<unsigned> one;
  if ((*bound)[1]) {
    one = axisOf(e, (*bound)[1], x, 0);
    if (!one)
      return nullptr;
    if (!x->shape[*one].dim.isConstant(1)) {
      auto report = e.diags.report(diag::BadArgument, (*bound)[1]->range,
                                   {"squeeze", "the axis has size " + e.dims.print(x->shape[*one].dim) + ", not 1"});
      e.noteOrigin(report, x->shape[*one]);
      return nullptr;
    }
  }
  for (unsigned axis = x->lift; axis < x->shape.size(); ++axis)
    if (one ? axis != *one : !x->shape[axis].dim.isConstant(1))
      shape.push_back(x->shape[axis]);
  return e.reshape(x, shape, x->lift);
}

static Value permuted(Elaborator &e, const Tensor &x, const std::vector<int64_t> &order) {
  Shape shape;
  for (int64_t axis : order)
    shape.push_back(x->shape[axis]);
  return e.make(
      e.emit.op("transpose", e.ssa(x), e.emit.tensorType(x->element, shape), {e.emit.ints("permutation", order)}),
      x->element, shape, x->lift);
}

static Value transpose(Elaborator &e, CallArguments &call) {
  Tensor x = firstTensor(e, e.bindArguments(call, {"x"}));
  if (!x)
    return nullptr;
  if (x->rank() < 2) {
    e.diags
        .report(diag::BadArgument, call.range,
                {"transpose", "it swaps the last two axes, " + e.typeName(x) + " has " + std::to_string(x->rank())})
        .hint("`x[:, new]` makes a column of a vector");
    return nullptr;
  }
  std::vector<int64_t> order(x->shape.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return permuted(e, x, order);
}

static Value permute(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "axes"});
  Tensor x = firstTensor(e, bound);
  auto given = x ? e.shapeArgument((*bound)[1]->value, (*bound)[1]->range, INT64_MIN) : std::nullopt;
  if (!given)
    return nullptr;
  std::vector<int64_t> order;
  for (unsigned axis = 0; axis < x->lift; ++axis)
    order.push_back(axis);
  for (auto &size : *given) {
    int64_t axis = size.dim.constant().value_or(-100);
    axis = (axis < 0 ? axis + x->rank() : axis) + x->lift;
    if (axis < x->lift || axis >= static_cast<int64_t>(x->shape.size()) || llvm::is_contained(order, axis)) {
      e.diags.report(diag::BadArgument, (*bound)[1]->range,
                     {"permute", "the axes of " + e.typeName(x) + " in another order, each once"});
      return nullptr;
    }
    order.push_back(axis);
  }
  if (order.size() != x->shape.size()) {
    e.diags.report(diag::BadArgument, (*bound)[1]->range,
                   {"permute", "the axes of " + e.typeName(x) + " in another order, each once"});
    return nullptr;
  }
  return permuted(e, x, order);
}

static Value broadcastTo(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "shape"});
  Tensor x = firstTensor(e, bound);
  auto shape = x ? e.shapeArgument((*bound)[1]->value, (*bound)[1]->range) : std::nullopt;
  if (!shape)
    return nullptr;
  auto target = e.make({}, x->element, *shape);
  unsigned lift;
  auto common = e.broadcastShapes({target, x}, {(*bound)[1]->range, (*bound)[0]->range}, call.range, lift);
  if (!common)
    return nullptr;
  bool fits = common->size() == shape->size();
  for (size_t axis = 0; fits && axis < shape->size(); ++axis)
    fits = (*common)[axis].dim == (*shape)[axis].dim;
  if (!fits) {
    e.diags.report(diag::BadArgument, call.range,
                   {"broadcast_to", e.typeName(x) + " does not become " + e.print(*shape)});
    return nullptr;
  }
  return e.broadcast(x, *shape, x->lift);
}

/// The tensors of a list, or the rows of a stacked one.
static std::optional<std::vector<Tensor>> parts(Elaborator &e, const CallArguments::Item &item) {
  std::vector<Tensor> result;
  const std::vector<Value> *elements = nullptr;
  if (auto *list = as<ListValue>(item.value))
    elements = &list->elements;
  if (auto *tuple = as<TupleValue>(item.value))
    elements = &tuple->elements;
  if (!elements || elements->empty()) {
    e.diags.report(diag::PatternMismatch, item.range, {"a list of tensors", e.typeName(item.value)});
    return std::nullopt;
  }
  for (auto &element : *elements) {
    Tensor part = e.tensor(element, item.range);
    if (!part)
      return std::nullopt;
    result.push_back(part);
  }
  ElementType type = result[0]->element;
  for (auto &part : result)
    type = e.promote(type, false, part->element, false);
  for (auto &part : result)
    part = e.cast(part, type);
  return result;
}

static Value concat(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"tensors", "axis?"});
  if (!bound)
    return nullptr;
  // A list of one shape arrives stacked: its first axis is the list.
  if (auto *whole = as<TensorValue>((*bound)[0]->value); whole && whole->rank() >= 2 && !(*bound)[1]) {
    auto x = std::static_pointer_cast<const TensorValue>((*bound)[0]->value);
    Shape shape(x->shape.begin() + 1, x->shape.end());
    shape[0].dim = shape[0].dim * x->shape[0].dim;
    return e.reshape(x, shape, 0);
  }
  auto tensors = parts(e, *(*bound)[0]);
  if (!tensors)
    return nullptr;
  for (auto &part : *tensors)
    if (part->rank() == 0) {
      e.diags.report(diag::BadArgument, call.range, {"concat", "numbers have no axis"})
          .hint("`stack` or `[a, b]` makes a vector");
      return nullptr;
    }
  auto axis = axisOf(e, (*bound)[1], tensors->front(), 0);
  if (!axis)
    return nullptr;
  Shape shape = tensors->front()->shape;
  shape[*axis].dim = Dim(0);
  llvm::SmallVector<mlir::Value> operands;
  for (auto &part : *tensors) {
    bool same = part->shape.size() == shape.size();
    for (unsigned i = 0; same && i < shape.size(); ++i)
      same = i == *axis || part->shape[i].dim == shape[i].dim;
    if (!same) {
      auto report = e.diags.report(diag::BadArgument, call.range,
                                   {"concat", "shapes differ in another axis than " + std::to_string(*axis) + ": " +
                                                  e.typeName(tensors->front()) + " and " + e.typeName(part)});
      for (unsigned i = 0; i < shape.size() && i < part->shape.size(); ++i)
        if (i != *axis && part->shape[i].dim != shape[i].dim) {
          e.noteOrigin(report, shape[i]);
          e.noteOrigin(report, part->shape[i]);
        }
      return nullptr;
    }
    shape[*axis].dim = shape[*axis].dim + part->shape[*axis].dim;
    operands.push_back(e.ssa(part));
  }
  ElementType type = tensors->front()->element;
  auto attribute = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(*axis));
  return e.make(e.emit.op("concat", operands, e.emit.tensorType(type, shape), {attribute}), type, shape);
}

static Value stack(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"tensors", "axis?"});
  Tensor whole = firstTensor(e, bound);
  auto axis = whole ? axisOf(e, (*bound)[1], whole, 0) : std::nullopt;
  if (!axis || *axis == whole->lift)
    return axis ? Value(whole) : nullptr;
  std::vector<int64_t> order;
  for (unsigned i = 1; i <= *axis; ++i)
    order.push_back(i);
  order.push_back(0);
  for (unsigned i = *axis + 1; i < whole->shape.size(); ++i)
    order.push_back(i);
  return permuted(e, whole, order);
}

static Value flip(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "axis"});
  Tensor x = firstTensor(e, bound);
  auto axis = x ? axisOf(e, (*bound)[1], x, 0) : std::nullopt;
  if (!axis)
    return nullptr;
  return e.make(
      e.emit.op("reverse", e.ssa(x), e.emit.tensorType(x->element, x->shape), {e.emit.ints("axes", {int64_t(*axis)})}),
      x->element, x->shape, x->lift);
}

/// Defined in Data.cpp.
Value splitData(Elaborator &e, CallArguments &call);

/// `split(x, n, axis=0)`: n equal parts; of a data set `split(data, valid=0.2, seed=42)`.
static Value split(Elaborator &e, CallArguments &call) {
  if (!call.items.empty() && as<DataValue>(call.items[0].value))
    return splitData(e, call);
  auto bound = e.bindArguments(call, {"x", "parts", "axis?"});
  Tensor x = firstTensor(e, bound);
  auto axis = x ? axisOf(e, (*bound)[2], x, 0) : std::nullopt;
  auto count = axis ? e.constantInt((*bound)[1]->value) : std::nullopt;
  if (!axis)
    return nullptr;
  auto size = count && *count > 0 ? x->shape[*axis].dim.exactQuotient(Dim(*count)) : std::nullopt;
  if (!size) {
    auto report =
        e.diags.report(diag::BadArgument, (*bound)[1]->range,
                       {"split", "an axis of size " + e.dims.print(x->shape[*axis].dim) + " does not come out even"});
    e.noteOrigin(report, x->shape[*axis]);
    return nullptr;
  }
  auto list = std::make_shared<ListValue>();
  list->fixed = true;
  for (int64_t i = 0; i < *count; ++i) {
    llvm::SmallVector<mlir::Value> operands{e.ssa(x)}, offsets, sizes;
    llvm::SmallVector<int64_t> staticOffsets, staticSizes, strides(x->shape.size(), 1);
    Shape shape = x->shape;
    shape[*axis].dim = *size;
    for (unsigned a = 0; a < x->shape.size(); ++a) {
      Dim offset = a == *axis ? *size * Dim(i) : Dim(0);
      staticOffsets.push_back(offset.constant().value_or(mlir::ShapedType::kDynamic));
      if (!offset.constant())
        offsets.push_back(e.index(offset));
      staticSizes.push_back(shape[a].dim.constant().value_or(mlir::ShapedType::kDynamic));
      if (!shape[a].dim.constant())
        sizes.push_back(e.index(shape[a].dim));
    }
    operands.append(offsets);
    operands.append(sizes);
    auto segments = e.emit.builder.getDenseI32ArrayAttr({1, int32_t(offsets.size()), int32_t(sizes.size()), 0});
    list->elements.push_back(
        e.make(e.emit.op("slice", operands, e.emit.tensorType(x->element, shape),
                         {e.emit.ints("static_offsets", staticOffsets), e.emit.ints("static_sizes", staticSizes),
                          e.emit.ints("static_strides", strides), e.emit.attr("operandSegmentSizes", segments)}),
               x->element, shape, x->lift));
    list->ranges.push_back(call.range);
  }
  return list;
}

/// `map(f, s, …)` applies a function to the leaves of structures of the same form.
static Value mapLeaves(Elaborator &e, CallArguments &call) {
  if (call.items.size() < 2) {
    e.diags.report(diag::MissingArgument, call.range, {"map", "s"});
    return nullptr;
  }
  std::vector<Value> values;
  std::vector<SourceRange> ranges;
  for (size_t i = 1; i < call.items.size(); ++i) {
    values.push_back(e.settle(call.items[i].value, call.items[i].range));
    ranges.push_back(call.items[i].range);
  }
  return e.mapStructures(values, ranges, call.range, [&](const std::vector<Value> &leaves) {
    CallArguments arguments;
    arguments.callee = "f";
    arguments.range = call.range;
    for (size_t i = 0; i < leaves.size(); ++i)
      arguments.items.push_back({"", leaves[i], ranges[i]});
    return e.callValue(call.items[0].value, arguments);
  });
}

void mdl::addShapeBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"shape", shapeOf},
                          {"rank", rankOf},
                          {"len", lengthOf},
                          {"dtype", dtypeOf},
                          {"reshape", reshape},
                          {"flatten", flatten},
                          {"squeeze", squeeze},
                          {"transpose", transpose},
                          {"permute", permute},
                          {"broadcast_to", broadcastTo},
                          {"concat", concat},
                          {"stack", stack},
                          {"flip", flip},
                          {"split", split},
                          {"map", mapLeaves}});
}
