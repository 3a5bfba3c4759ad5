//===- CanonicalizeShapes.cpp - Shape operations that do nothing or meet ------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace mdl;

namespace {

LogicalResult simplifyBroadcast(BroadcastOp op, PatternRewriter &rewriter) {
  if (op.getInput().getType().getRank() == op.getType().getRank()) {
    rewriter.replaceOp(op, refineTo(rewriter, op.getLoc(), op.getInput(), op.getType()));
    return success();
  }
  auto inner = op.getInput().getDefiningOp<BroadcastOp>();
  if (!inner)
    return failure();
  SmallVector<int64_t> dimensions;
  for (int64_t axis : inner.getDimensions())
    dimensions.push_back(op.getDimensions()[axis]);
  rewriter.replaceOpWithNewOp<BroadcastOp>(op, op.getType(), inner.getInput(), op.getDynamicSizes(), dimensions);
  return success();
}

LogicalResult simplifyReshape(ReshapeOp op, PatternRewriter &rewriter) {
  auto from = op.getInput().getType(), to = op.getType();
  if (from == to && alignedAxes(op)) {
    rewriter.replaceOp(op, op.getInput());
    return success();
  }
  if (auto inner = op.getInput().getDefiningOp<ReshapeOp>()) {
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, to, inner.getInput(), op.getDynamicSizes());
    return success();
  }
  auto inner = op.getInput().getDefiningOp<BroadcastOp>();
  if (!inner || !inner.getDimensions().empty())
    return failure();
  rewriter.replaceOpWithNewOp<BroadcastOp>(op, to, inner.getInput(), op.getDynamicSizes(), ArrayRef<int64_t>());
  return success();
}

LogicalResult simplifyTranspose(TransposeOp op, PatternRewriter &rewriter) {
  if (isIdentityPermutation(op.getPermutation())) {
    rewriter.replaceOp(op, op.getInput());
    return success();
  }
  auto inner = op.getInput().getDefiningOp<TransposeOp>();
  if (!inner)
    return failure();
  SmallVector<int64_t> permutation;
  for (int64_t axis : op.getPermutation())
    permutation.push_back(inner.getPermutation()[axis]);
  rewriter.replaceOpWithNewOp<TransposeOp>(op, inner.getInput(), permutation);
  return success();
}

/// All of a tensor, or part of one whose elements are equal.
LogicalResult simplifySlice(SliceOp op, PatternRewriter &rewriter) {
  auto zero = [](OpFoldResult number) { return isConstantIntValue(number, 0); };
  auto one = [](OpFoldResult number) { return isConstantIntValue(number, 1); };
  auto offsets = op.getMixedOffsets(), strides = op.getMixedStrides();
  if (op.getType() == op.getSource().getType() && op.getType().hasStaticShape() && llvm::all_of(offsets, zero) &&
      llvm::all_of(strides, one)) {
    rewriter.replaceOp(op, op.getSource());
    return success();
  }
  auto inner = op.getSource().getDefiningOp<BroadcastOp>();
  if (!inner || !inner.getDimensions().empty())
    return failure();
  rewriter.replaceOpWithNewOp<BroadcastOp>(op, op.getType(), inner.getInput(), op.getSizes(), ArrayRef<int64_t>());
  return success();
}

LogicalResult simplifyReverse(ReverseOp op, PatternRewriter &rewriter) {
  if (!op.getAxes().empty())
    return failure();
  rewriter.replaceOp(op, op.getInput());
  return success();
}

LogicalResult simplifyPad(PadOp op, PatternRewriter &rewriter) {
  auto zero = [](int64_t size) { return size == 0; };
  if (!llvm::all_of(op.getLow(), zero) || !llvm::all_of(op.getHigh(), zero))
    return failure();
  rewriter.replaceOp(op, op.getInput());
  return success();
}

LogicalResult simplifyConcat(ConcatOp op, PatternRewriter &rewriter) {
  if (op.getInputs().size() != 1)
    return failure();
  rewriter.replaceOp(op, op.getInputs().front());
  return success();
}

template <typename Op> LogicalResult simplifyReduction(Op op, PatternRewriter &rewriter) {
  if (!op.getAxes().empty())
    return failure();
  rewriter.replaceOp(op, op.getInput());
  return success();
}

/// The sum of equal elements is a product.
LogicalResult simplifySum(SumOp op, PatternRewriter &rewriter) {
  auto broadcast = op.getInput().getDefiningOp<BroadcastOp>();
  if (!broadcast || !broadcast.getDimensions().empty() || !isa<FloatType>(elementType(op.getResult())))
    return failure();
  double count = 1;
  for (int64_t axis : op.getAxes()) {
    if (broadcast.getType().isDynamicDim(axis))
      return failure();
    count *= double(broadcast.getType().getDimSize(axis));
  }
  if (op.getType().getNumDynamicDims())
    return failure();
  Value factor = scalarConstant(rewriter, op.getLoc(), elementType(op.getResult()), count);
  Value scalar = rewriter.create<MulOp>(op.getLoc(), broadcast.getInput(), factor);
  rewriter.replaceOp(op, splatLike(rewriter, op.getLoc(), scalar, op.getResult()));
  return success();
}

} // namespace

void mdl::addShapePatterns(RewritePatternSet &patterns) {
  patterns.add(simplifyBroadcast);
  patterns.add(simplifyReshape);
  patterns.add(simplifyTranspose);
  patterns.add(simplifySlice);
  patterns.add(simplifyReverse);
  patterns.add(simplifyPad);
  patterns.add(simplifyConcat);
  patterns.add(simplifySum);
  patterns.add(simplifyReduction<SumOp>);
  patterns.add(simplifyReduction<ProdOp>);
  patterns.add(simplifyReduction<MaxOp>);
  patterns.add(simplifyReduction<MinOp>);
  patterns.add(simplifyReduction<AnyOp>);
  patterns.add(simplifyReduction<AllOp>);
}
