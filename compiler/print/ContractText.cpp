//===- ContractText.cpp - Products of tensors -----------------------------------------------===//
//
// Stage: print. `mdl.einsum` is `@`, with transposes as needed, or a product of elements, or
// else a comprehension.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/FunctionPrinter.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

namespace {

struct Contraction {
  FunctionPrinter &printer;
  EinsumOp op;
  Text a, b;
  std::string lhs, rhs, result;

  static bool has(StringRef letters, char letter) { return letters.contains(letter); }
  static Text transposed(const Text &text) { return {text.in(Level::Postfix) + ".transpose()", Level::Postfix}; }
  Text product(const Text &x, const Text &y) {
    return wholeText(x.in(Level::Product) + " @ " + y.in(Level::Negative), Level::Product, op.getResult());
  }

  /// One matrix product or the product of a matrix and a vector, after batch letters that all share.
  std::optional<Text> matrixText() {
    size_t batch = 0;
    while (batch < result.size() && batch < lhs.size() && batch < rhs.size() && lhs[batch] == rhs[batch] &&
           lhs[batch] == result[batch])
      ++batch;
    StringRef x = StringRef(lhs).drop_front(batch), y = StringRef(rhs).drop_front(batch);
    StringRef z = StringRef(result).drop_front(batch);
    // Leading axes of the first operand alone: `x[…, k] @ w[k, n]`.
    if (batch == 0 && y.size() == 2 && x.size() > 2 && z.size() == x.size() && x.drop_back() == z.drop_back() &&
        x.back() != z.back()) {
      if (y[0] == x.back() && y[1] == z.back())
        return product(a, b);
      if (y[1] == x.back() && y[0] == z.back())
        return product(a, transposed(b));
    }
    if (batch && (x.size() != 2 || y.size() != 2))
      return std::nullopt;
    std::string shared;
    for (char letter : x)
      if (has(y, letter))
        shared += letter;
    if (shared.size() != 1 || has(z, shared[0]) || x.size() > 2 || y.size() > 2 || x.empty() || y.empty() ||
        x.size() + y.size() - 2 != z.size())
      return std::nullopt;
    Text first = x.size() == 2 && x[0] == shared[0] ? transposed(a) : a;
    Text second = y.size() == 2 && y[1] == shared[0] ? transposed(b) : b;
    char m = x.size() == 2 ? (x[0] == shared[0] ? x[1] : x[0]) : 0;
    if (z.size() == 2 && z[0] != m) {
      // (x @ y) transposed is y transposed @ x transposed.
      first = x[0] == shared[0] ? a : transposed(a);
      second = y[1] == shared[0] ? b : transposed(b);
      return product(second, first);
    }
    return product(first, second);
  }

  /// Nothing is summed: elements are multiplied.
  std::optional<Text> elementText() {
    for (StringRef own : {StringRef(lhs), StringRef(rhs)}) {
      size_t from = 0;
      for (char letter : own) {
        size_t at = StringRef(result).find(letter, from);
        if (at == StringRef::npos)
          return std::nullopt;
        from = at + 1;
      }
    }
    auto place = [&](const Text &text, StringRef own) {
      SmallVector<int64_t> dimensions;
      for (char letter : own)
        dimensions.push_back(result.find(letter));
      return placeAxes(text, result.size(), dimensions);
    };
    Text x = place(a, lhs), y = place(b, rhs);
    return Text{x.in(Level::Product) + " * " + y.in(Level::Negative), Level::Product, meet({x, y}, result.size())};
  }

  /// `[sum(a[i, l] * b[l, j] for l in 0..k) for i in 0..m, j in 0..n]`.
  Text comprehensionText() {
    llvm::StringMap<std::string> names;
    std::string summed, kept;
    auto size = [&](char letter) {
      size_t at = StringRef(lhs).find(letter);
      return at != StringRef::npos ? printer.sizeText(op.getLhs(), at)
                                   : printer.sizeText(op.getRhs(), StringRef(rhs).find(letter));
    };
    auto variable = [&](char letter) {
      std::string &name = names[StringRef(&letter, 1)];
      if (name.empty())
        name = printer.freshIndex();
      return name;
    };
    auto read = [&](const Text &text, StringRef own) {
      SmallVector<std::string> subscripts;
      for (char letter : own)
        subscripts.push_back(variable(letter));
      return own.empty() ? text.in(Level::Product) : text.in(Level::Postfix) + "[" + llvm::join(subscripts, ", ") + "]";
    };
    for (char letter : result)
      variable(letter);
    std::string body = read(a, lhs) + " * " + read(b, rhs);
    auto ranges = [&](StringRef letters) {
      SmallVector<std::string> parts;
      for (char letter : letters)
        parts.push_back(variable(letter) + " in 0.." + size(letter));
      return llvm::join(parts, ", ");
    };
    for (char letter : lhs + rhs)
      if (!has(result, letter) && !has(summed, letter))
        summed += letter;
    if (!summed.empty())
      body = "sum(" + body + " for " + ranges(summed) + ")";
    if (!result.empty())
      body = "[" + body + " for " + ranges(result) + "]";
    for (auto &name : names)
      printer.release(name.second);
    return wholeText(body, Level::Atom, op.getResult());
  }
};

} // namespace

std::optional<Text> mdl::print::contractText(FunctionPrinter &printer, Operation *op) {
  auto einsum = dyn_cast<EinsumOp>(op);
  if (!einsum)
    return std::nullopt;
  auto letters = *EinsumLetters::parse(einsum.getEquation());
  Contraction contraction{printer,
                          einsum,
                          printer.whole(einsum.getLhs()),
                          printer.whole(einsum.getRhs()),
                          letters.lhs.str(),
                          letters.rhs.str(),
                          letters.result.str()};
  if (auto text = contraction.elementText())
    return text;
  if (auto text = contraction.matrixText())
    return text;
  return contraction.comprehensionText();
}
