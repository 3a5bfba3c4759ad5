//===- DropUnread.cpp - Loops without what nobody reads -----------------------===//
//
// Stage: autodiff. A sweep reads some of what the loop before it keeps, and simplification less;
// what a loop carries for nobody would still be computed in each pass.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Control.h"

using namespace mlir;
using namespace mdl;

/// The values of the body that these are computed from, and themselves.
static ValueSet valuesBehind(Block *body, SmallVector<Value> open) {
  ValueSet behind;
  while (!open.empty()) {
    Value value = open.pop_back_val();
    if (value.getParentBlock() != body || !behind.insert(value).second)
      continue;
    if (Operation *op = value.getDefiningOp())
      op->walk([&](Operation *inner) { llvm::append_range(open, inner->getOperands()); });
  }
  return behind;
}

scf::ForOp mdl::dropUnread(scf::ForOp loop, Removed &removed) {
  SmallVector<bool> read;
  for (Value result : loop.getResults())
    read.push_back(!result.use_empty());
  auto pick = [&](ValueRange values) {
    SmallVector<Value> picked;
    for (auto [isRead, value] : llvm::zip(read, values))
      if (isRead)
        picked.push_back(value);
    return picked;
  };
  // What is read makes what it is computed from read, too; that ends after at most one round for each.
  ValueSet behind;
  for (bool changed = true; changed;) {
    changed = false;
    behind = valuesBehind(loop.getBody(), pick(loop.getYieldedValues()));
    for (auto [isRead, argument] : llvm::zip(read, loop.getRegionIterArgs()))
      if (!isRead && behind.contains(argument))
        isRead = changed = true;
  }
  if (llvm::all_of(read, [](bool isRead) { return isRead; }))
    return loop;
  OpBuilder builder(loop);
  auto lean = builder.create<scf::ForOp>(loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(), loop.getStep(),
                                         pick(loop.getInitArgs()));
  if (!lean.getBody()->empty())
    lean.getBody()->getTerminator()->erase(); // Of a loop that carries nothing.
  IRMapping mapping;
  mapping.map(loop.getInductionVar(), lean.getInductionVar());
  for (auto [old, now] : llvm::zip(pick(loop.getRegionIterArgs()), lean.getRegionIterArgs())) {
    mapping.map(old, now);
    now.setLoc(old.getLoc());
  }
  OpBuilder in = OpBuilder::atBlockEnd(lean.getBody());
  for (Operation &op : loop.getBody()->without_terminator())
    if (llvm::any_of(op.getResults(), [&](Value result) { return behind.contains(result); }))
      in.clone(op, mapping);
  SmallVector<Value> yields;
  for (Value yielded : pick(loop.getYieldedValues()))
    yields.push_back(mapping.lookupOrDefault(yielded));
  in.create<scf::YieldOp>(loop.getLoc(), yields);
  for (auto [old, now] : llvm::zip(pick(loop.getResults()), lean.getResults()))
    old.replaceAllUsesWith(now);
  removed.take(loop);
  return lean;
}
