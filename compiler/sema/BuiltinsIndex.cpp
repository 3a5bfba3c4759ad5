//===- BuiltinsIndex.cpp - take, gather, sort, topk, one_hot ------------------------------------===//
//
// Stage: sema. Builtins that choose elements by index or by order.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

using namespace mdl;
using Tensor = Elaborator::Tensor;

/// `one_hot(x, classes)`: a new last axis that is 1 at the class.
static Value oneHot(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "classes"});
  Tensor x = bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range) : nullptr;
  auto classes = x ? e.size((*bound)[1]->value, (*bound)[1]->range) : std::nullopt;
  if (!classes)
    return nullptr;
  if (!isInteger(x->element)) {
    e.diags.report(diag::BadArgument, (*bound)[0]->range,
                   {"one_hot", "classes are whole numbers, found " + e.typeName(x)});
    return nullptr;
  }
  Shape column = x->shape;
  column.push_back({Dim(1), {}});
  Shape row{*classes};
  auto axis = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(0));
  Tensor numbers =
      e.make(e.emit.op("iota", e.emit.dynamicSizes(row, e.dims), e.emit.tensorType(ElementType::I64, row), {axis}),
             ElementType::I64, row);
  Value equal = e.compare(ast::CompareOp::Eq, e.reshape(e.cast(x, ElementType::I64), column, x->lift), numbers,
                          call.range, (*bound)[0]->range, (*bound)[1]->range);
  return equal ? e.cast(e.tensor(equal, call.range), ElementType::F32) : nullptr;
}

static std::pair<Tensor, Tensor> sorted(Elaborator &e, const Tensor &x, bool descending) {
  llvm::SmallVector<mlir::NamedAttribute> attributes;
  if (descending)
    attributes.push_back(e.emit.attr("descending", e.emit.builder.getUnitAttr()));
  auto *op =
      e.emit.ops("sort", e.ssa(x),
                 {e.emit.tensorType(x->element, x->shape), e.emit.tensorType(ElementType::I64, x->shape)}, attributes);
  return {e.make(op->getResult(0), x->element, x->shape, x->lift),
          e.make(op->getResult(1), ElementType::I64, x->shape, x->lift)};
}

static std::optional<bool> descendingOf(Elaborator &e, const CallArguments::Item *item) {
  if (!item)
    return false;
  auto value = e.constantBool(item->value);
  if (!value)
    e.diags.report(diag::ExpectedConstant, item->range, {"descending"});
  return value;
}

static Tensor sortable(Elaborator &e, const std::optional<BoundArguments> &bound) {
  Tensor x = bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range) : nullptr;
  if (x && x->rank() == 0) {
    e.diags.report(diag::BadArgument, (*bound)[0]->range, {"sort", "a number has no order"});
    return nullptr;
  }
  return x;
}

static Value sort(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "descending?"});
  Tensor x = sortable(e, bound);
  auto descending = x ? descendingOf(e, (*bound)[1]) : std::nullopt;
  return descending ? Value(sorted(e, x, *descending).first) : nullptr;
}
static Value argsort(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "descending?"});
  Tensor x = sortable(e, bound);
  auto descending = x ? descendingOf(e, (*bound)[1]) : std::nullopt;
  return descending ? Value(sorted(e, x, *descending).second) : nullptr;
}

/// `topk(x, k)`: the k largest along the last axis, `{values, indices}`.
static Value topk(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "k"});
  Tensor x = sortable(e, bound);
  auto count = x ? e.size((*bound)[1]->value, (*bound)[1]->range) : std::nullopt;
  if (!count)
    return nullptr;
  auto k = count->dim.constant(), extent = x->shape.back().dim.constant();
  if (k && (*k < 0 || (extent && *k > *extent))) {
    auto report = e.diags.report(
        diag::BadArgument, (*bound)[1]->range,
        {"topk", "`k` is " + std::to_string(*k) + ", the axis has " + e.dims.print(x->shape.back().dim)});
    e.noteOrigin(report, x->shape.back());
    return nullptr;
  }
  auto [values, indices] = sorted(e, x, true);
  auto head = [&](const Tensor &whole) {
    Shape shape = whole->shape;
    shape.back() = *count;
    llvm::SmallVector<int64_t> offsets(shape.size(), 0), strides(shape.size(), 1), sizes;
    for (auto &size : shape)
      sizes.push_back(size.dim.constant().value_or(mlir::ShapedType::kDynamic));
    llvm::SmallVector<mlir::Value> operands{e.ssa(whole)};
    auto dynamic = e.emit.dynamicSizes(shape, e.dims);
    operands.append(dynamic);
    auto segments = e.emit.builder.getDenseI32ArrayAttr({1, 0, static_cast<int32_t>(dynamic.size()), 0});
    return e.make(e.emit.op("slice", operands, e.emit.tensorType(whole->element, shape),
                            {e.emit.ints("static_offsets", offsets), e.emit.ints("static_sizes", sizes),
                             e.emit.ints("static_strides", strides), e.emit.attr("operandSegmentSizes", segments)}),
                  whole->element, shape, whole->lift);
  };
  auto record = std::make_shared<RecordValue>();
  record->fields = {{"values", head(values)}, {"indices", head(indices)}};
  return record;
}

/// `random_seed()`: a key that follows from the program's `--seed`.
static Value randomSeed(Elaborator &e, CallArguments &call) {
  if (!e.bindArguments(call, {}))
    return nullptr;
  mlir::Value seed = e.emit.runtime("mdl_next_seed", e.emit.constantI64(e.randomSites++), e.emit.builder.getI64Type());
  auto value = std::make_shared<TensorValue>(*e.knownScalar(e.freshDim("seed", call.range, e.emit.toIndex(seed))));
  value->ssa = e.emit.fromScalar(seed);
  return value;
}

void mdl::addIndexBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins(
      {{"one_hot", oneHot}, {"sort", sort}, {"argsort", argsort}, {"topk", topk}, {"random_seed", randomSeed}});
}
