//===- CanonicalizeArithmetic.cpp - Neutral operands --------------------------===//
//
// x * 0 stays where x may be NaN or infinite.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

namespace {

bool isFloatTensor(Value value) { return isa<FloatType>(elementType(value)); }

/// Replaces by a value that may know less of the shape.
LogicalResult replaceBy(PatternRewriter &rewriter, Operation *op, Value value) {
  rewriter.replaceOp(op, refineTo(rewriter, op->getLoc(), value, op->getResult(0).getType()));
  return success();
}

LogicalResult simplifyAdd(AddOp op, PatternRewriter &rewriter) {
  if (splatConstant(op.getRhs()) == 0.0)
    return replaceBy(rewriter, op, op.getLhs());
  if (splatConstant(op.getLhs()) == 0.0)
    return replaceBy(rewriter, op, op.getRhs());
  // x + x
  if (op.getLhs() == op.getRhs() && isFloatTensor(op.getResult()) && op.getLhs().getType() == op.getType()) {
    rewriter.replaceOpWithNewOp<MulOp>(op, op.getLhs(), fullLike(rewriter, op.getLoc(), op.getLhs(), 2));
    return success();
  }
  // x + -y
  if (auto neg = op.getRhs().getDefiningOp<NegOp>()) {
    rewriter.replaceOpWithNewOp<SubOp>(op, op.getLhs(), neg.getInput());
    return success();
  }
  if (auto neg = op.getLhs().getDefiningOp<NegOp>()) {
    rewriter.replaceOpWithNewOp<SubOp>(op, op.getRhs(), neg.getInput());
    return success();
  }
  return failure();
}

LogicalResult simplifySub(SubOp op, PatternRewriter &rewriter) {
  if (splatConstant(op.getRhs()) == 0.0)
    return replaceBy(rewriter, op, op.getLhs());
  if (splatConstant(op.getLhs()) == 0.0 && op.getRhs().getType() == op.getType()) {
    rewriter.replaceOpWithNewOp<NegOp>(op, op.getRhs());
    return success();
  }
  if (auto neg = op.getRhs().getDefiningOp<NegOp>()) {
    rewriter.replaceOpWithNewOp<AddOp>(op, op.getLhs(), neg.getInput());
    return success();
  }
  return failure();
}

/// (x * a) * b is x * (a * b) where the product of the constants is an ordinary number.
LogicalResult mergeFactors(MulOp op, Value inner, double factor, PatternRewriter &rewriter) {
  auto product = inner.getDefiningOp<MulOp>();
  if (!product || !isFloatTensor(inner))
    return failure();
  for (bool swap : {false, true}) {
    Value x = swap ? product.getRhs() : product.getLhs();
    auto other = splatConstant(swap ? product.getLhs() : product.getRhs());
    if (!other || x.getType() != op.getType())
      continue;
    double size = std::abs(factor * *other);
    if (size < 1e-4 || size > 1e4) // far from the ends of any float type
      continue;
    Value merged = fullLike(rewriter, op.getLoc(), x, factor * *other);
    rewriter.replaceOpWithNewOp<MulOp>(op, x, merged);
    return success();
  }
  return failure();
}

LogicalResult simplifyMul(MulOp op, PatternRewriter &rewriter) {
  for (bool swap : {false, true}) {
    Value x = swap ? op.getRhs() : op.getLhs();
    auto factor = splatConstant(swap ? op.getLhs() : op.getRhs());
    if (!factor)
      continue;
    if (*factor == 1.0)
      return replaceBy(rewriter, op, x);
    if (*factor == 0.0 && !isFloatTensor(x))
      return replaceBy(rewriter, op, swap ? op.getLhs() : op.getRhs());
    if (*factor == -1.0 && x.getType() == op.getType()) {
      rewriter.replaceOpWithNewOp<NegOp>(op, x);
      return success();
    }
    if (succeeded(mergeFactors(op, x, *factor, rewriter)))
      return success();
  }
  return failure();
}

LogicalResult simplifyDiv(DivOp op, PatternRewriter &rewriter) {
  return splatConstant(op.getRhs()) == 1.0 ? replaceBy(rewriter, op, op.getLhs()) : failure();
}

LogicalResult simplifyPow(PowOp op, PatternRewriter &rewriter) {
  auto exponent = splatConstant(op.getRhs());
  if (exponent == 1.0)
    return replaceBy(rewriter, op, op.getLhs());
  if (exponent == 0.0)
    return replaceBy(rewriter, op, fullLike(rewriter, op.getLoc(), op.getLhs(), 1));
  return failure();
}

LogicalResult simplifyNeg(NegOp op, PatternRewriter &rewriter) {
  if (auto inner = op.getInput().getDefiningOp<NegOp>())
    return replaceBy(rewriter, op, inner.getInput());
  if (auto inner = op.getInput().getDefiningOp<SubOp>(); inner && inner->hasOneUse()) {
    rewriter.replaceOpWithNewOp<SubOp>(op, inner.getRhs(), inner.getLhs());
    return success();
  }
  return failure();
}

LogicalResult simplifyNot(NotOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<NotOp>();
  return inner ? replaceBy(rewriter, op, inner.getInput()) : failure();
}

LogicalResult simplifyAnd(AndOp op, PatternRewriter &rewriter) {
  if (splatConstant(op.getRhs()) == 1.0 || splatConstant(op.getLhs()) == 0.0)
    return replaceBy(rewriter, op, op.getLhs());
  if (splatConstant(op.getLhs()) == 1.0 || splatConstant(op.getRhs()) == 0.0)
    return replaceBy(rewriter, op, op.getRhs());
  return failure();
}

LogicalResult simplifyOr(OrOp op, PatternRewriter &rewriter) {
  if (splatConstant(op.getRhs()) == 0.0 || splatConstant(op.getLhs()) == 1.0)
    return replaceBy(rewriter, op, op.getLhs());
  if (splatConstant(op.getLhs()) == 0.0 || splatConstant(op.getRhs()) == 1.0)
    return replaceBy(rewriter, op, op.getRhs());
  return failure();
}

LogicalResult simplifySelect(SelectOp op, PatternRewriter &rewriter) {
  if (op.getLhs() == op.getRhs())
    return replaceBy(rewriter, op, op.getLhs());
  if (auto condition = splatConstant(op.getCondition()))
    return replaceBy(rewriter, op, *condition != 0.0 ? op.getLhs() : op.getRhs());
  return failure();
}

LogicalResult simplifyCast(CastOp op, PatternRewriter &rewriter) {
  if (elementType(op.getInput()) == elementType(op.getResult()))
    return replaceBy(rewriter, op, op.getInput());
  return failure();
}

} // namespace

void mdl::addArithmeticPatterns(RewritePatternSet &patterns) {
  patterns.add(simplifyAdd);
  patterns.add(simplifySub);
  patterns.add(simplifyMul);
  patterns.add(simplifyDiv);
  patterns.add(simplifyPow);
  patterns.add(simplifyNeg);
  patterns.add(simplifyNot);
  patterns.add(simplifyAnd);
  patterns.add(simplifyOr);
  patterns.add(simplifySelect);
  patterns.add(simplifyCast);
}
