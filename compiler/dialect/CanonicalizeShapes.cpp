//===- CanonicalizeShapes.cpp - Shape operations that do nothing or meet ------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

#include <functional>

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

/// What has no elements adds none.
LogicalResult simplifyConcat(ConcatOp op, PatternRewriter &rewriter) {
  auto isEmpty = [&](Value input) { return tensorType(input).getDimSize(op.getAxis()) == 0; };
  SmallVector<Value> inputs = llvm::to_vector(llvm::make_filter_range(op.getInputs(), std::not_fn(isEmpty)));
  if (inputs.empty())
    inputs.push_back(op.getInputs().front());
  if (inputs.size() > 1 && inputs.size() == op.getInputs().size())
    return failure();
  Value joined =
      inputs.size() == 1 ? inputs.front() : rewriter.create<ConcatOp>(op.getLoc(), inputs, op.getAxis()).getResult();
  rewriter.replaceOp(op, refineTo(rewriter, op.getLoc(), joined, op.getType()));
  return success();
}

template <typename Op> LogicalResult simplifyReduction(Op op, PatternRewriter &rewriter) {
  if (!op.getAxes().empty())
    return failure();
  rewriter.replaceOp(op, op.getInput());
  return success();
}

/// The number of elements along axes, as a scalar of type `element`.
Value countAlong(OpBuilder &builder, Location loc, Value tensor, ArrayRef<int64_t> axes, Type element) {
  int64_t known = 1;
  Value unknown;
  for (int64_t axis : axes) {
    OpFoldResult size = sizeOf(builder, loc, tensor, axis);
    if (auto number = getConstantIntValue(size)) {
      known *= *number;
      continue;
    }
    Value value = cast<Value>(size);
    unknown = unknown ? builder.create<arith::MulIOp>(loc, unknown, value).getResult() : value;
  }
  Value count = scalarConstant(builder, loc, element, double(known));
  if (!unknown)
    return count;
  Value whole = builder.create<arith::IndexCastOp>(loc, builder.getI64Type(), unknown);
  Value scalar = builder.create<tensor::FromElementsOp>(loc, RankedTensorType::get({}, whole.getType()), whole);
  Value converted = builder.create<CastOp>(loc, scalar, element);
  return known == 1 ? converted : builder.create<MulOp>(loc, converted, count).getResult();
}

/// The sum of equal elements is a product: what is repeated along summed axes is summed before, and multiplied.
LogicalResult simplifySum(SumOp op, PatternRewriter &rewriter) {
  auto broadcast = op.getInput().getDefiningOp<BroadcastOp>();
  if (!broadcast || !isa<FloatType>(elementType(op.getResult())))
    return failure();
  SmallVector<int64_t> repeated, own, kept;
  for (int64_t axis : op.getAxes())
    if (!llvm::is_contained(broadcast.getDimensions(), axis))
      repeated.push_back(axis);
  if (repeated.empty())
    return failure();
  // Which axes of the operand are summed, and where the others stand in the result.
  auto resultAxes = otherAxes(broadcast.getType().getRank(), op.getAxes());
  for (auto [i, axis] : llvm::enumerate(broadcast.getDimensions())) {
    if (llvm::is_contained(op.getAxes(), axis))
      own.push_back(i);
    else
      kept.push_back(llvm::find(resultAxes, axis) - resultAxes.begin());
  }
  Location loc = op.getLoc();
  Value part = broadcast.getInput();
  if (!own.empty())
    part = rewriter.create<SumOp>(loc, part, own);
  Value factor = countAlong(rewriter, loc, broadcast, repeated, elementType(part));
  Value product = rewriter.create<MulOp>(loc, part, splatLike(rewriter, loc, factor, part));
  SmallVector<OpFoldResult> sizes;
  for (int64_t axis : resultAxes)
    sizes.push_back(sizeOf(rewriter, loc, broadcast, axis));
  Value result = broadcastTo(rewriter, loc, product, sizes, kept);
  rewriter.replaceOp(op, refineTo(rewriter, loc, result, op.getType()));
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
