//===- Reverse.cpp - Reverse mode along a chain of operations -----------------===//

#include "compiler/autodiff/Reverse.h"

#include "compiler/autodiff/Control.h"
#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "mlir/IR/IRMapping.h"
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

SmallVector<Operation *> mdl::collectChain(Value root, ValueRange leaves) {
  SmallVector<Operation *> chain;
  DenseSet<Operation *> seen;
  ValueSet ends(leaves.begin(), leaves.end());
  SmallVector<Value> open{root};
  while (!open.empty()) {
    Value value = open.pop_back_val();
    Operation *op = ends.contains(value) ? nullptr : value.getDefiningOp();
    if (!op || isa<StopGradientOp>(op) || !seen.insert(op).second)
      continue;
    chain.push_back(op);
    // A rule hides what its values were computed by.
    if (auto custom = dyn_cast<CustomGradientOp>(op)) {
      llvm::append_range(open, custom.getInputs());
      continue;
    }
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

/// Marks what is active in the block of a branch or loop while `use` looks at it.
static void withBlockMarked(Block &block, ValueSet &active, llvm::function_ref<void(ValueRange yielded)> use) {
  auto body = llvm::map_to_vector(block.without_terminator(), [](Operation &op) { return &op; });
  markActive(body, active);
  use(block.getTerminator()->getOperands());
  for (Operation *op : body)
    for (Value inner : op->getResults())
      active.erase(inner);
}

/// Marks those results of a branch that an active value flows into on one of its ways.
static void markBranch(scf::IfOp branch, ValueSet &active) {
  for (Region &region : branch->getRegions()) {
    if (region.empty())
      continue;
    withBlockMarked(region.front(), active, [&](ValueRange yielded) {
      for (auto [result, value] : llvm::zip(branch.getResults(), yielded))
        if (active.contains(value) && hasGradientType(result))
          active.insert(result);
    });
  }
}

/// Marks those results of a loop that an active value flows into in some pass.
static void markLoop(scf::ForOp loop, ValueSet &active) {
  auto carried = llvm::to_vector(llvm::zip(loop.getRegionIterArgs(), loop.getInitArgs(), loop.getResults()));
  for (auto [argument, start, result] : carried)
    if (active.contains(start) && hasGradientType(start))
      active.insert(argument);
  for (bool changed = true; changed;) {
    changed = false;
    withBlockMarked(*loop.getBody(), active, [&](ValueRange yielded) {
      for (auto [argument, value] : llvm::zip(loop.getRegionIterArgs(), yielded))
        if (active.contains(value) && hasGradientType(value))
          changed |= active.insert(argument).second;
    });
  }
  for (auto [argument, start, result] : carried)
    if (active.erase(argument))
      active.insert(result);
}

void mdl::markActive(ArrayRef<Operation *> chain, ValueSet &active) {
  for (Operation *op : chain) {
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      markBranch(branch, active);
      continue;
    }
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      markLoop(loop, active);
      continue;
    }
    auto rule = dyn_cast<DifferentiableOpInterface>(op);
    if (isa<StopGradientOp>(op) || (rule && !rule.nonDifferentiableReason().empty()))
      continue;
    auto isActive = [&](Value value) { return active.contains(value) && hasGradientType(value); };
    auto custom = dyn_cast<CustomGradientOp>(op);
    bool depends = llvm::any_of(custom ? custom.getInputs() : op->getOperands(), isActive);
    if (!depends && !custom && op->getNumRegions()) {
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

Removed::~Removed() {
  for (Operation *op : operations)
    op->destroy();
}

void Removed::take(Operation *op) {
  op->dropAllReferences();
  op->remove();
  operations.push_back(op);
}

void Adjoints::add(Value value, Value share) {
  Location loc = share.getLoc();
  share = refineTo(builder, loc, share, value.getType());
  Value &gradient = gradients[value];
  gradient = gradient ? builder.create<AddOp>(loc, gradient, share).getResult() : share;
}

void Adjoints::follow(Value old, Value now) {
  if (Value gradient = gradients.lookup(old)) {
    gradients.erase(old);
    gradients[now] = gradient;
  }
}

Value Adjoints::lookupOrZeros(Value value) {
  Value gradient = lookup(value);
  return gradient ? gradient : fullLike(builder, builder.getUnknownLoc(), value, 0);
}

/// Of what `checkpoint` may need a gradient of, nobody asked for that of values the gradient does not go to.
static void askForActive(GradOp request, CustomGradientOp op, const ValueSet &active) {
  SmallVector<Attribute> names(request.getNamesAttr().getValue());
  for (auto [name, input] : llvm::zip(names, op.getInputs()))
    if (!active.contains(input))
      name = StringAttr::get(request.getContext(), "");
  request.setNamesAttr(ArrayAttr::get(request.getContext(), names));
}

/// Repeats the rule's block where the gradients of its results are known, and expands what it asks for in turn.
static LogicalResult applyRule(OpBuilder &builder, CustomGradientOp op, ArrayRef<Value> ofResults,
                               const ValueSet &active, Adjoints &adjoints) {
  if (op.getEndless())
    return emitLimit(op) << "this derivative needs the gradient of a function again and again, each time with other "
                            "arguments";
  Block &rule = op.getRule().front();
  IRMapping mapping;
  mapping.map(op.getOwnResults(), op.getResults());
  for (auto [argument, gradient, result] : llvm::zip(op.getGradientsGiven(), ofResults, op.getResults()))
    mapping.map(argument, gradient ? gradient : fullLike(builder, op.getLoc(), result, 0));
  // The rule is a function of these: what they were computed from is no concern of a gradient that it asks for.
  SmallVector<Value> leaves(op.getInputs());
  for (BlockArgument argument : op.getGradientsGiven())
    leaves.push_back(mapping.lookup(argument));
  SmallVector<GradOp> requests;
  // The terminator is repeated, too: it follows its operands when a request is replaced.
  Operation *last = nullptr;
  for (Operation &inner : rule) {
    last = builder.clone(inner, mapping);
    if (auto request = dyn_cast<GradOp>(last); request && request->hasAttr(partialAttr))
      askForActive(request, op, active);
    last->walk([&](GradOp request) { requests.push_back(request); });
  }
  LogicalResult result = success();
  for (GradOp request : requests)
    if (succeeded(result))
      result = expandGrad(request, adjoints.removed, leaves);
  for (auto [input, gradient] : llvm::zip(op.getInputs(), last->getOperands()))
    if (active.contains(input))
      adjoints.add(input, gradient);
  adjoints.removed.take(last);
  return result;
}

/// Whether a gradient of the operation's results has somewhere to go.
static bool dependsOn(Operation *op, const ValueSet &active) {
  auto isActive = [&](Value value) { return active.contains(value); };
  if (auto custom = dyn_cast<CustomGradientOp>(op))
    return llvm::any_of(custom.getInputs(), isActive);
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  return llvm::any_of(op->getOperands(), isActive) || llvm::any_of(captured, isActive);
}

Location mdl::gradientName(Value value, Location loc) {
  auto name = value.getLoc()->findInstanceOf<NameLoc>();
  std::string own = name ? "grad_" + name.getName().str() : "gradient";
  return NameLoc::get(StringAttr::get(value.getContext(), own), loc);
}

namespace {
/// An operation that has a name gives it to its gradient, which is known by now, and not to what its rule computes.
class NamedGradient {
public:
  NamedGradient(Operation *op, ArrayRef<Operation *> chain, Value gradient) : op(op), loc(op->getLoc()) {
    auto name = dyn_cast<NameLoc>(loc);
    if (!name)
      return;
    Operation *made = gradient ? gradient.getDefiningOp() : nullptr;
    if (made && !isa<NameLoc>(made->getLoc()) && !llvm::is_contained(chain, made))
      made->setLoc(gradientName(op->getResult(0), made->getLoc()));
    op->setLoc(name.getChildLoc());
  }
  ~NamedGradient() { op->setLoc(loc); }
  NamedGradient(const NamedGradient &) = delete;

private:
  Operation *op;
  Location loc;
};
} // namespace

LogicalResult mdl::sweepBack(OpBuilder &builder, ArrayRef<Operation *> chain, ValueSet &active, Adjoints &adjoints) {
  for (Operation *op : llvm::reverse(chain)) {
    SmallVector<Value> ofResults;
    for (Value result : op->getResults())
      ofResults.push_back(active.contains(result) ? adjoints.lookup(result) : Value());
    if (llvm::none_of(ofResults, [](Value gradient) { return bool(gradient); }) || !dependsOn(op, active))
      continue;
    if (isControl(op)) {
      if (failed(sweepControl(builder, op, ofResults, active, adjoints)))
        return failure();
      continue;
    }
    if (auto custom = dyn_cast<CustomGradientOp>(op)) {
      if (failed(applyRule(builder, custom, ofResults, active, adjoints)))
        return failure();
      continue;
    }
    auto rule = dyn_cast<DifferentiableOpInterface>(op);
    // What the runtime gave may be asked for; nothing before it depends on it.
    if (!rule && llvm::none_of(op->getOperands(), [&](Value operand) { return active.contains(operand); }))
      continue;
    if (!rule)
      return emitLimit(op) << "derivatives through `" << op->getName() << "` are not supported";
    SmallVector<Value> ofOperands(op->getNumOperands());
    NamedGradient named(op, chain, ofResults.front());
    rule.buildGradient(builder, ofResults, ofOperands);
    for (auto [operand, gradient] : llvm::zip(op->getOperands(), ofOperands))
      if (gradient && active.contains(operand))
        adjoints.add(operand, gradient);
  }
  return success();
}

void mdl::eraseDead(Block *block, Block::iterator begin, Block::iterator end, Removed &removed) {
  while (end != begin) {
    Operation *op = &*--end;
    if (isOpTriviallyDead(op)) {
      ++end;
      // The range may begin with it.
      if (begin == Block::iterator(op))
        begin = end;
      removed.take(op);
      continue;
    }
    for (Region &region : op->getRegions())
      for (Block &inner : region)
        eraseDead(&inner, inner.begin(), inner.end(), removed);
  }
}
