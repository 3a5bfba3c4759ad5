//===- Choices.cpp - A function that the run chooses -----------------------------===//
//
// Stage: sema. `let f = if c { relu } else { tanh }` is a number, which the run knows, and the
// functions that it counts. A call of it is a branch with a call of each. A loop carries the number (Note [Functions in
// loops] in Carried.h).
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Callables.h"
#include "compiler/sema/Carried.h"
#include "compiler/sema/ChosenElements.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

std::vector<Value> mdl::functionsOf(const Value &value) {
  auto *choice = as<ChoiceValue>(value);
  return choice ? choice->functions : std::vector<Value>{value};
}

bool mdl::canBeChosen(const Value &value, const Scope *outside) {
  switch (value->kind) {
  case ValueKind::Builtin:
  case ValueKind::Function:
  case ValueKind::Choice:
    return true;
  case ValueKind::Gradient:
    return canBeChosen(as<GradientValue>(value)->function, outside);
  case ValueKind::Lambda:
  case ValueKind::ModelClass: {
    // What it reads must be there when it is called.
    auto *lambda = as<LambdaValue>(value);
    const Scope *scope = lambda ? lambda->scope.get() : as<ModelClassValue>(value)->scope.get();
    while (scope && scope != outside && scope->names.empty())
      scope = scope->parent.get();
    for (const Scope *around = outside; around; around = around->parent.get())
      if (scope == around)
        return true;
    return false;
  }
  default:
    return false;
  }
}

Value Elaborator::numberOfChoice(const Value &value, int64_t first, SourceRange range) {
  Value start = knownScalar(Dim(first));
  auto *choice = as<ChoiceValue>(value);
  if (!choice || !first)
    return choice ? choice->number : start;
  return elementwise("add", {choice->number, start}, {range, range}, range);
}

std::optional<size_t> mdl::placeOfFunction(const std::vector<Value> &functions, const Value &function) {
  auto it = llvm::find_if(functions, [&](auto &other) { return isSameConstant(other, function); });
  return it == functions.end() ? std::nullopt : std::optional<size_t>(it - functions.begin());
}

Value mdl::numberAmong(Elaborator &e, const std::vector<Value> &functions, const Value &value, SourceRange range) {
  auto *choice = as<ChoiceValue>(value);
  std::vector<Value> own = functionsOf(value);
  auto place = [&](size_t i) { return e.knownScalar(Dim(static_cast<int64_t>(*placeOfFunction(functions, own[i])))); };
  Value number = place(own.size() - 1);
  for (size_t i = own.size() - 1; i-- > 0 && number;) {
    Value is =
        e.compare(ast::CompareOp::Eq, choice->number, e.knownScalar(Dim(static_cast<int64_t>(i))), range, range, range);
    number = is ? e.elementwise("select", {is, place(i), number}, {range, range, range}, range) : nullptr;
  }
  return number;
}

/// A model of each class, of which the run chooses one: models are made when the program is compiled.
static Value modelsOfChoice(Elaborator &e, const ChoiceValue &choice, const CallArguments &arguments) {
  auto models = std::make_shared<ListValue>();
  for (auto &cls : choice.functions) {
    CallArguments again = arguments;
    models->elements.push_back(e.callValue(cls, again));
    models->ranges.push_back(arguments.range);
    if (!models->elements.back())
      return nullptr;
  }
  return elementOfRun(e, models, models->elements, choice.number, arguments.range);
}

/// A branch for each function of the choice, from a place on.
static Value oneOf(Elaborator &e, const ChoiceValue &choice, SourceRange range, llvm::function_ref<Value(size_t)> take,
                   size_t from) {
  if (from + 1 == choice.functions.size())
    return take(from);
  Value meant =
      e.compare(ast::CompareOp::Eq, choice.number, e.knownScalar(Dim(static_cast<int64_t>(from))), range, range, range);
  Elaborator::Tensor condition = meant ? e.tensor(meant, range) : nullptr;
  if (!condition)
    return nullptr;
  return e.branch({{},
                   {range, range},
                   range,
                   range,
                   [&](bool taken) { return taken ? take(from) : oneOf(e, choice, range, take, from + 1); }},
                  condition);
}

Value Elaborator::callChoice(const ChoiceValue &choice, CallArguments &arguments) {
  if (llvm::all_of(choice.functions, [](auto &function) { return as<ModelClassValue>(function); }))
    return modelsOfChoice(*this, choice, arguments);
  auto call = [&](size_t which) {
    CallArguments again = arguments;
    return callValue(choice.functions[which], again);
  };
  return oneOf(*this, choice, arguments.range, call, 0);
}

Value mdl::callMethodOfChoice(Elaborator &e, const ChoiceValue &choice, const std::string &method,
                              const CallArguments &arguments) {
  auto call = [&](size_t which) {
    CallArguments again = arguments;
    return e.callMethod(*as<ModelValue>(choice.functions[which]), method, again);
  };
  return oneOf(e, choice, arguments.range, call, 0);
}
