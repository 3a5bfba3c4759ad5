//===- InferRange.h - The range of `for i`, told from its use ------------------------------===//
//
// Stage: sema. `[a[i, j] * 2 for i, j]`: an index without a range goes over the axis that it subscripts.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_INFERRANGE_H
#define MDL_SEMA_INFERRANGE_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// The size of the first axis that `name` subscripts in `expr`; nothing if it subscripts none. `isReported` becomes
/// true where it subscripts what an error that is told already left without a value.
std::optional<Size> inferRange(Elaborator &e, const ast::Expr *expr, const std::string &name, bool &isReported);

} // namespace mdl

#endif // MDL_SEMA_INFERRANGE_H
