//===- FirstNumbers.cpp - Variables that begin with a number --------------------------------===//
//
// Stage: sema. See FirstNumbers.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/FirstNumbers.h"

#include "compiler/dialect/Mdl.h"
#include "compiler/sema/Carried.h"
#include "compiler/sema/CarriedParts.h"
#include "compiler/sema/Literals.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

bool mdl::mayTakeType(const Value &number, ElementType element) {
  auto numbers = number ? writtenNumbers(number) : std::nullopt;
  if (!numbers || isFloat(element))
    return numbers.has_value();
  return isInteger(element) && numbers->element == ElementType::I64 && holds(element, numbers->least) &&
         holds(element, numbers->most);
}

/// In a session: whether the value is what an earlier line has kept.
static bool isOfEarlierLine(const TensorValue *value) {
  auto load = value && value->ssa ? value->ssa.getDefiningOp<RuntimeOp>() : nullptr;
  return load && load.getCallee() == "mdl_session_load";
}

Value mdl::asWritten(Elaborator &e, const Binding &variable) {
  auto *chosen = as<TensorValue>(variable.number), *now = as<TensorValue>(variable.value);
  bool isStill = chosen ? now && now->ssa == chosen->ssa
                        : variable.number && (e.constantNumber(variable.value) || isOfEarlierLine(now));
  return isStill ? variable.number : variable.value;
}

Value mdl::numberGivenBack(Elaborator &e, const ast::Expr *expr) {
  auto *name = ast::as<ast::NameRef>(expr);
  Binding *variable = name ? e.scope->find(name->name) : nullptr;
  return variable && variable->isVar && variable->number ? asWritten(e, *variable) : nullptr;
}

void mdl::noteRetyped(Elaborator &e, const Binding *variable, const Value &number, const Value &value) {
  auto *t = as<TensorValue>(value);
  if (variable && t && !t->rank() && mayTakeType(number, t->element))
    e.retyped[variable] = t->element;
}

void mdl::noteRetyped(Elaborator &e, const Value &own, const Value &other) {
  for (const Scope *s = e.scope.get(); s; s = s->parent.get())
    for (auto &[name, binding] : s->names)
      if (binding.number && binding.value == own)
        noteRetyped(e, &binding, binding.number, other);
}

//===--- Loops ------------------------------------------------------------------------------===//

void Carried::startTyped() {
  for (auto [v, variable] : llvm::enumerate(variables))
    if (variable.binding)
      variable.binding->number = retyped.count(v) ? nullptr : variable.number;
  for (auto [v, element] : retyped) {
    auto &leaf = before[counts[v] - 1];
    auto like = leaf;
    leaf = withIndices(e, e.tensor(variables[v].number, range, element), *like);
    variables[v].before = leaf;
  }
}

bool Carried::reconsiderTypes() {
  bool found = false;
  for (auto [v, variable] : llvm::enumerate(variables)) {
    auto wanted = e.retyped.find(variable.binding);
    // One that a loop further out carries gets its type there.
    if (wanted == e.retyped.end() || retyped.count(v) || !startsOpen.count(v))
      continue;
    retyped[v] = wanted->second;
    e.retyped.erase(wanted);
    found = true;
  }
  again |= found;
  return found;
}
