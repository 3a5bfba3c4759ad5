//===- ClusterGraph.h - The operations of a block as a graph of units --------------------===//
//
// Stage: fuse. A unit is a cluster of operations that will be a kernel, or one operation of
// the host. An edge says what must come first: an operand before its user, one side effect
// before the next, a reader before what overwrites. The graph stays free of cycles.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_FUSE_CLUSTERGRAPH_H
#define MDL_FUSE_CLUSTERGRAPH_H

#include "compiler/fuse/OpKinds.h"

#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

namespace mdl {

using UnitId = unsigned;

struct Unit {
  /// In the order of the block; empty for a unit that went into another.
  llvm::SmallVector<mlir::Operation *> ops;
  /// The kind of the dearest operation.
  OpKind kind = OpKind::Host;
  llvm::SetVector<UnitId> before, after;

  bool isCluster() const { return !ops.empty() && kind != OpKind::Host; }
};

class ClusterGraph {
public:
  explicit ClusterGraph(mlir::Block &block);

  unsigned size() const { return units.size(); }
  const Unit &unit(UnitId id) const { return units[id]; }
  /// The unit of an operation of the block or of one nested in it.
  UnitId unitOf(mlir::Operation *op) const;
  unsigned position(mlir::Operation *op) const { return positions.lookup(op); }

  /// Whether something that is neither lies on a path from one to the other.
  bool hasDetour(UnitId from, UnitId to) const;
  bool reaches(UnitId from, UnitId to) const;
  /// Moves the operations of `from` into `to`, or the other way round where neither is before the other.
  void merge(UnitId from, UnitId to);
  /// Demands an order; the caller has seen that the opposite does not hold.
  void require(UnitId first, UnitId second);

  /// All units, each after what it needs, else by the place of its last operation.
  llvm::SmallVector<UnitId> order() const;
  /// Values of the cluster that others use.
  llvm::SmallVector<mlir::Value> results(UnitId id) const;

private:
  bool search(UnitId from, UnitId to, bool skipDirect) const;
  void orderSideEffects();
  void orderChecks();
  void orderOverwrites(mlir::Operation *op);

  mlir::Block &block;
  std::vector<Unit> units;
  llvm::DenseMap<mlir::Operation *, UnitId> unitOfOp;
  llvm::DenseMap<mlir::Operation *, unsigned> positions;
};

} // namespace mdl

#endif // MDL_FUSE_CLUSTERGRAPH_H
