//===- CarryInPlace.cpp - Values that loops carry stay in one place ---------===//
//
// Stage memory, before bufferisation. `scf.for` and `scf.while` carry tensors; each one
// that an iteration yields is materialised in the tensor that it replaces, so that a loop
// needs one buffer for each, allocated before it. Where a launch already overwrites that
// tensor the copy disappears; where only one branch makes a new value, it is written there.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/dialect/PathOps.h"
#include "compiler/memory/PassedOn.h"
#include "compiler/memory/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"

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

/// An operand of a terminator and the value of the iteration before that it replaces.
struct Place {
  OpOperand *next;
  BlockArgument carried;
};

/// Whether the value may be `carried` itself, where a branch leaves it as it is.
bool mayPass(Value value, BlockArgument carried) {
  value = throughLoops(value);
  auto branch = value.getDefiningOp<scf::IfOp>();
  if (!branch || !carried.getOwner()->getParentOp()->isAncestor(branch))
    return value == carried;
  unsigned i = cast<OpResult>(value).getResultNumber();
  return mayPass(branch.thenYield().getOperand(i), carried) || mayPass(branch.elseYield().getOperand(i), carried);
}

/// Whether something looks at what the iteration started with once the branch is done.
bool isReadAfter(scf::IfOp branch, BlockArgument carried) {
  return llvm::any_of(carried.getUsers(), [&](Operation *user) {
    Operation *inBlock = branch->getBlock()->findAncestorOpInBlock(*user);
    return inBlock && branch->isBeforeInBlock(inBlock) && !inBlock->hasTrait<OpTrait::IsTerminator>();
  });
}

/// What is computed whether or not `branch` is taken has memory of its own: in the place that the branch writes, it
/// would be there also where the branch is not taken.
void keepOutOf(scf::IfOp branch, Value next) {
  Operation *op = throughLoops(next).getDefiningOp();
  if (!isa_and_nonnull<LaunchOp, RuntimeOp>(op) || branch->isAncestor(op))
    return;
  OpBuilder builder(op);
  for (OpOperand &operand : op->getOpOperands())
    if (auto empty = operand.get().getDefiningOp<tensor::EmptyOp>())
      operand.set(builder.create<bufferization::AllocTensorOp>(op->getLoc(), empty.getType(), empty.getDynamicSizes()));
}

/// Makes operands of one terminator end in the buffers of what they replace. Two shapes of one type are taken to be of
/// one size: what a loop carries keeps its sizes, but for an `any_size`, which has memory of its own in each pass.
void carry(Operation *terminator, ArrayRef<Place> places) {
  OpBuilder builder(terminator);
  Location loc = terminator->getLoc();
  // Where a branch passes the old value on and another makes a new one, the new one is written in its branch.
  SmallVector<Place> here;
  llvm::MapVector<Operation *, std::pair<SmallVector<Place>, SmallVector<Place>>> inBranches;
  for (const Place &place : places) {
    Value next = place.next->get();
    if (!isa<RankedTensorType>(place.carried.getType()) || throughLoops(next) == place.carried)
      continue;
    if (next.getType() != place.carried.getType() || next.getDefiningOp<AnySizeOp>()) {
      place.next->set(keptApart(terminator, next));
      continue;
    }
    auto branch = next.getDefiningOp<scf::IfOp>();
    bool pushes = branch && next.hasOneUse() && branch->getBlock() == terminator->getBlock() &&
                  mayPass(next, place.carried) && !isReadAfter(branch, place.carried);
    if (!pushes) {
      here.push_back(place);
      continue;
    }
    unsigned i = cast<OpResult>(next).getResultNumber();
    auto &[then, otherwise] = inBranches[branch];
    then.push_back({&branch.thenYield()->getOpOperand(i), place.carried});
    otherwise.push_back({&branch.elseYield()->getOpOperand(i), place.carried});
  }
  // What is carried on to another place must be read before that place's own new value is written (`a, b = b, a`).
  for (const Place &place : here)
    if (llvm::any_of(places, [&](const Place &other) { return throughLoops(place.next->get()) == other.carried; })) {
      auto type = cast<RankedTensorType>(place.next->get().getType());
      auto copy = builder.create<bufferization::AllocTensorOp>(loc, type, ValueRange(), place.next->get());
      place.next->set(copy);
    }
  DenseMap<Value, Value> inPlace;
  for (const Place &place : here) {
    Value next = place.next->get();
    if (auto branch = dyn_cast<scf::IfOp>(terminator->getParentOp()))
      keepOutOf(branch, next);
    if (Value other = inPlace.lookup(next)) // Two variables that a pass leaves equal: computed in the place of one.
      place.next->set(other);
    auto written = builder.create<bufferization::MaterializeInDestinationOp>(
        loc, place.carried.getType(), place.next->get(), place.carried, /*restrict=*/false, /*writable=*/false);
    place.next->set(written.getResult());
    inPlace.try_emplace(next, written.getResult());
  }
  for (auto &[branch, inside] : inBranches) {
    carry(cast<scf::IfOp>(branch).thenYield(), inside.first);
    carry(cast<scf::IfOp>(branch).elseYield(), inside.second);
  }
}

void carry(Operation *terminator, MutableArrayRef<OpOperand> next, ArrayRef<BlockArgument> carried) {
  SmallVector<Place> places;
  for (auto [operand, argument] : llvm::zip(next, carried))
    places.push_back({&operand, argument});
  carry(terminator, places);
}

/// A choice between tensors is a branch here, so that what is chosen can be written in its place.
void expandSelects(Operation *root) {
  root->walk([](arith::SelectOp select) {
    if (!isa<RankedTensorType>(select.getType()) || !select.getCondition().getType().isInteger(1))
      return;
    OpBuilder builder(select);
    auto yields = [](Value value) {
      return [value](OpBuilder &at, Location loc) { at.create<scf::YieldOp>(loc, value); };
    };
    auto branch = builder.create<scf::IfOp>(select.getLoc(), select.getCondition(), yields(select.getTrueValue()),
                                            yields(select.getFalseValue()));
    select.replaceAllUsesWith(branch.getResult(0));
    select.erase();
  });
}

/// Which sizes may change has been told; from here on they are those of the memory.
void eraseAnySizes(Operation *root) {
  root->walk([](AnySizeOp op) {
    OpBuilder builder(op);
    op.replaceAllUsesWith(refineTo(builder, op.getLoc(), op.getInput(), op.getType()));
    op.erase();
  });
}

struct CarryInPlacePass : public PassWrapper<CarryInPlacePass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CarryInPlacePass)
  StringRef getArgument() const final { return "mdl-carry-in-place"; }
  StringRef getDescription() const final { return "Write what loops carry back into the tensors that it replaces"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<bufferization::BufferizationDialect, scf::SCFDialect, tensor::TensorDialect>();
  }

  void runOnOperation() final {
    expandSelects(getOperation());
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
    eraseAnySizes(getOperation());
  }
};

} // namespace

std::unique_ptr<Pass> createCarryInPlacePass() { return std::make_unique<CarryInPlacePass>(); }

} // namespace mdl
