//===- FoldViews.cpp - Read through copies ------------------------------------------===//
//
// Stage: fuse. Input and output: linalg on tensors. A `linalg.generic` that only copies
// (a broadcast, transpose, window or slice) disappears into the index maps of its users; a
// fill or constant with one value everywhere becomes a scalar of their bodies. A copy that
// no user can read through, because a loop would lose its bounds, stays.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Mdl.h"
#include "compiler/fuse/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdl {
namespace {

/// What a copy reads: result[d…] = source[map(d…)].
struct View {
  Value source;
  AffineMap map;
};

std::optional<View> matchView(Value value) {
  auto op = value.getDefiningOp<linalg::GenericOp>();
  if (!op || op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 || op.getNumParallelLoops() != op.getNumLoops() ||
      !isa<RankedTensorType>(op.getInputs()[0].getType()))
    return std::nullopt;
  Operation *yield = op.getBody()->getTerminator();
  if (&op.getBody()->front() != yield || yield->getOperand(0) != op.getBody()->getArgument(0))
    return std::nullopt;
  if (!op.getIndexingMapsArray().back().isIdentity())
    return std::nullopt;
  return View{op.getInputs()[0], op.getIndexingMapsArray()[0]};
}

/// Whether all loops still get their bounds when operands are read through `maps`.
bool loopsAreBounded(ArrayRef<AffineMap> maps) {
  AffineMap all = concatAffineMaps(maps);
  return all.getNumDims() == 0 || inversePermutation(all);
}

/// Whether an operand read through a view would not give a loop other bounds: where a sum of loops such as `y + i`
/// comes down to one of them, because `y` goes over one place, that one need not go over all of the axis.
bool keepsBounds(linalg::GenericOp op, const View &view, AffineMap composed) {
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  ArrayRef<int64_t> shape = cast<RankedTensorType>(view.source.getType()).getShape();
  for (auto [before, after, size] : llvm::zip_equal(view.map.getResults(), composed.getResults(), shape))
    if (auto loop = dyn_cast<AffineDimExpr>(after); loop && !isa<AffineDimExpr>(before))
      if (ShapedType::isDynamic(size) || ranges[loop.getPosition()] != size)
        return false;
  return true;
}

struct ReadThroughView : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    for (OpOperand *input : op.getDpsInputOperands()) {
      std::optional<View> view = matchView(input->get());
      if (!view)
        continue;
      SmallVector<AffineMap> maps = op.getIndexingMapsArray();
      AffineMap &map = maps[input->getOperandNumber()];
      map = view->map.compose(map);
      if (!loopsAreBounded(maps) || !keepsBounds(op, *view, map))
        continue;
      rewriter.modifyOpInPlace(op, [&] {
        input->set(view->source);
        op.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
      });
      return success();
    }
    return failure();
  }
};

/// The scalar that all elements of a tensor are, made before `op` where it is a constant.
Value splatScalar(Value tensor, Operation *op, PatternRewriter &rewriter) {
  if (auto fill = tensor.getDefiningOp<linalg::FillOp>())
    return fill.getInputs()[0];
  SplatElementsAttr splat;
  if (matchPattern(tensor, m_Constant(&splat)) && isa<RankedTensorType>(tensor.getType())) {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    return rewriter.create<arith::ConstantOp>(op->getLoc(), cast<TypedAttr>(splat.getSplatValue<Attribute>()));
  }
  return {};
}

struct CaptureSplat : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    for (OpOperand *input : op.getDpsInputOperands()) {
      unsigned position = input->getOperandNumber();
      SmallVector<AffineMap> maps = op.getIndexingMapsArray();
      maps.erase(maps.begin() + position);
      if (!isa<RankedTensorType>(input->get().getType()) || !loopsAreBounded(maps))
        continue;
      Value scalar = splatScalar(input->get(), op, rewriter);
      if (!scalar)
        continue;
      SmallVector<Value> inputs(op.getInputs());
      inputs.erase(inputs.begin() + position);
      auto captured = rewriter.create<linalg::GenericOp>(op.getLoc(), op->getResultTypes(), inputs, op.getOutputs(),
                                                         maps, op.getIteratorTypesArray());
      Block *body = op.getBody();
      rewriter.replaceAllUsesWith(body->getArgument(position), scalar);
      body->eraseArgument(position);
      rewriter.inlineRegionBefore(op.getRegion(), captured.getRegion(), captured.getRegion().begin());
      rewriter.replaceOp(op, captured.getResults());
      return success();
    }
    return failure();
  }
};

/// The sizes of what the runtime writes are those of its destination.
struct SizeOfRuntimeResult : OpRewritePattern<tensor::DimOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::DimOp op, PatternRewriter &rewriter) const override {
    auto call = op.getSource().getDefiningOp<RuntimeOp>();
    if (!call)
      return failure();
    Value destination = call.getOuts()[cast<OpResult>(op.getSource()).getResultNumber()];
    rewriter.modifyOpInPlace(op, [&] { op.getSourceMutable().assign(destination); });
    return success();
  }
};

struct FoldViewsPass : PassWrapper<FoldViewsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FoldViewsPass)
  StringRef getArgument() const override { return "mdl-fold-views"; }
  StringRef getDescription() const override { return "Read through broadcasts, transposes, windows and fills"; }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ReadThroughView, CaptureSplat, SizeOfRuntimeResult>(&getContext());
    linalg::GenericOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createFoldViewsPass() { return std::make_unique<FoldViewsPass>(); }

} // namespace mdl
