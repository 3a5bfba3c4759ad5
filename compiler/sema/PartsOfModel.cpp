//===- PartsOfModel.cpp - What a model holds, each of it once -------------------===//
//
// Stage: sema. See Note [Shared parameters] in PartsOfModel.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/PartsOfModel.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

void PartsOfModel::addDeclared(const Elaborator::Tensor &value, const std::string &name) {
  if (value && value->ssa)
    held.insert({value->ssa.getAsOpaquePointer(), name});
}

bool PartsOfModel::add(const Value &value, const std::string &name, SourceRange range) {
  if (!addModels(value, name, range) || !isIndependent(value, name, range))
    return false;
  std::vector<Elaborator::Tensor> tensors;
  std::vector<std::string> names;
  if (e.isStructure(value)) {
    e.leaves(value, tensors);
    e.leafNames(value, name, names);
  }
  for (auto [tensor, own] : llvm::zip(tensors, names))
    addDeclared(tensor, own);
  return true;
}

void PartsOfModel::modelsIn(const Value &value, std::vector<Identity> &found) {
  std::vector<Elaborator::Tensor> tensors;
  e.leaves(value, tensors, /*trainableOnly=*/true);
  if (tensors.empty())
    return;
  if (auto *model = as<ModelValue>(value)) {
    Identity identity{model->cls->decl, {}};
    for (auto &tensor : tensors)
      identity.second.push_back(tensor->ssa.getAsOpaquePointer());
    found.push_back(identity);
  }
  for (auto &part : partsOf(value))
    modelsIn(part, found);
}

bool PartsOfModel::addModels(const Value &value, const std::string &name, SourceRange range) {
  std::vector<Identity> found;
  modelsIn(value, found);
  for (auto &model : found)
    if (auto [place, isNew] = models.insert({model, name}); !isNew) {
      std::string what = "`" + model.first->name.text + "`", where = place->second;
      e.diags
          .report(diag::Unsupported, range,
                  {"parts of a model cannot share parameters: " +
                   (where == name ? "one " + what + " is in `" + name + "` twice, where it would be two, trained apart"
                                  : "this " + what + " is in `" + where + "` already, and in `" + name +
                                        "` it would be another one, trained apart")})
          .hint("`call` may use one part twice; another call of " + what + " makes a part with parameters of its own");
      return false;
    }
  return true;
}

/// The first of the held values that a value is computed from, itself included.
static const std::string *sourceOf(mlir::Value value, const std::map<const void *, std::string> &held) {
  llvm::SmallVector<mlir::Value> open{value};
  llvm::DenseSet<mlir::Value> seen;
  while (!open.empty()) {
    mlir::Value next = open.pop_back_val();
    if (!next || !seen.insert(next).second)
      continue;
    if (auto found = held.find(next.getAsOpaquePointer()); found != held.end())
      return &found->second;
    mlir::Operation *op = next.getDefiningOp();
    bool isCut = !op || llvm::isa<StopGradientOp>(op);
    if (!isCut)
      llvm::append_range(open, op->getOperands());
  }
  return nullptr;
}

bool PartsOfModel::isIndependent(const Value &value, const std::string &name, SourceRange range) {
  std::vector<Elaborator::Tensor> tensors;
  e.leaves(value, tensors);
  for (auto &tensor : tensors) {
    auto *source = isFloat(tensor->element) ? sourceOf(tensor->ssa, held) : nullptr;
    if (!source)
      continue;
    e.diags
        .report(diag::Unsupported, range,
                {"parts of a model cannot share parameters: `" + name + "` is made here of the `" + *source +
                 "` that the model begins with, and would not follow its training"})
        .hint("`call` computes what follows it; `stop_gradient(…)` says that the value at the beginning is meant");
    return false;
  }
  return true;
}

namespace {
/// Whether code reads a name.
struct Reads {
  const std::string &name;
  bool found = false;

  void expression(const ast::Expr *expr) {
    auto *read = ast::as<ast::NameRef>(expr);
    found |= read && read->name == name;
    if (!found)
      ast::forEachPart(
          *expr, [&](const ast::Expr *part) { expression(part); }, [&](const ast::Block *part) { block(part); });
  }
  void block(const ast::Block *block) {
    for (auto *stmt : block->statements)
      ast::forEachPart(
          *stmt, [&](const ast::Expr *part) { expression(part); }, [&](const ast::Block *part) { this->block(part); });
    if (block->result)
      expression(block->result);
  }
};
} // namespace

bool mdl::isPartGiven(Elaborator &e, const ast::ModelDecl &decl, const std::string &name, const Value &value) {
  auto holdsModels = [&](auto &&self, const Value &one) -> bool {
    return as<ModelValue>(one) || llvm::any_of(partsOf(one), [&](const Value &part) { return self(self, part); });
  };
  std::vector<Elaborator::Tensor> tensors;
  if (!holdsModels(holdsModels, value))
    return false;
  e.leaves(value, tensors);
  return !tensors.empty() && llvm::any_of(decl.members, [&](auto *member) {
    auto *function = ast::as<ast::FnDecl>(member);
    bool isShadowed = function && llvm::any_of(function->parameters,
                                               [&](auto &parameter) { return parameter.pattern->name.text == name; });
    Reads reads{name};
    if (function && !isShadowed)
      reads.expression(function->body);
    return reads.found;
  });
}
