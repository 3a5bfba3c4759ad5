//===- BuildStmt.cpp - Statements of the AST -------------------------------------===//
//
// Stage: parser. Input: ANTLR's tree of a file; output: statements with their doc comments.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/AstBuilder.h"
#include "compiler/syntax/StatementForms.h"

#include <algorithm>

using namespace mdl::ast;

namespace mdl::syntax {

using P = AstBuilder::P;

Module *AstBuilder::module(P::ModuleContext *tree) {
  auto *result = context.make<Module>();
  result->file = fragment.file;
  result->body = context.make<Block>();
  result->body->range = {fragment.file, fragment.base, fragment.base + uint32_t(fragment.text.size())};
  if (tree->body())
    body(tree->body(), result->body->statements);
  result->doc = moduleDoc(*result->body);
  return result;
}

//===--- Blocks -----------------------------------------------------------------===//

Block *AstBuilder::block(P::BlockContext *tree) {
  auto *result = context.make<Block>();
  result->range = range(tree);
  body(tree->body(), result->statements);
  if (auto *last = result->statements.empty() ? nullptr : as<ExprStmt>(result->statements.back())) {
    result->result = last->expr;
    result->statements.pop_back();
  }
  return result;
}

void AstBuilder::body(P::BodyContext *tree, std::vector<Stmt *> &statements) {
  for (P::StatementContext *part : tree->statement()) {
    Stmt *made = part->exception ? brokenStatement(part) : statement(part);
    if (made)
      statements.push_back(made);
  }
}

/// What a statement with a syntax error binds is known all the same, so that its uses are no errors.
Stmt *AstBuilder::brokenStatement(P::StatementContext *tree) {
  auto *let = dynamic_cast<P::LetStatementContext *>(tree);
  if (!let || !let->bindings() || let->bindings()->exception || !let->bindings()->stop)
    return nullptr;
  for (P::PatternContext *part : let->bindings()->pattern())
    if (!dynamic_cast<P::NamePatternContext *>(part) || part->exception)
      return nullptr;
  auto *result = context.make<Let>(range(let));
  result->isVar = let->VAR() != nullptr;
  result->pattern = bindings(let->bindings());
  result->value = errorExpr(range(let));
  return result;
}

Stmt *AstBuilder::statement(P::StatementContext *tree) {
  Stmt *result = nullptr;
  if (auto *node = dynamic_cast<P::ExprStatementContext *>(tree))
    result = exprStatement(node);
  else if (auto *node = dynamic_cast<P::LetStatementContext *>(tree))
    result = letStatement(node);
  else if (auto *node = dynamic_cast<P::FnStatementContext *>(tree))
    result = fnStatement(node);
  else if (auto *node = dynamic_cast<P::ModelStatementContext *>(tree))
    result = modelStatement(node);
  else if (auto *node = dynamic_cast<P::ParamStatementContext *>(tree))
    result = paramStatement(node);
  else if (auto *node = dynamic_cast<P::OptionStatementContext *>(tree))
    result = optionStatement(node);
  else if (auto *node = dynamic_cast<P::TrainStatementContext *>(tree))
    result = trainStatement(node);
  else
    result = controlStatement(tree);
  if (result)
    result->doc = docFor(tree);
  return result;
}

Stmt *AstBuilder::controlStatement(P::StatementContext *tree) {
  if (auto *node = dynamic_cast<P::ForStatementContext *>(tree)) {
    auto *result = context.make<For>(range(tree));
    result->pattern = bindings(node->bindings());
    result->source = expr(node->expr());
    result->body = block(node->block());
    return result;
  }
  if (auto *node = dynamic_cast<P::WhileStatementContext *>(tree)) {
    auto *result = context.make<While>(range(tree));
    result->condition = expr(node->expr());
    result->body = block(node->block());
    return result;
  }
  if (auto *node = dynamic_cast<P::ReturnStatementContext *>(tree)) {
    auto *result = context.make<Return>(range(tree));
    result->value = node->expr() ? expr(node->expr()) : nullptr;
    return result;
  }
  if (auto *node = dynamic_cast<P::AssertStatementContext *>(tree)) {
    auto *result = context.make<Assert>(range(tree));
    result->condition = expr(node->expr(0));
    result->message = node->expr().size() > 1 ? expr(node->expr(1)) : nullptr;
    return result;
  }
  if (auto *node = dynamic_cast<P::ImportStatementContext *>(tree)) {
    auto *result = context.make<Import>(range(tree));
    result->module = name(node->imported);
    if (node->alias && node->word->getText() == "as")
      result->alias = name(node->alias);
    else if (node->word)
      diagnostics.report(diag::UnexpectedToken, range(node->word),
                         {"the end of the statement", "`" + node->word->getText() + "`"});
    return result;
  }
  if (dynamic_cast<P::BreakStatementContext *>(tree))
    return context.make<Break>(range(tree));
  if (dynamic_cast<P::ContinueStatementContext *>(tree))
    return context.make<Continue>(range(tree));
  return nullptr;
}

//===--- Bindings and updates ---------------------------------------------------===//

Stmt *AstBuilder::letStatement(P::LetStatementContext *tree) {
  auto *result = context.make<Let>(range(tree));
  result->isVar = tree->VAR() != nullptr;
  result->pattern = bindings(tree->bindings());
  result->type = tree->type() ? type(tree->type()) : nullptr;
  result->value = expr(tree->expr());
  return result;
}

static std::optional<BinaryOp> updateOp(size_t type) {
  switch (type) {
  case P::ADD_ASSIGN:
    return BinaryOp::Add;
  case P::SUB_ASSIGN:
    return BinaryOp::Sub;
  case P::MUL_ASSIGN:
    return BinaryOp::Mul;
  case P::DIV_ASSIGN:
    return BinaryOp::Div;
  case P::FLOORDIV_ASSIGN:
    return BinaryOp::FloorDiv;
  case P::MOD_ASSIGN:
    return BinaryOp::Mod;
  case P::POW_ASSIGN:
    return BinaryOp::Pow;
  case P::MATMUL_ASSIGN:
    return BinaryOp::MatMul;
  default:
    return std::nullopt;
  }
}

static bool isTarget(const Expr *target) {
  while (true) {
    if (auto *member = as<Member>(target))
      target = member->base;
    else if (auto *index = as<Index>(target))
      target = index->base;
    else
      return target->kind == ExprKind::NameRef || target->kind == ExprKind::Error;
  }
}

Stmt *AstBuilder::exprStatement(P::ExprStatementContext *tree) {
  Expr *first = expr(tree->expr(0));
  if (!tree->assignment()) {
    auto *result = context.make<ExprStmt>(range(tree));
    result->expr = first;
    // Likely the rest of the statement above: `- b` where `-b` would be a value of its own.
    const Token *sign = tree->start;
    auto *signedExpr = dynamic_cast<P::SignExprContext *>(tree->expr(0));
    if (!signedExpr || !layout.isFirstOnLine(sign->getTokenIndex()) || layout.previous(sign->getTokenIndex()) < 0)
      return result;
    if (sign->getType() == P::PLUS) // That has no use.
      diagnostics.report(diag::UnexpectedToken, range(sign), {"a statement", "`+`"})
          .hint("a new line begins a new statement; put the operator at the end of the line before");
    else if (signedExpr->expr()->start->getStartIndex() > sign->getStopIndex() + 1)
      diagnostics.report(diag::LeadingOperator, range(sign))
          .hint("put the operator at the end of the line before, or write `-` without a space");
    return result;
  }
  auto *result = context.make<Assign>(range(tree));
  result->target = first;
  result->op = updateOp(tree->assignment()->start->getType());
  result->opRange = range(tree->assignment());
  result->value = expr(tree->expr(1));
  auto *several = as<Tuple>(first);
  bool fits = several && !result->op ? std::all_of(several->elements.begin(), several->elements.end(), isTarget)
                                     : isTarget(first);
  if (!fits) {
    auto diagnostic = diagnostics.report(diag::InvalidTarget, first->range);
    if (as<Call>(first) && as<NameRef>(as<Call>(first)->callee))
      diagnostic.hint("a function is written `fn " + as<NameRef>(as<Call>(first)->callee)->name + "(x) = …`");
    result->target = errorExpr(first->range);
  }
  return result;
}

//===--- Declarations -----------------------------------------------------------===//

Stmt *AstBuilder::fnStatement(P::FnStatementContext *tree) {
  auto *result = context.make<FnDecl>(range(tree));
  bool outer = std::exchange(inModel, false);
  result->name = name(tree->NAME()->getSymbol());
  result->parameters = parameters(tree->parameters());
  result->result = tree->type() ? type(tree->type()) : nullptr;
  P::FunctionBodyContext *inner = tree->functionBody();
  result->body = inner->expr() ? expr(inner->expr()) : blockExpr(inner->block());
  result->gradient = tree->lambda() ? lambda(tree->lambda()) : nullptr;
  inModel = outer;
  return result;
}

/// What stands in a model beside its parameters, parts and functions, for the message.
static const char *foreignMember(const Stmt *member) {
  switch (member->kind) {
  case StmtKind::Param:
  case StmtKind::Fn:
    return nullptr;
  case StmtKind::Let:
    return static_cast<const Let *>(member)->isVar ? "`var`" : nullptr;
  case StmtKind::Model:
    return "a model's declaration";
  case StmtKind::Option:
    return "an option";
  case StmtKind::Import:
    return "an import";
  default:
    return "a statement";
  }
}

/// `param = …`, which only looks like an assignment: the name is missing.
static const StatementForm *namelessForm(const Stmt *member) {
  auto *assign = as<Assign>(member);
  auto *target = assign && !assign->op ? as<NameRef>(assign->target) : nullptr;
  return target && (target->name == "param" || target->name == "state") ? statementForm(target->name) : nullptr;
}

/// Whether the parser has stopped behind a statement, on its line, as behind `def`: what stands there is told.
static bool isErrorBehind(const Stmt &stmt, const Fragment &fragment, const DiagnosticEngine &diagnostics) {
  return std::any_of(diagnostics.all().begin(), diagnostics.all().end(), [&](const Diagnostic &told) {
    if (!isError(told.kind) || told.range.file != stmt.range.file || told.range.begin < stmt.range.end)
      return false;
    size_t between = told.range.begin - stmt.range.end;
    return fragment.text.substr(stmt.range.end - fragment.base, between).find('\n') == std::string_view::npos;
  });
}

Stmt *AstBuilder::modelStatement(P::ModelStatementContext *tree) {
  auto *result = context.make<ModelDecl>(range(tree));
  result->name = name(tree->NAME()->getSymbol());
  result->parameters = parameters(tree->parameters());
  bool outer = std::exchange(inModel, true);
  std::vector<Stmt *> members;
  body(tree->block()->body(), members);
  inModel = outer;
  for (Stmt *member : members) {
    const char *foreign = foreignMember(member);
    if (const StatementForm *form = foreign ? namelessForm(member) : nullptr) {
      diagnostics.report(diag::UnexpectedToken, as<Assign>(member)->opRange, {std::string(form->named), "`=`"})
          .hint(std::string(form->form));
      continue;
    }
    if (!foreign)
      result->members.push_back(member);
    else if (!isErrorBehind(*member, fragment, diagnostics))
      diagnostics.report(diag::NotInModel, member->range, {foreign})
          .hint(member->kind == StmtKind::Assign ? "a part is bound with `let`, what is learned with `param`"
                                                 : "a model holds `param`, `state`, `let` and `fn`");
  }
  return result;
}

Stmt *AstBuilder::paramStatement(P::ParamStatementContext *tree) {
  auto *result = context.make<ParamDecl>(range(tree));
  result->isState = tree->STATE() != nullptr;
  result->name = name(tree->NAME()->getSymbol());
  result->type = tree->type() ? type(tree->type()) : nullptr;
  result->value = expr(tree->expr());
  std::string word = result->isState ? "state" : "param";
  if (!inModel)
    diagnostics.report(diag::OnlyInModel, range(tree->start), {word})
        .hint("`model Name() { " + word + " " + result->name.text + " = … }` has it; elsewhere write `var " +
              result->name.text + " = …`");
  return result;
}

Stmt *AstBuilder::optionStatement(P::OptionStatementContext *tree) {
  auto *result = context.make<OptionDecl>(range(tree));
  result->name = name(tree->NAME()->getSymbol());
  result->type = tree->type() ? type(tree->type()) : nullptr;
  result->value = expr(tree->expr());
  return result;
}

Stmt *AstBuilder::trainStatement(P::TrainStatementContext *tree) {
  auto *result = context.make<Train>(range(tree));
  result->model = expr(tree->expr(0));
  result->data = expr(tree->expr(1));
  checkCommas(tree, "a setting");
  for (P::SettingContext *setting : tree->setting())
    if (!setting->exception)
      result->settings.emplace_back(name(setting->LABEL()->getSymbol()), expr(setting->expr()));
  return result;
}

//===--- Doc comments -----------------------------------------------------------===//

/// The text of a `##` comment.
std::string AstBuilder::docText(size_t token) const {
  std::string_view text = fragment.textOf(layout.tokens()[token]);
  text.remove_prefix(text.size() > 2 && text[2] == ' ' ? 3 : 2);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return std::string(text);
}

/// The `##` lines just above a token.
std::string AstBuilder::docBefore(size_t token) const {
  std::string result;
  size_t i = token;
  auto is = [&](size_t at, size_t type) { return layout.lexedType(at) == type; };
  while (i >= 2 && is(i - 1, P::NEWLINE) && is(i - 2, P::DOC) && layout.isFirstOnLine(i - 2)) {
    result = docText(i - 2) + (result.empty() ? "" : "\n") + result;
    i -= 2;
  }
  return result;
}

/// The `##` lines above a statement, and the one behind it.
std::string AstBuilder::docFor(P::StatementContext *tree) const {
  std::string result = docBefore(tree->start->getTokenIndex());
  size_t behind = tree->stop ? tree->stop->getTokenIndex() + 1 : layout.size();
  if (behind < layout.size() && layout.lexedType(behind) == P::DOC)
    result += (result.empty() ? "" : "\n") + docText(behind);
  return result;
}

/// The `##` lines at the start of the file, when an empty line or an import follows.
std::string AstBuilder::moduleDoc(const Block &body) const {
  std::string result;
  size_t i = 0;
  while (i < layout.size() && layout.lexedType(i) == P::NEWLINE)
    ++i;
  for (; i < layout.size() && layout.lexedType(i) == P::DOC; i += 2) {
    result += (result.empty() ? "" : "\n") + docText(i);
    if (layout.lexedType(i + 1) != P::NEWLINE)
      break;
  }
  bool apart = i >= layout.size() || layout.lexedType(i) == P::NEWLINE || layout.lexedType(i) == P::IMPORT ||
               body.statements.empty();
  return apart ? result : "";
}

} // namespace mdl::syntax
