//===- Generators.cpp - for i in …, j in … of a comprehension ------------------------------------===//
//
// Stage: sema. Each generator adds an axis to the index space, binds its pattern to the elements along it, and leads to
// the next one; behind the last stands the body. See Lifting.h.
//
// Note [Axes of lists]
// What no tensor holds (functions, tensors of different shapes) is known when the program is compiled. Where
// such a list is the first thing that is gone over, the result is a list (ListComprehension.cpp). Further in, `for x
// in xs, f in [sin, cos]`, all that follows is lifted once for each element, and the results are put one behind the
// other along the list's axis, or folded. A list beside what is as long as only the run knows, `zip(fs, x)`, has
// the elements that are there; of a result the rest is cut off.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/InferRange.h"
#include "compiler/sema/Lifting.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/TextsOfIndex.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

bool Lifting::restrictTo(const Value &condition, SourceRange place) {
  if (!e.condition(condition, place))
    return false;
  if (!mask)
    maskRange = place;
  mask = mask ? e.elementwise("and", {mask, condition}, {maskRange, place}, place) : condition;
  if (mask)
    conditions.emplace_back(e, condition);
  return mask != nullptr;
}

/// Of an index whose range is not told: `for i, x in xs` may have meant the places of the elements.
static std::string hintForRange(const ast::Comprehension &expr, const ast::Comprehension::Generator &generator,
                                const std::string &name, const SourceManager &sources) {
  const ast::Comprehension::Generator *next = nullptr;
  for (size_t i = 0; i + 1 < expr.generators.size(); ++i)
    if (&expr.generators[i] == &generator)
      next = &expr.generators[i + 1];
  if (!next || !next->source)
    return "write `" + name + " in 0..n`";
  return "write `" + name + " in 0..n`, or `for (" + name + ", " + std::string(sources.text(next->pattern->range)) +
         ") in enumerate(" + std::string(sources.text(next->source->range)) + ")`";
}

bool Lifting::generate(const ast::Comprehension::Generator &generator, const Value &given) {
  std::string name = placeName(*generator.pattern);
  std::optional<Size> length;
  Value source = given ? withCharacters(e, given, generator.source->range) : nullptr;
  if (given && !source)
    return false;
  if (source) {
    length = sequenceLength(e, source, generator.source->range, reduction.empty() ? RangeUse::Axis : RangeUse::Passes);
  } else {
    bool isReported = false;
    length = inferRange(e, expr.body, name, isReported);
    for (auto *condition : expr.conditions)
      length = length ? length : inferRange(e, condition, name, isReported);
    if (!length && !isReported)
      e.diags.report(diag::NoRangeForIndex, generator.range, {name})
          .hint(hintForRange(expr, generator, name, e.sources));
  }
  if (!length)
    return false;
  e.axes.push_back({*length, name});
  Value element = elementsAlong(e, source, generator.range);
  return element && bindElement(e, *generator.pattern, element, generator.source, generator.range, *e.scope);
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
