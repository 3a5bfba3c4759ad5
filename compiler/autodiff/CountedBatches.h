//===- CountedBatches.h - Loops over batches that have a text -----------------===//
#ifndef MDL_AUTODIFF_COUNTEDBATCHES_H
#define MDL_AUTODIFF_COUNTEDBATCHES_H

#include "compiler/dialect/Mdl.h"

namespace mdl {

/// On a `mdl.slice`: the rows of one batch, whose number the offset is a multiple of; true for one of the order in
/// which rows are read, false for one of the rows themselves.
inline constexpr llvm::StringLiteral batchAttr = "mdl.batch";

/// Replaces the loops over batches in `control`, which may be one itself, by loops that only compute. What `control`
/// becomes; its results are the first ones of `control`. See Note [Batches by number].
mlir::Operation *countBatches(mlir::Operation *control);

} // namespace mdl

#endif // MDL_AUTODIFF_COUNTEDBATCHES_H
