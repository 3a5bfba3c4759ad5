//===- Gradients.cpp - grad, value_and_grad, stop_gradient --------------------------------------===//
//
// Stage: sema. A gradient is a request (mdl.grad) that -mdl-grad expands; here it is checked
// that the loss is one number and that what it is taken of are floats.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Callables.h"
#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/GradientAxes.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/RunLists.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mdl;
using gradient::IndexAxes;
using gradient::Tensor;

Value Elaborator::gradient(const Value &loss, SourceRange lossRange, const Value &wrt, SourceRange wrtRange,
                           SourceRange range, GradientSignature signature) {
  Tensor value = loss ? tensor(loss, lossRange) : nullptr;
  if (!value || !wrt || reportRunLists(*this, wrt, wrtRange))
    return nullptr;
  if (value->rank() != 0) {
    auto report = diags.report(diag::GradientOfNonScalar, lossRange, {typeName(value)});
    report.hint("`mean(…)` or `sum(…)` makes one number");
    return nullptr;
  }
  if (!isFloat(value->element)) {
    gradient::reportWholeNumbers(*this, value, lossRange);
    return nullptr;
  }
  std::vector<Tensor> parameters;
  leaves(wrt, parameters, /*trainableOnly=*/true);
  if (parameters.empty()) {
    auto report = diags.report(diag::ExpectedTensor, wrtRange, {typeName(wrt)});
    if (as<ModelValue>(wrt))
      report.hint("it has nothing that is learned: that is bound with `param`, as in `param w = randn([3, 2])`");
    hintForTraining(report, wrt);
    return nullptr;
  }
  IndexAxes missing;
  for (auto &parameter : parameters)
    gradient::addMissingAxes(*value, *parameter, missing);
  if (!missing.empty()) {
    diags
        .report(diag::Unsupported, lossRange,
                {"the gradient of a number for each index of the comprehension around it, in what is the same for all "
                 "of them"})
        .hint("`grad(f)(x)` of a function is one for each index; `grad(sum(… for …), wrt=p)` is the gradient of all "
              "numbers together");
    return nullptr;
  }
  emit.setPlace(range);
  std::vector<std::string> names;
  leafNames(wrt, std::string(sources.text(wrtRange)), names, /*trainableOnly=*/true);
  auto *op = gradient::request(*this, value, parameters, names, wrtRange);
  if (!op)
    return nullptr;
  if (outlines && (outlineScratch || !emit.inScratch()))
    outlineGradient(*this, outlines, {std::move(signature), wrt, op});
  size_t next = 0;
  return rebuild(wrt, gradient::results(*this, op, parameters), next, /*trainableOnly=*/true);
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

/// Whether a function's text has a call of it: where that ends may be a matter of a number that it is given.
static bool callsItself(Elaborator &e, const Value &function) {
  if (auto *gradient = as<GradientValue>(function))
    return callsItself(e, gradient->function);
  auto *declared = as<FunctionValue>(function);
  return declared &&
         e.sources.text(declared->decl->body->range).find(declared->decl->name.text + "(") != std::string_view::npos;
}

/// A number, `true` or `false`, or a list of these, of which none is a variable.
static bool isOfLiterals(Elaborator &e, const Value &value) {
  auto *list = as<ListValue>(value);
  return as<LiteralValue>(value) || e.constantBool(value) ||
         (list && !list->elements.empty() &&
          llvm::all_of(list->elements, [&](const Value &element) { return isOfLiterals(e, element); }));
}

/// A whole number of the run without its form as a size, so that it is the parameter's own; null for any other value.
static Value withoutForm(Elaborator &e, const Value &given) {
  auto *number = as<TensorValue>(given);
  if (!number || !number->shape.empty() || number->element != ElementType::I64 || !number->known ||
      number->known->constant())
    return nullptr;
  return gradient::renamed(e, e.make(e.ssa(*number), ElementType::I64, {}));
}

/// Makes what a call gives in a place a value of the run, if the function takes that: `tried` says whether it takes
/// these arguments. False where it stays a number of the function's text. A number that is known by its name stays one
/// by itself, but not as part of a structure, of which all is a parameter.
static bool makeValueOfRun(Elaborator &e, Value &place, bool isPart, SourceRange range, ElementType element,
                           llvm::function_ref<bool()> tried) {
  Value given = place;
  if (Value own = withoutForm(e, given)) {
    place = own;
    if (!tried())
      place = given;
    return true;
  }
  if (auto *number = as<TensorValue>(given); number && !e.constantBool(given)) {
    bool isKnown = isPart && !number->ssa;
    if (isKnown)
      place = gradient::renamed(e, e.make(e.ssa(*number), number->element, number->shape));
    return !isKnown || tried();
  }
  if (!isOfLiterals(e, given))
    return false;
  // Whole numbers stand for floats where the function takes those.
  for (std::optional<ElementType> context : {std::optional(element), std::optional<ElementType>()}) {
    Tensor value = e.tensor(given, range, context);
    if (!value)
      return false;
    if (context && isInteger(value->element))
      value = e.cast(value, element);
    if (!context && isFloat(value->element))
      break;
    place = gradient::renamed(e, value);
    if (tried())
      return true;
  }
  place = given;
  return false;
}

/// The places of a structure's numbers, in tuples and records that are made anew for it.
static void collectPlaces(Value &value, std::vector<Value *> &places) {
  if (auto *tuple = as<TupleValue>(value)) {
    auto copy = std::make_shared<TupleValue>(*tuple);
    for (Value &element : copy->elements)
      collectPlaces(element, places);
    value = copy;
  } else if (auto *record = as<RecordValue>(value)) {
    auto copy = std::make_shared<RecordValue>(*record);
    for (auto &[name, field] : copy->fields)
      collectPlaces(field, places);
    value = copy;
  } else {
    places.push_back(&value);
  }
}

/// In a printed gradient a number that is given for a parameter is a parameter, and so is a structure of numbers. What
/// must be known when the program is compiled, such as an axis, stays what it is: `tried` says whether the function
/// takes these arguments.
static void makeParameters(Elaborator &e, const Value &function, CallArguments &call, ElementType element,
                           llvm::function_ref<bool(CallArguments &)> tried) {
  std::vector<const ast::Pattern *> patterns = parameterPatterns(function);
  if (patterns.empty() || callsItself(e, function))
    return;
  for (size_t i = 1; i < call.items.size(); ++i) {
    CallArguments::Item &item = call.items[i];
    bool isTakenApart = item.name.empty() && i < patterns.size() && patterns[i]->kind != ast::Pattern::Bind;
    if (isTakenApart)
      continue;
    Value given = item.value;
    std::vector<Value *> places;
    collectPlaces(item.value, places);
    bool isOfNumbers = llvm::all_of(places, [&](Value *place) { return e.isTensorLike(*place); });
    for (Value *place : places)
      isOfNumbers =
          isOfNumbers && makeValueOfRun(e, *place, places.size() > 1, item.range, element, [&] { return tried(call); });
    if (!isOfNumbers)
      item.value = given;
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
  SourceRange firstRange = arguments.items[0].range;
  Value settled = gradient::settlePoint(*this, function.function, arguments.items[0].value, firstRange);
  if (!settled)
    return nullptr;
  std::vector<Tensor> parts;
  leaves(settled, parts);
  if (inF64) { // A tensor from outside, too.
    for (Tensor &part : parts)
      part = isFloat(part->element) ? cast(part, ElementType::F64) : part;
    size_t next = 0;
    settled = rebuild(settled, parts, next);
  }
  Value wrt, loss;
  IndexAxes shared;
  auto callWith = [&](const CallArguments &given) {
    wrt = gradient::renamed(*this, settled, shared);
    CallArguments again = given;
    again.items[0].value = wrt;
    loss = callValue(function.function, again);
  };
  auto tried = [&](const CallArguments &given) { return gradient::isGood(*this, [&] { callWith(given); }); };
  if (outlines && (outlineScratch || !emit.inScratch())) {
    ElementType element = parts.empty() || !isFloat(parts[0]->element) ? ElementType::F32 : parts[0]->element;
    makeParameters(*this, function.function, arguments, element, tried);
  }
  if (!gradient::haveAllAxes(*this, parts)) { // Only a call tells which indices the function looks at.
    tried(arguments);
    if (auto *number = as<TensorValue>(loss))
      for (auto &part : parts)
        gradient::addMissingAxes(*number, *part, shared);
  }
  callWith(arguments);
  auto [name, root] = gradient::functionNames(function.function);
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

/// Whether `wrt` was computed where it stands (`w * 2`, `w[0]`), so that no loss can depend on it.
static bool isNewValue(Elaborator &e, const CallArguments::Item &wrt) {
  llvm::StringRef text = e.sources.text(wrt.range);
  bool isName = llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
  if (isName || text.starts_with("(") || text.starts_with("{") || text.starts_with("["))
    return false;
  std::vector<Tensor> parts;
  e.leaves(wrt.value, parts);
  return !parts.empty() && llvm::all_of(parts, [](const Tensor &part) { return part->ssa && part->ssa.use_empty(); });
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
  if (isNewValue(e, *wrt)) {
    e.diags
        .report(diag::BadArgument, wrt->range,
                {call.callee, "`" + root + "` is a new value here, and the loss was computed without it"})
        .hint("`let y = " + root + "` names it: compute the loss from `y`, and take `wrt=y`");
    return nullptr;
  }
  if (isCallable(value->value)) {
    std::string point(e.sources.text(wrt->range));
    e.diags.report(diag::ExpectedTensor, value->range, {e.typeName(value->value)})
        .hint("`" + call.callee + "(f)` is the derivative of a function, and `" + call.callee + "(f)(" + point +
              ")` its value at `" + point + "`");
    return nullptr;
  }
  return e.gradient(value->value, value->range, wrt->value, wrt->range, call.range,
                    {"grad_" + nameOfText(e.sources.text(value->range)), root});
}

static Value ofFunction(Elaborator &e, CallArguments &call, GradientValue::Transform what) {
  if (call.items.size() == 2 && isCallable(call.items[0].value)) {
    std::string given(e.sources.text(call.items[1].range));
    e.diags.report(diag::TooManyArguments, call.items[1].range, {call.callee, "1 argument", "2"})
        .hint("it gives a function: `" + call.callee + "(f)(" + given + ")`");
    return nullptr;
  }
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
  std::vector<SourceRange> ranges{item->range};
  std::function<Value(const std::vector<Value> &)> stop = [&](const std::vector<Value> &parts) -> Value {
    if (hasRagged(parts))
      return overRows(e, call.callee, parts, ranges, call.range, stop);
    auto t = e.tensor(parts[0], item->range);
    if (!t)
      return nullptr;
    mlir::Value value = e.ssa(t);
    return e.make(e.emit.op("stop_gradient", value, value.getType()), t->element, t->shape, t->lift);
  };
  return e.mapStructures({item->value}, ranges, call.range, stop);
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
