//===- BuiltinsReduce.cpp - sum, mean, var, argmax, cumsum ----------------------------------------===//
//
// Stage: sema. Reductions with `axis` (one or several) and `keepdims`.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/sema/CustomGradients.h"
#include "compiler/sema/Ragged.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

namespace {
struct Reduction {
  Tensor x;
  std::vector<int64_t> axes;
  bool keep = false;
  int64_t ddof = 0;
  Value initial = nullptr; ///< What a largest or smallest element begins with.
  Value rows = nullptr;    ///< Of different lengths; x is as long as the longest.
};
} // namespace

/// `more` is a parameter that not every reduction has: `ddof`, of which the number must be known, or `initial`.
static std::optional<Reduction> reduction(Elaborator &e, CallArguments &call, const std::string &more = "") {
  std::vector<std::string> parameters{"x", "axis?", "keepdims?"};
  if (!more.empty())
    parameters.push_back(more + "?");
  auto bound = e.bindArguments(call, parameters);
  if (!bound)
    return std::nullopt;
  Reduction result;
  const Value &x = (*bound)[0]->value;
  auto *rows = as<RaggedValue>(x);
  result.rows = rows ? x : nullptr;
  result.x = rows ? rows->whole : e.tensor(x, (*bound)[0]->range);
  if (!result.x)
    return std::nullopt;
  auto axes = axesOf(e, (*bound)[1], result.x, call.callee);
  auto keep = axes ? flagOf(e, (*bound)[2]) : std::nullopt;
  if (!keep)
    return std::nullopt;
  if (auto *item = more == "initial" ? (*bound)[3] : nullptr) {
    result.initial = item->value;
  } else if (auto *item = more == "ddof" ? (*bound)[3] : nullptr) {
    auto constant = e.constantInt(item->value);
    if (!constant) {
      e.diags.report(diag::ExpectedConstant, item->range, {"ddof"});
      return std::nullopt;
    }
    result.ddof = *constant;
  }
  result.axes = *axes;
  result.keep = *keep;
  e.emit.setPlace(call.range);
  return result;
}

/// Reduces `x`, which has the shape of what is reduced.
static Value reduce(Elaborator &e, const std::string &op, const Tensor &x, const Reduction &r, bool keep) {
  auto *rows = as<RaggedValue>(r.rows);
  if (!rows)
    return reduceAxes(e, op, x, r.axes, keep);
  Tensor filled = filledRows(e, *rows, x, r.axes, identityOf(op, x->element));
  return filled ? withoutAxes(*rows, reduceAxes(e, op, filled, r.axes, keep), r.axes, keep) : nullptr;
}

/// Whole numbers and bools are added and multiplied as i64 (as PyTorch): the sum of bytes is no byte.
static Tensor widened(Elaborator &e, const Tensor &x) { return isFloat(x->element) ? x : e.cast(x, ElementType::I64); }

/// `[]` has no element type: what is made of it is what a comprehension over nothing makes.
static bool isOfNone(const CallArguments &call) { return call.items.size() == 1 && isEmptyList(call.items[0].value); }

static Value sum(Elaborator &e, CallArguments &call) {
  if (isOfNone(call))
    return e.fold(ListValue(), "sum", call.range);
  auto r = reduction(e, call);
  if (!r)
    return nullptr;
  return reduce(e, "sum", widened(e, r->x), *r, r->keep);
}
static Value prod(Elaborator &e, CallArguments &call) {
  if (isOfNone(call))
    return e.fold(ListValue(), "prod", call.range);
  auto r = reduction(e, call);
  if (!r)
    return nullptr;
  return reduce(e, "prod", widened(e, r->x), *r, r->keep);
}
/// No elements have no largest one (as NumPy and PyTorch): an error now, or when the program runs.
static bool checkHasElements(Elaborator &e, const Shape &shape, llvm::ArrayRef<int64_t> axes,
                             const CallArguments &call) {
  std::string message = "there is no " + call.callee + " of no elements";
  Dim count(1);
  for (int64_t axis : axes)
    count = count * shape[axis].dim;
  if (count.isConstant(0)) {
    e.diags.report(diag::BadArgument, call.range, {call.callee, message});
    return false;
  }
  if (!count.constant()) {
    auto isSome = e.emit.builder.create<mlir::arith::CmpIOp>(e.emit.location, mlir::arith::CmpIPredicate::ne,
                                                             e.index(count), e.index(Dim(0)));
    e.emit.runtime("mdl_assert", {isSome, e.where(call.range), e.emit.string("`" + call.callee + "`: " + message)});
  }
  return true;
}

static Value extreme(Elaborator &e, CallArguments &call, const char *op) {
  if (isOfNone(call))
    return e.fold(ListValue(), op, call.range);
  auto r = reduction(e, call, "initial");
  if (!r || (!r->rows && !r->initial && !checkHasElements(e, r->x->shape, r->axes, call)))
    return nullptr;
  bool isMax = llvm::StringRef(op) == "max";
  Value result = reduce(e, r->x->element == ElementType::Bool ? (isMax ? "any" : "all") : op, r->x, *r, r->keep);
  auto known = e.constantNumber(r->initial);
  double least = identityOf(op, r->x->element); // what changes nothing
  if (!r->initial || (known && (isMax ? *known <= least : *known >= least)))
    return result;
  return e.elementwise(isMax ? "maximum" : "minimum", {result, r->initial}, {call.range, call.range}, call.range);
}
static Value maxOf(Elaborator &e, CallArguments &call) { return extreme(e, call, "max"); }
static Value minOf(Elaborator &e, CallArguments &call) { return extreme(e, call, "min"); }

static Value logical(Elaborator &e, CallArguments &call, const char *op) {
  if (isOfNone(call))
    return e.fold(ListValue(), op, call.range);
  auto r = reduction(e, call);
  if (!r)
    return nullptr;
  if (as<ListValue>(call.items[0].value) && elementCount(r->x->shape, r->x->lift).isConstant(0))
    r->x = e.cast(r->x, ElementType::Bool); // `[]` has no type of its own.
  if (r->x->element != ElementType::Bool) {
    e.diags.report(diag::ExpectedBool, call.items[0].range, {call.callee, e.typeName(r->x)})
        .hint("`(x != 0)." + call.callee + "()` asks whether " + call.callee + " of the numbers are not 0");
    return nullptr;
  }
  return reduce(e, op, r->x, *r, r->keep);
}
static Value anyOf(Elaborator &e, CallArguments &call) { return logical(e, call, "any"); }
static Value allOf(Elaborator &e, CallArguments &call) { return logical(e, call, "all"); }

/// max(0, count - less), as NumPy and PyTorch divide a variance.
static Value countLess(Elaborator &e, const Value &count, int64_t less, SourceRange range) {
  if (less == 0)
    return count;
  Value rest = e.binary(ast::BinaryOp::Sub, count, e.knownScalar(Dim(less)), range, range, range, range);
  auto *number = as<TensorValue>(rest);
  if (number && number->known && !e.dims.mayBeNegative(*number->known))
    return rest;
  return e.elementwise("maximum", {rest, e.knownScalar(Dim(0))}, {range, range}, range);
}

static Value divideByCount(Elaborator &e, const Tensor &total, const Tensor &x, const std::vector<int64_t> &axes,
                           int64_t less, SourceRange range) {
  Dim count(1);
  for (int64_t axis : axes)
    count = count * x->shape[axis].dim;
  Value divisor = countLess(e, e.knownScalar(count), less, range);
  return e.elementwise("div", {total, e.cast(e.tensor(divisor, range), total->element)}, {range, range}, range);
}

/// The sum of `x`, which has the shape of these rows, divided by how many elements each has.
static Value meanOfRows(Elaborator &e, const Tensor &x, const Reduction &r, bool keep, int64_t less,
                        SourceRange range) {
  Value total = reduce(e, "sum", x, r, keep);
  Value count = countLess(e, countOfRows(e, *as<RaggedValue>(r.rows), r.axes, range), less, range);
  return total && count
             ? e.elementwise("div", {total, e.cast(e.tensor(count, range), x->element)}, {range, range}, range)
             : nullptr;
}

static Value varianceOfRows(Elaborator &e, const Tensor &x, const Reduction &r, int64_t ddof, SourceRange range) {
  auto *rows = as<RaggedValue>(r.rows);
  std::vector<SourceRange> ranges(2, range);
  Value own = raggedRows(x, rows->axes, rows->origin);
  Value off = e.elementwise("sub", {own, meanOfRows(e, x, r, /*keep=*/true, 0, range)}, ranges, range);
  Value square = e.elementwise("mul", {off, off}, ranges, range);
  return square ? meanOfRows(e, as<RaggedValue>(square)->whole, r, r.keep, ddof, range) : nullptr;
}

/// Means are taken in f32 at least: in f16 a sum overflows before it is divided. Gives what they are rounded to.
static ElementType widenForMean(Elaborator &e, Tensor &x, bool hasRows) {
  ElementType own = isFloat(x->element) ? x->element : ElementType::F32;
  bool isHalf = own == ElementType::F16 || own == ElementType::BF16;
  x = e.cast(x, isHalf && !hasRows ? ElementType::F32 : own);
  return own;
}

static Value roundTo(Elaborator &e, const Value &value, ElementType own, SourceRange range) {
  return !value || as<RaggedValue>(value) ? value : e.cast(e.tensor(value, range), own);
}

static Value mean(Elaborator &e, CallArguments &call) {
  auto r = reduction(e, call);
  if (!r)
    return nullptr;
  Tensor x = r->x;
  ElementType own = widenForMean(e, x, r->rows != nullptr);
  if (r->rows)
    return meanOfRows(e, x, *r, r->keep, 0, call.range);
  Value wide = divideByCount(e, reduceAxes(e, "sum", x, r->axes, r->keep), x, r->axes, 0, call.range);
  return roundTo(e, wide, own, call.range);
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
  Tensor ofInput = gradientOfInput(e, x, e.tensor(gradient, range), range);
  e.emit.builder.create<RuleYieldOp>(e.emit.location, e.ssa(ofInput));
  return e.make(op.getResult(0), variance->element, variance->shape, variance->lift);
}

/// Variance divides by n - ddof (0 unless said, as NumPy). Not rounded to its type yet, which is `own`.
static Value wideVariance(Elaborator &e, CallArguments &call, ElementType &own) {
  auto r = reduction(e, call, "ddof");
  if (!r)
    return nullptr;
  Tensor x = r->x;
  own = widenForMean(e, x, r->rows != nullptr);
  if (r->rows)
    return varianceOfRows(e, x, *r, r->ddof, call.range);
  const auto &axes = r->axes;
  std::vector<SourceRange> ranges(2, call.range);
  Value centre = divideByCount(e, reduceAxes(e, "sum", x, axes, /*keep=*/true), x, axes, 0, call.range);
  Value off = e.elementwise("sub", {x, centre}, ranges, call.range);
  Value square = e.elementwise("mul", {off, off}, ranges, call.range);
  Tensor total = reduceAxes(e, "sum", e.tensor(square, call.range), axes);
  Tensor result = e.tensor(divideByCount(e, total, x, axes, r->ddof, call.range), call.range);
  Shape kept = x->shape;
  for (int64_t axis : axes)
    kept[axis].dim = Dim(1);
  result = withSlopeOfVariance(e, result, x, e.tensor(off, call.range), kept, axes, r->ddof, call.range);
  return r->keep ? e.reshape(result, kept, x->lift) : result;
}
static Value variance(Elaborator &e, CallArguments &call) {
  ElementType own = ElementType::F32;
  Value wide = wideVariance(e, call, own);
  return roundTo(e, wide, own, call.range);
}
/// Where the variance is 0, the root has no derivative, and 0 stands for it (as PyTorch).
static Value deviation(Elaborator &e, CallArguments &call) {
  ElementType own = ElementType::F32;
  Value square = wideVariance(e, call, own);
  if (!square)
    return nullptr;
  ElementType element =
      as<RaggedValue>(square) ? as<RaggedValue>(square)->whole->element : as<TensorValue>(square)->element;
  std::vector<SourceRange> ranges(3, call.range);
  Value zero = e.scalarConstant(element, 0), one = e.scalarConstant(element, 1);
  Value isZero = e.compare(ast::CompareOp::Eq, square, zero, call.range, call.range, call.range);
  Value safe = e.elementwise("select", {isZero, one, square}, ranges, call.range);
  Value root = e.elementwise("sqrt", {safe}, ranges, call.range);
  return roundTo(e, e.elementwise("select", {isZero, zero, root}, ranges, call.range), own, call.range);
}

static Value arg(Elaborator &e, CallArguments &call, const char *op) {
  auto bound = e.bindArguments(call, {"x", "axis?", "keepdims?"});
  if (!bound)
    return nullptr;
  auto *rows = as<RaggedValue>((*bound)[0]->value);
  Tensor x = rows ? rows->whole : e.tensor((*bound)[0]->value, (*bound)[0]->range);
  auto axes = x ? axesOf(e, (*bound)[1], x) : std::nullopt;
  auto keep = axes ? flagOf(e, (*bound)[2]) : std::nullopt;
  if (!keep)
    return nullptr;
  if (rows) { // The first places of an axis are the same in the longest row.
    bool isHead = llvm::all_of(rows->axes, [](auto &axis) { return axis.isHead; });
    bool isOne = axes->size() == 1 && rows->axes.size() == 1;
    if (!isHead || !isOne || axes->front() != int64_t(x->shape.size() - 1 - rows->axes[0].fromEnd))
      return reportRagged(e, *rows, (*bound)[0]->range);
    x = filledRows(e, *rows, x, *axes, identityOf(llvm::StringRef(op).substr(3).str(), x->element));
  }
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
  if (!rows && !checkHasElements(e, x->shape, *axes, call))
    return nullptr;
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
                          {"cumsum", cumsum}});
}
