//===- Choices.cpp - Choices that are made already ----------------------------------------===//
//
// Stage: print. In the arm of a choice its condition is known, and what is chosen by it there is chosen already:
// `where(m, 0, 2 * where(m, 0, x))` is `where(m, 0, 2 * x)`. Derivatives keep such inner choices for the sake of
// further derivatives, which must not see what is not chosen.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/OneHot.h"
#include "compiler/print/Readable.h"
#include "compiler/print/Text.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace mdl;

namespace {

/// Values under the assumption that some conditions hold and others do not.
class Assumption {
public:
  Assumption(Value condition, bool holds, PatternRewriter &rewriter) : rewriter(rewriter) { assume(condition, holds); }

  /// The value without the choices that are made; itself where there are none, or where others need it as it is.
  Value apply(Value value) { return changes(value) && isOwn(value) ? rebuild(value) : value; }

private:
  void assume(Value condition, bool holds) {
    known[condition] = holds;
    Operation *op = condition.getDefiningOp();
    if (auto opposite = dyn_cast_or_null<NotOp>(op))
      assume(opposite.getInput(), !holds);
    if (holds ? isa_and_nonnull<AndOp>(op) : isa_and_nonnull<OrOp>(op))
      for (Value part : op->getOperands())
        assume(part, holds);
  }

  /// The arm that is taken, if that is known.
  Value taken(Value value) const {
    auto choice = value.getDefiningOp<SelectOp>();
    auto fact = choice ? known.find(choice.getCondition()) : known.end();
    bool isTaken = fact != known.end() && choice->getOperand(fact->second ? 1 : 2).getType() == value.getType();
    return isTaken ? choice->getOperand(fact->second ? 1 : 2) : Value();
  }

  static bool isOpen(Value value) {
    return isa_and_nonnull<ElementwiseOpInterface>(value.getDefiningOp()) &&
           value.getDefiningOp()->getNumResults() == 1 && !splatConstant(value);
  }

  bool changes(Value value) {
    if (known.count(value) || taken(value))
      return true;
    auto before = changing.find(value);
    if (before != changing.end())
      return before->second;
    bool result = false;
    if (isOpen(value))
      for (Value operand : value.getDefiningOp()->getOperands())
        result |= changes(operand);
    return changing[value] = result;
  }

  /// Whether nothing but choices by the same condition asks for what would be built again.
  bool isOwn(Value value) {
    if (!changes(value) || known.count(value))
      return true;
    if (Value arm = taken(value))
      return isOwn(arm);
    auto chooses = [&](Operation *user) {
      auto choice = dyn_cast<SelectOp>(user);
      return choice && known.count(choice.getCondition());
    };
    return (value.hasOneUse() || llvm::all_of(value.getUsers(), chooses)) &&
           llvm::all_of(value.getDefiningOp()->getOperands(), [&](Value operand) { return isOwn(operand); });
  }

  Value rebuild(Value value) {
    if (!changes(value))
      return value;
    if (auto fact = known.find(value); fact != known.end())
      return fullLike(rewriter, value.getLoc(), value, fact->second);
    if (Value arm = taken(value))
      return rebuild(arm);
    if (Value made = rebuilt.lookup(value))
      return made;
    Operation *op = value.getDefiningOp();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(rebuild(operand));
    Operation *copy = rewriter.clone(*op);
    copy->setOperands(operands);
    return rebuilt[value] = copy->getResult(0);
  }

  PatternRewriter &rewriter;
  llvm::DenseMap<Value, bool> known, changing;
  llvm::DenseMap<Value, Value> rebuilt;
};

/// In each arm the condition is known.
LogicalResult assumeInArms(SelectOp op, PatternRewriter &rewriter) {
  for (bool holds : {true, false}) {
    OpOperand &arm = holds ? op.getLhsMutable() : op.getRhsMutable();
    Value simpler = Assumption(op.getCondition(), holds, rewriter).apply(arm.get());
    if (simpler == arm.get() || simpler.getType() != arm.get().getType())
      continue;
    rewriter.modifyOpInPlace(op, [&] { arm.set(simpler); });
    return success();
  }
  return failure();
}

/// In `a and b` each is looked at where the other holds, in `a or b` where it does not.
template <typename Op> LogicalResult assumeInLogic(Op op, PatternRewriter &rewriter) {
  for (unsigned place : {1, 0}) {
    Value part = op->getOperand(place), other = op->getOperand(1 - place);
    Value simpler = Assumption(other, /*holds=*/isa<AndOp>(op), rewriter).apply(part);
    if (simpler == part || simpler.getType() != part.getType())
      continue;
    rewriter.modifyOpInPlace(op, [&] { op->setOperand(place, simpler); });
    return success();
  }
  return failure();
}

bool isZero(Value value) { return splatConstant(value) == 0.0; }

/// A comparison that is false where `x` is NaN.
bool isFalseForNan(Value condition, Value x) {
  if (auto both = condition.getDefiningOp<AndOp>())
    return isFalseForNan(both.getLhs(), x) || isFalseForNan(both.getRhs(), x);
  auto compare = condition.getDefiningOp<CompareOp>();
  return compare && compare.getPredicate() != ComparePredicate::ne && (compare.getLhs() == x || compare.getRhs() == x);
}

/// `x > 0 and (x < 1 or isnan(x))` is `x > 0 and x < 1`.
LogicalResult dropNan(AndOp op, PatternRewriter &rewriter) {
  for (unsigned place : {0, 1}) {
    auto either = op->getOperand(place).getDefiningOp<OrOp>();
    for (unsigned part : {0, 1}) {
      auto isnan = either ? either->getOperand(part).getDefiningOp<IsNanOp>() : IsNanOp();
      if (!isnan || !isFalseForNan(op->getOperand(1 - place), isnan.getInput()))
        continue;
      Value other = either->getOperand(1 - part);
      rewriter.modifyOpInPlace(op, [&] { op->setOperand(place, other); });
      return success();
    }
  }
  return failure();
}

/// `where(a, where(b, x, 0), 0)` is `where(a and b, x, 0)`, and `where(isnan(x), 0, where(x > 0, y, 0))` what is
/// inside.
LogicalResult joinChoices(SelectOp op, PatternRewriter &rewriter) {
  for (bool holds : {true, false}) {
    Value arm = holds ? op.getLhs() : op.getRhs(), other = holds ? op.getRhs() : op.getLhs();
    auto inner = arm.getDefiningOp<SelectOp>();
    if (!inner || !isZero(other) || !isZero(inner.getRhs()) || arm.getType() != op.getType())
      continue;
    if (holds && arm.hasOneUse()) {
      Value both = rewriter.create<AndOp>(op.getLoc(), op.getCondition(), inner.getCondition());
      rewriter.replaceOpWithNewOp<SelectOp>(op, op.getType(), both, inner.getLhs(), inner.getRhs());
      return success();
    }
    auto isnan = holds ? nullptr : op.getCondition().getDefiningOp<IsNanOp>();
    if (isnan && isFalseForNan(inner.getCondition(), isnan.getInput())) {
      rewriter.replaceOp(op, arm);
      return success();
    }
  }
  return failure();
}

/// A choice between something and zero, times factors.
struct Share {
  SelectOp choice;
  SmallVector<Value, 2> factors;
};

Share shareOf(Value value) {
  if (auto choice = value.getDefiningOp<SelectOp>())
    return {choice, {}};
  auto product = value.getDefiningOp<MulOp>();
  if (!product || !value.hasOneUse())
    return {};
  for (unsigned place : {0, 1})
    if (Share share = shareOf(product->getOperand(place)); share.choice) {
      share.factors.push_back(product->getOperand(1 - place));
      return share;
    }
  return {};
}

/// `where(m, a, 0) + 3 * where(m, 0, b)` as `where(m, a, 3 * b)`, or with a minus; null where they are no such choices.
Value joinedShares(Value lhs, Value rhs, bool isTaken, PatternRewriter &rewriter) {
  Share shares[] = {shareOf(lhs), shareOf(rhs)};
  auto isWhole = [&](Share &share) { return share.choice && share.choice.getType() == lhs.getType(); };
  if (!llvm::all_of(shares, isWhole) || shares[0].choice.getCondition() != shares[1].choice.getCondition())
    return nullptr;
  unsigned first = isZero(shares[0].choice.getRhs()) ? 0 : 1;
  if (!isZero(shares[first].choice.getRhs()) || !isZero(shares[1 - first].choice.getLhs()))
    return nullptr;
  Location loc = rhs.getLoc();
  auto armOf = [&](unsigned place) {
    SelectOp choice = shares[place].choice;
    Value arm = place == first ? choice.getLhs() : choice.getRhs();
    for (Value factor : shares[place].factors)
      arm = rewriter.create<MulOp>(loc, arm, factor);
    return place == 1 && isTaken ? rewriter.create<NegOp>(loc, arm).getResult() : arm;
  };
  Value yes = armOf(first), no = armOf(1 - first);
  return rewriter.create<SelectOp>(loc, lhs.getType(), shares[0].choice.getCondition(), yes, no);
}

/// Such choices in a sum, also the last two of `x + where(m, a, 0) + where(m, 0, b)`.
template <typename Op> LogicalResult joinShares(Op op, PatternRewriter &rewriter) {
  bool isTaken = isa<SubOp>(op);
  if (Value joined = joinedShares(op.getLhs(), op.getRhs(), isTaken, rewriter)) {
    rewriter.replaceOp(op, joined);
    return success();
  }
  auto sum = op.getLhs().template getDefiningOp<AddOp>();
  for (unsigned place : {1, 0}) {
    if (!sum || !sum->hasOneUse())
      break;
    if (Value joined = joinedShares(sum->getOperand(place), op.getRhs(), isTaken, rewriter)) {
      rewriter.replaceOpWithNewOp<AddOp>(op, sum->getOperand(1 - place), joined);
      return success();
    }
  }
  return failure();
}

/// `where(m, 0.5, 1) / 6` for a choice of `0.083333336` and `0.16666667`.
LogicalResult takeNumber(SelectOp op, PatternRewriter &rewriter) {
  Type element = elementType(op.getResult());
  if (!isa<FloatType>(element))
    return failure();
  auto isShort = [&](double number) { return print::literal(number, element).size() <= 7; };
  std::optional<double> common;
  std::pair<double, Value> arms[2]; // A number, and what it multiplies.
  for (auto [arm, value] : llvm::zip(arms, ValueRange{op.getLhs(), op.getRhs()})) {
    auto product = value.hasOneUse() ? value.getDefiningOp<MulOp>() : nullptr;
    auto number = splatConstant(product ? product.getRhs() : value);
    if (!number || value.getType() != op.getType())
      return failure();
    arm = {*number, product ? product.getLhs() : Value()};
    if (!isShort(*number) && std::abs(*number) > std::abs(common.value_or(0)))
      common = number;
  }
  if (!common || !llvm::all_of(arms, [&](auto &arm) { return isShort(arm.first / *common); }))
    return failure();
  auto restOf = [&](std::pair<double, Value> &arm, Value old) {
    double number = arm.first / *common;
    if (arm.second && number == 1)
      return arm.second;
    Value factor = fullLike(rewriter, op.getLoc(), old, number);
    return arm.second ? rewriter.create<MulOp>(op.getLoc(), arm.second, factor).getResult() : factor;
  };
  Value yes = restOf(arms[0], op.getLhs()), no = restOf(arms[1], op.getRhs());
  Value choice = rewriter.create<SelectOp>(op.getLoc(), op.getType(), op.getCondition(), yes, no);
  rewriter.replaceOpWithNewOp<MulOp>(op, choice, fullLike(rewriter, op.getLoc(), choice, *common));
  return success();
}

} // namespace

Value mdl::matchOneHot(Value mask) {
  auto compare = mask.getDefiningOp<CompareOp>();
  if (!compare || compare.getPredicate() != ComparePredicate::eq)
    return {};
  auto places = compare.getRhs().getDefiningOp<BroadcastOp>();
  auto classes = compare.getLhs().getDefiningOp<BroadcastOp>();
  int64_t last = tensorType(mask).getRank() - 1;
  bool isPlaces = places && places.getInput().getDefiningOp<IotaOp>() && places.getDimensions() == ArrayRef(last);
  bool isClasses = classes && classes.getDimensions() == ArrayRef(otherAxes(last + 1, last)) &&
                   elementType(classes).isSignlessInteger(64);
  return isPlaces && isClasses ? classes.getInput() : Value();
}

void mdl::addChoicePatterns(RewritePatternSet &patterns) {
  patterns.add(assumeInArms);
  patterns.add(assumeInLogic<AndOp>);
  patterns.add(assumeInLogic<OrOp>);
  patterns.add(dropNan);
  patterns.add(joinChoices);
  patterns.add(joinShares<AddOp>);
  patterns.add(joinShares<SubOp>);
  patterns.add(takeNumber);
}
