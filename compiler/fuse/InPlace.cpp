//===- InPlace.cpp - Which results overwrite what they were made from ---------------------===//
//
// Stage: fuse. Note [In place]
//
// A result may overwrite a tensor that the cluster reads if
//  - the cluster reads it only at the place of the element that it makes: through
//    elementwise operations with identity maps, all of which flow into this result alone, so
//    that no element is read after it was written, in whatever order the loops run;
//  - nothing reads the old value afterwards: it is made in the same block or carried by the
//    loop around it, is no constant, and every other reader can run before (the graph then
//    demands that order).
// MLIR's bufferisation would allow more than a kernel can keep (`w -= a @ w`), so a launch
// gives a tensor as `outs` only where this holds.
//
//===----------------------------------------------------------------------===//
#include "compiler/fuse/InPlace.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace mdl {
namespace {

class InPlaceChooser {
public:
  explicit InPlaceChooser(ClusterGraph &graph) : graph(graph) {}

  InPlaceMap run() {
    for (UnitId id = 0; id < graph.size(); ++id)
      if (graph.unit(id).isCluster())
        for (Value result : graph.results(id))
          chooseFor(id, result);
    return std::move(chosen);
  }

private:
  void chooseFor(UnitId id, Value result) {
    Operation *root = result.getDefiningOp();
    auto type = cast<RankedTensorType>(result.getType());
    if (type.getRank() == 0 || kindOf(root) != OpKind::Elementwise)
      return;
    for (Value tensor : inputsOf(id))
      if (tensor.getType() == type && !taken.contains(tensor) && isReadOnlyFor(tensor, root, id) &&
          isDeadAfter(tensor, id)) {
        chosen[result] = tensor;
        taken.insert(tensor);
        return;
      }
  }

  SetVector<Value> inputsOf(UnitId id) {
    SetVector<Value> inputs;
    for (Operation *op : graph.unit(id).ops)
      for (Value tensor : tensorsRead(op)) {
        Operation *made = tensor.getDefiningOp();
        if (!made || !llvm::is_contained(graph.unit(id).ops, made))
          inputs.insert(tensor);
      }
    return inputs;
  }

  /// Whether every read of `tensor` by the cluster is at the place that `root` makes.
  bool isReadOnlyFor(Value tensor, Operation *root, UnitId id) {
    for (OpOperand &use : tensor.getUses())
      if (graph.unitOf(use.getOwner()) == id && !(readsInPlace(use) && flowsOnlyInto(use.getOwner(), root, id)))
        return false;
    return true;
  }

  bool flowsOnlyInto(Operation *op, Operation *root, UnitId id) {
    if (op == root)
      return true;
    return llvm::all_of(op->getUses(), [&](OpOperand &use) {
      return graph.unitOf(use.getOwner()) == id && readsInPlace(use) && flowsOnlyInto(use.getOwner(), root, id);
    });
  }

  /// Where the memory of a tensor comes from, through views of it.
  static Value memoryOf(Value tensor) {
    while (Operation *op = tensor.getDefiningOp()) {
      if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(op))
        break;
      tensor = op->getOperand(0);
    }
    return tensor;
  }

  static void collectReads(Value tensor, SmallVectorImpl<OpOperand *> &reads) {
    for (OpOperand &use : tensor.getUses()) {
      reads.push_back(&use);
      if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(use.getOwner()))
        collectReads(use.getOwner()->getResult(0), reads);
    }
  }

  /// Whether the cluster can be the last to look at the tensor; then it is made so.
  bool isDeadAfter(Value tensor, UnitId id) {
    Value memory = memoryOf(tensor);
    Block *block = graph.unit(id).ops.front()->getBlock();
    if (memory.getParentBlock() != block || matchPattern(memory, m_Constant()))
      return false;
    if (isa<BlockArgument>(memory) && !isa<LoopLikeOpInterface>(block->getParentOp()))
      return false;
    SmallVector<OpOperand *> reads;
    collectReads(memory, reads);
    SmallVector<UnitId> earlier;
    for (OpOperand *read : reads) {
      Operation *reader = read->getOwner();
      UnitId unit = graph.unitOf(reader);
      if (unit == id) {
        // Read by the cluster through another view, which need not be at the same place.
        if (read->get() != tensor)
          return false;
        continue;
      }
      if (block->findAncestorOpInBlock(*reader)->hasTrait<OpTrait::IsTerminator>() || graph.reaches(id, unit))
        return false;
      earlier.push_back(unit);
    }
    for (UnitId unit : earlier)
      graph.require(unit, id);
    return true;
  }

  ClusterGraph &graph;
  InPlaceMap chosen;
  llvm::DenseSet<Value> taken;
};

} // namespace

InPlaceMap chooseInPlace(ClusterGraph &graph) { return InPlaceChooser(graph).run(); }

} // namespace mdl
