//===- VaryingRanges.cpp - sum(a[i, l] for l in 0..i + 1) --------------------------------===//
//
// Stage: sema. An axis of the index space is as long for one index as for another. So a range
// whose bounds depend on indices further out becomes an axis from the lowest begin to the
// highest end, under the condition that a place lies inside of the bounds: what is written
// `sum(a[i, l] for l in 0..i + 1)` means `sum(a[i, l] for l in 0..n if l < i + 1)`. A `zip` with rows of different
// lengths, `zip(x[i:], y)`, is gone over by its places, which are such a range.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/Sequences.h"

#include "llvm/ADT/STLExtras.h"

#include <cstdlib>

using namespace mdl;
using namespace mdl::builtin;

static bool varies(const Value &bound) {
  auto *t = as<TensorValue>(bound);
  return t && t->rank() == 0 && t->lift && isInteger(t->element);
}

/// The lowest or the highest value that a bound takes: of a sum of indices by their ranges, of data when the program
/// runs.
static std::optional<Dim> extreme(Elaborator &e, const Value &bound, bool highest, SourceRange range) {
  auto *t = as<TensorValue>(bound);
  if (!varies(bound)) {
    auto fixed = e.size(bound, range);
    return fixed ? std::optional(fixed->dim) : std::nullopt;
  }
  if (t->affine) {
    auto [low, high] = rangeOf(e, *t->affine);
    return highest ? high : low;
  }
  Tensor places = e.cast(std::static_pointer_cast<const TensorValue>(bound), ElementType::I64);
  e.emit.setPlace(range);
  llvm::SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, places->shape.size()));
  Tensor one = e.make(e.emit.op(highest ? "max" : "min", e.ssa(places), e.emit.tensorType(ElementType::I64, {}),
                                {e.emit.ints("axes", all)}),
                      ElementType::I64, {});
  auto number = e.size(one, range);
  return number ? std::optional(number->dim) : std::nullopt;
}

/// The parts of a `zip`, and of those in it.
static void partsOfZip(const ZipValue &zip, std::vector<Value> &parts) {
  for (auto &part : zip.parts)
    if (auto *inner = as<ZipValue>(part))
      partsOfZip(*inner, parts);
    else
      parts.push_back(part);
}

/// The axis that is gone over, if it is longer for one index than for another.
static const RaggedValue::Axis *axisOfRows(const RaggedValue &rows) {
  auto found = llvm::find_if(rows.axes, [&](auto &axis) { return axis.fromEnd + 1 == rows.whole->rank(); });
  return found == rows.axes.end() ? nullptr : &*found;
}

bool mdl::hasVaryingLength(const Value &source) {
  if (auto *zip = as<ZipValue>(source))
    return llvm::any_of(zip->parts, hasVaryingLength);
  auto *rows = as<RaggedValue>(source);
  return rows && axisOfRows(*rows);
}

/// The places of a `zip`: as many for each index as its shortest part has; null if reported.
static Value placesOfZip(Elaborator &e, const ZipValue &zip, SourceRange range) {
  std::vector<Value> parts, lengths;
  partsOfZip(zip, parts);
  std::vector<Dim> longest;
  for (auto &part : parts)
    if (auto *rows = as<RaggedValue>(part); rows && hasVaryingLength(part)) {
      lengths.push_back(axisOfRows(*rows)->length);
      longest.push_back(rows->whole->shape[rows->whole->lift].dim);
    }
  for (auto &part : parts) {
    auto *bounds = as<RangeValue>(part);
    if (hasVaryingLength(part) || (bounds && !bounds->end))
      continue;
    auto *rows = as<RaggedValue>(part);
    auto length = sequenceLength(e, rows ? Value(rows->whole) : part, range, RangeUse::Passes);
    if (!length)
      return nullptr;
    if (!llvm::is_contained(longest, length->dim)) // Else it is not shorter than those rows.
      lengths.push_back(e.knownScalar(length->dim));
  }
  auto places = std::make_shared<RangeValue>();
  places->begin = e.knownScalar(Dim(0));
  for (auto &length : lengths)
    places->end = places->end ? e.elementwise("minimum", {places->end, length}, {range, range}, range) : length;
  return places->end ? places : nullptr;
}

Value mdl::elementAtPlace(Elaborator &e, const Value &source, const Value &place, SourceRange range) {
  if (auto *zip = as<ZipValue>(source)) {
    auto tuple = std::make_shared<TupleValue>();
    for (auto &part : zip->parts) {
      tuple->elements.push_back(elementAtPlace(e, part, place, range));
      if (!tuple->elements.back())
        return nullptr;
    }
    return tuple;
  }
  if (auto *bounds = as<RangeValue>(source))
    return e.binary(ast::BinaryOp::Add, bounds->begin, place, range, range, range, range);
  if (auto known = e.knownElements(source))
    return elementOfRun(e, source, *known, place, range);
  constexpr const char *name = "place beside others"; // No name of the language.
  Restore<ScopePtr> inner(e.scope, std::make_shared<Scope>(e.scope));
  e.scope->names[name] = Binding{place, false, {}};
  ast::NameRef at(range);
  at.name = name;
  std::vector<ast::Subscript> subscripts{{ast::Subscript::At, &at, nullptr, nullptr, nullptr, range}};
  auto *rows = as<RaggedValue>(source);
  auto *axis = rows ? axisOfRows(*rows) : nullptr;
  if (axis && !axis->isHead)
    return e.guards.empty() ? reportRagged(e, *rows, range) : indexRows(e, *rows, subscripts, range);
  Tensor whole = rows ? rows->whole : e.tensor(source, range);
  Value element = whole ? e.indexTensor(whole, range, subscripts, range) : nullptr;
  if (!rows || !element)
    return element;
  std::vector<RaggedValue::Axis> left;
  llvm::copy_if(rows->axes, std::back_inserter(left), [&](auto &one) { return &one != axis; });
  return raggedRows(e.tensor(element, range), left, rows->origin);
}

std::optional<VaryingRange> mdl::varyingRange(Elaborator &e, const Value &source, SourceRange range, bool &failed) {
  if (auto *zip = as<ZipValue>(source); zip && hasVaryingLength(source)) {
    Value places = placesOfZip(e, *zip, range);
    failed = !places;
    return places ? varyingRange(e, places, range, failed) : std::nullopt;
  }
  auto *bounds = as<RangeValue>(source);
  if (!bounds || !bounds->end || !(varies(bounds->begin) || varies(bounds->end)))
    return std::nullopt;
  auto begin = extreme(e, bounds->begin, /*highest=*/false, range);
  auto end = extreme(e, bounds->end, /*highest=*/true, range);
  failed = !begin || !end;
  if (failed)
    return std::nullopt;
  auto whole = std::make_shared<RangeValue>();
  whole->begin = e.knownScalar(*begin);
  whole->end = e.knownScalar(*begin + e.dims.span(*begin, *end));
  return VaryingRange{whole, varies(bounds->begin) ? bounds->begin : nullptr,
                      varies(bounds->end) ? bounds->end : nullptr};
}

Value mdl::hasElement(Elaborator &e, const VaryingRange &varying, SourceRange range) {
  Value element = elementsAlong(e, varying.whole, range);
  auto compared = [&](ast::CompareOp op, const Value &bound) {
    return e.compare(op, element, bound, range, range, range);
  };
  Value after = varying.begin ? compared(ast::CompareOp::Ge, varying.begin) : nullptr;
  Value before = varying.end ? compared(ast::CompareOp::Lt, varying.end) : nullptr;
  if (!after || !before)
    return after ? after : before;
  return withRegion(e.elementwise("and", {after, before}, {range, range}, range), regionOf(after) & regionOf(before));
}

std::optional<Value> mdl::numbersOfVarying(Elaborator &e, const RangeValue &range, int64_t step, SourceRange place) {
  if (!range.end || !step || !(varies(range.begin) || varies(range.end)))
    return std::nullopt;
  using Op = ast::BinaryOp;
  auto number = [&](int64_t value) { return Value(e.knownScalar(Dim(value))); };
  auto binary = [&](Op op, const Value &a, const Value &b) { return e.binary(op, a, b, place, place, place, place); };
  Value count = binary(Op::Sub, range.end, range.begin);
  if (int64_t by = std::abs(step); by > 1)
    count = binary(Op::FloorDiv, binary(Op::Add, count, number(by - 1)), number(by));
  auto places = std::make_shared<RangeValue>();
  places->begin = number(0);
  places->end = count;
  bool failed = !count;
  auto varying = failed ? std::nullopt : varyingRange(e, places, place, failed);
  auto *longest = varying ? as<RangeValue>(varying->whole) : nullptr;
  if (failed)
    return Value();
  // Bounds may differ by as much for all indices.
  Value at = numbersOf(e, longest ? *longest : *places, place);
  Value first = step > 0 ? range.begin : binary(Op::Sub, range.end, number(1));
  Value numbers = at ? binary(Op::Add, first, binary(Op::Mul, at, number(step))) : nullptr;
  if (!numbers || !longest)
    return numbers;
  Value compared = e.compare(ast::CompareOp::Lt, at, count, place, place, place);
  Value length = e.elementwise("maximum", {count, number(0)}, {place, place}, place);
  Tensor has = compared ? e.tensor(compared, place) : nullptr;
  if (!has || !length)
    return Value();
  Tensor whole = e.liftTo(e.tensor(numbers, place), has->lift);
  return raggedRows(whole, {{0, has, e.tensor(length, place), /*isHead=*/true}}, place);
}
