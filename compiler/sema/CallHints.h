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

/// Reports `let (v, i) = max(x, axis=1)`, which is taken apart as in PyTorch, whose `max`, `min` and `sort` give the
/// places, too. Two rows that NumPy's would give as well, of `max(points, axis=0)`, are none of these.
bool reportValuesOnly(Elaborator &e, const ast::Expr *call, const Value &given, size_t names, SourceRange pattern);

/// Reports a call whose axis stands where `index` is expected, `x.gather(1, places)`.
bool reportAxisFirst(Elaborator &e, const CallArguments &call, const CallArguments::Item &index,
                     const CallArguments::Item &axis);

} // namespace mdl

#endif // MDL_SEMA_CALLHINTS_H
