//===- BuiltinsCreate.cpp - zeros, ones, full, arange ---------------------------------------------===//
//
// Stage: sema. Builtins that make tensors from sizes.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Builtins.h"

#include <cmath>
#include <limits>

using namespace mdl;
using namespace mdl::builtin;

static Value filled(Elaborator &e, CallArguments &call, double value) {
  auto bound = e.bindArguments(call, {"shape", "dtype?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto type = shape ? elementTypeOf(e, (*bound)[1], ElementType::F32) : std::nullopt;
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
  auto type = (*bound)[2] ? elementTypeOf(e, (*bound)[2], ElementType::F32) : std::nullopt;
  if ((*bound)[2] && !type)
    return nullptr;
  Tensor value = e.tensor((*bound)[1]->value, (*bound)[1]->range, type);
  if (!value)
    return nullptr;
  return repeatedTo(e, type ? e.cast(value, *type) : value, (*bound)[1]->range, *shape, call);
}

/// `arange` of numbers that are not whole: known when the program is compiled, as its length follows from them.
static Value realRange(Elaborator &e, const CallArguments &call, const BoundArguments &bound, ElementType type) {
  double numbers[] = {0, 0, 1};
  for (unsigned i = 0; i < 3; ++i)
    if (auto *item = bound[i]) {
      auto number = e.constantNumber(item->value);
      if (!number) {
        e.diags.report(diag::ExpectedConstant, item->range, {std::string(e.sources.text(item->range))})
            .hint("`linspace(start, stop, n)` takes numbers that are computed");
        return nullptr;
      }
      numbers[bound[1] || i ? i : 1] = *number;
    }
  auto [begin, end, step] = numbers;
  double length = std::ceil((end - begin) / step);
  if (!std::isfinite(length) || length > 1e12) {
    e.diags.report(diag::BadArgument, call.range, {"arange", "there is no end to it"});
    return nullptr;
  }
  Shape shape{{Dim(static_cast<int64_t>(std::max(length, 0.0))), call.range}};
  std::vector<SourceRange> ranges(2, call.range);
  Value places = e.cast(counted(e, shape, 0), type);
  Value steps = e.elementwise("mul", {places, e.scalarConstant(type, step)}, ranges, call.range);
  return e.elementwise("add", {steps, e.scalarConstant(type, begin)}, ranges, call.range);
}

static bool isReal(const Value &value) {
  if (auto *literal = as<LiteralValue>(value))
    return !literal->isInt;
  auto *tensor = as<TensorValue>(value);
  return tensor && isFloat(tensor->element);
}

/// `arange(stop)`, `arange(start, stop, step)`: without `stop`, as NumPy.
static Value arange(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"start", "stop?", "step?", "dtype?"});
  if (!bound)
    return nullptr;
  bool real = false;
  for (unsigned i = 0; i < 3; ++i)
    real |= (*bound)[i] && isReal((*bound)[i]->value);
  auto type = elementTypeOf(e, (*bound)[3], real ? ElementType::F32 : ElementType::I64);
  if (!type)
    return nullptr;
  if (real)
    return realRange(e, call, *bound, *type);
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
    if (!constant) {
      if (e.size(by->value, by->range))
        e.diags.report(diag::ExpectedConstant, by->range, {std::string(e.sources.text(by->range))});
      return nullptr;
    }
    if (*constant == 0) {
      e.diags.report(diag::BadArgument, by->range, {"arange", "the step is a whole number other than 0"});
      return nullptr;
    }
    step = Dim(*constant);
  }
  int64_t by = *step.constant();
  const Dim &low = by > 0 ? begin : end, &high = by > 0 ? end : begin;
  Dim distance = low.constant() && !high.constant() ? high - low : e.dims.span(low, high); // Note [Empty ranges]
  Dim length = e.dims.floorDiv(distance + Dim(std::abs(by) - 1), Dim(std::abs(by)));
  e.checkSize({length, origin});
  Value result = counted(e, Shape{{length, origin}}, 0);
  std::vector<SourceRange> ranges(2, call.range);
  if (by != 1)
    result = e.elementwise("mul", {result, e.knownScalar(step)}, ranges, call.range);
  if (!begin.isConstant(0))
    result = e.elementwise("add", {result, e.knownScalar(begin)}, ranges, call.range);
  return result ? Value(e.cast(e.tensor(result, call.range), *type)) : nullptr;
}

static Value likeFilled(Elaborator &e, CallArguments &call, double value) {
  auto bound = e.bindArguments(call, {"x", "dtype?"});
  if (!bound || ((*bound)[1] && !elementTypeOf(e, (*bound)[1], ElementType::F32)))
    return nullptr;
  auto *item = (*bound)[0];
  auto filled = [&](const std::vector<Value> &parts) -> Value {
    Tensor t = e.tensor(parts[0], item->range);
    if (!t)
      return nullptr;
    auto type = elementTypeOf(e, (*bound)[1], t->element);
    return e.broadcast(e.scalarConstant(*type, value), t->shape, t->lift);
  };
  Value form = e.settle(item->value, item->range);
  return isEmptyList(form) ? filled({form}) : e.mapStructures({form}, {item->range}, call.range, filled);
}
static Value zerosLike(Elaborator &e, CallArguments &call) { return likeFilled(e, call, 0); }
static Value onesLike(Elaborator &e, CallArguments &call) { return likeFilled(e, call, 1); }

/// `inf`, `nan`, `pi`: numbers of the float type that their place asks for.
static void addConstant(Elaborator &e, const char *name, double number) {
  auto value = std::make_shared<LiteralValue>();
  value->isInt = false;
  value->floatValue = number;
  e.globals->names.insert({name, Binding{value, false, {}}});
}

void mdl::addCreationBuiltins(Elaborator &elaborator) {
  addConstant(elaborator, "inf", std::numeric_limits<double>::infinity());
  addConstant(elaborator, "nan", std::numeric_limits<double>::quiet_NaN());
  addConstant(elaborator, "pi", M_PI);
  elaborator.addBuiltins({{"zeros", zeros},
                          {"ones", ones},
                          {"full", full},
                          {"arange", arange},
                          {"zeros_like", zerosLike},
                          {"ones_like", onesLike}});
}
