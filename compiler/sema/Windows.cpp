//===- Windows.cpp - x[i:i + 3] in a comprehension ------------------------------------===//
//
// Stage: sema. A slice that begins at an index of the comprehension has a place of its own for
// each index, and one length. It is read as if its own places were one more index, `x[i + d]`
// for d in 0..3, so that windows have the reads, the checks and the derivatives of subscripts;
// then that index becomes an axis of the result.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/IndexRegion.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

#include <deque>

using namespace mdl;
using namespace mdl::builtin;

static bool dependsOnIndex(const Value &value) {
  auto *t = as<TensorValue>(value);
  return t && t->lift && t->rank() == 0 && isInteger(t->element);
}

/// The number of places from `begin` to `end`, where it is one for all indices.
static std::optional<Dim> lengthBetween(Elaborator &e, const ast::Subscript &slice, const Value &begin,
                                        const Value &end) {
  auto from = affineForm(begin), to = affineForm(end);
  if (from && to) {
    AffineIndex length = combine(*to, *from, -1);
    return length.terms.empty() ? std::optional(length.offset) : std::nullopt;
  }
  // `start[i]:start[i] + 3`: what is added to the begin, as it is written.
  auto *sum = ast::as<ast::Binary>(slice.end);
  if (!slice.begin || !sum || sum->op != ast::BinaryOp::Add ||
      e.sources.text(sum->lhs->range) != e.sources.text(slice.begin->range))
    return std::nullopt;
  auto added = affineForm(e.expression(sum->rhs));
  return added && added->terms.empty() ? std::optional(added->offset) : std::nullopt;
}

namespace {
/// The slices of one read, each an axis of the index space as long as this lives.
class WindowAxes {
public:
  WindowAxes(Elaborator &e, const Tensor &base) : e(e), base(base), count(e.axes.size()) {}
  ~WindowAxes() { e.axes.resize(count); }

  /// The places of a slice of the base's axis as an index; null where it failed (reported).
  Value add(const ast::Subscript &slice, unsigned axis);
  unsigned outer() const { return count; }

private:
  Elaborator &e;
  const Tensor &base;
  unsigned count;
};
} // namespace

Value WindowAxes::add(const ast::Subscript &slice, unsigned axis) {
  const Size &size = base->shape[base->lift + axis];
  auto bound = [&](const ast::Expr *expr, const Dim &otherwise) -> Value {
    Value given = expr ? e.expression(expr) : Value(e.knownScalar(otherwise));
    auto form = affineForm(given);
    bool isFromEnd = form && form->terms.empty() && form->offset.constant() && *form->offset.constant() < 0;
    return isFromEnd ? Value(e.knownScalar(size.dim + form->offset)) : given;
  };
  Value begin = bound(slice.begin, Dim(0)), end = bound(slice.end, size.dim);
  if (!begin || !end)
    return nullptr;
  auto step = slice.step ? e.constantInt(e.expression(slice.step)) : 1;
  auto length = lengthBetween(e, slice, begin, end);
  if (!length || !step || *step < 1) {
    e.diags
        .report(diag::Unsupported, slice.range,
                {length ? "a slice that begins at an index goes forward, by a step that is known"
                        : "a slice whose length depends on an index of the comprehension: each index would give a "
                          "length of its own"})
        .hint(length ? "`flip(x[i:i + 3])` turns it around"
                     : "`sum(x[j] for j in 0..i)` and the other reductions go over as many as each index says");
    return nullptr;
  }
  if (auto constant = length->constant(); constant && *constant < 0)
    length = Dim(0);
  Size places{e.dims.floorDiv(*length + Dim(*step - 1), Dim(*step)), slice.range};
  e.checkSize(places);
  e.axes.push_back({places, "_"});
  auto offsets = std::make_shared<RangeValue>();
  offsets->begin = e.knownScalar(Dim(0));
  offsets->end = e.knownScalar(places.dim);
  Value along = elementsAlong(e, offsets, slice.range);
  auto combined = [&](ast::BinaryOp op, const Value &a, const Value &b) {
    return e.binary(op, a, b, slice.range, slice.range, slice.range, slice.range);
  };
  if (*step != 1)
    along = combined(ast::BinaryOp::Mul, along, e.knownScalar(Dim(*step)));
  return combined(ast::BinaryOp::Add, begin, along);
}

/// Whether a slice begins at an index; `failed` where a bound is in error (reported).
static bool hasWindow(Elaborator &e, const std::vector<ast::Subscript> &subscripts, bool &failed) {
  bool found = false;
  for (auto &subscript : subscripts)
    for (auto *bound : {subscript.begin, subscript.end})
      if (bound) {
        Value value = e.expression(bound);
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
    ast::Subscript at{ast::Subscript::At};
    at.at = &name;
    at.range = one.range;
    places.push_back(at);
    own.push_back(static_cast<int>(e.axes.size()) - 1);
    return true;
  };
  for (auto &one : subscripts) {
    ast::Subscript whole{ast::Subscript::Slice};
    whole.range = one.range;
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
  Tensor lifted = e.liftTo(std::static_pointer_cast<const TensorValue>(read), e.axes.size());
  Shape shape(lifted->shape.begin(), lifted->shape.begin() + windows.outer());
  for (int axis : own)
    shape.push_back(axis < 0 ? Size{Dim(1), range} : e.axes[axis].size);
  shape.insert(shape.end(), lifted->shape.begin() + e.axes.size(), lifted->shape.end());
  return Value(e.reshape(lifted, shape, windows.outer()));
}
