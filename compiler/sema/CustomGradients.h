//===- CustomGradients.h - What a gradient's rule gives for its inputs --------------------===//
#ifndef MDL_SEMA_CUSTOMGRADIENTS_H
#define MDL_SEMA_CUSTOMGRADIENTS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// What a rule gives, in the shape of its input. In a comprehension the input may be the same for all indices of an
/// axis, so that it gets the sum over them, or the gradient may be. Where guards leave the value out (Guards.cpp),
/// nothing reaches the input, whatever the rule makes of it.
Elaborator::Tensor gradientOfInput(Elaborator &e, const Elaborator::Tensor &input, Elaborator::Tensor gradient,
                                   SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_CUSTOMGRADIENTS_H
