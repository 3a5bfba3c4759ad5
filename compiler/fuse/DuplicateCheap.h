//===- DuplicateCheap.h - One copy of what is free for each user -----------------------===//
#ifndef MDL_FUSE_DUPLICATECHEAP_H
#define MDL_FUSE_DUPLICATECHEAP_H

#include "mlir/IR/Block.h"

namespace mdl {

/// Clones fills, counting and copies before each of their users, so that every kernel can have its own.
void duplicateCheap(mlir::Block &block);

} // namespace mdl

#endif // MDL_FUSE_DUPLICATECHEAP_H
