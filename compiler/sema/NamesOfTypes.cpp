//===- NamesOfTypes.cpp - Whether written types have known names ---------------------------===//
//
// Stage: sema. Names of element types and of models are told where they are written, whether or not anything is called.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Imports.h"
#include "compiler/sema/UnknownNames.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

void Elaborator::reportUnknownType(const ast::TypeExpr &type) {
  if (type.kind == ast::TypeExpr::Named && hasMissingNames(*scope))
    return;
  auto report = diags.report(diag::UnknownType, type.range, {type.name});
  if (std::string ours = typeCalledOtherwise(type.name); !ours.empty())
    return void(report.hint("it is called `" + ours + "` here"));
  if (type.name == "Tensor" || type.name == "tensor" || type.name == "Array" || type.name == "ndarray")
    return void(report.hint("a tensor's type is its element type and its sizes: `f32[n, 3]`"));
  std::vector<std::string> known{"string", "float", "int"};
  for (auto element : {ElementType::F16, ElementType::BF16, ElementType::F32, ElementType::F64, ElementType::I8,
                       ElementType::U8, ElementType::I32, ElementType::I64, ElementType::Bool})
    known.push_back(elementTypeName(element));
  for (const Scope *s = scope.get(); s; s = s->parent.get())
    for (auto &[name, binding] : s->names)
      if (as<ModelClassValue>(binding.value) && type.kind == ast::TypeExpr::Named)
        known.push_back(name);
  if (std::string near = nearestName(type.name, known); !near.empty())
    report.hint("did you mean `" + near + "`?");
}

/// Whether each size as written may be one; reports one that is negative, and a second `...`.
static bool areSizes(Elaborator &e, const ast::TypeExpr &type) {
  const ast::TypeExpr::Dim *rest = nullptr;
  for (auto &dim : type.dims) {
    auto *negated = ast::as<ast::Unary>(dim.expr);
    if (negated && negated->op == ast::UnaryOp::Neg && ast::as<ast::IntLiteral>(negated->operand)) {
      e.diags.report(diag::ExpectedSize, dim.range, {std::string(e.sources.text(dim.range))})
          .hint("`_` is any size, `...` are any leading ones");
      return false;
    }
    if (dim.kind != ast::TypeExpr::Dim::Rest)
      continue;
    if (rest) {
      e.diags.report(diag::PatternMismatch, dim.range, {"one `...` in a type", "another one"})
          .note(rest->range, "the first one");
      return false;
    }
    rest = &dim;
  }
  return true;
}

/// Whether what the type is called by is known; a name that failed to be bound was reported there.
static bool isKnownType(Elaborator &e, const ast::TypeExpr *type) {
  if (!type)
    return true;
  bool isKnown = llvm::all_of(type->elements, [&](auto *element) { return isKnownType(e, element); });
  if (type->kind == ast::TypeExpr::Tensor)
    isKnown = elementTypeNamed(type->name) || e.isElementClass(type->name);
  if (isKnown && type->kind == ast::TypeExpr::Tensor && !areSizes(e, *type))
    return false;
  if (type->kind == ast::TypeExpr::Named) {
    Binding *bound = e.scope->find(type->name);
    isKnown = type->name == "string" || (bound && (!bound->value || as<ModelClassValue>(bound->value)));
  }
  if (!isKnown && type->elements.empty())
    e.reportUnknownType(*type);
  return isKnown;
}

bool Elaborator::areTypesKnown(const ast::FnDecl &decl) {
  bool areKnown = isKnownType(*this, decl.result);
  for (auto &parameter : decl.parameters)
    areKnown &= isKnownType(*this, parameter.type);
  return areKnown;
}

bool Elaborator::areTypesKnown(const ast::ModelDecl &decl) {
  bool areKnown = true;
  for (auto &parameter : decl.parameters)
    areKnown &= isKnownType(*this, parameter.type);
  for (auto *member : decl.members) {
    if (auto *function = ast::as<ast::FnDecl>(member))
      areKnown &= areTypesKnown(*function);
    else if (auto *param = ast::as<ast::ParamDecl>(member))
      areKnown &= isKnownType(*this, param->type);
  }
  return areKnown;
}
