//===- Carried.h - Variables that go through loops and branches --------------------===//
//
// Stage: sema. A `var` is a name for one SSA value after another; what a loop or a branch
// assigns goes through its scf operation, leaf by leaf.
//
// Note [Strings in loops]
// A string is put together where it is printed, from pieces that are known now and numbers of the run. One that a
// pass of a loop changes is put together at the end of each pass instead, and goes through the loop as a C string; the
// runtime keeps each of them to the end of the program. A string that no pass changes stays known now.
//
// Note [Functions in loops]
// A variable whose function a pass changes is a choice (Choices.cpp) from the start: of the functions that it has
// before and after a pass, in that order. Its number goes through the loop, and a pass gives the number of what it
// leaves in that same order. Passes are tried until they add no function.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_CARRIED_H
#define MDL_SEMA_CARRIED_H

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mdl {

/// The roots of the assignments in a piece of code; lambdas and functions cannot assign what is around them.
std::set<std::string> assignedNames(const ast::Block *block);
std::set<std::string> assignedNames(const ast::Expr *expr);

/// A variable that a piece of code assigns, or the state of a model that it calls (Note [State of a model]).
struct AssignedVariable {
  Binding *binding; ///< Null for a state.
  std::string name;
  Value before;
  Elaborator::Tensor state = nullptr; ///< What the model has.
  Value number = nullptr;             ///< That it has begun with, if it was not assigned since.

  bool isUnset() const { return as<UnsetValue>(before); }
  Value now(const Elaborator &e) const;
  void set(Elaborator &e, const Value &value) const;
  SourceRange defined() const { return binding ? binding->range : SourceRange(); }
};
std::vector<AssignedVariable> assignedVariables(Elaborator &e, const std::set<std::string> &names);

/// An empty tensor of the form of `like`, which has an axis, for what begins as `[]`; null where its other sizes are
/// not known before `mark`.
Value emptyRows(Elaborator &e, const TensorValue &like, SymbolId mark);

/// A value of the form of `like` with zeros for its numbers, for a place where the program never reads it. Empty in the
/// axes whose sizes are not known before `mark`.
Value placeholder(Elaborator &e, const Value &like, SymbolId mark);

/// The place of a function among others (Choices.cpp).
std::optional<size_t> placeOfFunction(const std::vector<Value> &functions, const Value &function);
/// The number that stands for a function or a choice among others, which have all of its functions.
Value numberAmong(Elaborator &e, const std::vector<Value> &functions, const Value &value, SourceRange range);

/// The variables that a loop carries. Their types may not change from pass to pass, but for sizes that the run knows:
/// see Note [Sizes where paths meet].
class Carried {
public:
  Carried(Elaborator &e, const std::set<std::string> &names, SourceRange range, bool mayGrow = true);

  /// Tries a pass and throws it away, where that is needed to know the types: for what a `return` will give, and for
  /// what will depend on an index of the comprehension around.
  void settleTypes(llvm::function_ref<void()> pass, SourceRange range);

  llvm::SmallVector<mlir::Value> initial();
  llvm::SmallVector<mlir::Type> types();
  size_t size() const { return before.size() + texts.size() + choices.size(); }
  /// Binds the variables to other SSA values of the same types.
  void bind(mlir::ValueRange values);
  /// Ends a pass at the builder's place: yields the values now, or `arguments` where a type changed (reported) or a
  /// size did that was not open.
  void yield(mlir::ValueRange arguments, SourceRange range);
  /// In a `while`, whose condition may call models: what it leaves of their states, in place of what it began with.
  void passStates(llvm::MutableArrayRef<mlir::Value> values) const;
  /// Makes the loop, again where a size changed that was not open or the state of a model that was not carried, and
  /// binds the variables to the first of its results.
  void build(llvm::function_ref<mlir::Operation *()> make);

private:
  void count();
  void count(const AssignedVariable &variable);
  /// Carries the states that the pass has changed, too; whether there were any.
  bool takeInStates();
  bool tryPass(llvm::function_ref<void()> pass, SourceRange range);
  /// The variable with a string of the run for each text that a pass changes.
  Value withRunTexts(const Value &start, const Value &after, SourceRange range);
  /// The variable with a choice for each function that a pass changes: see Note [Functions in loops].
  Value withChoices(const Value &start, const Value &after);
  /// What a variable starts with so that a pass can leave `after` in it.
  Value startFor(const Value &before, const Value &after, SymbolId mark, SourceRange range);
  std::optional<llvm::SmallVector<mlir::Value>> current(SourceRange range);
  /// Calls `visit` for each axis of each leaf; the numbers count leaves, their axes, and the axes of all leaves.
  void forEachAxis(llvm::function_ref<void(size_t leaf, size_t axis, size_t place)> visit) const;
  bool isOpen(size_t leaf) const;
  mlir::RankedTensorType typeOf(size_t leaf) const;
  /// Whether a pass may leave it in the place of the leaf.
  bool mayFollow(size_t leaf, const TensorValue &after) const;
  /// Opens the axes that have another size at the end of a pass and parts those that share one no longer, or gives up
  /// growth; whether there were any.
  bool openSizes(const std::vector<Elaborator::Tensor> &after);
  /// The variable as a pass finds it that is tried: with a size of the run where it begins empty.
  Value withOpenRows(const AssignedVariable &variable);
  /// Opens known sizes: those that `isTaken` says, of a variable, its leaf, the axis and the size there; whether there
  /// were any. Equal ones stay equal.
  using IsTaken = llvm::function_ref<bool(const AssignedVariable &, size_t, unsigned, const Dim &)>;
  bool openKnown(IsTaken isTaken);
  /// After errors: takes the types that they say for numbers that variables begin with; whether there were any.
  bool reconsiderTypes();
  /// Begins to make the loop: variables whose number needs another type start with one.
  void startTyped();
  /// After errors: opens what they say would change, or gives up growth if no more is open than `tried`.
  void reconsiderGrowth(const std::set<size_t> &tried);
  /// Of the sizes that are known before the loop, none may change after all: see Note [What grows].
  void giveUpGrowth();

  Elaborator &e;
  const SourceRange range;
  std::vector<AssignedVariable> variables;
  std::vector<Elaborator::Tensor> before; ///< The leaves that the loop starts with.
  /// By leaf, what is written where its type is open; `before` has it in the type that holds it exactly.
  std::map<size_t, WrittenNumbers> written;
  std::vector<std::string> names; ///< Theirs.
  std::vector<size_t> counts;
  std::vector<Shape> shapes; ///< Of the leaves where they were bound last.
  /// By place, the axes whose sizes may change; those of one number have one size.
  std::vector<std::optional<size_t>> open;
  bool mayGrow;
  std::set<size_t> startsOpen;           ///< The variables that have the number that they begin with.
  std::map<size_t, ElementType> retyped; ///< By variable: see Note [Variables that begin with a number].
  std::set<size_t> growing;              ///< The places of axes that are open though their sizes were known.
  bool again = false;                    ///< The pass that was made last needs to carry more.
  mlir::Block *outside = nullptr;        ///< Where the loop stands.
  StatesThen states;                     ///< Before it.
  std::set<const Binding *> failed;      ///< Whose values after the pass are errors, reported.
  std::vector<mlir::Value> texts;        ///< C strings, behind the tensors: see Note [Strings in loops].
  std::vector<Value> choices;            ///< Whose numbers stand behind these: see Note [Functions in loops].
};

} // namespace mdl

#endif // MDL_SEMA_CARRIED_H
