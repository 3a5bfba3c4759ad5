//===- Quotients.cpp - One fraction instead of several ------------------------------------===//
//
// Stage: print. A quotient moves out of products, sums, repetitions and choices, so that quotients by the same number
// meet: the gradient of a mean is `(…) / n`. One that has a name already is used again.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/OneHot.h"
#include "compiler/print/Readable.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mdl;

namespace {

/// A number of elements as a float: cheap, so that dividing by it again is no loss.
bool isCount(Value value) {
  if (auto repeated = value.getDefiningOp<BroadcastOp>())
    value = repeated.getInput();
  auto cast = value.getDefiningOp<CastOp>();
  return cast && tensorType(value).getRank() == 0 && cast.getInput().getDefiningOp<tensor::FromElementsOp>();
}

/// Whether two values are the same one, repeated in the same way.
bool isSame(Value a, Value b) {
  auto first = a.getDefiningOp<BroadcastOp>(), second = b.getDefiningOp<BroadcastOp>();
  return a == b || (first && second && first.getInput() == second.getInput() && a.getType() == b.getType() &&
                    first.getDimensions() == second.getDimensions());
}

template <typename Op> Op onlyUsed(Value value) { return value.hasOneUse() ? value.getDefiningOp<Op>() : Op(); }

/// A product with a number.
struct Multiple {
  Value x, number; ///< Both null for anything else.
};

Multiple multipleOf(Value value) {
  auto product = onlyUsed<MulOp>(value);
  for (unsigned place : {0, 1})
    if (product && splatConstant(product->getOperand(place)))
      return {product->getOperand(1 - place), product->getOperand(place)};
  return {};
}

/// A quotient that may be taken apart: nothing else asks for it, or it is a number over a count.
DivOp looseQuotient(Value value) {
  auto quotient = value.getDefiningOp<DivOp>();
  bool isCheap = quotient && splatConstant(quotient.getLhs()) && isCount(quotient.getRhs());
  return quotient && (value.hasOneUse() || isCheap) ? quotient : DivOp();
}

/// `y * (a / c)` is `y * a / c`, `y * -a` is `-(y * a)`.
LogicalResult quotientOutOfProduct(MulOp op, PatternRewriter &rewriter) {
  for (unsigned place : {0, 1}) {
    Value operand = op->getOperand(place), other = op->getOperand(1 - place);
    auto product = [&](Value factor) {
      return rewriter.createOrFold<MulOp>(op.getLoc(), place == 0 ? factor : other, place == 0 ? other : factor);
    };
    if (auto quotient = looseQuotient(operand)) {
      rewriter.replaceOpWithNewOp<DivOp>(op, product(quotient.getLhs()), quotient.getRhs());
      return success();
    }
    if (auto minus = onlyUsed<NegOp>(operand)) {
      rewriter.replaceOpWithNewOp<NegOp>(op, product(minus.getInput()));
      return success();
    }
  }
  return failure();
}

/// `a / n / c` is `a / c / n` for a count, `-a / c` is `-(a / c)`.
LogicalResult quotientOutOfQuotient(DivOp op, PatternRewriter &rewriter) {
  if (auto minus = onlyUsed<NegOp>(op.getLhs())) {
    Value quotient = rewriter.create<DivOp>(op.getLoc(), minus.getInput(), op.getRhs());
    rewriter.replaceOpWithNewOp<NegOp>(op, quotient);
    return success();
  }
  auto inner = looseQuotient(op.getLhs());
  if (!inner || !isCount(inner.getRhs()) || isCount(op.getRhs()))
    return failure();
  Value quotient = rewriter.create<DivOp>(op.getLoc(), inner.getLhs(), op.getRhs());
  rewriter.replaceOpWithNewOp<DivOp>(op, quotient, inner.getRhs());
  return success();
}

/// `a * b / c` is `a * t` where `t` is `b / c`.
LogicalResult reuseQuotient(DivOp op, PatternRewriter &rewriter) {
  auto product = onlyUsed<MulOp>(op.getLhs());
  if (!product || isCount(op.getRhs()))
    return failure();
  for (unsigned place : {0, 1})
    for (Operation *user : product->getOperand(place).getUsers()) {
      auto known = dyn_cast<DivOp>(user);
      if (!known || known == op || known->use_empty() || known.getLhs() != product->getOperand(place) ||
          !isSame(known.getRhs(), op.getRhs()) || known->getBlock() != op->getBlock() || !known->isBeforeInBlock(op))
        continue;
      rewriter.replaceOpWithNewOp<MulOp>(op, product->getOperand(1 - place), known);
      return success();
    }
  return failure();
}

/// `a / c + b / c` is `(a + b) / c`, `a * 3 + b * 3` is `(a + b) * 3`, `a * 3 + b * -3` is `(a - b) * 3`.
template <typename Op> LogicalResult factorOut(Op op, PatternRewriter &rewriter) {
  Value lhs = op.getLhs(), rhs = op.getRhs();
  auto first = looseQuotient(lhs), second = looseQuotient(rhs);
  if (first && second && isSame(first.getRhs(), second.getRhs())) {
    Value above = rewriter.create<Op>(op.getLoc(), first.getLhs(), second.getLhs());
    rewriter.replaceOpWithNewOp<DivOp>(op, above, first.getRhs());
    return success();
  }
  Multiple a = multipleOf(lhs), b = multipleOf(rhs);
  if (!a.x || !b.x || std::abs(*splatConstant(a.number)) != std::abs(*splatConstant(b.number)))
    return failure();
  bool isOpposite = *splatConstant(a.number) != *splatConstant(b.number);
  if (isOpposite && isa<AddOp>(op) && *splatConstant(a.number) < 0)
    std::swap(a, b);
  Value sum = isa<AddOp>(op) != isOpposite ? rewriter.create<AddOp>(op.getLoc(), a.x, b.x).getResult()
                                           : rewriter.create<SubOp>(op.getLoc(), a.x, b.x).getResult();
  rewriter.replaceOpWithNewOp<MulOp>(op, sum, a.number);
  return success();
}

/// `a * k + where(index == class, -k, 0)` is `(a - one_hot) * k`.
LogicalResult factorOutOfOneHot(AddOp op, PatternRewriter &rewriter) {
  for (unsigned place : {0, 1}) {
    auto choice = onlyUsed<SelectOp>(op->getOperand(place));
    auto quotient = onlyUsed<DivOp>(op->getOperand(1 - place));
    Multiple product = multipleOf(quotient ? quotient.getLhs() : op->getOperand(1 - place));
    auto factor = product.x ? splatConstant(product.number) : std::nullopt;
    if (!factor || !choice || splatConstant(choice.getLhs()) != -*factor || splatConstant(choice.getRhs()) != 0.0 ||
        !matchOneHot(choice.getCondition()))
      continue;
    Value one = fullLike(rewriter, op.getLoc(), choice.getResult(), 1);
    Value oneHot =
        rewriter.create<SelectOp>(choice.getLoc(), op.getType(), choice.getCondition(), one, choice.getRhs());
    Value first = product.x;
    if (quotient)
      first = rewriter.create<DivOp>(quotient.getLoc(), first, quotient.getRhs());
    Value rest = rewriter.create<SubOp>(op.getLoc(), first, oneHot);
    rewriter.replaceOpWithNewOp<MulOp>(op, rest, product.number);
    return success();
  }
  return failure();
}

/// The axes of a sum's result that a repeated value stands on; nothing where the value changes along what is summed.
std::optional<SmallVector<int64_t>> placesInResult(BroadcastOp repeated, SumOp sum) {
  SmallVector<int64_t> places, kept = otherAxes(repeated.getType().getRank(), sum.getAxes());
  for (int64_t axis : repeated.getDimensions()) {
    auto *place = llvm::find(kept, axis);
    if (place == kept.end())
      return std::nullopt;
    places.push_back(place - kept.begin());
  }
  return places;
}

/// `sum(x / c)` is `sum(x) / c`, `sum(x * 3)` is `sum(x) * 3`, `sum(-x)` is `-sum(x)`.
LogicalResult quotientOutOfSum(SumOp op, PatternRewriter &rewriter) {
  if (!isa<FloatType>(elementType(op.getResult())))
    return failure();
  auto sumOf = [&](Value x) { return rewriter.create<SumOp>(op.getLoc(), x, op.getAxes()).getResult(); };
  if (auto minus = onlyUsed<NegOp>(op.getInput())) {
    rewriter.replaceOpWithNewOp<NegOp>(op, sumOf(minus.getInput()));
    return success();
  }
  auto quotient = looseQuotient(op.getInput());
  auto [multiple, number] = multipleOf(op.getInput());
  Value x = quotient ? quotient.getLhs() : multiple, factor = quotient ? quotient.getRhs() : number;
  auto repeated = x ? factor.getDefiningOp<BroadcastOp>() : BroadcastOp();
  auto places = repeated ? placesInResult(repeated, op) : std::nullopt;
  if (!places)
    return failure();
  Location loc = op.getLoc();
  Value sum = sumOf(x);
  factor = broadcastTo(rewriter, loc, repeated.getInput(), sizesOf(rewriter, loc, sum), *places);
  factor = refineTo(rewriter, loc, factor, op.getType());
  if (quotient)
    rewriter.replaceOpWithNewOp<DivOp>(op, sum, factor);
  else
    rewriter.replaceOpWithNewOp<MulOp>(op, sum, factor);
  return success();
}

Value withShapeOf(BroadcastOp op, Value x, PatternRewriter &rewriter) {
  return rewriter.create<BroadcastOp>(op.getLoc(), op.getType(), x, op.getDynamicSizes(), op.getDimensions());
}
Value withShapeOf(ReshapeOp op, Value x, PatternRewriter &rewriter) {
  return rewriter.create<ReshapeOp>(op.getLoc(), op.getType(), x, op.getDynamicSizes());
}

/// A quotient, a product with a number or a negative changes its shape part by part.
template <typename Op> LogicalResult quotientOutOfShape(Op op, PatternRewriter &rewriter) {
  Value input = op.getInput();
  if (!isa<FloatType>(elementType(input)))
    return failure();
  auto shaped = [&](Value x) { return withShapeOf(op, x, rewriter); };
  bool isRepeatedNumber = isa<BroadcastOp>(op) && tensorType(input).getRank() == 0;
  auto quotient = looseQuotient(input);
  if (quotient && (!isRepeatedNumber || isCount(quotient.getRhs()))) {
    rewriter.replaceOpWithNewOp<DivOp>(op, shaped(quotient.getLhs()), shaped(quotient.getRhs()));
    return success();
  }
  if (auto minus = onlyUsed<NegOp>(input)) {
    rewriter.replaceOpWithNewOp<NegOp>(op, shaped(minus.getInput()));
    return success();
  }
  auto [x, number] = multipleOf(input);
  if (!x)
    return failure();
  rewriter.replaceOpWithNewOp<MulOp>(op, shaped(x), shaped(number));
  return success();
}

/// `where(c, a / n, 0)` is `where(c, a, 0) / n`, `where(c, -a, 0)` is `-where(c, a, 0)`.
LogicalResult quotientOutOfChoice(SelectOp op, PatternRewriter &rewriter) {
  for (unsigned place : {1, 2}) {
    Value arm = op->getOperand(place), other = op->getOperand(3 - place);
    if (splatConstant(other) != 0.0 || !isa<FloatType>(elementType(arm)) || arm.getType() != op.getType())
      continue;
    auto choose = [&](Value x) {
      return rewriter.create<SelectOp>(op.getLoc(), op.getType(), op.getCondition(), place == 1 ? x : other,
                                       place == 1 ? other : x);
    };
    if (auto quotient = looseQuotient(arm); quotient && isCount(quotient.getRhs())) {
      rewriter.replaceOpWithNewOp<DivOp>(op, choose(quotient.getLhs()), quotient.getRhs());
      return success();
    }
    if (auto minus = onlyUsed<NegOp>(arm)) {
      rewriter.replaceOpWithNewOp<NegOp>(op, choose(minus.getInput()));
      return success();
    }
  }
  return failure();
}

/// The arm with a number of its own in `where(c, 0, x / 2)`, also where the choice is repeated or multiplied; null if
/// there is none.
OpOperand *numberedArm(Value value) {
  Operation *op = value.hasOneUse() ? value.getDefiningOp() : nullptr;
  if (isa_and_nonnull<BroadcastOp, ReshapeOp>(op))
    return numberedArm(op->getOperand(0));
  if (isa_and_nonnull<MulOp>(op)) {
    OpOperand *first = numberedArm(op->getOperand(0));
    return first ? first : numberedArm(op->getOperand(1));
  }
  if (!isa_and_nonnull<SelectOp>(op))
    return nullptr;
  for (unsigned place : {1, 2}) {
    OpOperand &arm = op->getOpOperand(place);
    auto quotient = onlyUsed<DivOp>(arm.get());
    bool hasNumber = multipleOf(arm.get()).x || (quotient && splatConstant(quotient.getLhs()));
    if (hasNumber && splatConstant(op->getOperand(3 - place)) == 0.0)
      return &arm;
  }
  return nullptr;
}

/// `3 * where(c, 0, x / 2)` is `where(c, 0, 1.5 * x)`.
LogicalResult numberIntoChoice(MulOp op, PatternRewriter &rewriter) {
  for (unsigned place : {0, 1}) {
    auto number = splatConstant(op->getOperand(1 - place));
    OpOperand *arm = number ? numberedArm(op->getOperand(place)) : nullptr;
    if (!arm)
      continue;
    Value x = arm->get();
    rewriter.setInsertionPoint(arm->getOwner());
    Value scaled = rewriter.create<MulOp>(op.getLoc(), x, fullLike(rewriter, op.getLoc(), x, *number));
    rewriter.modifyOpInPlace(arm->getOwner(), [&] { arm->set(scaled); });
    rewriter.replaceOp(op, op->getOperand(place));
    return success();
  }
  return failure();
}

/// `x * 3 * y` is `x * y * 3`.
LogicalResult numberOutOfProduct(MulOp op, PatternRewriter &rewriter) {
  for (unsigned place : {0, 1}) {
    Multiple multiple = multipleOf(op->getOperand(place));
    Value other = op->getOperand(1 - place);
    if (!multiple.x || splatConstant(other))
      continue;
    Value product =
        rewriter.create<MulOp>(op.getLoc(), place == 0 ? multiple.x : other, place == 0 ? other : multiple.x);
    rewriter.replaceOpWithNewOp<MulOp>(op, product, multiple.number);
    return success();
  }
  return failure();
}

/// The patterns expect one type throughout.
template <typename Op, LogicalResult (*pattern)(Op, PatternRewriter &)>
LogicalResult ofOneFloatType(Op op, PatternRewriter &rewriter) {
  bool isUsual = isa<FloatType>(elementType(op.getResult())) &&
                 llvm::all_of(op->getOperandTypes(), [&](Type type) { return type == op.getType(); });
  return isUsual ? pattern(op, rewriter) : failure();
}

} // namespace

void mdl::addQuotientPatterns(RewritePatternSet &patterns) {
  patterns.add(ofOneFloatType<MulOp, quotientOutOfProduct>);
  patterns.add(ofOneFloatType<MulOp, numberIntoChoice>);
  patterns.add(ofOneFloatType<MulOp, numberOutOfProduct>);
  patterns.add(ofOneFloatType<DivOp, quotientOutOfQuotient>);
  patterns.add(ofOneFloatType<DivOp, reuseQuotient>);
  patterns.add(ofOneFloatType<AddOp, factorOut<AddOp>>);
  patterns.add(ofOneFloatType<SubOp, factorOut<SubOp>>);
  patterns.add(ofOneFloatType<AddOp, factorOutOfOneHot>);
  patterns.add(quotientOutOfSum);
  patterns.add(quotientOutOfShape<BroadcastOp>);
  patterns.add(quotientOutOfShape<ReshapeOp>);
  patterns.add(quotientOutOfChoice);
}
