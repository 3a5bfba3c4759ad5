//===- DuplicateCheap.h - One copy of what is free for each user -----------------------===//
#ifndef MDL_FUSE_DUPLICATECHEAP_H
#define MDL_FUSE_DUPLICATECHEAP_H

#include "mlir/IR/Operation.h"

namespace mdl {

/// Clones fills, counting and copies before each operation that will be in a kernel and uses them, so that every kernel
/// can have its own. Users on the host share one, for what they get is a buffer, except loops, which overwrite it.
void duplicateCheap(mlir::Operation *scope);

} // namespace mdl

#endif // MDL_FUSE_DUPLICATECHEAP_H
