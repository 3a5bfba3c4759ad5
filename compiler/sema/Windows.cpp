//===- Windows.cpp - x[i:i + 3] in a comprehension ------------------------------------===//
//
// Stage: sema. A slice that begins or ends at an index of the comprehension has a place of its own
// for each index. It is read as if its own places were one more index, `x[i + d]` for d in 0..3, so
// that windows have the reads, the checks and the derivatives of subscripts; then that index
// becomes an axis of the result.
//
// Note [Lengths of windows]
// `x[i:i + 3]` has one length, and lies inside of the axis: that is checked. `x[:i + 1]`, `x[-i:]` and slices whose
// bounds are data have a length for each index, and are cut off at the ends of the axis as in NumPy: d goes over the
// longest, under the condition that the index has as many (Ragged.h).
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

#include <deque>
#include <map>

using namespace mdl;
using namespace mdl::builtin;

static bool dependsOnIndex(const Value &value) {
  auto *t = as<TensorValue>(value);
  return t && t->lift && t->rank() == 0 && isInteger(t->element);
}

static std::optional<Dim> numberBetween(const AffineIndex &from, const AffineIndex &to) {
  AffineIndex length = combine(to, from, -1);
  return length.terms.empty() ? std::optional(length.offset) : std::nullopt;
}

/// The number of places from `begin` to `end`, where it is one for all indices.
static std::optional<Dim> lengthBetween(Elaborator &e, const ast::Subscript &slice, const Value &begin,
                                        const Value &end) {
  auto from = affineForm(begin), to = affineForm(end);
  if (from && to)
    return numberBetween(*from, *to);
  // `start[i]:start[i] + 3`: what is added to the begin, as it is written.
  auto *sum = ast::as<ast::Binary>(slice.end);
  if (!slice.begin || !sum || sum->op != ast::BinaryOp::Add ||
      e.sources.text(sum->lhs->range) != e.sources.text(slice.begin->range))
    return std::nullopt;
  auto added = affineForm(e.expression(sum->rhs));
  return added && added->terms.empty() ? std::optional(added->offset) : std::nullopt;
}

/// Whether a bound lies from `low` to `high` for all indices.
static bool isWithin(Elaborator &e, const Value &bound, const Dim &low, const Dim &high) {
  auto form = affineForm(bound);
  if (!form)
    return false;
  auto [least, most] = rangeOf(e, *form);
  return !e.dims.mayBeNegative(least - low) && !e.dims.mayBeNegative(high - most);
}

Value mdl::boundOfWindow(Elaborator &e, const Value &bound, const Dim &low, const Dim &high, const Dim &size,
                         SourceRange range) {
  if (isWithin(e, bound, low, high))
    return bound;
  std::vector<SourceRange> ranges(3, range);
  Value place = bound;
  if (!isWithin(e, bound, Dim(0), high)) {
    Value isFromEnd = e.compare(ast::CompareOp::Lt, bound, e.knownScalar(Dim(0)), range, range, range);
    Value fromFront = e.binary(ast::BinaryOp::Add, bound, e.knownScalar(size), range, range, range, range);
    place = e.elementwise("select", {isFromEnd, fromFront, bound}, ranges, range);
  }
  place = e.elementwise("maximum", {place, e.knownScalar(low)}, ranges, range);
  return e.elementwise("minimum", {place, e.knownScalar(high)}, ranges, range);
}

namespace {
/// The slices of one read, each an axis of the index space as long as this lives.
class WindowAxes {
public:
  WindowAxes(Elaborator &e, const Tensor &base) : e(e), base(base), count(e.axes.size()) {}
  ~WindowAxes() { e.axes.resize(count); }

  /// The places of a slice of the base's axis as an index; null where it failed (reported).
  Value add(const ast::Subscript &slice, unsigned axis);
  /// What was read, with the axes that `own` names (-1: a new one) as its own first ones.
  Value opened(const Tensor &read, const std::vector<int> &own, SourceRange range);

private:
  /// Those that are longer for one index than for another, by their axis: which places there are, and how many.
  std::map<int, std::pair<Value, Value>> varying;

  Value calculated(ast::BinaryOp op, const Value &a, const Value &b, SourceRange range) {
    return e.binary(op, a, b, range, range, range, range);
  }
  Value along(const Size &places, SourceRange range);
  Value alongVarying(const Value &length, SourceRange range);

  Elaborator &e;
  const Tensor &base;
  unsigned count;
  std::deque<GuardScope> guards; ///< That an index has as many places.
};
} // namespace

/// The places of a slice counted from its begin, as one more axis.
Value WindowAxes::along(const Size &places, SourceRange range) {
  e.axes.push_back({places, "_"});
  auto offsets = std::make_shared<RangeValue>();
  offsets->begin = e.knownScalar(Dim(0));
  offsets->end = e.knownScalar(places.dim);
  return elementsAlong(e, offsets, range);
}

Value WindowAxes::alongVarying(const Value &length, SourceRange range) {
  auto offsets = std::make_shared<RangeValue>();
  offsets->begin = e.knownScalar(Dim(0));
  offsets->end = length;
  bool failed = false;
  auto bounds = varyingRange(e, offsets, range, failed);
  auto longest = bounds ? sequenceLength(e, bounds->whole, range, RangeUse::Passes) : std::nullopt;
  if (!longest)
    return nullptr;
  Value places = along(*longest, range);
  Value has = hasElement(e, *bounds, range);
  Value atLeastNone = e.elementwise("maximum", {length, e.knownScalar(Dim(0))}, {range, range}, range);
  auto form = affineForm(length);
  bool isCount = form && !e.dims.mayBeNegative(rangeOf(e, *form).first);
  varying[static_cast<int>(e.axes.size()) - 1] = {has, isCount ? length : atLeastNone};
  guards.emplace_back(e, has);
  return places;
}

Value WindowAxes::add(const ast::Subscript &slice, unsigned axis) {
  const Size &size = base->shape[base->lift + axis];
  SourceRange range = slice.range;
  auto step = knownStep(e, slice);
  if (!step)
    return nullptr;
  bool isForward = *step > 0;
  auto bound = [&](const ast::Expr *expr, const Dim &otherwise) -> Value {
    Value given = expr ? e.subscriptPart(expr) : Value(e.knownScalar(otherwise));
    auto form = affineForm(given);
    bool isFromEnd = expr && form && form->terms.empty() && form->offset.constant() && *form->offset.constant() < 0;
    return isFromEnd ? Value(e.knownScalar(size.dim + form->offset)) : given;
  };
  Value begin = bound(slice.begin, isForward ? Dim(0) : size.dim - Dim(1));
  Value end = bound(slice.end, isForward ? size.dim : Dim(-1));
  if (!begin || !end)
    return nullptr;
  auto length = isForward ? lengthBetween(e, slice, begin, end) : std::nullopt;
  if (auto from = affineForm(begin), to = affineForm(end); !isForward && from && to)
    length = numberBetween(*to, *from);
  // Backwards, an end before the front would be counted from the end.
  if (length && !isForward && slice.end && !isWithin(e, end, Dim(0), size.dim))
    length.reset();
  int64_t stride = std::abs(*step);
  Value places;
  if (length) {
    if (auto constant = length->constant(); constant && *constant < 0)
      length = Dim(0);
    Size own{e.dims.floorDiv(*length + Dim(stride - 1), Dim(stride)), range};
    e.checkSize(own);
    places = along(own, range);
  } else {
    Dim low = isForward ? Dim(0) : Dim(-1), high = isForward ? size.dim : size.dim - Dim(1);
    begin = slice.begin ? boundOfWindow(e, begin, low, high, size.dim, range) : begin;
    end = slice.end ? boundOfWindow(e, end, low, high, size.dim, range) : end;
    Value count = calculated(ast::BinaryOp::Sub, isForward ? end : begin, isForward ? begin : end, range);
    if (stride != 1) {
      count = calculated(ast::BinaryOp::Add, count, e.knownScalar(Dim(stride - 1)), range);
      count = calculated(ast::BinaryOp::FloorDiv, count, e.knownScalar(Dim(stride)), range);
    }
    places = count ? alongVarying(count, range) : nullptr;
  }
  if (places && stride != 1)
    places = calculated(ast::BinaryOp::Mul, places, e.knownScalar(Dim(stride)), range);
  return places ? calculated(isForward ? ast::BinaryOp::Add : ast::BinaryOp::Sub, begin, places, range) : nullptr;
}

Value WindowAxes::opened(const Tensor &read, const std::vector<int> &own, SourceRange range) {
  unsigned all = e.axes.size();
  auto outerSizes = [&](const Tensor &t) { return Shape(t->shape.begin(), t->shape.begin() + count); };
  Tensor lifted = e.liftTo(read, all);
  Shape shape = outerSizes(lifted);
  for (int axis : own)
    shape.push_back(axis < 0 ? Size{Dim(1), range} : e.axes[axis].size);
  shape.insert(shape.end(), lifted->shape.begin() + all, lifted->shape.end());
  std::vector<RaggedValue::Axis> differing;
  for (size_t i = 0; i < own.size(); ++i) {
    auto found = varying.find(own[i]);
    if (found == varying.end())
      continue;
    Tensor has = e.liftTo(e.tensor(found->second.first, range), all);
    Shape places = outerSizes(has);
    places.push_back(e.axes[own[i]].size);
    Value rowHas = e.reshape(has, places, count);
    differing.push_back({static_cast<unsigned>(shape.size() - 1 - (count + i)), e.tensor(rowHas, range),
                         e.tensor(found->second.second, range), /*isHead=*/true});
  }
  return raggedRows(e.reshape(lifted, shape, count), differing, range);
}

bool mdl::hasWindow(Elaborator &e, const std::vector<ast::Subscript> &subscripts, bool &failed) {
  bool found = false;
  for (auto &subscript : subscripts)
    for (auto *bound : {subscript.begin, subscript.end})
      if (bound) {
        Value value = e.subscriptPart(bound);
        failed |= !value;
        found |= dependsOnIndex(value);
      }
  return found;
}

std::optional<Value> mdl::readWindows(Elaborator &e, const Tensor &base, SourceRange baseRange,
                                      const std::vector<ast::Subscript> &subscripts, SourceRange range) {
  bool failed = false;
  if (e.axes.empty() || llvm::none_of(subscripts, [](auto &one) { return one.begin || one.end; }) ||
      !(hasWindow(e, subscripts, failed) || failed))
    return std::nullopt;
  if (failed)
    return Value();
  WindowAxes windows(e, base);
  Restore<ScopePtr> inner(e.scope, std::make_shared<Scope>(e.scope));
  std::deque<ast::NameRef> names;
  std::vector<ast::Subscript> places;
  size_t given = llvm::count_if(
      subscripts, [](auto &one) { return one.kind == ast::Subscript::At || one.kind == ast::Subscript::Slice; });
  std::vector<int> own; // Of the result: an axis of `windows`, or -1 for a new one.
  auto slice = [&](const ast::Subscript &one) {
    Value index = places.size() < base->rank() ? windows.add(one, places.size()) : nullptr;
    if (!index)
      return false;
    auto &name = names.emplace_back(one.range);
    name.name = "window " + std::to_string(names.size()); // No name of the language.
    e.scope->names[name.name] = {index, false, one.range};
    places.push_back({ast::Subscript::At, &name, nullptr, nullptr, nullptr, one.range});
    own.push_back(static_cast<int>(e.axes.size()) - 1);
    return true;
  };
  for (auto &one : subscripts) {
    ast::Subscript whole{ast::Subscript::Slice, nullptr, nullptr, nullptr, nullptr, one.range};
    if (one.kind == ast::Subscript::At)
      places.push_back(one);
    else if (one.kind == ast::Subscript::NewAxis)
      own.push_back(-1);
    else if (one.kind == ast::Subscript::Slice && !slice(one))
      return Value();
    for (size_t i = given; one.kind == ast::Subscript::Rest && i < base->rank(); ++i)
      if (!slice(whole))
        return Value();
  }
  Value read = e.indexTensor(base, baseRange, places, range);
  auto *t = as<TensorValue>(read);
  if (!t)
    return Value();
  return windows.opened(std::static_pointer_cast<const TensorValue>(read), own, range);
}

/// A mask that is another one for each index.
static bool isMaskOfIndex(const Value &value) {
  auto *mask = as<TensorValue>(value);
  return mask && mask->element == ElementType::Bool && mask->lift && mask->rank();
}

std::optional<Value> mdl::readMaskOfIndex(Elaborator &e, const Tensor &base,
                                          const std::vector<ast::Subscript> &subscripts, SourceRange range) {
  if (e.axes.empty())
    return std::nullopt;
  Value found;
  std::vector<ast::Subscript> others;
  unsigned given = 0, first = 0, behind = 0; // Axes of the base; those of it before the mask, of the result behind it.
  bool hasOther = false, hasRest = false;
  for (auto &one : subscripts) {
    Value at = one.kind == ast::Subscript::At ? e.subscriptPart(one.at) : nullptr;
    if (one.kind == ast::Subscript::At && (!isMaskOfIndex(at) || found)) {
      hasOther = true;
      ++given;
      others.push_back(one);
      continue;
    }
    unsigned covered = at ? as<TensorValue>(at)->rank() : one.kind == ast::Subscript::Slice;
    if (at) {
      found = at;
      first = given;
      others.insert(others.end(), covered, {ast::Subscript::Slice, nullptr, nullptr, nullptr, nullptr, one.range});
    } else {
      others.push_back(one);
      behind += found && (covered || one.kind == ast::Subscript::NewAxis);
      hasRest |= one.kind == ast::Subscript::Rest;
    }
    given += covered;
  }
  // Beside numbers and index tensors NumPy puts the axis elsewhere; `...` leaves open which axes are the mask's.
  auto *mask = as<TensorValue>(found);
  if (!mask || hasOther || hasRest || given > base->rank())
    return std::nullopt;
  for (unsigned axis = 0; axis < mask->rank(); ++axis)
    if (mask->shape[mask->lift + axis].dim != base->shape[base->lift + first + axis].dim)
      return std::nullopt;
  Value read = e.indexTensor(base, range, others, range);
  auto *rows = as<RaggedValue>(read);
  Tensor whole = !read ? nullptr : rows ? rows->whole : e.tensor(read, range);
  if (!whole)
    return Value();
  behind += base->rank() - given;
  Tensor has = flat(e, e.tensor(found, range), range);
  whole = e.liftTo(whole, has->lift);
  Shape shape(whole->shape.begin(), whole->shape.end() - behind - mask->rank());
  shape.push_back(has->shape.back());
  shape.insert(shape.end(), whole->shape.end() - behind, whole->shape.end());
  std::vector<RaggedValue::Axis> axes{raggedAxis(e, has, behind, range)};
  for (size_t i = 0; rows && i < rows->axes.size(); ++i) {
    axes.push_back(rows->axes[i]);
    if (axes.back().fromEnd > behind)
      axes.back().fromEnd -= mask->rank() - 1;
  }
  return raggedRows(e.reshape(whole, shape, whole->lift), axes, range);
}
