//===- BuiltinsShape.cpp - shape, reshape, transpose, broadcast_to, … ------------------------------===//
//
// Stage: sema. Builtins about shapes.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Callables.h"
#include "compiler/sema/DataSets.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/RunTexts.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/TextsOfIndex.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

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
  auto bound = e.bindArguments(call, {"x"});
  // A tuple of numbers, as `stride=(1, 2)`, is told from a number by its rank.
  if (bound && as<TupleValue>((*bound)[0]->value))
    return e.knownScalar(Dim(1));
  Tensor x = firstTensor(e, bound);
  return x ? Value(e.knownScalar(Dim(static_cast<int64_t>(x->rank())))) : nullptr;
}
/// Of the bytes of a character in UTF-8 all but the first are 10xxxxxx.
static bool beginsCharacter(char byte) { return (byte & 0xC0) != 0x80; }

static Value lengthOf(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x"});
  if (!bound)
    return nullptr;
  if (auto *tuple = as<TupleValue>((*bound)[0]->value))
    return e.knownScalar(Dim(static_cast<int64_t>(tuple->elements.size())));
  if (auto *list = as<ListValue>((*bound)[0]->value); list)
    return e.knownScalar(Dim(static_cast<int64_t>(list->elements.size())));
  if (auto *list = as<RunListValue>((*bound)[0]->value))
    return e.knownScalar(lengthOfList(*list).dim);
  if (auto *record = as<RecordValue>((*bound)[0]->value))
    return e.knownScalar(Dim(static_cast<int64_t>(record->fields.size())));
  if (auto *data = as<DataValue>((*bound)[0]->value))
    return e.knownScalar(data->rows);
  if (auto *batches = as<BatchesValue>((*bound)[0]->value)) {
    auto count = countOfBatches(e, *batches, (*bound)[0]->range);
    return count ? Value(e.knownScalar(*count)) : nullptr;
  }
  if (as<ZipValue>((*bound)[0]->value) || as<RangeValue>((*bound)[0]->value)) {
    auto length = sequenceLength(e, (*bound)[0]->value, (*bound)[0]->range, RangeUse::Passes);
    return length ? Value(e.knownScalar(length->dim)) : nullptr;
  }
  if (as<StringValue>((*bound)[0]->value)) {
    if (auto known = e.knownText((*bound)[0]->value))
      return e.knownScalar(Dim(static_cast<int64_t>(llvm::count_if(*known, beginsCharacter))));
    if (isTextOfIndex((*bound)[0]->value))
      return lengthsOfTexts(e, (*bound)[0]->value, (*bound)[0]->range);
    mlir::Value count = lengthOfText(e, (*bound)[0]->value, (*bound)[0]->range);
    return e.make(e.emit.fromScalar(count), ElementType::I64, {});
  }
  if (auto *rows = as<RaggedValue>((*bound)[0]->value))
    return countOfRows(e, *rows, {static_cast<int64_t>(rows->whole->lift)}, call.range);
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
  auto type = std::make_shared<ElementTypeValue>();
  type->type = x->element;
  return type;
}

static Value reshape(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "shape"});
  Tensor x = firstTensor(e, bound);
  auto shape = x ? e.shapeArgument((*bound)[1]->value, (*bound)[1]->range, -1) : std::nullopt;
  if (!shape)
    return nullptr;
  Dim count = elementCount(x->shape, x->lift), product(1);
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
  std::string wanted(e.sources.text((*bound)[1]->range));
  auto mismatch = [&] {
    std::string multiple = open ? "a multiple of " : "";
    auto report = e.diags.report(diag::ReshapeSizes, call.range,
                                 {e.typeName(x), e.dims.print(count), wanted, multiple + e.dims.print(product)});
    if (open)
      report.hint(e.dims.print(count) + " is no multiple of " + e.dims.print(product) +
                  ": no size fits in the place of `-1`");
    for (unsigned axis = x->lift; axis < x->shape.size(); ++axis)
      e.noteOrigin(report, x->shape[axis]);
  };
  auto check = [&] {
    e.emit.runtime("mdl_check_reshape",
                   {e.emit.i64(count, e.dims), e.emit.i64(product, e.dims), e.emit.constantBool(open != nullptr),
                    e.where(call.range), e.emit.string(e.typeName(x)), e.emit.string(wanted)});
  };
  if (open) {
    auto quotient = product.isConstant(0) ? std::nullopt : count.exactQuotient(product);
    if (!quotient && count.constant() && product.constant()) {
      mismatch();
      return nullptr;
    }
    open->dim = quotient ? *quotient : e.dims.floorDiv(count, product);
    if (!quotient)
      check();
  } else if (product != count) {
    if (product.constant() && count.constant()) {
      mismatch();
      return nullptr;
    }
    check();
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
  if (!(*bound)[1])
    return flat(e, x, call.range);
  auto start = axisOf(e, (*bound)[1], x, 0, call.range);
  if (!start)
    return nullptr;
  Shape shape(x->shape.begin(), x->shape.begin() + *start);
  shape.push_back({elementCount(x->shape, *start), call.range});
  return e.reshape(x, shape, x->lift);
}

static Value squeeze(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "axis?"});
  Tensor x = firstTensor(e, bound);
  if (!x)
    return nullptr;
  auto named = axesOf(e, (*bound)[1], x);
  if (!named)
    return nullptr;
  Shape shape(x->shape.begin(), x->shape.begin() + x->lift);
  for (unsigned axis = x->lift; axis < x->shape.size(); ++axis) {
    const Size &size = x->shape[axis];
    if (!llvm::is_contained(*named, static_cast<int64_t>(axis)) || (!(*bound)[1] && !size.dim.isConstant(1))) {
      shape.push_back(size);
    } else if (!size.dim.isConstant(1)) {
      auto report = e.diags.report(diag::BadArgument, (*bound)[1]->range,
                                   {"squeeze", "the axis has size " + e.dims.print(size.dim) + ", not 1"});
      e.noteOrigin(report, size);
      return nullptr;
    }
  }
  return e.reshape(x, shape, x->lift);
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
  return repeatedTo(e, x, (*bound)[0]->range, *shape, call);
}

/// `map(f, s, …)` applies a function to the leaves of structures of the same form.
static Value mapLeaves(Elaborator &e, CallArguments &call) {
  if (call.items.size() < 2) {
    e.diags.report(diag::MissingArgument, call.range, {"map", "s"});
    return nullptr;
  }
  if (!isCallable(call.items[0].value) && isCallable(call.items[1].value)) {
    std::string function(e.sources.text(call.items[1].range)), x(e.sources.text(call.items[0].range));
    e.diags.report(diag::NotCallable, call.items[0].range, {e.typeName(call.items[0].value)})
        .hint("the function comes first: `map(" + function + ", " + x + ")`");
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
                          {"map", mapLeaves}});
}
