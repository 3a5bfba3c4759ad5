//===- DuplicateCheap.cpp - One copy of what is free for each user ---------------------===//
#include "compiler/fuse/DuplicateCheap.h"
#include "compiler/fuse/OpKinds.h"

#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace mdl {

/// The operation of a kernel that a use belongs to, itself or around it; null on the host.
static Operation *kernelUser(OpOperand &use) {
  for (Operation *op = use.getOwner(); op; op = op->getParentOp())
    if (kindOf(op) != OpKind::Host)
      return op;
  return nullptr;
}

/// Whether the use may have a clone: in another block only of what reads no tensor, for the clone would keep that
/// alive, but for those that are cloned with it.
static bool mayClone(Operation *op, Operation *user) {
  return user && (user->getBlock() == op->getBlock() || tensorsRead(op).empty() || isOfPlaces(op));
}

/// Whether a loop carries on from the use, and so overwrites what it gets.
static bool isCarried(OpOperand &use) {
  auto loop = dyn_cast<LoopLikeOpInterface>(use.getOwner());
  return loop && llvm::is_contained(loop.getInits(), use.get());
}

static void splitByUser(Operation *op) {
  llvm::SetVector<Operation *> users;
  SmallVector<OpOperand *> carried;
  bool isShared = false;
  for (OpOperand &use : op->getUses()) {
    Operation *user = kernelUser(use);
    if (mayClone(op, user))
      users.insert(user);
    else if (isCarried(use))
      carried.push_back(&use);
    else
      isShared = true;
  }
  OpBuilder builder(op->getContext());
  // The operation itself serves the host or, where that has no use for it, one user next to it.
  for (Operation *user : users) {
    if (!isShared && user->getBlock() == op->getBlock()) {
      isShared = true;
      continue;
    }
    builder.setInsertionPoint(user);
    Operation *clone = builder.clone(*op);
    op->replaceUsesWithIf(clone, [&](OpOperand &use) { return kernelUser(use) == user; });
  }
  for (OpOperand *use : carried) {
    builder.setInsertionPoint(use->getOwner());
    use->set(builder.clone(*op)->getResult(0));
  }
  if (op->use_empty())
    op->erase();
}

void duplicateCheap(Operation *scope) {
  SmallVector<Operation *> ops;
  scope->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (kindOf(op) == OpKind::Host)
      return WalkResult::advance();
    if (isFree(op))
      ops.push_back(op);
    return WalkResult::skip();
  });
  // From the end, so that the users of a copy of a copy are split before it.
  for (Operation *op : llvm::reverse(ops))
    splitByUser(op);
}

} // namespace mdl
