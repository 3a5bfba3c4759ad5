//===- PartsOfModel.h - What a model holds, each of it once ---------------------===//
//
// Stage: sema, for constructors.
//
// Note [Shared parameters]
// Values have no identity, so what is a part of a model twice would be two, each trained by itself, and what is made of
// a parameter when the model is made would not follow it. Either is an error: what is meant are shared parameters,
// which `call` has by using one part in several places. A parameter is told by its SSA value, which is its own.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_PARTSOFMODEL_H
#define MDL_SEMA_PARTSOFMODEL_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

class PartsOfModel {
public:
  explicit PartsOfModel(Elaborator &e) : e(e) {}
  /// A parameter or a state.
  void addDeclared(const Elaborator::Tensor &value, const std::string &name);
  /// What a `let` or an argument binds; false (reported) where it has what a part before it has.
  bool add(const Value &value, const std::string &name, SourceRange range);

private:
  bool addModels(const Value &value, const std::string &name, SourceRange range);
  bool isIndependent(const Value &value, const std::string &name, SourceRange range);

  /// A model with parameters: its declaration and the SSA values of these.
  using Identity = std::pair<const ast::ModelDecl *, std::vector<const void *>>;
  void modelsIn(const Value &value, std::vector<Identity> &found);

  Elaborator &e;
  std::map<Identity, std::string> models;
  std::map<const void *, std::string> held; ///< Parameters and states.
};

/// Whether an argument of a constructor is a part: it holds models with parameters, which functions of the model use.
bool isPartGiven(Elaborator &e, const ast::ModelDecl &decl, const std::string &name, const Value &value);

} // namespace mdl

#endif // MDL_SEMA_PARTSOFMODEL_H
