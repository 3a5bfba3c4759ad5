//===- Elaborator.h - The walk that checks a program and emits the mdl dialect -----===//
//
// Stage: sema. Input: the AST; output: a module in the mdl dialect. One class, its
// methods split over files by what they elaborate: Expressions, Operators, Calls,
// Functions, Types, Models, Control, Branches, Indexing, Comprehension, Text, Data, Train; the builtins
// are tables in Builtins*.cpp. Errors are reported where they are found; a null Value
// means "reported", and what depends on it stays silent.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_ELABORATOR_H
#define MDL_SEMA_ELABORATOR_H

#include "compiler/sema/Elaborate.h"
#include "compiler/sema/Emitter.h"
#include "compiler/sema/Exits.h"
#include "compiler/sema/Outline.h"
#include "compiler/sema/Value.h"
#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <map>
#include <set>

namespace mdl {

/// A call's arguments, elaborated.
struct CallArguments {
  struct Item {
    std::string name; ///< Empty for a positional one.
    Value value;
    SourceRange range;
    SourceRange nameRange = {}; ///< Of `axis` in `axis=0`.
  };
  std::string callee;
  SourceRange range; ///< The whole call.
  std::vector<Item> items;
};

/// A builtin's arguments by parameter name, after bindArguments.
class BoundArguments {
public:
  /// The item, or null when it was not given.
  const CallArguments::Item *operator[](unsigned index) const { return items[index]; }
  std::vector<const CallArguments::Item *> items;
};

/// An axis of the index space of the comprehensions being elaborated.
struct IndexAxis {
  Size size;
  std::string name;
};

struct Guard;        // Guards.h
struct GradientRule; // CustomGradients.h

/// Records, while a model's table is made, what its parts give and how much arithmetic that takes.
struct Tracer {
  struct Row {
    Value output;
    Dim flops;
  };
  std::map<const ModelValue *, Row> rows; ///< The parts asked for.
  Dim flops;                              ///< So far.
};

/// The functions that a value may stand for when it is called.
std::vector<Value> functionsOf(const Value &value);
/// Whether the run can choose it in a branch: it can be called and reads nothing of the branch. `outside` is the scope
/// around that.
bool canBeChosen(const Value &value, const Scope *outside);

/// What models' states are at a place of the program: of those that were called, and of those whose functions are being
/// elaborated, which assign them by name.
struct StatesThen {
  struct Named {
    std::string name;
    Binding *binding;
    Value value;
  };
  std::unordered_map<const void *, StateNow> ofModels;
  std::vector<Named> ofFunctions;
};

/// Code of which a condition takes one of two pieces.
struct Branching {
  std::set<std::string> assigned; ///< The names that either piece assigns.
  SourceRange ranges[2];          ///< The pieces.
  SourceRange condition, range;
  llvm::function_ref<Value(bool)> take;
  bool isReturned = false; ///< The first is what a loop has returned.
};

class Elaborator {
public:
  Elaborator(Compilation &compilation, mlir::ModuleOp module);
  ~Elaborator();

  /// The whole program: fills @mdl_declare and @mdl_main.
  void elaborateProgram(const ast::Module &program);

  using Tensor = std::shared_ptr<const TensorValue>;

  Compilation &compilation;
  const SourceManager &sources;
  DiagnosticEngine &diags;
  Emitter emit;

  //===--- Expressions (Expressions.cpp, Logic.cpp, Operators.cpp) ------------------------===//

  Value expression(const ast::Expr *expr);
  /// Likewise where nothing needs the value: of a statement, of what ends a block. It may be an `if` without `else`.
  Value evaluate(const ast::Expr *expr);
  Value block(const ast::Block &block, ScopePtr inner);
  Value unary(const ast::Unary &expr);
  Value logic(const ast::Logic &expr);
  Value logicOfRun(const ast::Logic &expr, const Tensor &lhs);
  Value membership(const ast::Membership &expr);
  Value listLiteral(const ast::List &expr);
  Value member(const Value &base, const ast::Name &name, SourceRange range, bool report = true);
  Value binary(ast::BinaryOp op, const Value &lhs, const Value &rhs, SourceRange range, SourceRange lhsRange,
               SourceRange rhsRange, SourceRange opRange);
  Value compare(ast::CompareOp op, const Value &lhs, const Value &rhs, SourceRange range, SourceRange lhsRange,
                SourceRange rhsRange);
  Value matmul(const Value &lhs, const Value &rhs, SourceRange range, SourceRange lhsRange, SourceRange rhsRange);
  /// Operation `mdl.<op>` on values broadcast to one shape; leaf by leaf on structures. `result` null: as the operands.
  Value elementwise(const std::string &op, std::vector<Value> operands, std::vector<SourceRange> ranges,
                    SourceRange range, std::optional<ElementType> result = std::nullopt);

  //===--- Tensors (Tensors.cpp, Sizes.cpp) ----------------------------------------===//

  /// A tensor of this value: literals take `context` (or i64, f32), lists are stacked, an empty one has no elements of
  /// that type (or f32). Reports and gives null otherwise.
  Tensor tensor(const Value &value, SourceRange range, std::optional<ElementType> context = std::nullopt);
  /// Whether tensor() would succeed.
  bool isTensorLike(const Value &value) const;
  Tensor make(mlir::Value ssa, ElementType element, Shape shape, unsigned lift = 0);
  Tensor scalarConstant(ElementType element, double value);
  Tensor knownScalar(Dim dim);
  /// The SSA value; emits a constant or the size for a known scalar.
  mlir::Value ssa(const TensorValue &tensor);
  mlir::Value ssa(const Tensor &value) { return ssa(*value); }
  Tensor cast(const Tensor &value, ElementType element);
  Tensor broadcast(const Tensor &value, const Shape &shape, unsigned lift);
  /// Gives both the same lift by adding axes of size 1.
  Tensor liftTo(const Tensor &value, unsigned lift);
  Tensor reshape(const Tensor &value, const Shape &shape, unsigned lift);
  /// The common shape of broadcasting, or nothing (reported).
  std::optional<Shape> broadcastShapes(const std::vector<Tensor> &values, const std::vector<SourceRange> &ranges,
                                       SourceRange range, unsigned &lift);
  ElementType promote(ElementType a, bool aScalar, ElementType b, bool bScalar);
  /// A whole number as a size: `n`, `2*n`, `len(x)`. Reports otherwise.
  std::optional<Size> size(const Value &value, SourceRange range);
  /// A list of sizes.
  std::optional<Shape> shapeArgument(const Value &value, SourceRange range, int64_t least = 0);
  std::optional<int64_t> constantInt(const Value &value);
  std::optional<double> constantNumber(const Value &value);
  std::optional<bool> constantBool(const Value &value);
  std::optional<std::string> constantString(const Value &value);
  /// Text that is known now; a string option has a default, but is not.
  std::optional<std::string> knownText(const Value &value);
  /// A rank-0 tensor's element as a builtin scalar (i64, f32, i1…).
  mlir::Value scalar(const Tensor &value);
  mlir::Value index(const Dim &dim) { return emit.index(dim, dims); }
  std::string print(const Shape &shape, unsigned from = 0) const;
  /// `f32[n, 3]`, `record`, `function` …
  std::string typeName(const Value &value) const;
  /// Adds a note at the origin of a size: `30 comes from here`.
  void noteOrigin(DiagnosticEngine::Builder &builder, const Size &size);
  /// A new name for a size that is known at run time only.
  Dim freshDim(const std::string &name, SourceRange origin, mlir::Value index);
  /// Likewise for a number of the program, which need not be a size.
  Dim freshNumber(const std::string &name, SourceRange origin, mlir::Value index);
  /// Emits a check that the size is not negative, where it could be.
  void checkSize(const Size &size);

  //===--- Structures (Structures.cpp) -------------------------------------------===//

  bool isStructure(const Value &value) const;
  /// Names of the leaves in the order of leaves(): `p.w`, `p.b`.
  void leafNames(const Value &value, const std::string &name, std::vector<std::string> &out,
                 bool trainableOnly = false);
  /// Calls `visit` on every tensor leaf; `trainableOnly` leaves a model's state out.
  void leaves(const Value &value, std::vector<Tensor> &out, bool trainableOnly = false);
  /// The same structure with other leaves, taken in order.
  Value rebuild(const Value &value, const std::vector<Tensor> &leaves, size_t &next, bool trainableOnly = false);
  /// Applies `apply` to corresponding parts of structures of the same form; to a model's state only `withState`, for
  /// it is kept, not computed with.
  Value mapStructures(const std::vector<Value> &values, const std::vector<SourceRange> &ranges, SourceRange range,
                      const std::function<Value(const std::vector<Value> &)> &apply, bool withState = false);
  /// What a `let` or `var` binds: literals and lists become tensors, leaf by leaf.
  Value settle(const Value &value, SourceRange range);

  //===--- Calls (Calls.cpp, Functions.cpp, Models.cpp) ----------------------------===//

  Value call(const ast::Call &expr);
  Value callValue(const Value &callee, CallArguments &arguments);
  /// Messages name the function as it is declared, or by a title and what kind of model that is.
  Value callFunction(const FunctionValue &function, CallArguments &arguments, const std::string &title = "",
                     const std::string &kind = "");
  Value callLambda(const LambdaValue &lambda, CallArguments &arguments);
  Value callGradient(const GradientValue &gradient, CallArguments &arguments);
  /// A call of `checkpoint(f)`: `f` is computed again where its gradient is.
  Value callCheckpoint(const GradientValue &checkpoint, CallArguments &arguments);
  /// The result of a function that says its own gradient; `inner` has its parameters.
  Value customGradient(const ast::FnDecl &decl, const ScopePtr &inner, const Value &result, SourceRange range);
  Value construct(const std::shared_ptr<const ModelClassValue> &cls, CallArguments &arguments);
  /// What calls have left in place of a model's state (see Note [State of a model]).
  Tensor latestState(const Tensor &state);
  StatesThen statesNow() const;
  void restoreStates(const StatesThen &then);
  Value callMethod(const ModelValue &model, const std::string &method, CallArguments &arguments, bool report = true);
  bool bindParameters(const std::string &name, const std::vector<ast::Parameter> &parameters, SourceRange decl,
                      CallArguments &arguments, Scope &scope, const ScopePtr &typeScope, const std::string &kind = "");
  /// For builtins: parameters by name, optional ones end in `?`. Reports and gives nothing on a mismatch.
  std::optional<BoundArguments> bindArguments(CallArguments &call, const std::vector<std::string> &parameters);
  bool bindPattern(const ast::Pattern &pattern, const Value &value, SourceRange range, Scope &scope, bool isVar);
  /// Checks a value against a type as written; binds the type's free names in `scope`. Gives the value in that type.
  Value checkType(const ast::TypeExpr &type, const Value &value, SourceRange range, Scope &scope,
                  const std::string &what);
  /// Binds the names of dimensions that stand for any size to what the value has.
  void bindSizeNames(const ast::TypeExpr &type, const Value &value, Scope &names);
  void reportUnknownType(const ast::TypeExpr &type);
  /// Whether the names of all types that are written there are known; reports those that are not.
  bool areTypesKnown(const ast::FnDecl &decl);
  bool areTypesKnown(const ast::ModelDecl &decl);
  /// A declaration that is a signature by itself (`let x: float[n] = …`): what `float` and `...` stand for ends with
  /// it.
  Value checkDeclared(const ast::TypeExpr &type, const Value &value, SourceRange range, const std::string &what);
  /// Whether the leading sizes agree with what `...` was before in this signature; binds it the first time.
  bool checkRest(const ast::TypeExpr &type, const Tensor &value, size_t rest, SourceRange range, Scope &names,
                 const std::string &what);
  /// A signature with types is checked where it stands, with fresh sizes.
  bool checkSignature(const std::shared_ptr<FunctionValue> &function);
  /// `leading`: `...` is one axis, else none.
  std::optional<Value> typedPlaceholder(const ast::TypeExpr &type, Scope &scope, bool leading = true);

  //===--- Element types and leading sizes of a signature (ElementTypes.cpp) --------------===//

  bool isElementClass(const std::string &name) const;
  /// Binds `float` or `int` to what the value has, if it is free.
  void bindElementClass(const ast::TypeExpr &type, const Value &value, Scope &names);
  /// The element type that the type means for this value.
  std::optional<ElementType> declaredElement(const ast::TypeExpr &type, const Value &value, Scope &names);
  ElementType placeholderElement(const ast::TypeExpr &type, ElementType fixed, Scope &names);
  std::string elementName(ElementType element) const;
  /// The hint of an error about another element type than the declared one.
  std::string elementHint(const ast::TypeExpr &type, ElementType declared, ElementType found) const;
  void bindRest(llvm::ArrayRef<Size> sizes, Scope &names);
  std::optional<std::vector<Dim>> restSizes(Scope &names) const;
  /// Forgets what this scope itself has bound `float`, `int` and `...` to.
  void unbindSignature(Scope &names);
  /// `name` and `root`: what a printed gradient is called and what it is taken of.
  Value gradient(const Value &loss, SourceRange lossRange, const Value &wrt, SourceRange wrtRange, SourceRange range,
                 GradientSignature signature);
  /// Puts the derivative of a function in its first parameter into `into`, to be printed. Without arguments the
  /// parameters' types stand for them. False if there were errors.
  bool outlineDerivative(const Value &function, SourceRange range, std::vector<CallArguments::Item> arguments,
                         mlir::ModuleOp into);
  void countFlops(const Shape &shape, int64_t each);
  bool printModel(const ModelValue &model, SourceRange range);

  //===--- Statements (Statements.cpp, Control.cpp, Branches.cpp) -----------------------------------===//

  void statements(const std::vector<ast::Stmt *> &list);
  void statement(const ast::Stmt &stmt);
  void declare(const ast::Stmt &stmt);
  void let(const ast::Let &stmt);
  void assign(const ast::Assign &stmt);
  /// Puts `value` in the place that `target` names; gives the new value of the root variable.
  Value assignInto(const ast::Expr *target, const Value &old, const Value &value, SourceRange valueRange);
  void assignVariable(const std::string &name, const Value &value, SourceRange range);
  void forLoop(const ast::For &stmt);
  /// `mayGrow`: its variables may have other sizes in each pass, though those that they begin with are known.
  void forCounter(const ast::For &stmt, const ast::Block &body, const Dim &begin, const Dim &end, bool mayGrow,
                  llvm::function_ref<Value(const Dim &)> elementAt);
  void forBatches(const ast::For &stmt, const ast::Block &body, const BatchesValue &batches);
  void forElements(const ast::For &stmt, const ast::Block &body, const std::vector<Value> &elements);
  Value row(const Tensor &whole, const Dim &at, SourceRange range);
  void whileLoop(const ast::While &stmt);
  /// The value as a condition, which is one bool. Reports otherwise; `ofMany` is the hint for several.
  Tensor condition(const Value &value, SourceRange range,
                   const char *ofMany = "`all(…)` and `any(…)` make one of many");
  Value ifExpression(const ast::If &expr);
  Value takeBranch(const ast::If &expr, bool taken);
  /// The condition depends on an index of a comprehension, or is known when the program runs.
  Value branch(const Branching &branching, const Tensor &condition);
  Value branchOfIndex(const Branching &branching, const Tensor &condition);
  Value branchOfRun(const Branching &branching, const Tensor &condition);
  /// The number of a function among those of a choice that it has the places from `first` on in.
  Value numberOfChoice(const Value &value, int64_t first, SourceRange range);
  /// Calls the function that the choice stands for.
  Value callChoice(const ChoiceValue &choice, CallArguments &arguments);
  /// A `break`, `continue` or `return` that Exits left: it stands where it cannot.
  void strayExit(const ast::Stmt &stmt);
  void assertion(const ast::Assert &stmt);
  void option(const ast::OptionDecl &stmt);
  void train(const ast::Train &stmt);
  void import(const ast::Import &stmt);

  //===--- Indexing and comprehensions ---------------------------------------------===//

  Value indexValue(const ast::Index &expr);
  /// The value of a part of the subscripts being read: see Note [Parts of subscripts] in Indexing.cpp.
  Value subscriptPart(const ast::Expr *part);
  Value indexTensor(const Tensor &base, SourceRange baseRange, const std::vector<ast::Subscript> &subscripts,
                    SourceRange range);
  Value updateTensor(const Tensor &base, const std::vector<ast::Subscript> &subscripts, const Value &value,
                     SourceRange valueRange, SourceRange range);
  Value comprehension(const ast::Comprehension &expr, const std::string &reduction, SourceRange range);
  /// The elements of a list or tuple that is no tensor.
  std::optional<std::vector<Value>> knownElements(const Value &value) const;
  /// Whether a comprehension's body is a model, a function or (with `orText`) a text, of which no tensor holds several.
  bool makesOneEach(const ast::Expr *body, bool orText);
  Value overElements(const ast::Comprehension &expr, const std::string &reduction, SourceRange range,
                     const std::vector<Value> &elements);
  /// Whether all conditions hold, which must be known now.
  std::optional<bool> chosenNow(const std::vector<ast::Expr *> &conditions);
  Value fold(const ListValue &list, const std::string &reduction, SourceRange range);
  Value affineRead(const Tensor &base, const std::vector<AffineIndex> &indices, SourceRange range,
                   const std::vector<SourceRange> &indexRanges);

  //===--- Text ------------------------------------------------------------------------===//

  Value stringLiteral(const ast::StringLiteral &literal);
  /// Emits runtime calls that add the value to the text builder.
  void addText(const Value &value, const std::string &format, SourceRange range);
  mlir::Value stringPointer(const Value &value, SourceRange range);
  /// `file:line:col` as a constant for the runtime's messages.
  mlir::Value where(SourceRange range);

  //===--- State --------------------------------------------------------------------------===//

  /// Elaborates into a function that is thrown away.
  template <class F> void speculate(F &&body);
  Value lookup(const ast::NameRef &expr);
  /// The value with its sizes as the assertions in force make them: each by its first name.
  Value underEqualities(const Value &value);
  /// Takes in what a condition that was checked says of sizes.
  void learnSizes(const ast::Expr *condition);
  /// From here on the size is not negative: a check of it stands before what follows in the block.
  void learnChecked(const Dim &size);
  /// The outermost scope, up to the function's, whose straight-line code this is; null where it is no scope's.
  Scope *straightScope();
  /// The hint of an error about two sizes that may differ: how the program makes them equal.
  std::string equalityHint(const Dim &a, const Dim &b) const;
  std::vector<std::string> visibleNames() const;
  /// Adds a symbol table of builtins; called by each Builtins*.cpp table.
  void addBuiltins(const std::vector<std::pair<const char *, BuiltinFunction>> &table);
  ScopePtr module(const std::string &name, SourceRange range);

  ScopePtr scope;   ///< Where names are looked up now.
  ScopePtr globals; ///< The builtins, then the standard library, then the program.
  DimTable dims;
  std::vector<IndexAxis> axes;                                 ///< Of the comprehensions around.
  std::vector<Guard> guards;                                   ///< The conditions in force.
  std::unordered_map<const ast::Expr *, Value> subscriptParts; ///< Of the subscripts being read.
  std::vector<GradientRule> rules; ///< That are being elaborated, each inside of the one before.
  /// Functions and models that were called too deep, with the number of the message.
  std::vector<std::pair<const ast::Stmt *, size_t>> endless;
  bool training = false; ///< `training` inside a train block's steps.
  unsigned depth = 0;    ///< Of calls.
  /// By the SSA value of a state: what was assigned to it since.
  std::unordered_map<const void *, StateNow> newStates;
  const Binding *inTrainBlock = nullptr; ///< The model of the block, which its loss and metrics do not see change.
  /// The axes (of a leaf of a variable) that code which failed would have given another known size: see Note [What
  /// grows] in CarriedSizes.cpp.
  std::set<std::tuple<const Binding *, size_t, unsigned>> resized;
  /// Likewise the element types, of variables that begin with a number.
  std::map<const Binding *, ElementType> retyped;
  Exits exits;
  bool inLoop = false;      ///< Of the function that is being elaborated.
  bool triesPass = false;   ///< Of a loop, which is thrown away: what its variables become is what counts.
  Tracer *tracer = nullptr; ///< Set while a model's table is made.
  int64_t randomSites = 0;
  std::vector<bool> sameDraws; ///< Of the axes around: those along which draws are the same, by `with_seed`.
  mlir::ModuleOp outlines;     ///< Where gradients go as functions; null if nobody asked.
  bool outlineScratch = false; ///< Also those in code that is thrown away.
  ValueNotes notes;            ///< While `outlines` is set.
  bool opaqueElements = false; ///< A signature is checked where it stands.
  const ast::FnDecl *signatureOf = nullptr;          ///< The function of that signature: it gives what it declares.
  bool inF64 = false;                                ///< Declared float types stand for f64 (`check_grad`).
  mlir::Block *entry = nullptr;                      ///< Of @mdl_main.
  std::unordered_map<std::string, ScopePtr> modules; ///< By path.
  std::vector<std::string> loading;                  ///< Paths of modules being read, for cycles.
  bool readingLibrary =
      false; ///< Signatures of the standard library are checked by its tests, not in each compilation.

  /// Binds the names of the standard library's modules.
  void loadStandardLibrary();
};

bool isEmptyList(const Value &value);
/// The parts of a tuple, list, record or model, in order; none of anything else.
std::vector<Value> partsOf(const Value &value);
/// The same structure with other parts.
Value withParts(const Value &value, const std::vector<Value> &parts);
/// Whether two things that are no numbers (strings, functions, types) are known to be the same.
bool isSameConstant(const Value &first, const Value &second);

/// The tables of builtins, one a family.
void addCreationBuiltins(Elaborator &elaborator);
void addRandomBuiltins(Elaborator &elaborator);
void addShapeBuiltins(Elaborator &elaborator);
void addArrangeBuiltins(Elaborator &elaborator);
void addContractBuiltins(Elaborator &elaborator);
void addReductionBuiltins(Elaborator &elaborator);
void addElementwiseBuiltins(Elaborator &elaborator);
void addIndexBuiltins(Elaborator &elaborator);
void addGradientBuiltins(Elaborator &elaborator);
void addDirectionBuiltins(Elaborator &elaborator);
void addModelBuiltins(Elaborator &elaborator);
void addDataBuiltins(Elaborator &elaborator);
void addDataFileBuiltins(Elaborator &elaborator);
void addTextBuiltins(Elaborator &elaborator);
void addSequenceBuiltins(Elaborator &elaborator);

template <class F> void Elaborator::speculate(F &&body) {
  emit.enterScratch();
  auto *savedEntry = entry;
  StatesThen savedStates = statesNow();
  entry = nullptr;
  size_t mark = notes.mark();
  SymbolId sizes = dims.count();
  body();
  dims.forgetValues(sizes);
  notes.rewind(mark);
  entry = savedEntry;
  restoreStates(savedStates);
  emit.leaveScratch();
}

/// Sets a member for the time of a scope.
template <class T> struct Restore {
  Restore(T &slot, T value) : slot(slot), saved(std::move(slot)) { slot = std::move(value); }
  ~Restore() { slot = std::move(saved); }
  T &slot;
  T saved;
};

} // namespace mdl

#endif // MDL_SEMA_ELABORATOR_H
