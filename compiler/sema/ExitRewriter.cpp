//===- ExitRewriter.cpp - Bodies that are left at their end only --------------------===//

#include "compiler/sema/ExitRewriter.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/STLExtras.h"

#include <functional>

using namespace mdl;
using namespace mdl::ast;

//===--- Nodes ------------------------------------------------------------------------===//

Expr *ExitRewriter::name(const char *text, SourceRange range) {
  auto *made = ast.make<NameRef>(range);
  made->name = text;
  return made;
}
Expr *ExitRewriter::truth(bool value, SourceRange range) {
  auto *made = ast.make<BoolLiteral>(range);
  made->value = value;
  return made;
}
Expr *ExitRewriter::negated(Expr *condition) {
  auto *made = ast.make<Unary>(condition->range);
  made->op = UnaryOp::Not;
  made->operand = condition;
  return made;
}
Expr *ExitRewriter::branch(Expr *condition, Block *then, Expr *otherwise, SourceRange range) {
  auto *made = ast.make<If>(range);
  made->condition = condition;
  made->then = then;
  made->otherwise = otherwise;
  return made;
}
Expr *ExitRewriter::blockExpr(Block *block) {
  auto *made = ast.make<BlockExpr>(block->range);
  made->block = block;
  return made;
}
Stmt *ExitRewriter::plain(Expr *expr) {
  auto *made = ast.make<ExprStmt>(expr->range);
  made->expr = expr;
  return made;
}
Stmt *ExitRewriter::variable(const char *text, Expr *value) {
  auto *made = ast.make<Let>(value->range);
  made->isVar = true;
  made->pattern = ast.make<Pattern>();
  made->pattern->kind = Pattern::Bind;
  made->pattern->name.text = text;
  made->value = value;
  return made;
}
Stmt *ExitRewriter::assignment(const char *text, Expr *value, SourceRange range) {
  auto *made = ast.make<Assign>(range);
  made->target = name(text, range);
  made->value = value;
  return made;
}
Stmt *ExitRewriter::withValue(Stmt *stmt, Expr *value) {
  if (auto *let = as<Let>(stmt)) {
    auto *made = ast.make<Let>(*let);
    made->value = value;
    return made;
  }
  if (auto *assign = as<Assign>(stmt)) {
    auto *made = ast.make<Assign>(*assign);
    made->value = value;
    return made;
  }
  return plain(value);
}

SourceRange ExitRewriter::rangeOf(llvm::ArrayRef<Stmt *> list, Expr *result, SourceRange otherwise) {
  SourceRange range;
  if (!list.empty())
    range = SourceRange::join(list.front()->range, list.back()->range);
  if (result)
    range = SourceRange::join(range, result->range);
  return range.isValid() ? range : otherwise;
}

void ExitRewriter::unreachable(llvm::ArrayRef<Stmt *> rest, Expr *result) {
  SourceRange range = rangeOf(rest, result, {});
  if (range.isValid() && !marks)
    diags.report(diag::Unreachable, rest.empty() ? result->range : rest.front()->range);
}

/// Whether a `break` of the loop around stands in it.
static bool breaksLoop(const Expr *expr);
static bool breaksLoop(const Block *block);
static bool breaksLoop(const Stmt *stmt) {
  bool found = stmt->kind == StmtKind::Break;
  bool isLoop = stmt->kind == StmtKind::For || stmt->kind == StmtKind::While;
  forEachPart(
      *stmt, [&](const Expr *part) { found = found || breaksLoop(part); },
      [&](const Block *part) { found = found || (!isLoop && breaksLoop(part)); });
  return found;
}
static bool breaksLoop(const Expr *expr) {
  bool found = false;
  if (expr && expr->kind != ExprKind::Lambda)
    forEachPart(
        *expr, [&](const Expr *part) { found = found || breaksLoop(part); },
        [&](const Block *part) { found = found || breaksLoop(part); });
  return found;
}
static bool breaksLoop(const Block *block) {
  return llvm::any_of(block->statements, [](const Stmt *stmt) { return breaksLoop(stmt); }) ||
         breaksLoop(block->result);
}

bool mdl::isEndless(const Stmt *stmt) {
  auto *loop = as<While>(stmt);
  auto *condition = loop ? as<BoolLiteral>(loop->condition) : nullptr;
  return condition && condition->value && !breaksLoop(loop->body);
}

/// What stands for the exit itself.
void ExitRewriter::exit(Stmt *stmt, List &out) {
  auto set = [&](const char *flag) { out.push_back(assignment(flag, truth(true, stmt->range), stmt->range)); };
  if (auto *leave = as<Return>(stmt)) {
    if (leave->value) {
      results = true;
      out.push_back(assignment(hidden::Result, leave->value, leave->value->range));
    }
    set(hidden::Return);
    return;
  }
  if (stmt->kind == StmtKind::Break) {
    breaks = true;
    set(hidden::Break);
  }
  if (marks)
    set(hidden::Skip);
}

/// An `if` of which a branch always leaves: what follows goes into the other. The end of `out`; false for other `if`s.
bool ExitRewriter::split(Stmt *stmt, llvm::ArrayRef<Stmt *> rest, Expr *result, bool isTail, Block *out) {
  auto *choice = as<If>(valueOf(stmt));
  if (!choice || leaves(choice->condition, level))
    return false;
  bool first = alwaysLeaves(choice->then, level), second = alwaysLeaves(choice->otherwise, level);
  if (!first && !second)
    return false;
  if (first && second)
    unreachable(rest, result);
  auto goesOn = [&](Expr *part) {
    List list;
    if (part || stmt->kind != StmtKind::Expression)
      list.push_back(withValue(stmt, part ? part : blockExpr(block(choice->range))));
    list.insert(list.end(), rest.begin(), rest.end());
    SourceRange range = rangeOf(rest, result, choice->range);
    return isTail ? tail(list, result, range) : sequence(list, result, range);
  };
  auto endsHere = [&](const Block *part) {
    SourceRange range = part->range;
    if (auto *last = part->statements.empty() ? nullptr : as<Return>(part->statements.back()); last && last->value)
      range = last->value->range;
    return isTail ? tail(part->statements, part->result, range) : entered(part, range);
  };
  Block *then = first ? endsHere(choice->then) : goesOn(blockExpr(choice->then));
  Expr *otherwise = nullptr;
  if (!second)
    otherwise = blockExpr(goesOn(choice->otherwise));
  else if (auto *body = as<BlockExpr>(choice->otherwise))
    otherwise = blockExpr(endsHere(body->block));
  else
    otherwise = isTail ? tail(choice->otherwise) : inside(choice->otherwise);
  Expr *made = branch(choice->condition, then, otherwise, choice->range);
  if (isTail)
    out->result = made;
  else
    out->statements.push_back(plain(made));
  return true;
}

/// Rewritten where code behind it is guarded. A place that cannot be rewritten stays, and is reported when it is met.
Expr *ExitRewriter::inside(Expr *expr) {
  if (auto *choice = as<If>(expr); choice && leaves(expr, level))
    return branch(choice->condition, entered(choice->then, choice->then->range), inside(choice->otherwise),
                  choice->range);
  if (auto *body = as<BlockExpr>(expr); body && leaves(expr, level))
    return blockExpr(entered(body->block, body->block->range));
  return expr;
}

Stmt *ExitRewriter::inside(Stmt *stmt) {
  if (auto *loop = as<For>(stmt)) {
    auto *made = ast.make<For>(*loop);
    made->body = passesOf(loop->body);
    return made;
  }
  if (auto *loop = as<While>(stmt)) {
    auto *made = ast.make<While>(*loop);
    made->body = passesOf(loop->body);
    return made;
  }
  return stmt->kind == StmtKind::Expression ? plain(inside(valueOf(stmt))) : stmt;
}

Block *ExitRewriter::sequence(llvm::ArrayRef<Stmt *> list, Expr *result, SourceRange range) {
  Block *out = block(range);
  for (size_t i = 0; i < list.size(); ++i) {
    Stmt *stmt = list[i];
    auto rest = list.drop_front(i + 1);
    if (!leaves(stmt, level)) {
      out->statements.push_back(stmt);
      continue;
    }
    bool isExit = stmt->kind == StmtKind::Return || stmt->kind == StmtKind::Break || stmt->kind == StmtKind::Continue;
    if (isExit) {
      unreachable(rest, result);
      exit(stmt, out->statements);
      return out;
    }
    if (split(stmt, rest, result, /*isTail=*/false, out))
      return out;
    out->statements.push_back(inside(stmt));
    if (rest.empty() && !result)
      return out;
    guards = true;
    Expr *skipped = name(level == ExitLevel::Loop ? hidden::Skip : hidden::Return, stmt->range);
    Block *guarded = sequence(rest, result, rangeOf(rest, result, range));
    out->statements.push_back(plain(branch(negated(skipped), guarded, nullptr, guarded->range)));
    return out;
  }
  if (result && leaves(result, level)) {
    Stmt *last = plain(result);
    if (!split(last, {}, nullptr, /*isTail=*/false, out))
      out->statements.push_back(inside(last));
  } else {
    out->result = result;
  }
  return out;
}

/// The body of a loop in a function: a `return` notes its value and breaks; the loop around it breaks in turn.
Block *ExitRewriter::passesOf(const Block *body) {
  Block *out = block(body->range);
  std::function<Expr *(Expr *)> expression;
  std::function<void(const Block *, Block *)> rewrite = [&](const Block *from, Block *to) {
    List list = from->statements;
    if (from->result && leaves(from->result, level))
      list.push_back(plain(from->result));
    else
      to->result = from->result;
    for (Stmt *stmt : list) {
      if (!leaves(stmt, level)) {
        to->statements.push_back(stmt);
      } else if (stmt->kind == StmtKind::Return) {
        exit(stmt, to->statements);
        to->statements.push_back(ast.make<Break>(stmt->range));
      } else if (stmt->kind == StmtKind::For || stmt->kind == StmtKind::While) {
        to->statements.push_back(inside(stmt));
        Block *again = block(stmt->range);
        again->statements.push_back(ast.make<Break>(stmt->range));
        to->statements.push_back(plain(branch(name(hidden::Return, stmt->range), again, nullptr, stmt->range)));
      } else {
        to->statements.push_back(valueOf(stmt) ? withValue(stmt, expression(valueOf(stmt))) : stmt);
      }
    }
  };
  expression = [&](Expr *expr) -> Expr * {
    if (!expr || !leaves(expr, level))
      return expr;
    if (auto *choice = as<If>(expr)) {
      Block *then = block(choice->then->range);
      rewrite(choice->then, then);
      return branch(choice->condition, then, expression(choice->otherwise), choice->range);
    }
    if (auto *body = as<BlockExpr>(expr)) {
      Block *made = block(body->block->range);
      rewrite(body->block, made);
      return blockExpr(made);
    }
    return expr;
  };
  rewrite(body, out);
  return out;
}

Block *ExitRewriter::tail(llvm::ArrayRef<Stmt *> list, Expr *result, SourceRange range) {
  Block *out = block(range);
  for (size_t i = 0; i < list.size(); ++i) {
    Stmt *stmt = list[i];
    auto rest = list.drop_front(i + 1);
    if (auto *leave = as<Return>(stmt)) {
      unreachable(rest, result);
      out->result = leave->value;
      return out;
    }
    if (!leaves(stmt, level)) {
      out->statements.push_back(stmt);
      continue;
    }
    if (split(stmt, rest, result, /*isTail=*/true, out))
      return out;
    guards = true;
    out->statements.push_back(inside(stmt));
    Block *returned = block(stmt->range);
    returned->result = results ? name(hidden::Result, stmt->range) : nullptr;
    if (isEndless(stmt) && rest.empty() && !result) {
      out->result = returned->result;
      return out;
    }
    Block *goesOn = tail(rest, result, rangeOf(rest, result, range));
    out->result = branch(name(hidden::Return, stmt->range), returned, blockExpr(goesOn), goesOn->range);
    return out;
  }
  out->result = tail(result);
  return out;
}

Expr *ExitRewriter::tail(Expr *expr) {
  if (!expr || !leaves(expr, level))
    return expr;
  if (auto *choice = as<If>(expr)) {
    Expr *otherwise = choice->otherwise ? tail(choice->otherwise) : blockExpr(block(expr->range));
    Block *then = tail(choice->then->statements, choice->then->result, choice->then->range);
    return branch(choice->condition, then, otherwise, expr->range);
  }
  if (auto *body = as<BlockExpr>(expr))
    return blockExpr(tail(body->block->statements, body->block->result, expr->range));
  return expr;
}
