//===- KernelBuilder.cpp - Makes kernels and their launches -------------------------------===//
//
// Stage: fuse. What a kernel needs from outside becomes an argument; constants, empty
// tensors and sizes of arguments are made again inside.
//
//===----------------------------------------------------------------------===//
#include "compiler/fuse/KernelBuilder.h"
#include "compiler/fuse/KernelName.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace mdl {
namespace {

/// What a cluster uses of the outside.
class ClusterInputs {
public:
  explicit ClusterInputs(const Cluster &cluster) {
    for (Operation *op : cluster.ops)
      inside.insert(op);
    for (Value tensor : cluster.overwritten)
      if (tensor)
        inPlace.insert(tensor);
    for (Operation *op : cluster.ops)
      op->walk([&](Operation *nested) {
        for (Value operand : nested->getOperands())
          if (!isInside(operand))
            addTensors(operand);
      });
    for (Operation *op : cluster.ops)
      op->walk([&](Operation *nested) {
        for (Value operand : nested->getOperands())
          if (!isInside(operand))
            addScalars(operand);
      });
  }

  /// Operands of the launch, and operations to be cloned into the kernel.
  SetVector<Value> arguments;
  SetVector<Operation *> remade;

private:
  bool isInside(Value value) const {
    Operation *owner = value.getDefiningOp() ? value.getDefiningOp() : value.getParentBlock()->getParentOp();
    for (; owner; owner = owner->getParentOp())
      if (inside.contains(owner))
        return true;
    return false;
  }

  void addTensors(Value value) {
    if (isa<RankedTensorType>(value.getType()) && !value.getDefiningOp<tensor::EmptyOp>() && !inPlace.contains(value))
      arguments.insert(value);
  }

  void addScalars(Value value) {
    if (auto empty = value.getDefiningOp<tensor::EmptyOp>()) {
      for (Value size : empty.getDynamicSizes())
        addScalars(size);
      remade.insert(empty);
      return;
    }
    if (isa<RankedTensorType>(value.getType()))
      return;
    if (matchPattern(value, m_Constant())) {
      remade.insert(value.getDefiningOp());
      return;
    }
    auto dim = value.getDefiningOp<tensor::DimOp>();
    if (dim && dim.getConstantIndex() && (arguments.contains(dim.getSource()) || inPlace.contains(dim.getSource()))) {
      remade.insert(dim.getIndex().getDefiningOp());
      remade.insert(dim);
      return;
    }
    arguments.insert(value);
  }

  llvm::DenseSet<Operation *> inside;
  llvm::DenseSet<Value> inPlace;
};

/// A tensor without contents that has the sizes of `value`, which need not be computed for it.
Value destinationFor(OpBuilder &builder, Location loc, Value value) {
  Operation *op = value.getDefiningOp();
  if (auto empty = dyn_cast_or_null<tensor::EmptyOp>(op))
    return builder.create<tensor::EmptyOp>(loc, empty.getType(), empty.getDynamicSizes());
  if (auto style = dyn_cast_or_null<DestinationStyleOpInterface>(op))
    return destinationFor(builder, loc, style.getTiedOpOperand(cast<OpResult>(value))->get());
  if (auto scan = dyn_cast_or_null<CumSumOp>(op))
    return destinationFor(builder, loc, scan.getInput());
  if (isa_and_nonnull<ScatterAddOp, ScatterOp>(op))
    return destinationFor(builder, loc, op->getOperand(0));
  auto type = cast<RankedTensorType>(value.getType());
  if (auto scatter = dyn_cast_or_null<AffineScatterOp>(op))
    return builder.create<tensor::EmptyOp>(loc, type, scatter.getDynamicSizes());
  SmallVector<Value> sizes;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    if (type.isDynamicDim(axis))
      sizes.push_back(builder.create<tensor::DimOp>(loc, value, axis));
  return builder.create<tensor::EmptyOp>(loc, type, sizes);
}

/// The kernel, not yet in a module.
KernelOp buildKernel(MLIRContext *context, const Cluster &cluster, const ClusterInputs &inputs, ValueRange overwritten,
                     ArrayRef<int64_t> inPlace) {
  OpBuilder builder(context);
  Location loc = cluster.ops.back()->getLoc();
  SmallVector<Value> outside(inputs.arguments.begin(), inputs.arguments.end());
  outside.append(overwritten.begin(), overwritten.end());
  auto type = builder.getFunctionType(TypeRange(ValueRange(outside)), TypeRange(ValueRange(cluster.results)));
  auto kernel = builder.create<KernelOp>(loc, "k", type, inPlace);
  builder.setInsertionPointToEnd(&kernel.getBody().front());
  IRMapping mapping;
  mapping.map(outside, kernel.getBody().getArguments());
  for (Operation *op : inputs.remade)
    builder.clone(*op, mapping);
  for (Operation *op : cluster.ops)
    builder.clone(*op, mapping);
  SmallVector<Value> results;
  for (Value result : cluster.results)
    results.push_back(mapping.lookup(result));
  builder.create<YieldOp>(loc, results);
  return kernel;
}

} // namespace

LaunchOp KernelBuilder::outline(OpBuilder &builder, const Cluster &cluster) {
  ClusterInputs inputs(cluster);
  SmallVector<Value> overwritten, outs;
  SmallVector<int64_t> inPlace;
  Location loc = cluster.ops.back()->getLoc();
  for (auto [index, result] : llvm::enumerate(cluster.results)) {
    if (Value tensor = cluster.overwritten[index]) {
      overwritten.push_back(tensor);
      inPlace.push_back(index);
      outs.push_back(tensor);
    } else {
      outs.push_back(destinationFor(builder, loc, result));
    }
  }
  KernelOp kernel = buildKernel(module.getContext(), cluster, inputs, overwritten, inPlace);
  return builder.create<LaunchOp>(loc, symbolFor(kernel), inputs.arguments.getArrayRef(), outs);
}

StringRef KernelBuilder::symbolFor(KernelOp kernel) {
  KernelIdentity identity = identify(kernel);
  auto [entry, isNew] = symbols.try_emplace(identity.text, identity.name);
  if (!isNew) {
    kernel.erase();
    return entry->second;
  }
  module.push_back(kernel);
  // Two kernels of one hash get different symbols all the same.
  while (llvm::any_of(symbols, [&](auto &other) { return &other != &*entry && other.second == entry->second; }))
    entry->second += "x";
  kernel.setSymName(entry->second);
  return entry->second;
}

} // namespace mdl
