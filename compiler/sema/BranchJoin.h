//===- BranchJoin.h - One form for what two branches give ---------------------------===//
//
// Stage: sema, for `if` and `return`.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_BRANCHJOIN_H
#define MDL_SEMA_BRANCHJOIN_H

#include "compiler/sema/Carried.h"
#include "compiler/sema/OpenSizes.h"

namespace mdl {

/// Brings what two branches give to one form: numbers of one type, strings, structures of them.
class BranchJoin {
public:
  BranchJoin(Elaborator &e, SymbolId mark, const Branching &branching, SourceRange ranges[2])
      : e(e), mark(mark), branching(branching), ranges(ranges), sizes(e, branching.range) {}

  /// Makes a value from the results of the scf.if.
  using Build = std::function<Value(mlir::ValueRange)>;
  /// Takes in two corresponding values of what is called `name`, if it has one; null where they have no common form.
  Build match(const Value &first, const Value &second, const std::string &name);
  /// Why not, where the forms themselves would do, and the way round.
  std::string limit, hint;

  llvm::SmallVector<mlir::Type> types();
  /// The values of one branch, at its end.
  llvm::SmallVector<mlir::Value> outputs(unsigned branch);
  /// The results are there, so their sizes are.
  void bindSizes(mlir::ValueRange results);

private:
  struct Part {
    Value of[2];
    bool isString = false;
    bool isTextNumber = false;   ///< Of a text for each index: its number.
    int64_t first[2] = {-1, -1}; ///< Of a function: the place of its number, or of its first one.
    ElementType element = ElementType::F32;
    Shape shape = {};
    unsigned lift = 0;
  };
  /// `isOpen`: their sizes may differ though both are known.
  Build matchNumbers(const Value &first, const Value &second, const std::string &name, bool isOpen = false);
  Build matchEmpty(const Value &first, const Value &second, const std::string &name);
  Build matchStrings(const Value &first, const Value &second);
  Build matchLists(const RunListValue &first, const RunListValue &second, const std::string &name);
  Build matchStructures(const Value &first, const Value &second, const std::string &name);
  Build matchRanges(const Value &first, const Value &second, const std::string &name);
  Build matchUnset(const Value &value, unsigned branch, const std::string &name);
  /// The size that is the first on one side and the second on the other.
  Dim meet(const Dim &first, const Dim &second, const std::string &name, unsigned axis, unsigned rank);
  Build matchFunctions(const Value &first, const Value &second);
  static bool isNumber(const Value &value) { return as<LiteralValue>(value) || as<TensorValue>(value); }

  Elaborator &e;
  const SymbolId mark; ///< Symbols from here on are made in a branch.
  const Branching &branching;
  SourceRange *ranges;
  OpenSizes sizes;
  std::map<std::pair<Dim, Dim>, Dim> met;
  std::vector<Part> parts;
};

} // namespace mdl

#endif // MDL_SEMA_BRANCHJOIN_H
