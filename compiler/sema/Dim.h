//===- Dim.h - Sizes: polynomials over named symbols -----------------------------===//
//
// Stage: sema. A size is `100`, `n`, `2*n + 1`, or `(h - k)//s + 1`: a polynomial with
// whole coefficients over symbols; a division that does not come out even is a symbol
// of its own, equal to every other division of the same two sizes. Two sizes are equal
// exactly if their polynomials are. Quotients are in DimQuotients.cpp, what is known of
// signs in DimBounds.cpp, text in DimText.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_DIM_H
#define MDL_SEMA_DIM_H

#include "compiler/support/Source.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlir {
class Value;
}

namespace mdl {

class Dim;

/// Index of a symbol in the DimTable.
using SymbolId = uint32_t;

/// A polynomial over symbols. Immutable in use; cheap for constants and single symbols.
class Dim {
public:
  Dim() = default;
  Dim(int64_t constant) {
    if (constant)
      terms[{}] = constant;
  }
  static Dim symbol(SymbolId id) {
    Dim dim;
    dim.terms[{id}] = 1;
    return dim;
  }

  std::optional<int64_t> constant() const;
  bool isConstant(int64_t value) const { return constant() == value; }
  /// The symbol that this is, when it is just one.
  std::optional<SymbolId> asSymbol() const;

  friend Dim operator+(const Dim &a, const Dim &b);
  friend Dim operator-(const Dim &a, const Dim &b);
  friend Dim operator*(const Dim &a, const Dim &b);
  friend bool operator==(const Dim &a, const Dim &b) { return a.terms == b.terms; }
  friend bool operator!=(const Dim &a, const Dim &b) { return !(a == b); }
  friend bool operator<(const Dim &a, const Dim &b) { return a.terms < b.terms; }

  /// Whether it is written with a minus, as `-k` or `-k - 1`: as the bound of a slice it counts from the end.
  bool isNegated() const;

  /// The quotient when every coefficient divides evenly (by a constant, or by a polynomial of one term).
  std::optional<Dim> exactQuotient(const Dim &divisor) const;

  /// A product of symbols (sorted, with repeats) and its coefficient.
  using Monomial = std::vector<SymbolId>;
  std::map<Monomial, int64_t> terms;
};

Dim operator+(const Dim &a, const Dim &b);
Dim operator-(const Dim &a, const Dim &b);
Dim operator*(const Dim &a, const Dim &b);

/// The symbols of a compilation.
class DimTable {
public:
  struct Symbol {
    std::string name;
    SourceRange origin;
    void *value = nullptr; ///< The opaque pointer of the `index` value that holds it, or null.
    /// How it follows from two other sizes, if it does.
    enum class Form { Own, Quotient, Head, Tail, Span } form = Form::Own;
    bool isNumber = false;      ///< A number of the program, not the size of something.
    bool mayBeNegative = false; ///< A number that no check has told to be a size.
    bool isUnnamed = false;     ///< `name` only describes it; what it is bound to names it.
    Dim first, second;          ///< What it follows from.
    bool isPlace = false;       ///< A loop counts with it,
    Dim least, most;            ///< from the one to the other.
    Dim whole, divisor;         ///< By an equality it is `whole // divisor`, which comes out even; 0 without one.

    bool isComputed() const { return form != Form::Own; }
  };

  SymbolId count() const { return symbols.size(); }
  SymbolId fresh(std::string name, SourceRange origin, void *value, bool isUnnamed = false);
  /// Gives a symbol its value, and one that has no name of its own that name.
  void setValue(SymbolId id, void *value) { symbols[id].value = value; }
  void setName(SymbolId id, std::string name);
  /// Code that symbols from `mark` on were made for is thrown away, and their values with it.
  void forgetValues(SymbolId mark);
  /// `a // b` for sizes, in one form for one number; see Note [Quotients of sizes].
  Dim floorDiv(const Dim &a, const Dim &b);
  /// How many elements `x[:end]` and `x[begin:]` have of an axis of `size`, as NumPy counts: a negative bound counts
  /// from the end, one outside is cut off.
  Dim head(const Dim &end, const Dim &size) { return cut(Symbol::Form::Head, end, size); }
  Dim tail(const Dim &begin, const Dim &size) { return cut(Symbol::Form::Tail, begin, size); }
  /// How many numbers there are from `begin` up to `end`: none where `end` lies before it.
  Dim span(const Dim &begin, const Dim &end) { return notNegative(end - begin); }
  /// Whether a number of the program that may be negative takes part.
  bool hasNumber(const Dim &dim) const;
  /// Whether a place on an axis of `size` has a number of the program that the size does not have, or that may be
  /// negative: `k` on an axis of n, not on one of k + 1.
  bool hasNumberOutside(const Dim &place, const Dim &size) const;
  /// The latest symbol whose size is this `index` value.
  std::optional<SymbolId> heldBy(void *value) const;
  const Symbol &operator[](SymbolId id) const { return symbols[id]; }
  /// What makes two sizes equal: a symbol of them and the size that it can be replaced by; none where no symbol stands
  /// alone. The newer symbol goes, so that sizes keep their first name.
  std::optional<std::pair<SymbolId, Dim>> solve(const Dim &a, const Dim &b) const;
  /// The quotient in an equality that says what a division leaves, with what comes out even: `n // 2` of
  /// `n - 2*(n//2) - 1 == 0`, and n - 1.
  std::optional<std::pair<SymbolId, Dim>> division(const Dim &difference) const;
  /// Makes a symbol of its own what a division gives that comes out even.
  void setEven(SymbolId id, const Dim &whole, const Dim &divisor);
  /// The size with n for `2*(n//2)`, where that is one number by an equality.
  Dim withWholes(const Dim &dim) const;
  /// The size with a symbol replaced, inside quotients too.
  Dim replace(const Dim &dim, SymbolId symbol, const Dim &by);
  /// Whether the size can be written in a program: no symbol was made up by the compiler.
  bool isWritable(const Dim &dim) const;
  /// Makes a symbol a number of the program, which may be negative until a check of it.
  void setNumber(SymbolId id) { symbols[id].isNumber = symbols[id].mayBeNegative = true; }
  void setMayBeNegative(SymbolId id, bool may) { symbols[id].mayBeNegative = may; }
  /// Makes a symbol the place of a loop, in each of its passes.
  void setPlace(SymbolId id, const Dim &least, const Dim &most);
  bool hasPlace(const Dim &dim) const;
  /// Whether a size may be negative, as far as is known; see Note [Bounds of sizes].
  bool mayBeNegative(const Dim &dim) const;
  /// Whether a bound with a minus, `-k`, may be 0: then it counts from the front, as in NumPy, and `x[:-k]` is empty.
  bool mayBeMinusZero(const Dim &bound) const {
    return bound.isNegated() && !bound.constant() && mayBeNegative(Dim(-1) - bound);
  }
  /// The sizes that the program has checked not to be negative, where it is now.
  std::function<std::vector<Dim>()> checkedSizes;
  /// The size as it is where the program is now: a bound that has been checked since is not cut off any more.
  Dim settled(const Dim &dim);
  /// Whether a place is none outside of an axis, whatever the sizes are: `n` of n + m, `n//2` of n, the `i` of a loop
  /// over `0..n` of n.
  bool isInside(const Dim &bound, const Dim &size) const;
  SymbolId size() const { return symbols.size(); }
  /// `2*n + 1`, as the user would write it.
  std::string print(const Dim &dim) const;

private:
  bool isFoundNotNegative(const Dim &dim, const std::vector<Dim> &checked) const;
  Dim notNegative(const Dim &dim);
  Dim computed(Symbol::Form form, const Dim &first, const Dim &second);
  Dim quotient(const Dim &a, const Dim &b);
  Dim quotientByNumber(const Dim &a, int64_t divisor);
  std::optional<Dim> quotientOfQuotient(const Dim &a, const Dim &b);
  std::string printSymbol(SymbolId id, bool isFactor) const;
  Dim cut(Symbol::Form form, const Dim &bound, const Dim &size);
  Dim recompute(Symbol::Form form, const Dim &first, const Dim &second);
  bool mentions(const Dim &dim, SymbolId symbol) const;

  std::vector<Symbol> symbols;
  /// Sums that a quotient by a number became, without their constants, and how it was written: `n - n//2` is
  /// `(n + 1)//2`.
  std::map<Dim, std::pair<Dim, int64_t>> written;
};

} // namespace mdl

#endif // MDL_SEMA_DIM_H
