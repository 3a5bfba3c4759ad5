//===- LibraryCalls.cpp - Functions of the library that every reader knows ----------------===//
//
// Stage: print. A call is elaborated into what the function computes. Where a few functions can be told by that, the
// text calls them again: `softmax(x)`, not `e / sum(e)` of an `e` that has the maximum taken off. Such a call is a
// `func.call` of a declaration that nothing but the printer reads.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/Print.h"
#include "compiler/print/Readable.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

static constexpr llvm::StringLiteral axisAttr = "mdl.axis";

/// The value in a comparison with zero.
static Value comparedWithZero(Value condition, ComparePredicate predicate) {
  auto compare = condition.getDefiningOp<CompareOp>();
  bool isMatch = compare && compare.getPredicate() == predicate && splatConstant(compare.getRhs()) == 0.0;
  return isMatch ? compare.getLhs() : Value();
}

/// x of `1 + e` with e = exp(-abs(x)), which is computed as exp(where(x < 0, x, -x)).
static Value ofLogisticSum(Value value) {
  auto sum = value.getDefiningOp<AddOp>();
  if (!sum || (splatConstant(sum.getLhs()) != 1.0 && splatConstant(sum.getRhs()) != 1.0))
    return nullptr;
  auto exponential = (splatConstant(sum.getLhs()) ? sum.getRhs() : sum.getLhs()).getDefiningOp<ExpOp>();
  auto choice = exponential ? exponential.getInput().getDefiningOp<SelectOp>() : nullptr;
  Value x = choice ? comparedWithZero(choice.getCondition(), ComparePredicate::lt) : Value();
  auto opposite = x ? choice.getRhs().getDefiningOp<NegOp>() : nullptr;
  return opposite && opposite.getInput() == x && choice.getLhs() == x ? x : Value();
}

static Value exponentialOf(Value sum) {
  auto added = sum.getDefiningOp<AddOp>();
  return splatConstant(added.getLhs()) ? added.getRhs() : added.getLhs();
}

/// x of `where(x < 0, e, 1) / (1 + e)`.
static Value sigmoidOf(Operation *op) {
  auto quotient = dyn_cast<DivOp>(op);
  auto choice = quotient ? quotient.getLhs().getDefiningOp<SelectOp>() : nullptr;
  Value x = choice ? ofLogisticSum(quotient.getRhs()) : Value();
  bool isSigmoid = x && comparedWithZero(choice.getCondition(), ComparePredicate::lt) == x &&
                   choice.getLhs() == exponentialOf(quotient.getRhs()) && splatConstant(choice.getRhs()) == 1.0;
  return isSigmoid ? x : Value();
}

/// x of `e / (1 + e) ** 2`, the derivative of sigmoid.
static Value sigmoidSlopeOf(Operation *op) {
  auto quotient = dyn_cast<DivOp>(op);
  Operation *square = quotient ? quotient.getRhs().getDefiningOp() : nullptr;
  bool isSquare = isa_and_nonnull<MulOp>(square) && square->getOperand(0) == square->getOperand(1);
  isSquare |= isa_and_nonnull<PowOp>(square) && splatConstant(square->getOperand(1)) == 2.0;
  Value x = isSquare ? ofLogisticSum(square->getOperand(0)) : Value();
  return x && quotient.getLhs() == exponentialOf(square->getOperand(0)) ? x : Value();
}

/// x of `where(x <= 0, 0, x)`.
static Value reluOf(Operation *op) {
  auto choice = dyn_cast<SelectOp>(op);
  Value x = choice ? comparedWithZero(choice.getCondition(), ComparePredicate::le) : Value();
  return x && splatConstant(choice.getLhs()) == 0.0 && choice.getRhs() == x ? x : Value();
}

/// The reduction along one axis that is repeated along it.
template <typename Reduction> static Reduction repeatedReduction(Value value) {
  auto repeated = value.getDefiningOp<BroadcastOp>();
  auto reduction = repeated ? repeated.getInput().getDefiningOp<Reduction>() : nullptr;
  if (!reduction || reduction.getAxes().size() != 1)
    return nullptr;
  auto rank = tensorType(reduction.getInput()).getRank();
  bool isBack = ArrayRef<int64_t>(otherAxes(rank, reduction.getAxes())) == repeated.getDimensions() &&
                repeated.getType() == reduction.getInput().getType();
  return isBack ? reduction : Reduction();
}

/// x of `e / sum(e)` along an axis with e = exp(x - max(x)), where nothing else asks for e.
static Value softmaxOf(Operation *op, int64_t &axis) {
  auto quotient = dyn_cast<DivOp>(op);
  auto sum = quotient ? repeatedReduction<SumOp>(quotient.getRhs()) : nullptr;
  auto exponential = sum ? quotient.getLhs().getDefiningOp<ExpOp>() : nullptr;
  auto shifted = exponential ? exponential.getInput().getDefiningOp<SubOp>() : nullptr;
  auto most = shifted ? repeatedReduction<MaxOp>(shifted.getRhs()) : nullptr;
  if (!most || sum.getInput() != quotient.getLhs() || most.getInput() != shifted.getLhs() ||
      most.getAxes() != sum.getAxes())
    return nullptr;
  auto isOwn = [&](Operation *user) { return user == op || user == sum; };
  if (!llvm::all_of(exponential->getUsers(), isOwn) || !sum->hasOneUse() || !quotient.getRhs().hasOneUse())
    return nullptr;
  axis = sum.getAxes().front();
  return shifted.getLhs();
}

namespace {

/// The calls of one function.
class Calls {
public:
  explicit Calls(func::FuncOp function) : Calls(function->getParentOfType<ModuleOp>()) {}

  /// Whether the name means the library's function, and not one of the program's own.
  bool has(StringRef name) const { return !isOwnName(module, name); }

  /// `name(x)` for what an operation gives.
  Value call(Operation *op, StringRef name, Value x, int64_t axis) {
    builder.setInsertionPoint(op);
    auto declared = func::FuncOp::create(op->getLoc(), name, builder.getFunctionType(x.getType(), x.getType()));
    declared.setPrivate();
    symbols.insert(declared);
    auto made = builder.create<func::CallOp>(op->getLoc(), declared, x);
    made->setAttr(titleAttr, builder.getStringAttr(name));
    if (axis + 1 < tensorType(x).getRank())
      made->setAttr(axisAttr, builder.getI64IntegerAttr(axis));
    return made.getResult(0);
  }

  /// `sigmoid(x)`, made once.
  Value sigmoid(Operation *op, Value x) {
    Value known = sigmoids.lookup(x);
    if (!known || !known.getParentBlock()->findAncestorOpInBlock(*op))
      sigmoids[x] = known = call(op, "sigmoid", x, tensorType(x).getRank() - 1);
    return known;
  }

  /// `s * (1 - s)`.
  Value sigmoidSlope(Operation *op, Value x) {
    Value s = sigmoid(op, x);
    builder.setInsertionPoint(op);
    Value rest = builder.create<SubOp>(op->getLoc(), fullLike(builder, op->getLoc(), s, 1), s);
    return builder.create<MulOp>(op->getLoc(), s, rest);
  }

private:
  explicit Calls(ModuleOp module) : module(module), symbols(module), builder(module.getContext()) {}

  ModuleOp module;
  SymbolTable symbols;
  OpBuilder builder;
  llvm::DenseMap<Value, Value> sigmoids;
};

} // namespace

void mdl::callSigmoid(func::FuncOp function) {
  Calls calls(function);
  if (!calls.has("sigmoid"))
    return;
  function.walk([&](Operation *op) {
    if (Value x = sigmoidOf(op))
      op->replaceAllUsesWith(ValueRange(calls.sigmoid(op, x)));
    else if (Value x = sigmoidSlopeOf(op))
      op->replaceAllUsesWith(ValueRange(calls.sigmoidSlope(op, x)));
  });
}

void mdl::callReluAndSoftmax(func::FuncOp function) {
  Calls calls(function);
  function.walk([&](Operation *op) {
    int64_t axis = 0;
    if (Value x = calls.has("relu") ? reluOf(op) : Value())
      op->replaceAllUsesWith(ValueRange(calls.call(op, "relu", x, tensorType(x).getRank() - 1)));
    else if (Value x = calls.has("softmax") ? softmaxOf(op, axis) : Value())
      op->replaceAllUsesWith(ValueRange(calls.call(op, "softmax", x, axis)));
  });
}

std::optional<Text> mdl::print::libraryText(FunctionPrinter &printer, Operation *op) {
  auto call = dyn_cast<func::CallOp>(op);
  if (!call)
    return std::nullopt;
  auto axis = call->getAttrOfType<IntegerAttr>(axisAttr);
  std::string name = call->getAttrOfType<StringAttr>(titleAttr).str();
  Text x = name == "softmax" ? printer.whole(call.getOperand(0)) : printer.text(call.getOperand(0));
  std::string along = axis ? ", axis=" + std::to_string(axis.getInt()) : "";
  return Text{name + "(" + x.text + along + ")", Level::Postfix, x.axes};
}
