//===- ChosenPlace.h - A place among elements that the run knows ------------------------===//
//
// Stage: sema. What stands there: see ChosenElements.cpp; of numbers: ChosenPlace.cpp.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_CHOSENPLACE_H
#define MDL_SEMA_CHOSENPLACE_H

#include "compiler/sema/Builtins.h"

namespace mdl {

/// A place among elements, to be checked before what stands there is asked for.
class ChosenPlace {
public:
  ChosenPlace(Elaborator &e, const Value &list, size_t count, const builtin::Tensor &index, SourceRange range)
      : e(e), list(list), count(static_cast<int64_t>(count)), index(index), range(range) {}

  /// Emits the check; false where the place is surely outside (reported).
  bool check();
  /// What stands there of these, one an element; null if reported.
  Value among(const std::vector<Value> &parts);
  /// The place counted from the front.
  Value number();
  Value isAt(int64_t place);
  /// A piece of code for each place, of which the run takes one.
  Value branches(llvm::function_ref<Value(int64_t)> take, int64_t from, int64_t to);

private:
  Value row(const std::vector<Value> &numbers);
  Value texts(const std::vector<Value> &parts);
  Value functions(const std::vector<Value> &parts);
  Value structures(const std::vector<Value> &parts);
  Value ranges(const std::vector<Value> &parts);
  Value tensors(const std::vector<Value> &parts);
  Value ofDifferentSizes(const std::vector<Value> &parts);
  Value mismatch(const Value &first, const Value &other);
  /// The options of all parts, and the number among them of the one that the part at the place has.
  struct Merged {
    std::vector<Value> options;
    Value number;
  };
  Merged merged(const std::vector<Value> &parts, llvm::function_ref<const ChoiceValue *(const Value &)> choiceOf);

  Elaborator &e;
  const Value &list;
  int64_t count;
  builtin::Tensor index;
  SourceRange range;
  std::optional<Dim> fromFront; ///< Where it is one place for all indices of the comprehensions around.
};

} // namespace mdl

#endif // MDL_SEMA_CHOSENPLACE_H
