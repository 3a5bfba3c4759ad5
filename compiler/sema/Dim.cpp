//===- Dim.cpp - Sizes: polynomials over named symbols ---------------------------===//

#include "compiler/sema/Dim.h"

#include <algorithm>
#include <numeric>

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

static int64_t floorQuotient(int64_t a, int64_t b) { return a / b - ((a % b != 0) && ((a < 0) != (b < 0))); }

Dim DimTable::floorDiv(const Dim &a, const Dim &b) {
  auto x = a.constant(), y = b.constant();
  if (x && y && *y != 0)
    return floorQuotient(*x, *y);
  if (auto exact = a.exactQuotient(b))
    return *exact;
  auto divisor = b.constant();
  if (!divisor || *divisor <= 0)
    return computed(Symbol::Form::Quotient, a, b);
  // (n//2 + 1)//2 is (n + 2)//4.
  auto constant = a.terms.find({});
  Dim offset(constant == a.terms.end() ? 0 : constant->second);
  if (auto inner = (a - offset).asSymbol(); inner && symbols[*inner].form == Symbol::Form::Quotient)
    if (auto by = symbols[*inner].second.constant(); by && *by > 0) {
      Dim first = symbols[*inner].first;
      return floorDiv(first + offset * Dim(*by), Dim(*by * *divisor));
    }
  // One form for one number: (2*n + 3)//2 is n + 1, (n - 1)//2 is (n + 1)//2 - 1, (2*n + 2)//4 is (n + 1)//2.
  Dim even, rest;
  int64_t common = *divisor;
  for (auto &[monomial, coefficient] : a.terms) {
    int64_t quotient = floorQuotient(coefficient, *divisor), over = coefficient - quotient * *divisor;
    bool isTaken = over == 0 || monomial.empty();
    if (isTaken && quotient != 0)
      even.terms[monomial] = quotient;
    if (int64_t left = isTaken ? over : coefficient)
      rest.terms[monomial] = left;
    common = monomial.empty() ? common : std::gcd(common, isTaken ? 0 : coefficient);
  }
  for (auto term = rest.terms.begin(); term != rest.terms.end();) {
    term->second = floorQuotient(term->second, common);
    term = term->second == 0 ? rest.terms.erase(term) : std::next(term);
  }
  if (common == 1 && even.terms.empty())
    return computed(Symbol::Form::Quotient, a, b);
  return even + floorDiv(rest, *divisor / common);
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

bool DimTable::isInside(const Dim &bound, const Dim &size) const {
  if (mayBeNegative(bound))
    return false;
  if (!mayBeNegative(size - bound))
    return true;
  auto symbol = bound.asSymbol();
  if (symbol && symbols[*symbol].form == Symbol::Form::Head)
    return !mayBeNegative(size - symbols[*symbol].second);
  return symbol && symbols[*symbol].form == Symbol::Form::Quotient &&
         !mayBeNegative(size * symbols[*symbol].second - symbols[*symbol].first);
}

Dim DimTable::cut(Symbol::Form form, const Dim &bound, const Dim &size) {
  bool isHead = form == Symbol::Form::Head;
  auto known = bound.constant(), extent = size.constant();
  if (known && extent) {
    int64_t place = std::clamp<int64_t>(*known < 0 ? *known + *extent : *known, 0, *extent);
    return isHead ? place : *extent - place;
  }
  // The last three are as many as the first three.
  if (known && *known < 0 && !isHead)
    return cut(Symbol::Form::Head, Dim(-*known), size);
  // What `x[:-3]` leaves out are the first three, counted.
  if (known && *known < 0)
    return size - cut(Symbol::Form::Head, Dim(-*known), size);
  if (isInside(bound, size))
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

Dim DimTable::replace(const Dim &dim, SymbolId symbol, const Dim &by) {
  if (!mentions(dim, symbol))
    return dim;
  Dim result;
  for (auto &[monomial, coefficient] : dim.terms) {
    Dim product(coefficient);
    for (SymbolId id : monomial) {
      if (id == symbol) {
        product = product * by;
      } else if (symbols[id].isComputed()) {
        Dim first = symbols[id].first, second = symbols[id].second;
        product = product * recompute(symbols[id].form, replace(first, symbol, by), replace(second, symbol, by));
      } else {
        product = product * Dim::symbol(id);
      }
    }
    result = result + product;
  }
  return result;
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

/// What a size of symbols that are not negative is at least: each place of a loop is at an end of its range, those of
/// loops inside first, for these may begin or end at places further out.
Dim DimTable::leastOf(const Dim &dim) const {
  Dim least = dim;
  while (true) {
    std::optional<SymbolId> newest;
    for (auto &[monomial, coefficient] : least.terms)
      for (SymbolId id : monomial)
        if (symbols[id].isPlace)
          newest = std::max(newest, std::optional(id));
    if (!newest)
      return least;
    Dim next;
    for (auto &[monomial, coefficient] : least.terms) {
      Dim::Monomial others = monomial;
      auto place = std::find(others.begin(), others.end(), *newest);
      bool isThere = place != others.end();
      if (isThere)
        others.erase(place);
      Dim rest;
      addTerm(rest, others, coefficient);
      const Symbol &symbol = symbols[*newest];
      next = next + (isThere ? rest * (coefficient > 0 ? symbol.least : symbol.most) : rest);
    }
    least = next;
  }
}

bool DimTable::mayBeNegative(const Dim &dim) const {
  auto hasNegative = [&](const Dim &sum) {
    for (auto &[monomial, coefficient] : sum.terms)
      for (SymbolId id : monomial) {
        const Symbol &symbol = symbols[id];
        if (symbol.mayBeNegative ||
            (symbol.form == Symbol::Form::Quotient && (mayBeNegative(symbol.first) || mayBeNegative(symbol.second))))
          return true;
      }
    return false;
  };
  if (hasNegative(dim))
    return true;
  Dim least = leastOf(dim);
  return hasNegative(least) ||
         std::any_of(least.terms.begin(), least.terms.end(), [](auto &term) { return term.second < 0; });
}

std::optional<SymbolId> DimTable::heldBy(void *value) const {
  for (size_t id = symbols.size(); id-- > 0;)
    if (symbols[id].value == value)
      return id;
  return std::nullopt;
}

std::string DimTable::print(const Dim &dim) const {
  if (dim.terms.empty())
    return "0";
  // (n + 1)//2 - 1 as (n - 1)//2.
  auto constant = dim.terms.find({});
  if (dim.terms.size() == 2 && constant != dim.terms.end() && constant->second < 0)
    if (auto alone = (dim - constant->second).asSymbol(); alone && symbols[*alone].form == Symbol::Form::Quotient)
      if (auto divisor = symbols[*alone].second.constant())
        return "(" + print(symbols[*alone].first + Dim(constant->second * *divisor)) + ")//" + std::to_string(*divisor);
  std::string text;
  // Symbols first, the constant last: `2*n + 1`.
  std::vector<std::pair<Dim::Monomial, int64_t>> ordered(dim.terms.begin(), dim.terms.end());
  std::stable_partition(ordered.begin(), ordered.end(), [](auto &term) { return !term.first.empty(); });
  for (auto &[monomial, coefficient] : ordered) {
    int64_t size = coefficient < 0 ? -coefficient : coefficient;
    if (text.empty())
      text += coefficient < 0 ? "-" : "";
    else
      text += coefficient < 0 ? " - " : " + ";
    bool first = true;
    if (size != 1 || monomial.empty()) {
      text += std::to_string(size);
      first = false;
    }
    for (SymbolId id : monomial) {
      if (!first)
        text += "*";
      first = false;
      const Symbol &symbol = symbols[id];
      if (!symbol.isComputed()) {
        text += symbol.name;
        continue;
      }
      bool isTail = symbol.form == Symbol::Form::Tail;
      std::string first = print(isTail ? Dim(0) - symbol.first : symbol.first), second = print(symbol.second);
      if (symbol.form != Symbol::Form::Quotient) {
        text += (symbol.form == Symbol::Form::Span ? "max(" : "min(") + first + ", " + second + ")";
        continue;
      }
      if (symbol.first.terms.size() > 1)
        first = "(" + first + ")";
      if (symbol.second.terms.size() > 1)
        second = "(" + second + ")";
      bool isFactor = size != 1 || monomial.size() > 1; // 2*n//2 would be n.
      text += isFactor ? "(" + first + "//" + second + ")" : first + "//" + second;
    }
  }
  return text;
}
