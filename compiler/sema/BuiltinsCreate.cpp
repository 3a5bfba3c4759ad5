//===- BuiltinsCreate.cpp - zeros, arange, randn, … ---------------------------------------------===//
//
// Stage: sema. Builtins that make tensors from sizes.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

using namespace mdl;
using Tensor = Elaborator::Tensor;

static std::optional<ElementType> typeArgument(Elaborator &e, const CallArguments::Item *item, ElementType fallback) {
  if (!item)
    return fallback;
  if (auto *type = as<ElementTypeValue>(item->value))
    return type->type;
  e.diags.report(diag::PatternMismatch, item->range, {"an element type such as `f32`", e.typeName(item->value)});
  return std::nullopt;
}

static Value filled(Elaborator &e, CallArguments &call, double value) {
  auto bound = e.bindArguments(call, {"shape", "dtype?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto type = shape ? typeArgument(e, (*bound)[1], ElementType::F32) : std::nullopt;
  if (!type)
    return nullptr;
  // An operation of its own for each call: gradients tell two equal parameters apart.
  return e.broadcast(e.scalarConstant(*type, value), *shape, 0);
}
static Value zeros(Elaborator &e, CallArguments &call) { return filled(e, call, 0); }
static Value ones(Elaborator &e, CallArguments &call) { return filled(e, call, 1); }

static Value full(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"shape", "value", "dtype?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  if (!shape)
    return nullptr;
  auto type = (*bound)[2] ? typeArgument(e, (*bound)[2], ElementType::F32) : std::nullopt;
  if ((*bound)[2] && !type)
    return nullptr;
  Tensor value = e.tensor((*bound)[1]->value, (*bound)[1]->range, type);
  if (!value)
    return nullptr;
  return e.broadcast(type ? e.cast(value, *type) : value, *shape, 0);
}

static Value arange(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"start", "stop?", "step?"});
  if (!bound)
    return nullptr;
  auto first = e.size((*bound)[0]->value, (*bound)[0]->range);
  if (!first)
    return nullptr;
  Dim begin, end = first->dim, step(1);
  SourceRange origin = (*bound)[0]->range;
  if (auto *stop = (*bound)[1]) {
    auto last = e.size(stop->value, stop->range);
    if (!last)
      return nullptr;
    begin = first->dim;
    end = last->dim;
    origin = call.range;
  }
  if (auto *by = (*bound)[2]) {
    auto constant = e.constantInt(by->value);
    if (!constant || *constant == 0) {
      e.diags.report(diag::BadArgument, by->range, {"arange", "the step is a whole number other than 0"});
      return nullptr;
    }
    step = Dim(*constant);
  }
  int64_t by = *step.constant();
  Dim length = e.dims.floorDiv(by > 0 ? end - begin + Dim(by - 1) : begin - end + Dim(-by - 1), Dim(std::abs(by)));
  if (auto constant = length.constant(); constant && *constant < 0)
    length = Dim(0);
  if (!length.constant())
    e.checkSize({length, origin});
  Shape shape{{length, origin}};
  auto axis = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(0));
  Value result =
      e.make(e.emit.op("iota", e.emit.dynamicSizes(shape, e.dims), e.emit.tensorType(ElementType::I64, shape), {axis}),
             ElementType::I64, shape);
  std::vector<SourceRange> ranges(2, call.range);
  if (by != 1)
    result = e.elementwise("mul", {result, e.knownScalar(step)}, ranges, call.range);
  if (!begin.isConstant(0))
    result = e.elementwise("add", {result, e.knownScalar(begin)}, ranges, call.range);
  return result;
}

/// The key of a random operation: `seed=`, or one of its own.
static mlir::Value seedOf(Elaborator &e, const CallArguments::Item *item) {
  if (!item)
    return e.emit.runtime("mdl_next_seed", e.emit.constantI64(e.randomSites++), e.emit.builder.getI64Type());
  auto size = e.size(item->value, item->range);
  return size ? e.emit.i64(size->dim, e.dims) : mlir::Value();
}

static Value random(Elaborator &e, const char *op, ElementType element, const Shape &shape,
                    const CallArguments::Item *seed) {
  mlir::Value key = seedOf(e, seed);
  if (!key)
    return nullptr;
  llvm::SmallVector<mlir::Value> operands{key};
  operands.append(e.emit.dynamicSizes(shape, e.dims));
  return e.make(e.emit.op(op, operands, e.emit.tensorType(element, shape)), element, shape);
}

static Value randn(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"shape", "mean?", "std?", "seed?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  if (!shape)
    return nullptr;
  Value result = random(e, "normal", ElementType::F32, *shape, (*bound)[3]);
  std::vector<SourceRange> ranges(2, call.range);
  if (result && (*bound)[2])
    result = e.elementwise("mul", {result, (*bound)[2]->value}, ranges, call.range);
  if (result && (*bound)[1])
    result = e.elementwise("add", {result, (*bound)[1]->value}, ranges, call.range);
  return result;
}

static Value uniform(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"shape", "low?", "high?", "seed?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  if (!shape)
    return nullptr;
  Value result = random(e, "uniform", ElementType::F32, *shape, (*bound)[3]);
  auto *low = (*bound)[1], *high = (*bound)[2];
  if (!result || (!low && !high))
    return result;
  auto literal = [](int64_t number) {
    auto value = std::make_shared<LiteralValue>();
    value->intValue = number;
    value->floatValue = number;
    return value;
  };
  Value from = low ? low->value : Value(literal(0)), to = high ? high->value : Value(literal(1));
  Value width = e.binary(ast::BinaryOp::Sub, to, from, call.range, call.range, call.range, call.range);
  std::vector<SourceRange> ranges(2, call.range);
  result = e.elementwise("mul", {result, width}, ranges, call.range);
  return result ? e.elementwise("add", {result, from}, ranges, call.range) : nullptr;
}

static Value permutation(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"n", "seed?"});
  auto size = bound ? e.size((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  return size ? random(e, "permutation", ElementType::I64, {*size}, (*bound)[1]) : nullptr;
}

static Value likeFilled(Elaborator &e, CallArguments &call, double value) {
  auto bound = e.bindArguments(call, {"x"});
  if (!bound)
    return nullptr;
  auto *item = (*bound)[0];
  return e.mapStructures({e.settle(item->value, item->range)}, {item->range}, call.range,
                         [&](const std::vector<Value> &parts) -> Value {
                           Tensor t = e.tensor(parts[0], item->range);
                           return t ? e.broadcast(e.scalarConstant(t->element, value), t->shape, t->lift) : nullptr;
                         });
}
static Value zerosLike(Elaborator &e, CallArguments &call) { return likeFilled(e, call, 0); }
static Value onesLike(Elaborator &e, CallArguments &call) { return likeFilled(e, call, 1); }

void mdl::addCreationBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"zeros", zeros},
                          {"ones", ones},
                          {"full", full},
                          {"arange", arange},
                          {"randn", randn},
                          {"uniform", uniform},
                          {"permutation", permutation},
                          {"zeros_like", zerosLike},
                          {"ones_like", onesLike}});
}
