//===- Members.h - What stands behind a dot -----------------------------------------------===//
#ifndef MDL_SEMA_MEMBERS_H
#define MDL_SEMA_MEMBERS_H

#include "compiler/sema/Value.h"

namespace mdl {

/// The names that a value has behind a dot; none for a tensor, whose functions are everybody's.
std::vector<std::string> memberNames(const Value &base);

} // namespace mdl

#endif // MDL_SEMA_MEMBERS_H
