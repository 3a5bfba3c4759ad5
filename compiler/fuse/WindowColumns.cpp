//===- WindowColumns.cpp - Results whose columns are no window's places ---------------===//
//
// Stage: fuse. Input and output: linalg on tensors, after -mdl-form-contractions. Where the
// innermost axis of a sum of products is a few places of a window, as in the gradient of a
// convolution in its weights
//
//   d[o, c, i, j] = sum of g[b, o, y, x] * s[b, c, y + i, x + j]
//
// it makes vectors of three. An axis that the other operand alone has (o) makes whole vectors of
// columns, so the sum is computed with that axis inside, and the longest axis that only the
// windows have (c) as the rows of tiles; what comes out, which is small, is transposed.
//
//===----------------------------------------------------------------------===//
#include "compiler/fuse/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdl {
namespace {

/// A shorter innermost axis makes poor vectors (inferContraction in kernels/ReductionToHalide.cpp agrees).
constexpr int64_t FewPlaces = 6;
/// A vector of columns at least.
constexpr int64_t ManyColumns = 8;

bool isMultiplyAdd(linalg::GenericOp op) {
  Block *body = op.getBody();
  auto add = body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 || op.getNumReductionLoops() == 0 || !add)
    return false;
  auto multiply = dyn_cast<arith::MulFOp>(body->front());
  return multiply && body->getOperations().size() == 3 &&
         llvm::is_contained(add->getOperands(), multiply.getResult()) &&
         llvm::is_contained(add->getOperands(), body->getArguments().back());
}

/// Whether the loop occurs in an index that is a sum.
bool isOfWindow(AffineMap map, unsigned loop) {
  return llvm::any_of(map.getResults(),
                      [&](AffineExpr expr) { return !isa<AffineDimExpr>(expr) && expr.isFunctionOfDim(loop); });
}

/// The axes of the result in their new order, as loops; none where there is no better one.
SmallVector<unsigned> newOrder(linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  SmallVector<unsigned> loops;
  for (AffineExpr expr : maps.back().getResults())
    loops.push_back(cast<AffineDimExpr>(expr).getPosition());
  int64_t inner = sizes[loops.back()];
  unsigned windowed = isOfWindow(maps[0], loops.back()) ? 0 : 1;
  AffineMap windows = maps[windowed], others = maps[1 - windowed];
  if (ShapedType::isDynamic(inner) || inner >= FewPlaces || !isOfWindow(windows, loops.back()) ||
      !others.isProjectedPermutation() || others.isFunctionOfDim(loops.back()))
    return {};
  std::optional<unsigned> column, row;
  for (unsigned loop : loops) {
    bool inWindows = windows.isFunctionOfDim(loop), inOthers = others.isFunctionOfDim(loop);
    bool isLonger = !row || sizes[loop] > sizes[*row];
    if (inOthers && !inWindows && sizes[loop] >= ManyColumns)
      column = loop;
    else if (inWindows && !inOthers && !ShapedType::isDynamic(sizes[loop]) && isLonger)
      row = loop;
  }
  if (!column || !row)
    return {};
  llvm::erase(loops, *column);
  llvm::erase(loops, *row);
  loops.append({*row, *column});
  return loops;
}

/// Zeros, or what else the sum starts with, of another shape.
Value startsLike(PatternRewriter &rewriter, linalg::FillOp fill, RankedTensorType type, ArrayRef<int64_t> axes) {
  SmallVector<OpFoldResult> own = tensor::getMixedSizes(rewriter, fill.getLoc(), fill.getOutputs().front()), sizes;
  for (int64_t axis : axes)
    sizes.push_back(own[axis]);
  Value empty = rewriter.create<tensor::EmptyOp>(fill.getLoc(), sizes, type.getElementType());
  return rewriter.create<linalg::FillOp>(fill.getLoc(), fill.getInputs(), ValueRange(empty)).getResult(0);
}

struct ComputeWithColumns : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    if (!isMultiplyAdd(op) || maps.back().getNumResults() < 2 || !maps.back().isProjectedPermutation())
      return failure();
    auto fill = op.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
    SmallVector<unsigned> order = newOrder(op);
    if (!fill || order.empty())
      return failure();

    // Where each new axis was.
    MLIRContext *context = op.getContext();
    auto whole = cast<RankedTensorType>(op.getResultTypes()[0]);
    SmallVector<int64_t> axes, shape;
    SmallVector<AffineExpr> places, from;
    for (unsigned loop : order) {
      axes.push_back(*maps.back().getResultPosition(getAffineDimExpr(loop, context)));
      shape.push_back(whole.getDimSize(axes.back()));
      places.push_back(getAffineDimExpr(loop, context));
      from.push_back(getAffineDimExpr(axes.back(), context));
    }
    auto type = RankedTensorType::get(shape, whole.getElementType());
    maps.back() = AffineMap::get(maps.back().getNumDims(), 0, places, context);
    auto sum = rewriter.create<linalg::GenericOp>(
        op.getLoc(), type, op.getInputs(), startsLike(rewriter, fill, type, axes), maps, op.getIteratorTypesArray());
    rewriter.cloneRegionBefore(op.getRegion(), sum.getRegion(), sum.getRegion().end());

    SmallVector<AffineMap> moved{AffineMap::get(whole.getRank(), 0, from, context),
                                 AffineMap::getMultiDimIdentityMap(whole.getRank(), context)};
    SmallVector<utils::IteratorType> loops(whole.getRank(), utils::IteratorType::parallel);
    Value empty = fill.getOutputs().front();
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, TypeRange{whole}, sum.getResults(), ValueRange(empty), moved, loops,
        [](OpBuilder &b, Location loc, ValueRange args) { b.create<linalg::YieldOp>(loc, args.front()); });
    return success();
  }
};

struct WindowColumnsPass : PassWrapper<WindowColumnsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(WindowColumnsPass)
  StringRef getArgument() const override { return "mdl-window-columns"; }
  StringRef getDescription() const override {
    return "Compute sums over windows with an axis inside that makes whole vectors";
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ComputeWithColumns>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createWindowColumnsPass() { return std::make_unique<WindowColumnsPass>(); }

} // namespace mdl
