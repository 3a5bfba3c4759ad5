//===- LiveRanges.cpp - From when to when an allocation is needed -------------===//

#include "compiler/memory/LiveRanges.h"

#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace mdl {

LiveRanges::LiveRanges(func::FuncOp function) : aliases(function) {
  unsigned next = 0;
  auto number = [&](auto &self, Operation *op) -> void {
    unsigned first = next++;
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Operation &inner : block)
          self(self, &inner);
    numbers[op] = {first, next - 1};
  };
  number(number, function);
}

/// Whether memory that `user` takes leaves the function's sight.
static bool escapes(Operation *user) { return isa<func::ReturnOp, func::CallOp>(user); }

std::optional<LiveRange> LiveRanges::find(memref::AllocOp alloc) const {
  SmallVector<Operation *> users;
  for (Value alias : aliases.resolve(alloc.getResult())) {
    // An argument of a region around the allocation: the next iteration has it.
    if (auto argument = dyn_cast<BlockArgument>(alias))
      if (argument.getOwner()->getParentOp()->isProperAncestor(alloc))
        return std::nullopt;
    llvm::append_range(users, alias.getUsers());
  }

  // The innermost block that sees the allocation and every use: within it, a use inside a nested operation, a loop
  // above all, needs the memory for as long as that operation runs.
  Block *block = alloc->getBlock();
  for (Operation *user : users) {
    if (escapes(user))
      return std::nullopt;
    while (!block->findAncestorOpInBlock(*user)) {
      Operation *parent = block->getParentOp();
      // Memory of a loop's body that is seen after the loop is that of the last iteration.
      if (isa<LoopLikeOpInterface>(parent))
        return std::nullopt;
      block = parent->getBlock();
    }
  }

  // What happens before the first use does not need the memory; an allocation has no contents.
  LiveRange range = numbers.lookup(alloc);
  bool used = false, inside = block == alloc->getBlock();
  for (Operation *user : users) {
    LiveRange use = numbers.lookup(block->findAncestorOpInBlock(*user));
    range.first = used || !inside ? std::min(range.first, use.first) : use.first;
    range.last = used || !inside ? std::max(range.last, use.last) : use.last;
    used = true;
  }
  return range;
}

} // namespace mdl
