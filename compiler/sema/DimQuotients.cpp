//===- DimQuotients.cpp - Sizes that are divided ----------------------------------===//
//
// Stage: sema. `a // b` for sizes.
//
// Note [Quotients of sizes]
// Sizes that are one number are to have one form, however they are written:
// - whole multiples of the divisor, a number or a name, are taken out: `(2*n + 3)//2` is `n + 1`, `(n - k + s)//s` is
//   `(n - k)//s + 1`;
// - `(2*n + 2)//4` is `(n + 1)//2`, and `(n//2 + 1)//2` is `(n + 2)//4`;
// - `a//d` and the other part of a whole, rounded up, `(n*d - a + d - 1)//d` of n, are written with one of them: so
//   `(n + 1)//2` is `n - n//2`;
// - `(a + k)//(2*k)` is `a//k - a//(2*k)`, so that the larger half of `n//2` is the same one as the half of its larger
//   half.
// What was taken apart is printed as it was written (`written`). A divisor of 0, which only a run can have, is left out
// of account, as in `2*s//s`.
//
//===------------------------------------------------------------------------------===//

#include "compiler/sema/Dim.h"

#include <algorithm>
#include <numeric>

using namespace mdl;

static int64_t floorQuotient(int64_t a, int64_t b) { return a / b - ((a % b != 0) && ((a < 0) != (b < 0))); }

static Dim constantOf(const Dim &dim) {
  auto found = dim.terms.find({});
  return found == dim.terms.end() ? Dim() : Dim(found->second);
}

static Dim term(const Dim::Monomial &monomial, int64_t coefficient) {
  Dim dim;
  if (coefficient)
    dim.terms[monomial] = coefficient;
  return dim;
}

/// How often a divisor with names goes into a size: whole multiples of its leading product.
static Dim wholeMultiples(Dim a, const Dim &b) {
  auto isLess = [](auto &one, auto &other) {
    return std::pair(one.first.size(), one.first) < std::pair(other.first.size(), other.first);
  };
  auto &[leading, by] = *std::max_element(b.terms.begin(), b.terms.end(), isLess);
  Dim whole;
  // Each multiple taken away leaves smaller products only.
  for (bool isDone = false; !isDone;) {
    isDone = true;
    for (auto &[monomial, coefficient] : a.terms) {
      int64_t times = floorQuotient(coefficient, by);
      auto rest = term(monomial, 1).exactQuotient(term(leading, 1));
      if (!rest || times == 0)
        continue;
      Dim multiple = *rest * Dim(times);
      whole = whole + multiple;
      a = a - multiple * b;
      isDone = false;
      break;
    }
  }
  return whole;
}

Dim DimTable::floorDiv(const Dim &a, const Dim &b) {
  auto hasComputed = [&](const Dim &dim) {
    return std::any_of(dim.terms.begin(), dim.terms.end(), [&](auto &part) {
      return std::any_of(part.first.begin(), part.first.end(), [&](SymbolId id) { return symbols[id].isComputed(); });
    });
  };
  Dim result = quotient(a, b), sum = result - constantOf(result);
  auto divisor = b.constant();
  if (divisor && sum.terms.size() > 1 && hasComputed(sum) && !hasComputed(a))
    written.try_emplace(sum, a - constantOf(result) * b, *divisor);
  return result;
}

/// A quotient of one quotient, and of what is not divided yet, as one: `(n//2 + m)//3` is `(n + 2*m)//6`.
std::optional<Dim> DimTable::quotientOfQuotient(const Dim &a, const Dim &b) {
  std::optional<SymbolId> inner;
  for (auto &[monomial, coefficient] : a.terms)
    for (SymbolId id : monomial)
      if (symbols[id].form == Symbol::Form::Quotient) {
        if (inner || monomial.size() > 1 || (coefficient != 1 && coefficient != -1))
          return std::nullopt;
        inner = id;
      }
  if (!inner || mayBeNegative(b))
    return std::nullopt;
  Dim first = symbols[*inner].first, by = symbols[*inner].second;
  bool isAdded = a.terms.at({*inner}) == 1;
  // Less a quotient is one more, rounded up.
  Dim over = isAdded ? first : by - Dim(1) - first;
  Dim rest = isAdded ? a - Dim::symbol(*inner) : a + Dim::symbol(*inner);
  if (mayBeNegative(by))
    return std::nullopt;
  return quotient(over + by * rest, by * b);
}

Dim DimTable::quotient(const Dim &a, const Dim &b) {
  auto divisor = b.constant();
  if (auto known = a.constant(); known && divisor && *divisor != 0)
    return floorQuotient(*known, *divisor);
  if (divisor && *divisor <= 0)
    return computed(Symbol::Form::Quotient, a, b);
  if (auto exact = a.exactQuotient(b))
    return *exact;
  if (auto whole = quotientOfQuotient(a, b))
    return *whole;
  if (divisor)
    return quotientByNumber(a, *divisor);
  Dim whole = wholeMultiples(a, b);
  Dim rest = a - whole * b;
  return rest.terms.empty() ? whole : whole + computed(Symbol::Form::Quotient, rest, b);
}

Dim DimTable::quotientByNumber(const Dim &a, int64_t divisor) {
  Dim whole, rest;
  int64_t common = divisor;
  for (auto &[monomial, coefficient] : a.terms) {
    int64_t times = floorQuotient(coefficient, divisor), over = coefficient - times * divisor;
    whole = whole + term(monomial, times);
    rest = rest + term(monomial, over);
    common = monomial.empty() ? common : std::gcd(common, over);
  }
  if (auto known = rest.constant())
    return whole + Dim(floorQuotient(*known, divisor));
  if (common > 1) {
    Dim reduced;
    for (auto &[monomial, coefficient] : rest.terms)
      reduced = reduced + term(monomial, floorQuotient(coefficient, common));
    return whole + floorDiv(reduced, Dim(divisor / common));
  }
  // The part of a whole that is less than a half of it stands for both.
  Dim names, other = Dim(divisor - 1) - constantOf(rest);
  int64_t least = 0;
  for (auto &[monomial, coefficient] : rest.terms)
    if (!monomial.empty()) {
      names = names + term(monomial, 1);
      other = other + term(monomial, divisor - coefficient);
      least = least ? least : divisor - 2 * coefficient;
    }
  int64_t offset = constantOf(rest).constant().value_or(0);
  if (least < 0 || (least == 0 && divisor == 2 && offset == 1))
    return whole + names - floorDiv(other, Dim(divisor));
  int64_t half = divisor / 2;
  if (divisor % 2 == 0 && offset >= half)
    return whole + floorDiv(rest - Dim(half), Dim(half)) - floorDiv(rest - Dim(half), Dim(divisor));
  return whole + computed(Symbol::Form::Quotient, rest, Dim(divisor));
}
