//===- Exits.cpp - `break`, `continue` and early `return` as branches --------------===//

#include "compiler/sema/Exits.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::ast;

namespace {
/// Whose exits are rewritten: `break` and `continue` of the loop, or `return` of the function.
enum class Level { Loop, Function };
} // namespace

//===--- What a piece of code does --------------------------------------------------------===//

static bool leaves(const Block *block, Level level);
static bool leaves(const Stmt *stmt, Level level);

/// Whether something inside leaves the loop or function.
static bool leaves(const Expr *expr, Level level) {
  bool found = false;
  if (expr && expr->kind != ExprKind::Lambda)
    forEachPart(
        *expr, [&](const Expr *part) { found = found || leaves(part, level); },
        [&](const Block *part) { found = found || leaves(part, level); });
  return found;
}
static bool leaves(const Stmt *stmt, Level level) {
  if (stmt->kind == StmtKind::Return)
    return level == Level::Function;
  if (stmt->kind == StmtKind::Break || stmt->kind == StmtKind::Continue)
    return level == Level::Loop;
  bool isLoop = stmt->kind == StmtKind::For || stmt->kind == StmtKind::While;
  bool found = false;
  forEachPart(
      *stmt, [&](const Expr *part) { found = found || leaves(part, level); },
      [&](const Block *part) { found = found || (!(isLoop && level == Level::Loop) && leaves(part, level)); });
  return found;
}
static bool leaves(const Block *block, Level level) {
  return llvm::any_of(block->statements, [&](const Stmt *stmt) { return leaves(stmt, level); }) ||
         leaves(block->result, level);
}

/// The expression that a statement is about.
static Expr *valueOf(Stmt *stmt) {
  if (auto *let = as<Let>(stmt))
    return let->value;
  if (auto *assign = as<Assign>(stmt))
    return assign->value;
  if (auto *plain = as<ExprStmt>(stmt))
    return plain->expr;
  return nullptr;
}

static bool alwaysLeaves(const Block *block, Level level);

/// Whether no way through goes on.
static bool alwaysLeaves(const Expr *expr, Level level) {
  if (auto *branch = as<If>(expr))
    return alwaysLeaves(branch->then, level) && alwaysLeaves(branch->otherwise, level);
  auto *block = as<BlockExpr>(expr);
  return block && alwaysLeaves(block->block, level);
}
static bool alwaysLeaves(const Block *block, Level level) {
  for (Stmt *stmt : block->statements)
    if (valueOf(stmt) ? alwaysLeaves(valueOf(stmt), level)
                      : leaves(stmt, level) && stmt->kind != StmtKind::For && stmt->kind != StmtKind::While)
      return true;
  return alwaysLeaves(block->result, level);
}

//===--- Rewriting ---------------------------------------------------------------------------===//

namespace mdl {
class ExitRewriter {
public:
  ExitRewriter(Exits &exits, Level level) : ast(exits.ast), diags(exits.diags), level(level) {}

  bool marks = false;   ///< A loop's exits set `$skip`.
  bool guards = false;  ///< Some code is guarded by `$skip` or `$return`.
  bool breaks = false;  ///< `$break` is set.
  bool results = false; ///< `$result` is set.

  /// Statements and a result, left at the end only.
  Block *sequence(llvm::ArrayRef<Stmt *> list, Expr *result, SourceRange range);
  /// Likewise where the value is the function's: a `return` just gives it.
  Block *tail(llvm::ArrayRef<Stmt *> list, Expr *result, SourceRange range);
  Expr *tail(Expr *expr);

  Stmt *variable(const char *name, Expr *value);
  Stmt *assignment(const char *name, Expr *value, SourceRange range);
  Expr *name(const char *text, SourceRange range);
  Expr *truth(bool value, SourceRange range);
  Expr *branch(Expr *condition, Block *then, Expr *otherwise, SourceRange range);
  Expr *blockExpr(Block *block);
  Expr *negated(Expr *condition);

private:
  using List = std::vector<Stmt *>;
  Block *block(SourceRange range) {
    auto *made = ast.make<Block>();
    made->range = range;
    return made;
  }
  Stmt *plain(Expr *expr);
  Stmt *withValue(Stmt *stmt, Expr *value);
  void exit(Stmt *stmt, List &out);
  bool split(Stmt *stmt, llvm::ArrayRef<Stmt *> rest, Expr *result, bool isTail, Block *out);
  Stmt *inside(Stmt *stmt);
  Expr *inside(Expr *expr);
  Block *passesOf(const Block *body);
  Block *entered(const Block *body, SourceRange range) { return sequence(body->statements, body->result, range); }
  void unreachable(llvm::ArrayRef<Stmt *> rest, Expr *result);
  static SourceRange rangeOf(llvm::ArrayRef<Stmt *> list, Expr *result, SourceRange otherwise);

  AstContext &ast;
  DiagnosticEngine &diags;
  const Level level;
};
} // namespace mdl

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
    Expr *skipped = name(level == Level::Loop ? hidden::Skip : hidden::Return, stmt->range);
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

//===--- Whole bodies -----------------------------------------------------------------------===//

Exits::Loop Exits::loop(const Block *body) {
  auto [it, isNew] = loops.try_emplace(body, Loop{body, false});
  if (!isNew || !leaves(body, Level::Loop))
    return it->second;
  ExitRewriter rewriter(*this, Level::Loop);
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
    ExitRewriter rewriter(*this, Level::Loop);
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

const Expr *Exits::function(const Expr *body) {
  auto [it, isNew] = functions.try_emplace(body, body);
  if (!isNew || !leaves(body, Level::Function))
    return it->second;
  ExitRewriter rewriter(*this, Level::Function);
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
