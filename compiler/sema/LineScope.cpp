//===- LineScope.cpp - One line of the REPL, elaborated -----------------------===//
//
// Stage: sema, for the REPL. See LineScope.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/LineScope.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/sema/Documentation.h"
#include "compiler/sema/EarlierLines.h"
#include "compiler/sema/Members.h"
#include "compiler/sema/ModelStates.h"
#include "compiler/sema/Transplant.h"
#include "compiler/support/RunTimePlace.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

#include <algorithm>

using namespace mdl;

static mlir::OwningOpRef<mlir::ModuleOp> makeModule(mlir::MLIRContext &context) {
  loadSemaDialects(context);
  return mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
}

SessionScope::SessionScope(Compilation &compilation, mlir::MLIRContext &context)
    : compilation(compilation), context(context), libraryModule(makeModule(context)),
      library(compilation, *libraryModule) {
  library.loadStandardLibrary();
  names = std::make_shared<Scope>(library.globals);
}

//===--- From the session to the line ----------------------------------------===//

class LineScope::Thaw : public Transplant {
public:
  Thaw(Elaborator &elaborator, std::vector<SlotPtr> &inputs) : elaborator(elaborator), inputs(inputs) {}

private:
  mlir::Value number(const SlotPtr &slot) {
    inputs.push_back(slot);
    return elaborator.emit.constantI64(static_cast<int64_t>(inputs.size() - 1));
  }

  Value tensor(const std::shared_ptr<const TensorValue> &from) override {
    auto to = std::make_shared<TensorValue>(*from);
    auto *kept = from->ssa ? nullptr : static_cast<const FrozenTensor *>(from.get());
    if (from->known && from->known->constant())
      to->ssa = nullptr;
    else if (kept && kept->numbers)
      to->ssa =
          elaborator.emit.op("constant", {}, kept->numbers.getType(), {elaborator.emit.attr("value", kept->numbers)});
    else if (from->ssa) // A constant of the standard library.
      to->ssa = cloneSlice(from->ssa);
    else
      to->ssa =
          elaborator.emit.runtimeFill("mdl_session_load", number(static_cast<const FrozenTensor *>(from.get())->slot),
                                      from->element, from->shape, elaborator.dims);
    return to;
  }

  Value data(const std::shared_ptr<const DataValue> &from) override {
    auto to = std::make_shared<DataValue>(*from);
    to->handle =
        elaborator.emit.runtime("mdl_session_load_pointer", number(static_cast<const FrozenData *>(from.get())->slot),
                                elaborator.emit.pointer(), /*pure=*/true);
    return to;
  }

  void text(StringValue::Piece &piece) override {
    auto number = std::static_pointer_cast<const TensorValue>(value(std::exchange(piece.number, nullptr)));
    piece.pointer = elaborator.emit.runtime("mdl_text_numbered", elaborator.scalar(number), elaborator.emit.pointer(),
                                            /*pure=*/true);
  }

  mlir::Value cloneSlice(mlir::Value from) {
    if (mlir::Value to = slice.lookupOrNull(from))
      return to;
    for (mlir::Value operand : from.getDefiningOp()->getOperands())
      cloneSlice(operand);
    elaborator.emit.builder.clone(*from.getDefiningOp(), slice);
    return slice.lookup(from);
  }

  Elaborator &elaborator;
  std::vector<SlotPtr> &inputs;
  mlir::IRMapping slice;
};

//===--- From the line to the session ----------------------------------------===//

class LineScope::Freeze : public Transplant {
public:
  Freeze(Elaborator &elaborator, std::vector<SlotPtr> &outputs) : elaborator(elaborator), outputs(outputs) {}

  /// A new slot and its number in the code.
  std::pair<SlotPtr, mlir::Value> output() {
    outputs.push_back(std::make_shared<Slot>());
    return {outputs.back(), elaborator.emit.constantI64(static_cast<int64_t>(outputs.size() - 1))};
  }

  std::vector<std::shared_ptr<FrozenTensor>> tensors;
  std::vector<std::shared_ptr<FrozenData>> dataSets;

private:
  /// The numbers of a short list of whole numbers as written.
  static mlir::DenseElementsAttr numbersOf(const TensorValue &tensor) {
    constexpr int64_t most = 8; // A shape, the widths of layers; a line is compiled anew for others.
    auto constant = tensor.ssa ? tensor.ssa.getDefiningOp<ConstantOp>() : nullptr;
    auto numbers = constant && isInteger(tensor.element) && tensor.rank() == 1
                       ? llvm::dyn_cast<mlir::DenseElementsAttr>(constant.getValue())
                       : nullptr;
    return numbers && numbers.getNumElements() <= most ? numbers : nullptr;
  }

  SlotPtr store(mlir::Value value) {
    auto [slot, number] = output();
    elaborator.emit.runtime("mdl_session_store", {number, value});
    return slot;
  }

  Value tensor(const std::shared_ptr<const TensorValue> &from) override {
    auto to = std::make_shared<FrozenTensor>(*from);
    to->isSize = from->known.has_value();
    to->numbers = numbersOf(*from);
    if (!to->numbers && (!from->known || !from->known->constant()))
      to->slot = store(elaborator.ssa(*from));
    to->ssa = nullptr;
    tensors.push_back(to);
    return to;
  }

  Value data(const std::shared_ptr<const DataValue> &from) override {
    auto to = std::make_shared<FrozenData>(*from);
    auto [slot, number] = output();
    elaborator.emit.runtime("mdl_session_store_pointer", {number, from->handle});
    to->slot = slot;
    if (!from->rows.constant())
      to->rowsSlot = store(elaborator.ssa(elaborator.knownScalar(from->rows)));
    to->handle = nullptr;
    to->fields.clear();
    to->parts.clear();
    dataSets.push_back(to);
    return to;
  }

  void text(StringValue::Piece &piece) override {
    mlir::Value number = elaborator.emit.runtime("mdl_text_number", std::exchange(piece.pointer, {}),
                                                 elaborator.emit.builder.getI64Type(), /*pure=*/true);
    Value kept = elaborator.make(elaborator.emit.fromScalar(number), ElementType::I64, {});
    piece.number = std::static_pointer_cast<const TensorValue>(value(kept));
  }

  Elaborator &elaborator;
  std::vector<SlotPtr> &outputs;
};

//===--- The line ------------------------------------------------------------===//

/// Values that addText can write.
static bool hasText(const Value &value) {
  if (!value)
    return false;
  if (auto *tuple = as<TupleValue>(value))
    return llvm::all_of(tuple->elements, hasText);
  if (auto *list = as<ListValue>(value))
    return llvm::all_of(list->elements, hasText);
  if (auto *record = as<RecordValue>(value))
    return llvm::all_of(record->fields, [](auto &field) { return hasText(field.second); });
  return as<TensorValue>(value) || as<LiteralValue>(value) || as<StringValue>(value) || as<ModelValue>(value) ||
         as<ElementTypeValue>(value) || as<RunListValue>(value);
}

LineScope::LineScope(SessionScope &session, const ast::Module &line, Show show)
    : module(makeModule(session.context)), session(session),
      elaborator(std::make_unique<Elaborator>(session.compilation, *module)),
      thaw(std::make_unique<Thaw>(*elaborator, inputs)), frozen(std::make_unique<Freeze>(*elaborator, outputs)) {
  Elaborator &e = *elaborator;
  e.randomSites = session.randomSites;
  e.globals = thaw->scope(session.library.globals);
  for (auto &[name, scope] : session.library.modules)
    e.modules[name] = thaw->scope(scope);
  e.scope = thaw->scope(session.names);
  // A name may be bound anew in each line.
  for (auto &[name, binding] : e.scope->names)
    binding.isEarlier = true;
  for (auto &state : session.states)
    if (thaw->values.count(state.own)) { // Of a model that has a name.
      auto own = std::static_pointer_cast<const TensorValue>(thaw->value(state.own));
      AssignedVariable{nullptr, state.name, nullptr, own}.set(e, thaw->value(state.latest));
    }
  std::vector<ast::Stmt *> statements = line.body->statements;
  const ast::ExprStmt *last = statements.empty() ? nullptr : ast::as<ast::ExprStmt>(statements.back());
  if (last)
    statements.pop_back();
  const ast::Expr *resultExpr = line.body->result ? line.body->result : last ? last->expr : nullptr;
  if (show == Show::Gradient)
    e.outlines = *module;
  e.statements(statements);
  if (resultExpr && show == Show::Gradient) {
    outlineDerivative(*resultExpr);
  } else if (resultExpr) {
    e.emit.setPlace(resultExpr->range);
    Value value = e.evaluate(resultExpr);
    if (show == Show::Code)
      value = callWithTypes(value, resultExpr->range);
    if (value && !as<UnitValue>(value)) {
      result = e.settle(value, resultExpr->range);
      hasResult = result != nullptr;
      if (hasResult && show != Show::Type)
        showResult(result, resultExpr->range);
    }
  }
  checkGradients(*module, inputs, session.compilation);
  if (session.compilation.diagnostics.hasErrors())
    return;
  if (show == Show::Type)
    noteChanges();
  if (show == Show::Value || show == Show::Code) {
    freeze();
    noteOrigins(*module, inputs, outputs);
  }
  orderInputs();
  namePlaces();
}

/// A function is bound in the scope that it holds; what the session keeps has scopes of its own.
LineScope::~LineScope() {
  for (auto &[from, to] : thaw->scopes)
    to->names.clear();
}

/// The result of a call with values of the types of the parameters, which are arguments of `mdl_main`. What is no
/// function is its own result.
Value LineScope::callWithTypes(const Value &function, SourceRange range) {
  Elaborator &e = *elaborator;
  auto *declared = as<FunctionValue>(function);
  auto hasType = [](const ast::Parameter &parameter) { return parameter.type || parameter.defaultValue; };
  isGeneric = as<LambdaValue>(function) || (declared && !llvm::all_of(declared->decl->parameters, hasType));
  if (!declared || isGeneric)
    return function;
  auto sizes = std::make_shared<Scope>(declared->scope, /*isFunction=*/true);
  CallArguments arguments;
  arguments.range = range;
  arguments.callee = declared->decl->name.text;
  Restore<ScopePtr> restore(e.scope, sizes);
  for (auto &parameter : declared->decl->parameters) {
    if (parameter.defaultValue)
      continue;
    auto value = e.typedPlaceholder(*parameter.type, *sizes, /*leading=*/false);
    isGeneric |= !value;
    if (isGeneric)
      return function;
    arguments.items.push_back({"", *value, parameter.range});
  }
  mlir::Block *block = e.emit.builder.getInsertionBlock();
  Value called = e.callFunction(*declared, arguments);
  auto main = llvm::cast<mlir::func::FuncOp>(block->getParentOp());
  main.setFunctionType(e.emit.builder.getFunctionType(block->getArgumentTypes(), {}));
  return called;
}

/// Of `f`, whose parameters have types, or at the values of `f(x, y)`. In any other line the gradients that it takes.
void LineScope::outlineDerivative(const ast::Expr &expr) {
  Elaborator &e = *elaborator;
  auto isFunction = [](const Value &value) {
    return as<FunctionValue>(value) || as<LambdaValue>(value) || as<GradientValue>(value);
  };
  auto *call = ast::as<ast::Call>(&expr);
  auto *name = call ? ast::as<ast::NameRef>(call->callee) : nullptr;
  Binding *bound = name ? e.scope->find(name->name) : nullptr;
  bool atValues = bound && isFunction(bound->value);
  e.emit.setPlace(expr.range);
  Value function = atValues ? bound->value : e.expression(&expr);
  if (!isFunction(function))
    return;
  std::vector<CallArguments::Item> arguments;
  if (atValues)
    for (auto &argument : call->arguments)
      arguments.push_back({argument.name ? argument.name->text : "", e.expression(argument.value),
                           argument.value->range, argument.name ? argument.name->range : SourceRange{}});
  e.outlineDerivative(function, expr.range, std::move(arguments), *module);
}

void LineScope::showResult(const Value &value, SourceRange range) {
  Elaborator &e = *elaborator;
  if (auto *model = as<ModelValue>(value)) {
    e.printModel(*model, range);
    return;
  }
  if (!hasText(value))
    return;
  e.emit.runtime("mdl_text_begin", {});
  e.addText(value, "", range);
  mlir::Value text = e.emit.runtime("mdl_text_end", {}, e.emit.pointer());
  auto [slot, number] = frozen->output();
  textOutput = static_cast<int>(outputs.size() - 1);
  e.emit.runtime("mdl_session_store_pointer", {number, text});
}

static bool sizesAreKnown(const Value &value) {
  auto isKnown = [](const Size &size) { return size.dim.constant().has_value(); };
  auto *tensor = as<TensorValue>(value);
  return tensor ? llvm::all_of(tensor->shape, isKnown) : llvm::all_of(partsOf(value), sizesAreKnown);
}

/// What the line binds, where nothing is run: in its own types.
void LineScope::noteChanges() {
  for (auto &[name, binding] : elaborator->scope->names) {
    auto before = session.names->names.find(name);
    auto old = before == session.names->names.end() ? thaw->values.end() : thaw->values.find(before->second.value);
    if (!binding.value || (old != thaw->values.end() && old->second == binding.value))
      continue;
    changed.push_back(name);
    after[name] = binding;
  }
  std::sort(changed.begin(), changed.end());
}

void LineScope::freeze() {
  Elaborator &e = *elaborator;
  // What came from the session goes back as it was.
  for (auto &[from, to] : thaw->values)
    frozen->values[to] = from;
  for (auto &[from, to] : thaw->scopes)
    frozen->scopes[to] = from;
  for (auto &[name, binding] : e.scope->names) {
    Binding kept = binding;
    kept.value = frozen->value(binding.value);
    auto before = session.names->names.find(name);
    if (before == session.names->names.end() || before->second.value != kept.value)
      changed.push_back(name);
    after[name] = kept;
  }
  std::sort(changed.begin(), changed.end());
  freezeStates();
  // The run tells its sizes.
  if (result && !sizesAreKnown(result))
    result = frozen->value(result);
}

void LineScope::freezeStates() {
  Elaborator &e = *elaborator;
  for (auto &state : changedStates(e, {}, {}, e.emit.builder.getInsertionBlock()))
    if (auto own = frozen->values.find(state.state); own != frozen->values.end())
      states.push_back({state.name, own->second, frozen->value(state.now(e))});
}

/// Numbers the inputs that are used in the order of their uses and drops the others, so that the code of a line does
/// not depend on the names that there are.
void LineScope::orderInputs() {
  mlir::Block &block = llvm::cast<mlir::func::FuncOp>(module->lookupSymbol("mdl_main")).getBody().front();
  llvm::SetVector<mlir::Operation *> loads;
  block.walk<mlir::WalkOrder::PreOrder>([&](mlir::Operation *op) {
    for (mlir::Value operand : op->getOperands())
      if (isLoad(operand.getDefiningOp()))
        loads.insert(operand.getDefiningOp());
    hasCode |= llvm::isa<RuntimeOp>(op) && !isLoad(op);
  });
  std::vector<SlotPtr> used;
  auto builder = mlir::OpBuilder::atBlockBegin(&block);
  mlir::Operation *marker = builder.create<mlir::arith::ConstantIntOp>(elaborator->emit.location, 0, 1);
  builder.setInsertionPoint(marker);
  for (mlir::Operation *op : loads) {
    auto number = op->getOperand(0).getDefiningOp<mlir::arith::ConstantIntOp>();
    used.push_back(inputs[static_cast<size_t>(number.value())]);
    op->setOperand(0, builder.create<mlir::arith::ConstantIntOp>(op->getLoc(), used.size() - 1, 64));
    for (mlir::Value destination : llvm::drop_begin(op->getOperands()))
      destination.getDefiningOp()->moveBefore(marker);
    op->moveBefore(marker);
  }
  inputs = std::move(used);
  for (mlir::Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (mlir::isOpTriviallyDead(&op) || (isLoad(&op) && op.use_empty()))
      op.erase();
}

void LineScope::namePlaces() {
  // The same line typed again is the same code, wherever it stands.
  module->walk([&](StringOp op) {
    if (!op->hasAttr(placeAttribute))
      return;
    places.push_back(op.getValue().str());
    op.setValue("@" + std::to_string(places.size() - 1));
  });
}

//===--- After the run -------------------------------------------------------===//

void LineScope::finishSizes() const {
  for (auto &tensor : frozen->tensors) {
    if (!tensor->slot)
      continue;
    if (tensor->isSize) {
      tensor->known = Dim(tensor->slot->number);
      tensor->slot = nullptr;
      continue;
    }
    for (size_t axis = 0; axis < tensor->shape.size(); ++axis)
      tensor->shape[axis].dim = Dim(tensor->slot->sizes[axis]);
  }
  for (auto &data : frozen->dataSets)
    if (data->rowsSlot) {
      data->rows = Dim(data->rowsSlot->number);
      data->rowsSlot = nullptr;
    }
}

bool LineScope::isOnlyShown() const {
  auto isSame = [](auto &a, auto &b) { return a.own == b.own && a.latest == b.latest; };
  return hasResult && changed.empty() && llvm::equal(states, session.states, isSame) &&
         elaborator->randomSites == session.randomSites;
}

void LineScope::commit() {
  finishSizes();
  session.names->names = after;
  session.states = states;
  session.randomSites = elaborator->randomSites;
}

/// A function or model is told by its declaration's first part, any other value by its type.
static std::string description(const Elaborator &e, const Value &value) {
  const ast::Stmt *decl = nullptr;
  if (auto *function = as<FunctionValue>(value))
    decl = function->decl;
  if (auto *cls = as<ModelClassValue>(value))
    decl = cls->decl;
  return decl ? signatureOf(e.sources, *decl) : e.typeName(value);
}

std::vector<std::string> LineScope::resultMembers() const {
  return result ? memberNames(result) : std::vector<std::string>();
}

std::string LineScope::resultType() const { return description(*elaborator, result); }

std::vector<LineBinding> LineScope::bindings() const {
  std::vector<LineBinding> list;
  for (const std::string &name : changed) {
    const Binding &binding = after.at(name);
    // What an import brings is told by its module.
    if (binding.decl && !binding.range.isValid())
      continue;
    list.push_back({name, description(*elaborator, binding.value)});
  }
  return list;
}
