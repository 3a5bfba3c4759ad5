//===- OneHot.h - Rows with a one at the place of their class -----------------------------===//
#ifndef MDL_PRINT_ONEHOT_H
#define MDL_PRINT_ONEHOT_H

#include "mlir/IR/Value.h"

namespace mdl {

/// The classes [..., n] of a comparison `classes[..., new] == arange(n)`, which says where `one_hot(classes, n)` is
/// one; null for any other value.
mlir::Value matchOneHot(mlir::Value mask);

} // namespace mdl

#endif // MDL_PRINT_ONEHOT_H
