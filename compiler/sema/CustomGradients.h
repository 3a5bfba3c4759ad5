//===- CustomGradients.h - What a gradient's rule gives for its inputs --------------------===//
#ifndef MDL_SEMA_CUSTOMGRADIENTS_H
#define MDL_SEMA_CUSTOMGRADIENTS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// The rule of a call: see Note [Rules that call their function] in CustomGradients.cpp.
struct GradientRule {
  const ast::FnDecl *decl;
  ScopePtr parameters;
  Value result; ///< As an argument of the rule.
};

/// What a function that says its own gradient gives where that is being elaborated for the same arguments, those of
/// `inner`; else null.
Value resultInRule(Elaborator &e, const ast::FnDecl &decl, Scope &inner);
/// Whether a value was computed from what resultInRule gave: its gradient would go by the rule that asks for it.
bool usesResultOfRule(mlir::Value value);

/// What a rule gives, in the shape of its input. In a comprehension the input may be the same for all indices of an
/// axis, so that it gets the sum over them, or the gradient may be. Where guards leave the value out (Guards.cpp),
/// nothing reaches the input, whatever the rule makes of it.
Elaborator::Tensor gradientOfInput(Elaborator &e, const Elaborator::Tensor &input, Elaborator::Tensor gradient,
                                   SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_CUSTOMGRADIENTS_H
