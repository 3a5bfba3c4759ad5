//===- CanonicalizeArithmetic.cpp - Sums and products --------------------------===//
//
// Neutral operands, constant factors, like terms. x * 0 stays where x may be NaN or infinite.
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

/// x * factor, or x.
struct Term {
  Value x;
  double factor;
};

Term termOf(Value value) {
  auto product = value.getDefiningOp<MulOp>();
  for (bool swap : {false, true}) {
    Value x = !product ? Value() : swap ? product.getRhs() : product.getLhs();
    auto factor = x ? splatConstant(swap ? product.getLhs() : product.getRhs()) : std::nullopt;
    if (factor && x.getType() == value.getType())
      return {x, *factor};
  }
  return {value, 1};
}

/// Far from the ends of any float type.
bool isOrdinary(double factor) { return std::abs(factor) >= 1e-4 && std::abs(factor) <= 1e4; }

/// x * a + x * b is x * (a + b): of one sign, for inf - inf is NaN. Null where the two are no such terms.
Value mergeTerms(Value first, Value second, Location loc, PatternRewriter &rewriter) {
  Term a = termOf(first), b = termOf(second);
  bool isSame = a.x == b.x && a.x.getType() == first.getType() && first.getType() == second.getType();
  if (!isSame || !isFloatTensor(first) || a.factor * b.factor <= 0 || !isOrdinary(a.factor + b.factor))
    return {};
  return rewriter.create<MulOp>(loc, a.x, fullLike(rewriter, loc, a.x, a.factor + b.factor));
}

/// Like terms of a sum, also of three: y + x + x is y + 2 * x.
LogicalResult mergeLikeTerms(AddOp op, PatternRewriter &rewriter) {
  if (op.getLhs().getType() == op.getType())
    if (Value merged = mergeTerms(op.getLhs(), op.getRhs(), op.getLoc(), rewriter)) {
      rewriter.replaceOp(op, merged);
      return success();
    }
  for (bool swap : {false, true}) {
    Value term = swap ? op.getLhs() : op.getRhs();
    auto inner = (swap ? op.getRhs() : op.getLhs()).getDefiningOp<AddOp>();
    if (!inner || !inner->hasOneUse())
      continue;
    for (unsigned place : {0, 1}) {
      if (inner->getOperand(place).getType() != op.getType())
        continue;
      if (Value merged = mergeTerms(inner->getOperand(place), term, op.getLoc(), rewriter)) {
        rewriter.replaceOpWithNewOp<AddOp>(op, merged, inner->getOperand(1 - place));
        return success();
      }
    }
  }
  return failure();
}

/// select(c, a, 0) + select(c, 0, b) is select(c, a, b).
LogicalResult mergeChoices(AddOp op, PatternRewriter &rewriter) {
  auto first = op.getLhs().getDefiningOp<SelectOp>(), second = op.getRhs().getDefiningOp<SelectOp>();
  if (!first || !second || first.getCondition() != second.getCondition() || first.getType() != op.getType() ||
      second.getType() != op.getType())
    return failure();
  auto theOther = [](Value a, Value b) { return splatConstant(a) == 0.0 ? b : splatConstant(b) == 0.0 ? a : Value(); };
  Value yes = theOther(first.getLhs(), second.getLhs()), no = theOther(first.getRhs(), second.getRhs());
  if (!yes || !no)
    return failure();
  rewriter.replaceOpWithNewOp<SelectOp>(op, op.getType(), first.getCondition(), yes, no);
  return success();
}

/// select(c, 1, 0) * 3 is select(c, 3, 0).
LogicalResult scaleChoice(MulOp op, PatternRewriter &rewriter) {
  for (bool swap : {false, true}) {
    auto choice = (swap ? op.getRhs() : op.getLhs()).getDefiningOp<SelectOp>();
    auto factor = splatConstant(swap ? op.getLhs() : op.getRhs());
    if (!choice || !factor || choice.getType() != op.getType() || !isFloatTensor(op))
      continue;
    auto yes = splatConstant(choice.getLhs()), no = splatConstant(choice.getRhs());
    if (!yes || !no)
      continue;
    auto scaled = [&](double number) { return fullLike(rewriter, op.getLoc(), op.getResult(), number * *factor); };
    rewriter.replaceOpWithNewOp<SelectOp>(op, op.getType(), choice.getCondition(), scaled(*yes), scaled(*no));
    return success();
  }
  return failure();
}

LogicalResult simplifyAdd(AddOp op, PatternRewriter &rewriter) {
  if (splatConstant(op.getRhs()) == 0.0)
    return replaceBy(rewriter, op, op.getLhs());
  if (splatConstant(op.getLhs()) == 0.0)
    return replaceBy(rewriter, op, op.getRhs());
  // x + -y
  if (auto neg = op.getRhs().getDefiningOp<NegOp>()) {
    rewriter.replaceOpWithNewOp<SubOp>(op, op.getLhs(), neg.getInput());
    return success();
  }
  if (auto neg = op.getLhs().getDefiningOp<NegOp>()) {
    rewriter.replaceOpWithNewOp<SubOp>(op, op.getRhs(), neg.getInput());
    return success();
  }
  return succeeded(mergeChoices(op, rewriter)) ? success() : mergeLikeTerms(op, rewriter);
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
    if (!isOrdinary(factor * *other))
      continue;
    Value merged = fullLike(rewriter, op.getLoc(), x, factor * *other);
    rewriter.replaceOpWithNewOp<MulOp>(op, x, merged);
    return success();
  }
  return failure();
}

LogicalResult simplifyMul(MulOp op, PatternRewriter &rewriter) {
  if (succeeded(scaleChoice(op, rewriter)))
    return success();
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
  // A choice inside of one with the same condition is made.
  for (bool holds : {true, false}) {
    OpOperand &arm = holds ? op.getLhsMutable() : op.getRhsMutable();
    auto inner = arm.get().getDefiningOp<SelectOp>();
    if (!inner || inner.getCondition() != op.getCondition())
      continue;
    rewriter.modifyOpInPlace(op, [&] { arm.set(holds ? inner.getLhs() : inner.getRhs()); });
    return success();
  }
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
