//===- Exits.cpp - `break`, `continue` and early `return` as branches --------------===//
//
// Stage: sema. What leaves a piece of code, and the bodies that Exits.h promises.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/ExitRewriter.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::ast;

//===--- What a piece of code does --------------------------------------------------------===//

bool mdl::leaves(const Expr *expr, ExitLevel level) {
  bool found = false;
  if (expr && expr->kind != ExprKind::Lambda)
    forEachPart(
        *expr, [&](const Expr *part) { found = found || leaves(part, level); },
        [&](const Block *part) { found = found || leaves(part, level); });
  return found;
}
bool mdl::leaves(const Stmt *stmt, ExitLevel level) {
  if (stmt->kind == StmtKind::Return)
    return level == ExitLevel::Function;
  if (stmt->kind == StmtKind::Break || stmt->kind == StmtKind::Continue)
    return level == ExitLevel::Loop;
  bool isLoop = stmt->kind == StmtKind::For || stmt->kind == StmtKind::While;
  bool found = false;
  forEachPart(
      *stmt, [&](const Expr *part) { found = found || leaves(part, level); },
      [&](const Block *part) { found = found || (!(isLoop && level == ExitLevel::Loop) && leaves(part, level)); });
  return found;
}
bool mdl::leaves(const Block *block, ExitLevel level) {
  return llvm::any_of(block->statements, [&](const Stmt *stmt) { return leaves(stmt, level); }) ||
         leaves(block->result, level);
}

Expr *mdl::valueOf(const Stmt *stmt) {
  if (auto *let = as<Let>(stmt))
    return let->value;
  if (auto *assign = as<Assign>(stmt))
    return assign->value;
  if (auto *plain = as<ExprStmt>(stmt))
    return plain->expr;
  return nullptr;
}

bool mdl::alwaysLeaves(const Expr *expr, ExitLevel level) {
  if (auto *branch = as<If>(expr))
    return alwaysLeaves(branch->then, level) && alwaysLeaves(branch->otherwise, level);
  auto *block = as<BlockExpr>(expr);
  return block && alwaysLeaves(block->block, level);
}
bool mdl::alwaysLeaves(const Block *block, ExitLevel level) {
  for (Stmt *stmt : block->statements)
    if (valueOf(stmt) ? alwaysLeaves(valueOf(stmt), level)
                      : leaves(stmt, level) && stmt->kind != StmtKind::For && stmt->kind != StmtKind::While)
      return true;
  return alwaysLeaves(block->result, level);
}

//===--- Whole bodies -----------------------------------------------------------------------===//

Exits::Loop Exits::loop(const Block *body) {
  auto [it, isNew] = loops.try_emplace(body, Loop{body, false});
  if (!isNew || !leaves(body, ExitLevel::Loop))
    return it->second;
  ExitRewriter rewriter(*this, ExitLevel::Loop);
  Block *pass = rewriter.sequence(body->statements, body->result, body->range);
  if (rewriter.guards) {
    rewriter.marks = true;
    pass = rewriter.sequence(body->statements, body->result, body->range);
    Stmt *none = rewriter.variable(hidden::Skip, rewriter.truth(false, body->range));
    pass->statements.insert(pass->statements.begin(), none);
  }
  if (rewriter.breaks) {
    Expr *goes = rewriter.negated(rewriter.name(hidden::Break, body->range));
    auto *guarded = ast.make<Block>();
    guarded->range = body->range;
    auto *only = ast.make<ExprStmt>(body->range);
    only->expr = rewriter.branch(goes, pass, nullptr, body->range);
    guarded->statements.push_back(only);
    pass = guarded;
  }
  it->second = {pass, rewriter.breaks};
  return it->second;
}

const Expr *Exits::condition(const Expr *condition) {
  const Expr *&made = conditions[condition];
  if (!made) {
    ExitRewriter rewriter(*this, ExitLevel::Loop);
    auto *stop = ast.make<Block>();
    stop->range = condition->range;
    stop->result = rewriter.truth(false, condition->range);
    auto *go = ast.make<Block>();
    go->range = condition->range;
    go->result = const_cast<Expr *>(condition);
    made =
        rewriter.branch(rewriter.name(hidden::Break, condition->range), stop, rewriter.blockExpr(go), condition->range);
  }
  return made;
}

/// The first `return` of the function that gives a value.
static const Return *valueReturned(const Expr *expr);
static const Return *valueReturned(const Block *block);
static const Return *valueReturned(const Stmt *stmt) {
  if (auto *leave = as<Return>(stmt))
    return leave->value ? leave : nullptr;
  const Return *found = nullptr;
  forEachPart(
      *stmt, [&](const Expr *part) { found = found ? found : valueReturned(part); },
      [&](const Block *part) { found = found ? found : valueReturned(part); });
  return found;
}
static const Return *valueReturned(const Expr *expr) {
  const Return *found = nullptr;
  if (expr && expr->kind != ExprKind::Lambda)
    forEachPart(
        *expr, [&](const Expr *part) { found = found ? found : valueReturned(part); },
        [&](const Block *part) { found = found ? found : valueReturned(part); });
  return found;
}
static const Return *valueReturned(const Block *block) {
  for (const Stmt *stmt : block->statements)
    if (auto *found = valueReturned(stmt))
      return found;
  return valueReturned(block->result);
}

/// Whether the end of the code can be reached without a value.
static bool endsEmpty(const Expr *expr);
static bool endsEmpty(const Block *block) {
  for (const Stmt *stmt : block->statements) {
    const Expr *value = valueOf(stmt);
    if (stmt->kind == StmtKind::Return || isEndless(stmt) || (value && alwaysLeaves(value, ExitLevel::Function)))
      return false;
  }
  return endsEmpty(block->result);
}
static bool endsEmpty(const Expr *expr) {
  if (!expr)
    return true;
  if (auto *branch = as<If>(expr))
    return endsEmpty(branch->then) || endsEmpty(branch->otherwise);
  auto *inner = as<BlockExpr>(expr);
  return inner && endsEmpty(inner->block);
}

/// A function whose `return` gives a value gives one at its end, too. False where it does not (reported).
static bool checkEnd(DiagnosticEngine &diags, const Expr *body) {
  const Return *given = valueReturned(body);
  if (!given || !endsEmpty(body))
    return true;
  SourceRange end = body->range;
  end.begin = end.end - 1;
  auto report =
      diags.report(diag::PatternMismatch, end, {"a value where the function ends, as its `return` gives one", "none"});
  report.note(given->range, "the `return`");
  report.hint("the last line is the value where no `return` was met");
  return false;
}

const Expr *Exits::function(const Expr *body) {
  auto [it, isNew] = functions.try_emplace(body, body);
  if (!isNew || !leaves(body, ExitLevel::Function))
    return it->second;
  if (!checkEnd(diags, body)) {
    functions.erase(it); // Code that is only tried may have met it first.
    return nullptr;
  }
  ExitRewriter rewriter(*this, ExitLevel::Function);
  Expr *whole = rewriter.tail(const_cast<Expr *>(body));
  if (rewriter.guards) {
    auto *outer = ast.make<Block>();
    outer->range = body->range;
    outer->statements.push_back(rewriter.variable(hidden::Return, rewriter.truth(false, body->range)));
    if (rewriter.results)
      outer->statements.push_back(rewriter.variable(hidden::Result, rewriter.name(hidden::Unset, body->range)));
    outer->result = whole;
    whole = rewriter.blockExpr(outer);
  }
  it->second = whole;
  return whole;
}
