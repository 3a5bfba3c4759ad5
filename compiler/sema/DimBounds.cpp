//===- DimBounds.cpp - What is known of the signs of sizes ------------------------===//
//
// Stage: sema. Whether a size may be negative, and whether a place lies on an axis.
//
// Note [Bounds of sizes]
// A sum of sizes is a size. What else is none that is negative is found by putting bounds in place of symbols, the
// newest first, for these may be made of older ones:
// - the place of a loop lies in its range;
// - `b*(a//b)` lies between `a - b + 1` and `a` for a number `b`, and between 0 and `a` for sizes;
// - what is cut off, `min(b, n)`, is one of the two, and `max(a, 0)` is.
// Last, what the program has checked (`assert k <= n`, the bounds of a slice) is taken away: what is left of `n - k`
// then is 0. The search ends after a number of steps; what is not found by then may be negative.
//
//===------------------------------------------------------------------------------===//

#include "compiler/sema/Dim.h"

#include <algorithm>

using namespace mdl;

namespace {
class Proof {
public:
  Proof(const DimTable &dims, const std::vector<Dim> &checked) : dims(dims), checked(checked) {}

  /// Whether the size is found not to be negative.
  bool holds(const Dim &dim, unsigned depth);

private:
  using Form = DimTable::Symbol::Form;
  /// What a symbol is at least and at most; no bound where there is none.
  struct Bounds {
    std::optional<Dim> least, most;
  };

  bool isSize(SymbolId id, unsigned depth);
  bool holdsWithin(const Dim &dim, SymbolId id, const Bounds &bounds, unsigned depth);
  bool holdsForBoth(const Dim &dim, SymbolId id, const Dim &one, const Dim &other, unsigned depth);
  bool holdsByBounds(const Dim &dim, SymbolId id, unsigned depth);
  bool holdsByQuotient(const Dim &dim, SymbolId id, unsigned depth);
  bool holdsByMultiple(const Dim &dim, SymbolId id, const Dim &divisor, unsigned depth);
  bool holdsByCheck(const Dim &dim, unsigned depth);

  const DimTable &dims;
  const std::vector<Dim> &checked;
  unsigned stepsLeft = 400;
};
} // namespace

/// A product without one of its symbols.
static Dim::Monomial without(Dim::Monomial monomial, SymbolId id) {
  monomial.erase(std::find(monomial.begin(), monomial.end(), id));
  return monomial;
}

static bool has(const Dim::Monomial &monomial, SymbolId id) {
  return std::find(monomial.begin(), monomial.end(), id) != monomial.end();
}

static Dim term(const Dim::Monomial &monomial, int64_t coefficient) {
  Dim dim;
  dim.terms[monomial] = coefficient;
  return dim;
}

bool Proof::isSize(SymbolId id, unsigned depth) {
  const DimTable::Symbol &symbol = dims[id];
  if (symbol.form == Form::Quotient)
    return holds(symbol.first, depth) && holds(symbol.second, depth);
  return !symbol.mayBeNegative || std::any_of(checked.begin(), checked.end(), [&](const Dim &one) {
    auto rest = (Dim::symbol(id) - one).constant();
    return rest && *rest >= 0;
  });
}

bool Proof::holds(const Dim &dim, unsigned depth) {
  if (auto known = dim.constant())
    return *known >= 0;
  if (depth == 0 || stepsLeft == 0)
    return false;
  --depth, --stepsLeft;
  bool isSum = std::all_of(dim.terms.begin(), dim.terms.end(), [&](auto &part) {
    return part.second > 0 &&
           std::all_of(part.first.begin(), part.first.end(), [&](SymbolId id) { return isSize(id, depth); });
  });
  if (isSum)
    return true;
  std::optional<SymbolId> newest;
  for (auto &[monomial, coefficient] : dim.terms)
    for (SymbolId id : monomial)
      if (dims[id].isPlace || dims[id].isComputed())
        newest = std::max(newest, std::optional(id));
  return (newest && holdsByBounds(dim, *newest, depth)) || holdsByCheck(dim, depth);
}

/// Whether it holds where each product with the symbol has a bound in its place: once, so powers go one by one.
bool Proof::holdsWithin(const Dim &dim, SymbolId id, const Bounds &bounds, unsigned depth) {
  Dim least;
  for (auto &[monomial, coefficient] : dim.terms) {
    if (!has(monomial, id)) {
      least = least + term(monomial, coefficient);
      continue;
    }
    auto &bound = coefficient > 0 ? bounds.least : bounds.most;
    auto others = without(monomial, id);
    if (!bound || !std::all_of(others.begin(), others.end(), [&](SymbolId other) { return isSize(other, depth); }))
      return false;
    least = least + term(others, coefficient) * *bound;
  }
  return holds(least, depth);
}

/// Whether it holds for a symbol that is one of two sizes, whichever it is.
bool Proof::holdsForBoth(const Dim &dim, SymbolId id, const Dim &one, const Dim &other, unsigned depth) {
  auto holdsFor = [&](const Dim &by) {
    Dim replaced;
    for (auto &[monomial, coefficient] : dim.terms) {
      Dim product(coefficient);
      for (SymbolId factor : monomial)
        product = product * (factor == id ? by : Dim::symbol(factor));
      replaced = replaced + product;
    }
    return holds(replaced, depth);
  };
  return holdsFor(one) && holdsFor(other);
}

bool Proof::holdsByBounds(const Dim &dim, SymbolId id, unsigned depth) {
  const DimTable::Symbol &symbol = dims[id];
  const Dim &first = symbol.first, &second = symbol.second;
  switch (symbol.form) {
  case Form::Own:
    return holdsWithin(dim, id, {symbol.least, symbol.most}, depth);
  case Form::Quotient:
    return holdsByQuotient(dim, id, depth);
  case Form::Span:
    return holdsForBoth(dim, id, first, Dim(), depth);
  case Form::Head:
    if (holdsWithin(dim, id, {Dim(), second}, depth))
      return true;
    return holds(first, depth) &&
           (holdsWithin(dim, id, {Dim(), first}, depth) || holdsForBoth(dim, id, first, second, depth));
  case Form::Tail:
    return holdsWithin(dim, id, {Dim(), second}, depth);
  }
  return false;
}

bool Proof::holdsByQuotient(const Dim &dim, SymbolId id, unsigned depth) {
  const Dim &first = dims[id].first, &second = dims[id].second;
  auto divisor = second.constant();
  if (divisor && *divisor > 0) {
    // The size by the number, in whole products of number and quotient; it is negative only if that is by a whole step.
    Dim scaled = Dim(*divisor - 1);
    for (auto &[monomial, coefficient] : dim.terms)
      scaled = scaled + term(monomial, has(monomial, id) ? coefficient : coefficient * *divisor);
    return holdsWithin(scaled, id, {first - Dim(*divisor - 1), first}, depth) ||
           (holds(first, depth) && holdsWithin(scaled, id, {Dim(), first}, depth));
  }
  if (!isSize(id, depth))
    return false;
  return holdsByMultiple(dim, id, second, depth) || holdsWithin(dim, id, {Dim(), first}, depth);
}

/// Whether it holds where products of the quotient with its divisor, a product of names, are at most what is divided.
bool Proof::holdsByMultiple(const Dim &dim, SymbolId id, const Dim &divisor, unsigned depth) {
  Dim least;
  for (auto &[monomial, coefficient] : dim.terms) {
    auto others = has(monomial, id) ? term(without(monomial, id), coefficient).exactQuotient(divisor) : std::nullopt;
    if (!others || coefficient > 0) {
      least = least + term(monomial, coefficient);
      continue;
    }
    auto &factors = others->terms.begin()->first;
    if (!std::all_of(factors.begin(), factors.end(), [&](SymbolId other) { return isSize(other, depth); }))
      return false;
    least = least + *others * dims[id].first;
  }
  return least != dim && holds(least, depth);
}

bool Proof::holdsByCheck(const Dim &dim, unsigned depth) {
  return std::any_of(checked.begin(), checked.end(), [&](const Dim &one) {
    int64_t times = 0;
    for (auto &[monomial, coefficient] : one.terms)
      if (auto same = dim.terms.find(monomial); !monomial.empty() && same != dim.terms.end())
        times = std::max(times, same->second / coefficient);
    return times > 0 && holds(dim - one * Dim(times), depth);
  });
}

bool DimTable::isFoundNotNegative(const Dim &dim, const std::vector<Dim> &checked) const {
  constexpr unsigned depth = 10;
  return Proof(*this, checked).holds(dim, depth);
}

bool DimTable::mayBeNegative(const Dim &dim) const {
  if (isFoundNotNegative(dim, {}))
    return false;
  std::vector<Dim> checked = checkedSizes ? checkedSizes() : std::vector<Dim>();
  return checked.empty() || !isFoundNotNegative(dim, checked);
}

bool DimTable::isInside(const Dim &bound, const Dim &size) const {
  std::vector<Dim> checked = checkedSizes ? checkedSizes() : std::vector<Dim>();
  checked.push_back(size); // That of an axis, an option too.
  return isFoundNotNegative(bound, checked) && isFoundNotNegative(size - bound, checked);
}
