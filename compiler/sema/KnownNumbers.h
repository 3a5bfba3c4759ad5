//===- KnownNumbers.h - Arithmetic on what is known when a program is compiled --------------===//
//
// Stage: sema. Literals, sizes and subscripts: what an operator makes of two of them without any code.
//
//===------------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_KNOWNNUMBERS_H
#define MDL_SEMA_KNOWNNUMBERS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// `2 + 3` of two literals stays a literal, so that it takes its context's type.
std::optional<LiteralValue> foldLiterals(ast::BinaryOp op, const LiteralValue &a, const LiteralValue &b);
/// Reports an operation on two whole numbers that are known now and would wrap around.
bool reportOverflow(Elaborator &e, ast::BinaryOp op, const Value &lhs, const Value &rhs, SourceRange range);
/// Sizes and subscripts keep their form through arithmetic.
bool foldKnown(Elaborator &e, ast::BinaryOp op, const Elaborator::Tensor &a, const Elaborator::Tensor &b,
               TensorValue &result);

} // namespace mdl

#endif // MDL_SEMA_KNOWNNUMBERS_H
