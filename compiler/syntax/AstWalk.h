//===- AstWalk.h - What is directly inside a node ----------------------------------===//
//
// Stage: syntax. For analyses that look at every part of a program: calls `onExpression` and
// `onBlock` for the parts of one node, in the order of the text; they go deeper themselves.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SYNTAX_ASTWALK_H
#define MDL_SYNTAX_ASTWALK_H

#include "compiler/syntax/Ast.h"

#include <functional>

namespace mdl::ast {

using OnExpression = const std::function<void(const Expr *)> &;
using OnBlock = const std::function<void(const Block *)> &;

/// Null parts are left out.
void forEachPart(const Expr &expr, OnExpression onExpression, OnBlock onBlock);
/// Functions and models are left out with all that they hold.
void forEachPart(const Stmt &stmt, OnExpression onExpression, OnBlock onBlock);

} // namespace mdl::ast

#endif // MDL_SYNTAX_ASTWALK_H
