//===- FirstNumbers.cpp - Variables that begin with a number --------------------------------===//
//
// Stage: sema. See FirstNumbers.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/FirstNumbers.h"

#include "compiler/sema/Literals.h"

using namespace mdl;

bool mdl::mayTakeType(const Value &number, ElementType element) {
  auto *literal = as<LiteralValue>(number);
  return literal && (isFloat(element) || (literal->isInt && isInteger(element) && holds(element, literal->intValue)));
}

Value mdl::asWritten(Elaborator &e, const Binding &variable) {
  return variable.number && e.constantNumber(variable.value) ? variable.number : variable.value;
}

void mdl::noteRetyped(Elaborator &e, const Binding *variable, const Value &number, const Value &value) {
  auto *t = as<TensorValue>(value);
  if (variable && t && !t->rank() && mayTakeType(number, t->element))
    e.retyped[variable] = t->element;
}
