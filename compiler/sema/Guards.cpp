//===- Guards.cpp - Conditions that stand before a read ----------------------------------===//
//
// Stage: sema. See Guards.h.
//
// Note [Guarded reads]
// A read in a lifted comprehension is a tensor over the whole index space, also where a condition leaves its value
// out. There it reads something else that is surely inside:
//  - an affine subscript that leaves the axis reads x with a border as wide (`mdl.pad`; joined on where only the run
//    knows the width), so that it stays an affine gather, with an affine scatter as its derivative;
//  - other subscripts read at the nearest place of the axis.
// Whether what is let through is inside follows from the inequalities where it can (IndexRegion), else a check
// of the run looks at those places only. The border is 1: `y / x[i - 1]` and `log(x[i - 1])` have finite derivatives
// there, which are then multiplied by 0.
//
// Note [Guarded derivatives]
// `if x > 0 { log(x) } else { 0.0 }` is a choice between two lifted values, and the gradient that reaches log(x) where
// the other was chosen is 0. Its rule multiplies that by 1 / x, and 0 * inf is NaN. So the operands of operations whose
// derivative can be infinite or NaN are 1 where the guards leave the result out. A product is one of them only
// where a guard looks at data (`if not isnan(x) { w * x }`): what sums of products are made of stays as it is
// otherwise.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "mdl/abi.h"

using namespace mdl;
using namespace mdl::builtin;

/// A subscript with wider steps reads so little of what it goes over that a border as wide does not pay.
static constexpr int64_t LongestStep = 64;

GuardScope::GuardScope(Elaborator &e, const Value &condition, bool isNegated) : e(e), count(e.guards.size()) {
  auto *truth = as<TensorValue>(condition);
  if (e.axes.empty() || !truth || truth->element != ElementType::Bool || truth->rank())
    return;
  IndexRegion region = regionOf(condition);
  e.guards.push_back({std::static_pointer_cast<const TensorValue>(condition), isNegated, isNegated ? !region : region});
}

GuardScope::~GuardScope() {
  while (e.guards.size() > count)
    e.guards.pop_back();
}

Value mdl::withRegion(const Value &condition, const IndexRegion &region) {
  auto *truth = as<TensorValue>(condition);
  if (!truth)
    return condition;
  auto result = std::make_shared<TensorValue>(*truth);
  result->region = std::make_shared<const IndexRegion>(region);
  return result;
}

IndexRegion mdl::regionOf(const Value &condition) {
  auto *truth = as<TensorValue>(condition);
  return truth && truth->region ? *truth->region : IndexRegion();
}

static IndexRegion regionOfGuards(Elaborator &e) {
  IndexRegion region = IndexRegion::of(true);
  for (auto &guard : e.guards)
    region = region & guard.region;
  return region;
}

Tensor mdl::guardMask(Elaborator &e) {
  Value mask;
  SourceRange none;
  for (auto &guard : e.guards) {
    Value one = guard.condition;
    if (guard.isNegated)
      one = e.elementwise("not", {one}, {none}, none);
    mask = mask ? e.elementwise("and", {mask, one}, {none, none}, none) : one;
  }
  return std::static_pointer_cast<const TensorValue>(mask);
}

void mdl::checkForAll(Elaborator &e, const Value &condition, SourceRange range, const std::string &message) {
  Value holds = condition;
  if (Tensor mask = guardMask(e))
    holds = e.elementwise("or", {holds, e.elementwise("not", {mask}, {range}, range)}, {range, range}, range);
  Tensor each = holds ? e.tensor(holds, range) : nullptr;
  if (!each)
    return;
  auto axes = llvm::to_vector(llvm::seq<int64_t>(each->shape.size()));
  mlir::Value all =
      e.emit.op("all", e.ssa(each), e.emit.tensorType(ElementType::Bool, {}), {e.emit.ints("axes", axes)});
  e.emit.runtime("mdl_assert", {e.scalar(e.make(all, ElementType::Bool, {})), e.where(range), e.emit.string(message)});
}

std::pair<Dim, Dim> mdl::rangeOf(Elaborator &e, const AffineIndex &index) {
  Dim low = index.offset, high = index.offset;
  for (auto [axis, coefficient] : index.terms) {
    Dim reach = (e.axes[axis].size.dim - Dim(1)) * Dim(coefficient);
    (coefficient > 0 ? high : low) = (coefficient > 0 ? high : low) + reach;
  }
  return {low, high};
}

namespace {
/// By how much a subscript leaves an axis in front and behind; never less than 0.
struct Border {
  Dim before, behind;
  bool isNone() const { return before.isConstant(0) && behind.isConstant(0); }
};
} // namespace

static Border borderOf(Elaborator &e, const AffineIndex &index, const Size &size) {
  auto [low, high] = rangeOf(e, index);
  return {e.dims.span(low, Dim(0)), e.dims.span(size.dim, high + Dim(1))};
}

bool mdl::countsFromEnd(Elaborator &e, const AffineIndex &index) {
  auto most = rangeOf(e, index).second.constant();
  return most && *most < 0;
}

/// What is written as a subscript; nothing where only the run knows whether it counts from the end.
static std::optional<AffineIndex> writtenForm(Elaborator &e, const TensorValue &index) {
  if (index.affine)
    return index.affine;
  if (!index.known || e.dims.hasNumber(*index.known))
    return std::nullopt;
  return AffineIndex{{}, *index.known};
}

/// The same, counted from the front.
static std::optional<AffineIndex> formOf(Elaborator &e, const TensorValue &index, const Size &size) {
  auto form = writtenForm(e, index);
  if (form && countsFromEnd(e, *form))
    form->offset = form->offset + size.dim;
  return form;
}

bool mdl::needsGuard(Elaborator &e, const TensorValue &index, const Size &size) {
  if (e.guards.empty())
    return false;
  auto form = formOf(e, index, size);
  return !form || !borderOf(e, *form, size).isNone();
}

/// Checks what the guards let through. False (reported) where something is surely outside.
static bool checkGuarded(Elaborator &e, const Tensor &index, const std::optional<AffineIndex> &form, const Size &size,
                         int64_t axis, SourceRange range) {
  if (form) {
    IndexRegion region = regionOfGuards(e);
    AffineIndex left = combine({{}, size.dim - Dim(1)}, *form, -1); // What is left behind the place.
    auto below = negativeValue(*form, region, e.axes, e.dims), above = negativeValue(left, region, e.axes, e.dims);
    if (!below && !above)
      return true;
    if (region.isExact && isKnown(*form, region, e.axes) && isKnown(left, region, e.axes)) {
      int64_t bad = below ? *below : *size.dim.constant() - 1 - *above;
      auto report = e.diags.report(diag::IndexOutOfRange, range, {std::to_string(bad), e.dims.print(size.dim)});
      e.noteOrigin(report, size);
      for (auto [along, coefficient] : form->terms)
        e.noteOrigin(report, e.axes[along].size);
      return false;
    }
  }
  auto written = writtenForm(e, *index);
  bool isFromFront = written && !written->terms.empty() && !countsFromEnd(e, *written);
  Dim lowest = isFromFront ? Dim(0) : Dim(0) - size.dim;
  // The extremes of what is read, so that the places themselves are nowhere in memory.
  Tensor mask = guardMask(e), places = e.cast(index, ElementType::I64);
  auto extreme = [&](const char *op, int64_t ofNone) {
    Tensor none = e.scalarConstant(ElementType::I64, static_cast<double>(ofNone));
    Tensor read = e.tensor(e.elementwise("select", {mask, places, none}, {range, range, range}, range), range);
    auto axes = llvm::to_vector(llvm::seq<int64_t>(read->shape.size()));
    mlir::Value one = e.emit.op(op, e.ssa(read), e.emit.tensorType(ElementType::I64, {}), {e.emit.ints("axes", axes)});
    return e.scalar(e.make(one, ElementType::I64, {}));
  };
  mlir::Value low = extreme("min", -MDL_NO_PLACE);
  mlir::Value high = extreme("max", MDL_NO_PLACE);
  e.emit.runtime("mdl_check_index_range", {low, high, e.emit.i64(lowest, e.dims), e.emit.i64(size.dim, e.dims),
                                           e.emit.constantI64(axis), e.where(range)});
  return true;
}

Tensor mdl::guardedPlaces(Elaborator &e, const Tensor &index, const Size &size, int64_t axis, SourceRange range) {
  if (!needsGuard(e, *index, size)) {
    checkIndices(e, index, size, axis, range);
    return index;
  }
  auto form = formOf(e, *index, size);
  if (!checkGuarded(e, index, form, size, axis, range))
    return nullptr;
  Value places = index;
  std::vector<SourceRange> ranges(3, range);
  // Counted from the front, for withPlaceZero makes the axis longer.
  auto fromFront = [&] {
    return e.elementwise("add", {index, e.cast(e.knownScalar(size.dim), index->element)}, ranges, range);
  };
  if (!form) {
    Value zero = e.scalarConstant(index->element, 0);
    Value isNegative = e.compare(ast::CompareOp::Lt, places, zero, range, range, range);
    places = e.elementwise("select", {isNegative, fromFront(), places}, ranges, range);
  } else if (countsFromEnd(e, *writtenForm(e, *index))) {
    places = fromFront();
  }
  // The mask itself would make the places depend on every index of the condition.
  Value last = e.cast(e.knownScalar(size.dim - Dim(1)), index->element);
  places = e.elementwise("minimum", {places, last}, ranges, range);
  places = e.elementwise("maximum", {places, e.scalarConstant(index->element, 0)}, ranges, range);
  return places ? e.tensor(places, range) : nullptr;
}

bool mdl::hasWildDerivative(Elaborator &e, llvm::StringRef op, size_t operand, ElementType element) {
  if (op == "div")
    return operand == 1;
  if (op == "mul")
    return isFloat(element) && llvm::any_of(e.guards, [](auto &guard) { return !guard.region.isExact; });
  return operand == 0 && isFloat(element) && llvm::is_contained({"log", "sqrt", "rsqrt", "exp", "pow"}, op);
}

Tensor mdl::guardedOperand(Elaborator &e, const std::string &op, size_t operand, const Tensor &value,
                           SourceRange range) {
  bool isLifted = llvm::any_of(llvm::ArrayRef(value->shape).take_front(value->lift),
                               [](const Size &size) { return !size.dim.isConstant(1); });
  if (e.guards.empty() || !isLifted || !hasWildDerivative(e, op, operand, value->element))
    return value;
  Value one = e.scalarConstant(value->element, 1);
  return e.tensor(e.elementwise("select", {guardMask(e), value, one}, {range, range, range}, range), range);
}

/// x with a border of 1 (see Note [Guarded reads]) of a width for each of its axes.
static Tensor bordered(Elaborator &e, const Tensor &x, const std::vector<std::pair<Dim, Dim>> &widths,
                       SourceRange range) {
  return padded(e, x, widths, e.scalarConstant(x->element, 1), range);
}

Tensor mdl::borderedForReads(Elaborator &e, const Tensor &x, std::vector<AffineIndex> &indices,
                             const std::vector<Value> &values, const std::vector<SourceRange> &ranges, bool &failed) {
  std::vector<std::pair<Dim, Dim>> widths(x->shape.size());
  for (size_t i = 0; i < indices.size(); ++i) {
    Border border = borderOf(e, indices[i], x->shape[i]);
    bool isLong = llvm::any_of(indices[i].terms, [](auto &term) { return std::abs(term.second) > LongestStep; });
    // A number that may count from the end is looked at in the run.
    if (!border.isNone() && (isLong || (indices[i].terms.empty() && e.dims.hasNumber(indices[i].offset))))
      return nullptr;
    widths[i] = {border.before, border.behind};
  }
  bool isInside = true;
  for (size_t i = 0; i < indices.size(); ++i) {
    auto &[before, behind] = widths[i];
    if (before.isConstant(0) && behind.isConstant(0))
      continue;
    isInside = false;
    Tensor index = e.tensor(values[i], ranges[i]);
    failed |= !index || !checkGuarded(e, index, indices[i], x->shape[i], i, ranges[i]);
    indices[i].offset = indices[i].offset + before;
  }
  if (failed)
    return nullptr;
  return isInside ? x : bordered(e, x, widths, ranges.front());
}

Tensor mdl::withPlaceZero(Elaborator &e, const Tensor &x, const std::vector<IndexedAxis> &at) {
  std::vector<std::pair<Dim, Dim>> widths(x->rank());
  bool isNeeded = false;
  for (auto &one : at) {
    auto size = x->shape[one.axis].dim.constant();
    bool mayBeEmpty = (!size || *size == 0) && needsGuard(e, *one.index, x->shape[one.axis]);
    widths[one.axis - x->lift].second = Dim(mayBeEmpty);
    isNeeded |= mayBeEmpty;
  }
  return isNeeded ? bordered(e, x, widths, at.front().range) : x;
}
