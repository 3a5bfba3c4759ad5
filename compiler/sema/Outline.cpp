//===- Outline.cpp - Gradients as functions of their own, for printing --------------------===//

#include "compiler/sema/Outliner.h"

#include "compiler/autodiff/CountedBatches.h"
#include "compiler/autodiff/Effects.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/Print.h"
#include "compiler/sema/DataSets.h"
#include "compiler/sema/OwnNames.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mdl;

void ValueNotes::noteShape(mlir::Value value, ElementType element, const Shape &shape) {
  Note &note = notes[value];
  if (!note.hasShape && note.name.empty())
    order.push_back(value);
  note.element = element;
  note.shape = shape;
  note.hasShape = true;
}

void ValueNotes::noteName(mlir::Value value, const std::string &name, bool isOfLibrary) {
  Note &note = notes[value];
  if (!note.hasShape && note.name.empty())
    order.push_back(value);
  bool isFirst = note.name.empty() || (note.isOfLibrary && !isOfLibrary);
  if (!isFirst || name.empty() || name[0] == '$' || name == "_")
    return;
  note.name = name;
  note.isOfLibrary = isOfLibrary;
}

void ValueNotes::rewind(size_t mark) {
  while (order.size() > mark) {
    notes.erase(order.back());
    order.pop_back();
  }
}

/// What is in scope where the gradient is taken has the names of there, also after loops.
void Outliner::noteVisible() {
  for (Scope *scope = e.scope.get(); scope && scope != e.globals.get(); scope = scope->parent.get())
    for (auto &[name, binding] : scope->names) {
      if (auto *data = as<DataValue>(binding.value)) {
        visible.try_emplace(data->handle, name);
        for (auto [i, part] : llvm::enumerate(data->parts))
          if (auto *own = as<DataValue>(part))
            visible.try_emplace(own->handle, name + (i ? ".valid" : ".train"));
        continue;
      }
      std::vector<Elaborator::Tensor> parts;
      std::vector<std::string> partNames;
      e.leaves(binding.value, parts);
      e.leafNames(binding.value, name, partNames);
      for (auto [part, partName] : llvm::zip(parts, partNames))
        if (part->ssa) {
          visible.try_emplace(part->ssa, partName);
          if (auto symbol = part->known ? part->known->asSymbol() : std::nullopt; symbol && e.dims[*symbol].value)
            wholeNumbers.try_emplace(part->ssa, *symbol);
        }
    }
}

/// The derivative of a function begins with its first argument, which is given a value of its own.
bool Outliner::isInside(mlir::Value value) {
  mlir::Operation *op = value.getDefiningOp();
  return outline.signature.ofFunction && first && op && first->getBlock() == op->getBlock() &&
         first->isBeforeInBlock(op);
}

/// The size that a value is. Code that was only tried has left sizes, at whose addresses other values may be by now.
std::optional<SymbolId> Outliner::symbolOf(mlir::Value value) {
  auto it = symbols.find(value);
  if (it == symbols.end() || !value.getType().isIndex() || mlir::getConstantIntValue(value))
    return std::nullopt;
  return it->second;
}

/// What an operation and its regions read. In a session some of it is in another function: the line's.
static llvm::SetVector<mlir::Value> valuesFromOutside(mlir::Operation *op) {
  llvm::SetVector<mlir::Value> values;
  op->walk<mlir::WalkOrder::PreOrder>([&](mlir::Operation *inner) {
    for (mlir::Value operand : inner->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        values.insert(operand);
  });
  return values;
}

bool Outliner::depends(mlir::Value value) {
  if (wrt.contains(value))
    return true;
  mlir::Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  auto [it, isNew] = dependence.try_emplace(op, false);
  if (!isNew)
    return it->second;
  bool result = llvm::any_of(valuesFromOutside(op), [&](mlir::Value outer) { return depends(outer); });
  return dependence[op] = result;
}

static bool isCall(mlir::Operation *op, llvm::StringRef callee) {
  auto call = llvm::dyn_cast_or_null<RuntimeOp>(op);
  return call && call.getCallee() == callee;
}

/// Of a draw for each of a tensor of keys what it draws, `normal`; empty for anything else.
static llvm::StringRef drawOfEach(mlir::Operation *op) {
  auto call = llvm::dyn_cast_or_null<RuntimeOp>(op);
  llvm::StringRef name = call ? call.getCallee() : "";
  return name.consume_front("mdl_fill_") && name.consume_back("_each") ? name : "";
}

/// Checks and output of a loop or branch are left out of the copy (dropChecks); what it computes has no other effect.
static bool hasOtherEffects(mlir::Operation *op) {
  if (op->getNumRegions() == 0)
    return !mlir::isMemoryEffectFree(op);
  return op
      ->walk([](mlir::Operation *inner) {
        bool isCheck = llvm::isa<RuntimeOp>(inner) && inner->use_empty();
        bool isFine = inner->getNumRegions() || isCheck || mlir::isMemoryEffectFree(inner);
        return isFine ? mlir::WalkResult::advance() : mlir::WalkResult::interrupt();
      })
      .wasInterrupted();
}

bool Outliner::isCut(mlir::Value value) {
  mlir::Operation *op = value.getDefiningOp();
  if (!op)
    return true;
  if (depends(value))
    return false;
  if (symbolOf(value) && (!isInside(value) || dataOfRows(value)))
    return true;
  // Batches become part of the loop over them.
  if (llvm::isa<mlir::LLVM::ZeroOp>(op) || isCall(op, "mdl_batches_begin"))
    return false;
  bool ours = llvm::isa<MdlDialect, mlir::arith::ArithDialect, mlir::tensor::TensorDialect, mlir::scf::SCFDialect>(
      op->getDialect());
  bool isDraw = llvm::isa<UniformOp, NormalOp, PermutationOp>(op) || !drawOfEach(op).empty();
  if (!ours || isDraw || hasOtherEffects(op))
    return true;
  auto *note = e.notes.find(value);
  // What the library names for itself is computed again, and so is an index of a comprehension.
  bool hasName = note && !note->name.empty() && !note->isOfLibrary && !llvm::isa<IotaOp>(op);
  bool isKnown = hasName || visible.count(value) || op->getNumRegions();
  return isKnown && !isInside(value);
}

/// Whether a data set or a part of one comes from this call; its arguments say which.
static bool isDataSet(mlir::Operation *op) {
  auto call = llvm::dyn_cast_or_null<RuntimeOp>(op);
  return call && call.getReturned() &&
         (call.getCallee().starts_with("mdl_open_") || call.getCallee().starts_with("mdl_data_")) &&
         llvm::isa<mlir::LLVM::LLVMPointerType>(call.getReturned().getType());
}

/// The name of a data set, or of one of its parts: `digits`, `digits.train`. One that is opened where it is used has a
/// number.
std::string Outliner::dataName(mlir::Value handle) {
  mlir::Operation *op = handle.getDefiningOp();
  auto *note = e.notes.find(handle);
  if (visible.count(handle))
    return visible[handle];
  if (note && !note->name.empty())
    return note->name;
  if (!isCall(op, "mdl_data_part"))
    return isDataSet(op) ? "#" + std::to_string(unnamedData.insert({handle, unnamedData.size()}).first->second) : "";
  std::string whole = dataName(op->getOperand(0));
  return whole.empty() ? "" : whole + (mlir::getConstantIntValue(op->getOperand(1)) == 0 ? ".train" : ".valid");
}

mlir::Value Outliner::addArgument(mlir::Value value) {
  bool isPointer = llvm::isa<mlir::LLVM::LLVMPointerType>(value.getType());
  std::string data = isPointer ? dataName(value) : "";
  hasText &= !isPointer || !data.empty();
  Argument argument;
  argument.value = function.getBody().front().addArgument(value.getType(), unknown);
  if (auto symbol = symbolOf(value)) {
    argument.symbol = symbol;
  } else if (!data.empty()) {
    auto [root, part] = llvm::StringRef(data).split('.');
    auto [known, isNew] = dataSets.try_emplace(root.str());
    if (isNew)
      known->second = fresh(root.starts_with("#") ? "data" : root.str());
    argument.name = known->second + (part.empty() ? "" : "." + part.str());
    argument.isCaptured = isNew;
  } else {
    auto *note = e.notes.find(value);
    mlir::Operation *op = value.getDefiningOp();
    std::string wish = note && !note->name.empty()   ? note->name
                       : visible.count(value)        ? visible[value]
                       : isCall(op, "mdl_next_seed") ? "seed"
                       : !drawOfEach(op).empty()     ? drawOfEach(op).str()
                       : op                          ? op->getName().stripDialect().str()
                                                     : "value";
    argument.name = fresh(wish);
    argument.isCaptured = true;
    if (note && note->hasShape) {
      argument.shape = note->shape;
      argument.element = note->element;
    }
  }
  mapping.map(value, argument.value);
  arguments.push_back(argument);
  return argument.value;
}

/// Checks and output inside of a loop or branch are no part of what it computes.
static void dropChecks(mlir::Operation *copy) {
  llvm::SmallVector<mlir::Operation *> effects;
  copy->walk([&](RuntimeOp inner) {
    if (!inner.getPure() && inner->use_empty())
      effects.push_back(inner);
  });
  for (mlir::Operation *effect : llvm::reverse(effects))
    if (effect != copy)
      effect->erase();
}

/// The name of what is read from a data set or from tensors in a loop over batches.
mlir::Location Outliner::locationOf(mlir::Operation *op) {
  auto *note = llvm::isa<RuntimeOp>(op) && op->getNumResults() == 1 ? e.notes.find(op->getResult(0)) : nullptr;
  return named(note ? note->name : "");
}

mlir::Location Outliner::named(const std::string &name) {
  return name.empty() ? unknown : mlir::NameLoc::get(builder.getStringAttr(name));
}

mlir::Value Outliner::take(mlir::Value value) {
  if (mlir::Value mapped = mapping.lookupOrNull(value))
    return mapped;
  if (auto whole = wholeNumbers.find(value); whole != wholeNumbers.end()) {
    // A whole number that is a size, too, is that size.
    mlir::Value size = take(mlir::Value::getFromOpaquePointer(e.dims[whole->second].value));
    mlir::Value number = builder.create<mlir::arith::IndexCastOp>(unknown, builder.getI64Type(), size);
    auto type = mlir::RankedTensorType::get({}, builder.getI64Type());
    mlir::Value scalar = builder.create<mlir::tensor::FromElementsOp>(unknown, type, number);
    mapping.map(value, scalar);
    return scalar;
  }
  if (isCut(value))
    return addArgument(value);
  mlir::Operation *op = value.getDefiningOp();
  for (mlir::Value outer : valuesFromOutside(op))
    take(outer);
  mlir::Operation *copy = builder.clone(*op, mapping);
  // Places are left out: messages about the program come from the program. The parts of a batch keep their names.
  llvm::SmallVector<mlir::Location> places;
  op->walk([&](mlir::Operation *inner) { places.push_back(locationOf(inner)); });
  const mlir::Location *place = places.begin();
  copy->walk([&](mlir::Operation *inner) { inner->setLoc(*place++); });
  dropChecks(copy);
  if (llvm::isa<mlir::scf::ForOp, mlir::scf::IfOp, mlir::scf::WhileOp>(copy)) {
    copy = countBatches(copy);
    if (auto drawn = copyWithCountedKeys(builder, copy); hasText && !drawn.empty()) {
      copy->erase();
      copy = drawn.front().getDefiningOp();
    }
    // A loop over batches has one result more, which only itself reads.
    unsigned count = std::min(copy->getNumResults(), op->getNumResults());
    mapping.map(op->getResults().take_front(count), copy->getResults().take_front(count));
  }
  auto nameOf = [&](mlir::Value result) {
    auto *note = e.notes.find(result);
    std::string name = note ? note->name : "";
    return name.empty() && visible.count(result) ? visible[result] : name;
  };
  // What a loop carries is called what its last value is called.
  if (auto loop = llvm::dyn_cast<mlir::scf::ForOp>(copy))
    for (auto [argument, result] : llvm::zip(loop.getRegionIterArgs(), op->getResults()))
      argument.setLoc(named(nameOf(result)));
  else if (auto loop = llvm::dyn_cast<mlir::scf::WhileOp>(copy))
    for (auto [argument, result] : llvm::zip(loop.getBeforeArguments(), op->getResults()))
      argument.setLoc(named(nameOf(result)));
  else if (op->getNumResults() == 1)
    copy->setLoc(named(nameOf(value)));
  return mapping.lookup(value);
}

std::string Outliner::addParameter(const std::string &name, const Value &value) {
  std::vector<Elaborator::Tensor> leaves;
  std::vector<std::string> names;
  std::string root = fresh(name);
  if (auto *data = as<DataValue>(value)) {
    Argument argument;
    argument.value = function.getBody().front().addArgument(data->handle.getType(), unknown);
    argument.name = root;
    mapping.map(data->handle, argument.value);
    arguments.push_back(argument);
    return root;
  }
  e.leaves(value, leaves, /*trainableOnly=*/true);
  e.leafNames(value, root, names, /*trainableOnly=*/true);
  for (auto [leaf, own] : llvm::zip(leaves, names)) {
    Argument argument;
    argument.value = function.getBody().front().addArgument(leaf->ssa.getType(), named(own));
    argument.name = own;
    argument.shape = leaf->shape;
    argument.element = leaf->element;
    mapping.map(leaf->ssa, argument.value);
    arguments.push_back(argument);
  }
  return root;
}

/// A size that no type tells, but a data set, is `rows(digits)`.
void Outliner::nameSizes() {
  std::vector<std::pair<size_t, mlir::Value>> ofData;
  for (auto [i, argument] : llvm::enumerate(arguments))
    if (argument.symbol && !bound.count(*argument.symbol))
      if (mlir::Value data = dataOfRows(mlir::Value::getFromOpaquePointer(e.dims[*argument.symbol].value));
          data && !dataName(data).empty())
        ofData.push_back({i, take(data)});
  for (auto [i, data] : ofData) {
    auto set = llvm::find_if(arguments, [&, value = data](auto &other) { return other.value == value; });
    arguments[i].name = "rows(" + set->name + ")";
  }
}

void Outliner::run() {
  std::vector<Elaborator::Tensor> differentiated;
  e.leaves(outline.wrt, differentiated, /*trainableOnly=*/true);
  const Value &point = outline.signature.point;
  if (point) {
    addParameter("u", outline.wrt);
    e.leaves(point, differentiated, /*trainableOnly=*/true);
  }
  for (auto &leaf : differentiated)
    wrt.insert(leaf->ssa);
  first = differentiated.empty() ? nullptr : differentiated.back()->ssa.getDefiningOp();
  std::vector<std::pair<std::string, Value>> parameters{{outline.signature.root, point ? point : outline.wrt}};
  llvm::append_range(parameters, outline.signature.parameters);
  for (auto &[name, value] : parameters)
    name = addParameter(name, value);
  for (mlir::Value operand : outline.grad->getOperands())
    take(operand);
  if (!hasText) {
    // Printed as a comment that says so.
    function.eraseBody();
    function.setPrivate();
    function->setAttr(troubleAttr, builder.getStringAttr("batches of data"));
    return;
  }
  mlir::Operation *grad = builder.clone(*outline.grad, mapping);
  grad->setLoc(unknown);
  builder.create<mlir::func::ReturnOp>(unknown, grad->getResults());

  bindSizes();
  keepAsserts();
  nameSizes();
  std::string signature = signatureText(parameters);
  llvm::SmallVector<mlir::Attribute> captured;
  // Seeds come last.
  for (bool isSeed : {false, true})
    for (auto &argument : arguments)
      if (argument.isCaptured && argument.value.getType().isInteger(64) == isSeed)
        captured.push_back(builder.getStringAttr(parameterText(argument)));
  for (auto &argument : arguments)
    if (argument.symbol && argument.name.empty()) {
      argument.name = symbolName(*argument.symbol);
      argument.isSize = bound.insert(*argument.symbol).second;
    }
  llvm::SmallVector<mlir::DictionaryAttr> attributes;
  for (auto &argument : arguments) {
    llvm::SmallVector<mlir::NamedAttribute> own{builder.getNamedAttr(nameAttr, builder.getStringAttr(argument.name))};
    llvm::SmallVector<mlir::Attribute> sizes;
    if (argument.shape)
      for (auto &size : *argument.shape)
        sizes.push_back(builder.getStringAttr(dimText(size.dim)));
    own.push_back(builder.getNamedAttr(sizesAttr, builder.getArrayAttr(sizes)));
    if (argument.isSize)
      own.push_back(builder.getNamedAttr(sizeParameterAttr, builder.getUnitAttr()));
    attributes.push_back(builder.getDictionaryAttr(own));
  }
  mlir::Block &body = function.getBody().front();
  function.setFunctionType(builder.getFunctionType(body.getArgumentTypes(), grad->getResultTypes()));
  function.setAllArgAttrs(attributes);
  function->setAttr(signatureAttr, builder.getStringAttr(signature));
  function->setAttr(capturedAttr, builder.getArrayAttr(captured));
  function->setAttr(resultAttr, builder.getStringAttr(formText(outline.wrt)));
}

void mdl::outlineGradient(Elaborator &elaborator, mlir::ModuleOp into, const GradientOutline &outline) {
  Outliner(elaborator, into, outline).run();
}

bool Elaborator::outlineDerivative(const Value &function, SourceRange range, std::vector<CallArguments::Item> given,
                                   mlir::ModuleOp into) {
  size_t errors = diags.errorCount();
  noteOwnNames(*this, scope.get(), into);
  Restore<mlir::ModuleOp> restoreOutlines(outlines, into);
  Restore<bool> restoreScratch(outlineScratch, true);
  speculate([&] {
    CallArguments arguments;
    arguments.range = range;
    arguments.callee = "grad";
    arguments.items = std::move(given);
    const Value *innermost = &function;
    while (auto *gradient = as<GradientValue>(*innermost))
      innermost = &gradient->function;
    auto *declared = as<FunctionValue>(*innermost);
    auto *lambda = as<LambdaValue>(*innermost);
    auto inner = std::make_shared<Scope>(declared ? declared->scope : scope, /*isFunction=*/true);
    Restore<ScopePtr> restore(scope, inner);
    // Without a type: one number.
    auto number = [&](SourceRange place) {
      mlir::Value value =
          emit.builder.getInsertionBlock()->addArgument(emit.tensorType(ElementType::F32, {}), emit.location);
      arguments.items.push_back({"", make(value, ElementType::F32, {}), place});
    };
    if (arguments.items.empty() && lambda)
      for (auto *parameter : lambda->lambda->parameters)
        number(parameter->range);
    if (arguments.items.empty() && declared)
      for (auto &parameter : declared->decl->parameters) {
        if (parameter.defaultValue)
          continue;
        if (!parameter.type) {
          number(parameter.range);
          continue;
        }
        auto value = typedPlaceholder(*parameter.type, *inner, /*leading=*/false);
        if (!value)
          return;
        arguments.items.push_back({"", *value, parameter.range});
      }
    GradientValue gradient;
    gradient.function = function;
    callGradient(gradient, arguments);
  });
  // The derivative asked for is the last one; those that it is made of are part of it.
  auto outlined = llvm::to_vector(into.getOps<mlir::func::FuncOp>());
  for (auto [i, function] : llvm::enumerate(outlined))
    if (function->hasAttr(titleAttr) && i + 1 < outlined.size())
      function.erase();
  return diags.errorCount() == errors;
}
