//===- Literals.cpp - Numbers as they are written -----------------------------------------===//
//
// Stage: sema. See Literals.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Literals.h"

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"

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

bool mdl::fits(Elaborator &e, int64_t number, ElementType element, SourceRange range) {
  int64_t low = 0, high = 0;
  switch (element) {
  case ElementType::I8:
    low = std::numeric_limits<int8_t>::min(), high = std::numeric_limits<int8_t>::max();
    break;
  case ElementType::U8:
    high = std::numeric_limits<uint8_t>::max();
    break;
  case ElementType::I32:
    low = std::numeric_limits<int32_t>::min(), high = std::numeric_limits<int32_t>::max();
    break;
  default:
    return true;
  }
  if (number >= low && number <= high)
    return true;
  std::string type = elementTypeName(element);
  e.diags.report(diag::NumberTooLarge, range, {std::to_string(number), "`" + type + "`"})
      .hint("`" + type + "` holds " + std::to_string(low) + " to " + std::to_string(high) +
            "; `x.i64()` converts what it is combined with");
  return false;
}

bool mdl::allFit(Elaborator &e, const Value &value, ElementType element, SourceRange range) {
  if (auto *literal = as<LiteralValue>(value))
    return fits(e, literal->intValue, element, range);
  auto *list = as<ListValue>(value);
  for (size_t i = 0; list && i < list->elements.size(); ++i)
    if (!allFit(e, list->elements[i], element, list->ranges[i]))
      return false;
  return true;
}
