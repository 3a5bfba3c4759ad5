//===- CustomGradients.cpp - Functions that say their own gradient ------------------------------===//
//
// Stage: sema. `fn f(x) = … gradient (x, g) => …` and `checkpoint(f)` become
// mdl.custom_gradient: values, and a rule that autodiff uses instead of what they were
// computed by. The rule is elaborated, and so its shapes are checked, where the function is used.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/CustomGradients.h"
#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/sema/Builtins.h"
#include "compiler/sema/Guards.h"
#include "mlir/Transforms/RegionUtils.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using Tensor = Elaborator::Tensor;

static std::vector<Tensor> floatLeaves(Elaborator &e, const Value &value) {
  std::vector<Tensor> all, floats;
  e.leaves(value, all);
  for (auto &leaf : all)
    if (isFloat(leaf->element) && leaf->ssa)
      floats.push_back(leaf);
  return floats;
}

static llvm::SmallVector<mlir::Value> ssaOf(Elaborator &e, const std::vector<Tensor> &tensors) {
  llvm::SmallVector<mlir::Value> values;
  for (auto &tensor : tensors)
    values.push_back(e.ssa(tensor));
  return values;
}

/// A structure of the form of `result`, whose leaves are `values`: the gradients that a rule takes, or the results.
static Value inFormOf(Elaborator &e, const Value &result, const std::vector<Tensor> &values, mlir::ValueRange leaves) {
  std::vector<Tensor> made;
  for (auto [value, leaf] : llvm::zip(values, leaves))
    made.push_back(e.make(leaf, value->element, value->shape, value->lift));
  size_t next = 0;
  return e.rebuild(result, made, next);
}

Tensor mdl::gradientOfInput(Elaborator &e, const Tensor &input, Tensor gradient, SourceRange range) {
  if (Tensor mask = guardMask(e))
    gradient = e.tensor(
        e.elementwise("select", {mask, gradient, e.scalarConstant(gradient->element, 0)}, {range, range, range}, range),
        range);
  gradient = e.liftTo(gradient, input->lift);
  Shape shape = gradient->shape;
  llvm::SmallVector<int64_t> summed;
  for (unsigned axis = 0; axis < gradient->lift; ++axis) {
    Dim own = axis < input->lift ? input->shape[axis].dim : Dim(1);
    if (own.isConstant(1) && !shape[axis].dim.isConstant(1))
      summed.push_back(axis);
    else if (axis < input->lift)
      shape[axis] = input->shape[axis];
  }
  if (!summed.empty()) {
    gradient = builtin::reduceAxes(e, "sum", gradient, summed, /*keep=*/true);
    for (int64_t axis : summed)
      shape[axis].dim = Dim(1);
  }
  gradient = e.broadcast(gradient, shape, gradient->lift);
  // Axes that only the gradient has are gone.
  shape.erase(shape.begin() + input->lift, shape.begin() + gradient->lift);
  return e.reshape(gradient, shape, input->lift);
}

//===--- Rules that call their function again ---------------------------------------------===//
//
// Note [Rules that call their function]
// In `fn s(x) = … gradient (x, g) => g * s(x) * (1 - s(x))` the rule's `s(x)` is the value that the rule belongs to: it
// is an argument of the rule's block, and its derivative, for derivatives of a higher order, goes by the same rule. So
// rules end, also those of functions that use each other. With other arguments, `g * s(x + 1)`, each call has a rule of
// its own, with a call in it: they are followed a few times, as many as the order of a derivative may ask for.

/// How often rules of one function, with other arguments each time, are made inside of each other.
static constexpr int mostRulesInside = 4;

/// Whether two arguments are the same values.
static bool isSameArgument(const Value &first, const Value &second) {
  if (isSameConstant(first, second))
    return true;
  if (!first || !second || first->kind != second->kind)
    return false;
  if (auto *a = as<TensorValue>(first)) {
    auto *b = as<TensorValue>(second);
    bool isSame = a->ssa ? a->ssa == b->ssa : !b->ssa && a->known && a->known == b->known;
    return isSame && a->element == b->element && a->lift == b->lift;
  }
  std::vector<Value> parts = partsOf(first), others = partsOf(second);
  return !parts.empty() && parts.size() == others.size() && llvm::all_of(llvm::zip(parts, others), [](auto pair) {
    return isSameArgument(std::get<0>(pair), std::get<1>(pair));
  });
}

/// Whether a rule is one of the function, whatever its arguments.
static bool isRuleOf(const GradientRule &rule, const ast::FnDecl &decl, const Scope &inner) {
  return rule.decl == &decl && rule.parameters->parent == inner.parent;
}

Value mdl::resultInRule(Elaborator &e, const ast::FnDecl &decl, Scope &inner) {
  for (auto &rule : llvm::reverse(e.rules)) {
    bool isSame = isRuleOf(rule, decl, inner);
    for (size_t i = 0; isSame && i < decl.parameters.size(); ++i) {
      auto &pattern = *decl.parameters[i].pattern;
      isSame = pattern.kind == ast::Pattern::Bind &&
               isSameArgument(inner.names[pattern.name.text].value, rule.parameters->names[pattern.name.text].value);
    }
    if (isSame)
      return rule.result;
  }
  return nullptr;
}

bool mdl::usesResultOfRule(mlir::Value value) {
  llvm::SetVector<mlir::Value> behind;
  behind.insert(value);
  for (size_t i = 0; i < behind.size(); ++i) {
    auto argument = llvm::dyn_cast<mlir::BlockArgument>(behind[i]);
    mlir::Operation *op = argument ? argument.getOwner()->getParentOp() : behind[i].getDefiningOp();
    if (auto rule = llvm::dyn_cast<CustomGradientOp>(op); rule && argument) {
      if (llvm::is_contained(rule.getOwnResults(), argument))
        return true;
      continue;
    }
    if (llvm::isa<StopGradientOp>(op))
      continue;
    behind.insert(op->operand_begin(), op->operand_end());
    mlir::getUsedValuesDefinedAbove(op->getRegions(), behind);
  }
  return false;
}

static bool isEndless(Elaborator &e, const ast::FnDecl &decl, const Scope &inner) {
  return llvm::count_if(e.rules, [&](auto &rule) { return isRuleOf(rule, decl, inner); }) >= mostRulesInside;
}

/// What the rule gives for one parameter, leaf by leaf in the parameter's own shapes.
static bool takeParameter(Elaborator &e, const std::string &name, const Value &parameter, const Value &given,
                          SourceRange range, llvm::SmallVectorImpl<mlir::Value> &out) {
  std::vector<Tensor> inputs, gradients;
  e.leaves(parameter, inputs);
  Value settled = as<TensorValue>(parameter) && e.isTensorLike(given)
                      ? Value(e.tensor(given, range, as<TensorValue>(parameter)->element))
                      : e.settle(given, range);
  if (!settled)
    return false;
  e.leaves(settled, gradients);
  bool fits = inputs.size() == gradients.size();
  for (size_t i = 0; fits && i < inputs.size(); ++i) {
    if (!isFloat(inputs[i]->element))
      continue;
    auto x = llvm::ArrayRef(inputs[i]->shape).drop_front(inputs[i]->lift);
    auto d = llvm::ArrayRef(gradients[i]->shape).drop_front(gradients[i]->lift);
    fits = gradients[i]->element == inputs[i]->element && x.size() == d.size();
    for (size_t axis = 0; fits && axis < x.size(); ++axis)
      fits = x[axis].dim == d[axis].dim;
    if (fits)
      out.push_back(e.ssa(gradientOfInput(e, inputs[i], gradients[i], range)));
  }
  if (!fits)
    e.diags.report(diag::GradientShape, range, {name, e.typeName(parameter), e.typeName(settled)})
        .hint("the gradient of a value has its type and shape");
  return fits;
}

Value Elaborator::customGradient(const ast::FnDecl &decl, const ScopePtr &inner, const Value &result,
                                 SourceRange range) {
  Value settled = settle(result, decl.body->range);
  std::vector<Tensor> values;
  leaves(settled, values);
  std::vector<Tensor> inputs;
  CallArguments arguments;
  arguments.range = decl.gradient->range;
  arguments.callee = "gradient";
  std::vector<std::string> names;
  for (auto &parameter : decl.parameters) {
    names.push_back(parameter.pattern->name.text);
    Value value = parameter.pattern->kind == ast::Pattern::Bind ? inner->names[names.back()].value : nullptr;
    if (!value)
      return nullptr;
    arguments.items.push_back({"", value, parameter.range});
    auto own = floatLeaves(*this, value);
    inputs.insert(inputs.end(), own.begin(), own.end());
  }
  if (!settled || values.empty() || inputs.empty())
    return settled;
  emit.setPlace(range);
  auto op = emit.builder.create<CustomGradientOp>(emit.location, ssaOf(*this, values), ssaOf(*this, inputs));
  mlir::Block &rule = op.getRule().front();
  if (isEndless(*this, decl, *inner)) {
    op.setEndless(true);
    mlir::OpBuilder::atBlockEnd(&rule).create<RuleYieldOp>(emit.location, mlir::ValueRange());
    return inFormOf(*this, settled, values, op.getResults());
  }
  bool ok = true;
  {
    mlir::OpBuilder::InsertionGuard guard(emit.builder);
    Restore<Tracer *> uncounted(tracer, nullptr);    // a model's table tells the operations of its call
    Restore<mlir::ModuleOp> unprinted(outlines, {}); // a gradient in a rule is part of those that use it
    emit.builder.setInsertionPointToEnd(&rule);
    arguments.items.push_back({"", inFormOf(*this, settled, values, op.getGradientsGiven()), decl.gradient->range});
    rules.push_back({&decl, inner, inFormOf(*this, settled, values, op.getOwnResults())});
    LambdaValue lambda;
    lambda.lambda = decl.gradient;
    lambda.scope = inner;
    diags.pushContext(range, "in the gradient of `" + decl.name.text + "`");
    Value given = callLambda(lambda, arguments);
    rules.pop_back();
    llvm::SmallVector<mlir::Value> yields;
    auto *tuple = as<TupleValue>(given);
    ok = given != nullptr;
    if (ok && names.size() > 1 && (!tuple || tuple->elements.size() != names.size())) {
      diags.report(diag::PatternMismatch, decl.gradient->body->range,
                   {"a tuple of " + std::to_string(names.size()) + ", a gradient for each parameter", typeName(given)});
      ok = false;
    }
    for (size_t i = 0; ok && i < names.size(); ++i)
      if (!floatLeaves(*this, arguments.items[i].value).empty())
        ok = takeParameter(*this, names[i], arguments.items[i].value, names.size() > 1 ? tuple->elements[i] : given,
                           decl.gradient->body->range, yields);
    diags.popContext();
    emit.builder.create<RuleYieldOp>(emit.location, yields);
  }
  if (!ok) {
    op.erase();
    return nullptr;
  }
  return inFormOf(*this, settled, values, op.getResults());
}

/// Text and other effects happened the first time; what is drawn is drawn again.
static void dropEffects(mlir::Block &block) {
  llvm::SmallVector<mlir::Operation *> effects;
  block.walk([&](RuntimeOp op) {
    bool ofDraws = op.getCallee() == "mdl_draws_begin" || op.getCallee() == "mdl_draws_end";
    if (!op.getPure() && !ofDraws &&
        llvm::all_of(op->getResults(), [](mlir::Value result) { return result.use_empty(); }))
      effects.push_back(op);
  });
  for (mlir::Operation *op : llvm::reverse(effects))
    op->erase();
}

Value Elaborator::callCheckpoint(const GradientValue &checkpoint, CallArguments &arguments) {
  // What goes in gets SSA values first, so that both computations start from the same ones.
  for (auto &item : arguments.items) {
    item.value = settle(item.value, item.range);
    if (!item.value)
      return nullptr;
  }
  // Draws of the function follow from one key, so that the second computation draws the same.
  const int64_t sites = randomSites;
  mlir::Block *here = emit.builder.getInsertionBlock();
  mlir::Block::iterator place = emit.builder.getInsertionPoint();
  mlir::Operation *before = place == here->begin() ? nullptr : &*std::prev(place);
  CallArguments first = arguments;
  Value result = settle(callValue(checkpoint.function, first), arguments.range);
  const int64_t sitesAfter = randomSites;
  mlir::Value key;
  if (sitesAfter != sites) {
    mlir::OpBuilder::InsertionGuard guard(emit.builder);
    if (before)
      emit.builder.setInsertionPointAfter(before);
    else
      emit.builder.setInsertionPointToStart(here);
    key = emit.runtime("mdl_next_seed", emit.constantI64(randomSites++), emit.builder.getI64Type());
    emit.runtime("mdl_draws_begin", key);
  }
  if (key)
    emit.runtime("mdl_draws_end", {});
  std::vector<Tensor> values;
  leaves(result, values);
  values.erase(llvm::remove_if(values, [](auto &value) { return !isFloat(value->element); }), values.end());
  std::vector<Tensor> all;
  leaves(result, all);
  if (!result || values.empty() || values.size() != all.size())
    return result;

  emit.setPlace(arguments.range);
  auto open = emit.builder.create<CustomGradientOp>(emit.location, ssaOf(*this, values), mlir::ValueRange());
  mlir::Block &rule = open.getRule().front();
  llvm::SmallVector<mlir::Value> inputs;
  bool ok = true;
  {
    mlir::OpBuilder::InsertionGuard guard(emit.builder);
    emit.builder.setInsertionPointToEnd(&rule);
    // The second computation starts from barriers.
    CallArguments second = arguments;
    llvm::SmallVector<mlir::Value> wrt;
    llvm::SmallVector<std::string> names;
    for (auto &item : second.items) {
      std::vector<Tensor> own;
      leaves(item.value, own);
      for (auto &leaf : own) {
        llvm::SmallVector<mlir::Value> operands{ssa(leaf)};
        llvm::append_range(operands, open.getGradientsGiven());
        Tensor behind =
            make(emit.op("barrier", operands, operands[0].getType()), leaf->element, leaf->shape, leaf->lift);
        if (isFloat(leaf->element)) {
          inputs.push_back(operands[0]);
          wrt.push_back(behind->ssa);
          names.push_back(std::string(sources.text(item.range)));
        }
        leaf = behind;
      }
      size_t next = 0;
      item.value = rebuild(item.value, own, next);
    }
    const int64_t sitesOfAll = randomSites;
    randomSites = sites;
    if (key)
      emit.runtime("mdl_draws_begin", key);
    // States were assigned the first time.
    StatesThen states = statesNow();
    Value again = settle(callValue(checkpoint.function, second), arguments.range);
    restoreStates(states);
    if (key)
      emit.runtime("mdl_draws_end", {});
    randomSites = sitesOfAll;
    std::vector<Tensor> computed;
    leaves(again, computed);
    ok = again && computed.size() == values.size();
    // The rule in one number: the sum of the results times their gradients.
    mlir::Value loss;
    for (size_t i = 0; ok && i < computed.size(); ++i) {
      mlir::Value value = ssa(computed[i]);
      mlir::Value product = emit.op("mul", {value, rule.getArgument(i)}, value.getType());
      auto axes = llvm::to_vector(llvm::seq<int64_t>(0, computed[i]->shape.size()));
      mlir::Type scalarType = emit.tensorType(computed[i]->element, {});
      mlir::Value sum = axes.empty() ? product : emit.op("sum", product, scalarType, {emit.ints("axes", axes)});
      if (!loss)
        loss = sum;
      else if (loss.getType() == sum.getType())
        loss = emit.op("add", {loss, sum}, scalarType);
      else
        ok = false;
    }
    if (ok) {
      dropEffects(rule);
      // What the function reads from outside gets a gradient, too.
      llvm::SetVector<mlir::Value> captured;
      mlir::getUsedValuesDefinedAbove(open.getRule(), captured);
      for (mlir::Value value : captured) {
        auto type = llvm::dyn_cast<mlir::RankedTensorType>(value.getType());
        bool read = llvm::any_of(value.getUsers(), [&](mlir::Operation *user) {
          return open.getRule().findAncestorOpInRegion(*user) && !llvm::isa<BarrierOp>(user);
        });
        if (!type || !llvm::isa<mlir::FloatType>(type.getElementType()) || !read)
          continue;
        inputs.push_back(value);
        wrt.push_back(value);
        names.emplace_back();
      }
      llvm::SmallVector<mlir::Value> operands{loss};
      operands.append(wrt);
      llvm::SmallVector<llvm::StringRef> texts(names.begin(), names.end());
      auto *grad = emit.ops("grad", operands, mlir::ValueRange(wrt).getTypes(),
                            {emit.attr("names", emit.builder.getStrArrayAttr(texts))});
      grad->setAttr(partialAttr, emit.builder.getUnitAttr());
      emit.builder.create<RuleYieldOp>(emit.location, grad->getResults());
    }
  }
  if (!ok) {
    open.erase();
    return result;
  }
  auto op = emit.builder.create<CustomGradientOp>(emit.location, ssaOf(*this, values), inputs);
  op.getRule().takeBody(open.getRule());
  open.erase();
  return inFormOf(*this, result, values, op.getResults());
}
