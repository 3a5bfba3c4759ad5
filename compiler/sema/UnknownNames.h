//===- UnknownNames.h - Names that are bound nowhere --------------------------------------===//
#ifndef MDL_SEMA_UNKNOWNNAMES_H
#define MDL_SEMA_UNKNOWNNAMES_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Reports a name that is known nowhere; `behind` is what follows it behind a dot.
void reportUnknownName(Elaborator &e, const ast::NameRef &name, const std::string &behind = "");

/// What an element type of another language is called here, `f32` for `float32`; "" for other names.
std::string typeCalledOtherwise(const std::string &name);

/// Reports the name that `np.linalg.norm` begins with, if it is not known, with a hint for its last one.
bool reportUnknownBase(Elaborator &e, const ast::Member &expr);

} // namespace mdl

#endif // MDL_SEMA_UNKNOWNNAMES_H
