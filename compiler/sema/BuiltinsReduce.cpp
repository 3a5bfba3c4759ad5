//===- BuiltinsReduce.cpp - sum, mean, argmax, elementwise functions ------------------------------===//
//
// Stage: sema. Reductions with `axis` (one or several) and `keepdims`; elementwise functions
// are every operation of the dialect that has a scalar body, by its own name.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/sema/Builtins.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

static Tensor reduce(Elaborator &e, const std::string &op, const Tensor &x, const std::vector<int64_t> &axes,
                     bool keep) {
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
                         x->element, shape, x->lift);
  return keep ? e.reshape(result, kept, x->lift) : result;
}

struct Reduction {
  Tensor x;
  std::vector<int64_t> axes;
  bool keep = false;
};
static std::optional<Reduction> reduction(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "axis?", "keepdims?"});
  if (!bound)
    return std::nullopt;
  Reduction result;
  result.x = e.tensor((*bound)[0]->value, (*bound)[0]->range);
  if (!result.x)
    return std::nullopt;
  auto axes = axesOf(e, (*bound)[1], result.x);
  auto keep = flagOf(e, (*bound)[2]);
  if (!axes || !keep)
    return std::nullopt;
  result.axes = *axes;
  result.keep = *keep;
  e.emit.setPlace(call.range);
  return result;
}

/// Whole numbers and bools are added and multiplied as i64 (as PyTorch): the sum of bytes is no byte.
static Tensor widened(Elaborator &e, const Tensor &x) { return isFloat(x->element) ? x : e.cast(x, ElementType::I64); }

static Value sum(Elaborator &e, CallArguments &call) {
  auto r = reduction(e, call);
  if (!r)
    return nullptr;
  return reduce(e, "sum", widened(e, r->x), r->axes, r->keep);
}
static Value prod(Elaborator &e, CallArguments &call) {
  auto r = reduction(e, call);
  if (!r)
    return nullptr;
  return reduce(e, "prod", widened(e, r->x), r->axes, r->keep);
}
static Value extreme(Elaborator &e, CallArguments &call, const char *op) {
  auto r = reduction(e, call);
  if (!r)
    return nullptr;
  for (int64_t axis : r->axes)
    if (r->x->shape[axis].dim.isConstant(0)) {
      e.diags.report(diag::BadArgument, call.range, {call.callee, "there is no " + call.callee + " of no elements"});
      return nullptr;
    }
  bool isMax = llvm::StringRef(op) == "max";
  return reduce(e, r->x->element == ElementType::Bool ? (isMax ? "any" : "all") : op, r->x, r->axes, r->keep);
}
static Value maxOf(Elaborator &e, CallArguments &call) { return extreme(e, call, "max"); }
static Value minOf(Elaborator &e, CallArguments &call) { return extreme(e, call, "min"); }

static Value logical(Elaborator &e, CallArguments &call, const char *op) {
  auto r = reduction(e, call);
  if (!r)
    return nullptr;
  if (r->x->element != ElementType::Bool) {
    e.diags.report(diag::ExpectedBool, call.items[0].range, {call.callee, e.typeName(r->x)});
    return nullptr;
  }
  return reduce(e, op, r->x, r->axes, r->keep);
}
static Value anyOf(Elaborator &e, CallArguments &call) { return logical(e, call, "any"); }
static Value allOf(Elaborator &e, CallArguments &call) { return logical(e, call, "all"); }

static Value divideByCount(Elaborator &e, const Tensor &total, const Tensor &x, const std::vector<int64_t> &axes,
                           int64_t less, SourceRange range) {
  Dim count(1);
  for (int64_t axis : axes)
    count = count * x->shape[axis].dim;
  Tensor divisor = e.cast(e.knownScalar(count - Dim(less)), total->element);
  return e.elementwise("div", {total, divisor}, {range, range}, range);
}

static Value mean(Elaborator &e, CallArguments &call) {
  auto r = reduction(e, call);
  if (!r)
    return nullptr;
  Tensor x = isFloat(r->x->element) ? r->x : e.cast(r->x, ElementType::F32);
  return divideByCount(e, reduce(e, "sum", x, r->axes, r->keep), x, r->axes, 0, call.range);
}

/// v = variance of x: d x = g 2 / (n - ddof) (x - mean of x), without the share of the mean, which is 0 times the sum
/// of these differences (as PyTorch; it would make infinite ones NaN). A rule, so that its own derivative knows the
/// mean.
static Tensor withSlopeOfVariance(Elaborator &e, const Tensor &variance, const Tensor &x, const Tensor &off,
                                  const Shape &kept, const std::vector<int64_t> &axes, int64_t ddof,
                                  SourceRange range) {
  auto op = e.emit.builder.create<CustomGradientOp>(e.emit.location, e.ssa(variance), e.ssa(x));
  mlir::Block &rule = op.getRule().front();
  mlir::OpBuilder::InsertionGuard guard(e.emit.builder);
  Restore<Tracer *> uncounted(e.tracer, nullptr); // a model's table tells the operations of its call
  e.emit.builder.setInsertionPointToEnd(&rule);
  Tensor g = e.make(rule.getArgument(0), variance->element, variance->shape, variance->lift);
  Tensor two = e.tensor(e.scalarConstant(x->element, 2), range);
  Value factor = divideByCount(e, two, x, axes, ddof, range);
  Value slope = e.elementwise("mul", {factor, e.reshape(g, kept, x->lift)}, {range, range}, range);
  Value gradient = e.elementwise("mul", {slope, off}, {range, range}, range);
  e.emit.builder.create<RuleYieldOp>(e.emit.location, e.ssa(e.tensor(gradient, range)));
  return e.make(op.getResult(0), variance->element, variance->shape, variance->lift);
}

/// Variance divides by n - ddof (0 unless said, as NumPy).
static Value variance(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "axis?", "keepdims?", "ddof?"});
  if (!bound)
    return nullptr;
  Tensor x = e.tensor((*bound)[0]->value, (*bound)[0]->range);
  auto axes = x ? axesOf(e, (*bound)[1], x) : std::nullopt;
  auto keep = flagOf(e, (*bound)[2]);
  int64_t ddof = 0;
  if (auto *item = (*bound)[3]) {
    auto constant = e.constantInt(item->value);
    if (!constant) {
      e.diags.report(diag::ExpectedConstant, item->range, {"ddof"});
      return nullptr;
    }
    ddof = *constant;
  }
  if (!axes || !keep)
    return nullptr;
  if (!isFloat(x->element))
    x = e.cast(x, ElementType::F32);
  std::vector<SourceRange> ranges(2, call.range);
  Value centre = divideByCount(e, reduce(e, "sum", x, *axes, true), x, *axes, 0, call.range);
  Value off = e.elementwise("sub", {x, centre}, ranges, call.range);
  Value square = e.elementwise("mul", {off, off}, ranges, call.range);
  Tensor total = reduce(e, "sum", e.tensor(square, call.range), *axes, /*keep=*/false);
  Tensor result = e.tensor(divideByCount(e, total, x, *axes, ddof, call.range), call.range);
  Shape kept = x->shape;
  for (int64_t axis : *axes)
    kept[axis].dim = Dim(1);
  result = withSlopeOfVariance(e, result, x, e.tensor(off, call.range), kept, *axes, ddof, call.range);
  return *keep ? e.reshape(result, kept, x->lift) : result;
}
/// Where the variance is 0, the root has no derivative, and 0 stands for it (as PyTorch).
static Value deviation(Elaborator &e, CallArguments &call) {
  Tensor square = e.tensor(variance(e, call), call.range);
  if (!square)
    return nullptr;
  std::vector<SourceRange> ranges(3, call.range);
  Value zero = e.scalarConstant(square->element, 0), one = e.scalarConstant(square->element, 1);
  Value isZero = e.compare(ast::CompareOp::Eq, square, zero, call.range, call.range, call.range);
  Value safe = e.elementwise("select", {isZero, one, square}, ranges, call.range);
  Value root = e.elementwise("sqrt", {safe}, ranges, call.range);
  return e.elementwise("select", {isZero, zero, root}, ranges, call.range);
}

static Value arg(Elaborator &e, CallArguments &call, const char *op) {
  auto bound = e.bindArguments(call, {"x", "axis?", "keepdims?"});
  if (!bound)
    return nullptr;
  Tensor x = e.tensor((*bound)[0]->value, (*bound)[0]->range);
  auto axes = x ? axesOf(e, (*bound)[1], x) : std::nullopt;
  auto keep = flagOf(e, (*bound)[2]);
  if (!axes || !keep)
    return nullptr;
  if (x->element == ElementType::Bool)
    x = e.cast(x, ElementType::I32);
  if (!(*bound)[1]) {
    // Without an axis: the place in row-major order.
    x = flat(e, x, call.range);
    axes = std::vector<int64_t>{static_cast<int64_t>(x->lift)};
  }
  if (axes->size() != 1) {
    e.diags.report(diag::BadArgument, (*bound)[1]->range, {call.callee, "it takes one axis"});
    return nullptr;
  }
  e.emit.setPlace(call.range);
  Shape shape = x->shape, kept = x->shape;
  shape.erase(shape.begin() + axes->front());
  kept[axes->front()].dim = Dim(1);
  auto axis = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(axes->front()));
  Tensor result = e.make(e.emit.op(op, e.ssa(x), e.emit.tensorType(ElementType::I64, shape), {axis}), ElementType::I64,
                         shape, x->lift);
  return *keep ? e.reshape(result, kept, x->lift) : result;
}
static Value argMax(Elaborator &e, CallArguments &call) { return arg(e, call, "argmax"); }
static Value argMin(Elaborator &e, CallArguments &call) { return arg(e, call, "argmin"); }

/// `cumsum(x, axis)`: running sums; without an axis in row-major order, as NumPy.
static Value cumsum(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "axis?"});
  Tensor x = firstTensor(e, bound);
  if (!x)
    return nullptr;
  if (!(*bound)[1])
    x = flat(e, x, call.range);
  auto at = axisOf(e, (*bound)[1], x, 0, call.range);
  if (!at)
    return nullptr;
  x = widened(e, x);
  auto axis = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(*at));
  return e.make(e.emit.op("cumsum", e.ssa(x), e.emit.tensorType(x->element, x->shape), {axis}), x->element, x->shape,
                x->lift);
}

/// Any operation with a scalar body, by the callee's name.
static Value elementwiseByName(Elaborator &e, CallArguments &call) {
  std::string op = call.callee == "where" ? "select" : call.callee;
  std::vector<std::string> names{"x"};
  if (op == "minimum" || op == "maximum")
    names = {"a", "b"};
  if (op == "select")
    names = {"condition", "a", "b"};
  auto bound = e.bindArguments(call, names);
  if (!bound)
    return nullptr;
  std::vector<Value> operands;
  std::vector<SourceRange> ranges;
  for (auto *item : bound->items) {
    operands.push_back(item->value);
    ranges.push_back(item->range);
  }
  if (op == "isnan") {
    Tensor x = e.tensor(operands[0], ranges[0]);
    // Whole numbers and bools are never NaN.
    if (x && !isFloat(x->element))
      x = e.cast(x, ElementType::F32);
    return x ? e.elementwise(op, {x}, ranges, call.range, ElementType::Bool) : nullptr;
  }
  if (op == "minimum" || op == "maximum") {
    auto isBool = [&](const Value &x) {
      return as<TensorValue>(x) && as<TensorValue>(x)->element == ElementType::Bool;
    };
    if (llvm::all_of(operands, isBool))
      op = op == "maximum" ? "or" : "and";
  }
  if (op == "floor" || op == "ceil" || op == "round") {
    // Whole numbers stay as they are.
    Tensor x = e.isTensorLike(operands[0]) ? e.tensor(operands[0], ranges[0]) : nullptr;
    if (x && !isFloat(x->element))
      return x;
  }
  return e.elementwise(op, operands, ranges, call.range);
}

/// Operators have their own syntax; these operations are not functions of the language.
static constexpr llvm::StringLiteral operators[] = {"add", "sub", "mul", "div", "floordiv", "mod",  "pow",
                                                    "and", "or",  "not", "neg", "compare",  "cast", "select"};

void mdl::addReductionBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"sum", sum},
                          {"prod", prod},
                          {"max", maxOf},
                          {"min", minOf},
                          {"any", anyOf},
                          {"all", allOf},
                          {"mean", mean},
                          {"var", variance},
                          {"std", deviation},
                          {"argmax", argMax},
                          {"argmin", argMin},
                          {"cumsum", cumsum},
                          {"where", elementwiseByName}});
  auto *context = elaborator.emit.builder.getContext();
  for (auto name : context->getRegisteredOperations()) {
    if (name.getDialectNamespace() != "mdl" || !name.hasInterface<ElementwiseOpInterface>())
      continue;
    std::string bare = name.stripDialect().str();
    if (!llvm::is_contained(operators, bare))
      elaborator.addBuiltins({{bare.c_str(), elementwiseByName}});
  }
}
