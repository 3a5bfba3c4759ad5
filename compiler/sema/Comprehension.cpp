//===- Comprehension.cpp - [… for i in …] and sum(… for i in …) -------------------------------===//
//
// Stage: sema. Comprehensions are lifted (see ARCHITECTURE.md): a generator adds an axis to
// the index space, a scalar of the body is a tensor whose first axes are that space (each of
// size 1 where it does not depend on the index), a reduction takes its axes away again.
//
// Note [Axes of lists]
// What no tensor holds (functions, tensors of different shapes) is known when the program is compiled. Where
// such a list is the first thing that is gone over, the result is a list (ListComprehension.cpp). Further in, `for x
// in xs, f in [sin, cos]`, all that follows is lifted once for each element, and the results are put one behind the
// other along the list's axis, or folded. A list beside what is as long as only the run knows, `zip(fs, x)`, has
// the elements that are there; of a result the rest is cut off.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "compiler/sema/InferRange.h"
#include "compiler/sema/ListComprehension.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/Sequences.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include <deque>

using namespace mdl;
using namespace mdl::builtin;

namespace {
/// One comprehension: from generator to generator to the body, and back with what becomes of its values.
class Lifting {
public:
  Lifting(Elaborator &e, const ast::Comprehension &expr, const std::string &reduction, SourceRange range)
      : e(e), expr(expr), reduction(reduction), range(range), outer(e.axes.size()) {}
  ~Lifting() { e.axes.resize(outer); }
  Lifting(const Lifting &) = delete;

  /// `source`: what the first generator goes over; null where its range is told from its use.
  Value run(const Value &source);

private:
  /// The values, with all axes of this comprehension, or what they are reduced to.
  struct Lifted {
    Value value;
    Value mask = nullptr; ///< What the conditions let through; null for everything. Not of what is reduced.
    SourceRange maskRange = {};
    Value count = nullptr; ///< Of a mean: how many there are.
  };
  std::optional<Lifted> from(size_t next, const Value &source);
  std::optional<Lifted> overList(size_t at, const Value &source);
  bool generate(const ast::Comprehension::Generator &generator, const Value &source);
  bool generateRows(const ast::Comprehension::Generator &generator, const RaggedValue &rows);
  bool generateBeside(const ast::Comprehension::Generator &generator, const Value &zip);
  bool restrictTo(const Value &condition, SourceRange place);
  std::optional<Lifted> body();
  std::optional<Lifted> reduced(const Value &value);
  Value stacked(const std::vector<Value> &parts, unsigned axis);
  std::optional<Lifted> folded(const std::vector<Value> &values, const std::vector<Value> &counts);
  Value selected(const Value &values, const Tensor &all, SourceRange named);
  Tensor spread(const Tensor &value);
  /// Applies `apply` to each tensor of the value.
  template <class F> Value eachTensor(const std::vector<Value> &values, F &&apply) {
    std::vector<SourceRange> ranges(values.size(), expr.body->range);
    return e.mapStructures(values, ranges, range, apply);
  }

  Elaborator &e;
  const ast::Comprehension &expr;
  const std::string &reduction;
  ElementType meanType = ElementType::F32; ///< What a mean is rounded to.
  const SourceRange range;
  const unsigned outer;        ///< How many axes are those of comprehensions around.
  std::vector<unsigned> lists; ///< Axes of lists that are being gone over: values have size 1 along them.
  struct Absent {
    unsigned axis;
    Size length;
  };
  std::vector<Absent> absent; ///< Axes of lists that are longer than what stands beside them.
  Value mask;                 ///< So far.
  SourceRange maskRange;
  std::deque<GuardScope> conditions;
};
} // namespace

bool Lifting::restrictTo(const Value &condition, SourceRange place) {
  if (!mask)
    maskRange = place;
  mask = mask ? e.elementwise("and", {mask, condition}, {maskRange, place}, place) : condition;
  if (mask)
    conditions.emplace_back(e, condition);
  return mask != nullptr;
}

bool Lifting::generate(const ast::Comprehension::Generator &generator, const Value &source) {
  std::string name = placeName(*generator.pattern);
  std::optional<Size> length;
  if (source) {
    length = sequenceLength(e, source, generator.source->range, reduction.empty() ? RangeUse::Axis : RangeUse::Passes);
  } else {
    length = inferRange(e, expr.body, name);
    for (auto *condition : expr.conditions)
      length = length ? length : inferRange(e, condition, name);
    if (!length)
      e.diags.report(diag::NoRangeForIndex, generator.range, {name}).hint("write `" + name + " in 0..n`");
  }
  if (!length)
    return false;
  e.axes.push_back({*length, name});
  Value element = elementsAlong(e, source, generator.range);
  return element && e.bindPattern(*generator.pattern, element, generator.range, *e.scope, false);
}

/// The elements of a row that is longer for one index further out than for another.
bool Lifting::generateRows(const ast::Comprehension::Generator &generator, const RaggedValue &rows) {
  e.axes.push_back({rows.whole->shape[rows.whole->lift], placeName(*generator.pattern)});
  Value element = elementsAlong(e, rows.whole, generator.range);
  if (!element)
    return false;
  std::vector<RaggedValue::Axis> inner;
  for (auto &axis : rows.axes)
    if (axis.fromEnd + 1 < rows.whole->rank())
      inner.push_back(axis);
    else if (!restrictTo(elementsAlong(e, axis.has, generator.range), generator.range))
      return false;
  element = raggedRows(e.tensor(element, generator.range), inner, rows.origin);
  return e.bindPattern(*generator.pattern, element, generator.range, *e.scope, false);
}

/// The elements of a `zip` with such a row.
bool Lifting::generateBeside(const ast::Comprehension::Generator &generator, const Value &zip) {
  bool failed = false;
  SourceRange place = generator.source->range;
  auto places = varyingRange(e, zip, place, failed);
  auto length = places ? sequenceLength(e, places->whole, place, RangeUse::Passes) : std::nullopt;
  if (!length)
    return false;
  e.axes.push_back({*length, placeName(*generator.pattern)});
  Value at = elementsAlong(e, places->whole, place);
  if (!at || !restrictTo(hasElement(e, *places, place), place))
    return false;
  Value element = elementAtPlace(e, zip, at, place);
  return element && e.bindPattern(*generator.pattern, element, generator.range, *e.scope, false);
}

std::optional<Lifting::Lifted> Lifting::from(size_t next, const Value &source) {
  if (next == expr.generators.size())
    return body();
  auto &generator = expr.generators[next];
  bool isBeside = as<ZipValue>(source) && hasVaryingLength(source);
  if (source && !isBeside && (e.knownElements(source) || mostBesideList(e, source)))
    return overList(next, source);
  if (isBeside) {
    if (!generateBeside(generator, source))
      return std::nullopt;
  } else if (auto *rows = as<RaggedValue>(source)) {
    if (!generateRows(generator, *rows))
      return std::nullopt;
  } else {
    bool failed = false;
    auto varying = varyingRange(e, source, generator.range, failed);
    if (failed || !generate(generator, varying ? varying->whole : source) ||
        (varying && !restrictTo(hasElement(e, *varying, generator.range), generator.range)))
      return std::nullopt;
  }
  if (next + 1 == expr.generators.size())
    return body();
  auto *further = expr.generators[next + 1].source;
  Value following = further ? e.expression(further) : nullptr;
  return further && !following ? std::nullopt : from(next + 1, following);
}

/// See Note [Axes of lists].
std::optional<Lifting::Lifted> Lifting::overList(size_t at, const Value &source) {
  auto &generator = expr.generators[at];
  SourceRange place = generator.source->range;
  auto length = sequenceLength(e, source, place, RangeUse::Passes);
  if (!length)
    return std::nullopt;
  auto known = length->dim.constant();
  int64_t count = known ? *known : *mostBesideList(e, source);
  bool isReduced = !reduction.empty();
  if (!count && !isReduced) {
    e.diags.report(diag::CannotIterate, place, {e.typeName(source)});
    return std::nullopt;
  }
  unsigned axis = e.axes.size();
  e.axes.push_back({Size{Dim(isReduced ? 1 : count), place}, placeName(*generator.pattern)});
  lists.push_back(axis);
  auto *further = at + 1 < expr.generators.size() ? expr.generators[at + 1].source : nullptr;
  std::vector<Value> values, masks, counts;
  SourceRange places;
  for (int64_t i = 0; i < count; ++i) {
    e.axes.resize(axis + 1);
    Restore<ScopePtr> inner(e.scope, std::make_shared<Scope>(e.scope));
    Restore<Value> outerMask(mask, Value(mask));
    Restore<SourceRange> outerRange(maskRange, SourceRange(maskRange));
    size_t outerConditions = conditions.size();
    if (!known) {
      Value isThere = isBeside(e, source, i, place);
      if (!isThere || (isReduced && !restrictTo(isThere, place)))
        return std::nullopt;
      if (!isReduced)
        conditions.emplace_back(e, isThere);
    }
    Value element = elementAt(e, source, Dim(i), place);
    if (!element || !e.bindPattern(*generator.pattern, element, generator.range, *e.scope, false))
      return std::nullopt;
    Value following = further ? e.expression(further) : nullptr;
    auto part = further && !following ? std::nullopt : from(at + 1, following);
    while (conditions.size() > outerConditions)
      conditions.pop_back();
    if (!part)
      return std::nullopt;
    values.push_back(part->value);
    masks.push_back(part->mask);
    counts.push_back(part->count);
    places = part->maskRange;
  }
  if (isReduced) {
    lists.pop_back();
    return folded(values, counts);
  }
  if (!known)
    absent.push_back({axis, *length});
  Lifted result{stacked(values, axis)};
  if (llvm::any_of(masks, [](auto &one) { return one != nullptr; })) {
    for (auto &one : masks)
      one = one ? one : e.scalarConstant(ElementType::Bool, true);
    result.mask = stacked(masks, axis);
    result.maskRange = places;
  }
  lists.pop_back();
  return result.value ? std::optional(result) : std::nullopt;
}

std::optional<Lifting::Lifted> Lifting::folded(const std::vector<Value> &values, const std::vector<Value> &counts) {
  auto fold = [&](const std::vector<Value> &parts) {
    ListValue list;
    list.elements = parts;
    list.ranges.assign(parts.size(), expr.body->range);
    return e.fold(list, reduction == "mean" && !parts.empty() ? "sum" : reduction, range);
  };
  Lifted result{fold(values)};
  if (reduction == "mean" && result.value)
    result.count = fold(counts);
  return result.value ? std::optional(result) : std::nullopt;
}

/// The value with every axis of this comprehension in full, but those of lists; axes of outer ones may stay 1.
Tensor Lifting::spread(const Tensor &value) {
  unsigned count = e.axes.size();
  Tensor lifted = e.liftTo(value, count);
  Shape shape = lifted->shape;
  for (unsigned axis = outer; axis < count; ++axis)
    if (!llvm::is_contained(lists, axis))
      shape[axis] = e.axes[axis].size;
  return e.broadcast(lifted, shape, count);
}

/// What was lifted for each element of a list, along its axis.
Value Lifting::stacked(const std::vector<Value> &values, unsigned axis) {
  return eachTensor(values, [&](const std::vector<Value> &parts) -> Value {
    std::vector<Tensor> tensors;
    std::optional<ElementType> element;
    for (auto &part : parts) {
      Tensor one = e.tensor(part, expr.body->range);
      if (!one)
        return nullptr;
      element = element ? e.promote(*element, false, one->element, false) : one->element;
      tensors.push_back(spread(one));
    }
    for (auto &one : tensors) {
      one = e.cast(one, *element);
      const Shape &shape = one->shape, &first = tensors.front()->shape;
      bool isSame = shape.size() == first.size();
      for (unsigned i = outer; isSame && i < shape.size(); ++i)
        isSame = i == axis || shape[i].dim == first[i].dim;
      if (!isSame) {
        e.diags.report(diag::RaggedList, expr.body->range, {e.print(shape, axis + 1), e.print(first, axis + 1)});
        return nullptr;
      }
    }
    return tensors.size() == 1 ? tensors.front() : joined(e, tensors, axis);
  });
}

//===--- The body -------------------------------------------------------------------------===//

std::optional<Lifting::Lifted> Lifting::body() {
  if (llvm::any_of(llvm::ArrayRef(e.axes).drop_front(outer), [](auto &axis) { return axis.size.dim.isConstant(0); }))
    conditions.emplace_back(e, withRegion(e.scalarConstant(ElementType::Bool, false), IndexRegion::of(false)));
  for (auto *condition : expr.conditions)
    if (!restrictTo(e.expression(condition), condition->range))
      return std::nullopt;
  Value value = e.expression(expr.body);
  conditions.clear();
  if (!value)
    return std::nullopt;
  // A shape is a row of numbers here.
  if (auto *list = as<ListValue>(value); list && list->fixed) {
    auto row = std::make_shared<ListValue>(*list);
    row->fixed = false;
    value = row;
  }
  e.emit.setPlace(range);
  if (!reduction.empty())
    return reduced(value);
  Lifted result{eachTensor({value}, [&](const std::vector<Value> &parts) -> Value {
    if (!lists.empty() && !e.isTensorLike(parts[0]) && !hasRagged(parts)) {
      e.diags.report(diag::ExpectedTensor, expr.body->range, {e.typeName(parts[0])})
          .hint("where the `for` over the list goes first, the result is a list, too");
      return nullptr;
    }
    Tensor one = e.tensor(parts[0], expr.body->range);
    return one ? spread(one) : nullptr;
  })};
  result.mask = mask;
  result.maskRange = maskRange;
  return result.value ? std::optional(result) : std::nullopt;
}

std::optional<Lifting::Lifted> Lifting::reduced(const Value &given) {
  Tensor value = e.tensor(given, expr.body->range);
  if (!value)
    return std::nullopt;
  std::string op = reduction == "mean" ? "sum" : reduction;
  if (value->element == ElementType::Bool && (op == "max" || op == "min"))
    op = op == "max" ? "any" : "all"; // As `max(x)`.
  bool logical = op == "any" || op == "all";
  if (logical && value->element != ElementType::Bool) {
    e.diags.report(diag::ExpectedBool, expr.body->range, {reduction, e.typeName(value)});
    return std::nullopt;
  }
  // As `sum(x)`: whole numbers and bools are added and multiplied as i64.
  bool widens = reduction == "sum" || reduction == "prod" || value->element == ElementType::Bool;
  if (!logical && widens && !isFloat(value->element))
    value = e.cast(value, ElementType::I64);
  // In f16 the sum would overflow before it is divided.
  meanType = isFloat(value->element) ? value->element : ElementType::F32;
  bool isWide = value->element == ElementType::F32 || value->element == ElementType::F64;
  if (reduction == "mean" && !isWide)
    value = e.cast(value, ElementType::F32);
  if (mask) {
    double identity = identityOf(op, value->element);
    Value filled = e.elementwise("select", {mask, value, e.scalarConstant(value->element, identity)},
                                 {range, expr.body->range, range}, range);
    if (!filled)
      return std::nullopt;
    value = std::static_pointer_cast<const TensorValue>(filled);
  }
  unsigned count = e.axes.size();
  // This comprehension's axes are taken away.
  auto own = llvm::to_vector(llvm::seq<int64_t>(outer, count));
  Lifted result{reduceAxes(e, op, spread(value), own, /*keep=*/false, outer)};
  if (reduction != "mean")
    return result;
  if (mask) {
    Tensor counted = spread(e.cast(e.tensor(mask, range), value->element));
    result.count = reduceAxes(e, "sum", counted, own, /*keep=*/false, outer);
  } else {
    Dim product(1);
    for (unsigned axis = outer; axis < count; ++axis)
      product = product * e.axes[axis].size.dim;
    result.count = e.cast(e.knownScalar(product), value->element);
  }
  return result;
}

//===--- The result -----------------------------------------------------------------------===//

Value Lifting::run(const Value &source) {
  auto lifted = from(0, source);
  if (!lifted)
    return nullptr;
  e.emit.setPlace(range);
  if (!lifted->count && !reduction.empty())
    return lifted->value;
  if (lifted->count) {
    Value mean = e.elementwise("div", {lifted->value, lifted->count}, {range, range}, range);
    return mean ? e.cast(e.tensor(mean, range), meanType) : nullptr;
  }
  Value selects = lifted->mask;
  for (auto &one : absent) { // What stands beside a list ends before it.
    if (!selects)
      break;
    Shape shape(e.axes.size(), Size{Dim(1), range});
    shape[one.axis] = e.axes[one.axis].size;
    Value isThere = e.compare(ast::CompareOp::Lt, counted(e, shape, one.axis, shape.size()),
                              e.knownScalar(one.length.dim), range, range, range);
    selects = e.elementwise("and", {selects, isThere}, {range, range}, range);
  }
  Tensor all = selects ? spread(e.tensor(selects, lifted->maskRange)) : nullptr;
  if (all)
    return selected(lifted->value, all, lifted->maskRange);
  return eachTensor({lifted->value}, [&](const std::vector<Value> &parts) -> Value {
    Tensor value = e.tensor(parts[0], range);
    for (auto &one : absent)
      value = part(e, value, one.axis, Dim(0), one.length);
    auto result = std::make_shared<TensorValue>(*value);
    result->lift = outer;
    result->known.reset();
    result->affine.reset();
    return result;
  });
}

/// The elements that the conditions let through, in order, whatever the number of indices: for each index of a
/// comprehension around another number of them.
Value Lifting::selected(const Value &values, const Tensor &all, SourceRange named) {
  unsigned count = e.axes.size();
  Size places{Dim(1), range};
  for (unsigned axis = outer; axis < count; ++axis)
    places.dim = places.dim * e.axes[axis].size.dim;
  auto flat = [&](const Tensor &value) {
    Shape shape(value->shape.begin(), value->shape.begin() + outer);
    shape.push_back(places);
    shape.insert(shape.end(), value->shape.begin() + count, value->shape.end());
    return e.reshape(e.make(value->ssa, value->element, value->shape), shape, outer);
  };
  Tensor has = flat(all);
  if (outer)
    return eachTensor({values}, [&](const std::vector<Value> &parts) {
      Tensor whole = flat(e.tensor(parts[0], range));
      return raggedRows(whole, {raggedAxis(e, has, whole->rank() - 1, range)}, range);
    });
  Restore<std::vector<IndexAxis>> noAxes(e.axes, {});
  mlir::Value chosen = e.emit.op(
      "nonzero", e.ssa(has), mlir::RankedTensorType::get({mlir::ShapedType::kDynamic}, e.emit.builder.getI64Type()));
  mlir::Value rows = e.emit.builder.create<mlir::tensor::DimOp>(e.emit.location, chosen, 0);
  Size length{e.freshDim("count(" + std::string(e.sources.text(named)) + ")", range, rows), range};
  return eachTensor({values}, [&](const std::vector<Value> &parts) -> Value {
    Tensor value = flat(e.tensor(parts[0], range));
    Shape shape = value->shape;
    shape[0] = length;
    return e.make(e.emit.op("gather", {e.ssa(value), chosen}, e.emit.tensorType(value->element, shape),
                            {e.emit.ints("axes", {0})}),
                  value->element, shape);
  });
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
  Restore<ScopePtr> inner(scope, std::make_shared<Scope>(scope));
  auto &first = expr.generators.front();
  Value source = first.source ? expression(first.source) : nullptr;
  if (first.source && !source)
    return nullptr;
  if (source && !(as<ZipValue>(source) && hasVaryingLength(source))) {
    bool failed = false;
    bool each = makesOneEach(expr.body) || (reduction.empty() && selectsEach(*this, expr.body, source));
    auto known = elementsNow(*this, source, first.source->range, each, failed);
    if (failed)
      return nullptr;
    // What is selected for each index of a comprehension around is one row, not one for each element.
    bool isOneRow = reduction.empty() && !each && !axes.empty() && !expr.conditions.empty();
    if (known && !isOneRow)
      return overElements(expr, reduction, range, *known);
  }
  return liftedOrEach(*this, expr, reduction, range, source,
                      [&] { return Lifting(*this, expr, reduction, range).run(source); });
}
