//===- Models.h - Making a model and checking what its methods declare ----------------------===//
//
// Stage: sema. A model is made where the program calls its class; where the class stands it is made once more in code
// that is thrown away, so that errors of its methods are found there.
//
// Note [Models that nobody makes]
// A constructor without parameters makes the model, and methods with types are checked as functions with types are.
// The arguments of other constructors are known when the program is compiled, and what a model is may depend on them:
// as a function without types, it is checked for each use. But a parameter that is only ever a size (`Linear(784,
// hidden)`, `zeros([hidden])`, `f32[n, hidden]`) may stand for any; what is wrong for any such size, an error that
// does not name it, is wrong for each.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_MODELS_H
#define MDL_SEMA_MODELS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// The model with its members; `inner` has the parameters and gets the members. Null if reported.
std::shared_ptr<ModelValue> makeModel(Elaborator &e, const std::shared_ptr<const ModelClassValue> &cls,
                                      const ScopePtr &inner);

/// What the methods of the model see: the arguments it was made with, its members and each other.
ScopePtr scopeOfMethods(Elaborator &e, const ModelValue &model, SourceRange range);

/// Checks the class where it stands, see Note [Models that nobody makes]; false if there are errors.
bool checkModel(Elaborator &e, const std::shared_ptr<const ModelClassValue> &cls);

} // namespace mdl

#endif // MDL_SEMA_MODELS_H
