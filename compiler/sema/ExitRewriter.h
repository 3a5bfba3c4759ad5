//===- ExitRewriter.h - Bodies that are left at their end only ----------------------===//
//
// Stage: sema. The rewriting behind Exits.h, for one loop or one function.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_EXITREWRITER_H
#define MDL_SEMA_EXITREWRITER_H

#include "compiler/sema/Exits.h"

#include "llvm/ADT/ArrayRef.h"

namespace mdl {

/// Whose exits are rewritten: `break` and `continue` of the loop, or `return` of the function.
enum class ExitLevel { Loop, Function };

/// Whether something inside leaves the loop or function.
bool leaves(const ast::Expr *expr, ExitLevel level);
bool leaves(const ast::Stmt *stmt, ExitLevel level);
bool leaves(const ast::Block *block, ExitLevel level);
/// Whether no way through goes on.
bool alwaysLeaves(const ast::Expr *expr, ExitLevel level);
bool alwaysLeaves(const ast::Block *block, ExitLevel level);
/// A `while true` that only a `return` leaves.
bool isEndless(const ast::Stmt *stmt);
/// The expression that a statement is about, of a `let`, an assignment or an expression.
ast::Expr *valueOf(const ast::Stmt *stmt);

class ExitRewriter {
public:
  ExitRewriter(Exits &exits, ExitLevel level) : ast(exits.ast), diags(exits.diags), level(level) {}

  bool marks = false;   ///< A loop's exits set `$skip`.
  bool guards = false;  ///< Some code is guarded by `$skip` or `$return`.
  bool breaks = false;  ///< `$break` is set.
  bool results = false; ///< `$result` is set.

  /// Statements and a result, left at the end only.
  ast::Block *sequence(llvm::ArrayRef<ast::Stmt *> list, ast::Expr *result, SourceRange range);
  /// Likewise where the value is the function's: a `return` just gives it.
  ast::Block *tail(llvm::ArrayRef<ast::Stmt *> list, ast::Expr *result, SourceRange range);
  ast::Expr *tail(ast::Expr *expr);

  ast::Stmt *variable(const char *name, ast::Expr *value);
  ast::Stmt *assignment(const char *name, ast::Expr *value, SourceRange range);
  ast::Expr *name(const char *text, SourceRange range);
  ast::Expr *truth(bool value, SourceRange range);
  ast::Expr *branch(ast::Expr *condition, ast::Block *then, ast::Expr *otherwise, SourceRange range);
  ast::Expr *blockExpr(ast::Block *block);
  ast::Expr *negated(ast::Expr *condition);

private:
  using List = std::vector<ast::Stmt *>;
  ast::Block *block(SourceRange range) {
    auto *made = ast.make<ast::Block>();
    made->range = range;
    return made;
  }
  ast::Stmt *plain(ast::Expr *expr);
  ast::Stmt *withValue(ast::Stmt *stmt, ast::Expr *value);
  void exit(ast::Stmt *stmt, List &out);
  bool split(ast::Stmt *stmt, llvm::ArrayRef<ast::Stmt *> rest, ast::Expr *result, bool isTail, ast::Block *out);
  ast::Stmt *inside(ast::Stmt *stmt);
  ast::Expr *inside(ast::Expr *expr);
  ast::Block *passesOf(const ast::Block *body);
  ast::Block *entered(const ast::Block *body, SourceRange range) {
    return sequence(body->statements, body->result, range);
  }
  void unreachable(llvm::ArrayRef<ast::Stmt *> rest, ast::Expr *result);
  static SourceRange rangeOf(llvm::ArrayRef<ast::Stmt *> list, ast::Expr *result, SourceRange otherwise);

  AstContext &ast;
  DiagnosticEngine &diags;
  const ExitLevel level;
};

} // namespace mdl

#endif // MDL_SEMA_EXITREWRITER_H
