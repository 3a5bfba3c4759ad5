//===- ChosenTexts.cpp - A text that the run chooses among known ones ---------------------===//
//
// Stage: sema. See ChosenTexts.h. Where each index of a comprehension chooses one, comparisons with texts that are
// known now are those of numbers that stand for them, in their order; TextsOfIndex.h has what else is done with these.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/TextsOfIndex.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

Value mdl::chosenText(const std::vector<Value> &texts, const Value &number) {
  auto choice = std::make_shared<ChoiceValue>();
  choice->functions = texts;
  choice->number = number;
  auto text = std::make_shared<StringValue>();
  text->pieces.push_back({"", choice, "", nullptr, {}});
  return text;
}

const ChoiceValue *mdl::choiceOfText(const Value &text) {
  auto *string = as<StringValue>(text);
  if (!string || string->pieces.size() != 1)
    return nullptr;
  auto &piece = string->pieces[0];
  return piece.format.empty() && !piece.formatValue ? as<ChoiceValue>(piece.hole) : nullptr;
}

std::pair<mlir::Value, mlir::Value> mdl::charactersOfChosen(Elaborator &e, const ChoiceValue &choice) {
  // One after the other, each with its end.
  std::string all;
  size_t bytes = as<StringValue>(choice.functions.front())->constant->size() + 1;
  for (auto &text : choice.functions) {
    const std::string &one = *as<StringValue>(text)->constant;
    all += one + '\0';
    bytes = one.size() + 1 == bytes ? bytes : 0;
  }
  return {e.emit.string(all), e.emit.constantI64(static_cast<int64_t>(bytes))};
}

mlir::Value mdl::pointerToChosen(Elaborator &e, const ChoiceValue &choice, SourceRange range) {
  auto number = e.tensor(choice.number, range);
  if (number->lift) {
    reportTextOfIndex(e, range);
    return e.emit.string("");
  }
  auto [all, bytes] = charactersOfChosen(e, choice);
  return e.emit.runtime("mdl_text_among", {all, bytes, e.scalar(number)}, e.emit.pointer(), /*pure=*/true);
}

/// The texts that a value is chosen among; none where it is put together in the run.
static std::vector<Value> textsAmong(Elaborator &e, const Value &value) {
  if (auto *choice = choiceOfText(value))
    return choice->functions;
  return e.knownText(value) ? std::vector<Value>{value} : std::vector<Value>{};
}

static bool isOfIndex(const Value &text) {
  auto *choice = choiceOfText(text);
  auto *number = choice ? as<TensorValue>(choice->number) : nullptr;
  return number && number->lift;
}

std::optional<Value> mdl::compareChosen(Elaborator &e, ast::CompareOp op, const Value &lhs, const Value &rhs,
                                        SourceRange range) {
  std::vector<Value> left = textsAmong(e, lhs), right = textsAmong(e, rhs);
  if (!(isOfIndex(lhs) || isOfIndex(rhs)) || left.empty() || right.empty())
    return std::nullopt;
  std::map<std::string, int64_t> order;
  for (auto &texts : {left, right})
    for (auto &text : texts)
      order[*as<StringValue>(text)->constant] = 0;
  for (auto [place, entry] : llvm::enumerate(order))
    entry.second = static_cast<int64_t>(place);
  auto placeInOrder = [&](const Value &value, const std::vector<Value> &texts) {
    std::vector<Value> places;
    for (auto &text : texts)
      places.push_back(e.knownScalar(Dim(order[*as<StringValue>(text)->constant])));
    auto *choice = choiceOfText(value);
    return choice ? elementOfRun(e, value, places, choice->number, range) : places.front();
  };
  return e.compare(op, placeInOrder(lhs, left), placeInOrder(rhs, right), range, range, range);
}
