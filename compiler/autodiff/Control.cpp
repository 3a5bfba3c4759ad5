//===- Control.cpp - Derivatives through branches and loops -------------------===//
//
// Stage: autodiff. What a branch or a pass of a loop computed is computed again where its
// gradient is; effects (printing, checks) happen the first time only.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Control.h"

#include "compiler/autodiff/Effects.h"
#include "compiler/autodiff/Passes.h"
#include "compiler/dialect/Checks.h"
#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mdl;

InFlightDiagnostic mdl::emitLimit(Operation *op) { return op->emitError() << limitPrefix; }

SmallVector<Value> mdl::activeCaptures(Operation *op, const ValueSet &active) {
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  SmallVector<Value> captures;
  for (Value value : captured)
    if (active.contains(value) && hasGradientType(value))
      captures.push_back(value);
  return captures;
}

/// The block's operations that values depend on, effects left out.
static DenseSet<Operation *> operationsBehind(Block &block, ArrayRef<Value> wanted) {
  DenseSet<Operation *> needed;
  SmallVector<Value> open(wanted);
  while (!open.empty()) {
    Operation *op = open.pop_back_val().getDefiningOp();
    op = op ? block.findAncestorOpInBlock(*op) : nullptr;
    if (!op || !needed.insert(op).second)
      continue;
    llvm::append_range(open, op->getOperands());
    SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    llvm::append_range(open, captured);
  }
  return needed;
}

void mdl::dropEffects(Operation *repeated, bool keepsChecks) {
  SmallVector<Operation *> inside;
  repeated->walk<WalkOrder::PreOrder>([&](Operation *inner) {
    if (inner != repeated)
      inside.push_back(inner);
    // What a rule does is done where it is used.
    return isa<CustomGradientOp>(inner) ? WalkResult::skip() : WalkResult::advance();
  });
  for (Operation *op : llvm::reverse(inside))
    if (op->use_empty() && (hasEffect(op) || isOpTriviallyDead(op)) && !(keepsChecks && isCheck(op)))
      op->erase();
}

LogicalResult mdl::repeatAndSweep(OpBuilder &builder, Block &block, IRMapping &mapping, ArrayRef<Value> ofYields,
                                  Recall recall, ValueSet &active, Adjoints &adjoints) {
  SmallVector<Value> wanted;
  for (auto [yielded, gradient] : llvm::zip(block.getTerminator()->getOperands(), ofYields))
    if (gradient)
      wanted.push_back(yielded);
  DenseSet<Operation *> needed = operationsBehind(block, wanted);
  SmallVector<Operation *> chain;
  for (Operation &op : block.without_terminator()) {
    if (!needed.contains(&op))
      continue;
    if (!hasEffect(&op)) {
      chain.push_back(builder.clone(op, mapping));
      dropEffects(chain.back());
      continue;
    }
    assert(recall && "a branch with such calls is gone through by its twin");
    for (Value result : op.getResults())
      mapping.map(result, recall(result));
  }
  markActive(chain, active);
  for (auto [yielded, gradient] : llvm::zip(block.getTerminator()->getOperands(), ofYields)) {
    Value value = mapping.lookupOrDefault(yielded);
    if (gradient && active.contains(value))
      adjoints.add(value, gradient);
  }
  return sweepBack(builder, chain, active, adjoints);
}

/// y = a(x) if c, else b(x): d x = da/dx g if c, else db/dx g. The branch taken is computed again where its gradient
/// is.
static LogicalResult sweepIf(OpBuilder &builder, scf::IfOp op, ArrayRef<Value> ofResults, const ValueSet &active,
                             Adjoints &adjoints) {
  SmallVector<Value> captures = activeCaptures(op, active);
  SmallVector<Type> types;
  for (Value value : captures)
    types.push_back(value.getType());
  auto branch = builder.create<scf::IfOp>(op.getLoc(), types, op.getCondition(), /*withElseRegion=*/true);
  for (auto [from, to] : llvm::zip(op->getRegions(), branch->getRegions())) {
    if (to.empty())
      to.emplaceBlock();
    OpBuilder inside = OpBuilder::atBlockBegin(&to.front());
    Adjoints within(inside, adjoints.removed);
    IRMapping mapping;
    ValueSet activeWithin = active;
    if (failed(repeatAndSweep(inside, from.front(), mapping, ofResults, {}, activeWithin, within)))
      return failure();
    SmallVector<Value> gradients;
    for (Value value : captures)
      gradients.push_back(within.lookupOrZeros(value));
    inside.create<scf::YieldOp>(op.getLoc(), gradients);
  }
  for (auto [value, gradient] : llvm::zip(captures, branch.getResults()))
    adjoints.add(value, gradient);
  return success();
}

bool mdl::isControl(Operation *op) { return isa<scf::IfOp, scf::ForOp, scf::WhileOp>(op); }

LogicalResult mdl::sweepControl(OpBuilder &builder, Operation *op, ArrayRef<Value> ofResults, ValueSet &active,
                                Adjoints &adjoints) {
  if (needsTwin(op))
    return sweepTwin(builder, op, ofResults, active, adjoints);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return sweepIf(builder, branch, ofResults, active, adjoints);
  return sweepFor(builder, cast<scf::ForOp>(op), ofResults, active, adjoints);
}
