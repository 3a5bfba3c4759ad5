//===- HoistReshapes.cpp - Reshapes before what is elementwise -----------------------===//
//
// Stage: fuse. Input and output: linalg on tensors, after -mdl-fold-views. A reshape is a view
// of the host's memory and would part the operation before it from those after it. Where that
// operation is elementwise, its operands are reshaped instead and it joins their kernel:
// in `x / 16 |> flatten |> dense` it is `x` that is flattened.
//
//===----------------------------------------------------------------------===//
#include "compiler/fuse/OpKinds.h"
#include "compiler/fuse/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdl {
namespace {

/// Whether the result depends on the place by its operands alone, each read at that very place.
bool isPointwise(linalg::GenericOp op) {
  return op && op.getNumReductionLoops() == 0 && op.getNumDpsInits() == 1 && op.getNumDpsInputs() > 0 &&
         llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) { return map.isIdentity(); }) &&
         llvm::none_of(op.getBody()->getOperations(),
                       [](Operation &inner) { return isa<linalg::IndexOp, tensor::ExtractOp>(inner); });
}

/// Whether nothing but pointwise operations stands between the host and a tensor: else these are better off where they
/// are, as the epilogue of what they read.
bool comesFromHost(Value tensor) {
  Operation *op = tensor.getDefiningOp();
  if (!op || kindOf(op) == OpKind::Host)
    return true;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return isPointwise(generic) && llvm::all_of(generic.getInputs(), comesFromHost);
}

/// The same reshape of another tensor.
Value reshapeLike(OpBuilder &builder, tensor::CollapseShapeOp op, Value tensor) {
  return builder.create<tensor::CollapseShapeOp>(op.getLoc(), tensor, op.getReassociationIndices());
}
Value reshapeLike(OpBuilder &builder, tensor::ExpandShapeOp op, Value tensor) {
  auto type = op.getResultType().clone(cast<RankedTensorType>(tensor.getType()).getElementType());
  return builder.create<tensor::ExpandShapeOp>(op.getLoc(), type, tensor, op.getReassociationIndices(),
                                               getMixedValues(op.getStaticOutputShape(), op.getOutputShape(), builder));
}

template <typename Reshape> struct HoistReshape : OpRewritePattern<Reshape> {
  using OpRewritePattern<Reshape>::OpRewritePattern;

  LogicalResult matchAndRewrite(Reshape op, PatternRewriter &rewriter) const override {
    auto made = op.getSrc().template getDefiningOp<linalg::GenericOp>();
    if (!isPointwise(made) || !op.getSrc().hasOneUse() || !comesFromHost(op.getSrc()))
      return failure();
    SmallVector<Value> inputs;
    for (Value input : made.getInputs()) {
      if (cast<RankedTensorType>(input.getType()).getShape() != op.getSrcType().getShape())
        return failure();
      inputs.push_back(reshapeLike(rewriter, op, input));
    }
    Location loc = made.getLoc();
    RankedTensorType type = op.getResultType();
    Value out =
        rewriter.create<tensor::EmptyOp>(loc, tensor::getMixedSizes(rewriter, loc, inputs[0]), type.getElementType());
    SmallVector<AffineMap> maps(inputs.size() + 1, rewriter.getMultiDimIdentityMap(type.getRank()));
    SmallVector<utils::IteratorType> loops(type.getRank(), utils::IteratorType::parallel);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(op, TypeRange(type), inputs, ValueRange(out), maps, loops,
                                                   [&](OpBuilder &b, Location, ValueRange args) {
                                                     IRMapping mapping;
                                                     mapping.map(made.getBody()->getArguments(), args);
                                                     for (Operation &inner : *made.getBody())
                                                       b.clone(inner, mapping);
                                                   });
    return success();
  }
};

struct HoistReshapesPass : PassWrapper<HoistReshapesPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HoistReshapesPass)
  StringRef getArgument() const override { return "mdl-hoist-reshapes"; }
  StringRef getDescription() const override { return "Reshape the operands of what is elementwise, not its result"; }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<HoistReshape<tensor::CollapseShapeOp>, HoistReshape<tensor::ExpandShapeOp>>(&getContext());
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createHoistReshapesPass() { return std::make_unique<HoistReshapesPass>(); }

} // namespace mdl
