//===- Callables.h - What can be called -----------------------------------------------------===//
#ifndef MDL_SEMA_CALLABLES_H
#define MDL_SEMA_CALLABLES_H

#include "compiler/sema/Value.h"

namespace mdl {

/// Whether a value is a function, or is called like one. The class of a model is not: a call of it makes a model.
inline bool isCallable(const Value &value) {
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

/// Calls a function of the models that the choice is among, `[A(), B()][k].score(x)`.
Value callMethodOfChoice(Elaborator &e, const ChoiceValue &choice, const std::string &method,
                         const CallArguments &arguments);

} // namespace mdl

#endif // MDL_SEMA_CALLABLES_H
