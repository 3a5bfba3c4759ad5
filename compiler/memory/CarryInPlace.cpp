//===- CarryInPlace.cpp - Values that loops carry stay in one place ---------===//
//
// Stage memory, before bufferisation. `scf.for` and `scf.while` carry tensors; each one
// that an iteration yields is materialised in the tensor that it replaces, so that a loop
// needs one buffer for each, allocated before it. Where a launch already overwrites that
// tensor the copy disappears.
//
//===----------------------------------------------------------------------===//

#include "compiler/memory/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace mdl {
namespace {

/// The tensor whose place `value` has when it comes out of a loop of the body: what that loop was given for it.
Value throughLoops(Value value) {
  while (auto result = dyn_cast<OpResult>(value)) {
    unsigned i = result.getResultNumber();
    if (auto loop = dyn_cast<scf::ForOp>(result.getOwner())) {
      value = loop.getInitArgs()[i];
      continue;
    }
    auto loop = dyn_cast<scf::WhileOp>(result.getOwner());
    auto passed = loop ? dyn_cast<BlockArgument>(loop.getConditionOp().getArgs()[i]) : BlockArgument();
    if (!passed || passed.getOwner() != loop.getBeforeBody())
      break;
    value = loop.getInits()[passed.getArgNumber()];
  }
  return value;
}

/// Makes `next[i]`, operands of a loop's terminator, end in the buffers of `carried[i]`. Two shapes of one type are
/// taken to be of one size: what a loop carries keeps its sizes.
void carry(Operation *terminator, MutableArrayRef<OpOperand> next, ArrayRef<BlockArgument> carried) {
  OpBuilder builder(terminator);
  Location loc = terminator->getLoc();
  auto moves = [&](unsigned i) {
    return i < carried.size() && isa<RankedTensorType>(carried[i].getType()) &&
           next[i].get().getType() == carried[i].getType() && throughLoops(next[i].get()) != carried[i];
  };
  // What is carried on to another place must be read before that place's own new value is written (`a, b = b, a`).
  for (unsigned i = 0; i < next.size(); ++i)
    if (moves(i) && llvm::is_contained(carried, throughLoops(next[i].get()))) {
      auto copy = builder.create<bufferization::AllocTensorOp>(loc, cast<RankedTensorType>(next[i].get().getType()),
                                                               ValueRange(), next[i].get());
      next[i].set(copy);
    }
  for (unsigned i = 0; i < next.size(); ++i)
    if (moves(i)) {
      auto written = builder.create<bufferization::MaterializeInDestinationOp>(
          loc, carried[i].getType(), next[i].get(), carried[i], /*restrict=*/false, /*writable=*/false);
      next[i].set(written.getResult());
    }
}

struct CarryInPlacePass : public PassWrapper<CarryInPlacePass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CarryInPlacePass)
  StringRef getArgument() const final { return "mdl-carry-in-place"; }
  StringRef getDescription() const final { return "Write what loops carry back into the tensors that it replaces"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<bufferization::BufferizationDialect>();
  }

  void runOnOperation() final {
    getOperation()->walk([](Operation *op) {
      if (auto loop = dyn_cast<scf::ForOp>(op)) {
        Operation *yield = loop.getBody()->getTerminator();
        carry(yield, yield->getOpOperands(), llvm::to_vector(loop.getRegionIterArgs()));
      } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
        SmallVector<BlockArgument> before = llvm::to_vector(loop.getBeforeArguments());
        scf::ConditionOp condition = loop.getConditionOp();
        carry(condition, condition->getOpOperands().drop_front(), before);
        // The yield goes to the arguments of `before`, which lie where those of `after` do.
        SmallVector<BlockArgument> after = llvm::to_vector(loop.getAfterArguments());
        if (loop.getBefore().getArgumentTypes() == loop.getAfter().getArgumentTypes())
          carry(loop.getYieldOp(), loop.getYieldOp()->getOpOperands(), after);
      }
    });
  }
};

} // namespace

std::unique_ptr<Pass> createCarryInPlacePass() { return std::make_unique<CarryInPlacePass>(); }

} // namespace mdl
