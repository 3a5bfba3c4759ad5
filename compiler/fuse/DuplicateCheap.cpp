//===- DuplicateCheap.cpp - One copy of what is free for each user ---------------------===//
#include "compiler/fuse/DuplicateCheap.h"
#include "compiler/fuse/OpKinds.h"

using namespace mlir;

namespace mdl {

/// Gives each user in `block` a clone right before it, the last one the operation itself.
static void splitByUser(Operation *op, Block &block) {
  SmallVector<Operation *> users;
  for (Operation *user : op->getUsers()) {
    Operation *inBlock = block.findAncestorOpInBlock(*user);
    if (inBlock && !llvm::is_contained(users, inBlock))
      users.push_back(inBlock);
  }
  OpBuilder builder(block.getParent()->getContext());
  for (Operation *user : llvm::drop_begin(users)) {
    // Users on the host share one: what they get is a buffer.
    if (kindOf(user) == OpKind::Host)
      continue;
    builder.setInsertionPoint(user);
    Operation *clone = builder.clone(*op);
    op->replaceUsesWithIf(clone, [&](OpOperand &use) { return block.findAncestorOpInBlock(*use.getOwner()) == user; });
  }
}

void duplicateCheap(Block &block) {
  // From the end, so that the users of a copy of a copy are split before it.
  SmallVector<Operation *> ops;
  for (Operation &op : llvm::reverse(block))
    if (kindOf(&op) != OpKind::Host && isFree(&op))
      ops.push_back(&op);
  for (Operation *op : ops)
    splitByUser(op, block);
}

} // namespace mdl
