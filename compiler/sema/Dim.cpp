//===- Dim.cpp - Sizes: polynomials over named symbols ---------------------------===//

#include "compiler/sema/Dim.h"

#include <algorithm>

using namespace mdl;

std::optional<int64_t> Dim::constant() const {
  if (terms.empty())
    return 0;
  if (terms.size() == 1 && terms.begin()->first.empty())
    return terms.begin()->second;
  return std::nullopt;
}

std::optional<SymbolId> Dim::asSymbol() const {
  if (terms.size() == 1 && terms.begin()->first.size() == 1 && terms.begin()->second == 1)
    return terms.begin()->first.front();
  return std::nullopt;
}

bool Dim::isNegated() const {
  return !terms.empty() && std::all_of(terms.begin(), terms.end(), [](auto &term) { return term.second < 0; });
}

static void addTerm(Dim &dim, const Dim::Monomial &monomial, int64_t coefficient) {
  int64_t &slot = dim.terms[monomial];
  slot += coefficient;
  if (slot == 0)
    dim.terms.erase(monomial);
}

Dim mdl::operator+(const Dim &a, const Dim &b) {
  Dim result = a;
  for (auto &[monomial, coefficient] : b.terms)
    addTerm(result, monomial, coefficient);
  return result;
}

Dim mdl::operator-(const Dim &a, const Dim &b) {
  Dim result = a;
  for (auto &[monomial, coefficient] : b.terms)
    addTerm(result, monomial, -coefficient);
  return result;
}

Dim mdl::operator*(const Dim &a, const Dim &b) {
  Dim result;
  for (auto &[left, leftCoefficient] : a.terms)
    for (auto &[right, rightCoefficient] : b.terms) {
      Dim::Monomial product = left;
      product.insert(product.end(), right.begin(), right.end());
      std::sort(product.begin(), product.end());
      addTerm(result, product, leftCoefficient * rightCoefficient);
    }
  return result;
}

std::optional<Dim> Dim::exactQuotient(const Dim &divisor) const {
  if (divisor.terms.size() != 1)
    return *this == divisor && !terms.empty() ? std::optional<Dim>(Dim(1)) : std::nullopt;
  auto &[factor, by] = *divisor.terms.begin();
  Dim result;
  for (auto &[monomial, coefficient] : terms) {
    if (coefficient % by != 0)
      return std::nullopt;
    Monomial rest;
    if (!std::includes(monomial.begin(), monomial.end(), factor.begin(), factor.end()))
      return std::nullopt;
    std::set_difference(monomial.begin(), monomial.end(), factor.begin(), factor.end(), std::back_inserter(rest));
    result.terms[rest] = coefficient / by;
  }
  return result;
}

SymbolId DimTable::fresh(std::string name, SourceRange origin, void *value, bool isUnnamed) {
  Symbol symbol;
  symbol.name = std::move(name);
  symbol.origin = origin;
  symbol.value = value;
  symbol.isUnnamed = isUnnamed;
  symbols.push_back(std::move(symbol));
  return symbols.size() - 1;
}

void DimTable::setName(SymbolId id, std::string name) {
  if (!symbols[id].isUnnamed)
    return;
  symbols[id].isUnnamed = false;
  symbols[id].name = std::move(name);
}

void DimTable::forgetValues(SymbolId mark) {
  for (SymbolId id = mark; id < symbols.size(); ++id)
    symbols[id].value = nullptr;
}

/// The symbol of what follows from two sizes; the same ones give the same symbol.
Dim DimTable::computed(Symbol::Form form, const Dim &first, const Dim &second) {
  for (SymbolId id = 0; id < symbols.size(); ++id)
    if (symbols[id].form == form && symbols[id].first == first && symbols[id].second == second)
      return Dim::symbol(id);
  Symbol symbol;
  symbol.form = form;
  symbol.first = first;
  symbol.second = second;
  symbols.push_back(std::move(symbol));
  return Dim::symbol(symbols.size() - 1);
}

Dim DimTable::cut(Symbol::Form form, const Dim &bound, const Dim &size) {
  bool isHead = form == Symbol::Form::Head;
  auto known = bound.constant(), extent = size.constant();
  if (known && extent) {
    int64_t place = std::clamp<int64_t>(*known < 0 ? *known + *extent : *known, 0, *extent);
    return isHead ? place : *extent - place;
  }
  // The last three are as many as the first three, and what `x[:-3]` leaves out are the first three, counted.
  if (bound.isNegated() && !mayBeMinusZero(bound)) {
    Dim counted = cut(Symbol::Form::Head, Dim(0) - bound, size);
    return isHead ? size - counted : counted;
  }
  // The first three are `min(3, n)` until three are seen to be there, so that a size changes to a number in one place.
  bool isThere = known ? isFoundNotNegative(size - bound, {}) : isInside(bound, size);
  if (isThere)
    return isHead ? bound : size - bound;
  if (!mayBeNegative(bound) && !mayBeNegative(bound - size))
    return isHead ? size : Dim();
  return computed(form, bound, size);
}

Dim DimTable::notNegative(const Dim &dim) {
  if (auto known = dim.constant())
    return Dim(std::max<int64_t>(*known, 0));
  return mayBeNegative(dim) ? computed(Symbol::Form::Span, dim, Dim()) : dim;
}

Dim DimTable::recompute(Symbol::Form form, const Dim &first, const Dim &second) {
  if (form == Symbol::Form::Span)
    return notNegative(first);
  return form == Symbol::Form::Quotient ? floorDiv(first, second) : cut(form, first, second);
}

bool DimTable::mentions(const Dim &dim, SymbolId symbol) const {
  for (auto &[monomial, coefficient] : dim.terms)
    for (SymbolId id : monomial)
      if (id == symbol ||
          (symbols[id].isComputed() && (mentions(symbols[id].first, symbol) || mentions(symbols[id].second, symbol))))
        return true;
  return false;
}

std::optional<std::pair<SymbolId, Dim>> DimTable::solve(const Dim &a, const Dim &b) const {
  Dim difference = a - b;
  std::optional<std::pair<SymbolId, Dim>> found;
  for (auto &[monomial, coefficient] : difference.terms) {
    if (monomial.size() != 1 || (coefficient != 1 && coefficient != -1))
      continue;
    SymbolId symbol = monomial.front();
    Dim rest = difference - Dim::symbol(symbol) * Dim(coefficient);
    if ((found && found->first > symbol) || mentions(rest, symbol))
      continue;
    found = {symbol, rest * Dim(-coefficient)};
  }
  return found;
}

std::optional<std::pair<SymbolId, Dim>> DimTable::division(const Dim &difference) const {
  for (auto &[monomial, coefficient] : difference.terms)
    for (SymbolId id : monomial) {
      if (symbols[id].form != Symbol::Form::Quotient)
        continue;
      Dim remainder = symbols[id].first - symbols[id].second * Dim::symbol(id);
      for (int64_t sign : {1, -1})
        if (auto rest = (difference * Dim(sign) - remainder).constant())
          return std::pair(id, symbols[id].first + Dim(*rest));
    }
  return std::nullopt;
}

void DimTable::setEven(SymbolId id, const Dim &whole, const Dim &divisor) {
  symbols[id].whole = whole;
  symbols[id].divisor = divisor;
}

Dim DimTable::withWholes(const Dim &dim) const {
  Dim result;
  bool isChanged = false;
  for (auto &[monomial, coefficient] : dim.terms) {
    Dim term;
    term.terms[monomial] = coefficient;
    for (SymbolId id : monomial)
      if (symbols[id].divisor != Dim())
        if (auto times = term.exactQuotient(symbols[id].divisor * Dim::symbol(id))) {
          term = *times * symbols[id].whole;
          isChanged = true;
          break;
        }
    result = result + term;
  }
  return isChanged ? withWholes(result) : result;
}

/// The size with each symbol replaced by what `by` gives for it.
template <class F> static Dim mapSymbols(const Dim &dim, F &&by) {
  Dim result;
  for (auto &[monomial, coefficient] : dim.terms) {
    Dim product(coefficient);
    for (SymbolId id : monomial)
      product = product * by(id);
    result = result + product;
  }
  return result;
}

Dim DimTable::replace(const Dim &dim, SymbolId symbol, const Dim &by) {
  if (!mentions(dim, symbol))
    return dim;
  return mapSymbols(dim, [&](SymbolId id) {
    if (id == symbol)
      return by;
    if (!symbols[id].isComputed())
      return Dim::symbol(id);
    Dim first = symbols[id].first, second = symbols[id].second;
    return recompute(symbols[id].form, replace(first, symbol, by), replace(second, symbol, by));
  });
}

Dim DimTable::settled(const Dim &dim) {
  return mapSymbols(dim, [&](SymbolId id) {
    if (!symbols[id].isComputed())
      return Dim::symbol(id);
    Dim first = settled(Dim(symbols[id].first)), second = settled(Dim(symbols[id].second));
    bool isThere = symbols[id].form == Symbol::Form::Head && isInside(first, second);
    return isThere ? first : recompute(symbols[id].form, first, second);
  });
}

bool DimTable::isWritable(const Dim &dim) const {
  for (auto &[monomial, coefficient] : dim.terms)
    for (SymbolId id : monomial) {
      const Symbol &symbol = symbols[id];
      if (symbol.isComputed() && symbol.form != Symbol::Form::Quotient)
        return false;
      if (symbol.isComputed() ? !isWritable(symbol.first) || !isWritable(symbol.second)
                              : symbol.name == "_" || symbol.name.find('(') != std::string::npos)
        return false;
    }
  return true;
}

bool DimTable::hasNumber(const Dim &dim) const {
  for (auto &[monomial, coefficient] : dim.terms)
    for (SymbolId id : monomial)
      if (symbols[id].mayBeNegative || hasNumber(symbols[id].first) || hasNumber(symbols[id].second))
        return true;
  return false;
}

bool DimTable::hasNumberOutside(const Dim &place, const Dim &size) const {
  for (auto &[monomial, coefficient] : place.terms)
    for (SymbolId id : monomial) {
      const Symbol &symbol = symbols[id];
      if (symbol.mayBeNegative || (symbol.isNumber && !mentions(size, id)) || hasNumberOutside(symbol.first, size) ||
          hasNumberOutside(symbol.second, size))
        return true;
    }
  return false;
}

void DimTable::setPlace(SymbolId id, const Dim &least, const Dim &most) {
  symbols[id].isPlace = true;
  symbols[id].least = least;
  symbols[id].most = most;
  symbols[id].mayBeNegative = mayBeNegative(least);
}

bool DimTable::hasPlace(const Dim &dim) const {
  for (auto &[monomial, coefficient] : dim.terms)
    for (SymbolId id : monomial)
      if (symbols[id].isPlace || hasPlace(symbols[id].first) || hasPlace(symbols[id].second))
        return true;
  return false;
}

std::optional<SymbolId> DimTable::heldBy(void *value) const {
  for (size_t id = symbols.size(); id-- > 0;)
    if (symbols[id].value == value)
      return id;
  return std::nullopt;
}
