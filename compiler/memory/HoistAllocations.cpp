//===- HoistAllocations.cpp - Allocations leave loops --------------------------===//
//
// Stage memory, before the plan. An allocation of a size that only the run knows moves out
// of every loop that does not change that size, if no iteration sees what another one
// left in it. Allocations of known size need not move: their places in the arena are
// made once.
//
//===----------------------------------------------------------------------===//

#include "compiler/memory/LiveRanges.h"
#include "compiler/memory/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace mdl {
namespace {

/// The outermost loop that the allocation can stand before, or null.
Operation *outermostLoop(memref::AllocOp alloc) {
  Operation *outermost = nullptr;
  for (Operation *parent = alloc->getParentOp(); isa<LoopLikeOpInterface, scf::IfOp>(parent);
       parent = parent->getParentOp()) {
    bool sizesStand = llvm::all_of(
        alloc->getOperands(), [&](Value size) { return !parent->isAncestor(size.getParentBlock()->getParentOp()); });
    if (!sizesStand)
      break;
    if (isa<LoopLikeOpInterface>(parent))
      outermost = parent;
  }
  return outermost;
}

struct HoistAllocationsPass : public PassWrapper<HoistAllocationsPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HoistAllocationsPass)
  StringRef getArgument() const final { return "mdl-hoist-allocations"; }
  StringRef getDescription() const final { return "Move allocations out of loops that do not change their sizes"; }

  void runOnOperation() final {
    LiveRanges ranges(getOperation());
    SmallVector<std::pair<memref::AllocOp, Operation *>> moves;
    getOperation().walk([&](memref::AllocOp alloc) {
      if (alloc.getType().hasStaticShape() || !ranges.find(alloc))
        return;
      if (Operation *loop = outermostLoop(alloc))
        moves.emplace_back(alloc, loop);
    });
    for (auto [alloc, loop] : moves)
      alloc->moveBefore(loop);
  }
};

} // namespace

std::unique_ptr<Pass> createHoistAllocationsPass() { return std::make_unique<HoistAllocationsPass>(); }

} // namespace mdl
