//===- SizeNames.h - What a signature calls its sizes ---------------------------------------===//
//
// Stage: sema. A name in `f32[n, 2*m]` that nothing has bound stands for any size: an axis that is the name tells it
// (Elaborator::bindSizeNames), and so does one that grows with it.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_SIZENAMES_H
#define MDL_SEMA_SIZENAMES_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Whether the sizes of a type are computed from a name.
bool isInSizes(const ast::TypeExpr *type, const std::string &name);
/// The one name in the expression of a size that nothing has bound; null where there is none, or several.
const ast::NameRef *freeName(const ast::Expr *expr, Scope &names);
/// Reports a size of which several names are bound nowhere, `n*k`, and says whether it did.
bool reportSeveralNames(Elaborator &e, const ast::Expr *expr, Scope &names);
/// Binds the name that only `2*n` or `n + 1` holds, so that this is the size that was found. What does not come out
/// even is told by the comparison. Gives what was bound.
std::optional<Dim> solveSizeName(Elaborator &e, const ast::Expr *expr, const Dim &found, Scope &names);

} // namespace mdl

#endif // MDL_SEMA_SIZENAMES_H
