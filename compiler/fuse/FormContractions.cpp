//===- FormContractions.cpp - Sums of products as one multiply-add ---------------------===//
//
// Stage: fuse. Input and output: linalg on tensors, after -mdl-fold-views. A sum over an
// elementwise product that nothing else uses becomes one `linalg.generic` whose body is a
// multiply-add on the accumulator: the form in which `mdl.einsum` is lowered, so that
// `sum(a[i, l] * b[l, j] for l)` and `a @ b` are the same to schedules. Windows
// (`x[i + k] * w[k]`) become convolutions in the same way.
//
// Any other elementwise body (a condition, a difference) joins a reduction in the same way where
// two operands are each used again along an axis of the other.
//
// Only where an operand is used again along a result axis that it lacks: else the product is
// as large as its operands, and a plain reduction joins kernels more freely.
//
//===----------------------------------------------------------------------===//
#include "compiler/fuse/OpKinds.h"
#include "compiler/fuse/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdl {
namespace {

/// The input that a sum adds up, if `op` is one and nothing more.
OpOperand *summedInput(linalg::GenericOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInits() != 1 || op.getNumDpsInputs() != 1)
    return nullptr;
  Block *body = op.getBody();
  Operation *add = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(add) || add->getBlock() != body || &body->front() != add)
    return nullptr;
  return op.getDpsInputOperand(0);
}

/// Whether the body is the product of two different inputs.
bool isProduct(linalg::GenericOp op) {
  if (op.getNumReductionLoops() != 0 || op.getNumDpsInits() != 1 || op.getNumDpsInputs() != 2)
    return false;
  Block *body = op.getBody();
  Operation *multiply = &body->front();
  return isa<arith::MulFOp, arith::MulIOp>(multiply) &&
         body->getTerminator()->getOperand(0).getDefiningOp() == multiply &&
         multiply->getOperand(0) != multiply->getOperand(1) &&
         llvm::all_of(multiply->getOperands(), [&](Value value) { return isa<BlockArgument>(value); });
}

/// For each loop its place in the order of `mdl.einsum`: those of the result, then those summed over.
SmallVector<AffineExpr> sortedPlaces(linalg::GenericOp sum) {
  SmallVector<unsigned> order;
  for (AffineExpr expr : sum.getIndexingMapsArray().back().getResults())
    order.push_back(cast<AffineDimExpr>(expr).getPosition());
  sum.getReductionDims(order);
  SmallVector<AffineExpr> places(order.size());
  for (auto [place, loop] : llvm::enumerate(order))
    places[loop] = getAffineDimExpr(place, sum.getContext());
  return places;
}

/// Adds the product's body to what the sum carries.
void buildMultiplyAdd(OpBuilder &builder, linalg::GenericOp product, linalg::GenericOp sum, ValueRange args) {
  IRMapping mapping;
  mapping.map(product.getBody()->getArguments().drop_back(), args.drop_back());
  Value factor = builder.clone(product.getBody()->front(), mapping)->getResult(0);
  mapping.map(sum.getBody()->getArgument(0), factor);
  mapping.map(sum.getBody()->getArgument(1), args.back());
  Value total = builder.clone(sum.getBody()->front(), mapping)->getResult(0);
  builder.create<linalg::YieldOp>(sum.getLoc(), total);
}

struct FuseProductIntoSum : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp sum, PatternRewriter &rewriter) const override {
    OpOperand *summed = summedInput(sum);
    if (!summed || !summed->get().hasOneUse() || !sum.getMatchingIndexingMap(summed).isIdentity())
      return failure();
    auto product = summed->get().getDefiningOp<linalg::GenericOp>();
    if (!product || !isProduct(product) || !product.getIndexingMapsArray().back().isIdentity() ||
        !reusesAnOperand(product.getIndexingMapsArray(), sum.getIteratorTypesArray()))
      return failure();

    SmallVector<AffineExpr> places = sortedPlaces(sum);
    SmallVector<AffineMap> maps = product.getIndexingMapsArray();
    maps.back() = sum.getIndexingMapsArray().back();
    for (AffineMap &map : maps)
      map = map.replaceDimsAndSymbols(places, {}, places.size(), 0);
    if (!inversePermutation(concatAffineMaps(maps)))
      return failure(); // a loop would lose its bounds
    SmallVector<utils::IteratorType> loops(sum.getNumParallelLoops(), utils::IteratorType::parallel);
    loops.append(sum.getNumReductionLoops(), utils::IteratorType::reduction);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        sum, sum->getResultTypes(), product.getInputs(), sum.getOutputs(), maps, loops,
        [&](OpBuilder &b, Location, ValueRange args) { buildMultiplyAdd(b, product, sum, args); });
    return success();
  }
};

/// What computes an operand of a reduction at every place of its index space, for it alone and cheaply.
linalg::GenericOp pointwiseProducer(OpOperand *operand, linalg::GenericOp reduction) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto isReader = [&](Operation *user) { return user == operand->getOwner(); };
  bool isWhole = producer && llvm::all_of(operand->get().getUsers(), isReader) &&
                 producer.getNumReductionLoops() == 0 && producer.getNumDpsInits() == 1 &&
                 producer.getNumDpsInputs() > 0 && reduction.getMatchingIndexingMap(operand).isIdentity() &&
                 producer.getIndexingMapsArray().back().isIdentity();
  return isWhole && !isHeavy(producer) ? producer : nullptr;
}

/// The maps of all that the reduction would read if such producers were part of it.
void collectMaps(linalg::GenericOp reduction, linalg::GenericOp reader, SmallVector<AffineMap> &maps) {
  for (OpOperand *operand : reader.getDpsInputOperands()) {
    AffineMap map = reader.getMatchingIndexingMap(operand);
    bool isWhole = map.isIdentity() && map.getNumDims() == reduction.getNumLoops();
    if (auto producer = isWhole ? pointwiseProducer(operand, reader) : nullptr)
      collectMaps(reduction, producer, maps);
    else
      maps.push_back(map);
  }
}

/// Whether the loops of a reduction have bounds without the result of an operand's producer, which the reduction then
/// computes.
bool hasBoundsWithout(OpOperand *operand, linalg::GenericOp reduction) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  SmallVector<AffineMap> maps(ArrayRef(producer.getIndexingMapsArray()).drop_back());
  for (OpOperand &other : reduction->getOpOperands())
    if (other.get() != operand->get())
      maps.push_back(reduction.getMatchingIndexingMap(&other));
  return bool(inversePermutation(concatAffineMaps(maps)));
}

struct FuseBodyIntoReduction : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    if (op.getNumReductionLoops() == 0 || op.getNumDpsInits() != 1 ||
        !op.getIndexingMapsArray().back().isProjectedPermutation())
      return failure();
    OpOperand *fused = nullptr;
    for (OpOperand *operand : op.getDpsInputOperands())
      if (!fused && pointwiseProducer(operand, op) && linalg::areElementwiseOpsFusable(operand))
        fused = operand;
    if (!fused)
      return failure();
    SmallVector<AffineMap> maps;
    collectMaps(op, op, maps);
    if (!reusesTwoOperands(maps, op.getIndexingMapsArray().back()) || !hasBoundsWithout(fused, op))
      return failure();
    auto result = linalg::fuseElementwiseOps(rewriter, fused);
    if (failed(result))
      return failure();
    rewriter.replaceOp(op, result->fusedOp->getResults().take_back(op->getNumResults()));
    return success();
  }
};

struct FormContractionsPass : PassWrapper<FormContractionsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FormContractionsPass)
  StringRef getArgument() const override { return "mdl-form-contractions"; }
  StringRef getDescription() const override {
    return "Make sums over products multiply-adds, join other bodies with reductions that reuse operands";
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseProductIntoSum>(&getContext(), /*benefit=*/2);
    patterns.add<FuseBodyIntoReduction>(&getContext());
    linalg::GenericOp::getCanonicalizationPatterns(patterns, &getContext()); // operands that are the same
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);         // what fusing kept of a producer
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createFormContractionsPass() { return std::make_unique<FormContractionsPass>(); }

} // namespace mdl
