//===- Comprehension.cpp - [… for i in …] and sum(… for i in …) -------------------------------===//
//
// Stage: sema. Comprehensions are lifted (see ARCHITECTURE.md): a generator adds an axis to
// the index space, a scalar of the body is a tensor whose first axes are that space (each of
// size 1 where it does not depend on the index), a reduction takes its axes away again.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "compiler/sema/Sequences.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <deque>
#include <limits>

using namespace mdl;

/// The size of the axis that `name` subscripts somewhere in `expr`, for `for i` without a range.
static std::optional<Size> inferRange(Elaborator &e, const ast::Expr *expr, const std::string &name) {
  if (auto *index = ast::as<ast::Index>(expr))
    for (size_t i = 0; i < index->subscripts.size(); ++i) {
      auto *at = ast::as<ast::NameRef>(index->subscripts[i].at);
      if (!at || at->name != name || index->subscripts[i].kind != ast::Subscript::At)
        continue;
      size_t mark = e.diags.all().size();
      auto *base = as<TensorValue>(e.expression(index->base));
      e.diags.rewind(mark);
      if (base && i < base->rank())
        return base->shape[base->lift + i];
    }
  std::optional<Size> found;
  auto search = [&](const ast::Expr *part) {
    if (!found)
      found = inferRange(e, part, name);
  };
  ast::forEachPart(*expr, search, [](const ast::Block *) {});
  return found;
}

/// The identity of a reduction, for what a condition leaves out.
static double identityOf(const std::string &reduction, ElementType type) {
  if (reduction == "prod" || reduction == "all")
    return 1;
  if (reduction != "max" && reduction != "min")
    return 0;
  double low = -std::numeric_limits<double>::infinity(), high = -low;
  if (isInteger(type)) {
    int bits = type == ElementType::I64 ? 63 : type == ElementType::I32 ? 31 : type == ElementType::U8 ? 8 : 7;
    high = std::nextafter(std::ldexp(1.0, bits), 0.0);
    if (bits < 53)
      high = std::floor(high);
    low = type == ElementType::U8 ? 0 : -std::ldexp(1.0, bits);
  }
  return reduction == "max" ? low : high;
}

/// Takes the axes from `from` on away.
static Elaborator::Tensor reduceAxes(Elaborator &e, const std::string &op, const Elaborator::Tensor &value,
                                     unsigned from, unsigned to, unsigned lift) {
  llvm::SmallVector<int64_t> axes;
  Shape shape;
  for (unsigned axis = 0; axis < value->shape.size(); ++axis)
    if (axis >= from && axis < to)
      axes.push_back(axis);
    else
      shape.push_back(value->shape[axis]);
  e.countFlops(value->shape, 1);
  return e.make(e.emit.op(op, e.ssa(value), e.emit.tensorType(value->element, shape), {e.emit.ints("axes", axes)}),
                value->element, shape, lift);
}

bool Elaborator::generate(const ast::Comprehension &expr, const ast::Comprehension::Generator &generator,
                          const Value &source, const std::string &reduction) {
  std::string name = placeName(*generator.pattern);
  std::optional<Size> length;
  bool failed = false;
  if (source && elementsNow(*this, source, generator.source->range, /*all=*/false, failed)) {
    diags.report(diag::CannotIterate, generator.source->range, {typeName(source)})
        .hint("the `for` over what is no tensor goes first: it is taken apart when the program is compiled");
    return false;
  }
  if (failed)
    return false;
  if (source) {
    length =
        sequenceLength(*this, source, generator.source->range, reduction.empty() ? RangeUse::Axis : RangeUse::Passes);
  } else {
    length = inferRange(*this, expr.body, name);
    for (auto *condition : expr.conditions)
      length = length ? length : inferRange(*this, condition, name);
    if (!length)
      diags.report(diag::NoRangeForIndex, generator.range, {name}).hint("write `" + name + " in 0..n`");
  }
  if (!length)
    return false;
  axes.push_back({*length, name});
  Value element = elementsAlong(*this, source, generator.range);
  return element && bindPattern(*generator.pattern, element, generator.range, *scope, false);
}

/// Whether the body gives a tensor of another length for each of as many elements as are known now: a list of these.
static bool selectsEach(Elaborator &e, const ast::Expr *body, const Value &source) {
  auto *nested = ast::as<ast::Comprehension>(body);
  return nested && (!nested->conditions.empty() || selectsEach(e, nested->body, source)) && isCountedNow(e, source);
}

Value Elaborator::comprehension(const ast::Comprehension &expr, const std::string &reduction, SourceRange range) {
  std::deque<ast::Pattern> patterns;
  if (auto paired = withPairs(*this, expr, patterns))
    return comprehension(*paired, reduction, range);
  auto inner = std::make_shared<Scope>(scope);
  Restore<ScopePtr> restoreScope(scope, inner);
  unsigned outer = axes.size();
  struct RestoreAxes {
    std::vector<IndexAxis> &axes;
    unsigned count;
    ~RestoreAxes() { axes.resize(count); }
  } restoreAxes{axes, outer};

  // What the conditions let through.
  Value mask;
  SourceRange maskRange;
  std::deque<GuardScope> conditions;
  auto restrictTo = [&](const Value &condition, SourceRange place) {
    if (!mask)
      maskRange = place;
    mask = mask ? elementwise("and", {mask, condition}, {maskRange, place}, place) : condition;
    if (mask)
      conditions.emplace_back(*this, condition);
    return mask != nullptr;
  };
  for (auto &generator : expr.generators) {
    Value source = generator.source ? expression(generator.source) : nullptr;
    if (generator.source && !source)
      return nullptr;
    if (source && &generator == &expr.generators.front()) {
      bool failed = false;
      bool each = makesOneEach(expr.body) || (reduction.empty() && selectsEach(*this, expr.body, source));
      if (auto known = elementsNow(*this, source, generator.source->range, each, failed); known && !failed)
        return overElements(expr, reduction, range, *known);
      if (failed)
        return nullptr;
    }
    bool failed = false;
    auto varying = varyingRange(*this, source, generator.range, failed);
    if (failed || !generate(expr, generator, varying ? varying->whole : source, reduction) ||
        (varying && !restrictTo(hasElement(*this, *varying, generator.range), generator.range)))
      return nullptr;
  }
  if (llvm::any_of(llvm::ArrayRef(axes).drop_front(outer), [](auto &axis) { return axis.size.dim.isConstant(0); }))
    conditions.emplace_back(*this, withRegion(scalarConstant(ElementType::Bool, false), IndexRegion::of(false)));
  for (auto *condition : expr.conditions)
    if (!restrictTo(expression(condition), condition->range))
      return nullptr;
  Value body = expression(expr.body);
  while (!conditions.empty())
    conditions.pop_back();
  if (!body)
    return nullptr;
  unsigned count = axes.size();
  // Every axis of this comprehension in full; those of outer ones may stay 1.
  auto spread = [&](const Tensor &value) {
    Tensor lifted = liftTo(value, count);
    Shape shape = lifted->shape;
    for (unsigned axis = outer; axis < count; ++axis)
      shape[axis] = axes[axis].size;
    return broadcast(lifted, shape, count);
  };
  emit.setPlace(range);
  if (reduction.empty()) {
    auto finish = [&](const Value &part) -> Value {
      Tensor value = tensor(part, expr.body->range);
      if (!value)
        return nullptr;
      Tensor full = spread(value);
      auto result = std::make_shared<TensorValue>(*full);
      result->lift = outer;
      result->known.reset();
      result->affine.reset();
      return result;
    };
    std::vector<SourceRange> ranges{expr.body->range};
    Value result =
        mapStructures({body}, ranges, range, [&](const std::vector<Value> &parts) { return finish(parts[0]); });
    if (!mask || !result)
      return result;
    if (outer) {
      diags
          .report(diag::Unsupported, range,
                  {"a comprehension that selects, inside another: each index would give a length of its own"})
          .hint("`sum(… for … if c)` and the other reductions go over what is selected; `[… for i in 0..m, j in 0..n "
                "if c]` selects among all indices; `if c { x } else { 0 }` in the body keeps the length");
      return nullptr;
    }
    // The elements that the condition lets through, in order, whatever the number of indices.
    Size all{Dim(1), range};
    for (auto &axis : axes)
      all.dim = all.dim * axis.size.dim;
    Tensor spreadMask = spread(tensor(mask, maskRange));
    Restore<std::vector<IndexAxis>> noAxes(axes, {});
    auto flat = [&](const TensorValue &value) {
      Shape shape{all};
      shape.insert(shape.end(), value.shape.begin() + count, value.shape.end());
      return reshape(make(value.ssa, value.element, value.shape), shape, 0);
    };
    mlir::Value places = emit.op("nonzero", ssa(flat(*spreadMask)),
                                 mlir::RankedTensorType::get({mlir::ShapedType::kDynamic}, emit.builder.getI64Type()));
    mlir::Value rows = emit.builder.create<mlir::tensor::DimOp>(emit.location, places, 0);
    Size length{freshDim("count(" + std::string(sources.text(maskRange)) + ")", range, rows), range};
    return mapStructures({result}, ranges, range, [&](const std::vector<Value> &parts) -> Value {
      Tensor value = flat(*tensor(parts[0], range));
      Shape shape = value->shape;
      shape[0] = length;
      return make(
          emit.op("gather", {ssa(value), places}, emit.tensorType(value->element, shape), {emit.ints("axes", {0})}),
          value->element, shape);
    });
  }
  Tensor value = tensor(body, expr.body->range);
  if (!value)
    return nullptr;
  bool logical = reduction == "any" || reduction == "all";
  if (logical && value->element != ElementType::Bool) {
    diags.report(diag::ExpectedBool, expr.body->range, {reduction, typeName(value)});
    return nullptr;
  }
  if (!logical && value->element == ElementType::Bool)
    value = cast(value, ElementType::I64);
  if (reduction == "mean" && !isFloat(value->element))
    value = cast(value, ElementType::F32);
  if (mask) {
    double identity = identityOf(reduction, value->element);
    Value filled = elementwise("select", {mask, value, scalarConstant(value->element, identity)},
                               {range, expr.body->range, range}, range);
    if (!filled)
      return nullptr;
    value = std::static_pointer_cast<const TensorValue>(filled);
  }
  Tensor full = spread(value);
  std::string op = reduction == "mean" ? "sum" : reduction;
  Tensor reduced = reduceAxes(*this, op, full, outer, count, outer);
  if (reduction != "mean")
    return reduced;
  Value divisor;
  if (mask) {
    Tensor counted = spread(cast(tensor(mask, range), value->element));
    divisor = reduceAxes(*this, "sum", counted, outer, count, outer);
  } else {
    Dim product(1);
    for (unsigned axis = outer; axis < count; ++axis)
      product = product * axes[axis].size.dim;
    divisor = cast(knownScalar(product), value->element);
  }
  return elementwise("div", {reduced, divisor}, {range, range}, range);
}
