//===- InPlace.h - Which results overwrite what they were made from ---------------------===//
#ifndef MDL_FUSE_INPLACE_H
#define MDL_FUSE_INPLACE_H

#include "compiler/fuse/ClusterGraph.h"

namespace mdl {

/// For each result of each cluster the tensor that it overwrites, where it does.
using InPlaceMap = llvm::DenseMap<mlir::Value, mlir::Value>;

/// Chooses in-place results and orders all other readers before them.
InPlaceMap chooseInPlace(ClusterGraph &graph);

} // namespace mdl

#endif // MDL_FUSE_INPLACE_H
