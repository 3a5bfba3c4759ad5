//===- BuiltinsCreate.cpp - zeros, arange, randn, … ---------------------------------------------===//
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

/// The element type of random numbers: f32, unless `dtype` names another float type.
static std::optional<ElementType> randomType(Elaborator &e, const CallArguments::Item *item) {
  auto type = elementTypeOf(e, item, ElementType::F32);
  if (type && !isFloat(*type)) {
    e.diags.report(diag::BadArgument, item->range,
                   {"dtype", std::string("random numbers are floats, not ") + elementTypeName(*type)});
    return std::nullopt;
  }
  return type;
}

/// `randn(3, 4)` means a shape, as it does in PyTorch: two whole numbers by position are no shape and a mean. False
/// where that is reported.
static bool isShapeFirst(Elaborator &e, const CallArguments &call) {
  if (call.items.size() < 2)
    return true;
  std::string sizes;
  for (auto &item : call.items) {
    if (item.name.empty() && !e.constantInt(item.value))
      return true;
    if (item.name.empty())
      sizes += (sizes.empty() ? "" : ", ") + std::string(e.sources.text(item.range));
  }
  if (!call.items[1].name.empty() || !call.items[0].name.empty())
    return true;
  e.diags.report(diag::BadArgument, call.items[1].range, {call.callee, "its first argument is the whole shape"})
      .hint("sizes stand in brackets: `" + call.callee + "([" + sizes + "])`");
  return false;
}

/// Numbers do not scatter by less than nothing (as NumPy and PyTorch). False where the deviation is known, and
/// reported; where it is one number of the run, that checks it.
static bool isDeviation(Elaborator &e, const CallArguments::Item &item) {
  const char *text = "the standard deviation is 0 or more";
  if (auto known = e.constantNumber(item.value)) {
    if (*known >= 0)
      return true;
    e.diags.report(diag::BadArgument, item.range, {"randn", text});
    return false;
  }
  auto *number = as<TensorValue>(item.value);
  if (!number || !number->shape.empty() || !e.axes.empty())
    return true;
  Value isFine = e.compare(ast::CompareOp::Ge, item.value, e.scalarConstant(number->element, 0), item.range, item.range,
                           item.range);
  if (auto fine = isFine ? e.tensor(isFine, item.range) : nullptr)
    e.emit.runtime("mdl_assert", {e.scalar(fine), e.where(item.range), e.emit.string(std::string("`randn`: ") + text)});
  return true;
}

static Value randn(Elaborator &e, CallArguments &call) {
  if (!isShapeFirst(e, call))
    return nullptr;
  auto bound = e.bindArguments(call, {"shape", "mean?", "std?", "seed?", "dtype?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto type = shape ? randomType(e, (*bound)[4]) : std::nullopt;
  if (!type || ((*bound)[2] && !isDeviation(e, *(*bound)[2])))
    return nullptr;
  Value result = random(e, "normal", *type, *shape, (*bound)[3]);
  std::vector<SourceRange> ranges(2, call.range);
  if (result && (*bound)[2])
    result = e.elementwise("mul", {result, (*bound)[2]->value}, ranges, call.range);
  if (result && (*bound)[1])
    result = e.elementwise("add", {result, (*bound)[1]->value}, ranges, call.range);
  return result;
}

static Value uniform(Elaborator &e, CallArguments &call) {
  if (!isShapeFirst(e, call))
    return nullptr;
  auto bound = e.bindArguments(call, {"shape", "low?", "high?", "seed?", "dtype?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto type = shape ? randomType(e, (*bound)[4]) : std::nullopt;
  if (!type)
    return nullptr;
  Value result = random(e, "uniform", *type, *shape, (*bound)[3]);
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
  if (auto least = e.constantNumber(from), most = e.constantNumber(to); least && most && *least > *most) {
    auto *item = high ? high : low;
    e.diags.report(diag::BadArgument, item->range, {"uniform", "`low` lies above `high`"})
        .hint("the numbers are from [low, high): 0 to 1, where they are not given");
    return nullptr;
  }
  Value width = e.binary(ast::BinaryOp::Sub, to, from, call.range, call.range, call.range, call.range);
  std::vector<SourceRange> ranges(2, call.range);
  result = e.elementwise("mul", {result, width}, ranges, call.range);
  return result ? e.elementwise("add", {result, from}, ranges, call.range) : nullptr;
}

static Value permutation(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"n", "seed?"});
  auto size = bound ? e.size((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto shape = size ? e.shapeArgument(e.knownScalar(size->dim), size->origin) : std::nullopt; // not negative
  return shape ? random(e, "permutation", ElementType::I64, *shape, (*bound)[1]) : nullptr;
}

static Value likeFilled(Elaborator &e, CallArguments &call, double value) {
  auto bound = e.bindArguments(call, {"x", "dtype?"});
  if (!bound || ((*bound)[1] && !elementTypeOf(e, (*bound)[1], ElementType::F32)))
    return nullptr;
  auto *item = (*bound)[0];
  return e.mapStructures({e.settle(item->value, item->range)}, {item->range}, call.range,
                         [&](const std::vector<Value> &parts) -> Value {
                           Tensor t = e.tensor(parts[0], item->range);
                           if (!t)
                             return nullptr;
                           auto type = elementTypeOf(e, (*bound)[1], t->element);
                           return e.broadcast(e.scalarConstant(*type, value), t->shape, t->lift);
                         });
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
                          {"randn", randn},
                          {"uniform", uniform},
                          {"permutation", permutation},
                          {"zeros_like", zerosLike},
                          {"ones_like", onesLike}});
}
