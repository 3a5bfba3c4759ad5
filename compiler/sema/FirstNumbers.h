//===- FirstNumbers.h - Variables that begin with a number ----------------------------------===//
//
// Stage: sema.
//
// Note [Variables that begin with a number]
// The number of `var best = -inf` has the type that its context gives it, as every literal: that of what is assigned to
// the variable first. Until then it is read as a literal that stands alone. Code that goes straight on only forgets
// the number; a branch of which one side assigns takes it as a literal for the other. A loop carries the variable in
// the literal's own type; where a pass leaves one of another type, the loop is made again with the number in that one,
// as it is for sizes that grow (Note [What grows] in CarriedSizes.cpp). So programs whose types agree anyhow are made
// once.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_FIRSTNUMBERS_H
#define MDL_SEMA_FIRSTNUMBERS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Whether a variable that has this value can have that type instead.
bool mayTakeType(const Value &number, ElementType element);
/// The variable's number as it is written, a literal or what the run chooses among some, if it still has it; else its
/// value.
Value asWritten(Elaborator &e, const Binding &variable);
/// What a block ends with, or `return` gives: a variable that still has the number that it began with is that number,
/// which takes its type from there. Null for anything else.
Value numberGivenBack(Elaborator &e, const ast::Expr *expr);
/// That a branch or a pass leaves a value of another type in a variable that has begun with a number.
void noteRetyped(Elaborator &e, const Binding *variable, const Value &number, const Value &value);
/// Likewise where the one is the value of such a variable, which would have to have the type of the other.
void noteRetyped(Elaborator &e, const Value &own, const Value &other);

} // namespace mdl

#endif // MDL_SEMA_FIRSTNUMBERS_H
