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
#include "compiler/print/Subscripts.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

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
  SmallVector<std::pair<size_t, SumOp>> sums = {};    ///< Which of `above` are sums.
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

  /// Leading axes of size 1, which the language makes where it needs them.
  static bool isImplicit(ReshapeOp op) {
    auto change = onesChange(op);
    return change && change->grows && llvm::equal(change->axes, llvm::seq<int64_t>(0, int64_t(change->axes.size())));
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
    Value repeated = open && broadcast ? repeatedAlongOnes(printer, broadcast) : Value();
    auto reshape = open ? dyn_cast<ReshapeOp>(op) : ReshapeOp();
    if (repeated || (reshape && isImplicit(reshape)))
      return add(repeated ? repeated : reshape.getInput(), divides, root);
    auto cast = dyn_cast_or_null<CastOp>(op);
    if (open && cast && elementType(cast.getInput()).isSignlessInteger(64)) {
      converted.push_back({divides, value});
      return;
    }
    hasFloat = true;
    if (SumOp sum = sumOf(value); sum && !divides)
      sums.push_back({above.size(), sum});
    Text text = printer.text(value);
    // An axis of size 1 may be repeated around it.
    for (int64_t axis : axesOfOne(tensorType(value).getShape()))
      text.axes[axis] = std::min(text.axes[axis], Axis::One);
    addText(std::move(text), divides);
  }

  /// The sum that a text of its own is written for, with or without its axes kept.
  SumOp sumOf(Value value) {
    if (Operation *op = value.getDefiningOp(); isa_and_nonnull<BroadcastOp, ReshapeOp>(op) && !printer.isNamed(value))
      value = op->getOperand(0);
    return printer.isNamed(value) ? nullptr : value.getDefiningOp<SumOp>();
  }

  void addText(Text text, bool divides) {
    text.axes.insert(text.axes.begin(), rank - text.axes.size(), Axis::Missing);
    (divides ? below : above).push_back(std::move(text));
  }

  /// Whole numbers need a conversion only where no float stands in front of them. Of f32 any float will do, or a
  /// division.
  void addConverted(Type element) {
    bool isOpen = !above.empty();
    if (element.isF32())
      isOpen |= hasFloat || llvm::any_of(converted, [](auto &of) { return of.first; });
    for (auto [divides, value] : converted)
      addText(isOpen ? printer.text(value.getDefiningOp()->getOperand(0)) : printer.text(value), divides);
  }

  /// A sum that is divided by the number of its terms is a mean.
  void formMeans() {
    for (auto [place, sum] : sums) {
      Value input = sum.getInput();
      int64_t known = 1;
      SmallVector<std::string> unknown;
      for (int64_t axis : sum.getAxes())
        if (tensorType(input).isDynamicDim(axis))
          unknown.push_back(printer.sizeText(input, axis));
        else
          known *= tensorType(input).getDimSize(axis);
      std::string count = llvm::join(unknown, " * "), turned = llvm::join(llvm::reverse(unknown), " * ");
      const auto *divisor =
          llvm::find_if(below, [&](const Text &text) { return text.text == count || text.text == turned; });
      double scaled = number * double(known);
      bool isCounted = unknown.empty() ? known > 1 : divisor != below.end();
      // `3 * sum(x)` is no mean of three.
      bool isDivided = known == 1 || number != std::round(number);
      bool isWhole = known == 1 || (std::round(scaled) != 0 && std::abs(scaled - std::round(scaled)) < 1e-6);
      if (!isCounted || !isDivided || !isWhole || !StringRef(above[place].text).starts_with("sum("))
        continue;
      above[place].text.replace(0, 3, "mean");
      number = known == 1 ? number : std::round(scaled);
      if (!unknown.empty())
        below.erase(divisor);
    }
  }

  /// `a ** 2` for `a * a`.
  static void formPowers(SmallVector<Text> &factors) {
    SmallVector<Text> different;
    SmallVector<unsigned> counts;
    for (Text &factor : factors) {
      auto *same = llvm::find_if(different, [&](const Text &other) { return other.text == factor.text; });
      if (same != different.end()) {
        ++counts[same - different.begin()];
        continue;
      }
      different.push_back(factor);
      counts.push_back(1);
    }
    for (auto [factor, count] : llvm::zip(different, counts))
      if (count > 1) {
        factor.text = factor.in(Level::Postfix) + " ** " + std::to_string(count);
        factor.level = Level::Power;
      }
    factors = std::move(different);
  }

  /// A number like 0.01 that is short enough stays, 0.33333334 becomes a division by 3. A large numerator over a large
  /// denominator comes near any number and would say nothing.
  double takeDenominator(Type element) {
    if (literal(number, element).size() <= 7 || !std::isfinite(number))
      return 1;
    double close = element.isF64() ? 1e-14 : 2e-7, largest = 100000;
    // 0.020000001, a product of rounded numbers, is 0.02.
    if (double decimal = std::stod(llvm::formatv("{0:e3}", number).str());
        std::abs(decimal - number) <= close * std::abs(number)) {
      number = decimal;
      return 1;
    }
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
  fraction.addConverted(element);
  fraction.formMeans();
  if (fraction.above.empty() && fraction.below.empty())
    return openNumber(fraction.number, element, fraction.rank);
  Fraction::formPowers(fraction.above);
  Fraction::formPowers(fraction.below);
  double divisor = fraction.takeDenominator(element);
  bool negative = fraction.number < 0;
  double size = std::abs(fraction.number);
  std::string text;
  unsigned parts = 0;
  bool numberIsShown = size != 1 || fraction.above.empty();
  if (numberIsShown) {
    text = literal(size, element);
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
    text += " / " + literal(divisor, element);
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
