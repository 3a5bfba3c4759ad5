//===- Reverse.cpp - Reverse mode along a chain of operations -----------------===//

#include "compiler/autodiff/Reverse.h"

#include "compiler/autodiff/Control.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mdl;

bool mdl::hasGradientType(Value value) { return isa<FloatType>(getElementTypeOrSelf(value)); }

/// How many regions an operation is inside of.
static unsigned depthOf(Operation *op) {
  unsigned depth = 0;
  while ((op = op->getParentOp()))
    ++depth;
  return depth;
}

SmallVector<Operation *> mdl::collectChain(Value root) {
  SmallVector<Operation *> chain;
  DenseSet<Operation *> seen;
  SmallVector<Value> open{root};
  while (!open.empty()) {
    Operation *op = open.pop_back_val().getDefiningOp();
    if (!op || isa<StopGradientOp>(op) || !seen.insert(op).second)
      continue;
    chain.push_back(op);
    llvm::append_range(open, op->getOperands());
    SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    llvm::append_range(open, captured);
  }
  // All of them are visible where the root is, so those in outer blocks come first.
  DenseMap<Block *, unsigned> depths;
  for (Operation *op : chain)
    depths.try_emplace(op->getBlock(), depthOf(op));
  llvm::sort(chain, [&](Operation *a, Operation *b) {
    if (a->getBlock() == b->getBlock())
      return a->isBeforeInBlock(b);
    return depths[a->getBlock()] < depths[b->getBlock()];
  });
  return chain;
}

void mdl::markActive(ArrayRef<Operation *> chain, ValueSet &active) {
  for (Operation *op : chain) {
    auto rule = dyn_cast<DifferentiableOpInterface>(op);
    if (isa<StopGradientOp>(op) || (rule && !rule.nonDifferentiableReason().empty()))
      continue;
    auto isActive = [&](Value value) { return active.contains(value) && hasGradientType(value); };
    bool depends = llvm::any_of(op->getOperands(), isActive);
    if (!depends && op->getNumRegions()) {
      SetVector<Value> captured;
      getUsedValuesDefinedAbove(op->getRegions(), captured);
      depends = llvm::any_of(captured, isActive);
    }
    if (!depends)
      continue;
    for (Value result : op->getResults())
      if (hasGradientType(result))
        active.insert(result);
  }
}

void Adjoints::add(Value value, Value share) {
  Location loc = share.getLoc();
  share = refineTo(builder, loc, share, value.getType());
  Value &gradient = gradients[value];
  gradient = gradient ? builder.create<AddOp>(loc, gradient, share).getResult() : share;
}

Value Adjoints::lookupOrZeros(Value value) {
  Value gradient = lookup(value);
  return gradient ? gradient : fullLike(builder, value.getLoc(), value, 0);
}

LogicalResult mdl::sweepBack(OpBuilder &builder, ArrayRef<Operation *> chain, const ValueSet &active,
                             Adjoints &adjoints) {
  for (Operation *op : llvm::reverse(chain)) {
    SmallVector<Value> ofResults;
    for (Value result : op->getResults())
      ofResults.push_back(active.contains(result) ? adjoints.lookup(result) : Value());
    if (llvm::none_of(ofResults, [](Value gradient) { return bool(gradient); }))
      continue;
    if (isControl(op)) {
      if (failed(sweepControl(builder, op, ofResults, active, adjoints)))
        return failure();
      continue;
    }
    auto rule = dyn_cast<DifferentiableOpInterface>(op);
    // What the runtime gave may be asked for; nothing before it depends on it.
    if (!rule && llvm::none_of(op->getOperands(), [&](Value operand) { return active.contains(operand); }))
      continue;
    if (!rule)
      return op->emitError() << "derivatives through `" << op->getName() << "` are not supported";
    SmallVector<Value> ofOperands(op->getNumOperands());
    rule.buildGradient(builder, ofResults, ofOperands);
    for (auto [operand, gradient] : llvm::zip(op->getOperands(), ofOperands))
      if (gradient && active.contains(operand))
        adjoints.add(operand, gradient);
  }
  return success();
}

void mdl::eraseDead(Block *block, Block::iterator begin, Block::iterator end) {
  while (end != begin) {
    Operation *op = &*--end;
    if (isOpTriviallyDead(op)) {
      ++end;
      // The range may begin with it.
      if (begin == Block::iterator(op))
        begin = end;
      op->erase();
      continue;
    }
    for (Region &region : op->getRegions())
      for (Block &inner : region)
        eraseDead(&inner, inner.begin(), inner.end());
  }
}
