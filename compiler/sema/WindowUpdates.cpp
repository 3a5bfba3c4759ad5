//===- WindowUpdates.cpp - y[:i] = … in a comprehension ---------------------------------===//
//
// Stage: sema. A slice that begins or ends at an index of the comprehension has places of its own for each index. The
// whole axis is assigned: at the places of the slice what stands in the value as far from its begin, at the others what
// is there already. See also Note [Updates in comprehensions] in Updates.cpp.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

namespace {
/// A slice with places of its own for each index.
struct Window {
  Value begin, end; ///< Counted from the front, cut off.
  Size size;        ///< Of the axis that it is a slice of.
  unsigned axis;    ///< Of what the subscripts read, lift axes left out.
  SourceRange range;
};

/// The value of an assignment, as it is spread over whole axes.
class Spread {
public:
  Spread(Elaborator &e, const Value &value, const Tensor &whole, SourceRange range)
      : e(e), rows(as<RaggedValue>(value)), values(whole), range(range) {}

  /// Puts the value's axis that meets the window's, if it has one, at the places of the window; `fromEnd` is that axis.
  bool along(const Window &window, unsigned fromEnd);
  /// Whether all axes along which the value's rows differ were such.
  bool isDone() const { return !rows || spread == rows->axes.size(); }
  Value result() const { return values; }

private:
  Value calculated(ast::BinaryOp op, const Value &a, const Value &b) {
    return e.binary(op, a, b, range, range, range, range);
  }

  Elaborator &e;
  const RaggedValue *rows;
  Tensor values;
  SourceRange range;
  size_t spread = 0;
};
} // namespace

/// Checks that a window is as long as what goes there.
static void checkLengths(Elaborator &e, const Value &length, const Value &given, SourceRange range) {
  auto first = affineForm(length), second = affineForm(given);
  if (first && second) {
    AffineIndex difference = combine(*first, *second, -1);
    if (difference.terms.empty() && difference.offset.isConstant(0))
      return;
  }
  Tensor a = e.tensor(length, range), b = e.tensor(given, range);
  if (!isSameValue(e.ssa(a), e.ssa(b)))
    checkForAll(e, e.compare(ast::CompareOp::Eq, a, b, range, range, range), range,
                "`" + std::string(e.sources.text(range)) + "` has another length than what is assigned to it");
}

bool Spread::along(const Window &window, unsigned fromEnd) {
  if (values->rank() <= fromEnd)
    return true;
  unsigned axis = values->shape.size() - 1 - fromEnd;
  const RaggedValue::Axis *differing = nullptr;
  for (size_t i = 0; rows && i < rows->axes.size(); ++i)
    if (rows->axes[i].fromEnd == fromEnd)
      differing = &rows->axes[i];
  spread += differing != nullptr;
  Size size = values->shape[axis];
  if (!differing && size.dim.isConstant(1))
    return true;
  if (differing && !differing->isHead)
    return false;
  Value length = calculated(ast::BinaryOp::Sub, window.end, window.begin);
  if (auto form = affineForm(length); !form || e.dims.mayBeNegative(rangeOf(e, *form).first))
    length = e.elementwise("maximum", {length, e.knownScalar(Dim(0))}, {range, range}, range);
  checkLengths(e, length, differing ? Value(differing->length) : Value(e.knownScalar(size.dim)), window.range);
  // One place more, so that there is one for what lies outside of the window.
  Shape longer = values->shape;
  longer[axis].dim = size.dim + Dim(1);
  std::vector<int64_t> none(longer.size(), 0), more = none;
  more[axis] = 1;
  values = e.make(e.emit.op("pad", {e.ssa(values), e.ssa(e.scalarConstant(values->element, 0))},
                            e.emit.tensorType(values->element, longer),
                            {e.emit.ints("low", none), e.emit.ints("high", more)}),
                  values->element, longer, values->lift);
  Value place = calculated(ast::BinaryOp::Sub, counted(e, {window.size}, 0), window.begin);
  Value isOutside = e.compare(ast::CompareOp::Lt, place, e.knownScalar(Dim(0)), range, range, range);
  place = e.elementwise("select", {isOutside, e.knownScalar(size.dim), place}, {range, range, range}, range);
  place = e.elementwise("minimum", {place, e.knownScalar(size.dim)}, {range, range}, range);
  unsigned own = axis - values->lift;
  Tensor taken = place ? gatherAt(e, values, {{axis, e.tensor(place, range), range, own}}, range) : nullptr;
  if (taken)
    values = moveAxis(e, taken, taken->lift, taken->lift + own);
  return taken != nullptr;
}

std::optional<Value> mdl::assignWindows(Elaborator &e, const Tensor &base,
                                        const std::vector<ast::Subscript> &subscripts, const Value &value,
                                        SourceRange valueRange, SourceRange range) {
  bool failed = false;
  if (e.axes.empty() || !hasWindow(e, subscripts, failed) || failed)
    return std::nullopt;
  std::vector<ast::Subscript> others = subscripts;
  std::vector<Window> windows;
  unsigned given = llvm::count_if(
      subscripts, [](auto &one) { return one.kind == ast::Subscript::At || one.kind == ast::Subscript::Slice; });
  unsigned axis = 0, read = 0;
  for (auto &one : others) {
    bool isAlone = false;
    if (one.kind == ast::Subscript::At) {
      Tensor place = e.tensor(e.subscriptPart(one.at), one.range);
      if (!place || place->rank() || place->element == ElementType::Bool)
        return std::nullopt;
      ++axis;
      continue;
    }
    if (one.kind == ast::Subscript::Slice && axis < base->rank() && hasWindow(e, {one}, isAlone)) {
      if (one.step && e.constantInt(e.subscriptPart(one.step)) != 1)
        return std::nullopt;
      const Size &size = base->shape[base->lift + axis];
      auto bound = [&](const ast::Expr *expr, const Dim &otherwise) {
        return expr ? boundOfWindow(e, e.subscriptPart(expr), Dim(0), size.dim, size.dim, one.range)
                    : Value(e.knownScalar(otherwise));
      };
      windows.push_back({bound(one.begin, Dim(0)), bound(one.end, size.dim), size, read, one.range});
      one.begin = one.end = one.step = nullptr;
    }
    unsigned count = one.kind == ast::Subscript::Rest ? base->rank() - std::min(given, base->rank()) : 1;
    axis += one.kind == ast::Subscript::NewAxis ? 0 : count;
    read += count;
  }
  Value before = e.indexTensor(base, range, others, range);
  auto *rows = as<RaggedValue>(value);
  Tensor now = before ? e.tensor(before, range) : nullptr;
  Tensor whole = !now ? nullptr : rows ? rows->whole : e.tensor(value, valueRange, base->element);
  if (!whole)
    return Value();
  read += base->rank() - std::min(axis, base->rank()); // Axes that no subscript names.
  Spread spread(e, value, whole, valueRange);
  Value chosen;
  std::vector<SourceRange> ranges{range, valueRange, range};
  for (auto &window : windows) {
    if (!window.begin || !window.end)
      return Value();
    unsigned fromEnd = read - 1 - window.axis;
    Shape along(fromEnd + 1, Size{Dim(1), window.range});
    along[0] = window.size;
    Tensor places = counted(e, along, 0);
    Value isInside = e.elementwise("and",
                                   {e.compare(ast::CompareOp::Ge, places, window.begin, range, range, range),
                                    e.compare(ast::CompareOp::Lt, places, window.end, range, range, range)},
                                   {range, range}, range);
    chosen = chosen ? e.elementwise("and", {chosen, isInside}, {range, range}, range) : isInside;
    if (!spread.along(window, fromEnd))
      return Value(rows ? reportRagged(e, *rows, valueRange) : nullptr);
  }
  if (!spread.isDone())
    return Value(reportRagged(e, *rows, valueRange));
  Value changed = e.elementwise("select", {chosen, spread.result(), now}, ranges, range);
  return changed ? e.updateTensor(base, others, changed, valueRange, range) : nullptr;
}
