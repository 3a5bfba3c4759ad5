//===- Text.cpp - Pieces of expressions -------------------------------------------------===//

#include "compiler/print/Text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>

using namespace mlir;
using namespace mdl::print;

Text mdl::print::wholeText(std::string text, Level level, Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return {std::move(text), level, SmallVector<Axis, 4>(type ? type.getRank() : 0, Axis::Whole)};
}

std::string mdl::print::elementName(Type element) {
  if (element.isInteger(1))
    return "bool";
  if (element.isUnsignedInteger(8))
    return "u8";
  std::string name;
  llvm::raw_string_ostream(name) << element;
  return name;
}

std::string mdl::print::literal(double value, Type element, bool pointed) {
  if (element.isInteger(1))
    return value != 0 ? "true" : "false";
  if (std::isnan(value))
    return "nan";
  char buffer[64];
  bool narrow = element.isF32() || element.isF16() || element.isBF16();
  auto end = narrow ? std::to_chars(buffer, buffer + sizeof buffer, float(value))
                    : std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string text(buffer, end.ptr);
  bool whole = text.find_first_of(".enf") == std::string::npos;
  // `1e+20` is written `1e20` and `1e-05` `1e-5`; what has no point and no exponent is a whole number.
  if (size_t exponent = text.find('e'); exponent != std::string::npos) {
    size_t digits = exponent + (text[exponent + 1] == '-' ? 2 : 1);
    while (text[digits] == '0' || text[digits] == '+')
      text.erase(digits, 1);
  }
  return whole && pointed && isa<FloatType>(element) ? text + ".0" : text;
}

Text mdl::print::openNumber(double value, Type element, int64_t rank) {
  return {literal(value, element), value < 0 ? Level::Negative : Level::Atom, SmallVector<Axis, 4>(rank, Axis::Missing),
          value};
}

Text mdl::print::typedNumber(double value, Type element) {
  std::string text = literal(value, element, /*pointed=*/true) + conversionOfLiteral(element);
  return {text, value < 0 ? Level::Negative : Level::Postfix, {}, value};
}

void mdl::print::typeNumbers(MutableArrayRef<Text> operands, Type element) {
  if (!llvm::all_of(operands, [](const Text &operand) { return operand.number.has_value(); }))
    return;
  Text typed = typedNumber(*operands.front().number, element);
  operands.front().text = typed.text;
  operands.front().level = typed.level;
}

std::string mdl::print::conversionOfLiteral(Type element) {
  bool isUsual = element.isF32() || element.isSignlessInteger(64) || element.isInteger(1) || element.isIndex();
  return isUsual ? "" : "." + elementName(element) + "()";
}

std::string mdl::print::typeArgument(Type element) { return element.isF32() ? "" : ", " + elementName(element); }

Text mdl::print::placeAxes(Text text, int64_t rank, ArrayRef<int64_t> dimensions) {
  SmallVector<Axis, 4> axes(rank, Axis::Missing);
  for (auto [from, to] : llvm::enumerate(dimensions))
    axes[to] = text.axes[from];
  const auto *first = llvm::find_if(axes, [](Axis axis) { return axis != Axis::Missing; });
  SmallVector<std::string> subscripts;
  for (auto *axis = const_cast<Axis *>(first); axis != axes.end(); ++axis) {
    subscripts.push_back(*axis == Axis::Missing ? "new" : ":");
    if (*axis == Axis::Missing)
      *axis = Axis::One;
  }
  bool changes = llvm::is_contained(subscripts, "new");
  // What follows the last new axis is taken whole anyway.
  while (!subscripts.empty() && subscripts.back() == ":")
    subscripts.pop_back();
  if (changes) {
    text.text = text.in(Level::Postfix) + "[" + llvm::join(subscripts, ", ") + "]";
    text.level = Level::Postfix;
  }
  text.axes = axes;
  return text;
}

Text mdl::print::makeOnes(Text text, ArrayRef<int64_t> shape) {
  SmallVector<std::string> made;
  for (auto [axis, size] : llvm::reverse(llvm::zip(text.axes, shape))) {
    if (axis != Axis::Missing)
      continue;
    if (size != 1)
      break;
    axis = Axis::Whole;
    made.push_back("new");
  }
  if (made.empty())
    return text;
  text.text = text.in(Level::Postfix) + "[" + llvm::join(made, ", ") + "]";
  text.level = Level::Postfix;
  return text;
}

Text mdl::print::dropOnes(Text text, ArrayRef<int64_t> dropped) {
  SmallVector<Axis, 4> left;
  SmallVector<std::string> subscripts;
  bool changes = false;
  for (auto [axis, own] : llvm::enumerate(text.axes)) {
    bool isDropped = llvm::is_contained(dropped, axis);
    if (!isDropped)
      left.push_back(own);
    if (own != Axis::Missing)
      subscripts.push_back(isDropped ? "0" : ":");
    changes |= isDropped && own != Axis::Missing;
  }
  while (!subscripts.empty() && subscripts.back() == ":")
    subscripts.pop_back();
  if (changes) {
    text.text = text.in(Level::Postfix) + "[" + llvm::join(subscripts, ", ") + "]";
    text.level = Level::Postfix;
  }
  text.axes = left;
  return text;
}

Text mdl::print::sumOfTexts(Text x, Text y, bool minus, int64_t rank) {
  if (y.number == 0.0 || (x.number == 0.0 && !minus))
    return y.number == 0.0 ? x : y;
  auto isNegative = [](const Text &text) {
    return StringRef(text.text).starts_with("-") && text.level <= Level::Negative;
  };
  if (!minus && isNegative(x) && !StringRef(y.text).starts_with("-"))
    std::swap(x, y);
  if (isNegative(y) && y.level >= Level::Product) {
    y.text.erase(0, 1);
    minus = !minus;
  }
  return {x.in(Level::Sum) + (minus ? " - " : " + ") + y.in(Level::Product), Level::Sum, meet({x, y}, rank)};
}

SmallVector<Axis, 4> mdl::print::meet(ArrayRef<Text> operands, int64_t rank) {
  SmallVector<Axis, 4> axes(rank, Axis::Missing);
  for (const Text &operand : operands)
    for (auto [axis, own] : llvm::zip(axes, operand.axes))
      axis = std::max(axis, own);
  return axes;
}

bool mdl::print::hasWord(StringRef text, StringRef name) {
  auto isWord = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (size_t at = text.find(name); at != StringRef::npos; at = text.find(name, at + 1)) {
    size_t end = at + name.size();
    if ((at == 0 || !isWord(text[at - 1])) && (end == text.size() || !isWord(text[end])))
      return true;
  }
  return false;
}
