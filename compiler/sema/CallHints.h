//===- CallHints.h - Calls as PyTorch and NumPy write them --------------------------------===//
//
// Stage: sema, for messages: what a call with other arguments than the function takes was meant as.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_CALLHINTS_H
#define MDL_SEMA_CALLHINTS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Of one with too many arguments, `x.reshape(4, 3)`; "" where nothing is known.
std::string hintForSurplus(const Elaborator &e, const CallArguments &call, const std::vector<std::string> &parameters);

/// Of one that lacks the argument `missing`, `x.clamp(min=0)`; "" where nothing is known.
std::string hintForMissing(const Elaborator &e, const CallArguments &call, const std::string &missing);

/// The pattern that takes `record` apart where `pattern` takes a tuple: `{values: v, indices: i}` for `(v, i)`; ""
/// where it has fewer fields.
std::string fieldsOf(const RecordValue &record, const ast::Pattern &pattern);

/// Reports a call whose axis stands where `index` is expected, `x.gather(1, places)`.
bool reportAxisFirst(Elaborator &e, const CallArguments &call, const CallArguments::Item &index,
                     const CallArguments::Item &axis);

} // namespace mdl

#endif // MDL_SEMA_CALLHINTS_H
