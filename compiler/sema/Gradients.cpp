//===- Gradients.cpp - grad, value_and_grad, stop_gradient --------------------------------------===//
//
// Stage: sema. A gradient is a request (mdl.grad) that -mdl-grad expands; here it is checked
// that the loss is one number and that what it is taken of are floats.
//
//===----------------------------------------------------------------------------------===//

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

/// The parameters of a function after the first, by name, with what a call gives for them; numbers that are part of the
/// function's text are left out.
static std::vector<std::pair<std::string, Value>> otherParameters(Elaborator &e, const Value &function,
                                                                  const CallArguments &call) {
  if (auto *gradient = as<GradientValue>(function))
    return otherParameters(e, gradient->function, call);
  std::vector<const ast::Pattern *> patterns;
  if (auto *declared = as<FunctionValue>(function))
    for (auto &parameter : declared->decl->parameters)
      patterns.push_back(parameter.pattern);
  if (auto *lambda = as<LambdaValue>(function))
    for (const ast::Pattern *pattern : lambda->lambda->parameters)
      patterns.push_back(pattern);
  std::vector<std::pair<std::string, Value>> parameters;
  for (size_t i = 1; i < patterns.size(); ++i) {
    if (!patterns[i] || patterns[i]->kind != ast::Pattern::Bind)
      continue;
    const std::string &name = patterns[i]->name.text;
    for (auto [place, item] : llvm::enumerate(call.items)) {
      std::vector<Elaborator::Tensor> leaves;
      e.leaves(item.value, leaves, /*trainableOnly=*/true);
      bool given = item.name.empty() ? place == i : item.name == name;
      if (given && !leaves.empty() && llvm::all_of(leaves, [](auto &leaf) { return leaf->ssa != nullptr; }))
        parameters.push_back({name, item.value});
    }
  }
  return parameters;
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
  auto call = [&] {
    std::vector<Tensor> own;
    leaves(settled, own);
    for (auto &leaf : own) {
      leaf = forEachIndex(*this, leaf, shared);
      llvm::SmallVector<mlir::Value> operands{ssa(leaf)};
      operands.append(emit.dynamicSizes(leaf->shape, dims));
      leaf = make(emit.op("reshape", operands, emit.tensorType(leaf->element, leaf->shape)), leaf->element, leaf->shape,
                  leaf->lift);
    }
    size_t next = 0;
    wrt = rebuild(settled, own, next);
    CallArguments again = arguments;
    again.items[0].value = wrt;
    loss = callValue(function.function, again);
    shared.clear();
    for (auto &leaf : own)
      if (auto *number = as<TensorValue>(loss); number && shared.empty())
        shared = sharedAxes(*number, *leaf);
  };
  if (!axes.empty()) { // Only a call tells which indices the function looks at.
    size_t reported = diags.all().size();
    Restore<int64_t> sites(randomSites, int64_t(randomSites));
    speculate(call);
    diags.rewind(reported);
  }
  call();
  auto [name, root] = functionNames(function.function);
  GradientSignature signature{"grad_" + name, root, true, otherParameters(*this, function.function, arguments)};
  Value result = gradient(loss, arguments.range, wrt, firstRange, arguments.range, std::move(signature));
  if (!result || function.what == GradientValue::Transform::Gradient)
    return result;
  auto pair = std::make_shared<TupleValue>();
  pair->elements = {loss, result};
  return pair;
}

static bool isFunction(const Value &value) {
  switch (value->kind) {
  case ValueKind::Function:
  case ValueKind::Lambda:
  case ValueKind::Builtin:
  case ValueKind::Gradient:
  case ValueKind::Choice:
  case ValueKind::Model:
    return true;
  default:
    return false;
  }
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
    if (isFunction(value->value))
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
  if (!isFunction((*bound)[0]->value)) {
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
