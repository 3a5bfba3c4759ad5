//===- LineScope.h - One line of the REPL, elaborated -------------------------===//
//
// Stage: sema, for the REPL. Input: the AST of what was typed and the names of the lines
// before it (a SessionScope); output: a module whose @mdl_main reads the values of earlier
// lines from slots and writes its own to slots, and the names as they are after the line.
//
// Note [Slots]: between lines a tensor is a FrozenTensor: its element type, its sizes, all
// known by now, and a slot of the runtime's (mdl/session.h). A line sees it as the result of
// `mdl_session_load`. Sizes and other whole numbers that the front end knows stay numbers.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_LINESCOPE_H
#define MDL_SEMA_LINESCOPE_H

#include "compiler/sema/Elaborator.h"
#include "mdl/session.h"
#include "mlir/IR/BuiltinAttributes.h"

#include <set>

namespace mdl {

/// Owned by the values that refer to it; what it holds is the runtime's.
struct Slot {
  mdl_slot value = {};
  /// How the runtime frees it, set when something is stored.
  void (*clear)(mdl_slot *) = nullptr;
  /// Of the tensor that it holds, told by the one who ran the line; and the number, if it is one of type i64.
  std::vector<int64_t> sizes;
  int64_t number = 0;
  /// The slots that the tensor changes smoothly with.
  std::set<std::weak_ptr<Slot>, std::owner_less<>> origins;
  Slot() = default;
  Slot(const Slot &) = delete;
  Slot &operator=(const Slot &) = delete;
  ~Slot() {
    if (clear)
      clear(&value);
  }
};
using SlotPtr = std::shared_ptr<Slot>;

struct FrozenTensor : TensorValue {
  explicit FrozenTensor(const TensorValue &value) : TensorValue(value) {}
  SlotPtr slot;
  bool isSize = false; ///< A whole number that the front end reckons with.
  /// Whole numbers as written, which may be sizes: instead of a slot.
  mlir::DenseElementsAttr numbers;
};
struct FrozenData : DataValue {
  explicit FrozenData(const DataValue &value) : DataValue(value) {}
  SlotPtr slot, rowsSlot;
};

/// The names that live on between lines.
class SessionScope {
public:
  SessionScope(Compilation &compilation, mlir::MLIRContext &context);

  Compilation &compilation;
  mlir::MLIRContext &context;
  /// Builtins and standard library, elaborated once.
  mlir::OwningOpRef<mlir::ModuleOp> libraryModule;
  Elaborator library;
  /// The session's own names, frozen.
  ScopePtr names;
  /// What calls have left in place of models' states, frozen (Note [State of a model]).
  struct State {
    std::string name;
    Value own, latest;
  };
  std::vector<State> states;
  int64_t randomSites = 0;
};

/// A name that a line has bound, for what the REPL says of it.
struct LineBinding {
  std::string name, type;
};

/// One line. Takes effect on the session by commit(), after it was run.
class LineScope {
public:
  enum class Show : uint8_t {
    Value, ///< The last expression's value is shown.
    Type,  ///< Only its type is asked for.
    Code,  ///< As Value; a function whose parameters have types means a call of it.
    /// The gradients of the line, each a function of the module (compiler/print/Print.h); a line that is a function, or
    /// a call of one, means that function's derivative.
    Gradient,
  };

  LineScope(SessionScope &session, const ast::Module &line, Show show = Show::Value);
  ~LineScope();

  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<SlotPtr> inputs, outputs;
  std::vector<std::string> places; ///< Of the source, by number, as the code names them.
  bool isGeneric = false;          ///< For Code: the line is a function without types.
  bool hasResult = false;          ///< The last expression has a value (or a type) to show.
  int textOutput = -1;             ///< The slot of the result's text, if it has one.
  bool hasCode = false;            ///< Something is to be run.

  /// Whether the line only looks: it shows a value and leaves names, states and random numbers as they are.
  bool isOnlyShown() const;
  /// Makes the line's names the session's.
  void commit();
  /// The result's type, with the sizes that the run has told; in a line that is not run, with their names.
  std::string resultType() const;
  /// The names behind a dot of the result.
  std::vector<std::string> resultMembers() const;
  /// What was bound and changed, in the order of the names.
  std::vector<LineBinding> bindings() const;

private:
  class Thaw;
  class Freeze;
  void showResult(const Value &value, SourceRange range);
  void outlineDerivative(const ast::Expr &expr);
  Value callWithTypes(const Value &function, SourceRange range);
  void noteChanges();
  void freeze();
  void freezeStates();
  void orderInputs();
  void namePlaces();
  void finishSizes() const;

  SessionScope &session;
  std::unique_ptr<Elaborator> elaborator;
  std::unique_ptr<Thaw> thaw;
  std::unique_ptr<Freeze> frozen;
  Value result;
  std::unordered_map<std::string, Binding> after; ///< The session's names after the line.
  std::vector<std::string> changed;
  std::vector<SessionScope::State> states; ///< After the line.
};

} // namespace mdl

#endif // MDL_SEMA_LINESCOPE_H
