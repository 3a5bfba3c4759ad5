//===- AssignedNames.cpp - Which variables a piece of code assigns -----------------===//
//
// Stage: sema. See Carried.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Carried.h"
#include "compiler/syntax/AstWalk.h"

using namespace mdl;

namespace {
struct AssignedNames {
  std::set<std::string> names;

  void root(const ast::Expr *target) {
    if (auto *tuple = ast::as<ast::Tuple>(target))
      for (auto *element : tuple->elements)
        root(element);
    while (target) {
      if (auto *name = ast::as<ast::NameRef>(target)) {
        names.insert(name->name);
        return;
      }
      if (auto *access = ast::as<ast::Member>(target))
        target = access->base;
      else if (auto *index = ast::as<ast::Index>(target))
        target = index->base;
      else
        return;
    }
  }
  void expression(const ast::Expr *expr) {
    if (expr && expr->kind != ast::ExprKind::Lambda)
      ast::forEachPart(
          *expr, [&](const ast::Expr *part) { expression(part); }, [&](const ast::Block *part) { block(part); });
  }
  void block(const ast::Block *block) {
    for (auto *stmt : block->statements) {
      if (auto *assign = ast::as<ast::Assign>(stmt))
        root(assign->target);
      else if (auto *train = ast::as<ast::Train>(stmt))
        root(train->model);
      ast::forEachPart(
          *stmt, [&](const ast::Expr *part) { expression(part); }, [&](const ast::Block *part) { this->block(part); });
    }
    expression(block->result);
  }
};
} // namespace

std::set<std::string> mdl::assignedNames(const ast::Block *block) {
  AssignedNames assigned;
  assigned.block(block);
  return assigned.names;
}
std::set<std::string> mdl::assignedNames(const ast::Expr *expr) {
  AssignedNames assigned;
  assigned.expression(expr);
  return assigned.names;
}

std::vector<AssignedVariable> mdl::assignedVariables(Elaborator &e, const std::set<std::string> &names) {
  std::vector<AssignedVariable> variables;
  for (auto &name : names) {
    bool crossed = false; // The borders of functions, which only a model's own state goes over.
    for (Scope *s = e.scope.get(); s; s = s->parent.get()) {
      auto it = s->names.find(name);
      if (it != s->names.end()) {
        if (it->second.isVar && it->second.value && (!crossed || it->second.isState))
          variables.push_back({&it->second, name, e.underEqualities(it->second.value), nullptr, it->second.number});
        break;
      }
      crossed |= s->isFunction;
    }
  }
  return variables;
}
