//===- PassedOn.cpp - What loops and branches pass on keeps apart -------------===//

#include "compiler/memory/PassedOn.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/dialect/PathOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

/// Whether the user's result, or a value behind a terminator, may lie where the operand does, though nothing is
/// written.
static bool passesOn(OpOperand &use) {
  Operation *user = use.getOwner();
  if (isa<bufferization::MaterializeInDestinationOp>(user))
    return use.getOperandNumber() == 0;
  return user->hasTrait<OpTrait::IsTerminator>() || isa<LoopLikeOpInterface, mdl::AnySizeOp, tensor::CastOp>(user);
}

/// Whether nothing but the one use that passes it on knows the buffer. What comes out of a loop, or is there before it,
/// is not followed.
static bool isPassedOnOnce(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || isa<LoopLikeOpInterface, arith::ConstantOp>(op) || llvm::count_if(value.getUses(), passesOn) > 1)
    return false;
  if (isa<mdl::AnySizeOp, tensor::CastOp>(op))
    return isPassedOnOnce(op->getOperand(0));
  auto branch = dyn_cast<scf::IfOp>(op);
  if (!branch)
    return true;
  unsigned i = cast<OpResult>(value).getResultNumber();
  return isPassedOnOnce(branch.thenYield().getOperand(i)) && isPassedOnOnce(branch.elseYield().getOperand(i));
}

Value mdl::keptApart(Operation *before, Value value) {
  if (isPassedOnOnce(value))
    return value;
  OpBuilder builder(before);
  return builder.create<bufferization::AllocTensorOp>(before->getLoc(), cast<RankedTensorType>(value.getType()),
                                                      ValueRange(), value);
}
