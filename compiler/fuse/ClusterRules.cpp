//===- ClusterRules.cpp - Which operations share a kernel -------------------------------===//
//
// Stage: fuse. The rules are explained at the head of OutlineKernels.cpp. They only choose:
// any cluster that the graph lets merge is right.
//
//===----------------------------------------------------------------------===//
#include "compiler/fuse/ClusterRules.h"
#include "compiler/dialect/Mdl.h"

using namespace mlir;

namespace mdl {
namespace {

/// More in one kernel costs compile time and gains nothing.
constexpr size_t maxOps = 64;

bool isFloatingKind(OpKind kind) { return kind == OpKind::Contract || kind == OpKind::Scatter; }

SmallVector<int64_t> withoutUnits(ArrayRef<int64_t> shape) {
  return llvm::to_vector(llvm::make_filter_range(shape, [](int64_t size) { return size != 1; }));
}

SmallVector<int64_t> resultShape(Operation *op) {
  return withoutUnits(cast<RankedTensorType>(op->getResult(0).getType()).getShape());
}

/// The first operation of the cluster's own kind: the one that its loops are made for.
Operation *rootOf(const Unit &unit) {
  return *llvm::find_if(unit.ops, [&](Operation *op) { return kindOf(op) == unit.kind; });
}

/// Calls `visit` for every operand through which `to` reads what `from` makes; null for a read inside of a body.
void forEachRead(const ClusterGraph &graph, UnitId from, UnitId to,
                 llvm::function_ref<void(Operation *reader, OpOperand *operand)> visit) {
  for (Operation *op : graph.unit(from).ops)
    for (OpOperand &use : op->getUses()) {
      if (graph.unitOf(use.getOwner()) != to)
        continue;
      bool isDirect = llvm::is_contained(graph.unit(to).ops, use.getOwner());
      visit(isDirect ? use.getOwner() : use.getOwner()->getParentOp(), isDirect ? &use : nullptr);
    }
}

bool allReads(const ClusterGraph &graph, UnitId from, UnitId to,
              llvm::function_ref<bool(Operation *reader, OpOperand *operand)> holds) {
  bool result = true;
  forEachRead(graph, from, to, [&](Operation *reader, OpOperand *operand) { result &= holds(reader, operand); });
  return result;
}

/// Operations at the place of each result of a contraction or scatter, done where the result is stored.
bool isEpilogue(const ClusterGraph &graph, UnitId root, UnitId elementwise) {
  SmallVector<int64_t> shape = resultShape(rootOf(graph.unit(root)));
  return llvm::all_of(graph.unit(elementwise).ops,
                      [&](Operation *op) { return isFree(op) || resultShape(op) == shape; }) &&
         allReads(graph, root, elementwise,
                  [](Operation *, OpOperand *operand) { return operand && readsInPlace(*operand); });
}

/// Operands of a contraction that are worth making again where they are read: light, and for it alone. Operands of
/// its epilogue may be anything of its own.
bool isOperandOf(const ClusterGraph &graph, UnitId elementwise, UnitId root) {
  const Unit &producer = graph.unit(elementwise);
  if (producer.after.size() != 1)
    return false;
  bool feedsRoot = !allReads(graph, elementwise, root,
                             [](Operation *reader, OpOperand *) { return kindOf(reader) == OpKind::Elementwise; });
  if (!feedsRoot || graph.unit(root).kind == OpKind::Scatter)
    return true;
  return llvm::none_of(producer.ops, isHeavy);
}

/// The rows over which the reductions of a cluster run in step: the largest result of one.
SmallVector<int64_t> rowSpace(const Unit &unit) {
  SmallVector<int64_t> rows;
  for (Operation *op : unit.ops)
    if (kindOf(op) == OpKind::Reduce && resultShape(op).size() >= rows.size())
      rows = resultShape(op);
  return rows;
}

/// Whether the reductions of both run over the same rows, or those of the second over the rows themselves.
bool sharesRows(const Unit &first, const Unit &second) {
  SmallVector<int64_t> rows = rowSpace(first);
  return llvm::all_of(second.ops, [&](Operation *op) {
    if (kindOf(op) != OpKind::Reduce || resultShape(op) == rows)
      return true;
    auto reduction = cast<linalg::GenericOp>(op);
    return withoutUnits(reduction.getStaticLoopRanges()) == rows;
  });
}

/// Whether `to`, which reads what `from` makes, joins it.
bool belongTogether(const ClusterGraph &graph, UnitId from, UnitId to) {
  OpKind first = graph.unit(from).kind, second = graph.unit(to).kind;
  if (second == OpKind::Elementwise)
    return !isFloatingKind(first) || isEpilogue(graph, from, to);
  if (isFloatingKind(second))
    return first == OpKind::Elementwise && isOperandOf(graph, from, to);
  return first == OpKind::Elementwise || (first == OpKind::Reduce && sharesRows(graph.unit(from), graph.unit(to)));
}

/// One round over all edges whose ends are of the kinds that `wanted` accepts; whether something was merged.
bool mergeRound(ClusterGraph &graph, llvm::function_ref<bool(const Unit &, const Unit &)> wanted) {
  bool changed = false;
  for (UnitId from = 0; from < graph.size(); ++from) {
    if (!graph.unit(from).isCluster())
      continue;
    SmallVector<UnitId> users(graph.unit(from).after.begin(), graph.unit(from).after.end());
    llvm::sort(users);
    for (UnitId to : users) {
      const Unit &first = graph.unit(from), &second = graph.unit(to);
      if (!first.isCluster() || !second.isCluster() || !wanted(first, second) ||
          first.ops.size() + second.ops.size() > maxOps || !belongTogether(graph, from, to) ||
          graph.hasDetour(from, to))
        continue;
      graph.merge(from, to);
      changed = true;
      break;
    }
  }
  return changed;
}

bool isFreeUnit(const Unit &unit) { return llvm::all_of(unit.ops, isFree); }

} // namespace

void formClusters(ClusterGraph &graph) {
  using Wanted = bool (*)(const Unit &, const Unit &);
  const Wanted phases[] = {
      // Fills and copies, which -mdl-outline-kernels has made for one user each.
      [](const Unit &from, const Unit &) { return isFreeUnit(from); },
      // Epilogues first: they save writing and reading the result of a contraction.
      [](const Unit &from, const Unit &to) { return isFloatingKind(from.kind) && to.kind == OpKind::Elementwise; },
      // What is made for one reduction alone is never written.
      [](const Unit &from, const Unit &to) {
        return from.kind == OpKind::Elementwise && from.after.size() == 1 && to.kind == OpKind::Reduce;
      },
      // Rows: softmax, normalisation, losses.
      [](const Unit &from, const Unit &to) { return from.kind == OpKind::Reduce || to.kind == OpKind::Reduce; },
      [](const Unit &from, const Unit &to) {
        return from.kind == OpKind::Elementwise && to.kind == OpKind::Elementwise;
      },
      [](const Unit &, const Unit &) { return true; },
  };
  for (Wanted wanted : phases)
    while (mergeRound(graph, wanted)) {
    }
}

} // namespace mdl
