//===- SizeNames.cpp - What a signature calls its sizes -------------------------------------===//
//
// Stage: sema. See SizeNames.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/SizeNames.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

bool mdl::isInSizes(const ast::TypeExpr *type, const std::string &name) {
  if (!type)
    return false;
  bool found = false;
  std::function<void(const ast::Expr *)> look = [&](const ast::Expr *part) {
    auto *used = ast::as<ast::NameRef>(part);
    found |= used && used->name == name;
    ast::forEachPart(*part, look, [](const ast::Block *) {});
  };
  for (auto &dim : type->dims)
    if (dim.expr)
      look(dim.expr);
  return found || llvm::any_of(type->elements, [&](auto *element) { return isInSizes(element, name); });
}

void Elaborator::bindSizeNames(const ast::TypeExpr &type, const Value &value, Scope &names) {
  auto *tensor = as<TensorValue>(value);
  if (type.kind != ast::TypeExpr::Tensor || !tensor)
    return;
  size_t rest = type.dims.size();
  for (size_t i = 0; i < type.dims.size(); ++i)
    if (type.dims[i].kind == ast::TypeExpr::Dim::Rest)
      rest = i;
  size_t count = type.dims.size() - (rest < type.dims.size());
  if (rest == type.dims.size() ? tensor->rank() != count : tensor->rank() < count)
    return;
  for (size_t i = 0; i < type.dims.size(); ++i) {
    auto *name = ast::as<ast::NameRef>(type.dims[i].expr);
    if (type.dims[i].kind != ast::TypeExpr::Dim::Expression || !name)
      continue;
    size_t axis = i < rest ? i : tensor->rank() - (type.dims.size() - i);
    Binding *bound = names.find(name->name);
    bool isSize = false;
    if (bound && bound->value) {
      auto *t = as<TensorValue>(bound->value);
      isSize = as<LiteralValue>(bound->value) || (t && t->shape.empty() && isInteger(t->element));
    }
    if (!isSize)
      names.names[name->name] = Binding{knownScalar(tensor->shape[tensor->lift + axis].dim), false, {}};
  }
}

/// Whether a name can stand for a number; that of a function is free to be one of a size.
static bool isNumber(const Binding *bound) {
  return bound && (!bound->value || as<LiteralValue>(bound->value) || as<TensorValue>(bound->value));
}

/// The names in the expression of a size that nothing has bound, each once.
static std::vector<const ast::NameRef *> freeNames(const ast::Expr *expr, Scope &names) {
  std::vector<const ast::NameRef *> found;
  std::function<void(const ast::Expr *)> look = [&](const ast::Expr *part) {
    auto *name = ast::as<ast::NameRef>(part);
    auto isSame = [&](const ast::NameRef *other) { return other->name == name->name; };
    if (name && !isNumber(names.find(name->name)) && llvm::none_of(found, isSame))
      found.push_back(name);
    auto *call = ast::as<ast::Call>(part);
    ast::forEachPart(
        *part,
        [&](const ast::Expr *inner) {
          if (!call || inner != call->callee)
            look(inner);
        },
        [](const ast::Block *) {});
  };
  look(expr);
  return found;
}

const ast::NameRef *mdl::freeName(const ast::Expr *expr, Scope &names) {
  auto found = freeNames(expr, names);
  return found.size() == 1 ? found.front() : nullptr;
}

bool mdl::reportSeveralNames(Elaborator &e, const ast::Expr *expr, Scope &names) {
  auto found = freeNames(expr, names);
  if (found.size() < 2)
    return false;
  const std::string &first = found.front()->name, &second = found[1]->name;
  e.diags.report(diag::UnknownName, found.front()->range, {first})
      .hint("the size of one axis tells one name: `" + first + "` or `" + second +
            "` has to be known in front of it, as a parameter or as the size of an axis");
  return true;
}

std::optional<Dim> mdl::solveSizeName(Elaborator &e, const ast::Expr *expr, const Dim &found, Scope &names) {
  auto *name = freeName(expr, names);
  if (!name || name == expr)
    return std::nullopt;
  auto inner = std::make_shared<Scope>(e.scope);
  for (auto &[bound, binding] : names.names)
    inner->names[bound] = binding;
  Dim unknown;
  std::optional<Size> formula;
  size_t mark = e.diags.all().size();
  e.speculate([&] {
    unknown = e.freshDim(name->name, name->range, e.index(Dim(1)));
    inner->names[name->name] = Binding{e.knownScalar(unknown), false, {}};
    Restore<ScopePtr> restore(e.scope, inner);
    formula = e.size(e.expression(expr), expr->range);
  });
  e.diags.rewind(mark);
  if (!formula)
    return std::nullopt;
  auto factor = formula->dim.terms.find({*unknown.asSymbol()});
  if (factor == formula->dim.terms.end() || factor->second <= 0)
    return std::nullopt;
  Dim rest = found - (formula->dim - unknown * Dim(factor->second));
  for (auto &[monomial, coefficient] : rest.terms)
    for (SymbolId id : monomial)
      if (id == *unknown.asSymbol() || e.dims[id].isComputed())
        return std::nullopt; // It stands elsewhere too.
  auto even = rest.exactQuotient(Dim(factor->second));
  Dim solved = even ? *even : e.dims.floorDiv(rest, Dim(factor->second));
  names.names[name->name] = Binding{e.knownScalar(solved), false, {}};
  return solved;
}
