//===- DimIdentities.cpp - Sizes that are one number in different forms ---------------------===//
//
// Stage: sema. A name in quotients by numbers is a multiple of these and a rest: for each rest the quotients come out
// even, and what is left are polynomials, which are equal if their forms are.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/DimIdentities.h"

#include <numeric>

using namespace mdl;

/// A name in the size, in quotients too.
static std::optional<SymbolId> nameIn(const DimTable &dims, const Dim &dim) {
  for (auto &[monomial, coefficient] : dim.terms)
    for (SymbolId id : monomial) {
      auto found = dims[id].isComputed() ? nameIn(dims, dims[id].first) : std::optional(id);
      if (found)
        return found;
    }
  return std::nullopt;
}

/// Whether a size is 0 for each rest of its names; `rests`: of how many the names that were replaced have one.
static bool vanishes(DimTable &dims, const Dim &size, int64_t rests) {
  constexpr int64_t most = 256;
  if (size.terms.empty())
    return true;
  int64_t period = 1;
  std::optional<SymbolId> name;
  for (auto &[monomial, coefficient] : size.terms)
    for (SymbolId id : monomial) {
      const DimTable::Symbol &symbol = dims[id];
      auto divisor = symbol.form == DimTable::Symbol::Form::Quotient ? symbol.second.constant() : std::nullopt;
      if (!divisor || *divisor < 2 || *divisor > most)
        continue;
      period = std::lcm(period, *divisor);
      name = name ? name : nameIn(dims, symbol.first);
    }
  if (!name || period > most || rests * period > most)
    return false;
  Dim whole = Dim::symbol(dims.fresh(dims[*name].name, {}, nullptr)) * Dim(period);
  for (int64_t rest = 0; rest < period; ++rest)
    if (!vanishes(dims, dims.replace(size, *name, whole + Dim(rest)), rests * period))
      return false;
  return true;
}

bool mdl::areOneNumber(DimTable &dims, const Dim &a, const Dim &b) { return vanishes(dims, a - b, 1); }
