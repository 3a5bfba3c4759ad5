//===- DimText.cpp - Sizes as text -------------------------------------------------===//
//
// Stage: sema. `2*n + 1`, as the user would write it; what is read back is the same size.
//
//===------------------------------------------------------------------------------===//

#include "compiler/sema/Dim.h"

#include <algorithm>

using namespace mdl;

static std::string inParentheses(const std::string &text, bool needed) { return needed ? "(" + text + ")" : text; }

/// A quotient, whose parts may be sums and products.
static std::string quotientText(const DimTable &dims, const Dim &first, const Dim &second) {
  auto isProduct = [](const Dim &dim) { return !dim.constant() && !dim.asSymbol(); };
  return inParentheses(dims.print(first), first.terms.size() > 1) + "//" +
         inParentheses(dims.print(second), second.terms.size() > 1 || isProduct(second));
}

std::string DimTable::printSymbol(SymbolId id, bool isFactor) const {
  const Symbol &symbol = symbols[id];
  const Dim &first = symbol.first, &second = symbol.second;
  switch (symbol.form) {
  case Symbol::Form::Own:
    return symbol.divisor == Dim() ? symbol.name
                                   : inParentheses(quotientText(*this, symbol.whole, symbol.divisor), isFactor);
  case Symbol::Form::Quotient:
    return inParentheses(quotientText(*this, first, second), isFactor); // 2*n//2 would be n.
  case Symbol::Form::Span:
    return "max(" + print(first) + ", 0)";
  case Symbol::Form::Tail:
    return "len(arange(" + print(second) + ")[" + print(first) + ":])";
  case Symbol::Form::Head:
    break;
  }
  // What counts from the end, if it is not 0, is told as it is.
  if (first.isNegated())
    return "len(arange(" + print(second) + ")[:" + print(first) + "])";
  return "min(" + print(first) + ", " + print(second) + ")";
}

std::string DimTable::print(const Dim &size) const {
  const Dim dim = withWholes(size);
  if (dim.terms.empty())
    return "0";
  auto constant = dim.terms.find({});
  int64_t offset = constant == dim.terms.end() ? 0 : constant->second;
  Dim sum = dim - Dim(offset);
  if (auto whole = written.find(sum); whole != written.end() && offset <= 0)
    return quotientText(*this, whole->second.first + Dim(offset * whole->second.second), Dim(whole->second.second));
  if (auto alone = sum.asSymbol(); alone && offset < 0 && symbols[*alone].form == Symbol::Form::Quotient)
    if (auto divisor = symbols[*alone].second.constant())
      return quotientText(*this, symbols[*alone].first + Dim(offset * *divisor), Dim(*divisor));
  if (auto whole = written.find(sum); whole != written.end())
    return print(sum) + " + " + std::to_string(offset);
  // Symbols first, the constant last: `2*n + 1`; but `5 - k`.
  std::vector<std::pair<Dim::Monomial, int64_t>> ordered(dim.terms.begin(), dim.terms.end());
  std::stable_partition(ordered.begin(), ordered.end(), [](auto &term) { return !term.first.empty(); });
  if (ordered.front().second < 0)
    std::stable_partition(ordered.begin(), ordered.end(), [](auto &term) { return term.second > 0; });
  std::string text;
  for (auto &[monomial, coefficient] : ordered) {
    int64_t size = coefficient < 0 ? -coefficient : coefficient;
    if (text.empty())
      text += coefficient < 0 ? "-" : "";
    else
      text += coefficient < 0 ? " - " : " + ";
    bool isFirst = size == 1 && !monomial.empty();
    if (!isFirst)
      text += std::to_string(size);
    for (SymbolId id : monomial) {
      text += isFirst ? "" : "*";
      isFirst = false;
      text += printSymbol(id, size != 1 || monomial.size() > 1 || text == "-");
    }
  }
  return text;
}
