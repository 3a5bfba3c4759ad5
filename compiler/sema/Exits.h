//===- Exits.h - `break`, `continue` and early `return` as branches ------------------===//
//
// Stage: sema. Input: the body of a loop or a function; output: a body that does the same
// and is left at its end only, so that the rest of sema knows only branches and loops.
// Where one branch of an `if` always leaves, what follows goes into the other:
//
//   if c { return a }           if c { a } else {
//   rest                          rest
//                               }
//
// Elsewhere hidden variables say what happened, and what follows is guarded by them.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_EXITS_H
#define MDL_SEMA_EXITS_H

#include "compiler/support/Diagnostics.h"
#include "compiler/syntax/Ast.h"

#include <map>

namespace mdl {

/// The hidden variables. No program can write their names.
namespace hidden {
inline constexpr const char *Break = "$break";   ///< This loop has ended.
inline constexpr const char *Skip = "$skip";     ///< This pass of the loop has ended.
inline constexpr const char *Return = "$return"; ///< This function has ended,
inline constexpr const char *Result = "$result"; ///< with this value.
inline constexpr const char *Unset = "$unset";   ///< What `$result` is before.
} // namespace hidden

/// Rewrites bodies when they are first needed, and keeps them.
class Exits {
public:
  Exits(AstContext &ast, DiagnosticEngine &diags) : ast(ast), diags(diags) {}

  struct Loop {
    const ast::Block *body;
    bool breaks; ///< The loop's scope has `$break`, which the body reads and sets.
  };
  Loop loop(const ast::Block *body);
  /// The condition of a `while` whose body breaks: not looked at after that.
  const ast::Expr *condition(const ast::Expr *condition);
  /// Null (reported) where it may end without the value that a `return` gives.
  const ast::Expr *function(const ast::Expr *body);

private:
  friend class ExitRewriter;
  AstContext &ast;
  DiagnosticEngine &diags;
  std::map<const void *, Loop> loops;
  std::map<const void *, const ast::Expr *> conditions, functions;
};

} // namespace mdl

#endif // MDL_SEMA_EXITS_H
