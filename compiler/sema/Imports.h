//===- Imports.h - Names that a failed statement was to bring ---------------------------------===//
//
// Stage: sema. After an import that failed, or an `option` without a name, any name that is not known may be the one
// that it was to bring: the scope notes that, and a use of such a name is no further error. Who imports a module with
// such a scope has the note, too.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_IMPORTS_H
#define MDL_SEMA_IMPORTS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

void noteMissingNames(Scope &scope);
/// Whether a statement failed whose names would be in sight here.
bool hasMissingNames(Scope &scope);

/// The hint for a module that is not there: one whose name is near, among the files beside the program and `library`.
std::string moduleHint(const Compilation &compilation, const std::string &name, std::vector<std::string> library);

} // namespace mdl

#endif // MDL_SEMA_IMPORTS_H
