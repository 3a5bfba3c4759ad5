//===- CanonicalizeContract.cpp - Products of tensors ---------------------------===//
//
// Transposes become letters of `mdl.einsum`, one with a number is a product of elements, and a sum over a product of
// two operands that each lack an axis of it becomes one: a comprehension's matrix product is then `@` for derivatives,
// too.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

namespace {

/// einsum of a transposed operand: the operand's letters change places.
LogicalResult foldTransposedOperand(EinsumOp op, PatternRewriter &rewriter) {
  auto letters = *EinsumLetters::parse(op.getEquation());
  std::string parts[2] = {letters.lhs.str(), letters.rhs.str()};
  Value operands[2] = {op.getLhs(), op.getRhs()};
  bool changed = false;
  for (int side : {0, 1}) {
    auto transpose = operands[side].getDefiningOp<TransposeOp>();
    if (!transpose)
      continue;
    // Axis i of the transposed operand is axis permutation[i] of what it is made of.
    std::string own = parts[side];
    for (auto [i, axis] : llvm::enumerate(transpose.getPermutation()))
      own[axis] = parts[side][i];
    parts[side] = own;
    operands[side] = transpose.getInput();
    changed = true;
  }
  if (!changed)
    return failure();
  std::string equation = parts[0] + "," + parts[1] + "->" + letters.result.str();
  rewriter.replaceOpWithNewOp<EinsumOp>(op, operands[0], operands[1], equation);
  return success();
}

/// A transposed einsum: the result's letters change places.
LogicalResult foldTransposedResult(TransposeOp op, PatternRewriter &rewriter) {
  auto einsum = op.getInput().getDefiningOp<EinsumOp>();
  if (!einsum || !einsum->hasOneUse())
    return failure();
  auto letters = *EinsumLetters::parse(einsum.getEquation());
  std::string result;
  for (int64_t axis : op.getPermutation())
    result += letters.result[axis];
  std::string equation = letters.lhs.str() + "," + letters.rhs.str() + "->" + result;
  rewriter.replaceOpWithNewOp<EinsumOp>(op, einsum.getLhs(), einsum.getRhs(), equation);
  return success();
}

/// einsum of a tensor and a number, when nothing is summed.
LogicalResult multiplyByNumber(EinsumOp op, PatternRewriter &rewriter) {
  auto letters = *EinsumLetters::parse(op.getEquation());
  bool isLeft = letters.lhs.empty();
  if (!isLeft && !letters.rhs.empty())
    return failure();
  if ((isLeft ? letters.rhs : letters.lhs) != letters.result)
    return failure();
  Value number = isLeft ? op.getLhs() : op.getRhs(), tensor = isLeft ? op.getRhs() : op.getLhs();
  Value product = rewriter.create<MulOp>(op.getLoc(), tensor, splatLike(rewriter, op.getLoc(), number, tensor));
  rewriter.replaceOp(op, refineTo(rewriter, op.getLoc(), product, op.getType()));
  return success();
}

/// sum(a[i, l] * b[l, j]) over l: both operands are repeated along an axis that the result keeps.
LogicalResult formEinsum(SumOp op, PatternRewriter &rewriter) {
  auto product = op.getInput().getDefiningOp<MulOp>();
  if (!product || !product->hasOneUse() || !isa<FloatType>(elementType(op.getResult())))
    return failure();
  auto lhs = product.getLhs().getDefiningOp<BroadcastOp>(), rhs = product.getRhs().getDefiningOp<BroadcastOp>();
  if (!lhs || !rhs)
    return failure();
  int64_t rank = tensorType(product.getResult()).getRank();
  auto lettersOf = [](ArrayRef<int64_t> axes) {
    std::string letters;
    for (int64_t axis : axes)
      letters += char('a' + axis);
    return letters;
  };
  for (BroadcastOp operand : {lhs, rhs}) {
    for (int64_t axis : op.getAxes())
      if (!llvm::is_contained(operand.getDimensions(), axis))
        return failure();
    if (int64_t(operand.getDimensions().size()) == rank)
      return failure();
  }
  auto kept = otherAxes(rank, op.getAxes());
  for (int64_t axis : kept)
    if (!llvm::is_contained(lhs.getDimensions(), axis) && !llvm::is_contained(rhs.getDimensions(), axis))
      return failure();
  std::string equation = lettersOf(lhs.getDimensions()) + "," + lettersOf(rhs.getDimensions()) + "->" + lettersOf(kept);
  Value contracted = rewriter.create<EinsumOp>(op.getLoc(), lhs.getInput(), rhs.getInput(), equation);
  rewriter.replaceOp(op, refineTo(rewriter, op.getLoc(), contracted, op.getType()));
  return success();
}

} // namespace

void mdl::addContractPatterns(RewritePatternSet &patterns) {
  patterns.add(foldTransposedOperand);
  patterns.add(foldTransposedResult);
  patterns.add(multiplyByNumber);
  patterns.add(formEinsum);
}
