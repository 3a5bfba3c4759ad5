//===- Literals.cpp - Numbers as they are written -----------------------------------------===//
//
// Stage: sema. See Literals.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Literals.h"

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

using namespace mdl;

bool mdl::readLiterals(const Value &value, std::vector<int64_t> &shape, std::vector<double> &numbers,
                       std::vector<int64_t> &whole, bool &isInt, unsigned depth) {
  if (auto *literal = as<LiteralValue>(value)) {
    isInt &= literal->isInt;
    numbers.push_back(literal->floatValue);
    whole.push_back(literal->intValue);
    return depth == shape.size();
  }
  auto *list = as<ListValue>(value);
  if (!list || list->elements.empty())
    return false;
  if (depth == shape.size() && numbers.empty())
    shape.push_back(list->elements.size());
  else if (depth >= shape.size() || shape[depth] != static_cast<int64_t>(list->elements.size()))
    return false;
  for (auto &element : list->elements)
    if (!readLiterals(element, shape, numbers, whole, isInt, depth + 1))
      return false;
  return true;
}

bool mdl::readTruths(Elaborator &e, const Value &value, std::vector<int64_t> &shape, std::vector<double> &truths,
                     unsigned depth) {
  auto *t = as<TensorValue>(value);
  if (t && t->element == ElementType::Bool) {
    auto known = e.constantBool(value);
    truths.push_back(known.value_or(false));
    return known && depth == shape.size();
  }
  auto *list = as<ListValue>(value);
  if (!list || list->elements.empty())
    return false;
  if (depth == shape.size() && truths.empty())
    shape.push_back(list->elements.size());
  else if (depth >= shape.size() || shape[depth] != static_cast<int64_t>(list->elements.size()))
    return false;
  return llvm::all_of(list->elements, [&](auto &element) { return readTruths(e, element, shape, truths, depth + 1); });
}

/// The least and the most that a whole-number type holds.
static std::pair<int64_t, int64_t> limitsOf(ElementType element) {
  switch (element) {
  case ElementType::I8:
    return {std::numeric_limits<int8_t>::min(), std::numeric_limits<int8_t>::max()};
  case ElementType::U8:
    return {0, std::numeric_limits<uint8_t>::max()};
  case ElementType::I32:
    return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  default:
    return {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
  }
}

bool mdl::holds(ElementType element, int64_t number) {
  auto [low, high] = limitsOf(element);
  return number >= low && number <= high;
}

bool mdl::fits(Elaborator &e, int64_t number, ElementType element, SourceRange range) {
  if (holds(element, number))
    return true;
  auto [low, high] = limitsOf(element);
  std::string type = elementTypeName(element);
  e.diags.report(diag::NumberTooLarge, range, {std::to_string(number), "`" + type + "`"})
      .hint("`" + type + "` holds " + std::to_string(low) + " to " + std::to_string(high) +
            "; `x.i64()` converts what it is combined with");
  return false;
}

/// Whether a number as written is finite in a type of floats (reported otherwise).
static bool isFinite(Elaborator &e, double number, ElementType element, SourceRange range) {
  const llvm::fltSemantics &semantics = llvm::cast<mlir::FloatType>(e.emit.elementType(element)).getFloatSemantics();
  llvm::APFloat rounded(number);
  bool losesInfo = false;
  rounded.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  if (!std::isfinite(number) || rounded.isFinite())
    return true;
  char digits[32];
  std::string type = elementTypeName(element), text(digits, std::to_chars(digits, std::end(digits), number).ptr);
  llvm::SmallString<16> largest;
  llvm::APFloat::getLargest(semantics).toString(largest, /*FormatPrecision=*/3);
  e.diags.report(diag::NumberTooLarge, range, {text, "`" + type + "`"})
      .hint("`" + type + "` holds numbers up to " + largest.str().str() + ", `f64` larger ones: `" + text + ".f64()`");
  return false;
}

bool mdl::allFit(Elaborator &e, const Value &value, ElementType element, SourceRange range) {
  if (auto *literal = as<LiteralValue>(value))
    return isFloat(element) ? isFinite(e, literal->floatValue, element, range)
                            : fits(e, literal->intValue, element, range);
  auto *list = as<ListValue>(value);
  for (size_t i = 0; list && i < list->elements.size(); ++i)
    if (!allFit(e, list->elements[i], element, list->ranges[i]))
      return false;
  return true;
}

//===--- Literals that the run chooses --------------------------------------------------------===//

/// The smallest of the types that hold floats exactly.
static ElementType elementFor(llvm::ArrayRef<double> numbers) {
  bool isShort = llvm::all_of(numbers, [](double number) {
    return std::isnan(number) || static_cast<double>(static_cast<float>(number)) == number;
  });
  return isShort ? ElementType::F32 : ElementType::F64;
}

std::optional<WrittenNumbers> mdl::writtenNumbers(const Value &value) {
  if (auto *t = as<TensorValue>(value))
    return t->written ? std::optional(*t->written) : std::nullopt;
  std::vector<int64_t> shape, whole;
  std::vector<double> numbers;
  bool isInt = true;
  if (!readLiterals(value, shape, numbers, whole, isInt, 0))
    return std::nullopt;
  if (!isInt)
    return WrittenNumbers{elementFor(numbers), nullptr};
  auto [least, most] = std::minmax_element(whole.begin(), whole.end());
  return WrittenNumbers{ElementType::I64, nullptr, *least, *most};
}

WrittenNumbers mdl::eitherOf(const WrittenNumbers &first, const WrittenNumbers &second) {
  constexpr int64_t bits = 1 << 24; // An f32 holds whole numbers up to here.
  WrittenNumbers both{std::max(first.element, second.element), nullptr, std::min(first.least, second.least),
                      std::max(first.most, second.most)};
  if (first.element != second.element && both.element == ElementType::I64) {
    bool isShort = both.least >= -bits && both.most <= bits;
    both.element = isShort ? std::min(first.element, second.element) : ElementType::F64;
  }
  return both;
}

std::shared_ptr<const TensorValue> mdl::withOpenType(Elaborator &e, const WrittenNumbers &numbers) {
  const ElementType real = e.inF64 ? ElementType::F64 : ElementType::F32;
  auto value =
      std::make_shared<TensorValue>(*e.cast(numbers.exact, isFloat(numbers.element) ? real : ElementType::I64));
  value->written = std::make_shared<WrittenNumbers>(numbers);
  return value;
}

std::shared_ptr<const TensorValue> mdl::inTypeOf(Elaborator &e, const TensorValue &open, ElementType context,
                                                 SourceRange range) {
  const WrittenNumbers &numbers = *open.written;
  bool isWhole = numbers.element == ElementType::I64;
  if (isWhole && (!fits(e, numbers.least, context, range) || !fits(e, numbers.most, context, range)))
    return nullptr;
  if (isFloat(context) || (isWhole && isInteger(context)))
    return e.cast(numbers.exact, context);
  return withOwnType(open);
}

std::shared_ptr<const TensorValue> mdl::withOwnType(const TensorValue &open) {
  auto alone = std::make_shared<TensorValue>(open);
  alone->written = nullptr;
  return alone;
}

std::optional<ElementType> mdl::floatAmong(Elaborator &e, const std::vector<Value> &values) {
  std::optional<ElementType> common;
  for (auto &value : values)
    if (auto *t = as<TensorValue>(value); t && !t->written && isFloat(t->element))
      common = common ? e.promote(*common, false, t->element, false) : t->element;
  return common;
}

Value mdl::settleOpen(Elaborator &e, const Value &value, SourceRange range) {
  if (auto *t = as<TensorValue>(value); t && t->written)
    return value;
  if (auto numbers = writtenNumbers(value)) {
    numbers->exact = e.tensor(value, range, numbers->element);
    return numbers->exact ? withOpenType(e, *numbers) : nullptr;
  }
  std::vector<Value> parts =
      value && !e.isTensorLike(value) && !as<ModelValue>(value) ? partsOf(value) : std::vector<Value>();
  if (parts.empty())
    return e.settle(value, range);
  for (Value &part : parts) {
    part = settleOpen(e, part, range);
    if (!part)
      return nullptr;
  }
  return withParts(value, parts);
}

bool mdl::hasOpenType(const Value &value) {
  auto *t = as<TensorValue>(value);
  return (t && t->written) || as<LiteralValue>(value) || llvm::any_of(partsOf(value), hasOpenType);
}
