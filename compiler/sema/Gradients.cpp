//===- Gradients.cpp - grad, value_and_grad, stop_gradient --------------------------------------===//
//
// Stage: sema. A gradient is a request (mdl.grad) that -mdl-grad expands; here it is checked
// that the loss is one number and that what it is taken of are floats.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Callables.h"
#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"

using namespace mdl;

// Note [Gradients in comprehensions]
// In `[grad(f)(t) for t in ts]` the loss is a number for each index, and so is what the gradient is taken of. Each
// number depends on its own one only, so the gradient of the sum over the indices is all their gradients. What is the
// same for all indices, as x in `[grad(y => f(y)[i])(x) for i in 0..n]`, is first made one for each.

using Tensor = Elaborator::Tensor;

/// The axes of the index space that the number depends on and the parameter does not.
static std::vector<unsigned> sharedAxes(const TensorValue &number, const TensorValue &parameter) {
  std::vector<unsigned> axes;
  for (unsigned axis = 0; axis < number.lift; ++axis)
    if (!number.shape[axis].dim.isConstant(1) &&
        (axis >= parameter.lift || parameter.shape[axis].dim != number.shape[axis].dim))
      axes.push_back(axis);
  return axes;
}

/// One number for all indices.
static Tensor summedIndices(Elaborator &e, const Tensor &number) {
  if (!number->lift)
    return number;
  auto axes = llvm::to_vector(llvm::seq<int64_t>(number->lift));
  return e.make(e.emit.op("sum", e.ssa(number), e.emit.tensorType(number->element, {}), {e.emit.ints("axes", axes)}),
                number->element, {});
}

/// A copy for each index along these axes.
static Tensor forEachIndex(Elaborator &e, const Tensor &value, const std::vector<unsigned> &axes) {
  if (axes.empty())
    return value;
  Tensor lifted = e.liftTo(value, std::max(value->lift, axes.back() + 1));
  Shape shape = lifted->shape;
  for (unsigned axis : axes)
    shape[axis] = e.axes[axis].size;
  return e.broadcast(lifted, shape, lifted->lift);
}

/// A loss of whole numbers: says where they come from.
static void reportWholeLoss(Elaborator &e, const Elaborator::Tensor &loss, SourceRange range) {
  auto report = e.diags.report(diag::GradientOfInteger, range, {e.typeName(loss)});
  mlir::Operation *made = loss->ssa ? loss->ssa.getDefiningOp() : nullptr;
  llvm::StringRef name = made ? made->getName().stripDialect() : "";
  if (name == "argmax" || name == "argmin" || name == "argsort")
    report.hint("`" + name.str() + "` gives whole numbers, which do not change with a small change of its input");
  else
    report.hint("whole numbers have no small changes; `x.f32()` converts what it is computed from");
}

Value Elaborator::gradient(const Value &loss, SourceRange lossRange, const Value &wrt, SourceRange wrtRange,
                           SourceRange range, GradientSignature signature) {
  Tensor value = loss ? tensor(loss, lossRange) : nullptr;
  if (!value || !wrt)
    return nullptr;
  if (value->rank() != 0) {
    auto report = diags.report(diag::GradientOfNonScalar, lossRange, {typeName(value)});
    report.hint("`mean(…)` or `sum(…)` makes one number");
    return nullptr;
  }
  if (!isFloat(value->element)) {
    reportWholeLoss(*this, value, lossRange);
    return nullptr;
  }
  std::vector<Tensor> parameters;
  leaves(wrt, parameters, /*trainableOnly=*/true);
  if (parameters.empty()) {
    diags.report(diag::ExpectedTensor, wrtRange, {typeName(wrt)});
    return nullptr;
  }
  if (llvm::any_of(parameters, [&](auto &parameter) { return !sharedAxes(*value, *parameter).empty(); })) {
    diags
        .report(diag::Unsupported, lossRange,
                {"the gradient of a number for each index of the comprehension around it, in what is the same for all "
                 "of them"})
        .hint("`grad(f)(x)` of a function is one for each index; `grad(sum(… for …), wrt=p)` is the gradient of all "
              "numbers together");
    return nullptr;
  }
  llvm::SmallVector<mlir::Value> operands{ssa(summedIndices(*this, value))};
  llvm::SmallVector<mlir::Type> types;
  for (auto &parameter : parameters) {
    if (!isFloat(parameter->element)) {
      diags.report(diag::GradientOfInteger, wrtRange, {typeName(parameter)})
          .hint("whole numbers have no small changes; `x.f32()` before the loss is computed converts");
      return nullptr;
    }
    operands.push_back(ssa(parameter));
    types.push_back(operands.back().getType());
  }
  emit.setPlace(range);
  std::vector<std::string> names;
  leafNames(wrt, std::string(sources.text(wrtRange)), names, /*trainableOnly=*/true);
  llvm::SmallVector<llvm::StringRef> nameRefs(names.begin(), names.end());
  auto *op = emit.ops("grad", operands, types, {emit.attr("names", emit.builder.getStrArrayAttr(nameRefs))});
  if (outlines && (outlineScratch || !emit.inScratch()))
    outlineGradient(*this, outlines, {std::move(signature), wrt, op});
  std::vector<Tensor> results;
  for (size_t i = 0; i < parameters.size(); ++i)
    results.push_back(make(op->getResult(i), parameters[i]->element, parameters[i]->shape, parameters[i]->lift));
  size_t next = 0;
  return rebuild(wrt, results, next, /*trainableOnly=*/true);
}

/// What a function's derivative is called, and its first parameter.
static std::pair<std::string, std::string> functionNames(const Value &function) {
  auto parameter = [](const ast::Pattern *pattern) {
    return pattern && pattern->kind == ast::Pattern::Bind ? pattern->name.text : std::string("x");
  };
  if (auto *declared = as<FunctionValue>(function))
    return {declared->decl->name.text,
            parameter(declared->decl->parameters.empty() ? nullptr : declared->decl->parameters[0].pattern)};
  if (auto *lambda = as<LambdaValue>(function))
    return {"f", parameter(lambda->lambda->parameters.empty() ? nullptr : lambda->lambda->parameters[0])};
  if (auto *gradient = as<GradientValue>(function)) {
    auto [name, root] = functionNames(gradient->function);
    return {"grad_" + name, root};
  }
  if (auto *builtin = as<BuiltinValue>(function))
    return {builtin->name, "x"};
  return {"f", "x"};
}

/// The patterns of the parameters that the user wrote.
static std::vector<const ast::Pattern *> parameterPatterns(const Value &function) {
  if (auto *gradient = as<GradientValue>(function))
    return parameterPatterns(gradient->function);
  std::vector<const ast::Pattern *> patterns;
  if (auto *declared = as<FunctionValue>(function))
    for (auto &parameter : declared->decl->parameters)
      patterns.push_back(parameter.pattern);
  if (auto *lambda = as<LambdaValue>(function))
    for (const ast::Pattern *pattern : lambda->lambda->parameters)
      patterns.push_back(pattern);
  return patterns;
}

/// The parameters of a function after the first, by name, with what a call gives for them; numbers that are part of the
/// function's text are left out.
static std::vector<std::pair<std::string, Value>> otherParameters(Elaborator &e, const Value &function,
                                                                  const CallArguments &call) {
  std::vector<const ast::Pattern *> patterns = parameterPatterns(function);
  std::vector<std::pair<std::string, Value>> parameters;
  for (size_t i = 1; i < patterns.size(); ++i) {
    if (!patterns[i] || patterns[i]->kind != ast::Pattern::Bind)
      continue;
    const std::string &name = patterns[i]->name.text;
    for (auto [place, item] : llvm::enumerate(call.items)) {
      std::vector<Elaborator::Tensor> leaves;
      e.leaves(item.value, leaves, /*trainableOnly=*/true);
      bool given = item.name.empty() ? place == i : item.name == name;
      bool isTensors = !leaves.empty() && llvm::all_of(leaves, [](auto &leaf) { return leaf->ssa != nullptr; });
      if (given && (isTensors || as<DataValue>(item.value)))
        parameters.push_back({name, item.value});
    }
  }
  return parameters;
}

/// The same value under a name of its own.
static Tensor renamed(Elaborator &e, const Tensor &value) {
  llvm::SmallVector<mlir::Value> operands{e.ssa(value)};
  operands.append(e.emit.dynamicSizes(value->shape, e.dims));
  return e.make(e.emit.op("reshape", operands, e.emit.tensorType(value->element, value->shape)), value->element,
                value->shape, value->lift);
}

/// Whether a function's text has a call of it: where that ends may be a matter of a number that it is given.
static bool callsItself(Elaborator &e, const Value &function) {
  if (auto *gradient = as<GradientValue>(function))
    return callsItself(e, gradient->function);
  auto *declared = as<FunctionValue>(function);
  return declared &&
         e.sources.text(declared->decl->body->range).find(declared->decl->name.text + "(") != std::string_view::npos;
}

/// In a printed gradient a number that is given for a parameter is a parameter. What must be known when the program is
/// compiled, such as an axis, stays what it is: `tried` says whether the function takes these arguments.
static void makeParameters(Elaborator &e, const Value &function, CallArguments &call, ElementType element,
                           llvm::function_ref<bool(CallArguments &)> tried) {
  if (parameterPatterns(function).empty() || callsItself(e, function))
    return;
  for (size_t i = 1; i < call.items.size(); ++i) {
    Value given = call.items[i].value;
    auto *list = as<ListValue>(given);
    bool isNumber = as<LiteralValue>(given) || (list && llvm::any_of(list->elements, [](const Value &part) {
                                                  return as<LiteralValue>(part) && !as<LiteralValue>(part)->isInt;
                                                }));
    if (!isNumber || !e.isTensorLike(given))
      continue;
    Tensor value = e.tensor(given, call.items[i].range, element);
    if (!value)
      return;
    call.items[i].value = renamed(e, isFloat(value->element) ? value : e.cast(value, element));
    if (!tried(call))
      call.items[i].value = given;
  }
}

/// `loss` for `grad(loss, wrt=w)`, `mse` for `grad(mse(a, b), wrt=w)`.
static std::string nameOfText(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && (llvm::isAlnum(text[end]) || text[end] == '_'))
    ++end;
  bool isName = end && !llvm::isDigit(text[0]) && (end == text.size() || text[end] == '(');
  return isName ? std::string(text.substr(0, end)) : "loss";
}

Value Elaborator::callGradient(const GradientValue &function, CallArguments &arguments) {
  if (function.what == GradientValue::Transform::Checkpoint)
    return callCheckpoint(function, arguments);
  if (arguments.items.empty()) {
    diags.report(diag::MissingArgument, arguments.range, {arguments.callee, "x"});
    return nullptr;
  }
  // The first argument under a name of its own: what the function captures is held fixed.
  auto &first = arguments.items[0];
  Value settled = first.value;
  if (isTensorLike(settled)) {
    Tensor t = tensor(settled, first.range, ElementType::F32);
    settled = t && isInteger(t->element) && as<LiteralValue>(first.value) ? cast(t, ElementType::F32) : t;
  } else {
    settled = settle(settled, first.range);
  }
  if (!settled)
    return nullptr;
  SourceRange firstRange = first.range;
  Value wrt, loss;
  std::vector<unsigned> shared;
  auto callWith = [&](const CallArguments &given) {
    std::vector<Tensor> own;
    leaves(settled, own);
    for (auto &leaf : own)
      leaf = renamed(*this, forEachIndex(*this, leaf, shared));
    size_t next = 0;
    wrt = rebuild(settled, own, next);
    CallArguments again = given;
    again.items[0].value = wrt;
    loss = callValue(function.function, again);
    shared.clear();
    for (auto &leaf : own)
      if (auto *number = as<TensorValue>(loss); number && shared.empty())
        shared = sharedAxes(*number, *leaf);
  };
  // Nothing of a trial stays.
  auto tried = [&](const CallArguments &given) {
    size_t reported = diags.all().size(), errors = diags.errorCount();
    Restore<int64_t> sites(randomSites, int64_t(randomSites));
    Restore<mlir::ModuleOp> unprinted(outlines, nullptr);
    speculate([&] { callWith(given); });
    bool isGood = diags.errorCount() == errors;
    diags.rewind(reported);
    return isGood;
  };
  if (outlines && (outlineScratch || !emit.inScratch())) {
    std::vector<Tensor> own;
    leaves(settled, own);
    ElementType element = own.empty() || !isFloat(own[0]->element) ? ElementType::F32 : own[0]->element;
    makeParameters(*this, function.function, arguments, element, [&](CallArguments &given) {
      bool isGood = tried(given);
      shared.clear();
      return isGood;
    });
  }
  if (!axes.empty()) // Only a call tells which indices the function looks at.
    tried(arguments);
  callWith(arguments);
  auto [name, root] = functionNames(function.function);
  GradientSignature signature{"grad_" + name, root, true, otherParameters(*this, function.function, arguments)};
  Value result = gradient(loss, arguments.range, wrt, firstRange, arguments.range, std::move(signature));
  if (!result || function.what == GradientValue::Transform::Gradient)
    return result;
  auto pair = std::make_shared<TupleValue>();
  pair->elements = {loss, result};
  return pair;
}

/// `grad(f)`, `value_and_grad(f)`, `checkpoint(f)`: a function made of a function.
static Value transformed(const Value &function, GradientValue::Transform what) {
  auto result = std::make_shared<GradientValue>();
  result->function = function;
  result->what = what;
  return result;
}

/// `grad(loss, wrt=p)` and `grad(f)`.
static Value grad(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"value", "wrt?"});
  if (!bound)
    return nullptr;
  auto *value = (*bound)[0], *wrt = (*bound)[1];
  if (!wrt) {
    if (isCallable(value->value))
      return transformed(value->value, GradientValue::Transform::Gradient);
    e.diags.report(diag::MissingArgument, call.range, {call.callee, "wrt"})
        .hint("`grad(loss, wrt=p)` is the gradient with respect to `p`; `grad(f)` the derivative of a function");
    return nullptr;
  }
  std::string root(e.sources.text(wrt->range));
  return e.gradient(value->value, value->range, wrt->value, wrt->range, call.range,
                    {"grad_" + nameOfText(e.sources.text(value->range)), root});
}

static Value ofFunction(Elaborator &e, CallArguments &call, GradientValue::Transform what) {
  auto bound = e.bindArguments(call, {"f"});
  if (!bound)
    return nullptr;
  if (!isCallable((*bound)[0]->value)) {
    e.diags.report(diag::PatternMismatch, (*bound)[0]->range, {"a function", e.typeName((*bound)[0]->value)});
    return nullptr;
  }
  return transformed((*bound)[0]->value, what);
}
static Value valueAndGrad(Elaborator &e, CallArguments &call) {
  return ofFunction(e, call, GradientValue::Transform::WithValue);
}
static Value checkpoint(Elaborator &e, CallArguments &call) {
  return ofFunction(e, call, GradientValue::Transform::Checkpoint);
}

static Value stopGradient(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x"});
  if (!bound)
    return nullptr;
  auto *item = (*bound)[0];
  return e.mapStructures({item->value}, {item->range}, call.range, [&](const std::vector<Value> &parts) -> Value {
    auto t = e.tensor(parts[0], item->range);
    if (!t)
      return nullptr;
    mlir::Value value = e.ssa(t);
    return e.make(e.emit.op("stop_gradient", value, value.getType()), t->element, t->shape, t->lift);
  });
}

/// `in_f64(() => …)` elaborates its function with f64 for every declared float type.
static Value inF64(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"f"});
  if (!bound)
    return nullptr;
  Restore<bool> restore(e.inF64, true);
  CallArguments none;
  none.range = call.range;
  none.callee = "f";
  return e.callValue((*bound)[0]->value, none);
}

void mdl::addGradientBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"grad", grad},
                          {"value_and_grad", valueAndGrad},
                          {"checkpoint", checkpoint},
                          {"stop_gradient", stopGradient},
                          {"in_f64", inF64}});
}
