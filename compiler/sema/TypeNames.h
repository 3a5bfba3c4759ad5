//===- TypeNames.h - Two types as one message names them ------------------------------------===//
#ifndef MDL_SEMA_TYPENAMES_H
#define MDL_SEMA_TYPENAMES_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// The types of two values that do not go together. Lists that differ in their lengths only tell them: `list of 2
/// string` and `list of 3 string`.
std::pair<std::string, std::string> typeNamesApart(const Elaborator &e, const Value &a, const Value &b);

} // namespace mdl

#endif // MDL_SEMA_TYPENAMES_H
