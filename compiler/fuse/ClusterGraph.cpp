//===- ClusterGraph.cpp - The operations of a block as a graph of units ------------------===//
#include "compiler/fuse/ClusterGraph.h"
#include "compiler/dialect/Checks.h"
#include "compiler/dialect/Mdl.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include <queue>

using namespace mlir;

namespace mdl {

ClusterGraph::ClusterGraph(Block &block) : block(block) {
  units.resize(std::distance(block.begin(), block.end()));
  for (auto [id, op] : llvm::enumerate(block)) {
    units[id].ops = {&op};
    units[id].kind = kindOf(&op);
    unitOfOp[&op] = id;
    positions[&op] = id;
  }
  for (Operation &op : block) {
    for (Operation *user : op.getUsers())
      require(unitOf(&op), unitOf(user));
    if (kindOf(&op) == OpKind::Host)
      orderOverwrites(&op);
  }
  orderSideEffects();
  orderChecks();
}

UnitId ClusterGraph::unitOf(Operation *op) const { return unitOfOp.lookup(block.findAncestorOpInBlock(*op)); }

void ClusterGraph::require(UnitId first, UnitId second) {
  if (first == second)
    return;
  units[first].after.insert(second);
  units[second].before.insert(first);
}

void ClusterGraph::orderSideEffects() {
  Operation *previous = nullptr;
  for (Operation &op : block) {
    if (isMemoryEffectFree(&op) && !op.hasTrait<OpTrait::IsTerminator>())
      continue;
    if (previous)
      require(unitOf(previous), unitOf(&op));
    previous = &op;
  }
}

/// The numbers that a scalar is computed from by arithmetic; itself if it is not. Each value is `seen` once: the ways
/// through repeated squares are more than can be gone.
static void addOrigins(Value value, llvm::SmallSetVector<Value, 4> &origins, llvm::SmallDenseSet<Value> &seen) {
  if (!seen.insert(value).second)
    return;
  Operation *op = value.getDefiningOp();
  if (!value.getType().isIntOrIndex() || (op && op->hasTrait<OpTrait::ConstantLike>()))
    return;
  if (!op || !isa<arith::ArithDialect>(op->getDialect())) {
    origins.insert(value);
    return;
  }
  for (Value operand : op->getOperands())
    addOrigins(operand, origins, seen);
}

// A kernel that makes x[:n - 2] must not run before it is checked that n - 2 is a size. It can make what has n
// elements.
void ClusterGraph::orderChecks() {
  llvm::DenseMap<Value, Operation *> checks;
  for (Operation &op : block) {
    SetVector<Value> read(op.operand_begin(), op.operand_end());
    getUsedValuesDefinedAbove(op.getRegions(), read);
    llvm::SmallSetVector<Value, 4> origins;
    llvm::SmallDenseSet<Value> seen;
    for (Value value : read)
      if (Operation *computed = value.getDefiningOp(); computed && isa<arith::ArithDialect>(computed->getDialect()))
        addOrigins(value, origins, seen);
    if (isCheck(&op))
      for (Value value : read)
        addOrigins(value, origins, seen);
    for (Value origin : origins) {
      if (isCheck(&op))
        checks[origin] = &op;
      else if (Operation *check = checks.lookup(origin); check && !isa<arith::ArithDialect>(op.getDialect()))
        require(unitOf(check), unitOf(&op));
    }
  }
}

/// The tensors that bufferisation may let `op` overwrite.
static SmallVector<Value> overwritten(Operation *op) {
  if (auto style = dyn_cast<DestinationStyleOpInterface>(op))
    return llvm::to_vector(style.getDpsInits());
  if (auto loop = dyn_cast<LoopLikeOpInterface>(op))
    return llvm::to_vector(loop.getInits());
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return llvm::to_vector(loop.getInits());
  if (auto call = dyn_cast<RuntimeOp>(op))
    return llvm::to_vector(call.getOuts());
  return {};
}

// A reader that stood before stays before, or the overwriting would need a copy.
void ClusterGraph::orderOverwrites(Operation *op) {
  for (Value value : overwritten(op)) {
    if (value.getDefiningOp<tensor::EmptyOp>()) // Nothing is in it yet, and each has one of its own in the end.
      continue;
    for (Operation *user : value.getUsers()) {
      Operation *reader = block.findAncestorOpInBlock(*user);
      if (reader && positions[reader] < positions[op])
        require(unitOf(reader), unitOf(op));
    }
  }
}

bool ClusterGraph::search(UnitId from, UnitId to, bool skipDirect) const {
  llvm::DenseSet<UnitId> seen;
  SmallVector<UnitId> pending;
  for (UnitId next : units[from].after)
    if (!skipDirect || next != to)
      pending.push_back(next);
  while (!pending.empty()) {
    UnitId id = pending.pop_back_val();
    if (id == to)
      return true;
    if (seen.insert(id).second)
      pending.append(units[id].after.begin(), units[id].after.end());
  }
  return false;
}

bool ClusterGraph::hasDetour(UnitId from, UnitId to) const { return search(from, to, /*skipDirect=*/true); }
bool ClusterGraph::reaches(UnitId from, UnitId to) const { return search(from, to, /*skipDirect=*/false); }

void ClusterGraph::merge(UnitId from, UnitId to) {
  Unit &source = units[from], &target = units[to];
  for (Operation *op : source.ops)
    unitOfOp[op] = to;
  target.ops.append(source.ops);
  llvm::sort(target.ops, [&](Operation *a, Operation *b) { return positions[a] < positions[b]; });
  target.kind = std::max(target.kind, source.kind);
  for (UnitId other : source.before) {
    units[other].after.remove(from);
    require(other, to);
  }
  for (UnitId other : source.after) {
    units[other].before.remove(from);
    require(to, other);
  }
  source = Unit();
}

SmallVector<UnitId> ClusterGraph::order() const {
  auto lastPosition = [&](UnitId id) { return positions.lookup(units[id].ops.back()); };
  auto isLater = [&](UnitId a, UnitId b) { return lastPosition(a) > lastPosition(b); };
  std::priority_queue<UnitId, std::vector<UnitId>, decltype(isLater)> ready(isLater);
  std::vector<unsigned> waitsFor(units.size());
  for (UnitId id = 0; id < units.size(); ++id) {
    waitsFor[id] = units[id].before.size();
    if (!units[id].ops.empty() && waitsFor[id] == 0)
      ready.push(id);
  }
  SmallVector<UnitId> result;
  while (!ready.empty()) {
    UnitId id = ready.top();
    ready.pop();
    result.push_back(id);
    for (UnitId next : units[id].after)
      if (--waitsFor[next] == 0)
        ready.push(next);
  }
  return result;
}

SmallVector<Value> ClusterGraph::results(UnitId id) const {
  SmallVector<Value> values;
  for (Operation *op : units[id].ops)
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(), [&](Operation *user) { return unitOf(user) != id; }))
        values.push_back(result);
  return values;
}

} // namespace mdl
