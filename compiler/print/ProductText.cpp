//===- ProductText.cpp - Products and quotients -------------------------------------------===//
//
// Stage: print. The chain rule multiplies and divides in the order in which it meets
// operations; a reader wants one fraction with its number in front. The text may round
// differently in the last bit than the operations.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/print/ProductText.h"

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

namespace {

struct Fraction {
  FunctionPrinter &printer;
  int64_t rank;
  double number = 1;
  SmallVector<Text> above = {}, below = {};
  bool hasFloat = false;                              ///< A factor makes the whole a float by itself.
  SmallVector<std::pair<bool, Value>> converted = {}; ///< Whole numbers, and whether they divide.

  /// A broadcast that the language does without a word.
  static bool isImplicit(BroadcastOp op) {
    int64_t rank = op.getType().getRank(), own = op.getInput().getType().getRank();
    for (auto [i, axis] : llvm::enumerate(op.getDimensions()))
      if (axis != rank - own + int64_t(i))
        return false;
    return true;
  }

  void add(Value value, bool divides, Operation *root) {
    if (auto constant = splatConstant(value)) {
      divides ? number /= *constant : number *= *constant;
      return;
    }
    Operation *op = value.getDefiningOp();
    bool open = op && !printer.isNamed(value);
    if (open && isa<MulOp>(op)) {
      add(op->getOperand(0), divides, root);
      return add(op->getOperand(1), divides, root);
    }
    if (open && isa<DivOp>(op)) {
      add(op->getOperand(0), divides, root);
      return add(op->getOperand(1), !divides, root);
    }
    if (open && isa<NegOp>(op)) {
      number = -number;
      return add(op->getOperand(0), divides, root);
    }
    auto broadcast = dyn_cast_or_null<BroadcastOp>(op);
    if (open && broadcast && isImplicit(broadcast))
      return add(broadcast.getInput(), divides, root);
    auto cast = dyn_cast_or_null<CastOp>(op);
    if (open && cast && elementType(cast.getInput()).isSignlessInteger(64)) {
      converted.push_back({divides, value});
      return;
    }
    hasFloat = true;
    addText(printer.text(value), divides);
  }

  void addText(Text text, bool divides) {
    text.axes.insert(text.axes.begin(), rank - text.axes.size(), Axis::Missing);
    (divides ? below : above).push_back(std::move(text));
  }

  /// Whole numbers need a conversion only where no float stands beside them.
  void addConverted() {
    for (auto [divides, value] : converted)
      addText(hasFloat ? printer.text(value.getDefiningOp()->getOperand(0)) : printer.text(value), divides);
  }

  /// A number like 0.01 that is short enough stays, 0.33333334 becomes a division by 3. A large numerator over a large
  /// denominator comes near any number and would say nothing.
  double takeDenominator(Type element) {
    if (literal(number, element, false).size() <= 7 || !std::isfinite(number))
      return 1;
    double close = element.isF64() ? 1e-14 : 2e-7, largest = 100000;
    for (double k = 2; k <= largest; ++k) {
      double scaled = number * k, whole = std::round(scaled);
      if (whole != 0 && std::abs(whole) * k <= largest && std::abs(scaled - whole) <= close * std::abs(whole)) {
        number = whole;
        return k;
      }
    }
    return 1;
  }
};

} // namespace

Text mdl::print::productText(FunctionPrinter &printer, Operation *op) {
  Value value = op->getResult(0);
  Type element = elementType(value);
  Fraction fraction{printer, tensorType(value).getRank()};
  bool isDivision = isa<DivOp>(op);
  if (isa<NegOp>(op))
    fraction.number = -1;
  fraction.add(op->getOperand(0), false, op);
  if (op->getNumOperands() == 2)
    fraction.add(op->getOperand(1), isDivision, op);
  fraction.addConverted();
  double divisor = fraction.takeDenominator(element);
  bool negative = fraction.number < 0;
  double size = std::abs(fraction.number);
  std::string text;
  unsigned parts = 0;
  bool numberIsShown = size != 1 || fraction.above.empty();
  if (numberIsShown) {
    // Alone it must say that it is a float.
    text = literal(size, element, fraction.above.empty() && fraction.below.empty());
    ++parts;
  }
  for (const Text &factor : fraction.above) {
    text +=
        (text.empty() ? "" : " * ") + factor.in(parts || fraction.above.size() > 1 ? Level::Negative : Level::Product);
    ++parts;
  }
  for (const Text &factor : fraction.below) {
    text += " / " + factor.in(Level::Negative);
    ++parts;
  }
  if (divisor != 1) {
    text += " / " + literal(divisor, element, false);
    ++parts;
  }
  SmallVector<Text> all(fraction.above);
  llvm::append_range(all, fraction.below);
  Level level = parts > 1 ? Level::Product : numberIsShown ? Level::Atom : fraction.above[0].level;
  Text result{text, level, meet(all, fraction.rank)};
  if (negative) {
    if (parts == 1 && !numberIsShown)
      result.text = fraction.above[0].in(Level::Negative);
    result.text = "-" + result.text;
    result.level = parts > 1 ? Level::Product : Level::Negative;
  }
  return result;
}
