//===- UnknownNames.cpp - Names that are bound nowhere -------------------------------------------===//
//
// Stage: sema, for messages. What a name that is not known may have meant: a module of the library that is not
// imported, a module, a function or a type of another language, a name that is near.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/UnknownNames.h"
#include "compiler/sema/BoundElsewhere.h"
#include "compiler/sema/Exits.h"
#include "compiler/sema/Imports.h"
#include "compiler/support/ForeignNames.h"
#include "compiler/syntax/StatementForms.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// For `np.dot`, `nn.ReLU`, `optimizer.step`: what stands behind the name says what was meant.
static std::string hintForMember(Elaborator &e, const std::string &name, const std::string &behind) {
  Binding *known = e.globals->find(behind);
  if (known && known->value)
    return isForeignModule(name) ? "`" + behind + "` is known without a module" : "";
  return nameHint(behind, {}, NameUse::Member);
}

std::string mdl::typeCalledOtherwise(const std::string &name) {
  static const std::pair<const char *, const char *> others[] = {
      {"float32", "f32"}, {"float64", "f64"}, {"double", "f64"},   {"float16", "f16"},  {"half", "f16"},
      {"int64", "i64"},   {"long", "i64"},    {"int32", "i32"},    {"uint8", "u8"},     {"byte", "u8"},
      {"int8", "i8"},     {"str", "string"},  {"boolean", "bool"}, {"bfloat16", "bf16"}};
  auto *found = llvm::find_if(others, [&](auto &other) { return name == other.first; });
  return found == std::end(others) ? "" : found->second;
}

void mdl::reportUnknownName(Elaborator &e, const ast::NameRef &name, const std::string &behind) {
  bool isLibrary = llvm::any_of(e.compilation.libraryFolders, [&](const std::string &folder) {
    return e.modules.count(folder + "/" + name.name + ".mdl") != 0;
  });
  if (!isLibrary && hasMissingNames(*e.scope))
    return;
  auto report = e.diags.report(diag::UnknownName, name.range, {name.name});
  if (noteBoundElsewhere(e, name, report))
    return;
  std::string hint;
  if (!behind.empty() && (isLibrary || !nameHint(name.name, {}).empty()))
    hint = hintForMember(e, name.name, behind);
  if (std::string type = typeCalledOtherwise(name.name);
      hint.empty() && nameHint(name.name, {}).empty() && !type.empty())
    hint = "it is called `" + type + "` here";
  const syntax::StatementForm *form = syntax::statementForm(name.name);
  if (hint.empty() && isLibrary && form && behind.empty())
    hint = form->form;
  if (hint.empty() && isLibrary)
    hint = "`import " + name.name + "` brings the module in; its functions are known without it";
  if (hint.empty())
    hint = nameHint(name.name, form ? std::vector<std::string>() : e.visibleNames());
  if (hint.empty() && form)
    hint = form->form;
  if (hint.empty() && !behind.empty())
    hint = nameHint(behind, {}, NameUse::Member);
  if (!hint.empty())
    report.hint(hint);
}

/// Whether it is known without being bound.
static bool isWord(const std::string &name) {
  return name == "training" || name == hidden::Unset || elementTypeNamed(name).has_value();
}

bool mdl::reportUnknownBase(Elaborator &e, const ast::Member &expr) {
  const ast::Expr *base = expr.base;
  while (auto *member = ast::as<ast::Member>(base))
    base = member->base;
  auto *root = ast::as<ast::NameRef>(base);
  if (!root || isWord(root->name) || e.scope->find(root->name))
    return false;
  reportUnknownName(e, *root, expr.name.text);
  return true;
}
