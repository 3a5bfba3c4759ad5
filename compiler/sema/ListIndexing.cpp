//===- ListIndexing.cpp - Elements and slices of what is known now --------------------------===//
//
// Stage: sema. A list, a tuple, a text and a constant vector of whole numbers give what stands at a
// known place now, so that it can be called, or be a size; at one that the run knows a choice (ChosenElements.h).
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/RunTexts.h"
#include "compiler/sema/Sequences.h"

#include <algorithm>

using namespace mdl;

/// The places of a part of `count` elements as Python counts it; nothing (reported) where a bound is not known now.
static std::optional<std::vector<int64_t>> placesOfSlice(Elaborator &e, int64_t count,
                                                         const ast::Subscript &subscript) {
  std::optional<int64_t> bounds[3];
  const ast::Expr *given[3] = {subscript.begin, subscript.end, subscript.step};
  for (unsigned i = 0; i < 3; ++i) {
    if (!given[i])
      continue;
    Value value = e.subscriptPart(given[i]);
    bounds[i] = e.constantInt(value);
    if (value && !bounds[i])
      e.diags.report(diag::ExpectedConstant, given[i]->range, {std::string(e.sources.text(given[i]->range))})
          .hint("how long a list is must be known; `for i in a..b { … xs[i] … }` goes over a part of it that the run "
                "knows");
    if (!bounds[i])
      return std::nullopt;
  }
  int64_t step = bounds[2].value_or(1);
  if (step == 0) {
    e.diags.report(diag::BadArgument, subscript.step->range, {"step", "a slice needs a step other than 0"});
    return std::nullopt;
  }
  auto place = [&](std::optional<int64_t> bound, int64_t otherwise) {
    if (!bound)
      return otherwise;
    int64_t from = *bound < 0 ? *bound + count : *bound;
    return step > 0 ? std::clamp<int64_t>(from, 0, count) : std::clamp<int64_t>(from, -1, count - 1);
  };
  int64_t begin = place(bounds[0], step > 0 ? 0 : count - 1), end = place(bounds[1], step > 0 ? count : -1);
  std::vector<int64_t> places;
  for (int64_t i = begin; step > 0 ? i < end : i > end; i += step)
    places.push_back(i);
  return places;
}

/// `xs[k:k + 2]` with a place of the run: as many elements as are known now; nothing for other slices.
static std::optional<Value> windowOf(Elaborator &e, const Value &base, const ast::Subscript &slice) {
  auto *list = as<ListValue>(base);
  if (!list || !slice.begin || !slice.end || slice.step)
    return std::nullopt;
  auto place = [&](const ast::Expr *expr) -> std::optional<Dim> {
    Value value = e.subscriptPart(expr);
    auto *number = as<TensorValue>(value);
    return number && number->known ? number->known : std::nullopt;
  };
  auto begin = place(slice.begin), end = place(slice.end);
  auto count = begin && end && !begin->constant() ? (*end - *begin).constant() : std::nullopt;
  if (!count || *count < 1)
    return std::nullopt;
  auto part = std::make_shared<ListValue>(*list);
  part->elements.clear();
  part->ranges.assign(static_cast<size_t>(*count), slice.range);
  for (int64_t i = 0; i < *count; ++i) {
    part->elements.push_back(elementOfRun(e, base, list->elements, e.knownScalar(*begin + Dim(i)), slice.range));
    if (!part->elements.back())
      return Value();
  }
  return part;
}

/// Whether the place, or all bounds of a slice, are known now.
static bool isKnownNow(Elaborator &e, const ast::Subscript &subscript) {
  auto isNow = [&](const ast::Expr *expr) { return !expr || e.constantInt(e.subscriptPart(expr)); };
  if (subscript.kind == ast::Subscript::At)
    return isNow(subscript.at);
  return isNow(subscript.begin) && isNow(subscript.end) && isNow(subscript.step);
}

/// A part of a list or a tuple; null if reported.
static Value partOf(Elaborator &e, const Value &base, const ast::Subscript &subscript) {
  if (auto window = windowOf(e, base, subscript))
    return *window;
  if (!isKnownNow(e, subscript) && as<ListValue>(base) && mayBeRunList(e, base)) {
    auto list = asRunList(e, base, subscript.range);
    return list ? indexRunList(e, *list, subscript, subscript.range) : nullptr;
  }
  std::vector<Value> elements = partsOf(base);
  auto places = placesOfSlice(e, static_cast<int64_t>(elements.size()), subscript);
  if (!places)
    return nullptr;
  auto taken = [&](const auto &all) {
    std::decay_t<decltype(all)> part;
    for (int64_t place : *places)
      part.push_back(all[place]);
    return part;
  };
  if (as<TupleValue>(base)) {
    auto tuple = std::make_shared<TupleValue>();
    tuple->elements = taken(elements);
    return tuple;
  }
  auto list = std::make_shared<ListValue>(*as<ListValue>(base));
  list->elements = taken(elements);
  list->ranges = taken(list->ranges);
  return list;
}

/// The number at a place of a vector of whole numbers that is known now, so that it can be a size.
static std::optional<Value> knownNumber(Elaborator &e, const Value &base, const ast::Subscript &subscript) {
  auto count = countOfKnown(base);
  if (!count || subscript.kind != ast::Subscript::At)
    return std::nullopt;
  auto at = e.constantInt(e.subscriptPart(subscript.at));
  int64_t place = at && *at < 0 ? *at + *count : at.value_or(*count);
  if (place < 0 || place >= *count)
    return std::nullopt; // Left to be told as for any tensor.
  return knownElement(e, base, place);
}

/// A number, or a vector of some, of a range between known bounds; nothing where the run knows these or the place.
static std::optional<Value> indexRange(Elaborator &e, const RangeValue &range, const ast::Subscript &subscript) {
  auto begin = e.constantInt(range.begin), end = e.constantInt(range.end);
  bool isPart = subscript.kind == ast::Subscript::At || subscript.kind == ast::Subscript::Slice;
  if (!begin || !end || !isPart || !isKnownNow(e, subscript))
    return std::nullopt;
  int64_t count = std::max<int64_t>(*end - *begin, 0);
  if (subscript.kind == ast::Subscript::At) {
    int64_t at = *e.constantInt(e.subscriptPart(subscript.at)), place = at < 0 ? at + count : at;
    if (place >= 0 && place < count)
      return e.knownScalar(Dim(*begin + place));
    e.diags.report(diag::IndexOutOfRange, subscript.range, {std::to_string(at), std::to_string(count)});
    return Value();
  }
  auto places = placesOfSlice(e, count, subscript);
  if (!places)
    return Value();
  auto numbers = std::make_shared<ListValue>();
  numbers->ranges.assign(places->size(), subscript.range);
  for (int64_t place : *places) {
    auto number = std::make_shared<LiteralValue>();
    number->intValue = *begin + place;
    number->floatValue = static_cast<double>(number->intValue);
    numbers->elements.push_back(number);
  }
  return e.tensor(numbers, subscript.range, ElementType::I64);
}

std::optional<Value> indexList(Elaborator &e, const Value &base, const ast::Subscript &subscript);

/// A character, or a part, of a text.
static std::optional<Value> indexText(Elaborator &e, const Value &base, const ast::Subscript &subscript) {
  auto *choice = choiceOfText(base);
  if (choice && isKnownNow(e, subscript)) { // That of each text among which the run chooses.
    std::vector<Value> parts;
    for (auto &text : choice->functions) {
      parts.push_back(indexText(e, text, subscript).value_or(nullptr));
      if (!parts.back())
        return Value();
    }
    return elementOfRun(e, base, parts, choice->number, subscript.range);
  }
  auto characters = e.knownElements(base);
  if (!characters || (subscript.kind == ast::Subscript::Slice && !isKnownNow(e, subscript)))
    return partOfText(e, base, subscript);
  auto list = std::make_shared<ListValue>();
  list->fixed = true;
  list->elements = *characters;
  list->ranges.assign(characters->size(), subscript.range);
  auto part = indexList(e, list, subscript);
  auto *several = part ? as<ListValue>(*part) : nullptr;
  if (!several)
    return part;
  auto text = std::make_shared<StringValue>();
  text->constant = "";
  for (auto &character : several->elements)
    *text->constant += *as<StringValue>(character)->constant;
  text->pieces.push_back({*text->constant, nullptr, "", nullptr, {}});
  return text;
}

/// An element or a slice of what is known now; nothing for what is a tensor only.
std::optional<Value> indexList(Elaborator &e, const Value &base, const ast::Subscript &subscript) {
  if (as<StringValue>(base))
    return indexText(e, base, subscript);
  if (auto *range = as<RangeValue>(base))
    return indexRange(e, *range, subscript);
  if (auto *own = as<RunListValue>(base))
    return indexRunList(e, *own, subscript, subscript.range);
  auto *list = as<ListValue>(base);
  auto *tuple = as<TupleValue>(base);
  if (!list && !tuple)
    return knownNumber(e, base, subscript);
  bool isTensor = list && !list->fixed && e.isTensorLike(base); // A list of numbers is also a tensor.
  if (subscript.kind == ast::Subscript::Slice && !isTensor)
    return partOf(e, base, subscript);
  if (subscript.kind != ast::Subscript::At)
    return std::nullopt;
  auto &elements = list ? list->elements : tuple->elements;
  Value index = e.subscriptPart(subscript.at);
  auto at = e.constantInt(index);
  if (!at) {
    auto *places = as<TensorValue>(index);
    if (isTensor || (elements.empty() && (isEmptyList(index) || (places && places->rank()))))
      return std::nullopt;
    return index ? elementOfRun(e, base, elements, index, subscript.range) : nullptr;
  }
  int64_t count = elements.size(), position = *at < 0 ? *at + count : *at;
  if (position < 0 || position >= count) {
    e.diags.report(diag::IndexOutOfRange, subscript.range, {std::to_string(*at), std::to_string(count)});
    return Value();
  }
  return elements[position];
}
