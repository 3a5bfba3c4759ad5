//===- BoundElsewhere.cpp - Where a name that is not known here is bound -------------------===//
//
// Stage: sema, for messages. Names hold to the end of their block, other than in Python.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/BoundElsewhere.h"
#include "compiler/syntax/AstWalk.h"

using namespace mdl;

namespace {

/// Looks through the code around a use for what binds the name: not into other functions and models.
class BindingFinder {
public:
  struct Found {
    SourceRange range;
    bool isOfLoop = false; ///< What a loop or a comprehension goes over.
  };
  /// The last one before the use; else the first behind it.
  std::optional<Found> before, behind;

  explicit BindingFinder(const ast::NameRef &use) : use(use) {}

  void block(const ast::Block &block) {
    for (const ast::Stmt *stmt : block.statements)
      statement(*stmt);
    if (block.result)
      expression(*block.result);
  }

private:
  void statement(const ast::Stmt &stmt) {
    if (auto *let = ast::as<ast::Let>(&stmt))
      pattern(*let->pattern, /*isOfLoop=*/false);
    if (auto *loop = ast::as<ast::For>(&stmt))
      pattern(*loop->pattern, /*isOfLoop=*/true);
    bool isAround = stmt.range.begin <= use.range.begin && use.range.end <= stmt.range.end;
    if (auto *function = ast::as<ast::FnDecl>(&stmt); function && isAround)
      expression(*function->body);
    ast::forEachPart(
        stmt, [&](const ast::Expr *part) { expression(*part); }, [&](const ast::Block *part) { block(*part); });
  }

  void expression(const ast::Expr &expr) {
    if (expr.kind == ast::ExprKind::Lambda)
      return;
    if (auto *comprehension = ast::as<ast::Comprehension>(&expr))
      for (auto &generator : comprehension->generators)
        pattern(*generator.pattern, /*isOfLoop=*/true);
    ast::forEachPart(
        expr, [&](const ast::Expr *part) { expression(*part); }, [&](const ast::Block *part) { block(*part); });
  }

  void pattern(const ast::Pattern &pattern, bool isOfLoop) {
    for (const ast::Pattern *element : pattern.elements)
      this->pattern(*element, isOfLoop);
    if (pattern.kind != ast::Pattern::Bind || pattern.name.text != use.name)
      return;
    Found found{pattern.range, isOfLoop};
    if (pattern.range.begin < use.range.begin)
      before = found;
    else if (!behind)
      behind = found;
  }

  const ast::NameRef &use;
};

} // namespace

bool mdl::noteBoundElsewhere(const Elaborator &e, const ast::NameRef &name, DiagnosticEngine::Builder &report) {
  if (e.sources.isLibrary(name.range))
    return false;
  const ast::Module *module = e.compilation.ast.moduleOf(name.range.file);
  if (!module)
    return false;
  BindingFinder finder(name);
  finder.block(*module->body);
  auto found = finder.before ? finder.before : finder.behind;
  if (!found)
    return false;
  std::string bound = "`" + name.name + "` is bound here, ";
  report.note(found->range, bound + (!finder.before    ? "further down"
                                     : found->isOfLoop ? "for the loop only"
                                                       : "for its block only"));
  if (finder.before && !found->isOfLoop)
    report.hint("`var " + name.name + " = …` in front of it, and an assignment in it, keep a value for what follows");
  return true;
}
