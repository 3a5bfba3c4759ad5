//===- ElementwiseText.cpp - Operators and functions of elements --------------------------===//

#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/dialect/PathOps.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/OneHot.h"
#include "compiler/print/ProductText.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

/// What an operand of arithmetic says: a conversion from whole numbers is left out beside `other`, a float.
static Text operandText(FunctionPrinter &printer, Value value, Value other) {
  auto cast = value.getDefiningOp<CastOp>();
  bool beside = other && !splatConstant(other) && !other.getDefiningOp<CastOp>();
  if (cast && !printer.isNamed(value) && beside && isa<FloatType>(elementType(value)) &&
      elementType(cast.getInput()).isSignlessInteger(64))
    return printer.text(cast.getInput());
  return printer.text(value);
}

static Text infix(FunctionPrinter &printer, Operation *op, StringRef sign, Level level) {
  Value x = op->getOperand(0), y = op->getOperand(1);
  Text operands[] = {operandText(printer, x, y), operandText(printer, y, x)};
  typeNumbers(operands, elementType(x));
  auto &[a, b] = operands;
  // Left to right; comparisons do not chain, a power's base is parenthesised.
  bool chains = level != Level::Compare && level != Level::Power;
  std::string left = a.in(chains ? level : Level(uint8_t(level) + 1));
  std::string right = b.in(Level(uint8_t(level) + 1));
  auto rank = tensorType(op->getResult(0)).getRank();
  return {left + " " + sign.str() + " " + right, level, meet({a, b}, rank)};
}

/// What is added up again and again, and how often: 3 for `(t + t) + t`.
static std::pair<Value, unsigned> repeated(FunctionPrinter &printer, Value value) {
  auto sum = value.getDefiningOp<AddOp>();
  if (!sum || printer.isNamed(value))
    return {value, 1};
  auto [first, count] = repeated(printer, sum.getLhs());
  auto [second, more] = repeated(printer, sum.getRhs());
  return first == second ? std::pair(first, count + more) : std::pair(value, 1u);
}

/// x + y and x - y.
static Text sumText(FunctionPrinter &printer, Operation *op) {
  bool minus = isa<SubOp>(op);
  if (auto [part, count] = repeated(printer, op->getResult(0)); count > 1) {
    Text text = printer.text(part);
    return {std::to_string(count) + " * " + text.in(Level::Product), Level::Product, text.axes};
  }
  Text operands[] = {operandText(printer, op->getOperand(0), op->getOperand(1)),
                     operandText(printer, op->getOperand(1), op->getOperand(0))};
  typeNumbers(operands, elementType(op->getResult(0)));
  return sumOfTexts(operands[0], operands[1], minus, tensorType(op->getResult(0)).getRank());
}

static Text callText(FunctionPrinter &printer, Operation *op, const std::string &name) {
  SmallVector<Text> operands;
  std::string arguments;
  // A function that gives floats takes whole numbers.
  bool converts =
      isa<SqrtOp, RsqrtOp, ExpOp, LogOp, SinOp, CosOp, TanhOp, ErfOp>(op) && elementType(op->getResult(0)).isF32();
  for (Value operand : op->getOperands()) {
    auto cast = converts && !printer.isNamed(operand) ? operand.getDefiningOp<CastOp>() : CastOp();
    bool isWhole = cast && elementType(cast.getInput()).isSignlessInteger(64);
    operands.push_back(printer.text(isWhole ? cast.getInput() : operand));
  }
  // The condition of a choice does not say what the others are.
  auto values = MutableArrayRef(operands).drop_front(isa<SelectOp>(op));
  typeNumbers(values, elementType(op->getOperands().back()));
  for (const Text &operand : operands)
    arguments += (arguments.empty() ? "" : ", ") + operand.text;
  return {name + "(" + arguments + ")", Level::Postfix, meet(operands, tensorType(op->getResult(0)).getRank())};
}

/// `one_hot(classes, n)`; nothing if the choice is another one.
static std::optional<Text> oneHotText(FunctionPrinter &printer, SelectOp op) {
  Value mask = op.getCondition(), classes = matchOneHot(mask);
  bool isOneOrZero = splatConstant(op.getLhs()) == 1.0 && splatConstant(op.getRhs()) == 0.0;
  if (!classes || printer.isNamed(mask) || !isOneOrZero || !elementType(op.getResult()).isF32())
    return std::nullopt;
  std::string size = printer.sizeText(mask, tensorType(mask).getRank() - 1);
  return wholeText("one_hot(" + printer.whole(classes).text + ", " + size + ")", Level::Postfix, op.getResult());
}

static Text prefixText(FunctionPrinter &printer, Operation *op, const std::string &sign, Level level) {
  Text x = printer.text(op->getOperand(0));
  typeNumbers(x, elementType(op->getOperand(0)));
  return {sign + x.in(level), level, x.axes};
}

static Text castText(FunctionPrinter &printer, CastOp op) {
  Text x = printer.text(op.getInput());
  if (x.number)
    return openNumber(*x.number, elementType(op.getResult()), x.axes.size());
  return {x.in(Level::Postfix) + "." + elementName(elementType(op.getResult())) + "()", Level::Postfix, x.axes};
}

static Text compareText(FunctionPrinter &printer, CompareOp op) {
  static constexpr StringLiteral signs[] = {"==", "!=", "<", "<=", ">", ">="};
  return infix(printer, op, signs[size_t(op.getPredicate())], Level::Compare);
}

std::optional<Text> mdl::print::elementwiseText(FunctionPrinter &printer, Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Text>>(op)
      .Case<MulOp, DivOp, NegOp>([&](Operation *) -> std::optional<Text> {
        if (isa<FloatType>(elementType(op->getResult(0))))
          return productText(printer, op);
        if (isa<MulOp>(op))
          return infix(printer, op, "*", Level::Product);
        return prefixText(printer, op, "-", Level::Negative);
      })
      .Case<AddOp, SubOp>([&](Operation *) { return sumText(printer, op); })
      .Case([&](FloorDivOp) { return infix(printer, op, "//", Level::Product); })
      .Case([&](ModOp) { return infix(printer, op, "%", Level::Product); })
      .Case([&](PowOp) { return infix(printer, op, "**", Level::Power); })
      .Case([&](AndOp) { return infix(printer, op, "and", Level::And); })
      .Case([&](OrOp) { return infix(printer, op, "or", Level::Or); })
      .Case([&](NotOp) { return prefixText(printer, op, "not ", Level::Not); })
      .Case([&](CompareOp compare) { return compareText(printer, compare); })
      .Case([&](CastOp cast) { return castText(printer, cast); })
      .Case([&](SelectOp choice) {
        auto oneHot = oneHotText(printer, choice);
        return oneHot ? *oneHot : callText(printer, op, "where");
      })
      .Case<StopGradientOp, BarrierOp, AnySizeOp>([&](Operation *) { return printer.text(op->getOperand(0)); })
      .Case<ElementwiseOpInterface>(
          [&](Operation *) { return callText(printer, op, op->getName().stripDialect().str()); })
      .Default([](Operation *) { return std::nullopt; });
}
