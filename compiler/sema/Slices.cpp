//===- Slices.cpp - What x[begin:end:step] leaves of an axis -------------------------------===//
//
// Stage: sema. How many elements a slice has and where they begin, for reads and for assignments.
//
// Note [Sizes of slices]
// NumPy counts negative bounds from the end and puts all of them inside of the axis. Where they are known, so is what
// is left. Else a size follows from what is written:
// - `x[:k]`, `x[-k:]`, `x[k:]` have as many elements as there are: sizes of their own, `min(k, n)` and what it leaves.
//   For the places of a loop that does not leave the axis, `for i in 0..n`, these are `i` and `n - i`;
// - `x[:-k]` leaves `min(k, n)` out, if `k` is known to be 1 or more. A `k` of 0 counts from the front, so that nothing
//   is there: where it may be 0 the size is one of its own, and so in all slices with such a bound;
// - so has `x[a:b]` between numbers of the run or a loop's places, or one counted from the end and one from the front:
//   `min(b, n)` without the first `a` of these;
// - a window `x[i:i + 3]`, whose bounds have a place in common, and slices between sizes, `x[1:]`, `x[:n - 1]` of n and
//   `x[n:n + m]`, have the difference as their size; that they lie inside is checked when the program runs, unless it
//   is known.
// An assigned value of as many elements as the bounds say makes any of them such a promise; so does a declared size.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

/// Whether a place is a known number before the end of an axis: `n - 1` of n.
static bool isBeforeEnd(const Dim &at, const Dim &size) {
  auto behind = (at - size).constant();
  return behind && *behind < 0;
}

/// Whether a place may lie outside of the axis, as far as is known now: a number of the run, or the place of a loop
/// that goes on beyond the axis.
static bool mayBeOutside(const Elaborator &e, const Dim &at, const Size &size) {
  return e.dims.hasNumberOutside(at, size.dim) ||
         (e.dims.hasPlace(at) && !e.dims.isInside(at.isNegated() ? size.dim + at : at, size.dim));
}

/// Whether the bounds are one place and the same place further on, `i` and `i + k`, or `i - k` and `i + k`. The size of
/// the axis is no place: it counts from the end.
static bool isWindow(const Dim &begin, const Dim &end, const Dim &size) {
  auto isShared = [](auto &term, const Dim &other) {
    auto found = other.terms.find(term.first);
    return found != other.terms.end() && found->second == term.second;
  };
  auto isWithin = [&](const Dim &part, const Dim &whole) {
    return llvm::all_of(part.terms, [&](auto &term) { return term.first.empty() || isShared(term, whole); });
  };
  Dim length = end - begin;
  bool hasPlace = llvm::any_of(begin.terms, [&](auto &term) {
    return !term.first.empty() && !size.terms.count(term.first) && isShared(term, end);
  });
  bool isFurther = llvm::all_of(length.terms, [](auto &term) { return term.first.empty() || term.second > 0; });
  return length.constant() || (hasPlace && (isFurther || isWithin(begin, end) || isWithin(end, begin)));
}

/// Whether only the run knows which of two bounds comes first.
static bool isOrderOpen(Elaborator &e, const Dim &begin, const Dim &end, const Size &size) {
  auto isNumber = [&](const Dim &at) { return e.dims.hasNumberOutside(at, size.dim) || e.dims.hasPlace(at); };
  if (begin.isNegated() && !end.isNegated() && !size.dim.constant())
    return true;
  if (e.dims.mayBeMinusZero(begin) || e.dims.mayBeMinusZero(end))
    return true;
  return (isNumber(begin) || isNumber(end)) && !isWindow(begin, end, size.dim);
}

/// One bound of a slice, known ones put inside [lowest, lowest + size] as NumPy does: lowest is 0, or -1 for steps
/// backwards.
static Dim boundInside(Elaborator &e, const ast::Expr *expr, const std::optional<Dim> &given, const Size &size,
                       const Dim &fallback, int64_t lowest) {
  if (!given)
    return fallback;
  Dim at = given->isNegated() ? size.dim + *given : *given;
  auto known = at.constant(), extent = size.dim.constant();
  if (known && extent)
    return Dim(std::clamp<int64_t>(*known, lowest, lowest + *extent));
  if (at == size.dim || at.isConstant(0) || e.dims.isInside(at, size.dim))
    return at;
  // Sizes keep their form; that the bound lies inside is checked when the program runs.
  mlir::Value inside = e.emit.builder.create<mlir::arith::CmpIOp>(e.emit.location, mlir::arith::CmpIPredicate::ule,
                                                                  e.index(at), e.index(size.dim));
  e.emit.runtime("mdl_assert", {inside, e.where(expr->range),
                                e.emit.string("slice bound " + e.dims.print(at) + " is outside an axis of size " +
                                              e.dims.print(size.dim))});
  e.learnChecked(at);
  e.learnChecked(size.dim - at);
  return at;
}

namespace {
/// A slice with bounds that are cut off.
struct Cut {
  Dim offset, length;
};
} // namespace

/// What is left of a slice that is no promise: see Note [Sizes of slices].
static std::optional<Cut> cutOff(Elaborator &e, const std::optional<Dim> &begin, std::optional<Dim> end,
                                 const Size &size, const Shape *assigned) {
  if (end && *end == size.dim)
    end.reset();
  bool isFromFront = !begin || begin->isConstant(0);
  // `x[:-k]` leaves the last `k` out, as many of them as there are.
  bool isLeftOut = end && end->isNegated() && (e.dims.mayBeMinusZero(*end) || mayBeOutside(e, *end, size));
  bool isHead = end && isFromFront && (!end->isNegated() || isLeftOut) && !isBeforeEnd(*end, size.dim);
  bool isTail = begin && !end && begin->isNegated();
  // A number of the run counts from the front or from the end: what `x[:begin]` leaves.
  bool isRest = begin && !end && !isTail && !isBeforeEnd(*begin, size.dim) &&
                (mayBeOutside(e, *begin, size) || e.dims.mayBeNegative(*begin));
  bool isBetween = end && !isFromFront && isOrderOpen(e, *begin, *end, size);
  if (!isHead && !isTail && !isRest && !isBetween)
    return std::nullopt;
  auto placeOf = [&](const Dim &bound) { return bound.isNegated() ? size.dim + bound : bound; };
  bool mayCountFromFront = (begin && e.dims.mayBeMinusZero(*begin)) || (end && e.dims.mayBeMinusZero(*end));
  Dim wanted = placeOf(end.value_or(size.dim)) - placeOf(begin.value_or(Dim(0)));
  if (assigned && !mayCountFromFront && llvm::any_of(*assigned, [&](const Size &one) { return one.dim == wanted; }))
    return std::nullopt;
  Dim last = end ? e.dims.head(*end, size.dim) : size.dim;
  if (isHead)
    return Cut{Dim(0), last};
  if (isTail) {
    Dim length = e.dims.tail(*begin, size.dim);
    return Cut{size.dim - length, length};
  }
  // The first `begin` of the elements up to `end` are left out. One that counts from the end counts from that of the
  // axis.
  bool isPlace = begin->constant() && !begin->isNegated();
  Dim first = e.dims.head(isPlace ? *begin : e.dims.head(*begin, size.dim), last);
  return Cut{first, last - first};
}

/// The bound of a slice as written; nothing where there is none.
static bool readBound(Elaborator &e, const ast::Expr *expr, std::optional<Dim> &bound) {
  if (!expr)
    return true;
  auto given = e.size(e.subscriptPart(expr), expr->range);
  if (given)
    bound = given->dim;
  return given.has_value();
}

std::optional<int64_t> mdl::knownStep(Elaborator &e, const ast::Subscript &subscript) {
  if (!subscript.step)
    return 1;
  Value given = e.subscriptPart(subscript.step);
  auto constant = e.constantInt(given);
  auto *tensor = as<TensorValue>(given);
  if (constant && *constant != 0)
    return constant;
  if (tensor && tensor->lift && isInteger(tensor->element)) {
    std::string step(e.sources.text(subscript.step->range));
    e.diags
        .report(diag::Unsupported, subscript.step->range,
                {"a slice whose step depends on an index of the comprehension, `" + step + "`"})
        .hint(
            "`[x[j] for j in 0..n if j % k == 0]` reads each k-th element, `where(arange(n) % k == 0, a, x)` puts `a` "
            "in their places");
  } else if (given && !constant && tensor && isInteger(tensor->element))
    e.diags.report(diag::ExpectedConstant, subscript.step->range, {std::string(e.sources.text(subscript.step->range))});
  else if (given)
    e.diags.report(diag::BadArgument, subscript.step->range, {"slice", "the step is a whole number other than 0"});
  return std::nullopt;
}

bool mdl::isBackwardsOfRun(Elaborator &e, const ast::Subscript &slice, const Size &size) {
  auto step = slice.step ? e.constantInt(e.subscriptPart(slice.step)) : std::nullopt;
  if (!step || *step >= 0)
    return false;
  auto boundOf = [&](const ast::Expr *expr) -> std::optional<Dim> {
    Value given = expr ? e.subscriptPart(expr) : nullptr;
    auto *number = as<TensorValue>(given);
    if (as<LiteralValue>(given) || (number && isInteger(number->element) && number->shape.empty()))
      if (auto bound = e.size(given, expr->range))
        return bound->dim;
    return std::nullopt;
  };
  auto begin = boundOf(slice.begin), end = boundOf(slice.end);
  auto mayBeBehind = [&](const std::optional<Dim> &bound) {
    auto place = bound ? bound->constant() : std::nullopt;
    return place && *place > 0 && !size.dim.constant();
  };
  if (begin && begin == end)
    return false;
  if ((begin && e.dims.mayBeMinusZero(*begin)) || (end && e.dims.mayBeMinusZero(*end)))
    return true;
  if (mayBeBehind(begin) || mayBeBehind(end))
    return true;
  return begin && end ? isOrderOpen(e, *begin, *end, size)
         : begin      ? mayBeOutside(e, *begin + Dim(1), size)
                      : end && mayBeOutside(e, *end, size);
}

bool mdl::slicePart(Elaborator &e, const ast::Subscript &subscript, const Size &size, const Shape *assigned,
                    AxisPart &part) {
  auto step = knownStep(e, subscript);
  if (!step)
    return false;
  part.step = std::abs(*step);
  part.reversed = *step < 0;
  std::optional<Dim> from, to;
  if (!readBound(e, subscript.begin, from) || !readBound(e, subscript.end, to))
    return false;
  part.offset = part.size = Dim(0);
  if (from && from == to)
    return true;
  if (!part.reversed) {
    Dim length;
    if (auto cut = cutOff(e, from, to, size, assigned)) {
      length = cut->length;
      part.offset = cut->offset;
    } else {
      part.offset = boundInside(e, subscript.begin, from, size, Dim(0), 0);
      length = boundInside(e, subscript.end, to, size, size.dim, 0) - part.offset;
      if (auto constant = length.constant(); constant && *constant < 0)
        length = Dim(0);
      // Both bounds are inside, but their order is not known.
      if (from && to && !length.constant())
        e.checkSize({length, subscript.range});
    }
    part.size = part.step == 1 ? length : e.dims.floorDiv(length + Dim(part.step - 1), Dim(part.step));
    return true;
  }
  // Backwards from `begin` down to, and without, `end`.
  Dim last = size.dim - Dim(1);
  Dim begin = boundInside(e, subscript.begin, from, size, last, -1);
  Dim end = boundInside(e, subscript.end, to, size, Dim(-1), -1);
  Dim length = e.dims.floorDiv(begin - end + Dim(part.step - 1), Dim(part.step));
  if (auto constant = length.constant(); constant && *constant < 0)
    length = Dim(0);
  else if (from && to && !constant)
    e.checkSize({length, subscript.range});
  part.size = length;
  part.offset = length.isConstant(0) ? Dim(0) : begin - (length - Dim(1)) * Dim(part.step);
  return true;
}
