//===- TextsOfIndex.cpp - Texts of which each index has its own ---------------------------===//
//
// Stage: sema. See TextsOfIndex.h. The runtime puts as many texts together as there are indices that they depend on, a
// piece of all of them at a time.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/TextsOfIndex.h"
#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/RunTexts.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/TextWriter.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

/// Calls `visit` for the tensors that a text is made of.
static void forEachTensor(const Value &value, llvm::function_ref<void(const TensorValue &)> visit) {
  if (auto *tensor = as<TensorValue>(value))
    return visit(*tensor);
  if (auto *choice = as<ChoiceValue>(value))
    return forEachTensor(choice->number, visit);
  if (auto *list = as<RunListValue>(value))
    for (auto &column : list->columns)
      visit(*column);
  if (auto *text = as<StringValue>(value))
    for (auto &piece : text->pieces) {
      forEachTensor(piece.hole, visit);
      if (piece.number)
        visit(*piece.number);
    }
  else
    for (auto &part : partsOf(value))
      forEachTensor(part, visit);
}

static bool isOfIndex(const Value &value) {
  bool found = false;
  forEachTensor(value, [&](const TensorValue &tensor) { found |= tensor.lift != 0; });
  return found;
}

bool mdl::isTextOfIndex(const Value &text) { return as<StringValue>(text) && isOfIndex(text); }

void mdl::reportTextOfIndex(Elaborator &e, SourceRange range) {
  e.diags.report(diag::Unsupported, range, {"a text that is another one for each index of a comprehension"})
      .hint("`[\"{x}\" for x in xs]` is a list of texts, `==` compares them, and a `for` loop has them one by one");
}

Shape mdl::indicesOf(Elaborator &e, llvm::ArrayRef<Value> values, SourceRange range) {
  Shape shape(e.axes.size(), Size{Dim(1), range});
  for (auto &value : values)
    forEachTensor(value, [&](const TensorValue &tensor) {
      for (unsigned axis = 0; axis < tensor.lift; ++axis)
        if (!tensor.shape[axis].dim.isConstant(1))
          shape[axis] = tensor.shape[axis];
    });
  return shape;
}

/// What each index has of the value, one behind the other.
static mlir::Value rowsOfIndices(Elaborator &e, const Tensor &value, const Shape &indices, const Size &count) {
  Tensor lifted = e.liftTo(value, indices.size());
  Shape all = lifted->shape;
  llvm::copy(indices, all.begin());
  Tensor whole = e.broadcast(lifted, all, indices.size());
  Shape rows(all.begin() + indices.size(), all.end());
  rows.insert(rows.begin(), count);
  return e.ssa(e.reshape(e.make(e.ssa(whole), whole->element, whole->shape), rows, 0));
}

/// What a function of the runtime makes of the numbers that each index has.
static Tensor ofEach(Elaborator &e, const char *symbol, const std::vector<Value> &numbers,
                     llvm::ArrayRef<mlir::Value> rest, ElementType element, SourceRange range) {
  Shape indices = indicesOf(e, numbers, range), flat{{elementCount(indices, 0), range}};
  llvm::SmallVector<mlir::Value> operands;
  for (auto &number : numbers)
    operands.push_back(rowsOfIndices(e, e.tensor(number, range), indices, flat.front()));
  operands.append(rest.begin(), rest.end());
  Tensor results = e.make(e.emit.runtimeFill(symbol, operands, element, flat, e.dims), element, flat);
  return e.reshape(results, indices, indices.size());
}

static void addTextsOfElements(Elaborator &e, const RunListValue &list, const std::string &format, const Shape &shape,
                               SourceRange range);

namespace {
/// The texts of all indices.
class EachText : public TextWriter {
public:
  /// `shape`: the axes of the index space, of size 1 where the texts do not depend on one.
  EachText(Elaborator &e, SourceRange range, const Shape &shape) : TextWriter(e, range), shape(shape) {
    count = {elementCount(shape, 0), range};
    e.emit.runtime("mdl_texts_begin", e.emit.i64(count.dim, e.dims));
  }
  const Size &size() const { return count; }

private:
  void characters(mlir::Value text) override { e.emit.runtime("mdl_texts_add", text); }

  mlir::Value rows(const Tensor &value) { return rowsOfIndices(e, value, shape, count); }

  void tensor(const Value &value, mlir::Value format) override {
    if (Tensor each = e.tensor(value, range))
      e.emit.runtime("mdl_texts_add_rows",
                     {rows(each), e.emit.constantI64(static_cast<int64_t>(each->element)), format});
  }

  void formatted(const Value &text, mlir::Value format) override {
    if (Tensor number = textNumber(e, text, range))
      e.emit.runtime("mdl_texts_add_numbered", {rows(number), format});
  }

  void chosen(const ChoiceValue &choice) override {
    auto number = e.tensor(choice.number, range);
    if (!number->lift)
      return characters(pointerToChosen(e, choice, range));
    auto [all, bytes] = charactersOfChosen(e, choice);
    e.emit.runtime("mdl_texts_add_among", {all, bytes, rows(number)});
  }

  void numbered(const Tensor &number) override {
    e.emit.runtime("mdl_texts_add_numbered", {rows(number), e.emit.string("")});
  }

  void list(const RunListValue &list, const std::string &format) override {
    if (llvm::any_of(list.columns, [](auto &column) { return column->lift != 0; })) {
      addTextsOfElements(e, list, format, shape, range);
      e.emit.runtime("mdl_texts_add_lists", {});
      return;
    }
    e.emit.runtime("mdl_text_begin", {});
    addTextOfList(e, list, format, range);
    characters(e.emit.runtime("mdl_text_end", {}, e.emit.pointer()));
  }

  const Shape shape;
  Size count;
};
} // namespace

Tensor mdl::textNumber(Elaborator &e, const Value &text, SourceRange range) {
  auto *string = as<StringValue>(text);
  if (string->pieces.size() == 1 && string->pieces[0].number)
    return string->pieces[0].number;
  if (!isTextOfIndex(text)) {
    mlir::Value pointer = e.stringPointer(text, range);
    if (!pointer)
      return nullptr;
    mlir::Value number = e.emit.runtime("mdl_text_number", pointer, e.emit.builder.getI64Type(), /*pure=*/true);
    return e.make(e.emit.fromScalar(number), ElementType::I64, {});
  }
  Shape shape = indicesOf(e, {text}, range);
  EachText writer(e, range, shape);
  writer.add(text, "");
  Shape flat{writer.size()};
  Tensor numbers =
      e.make(e.emit.runtimeFill("mdl_texts_end", {}, ElementType::I64, flat, e.dims), ElementType::I64, flat);
  return e.reshape(numbers, shape, shape.size());
}

Value mdl::textOfNumber(Elaborator &e, const Tensor &number) {
  if (!number->lift)
    return textOfRun(e.emit.runtime("mdl_text_numbered", e.scalar(number), e.emit.pointer(), /*pure=*/true));
  auto text = std::make_shared<StringValue>();
  text->pieces.push_back({"", nullptr, "", nullptr, {}, number});
  return text;
}

Tensor mdl::numbersOfKnown(Elaborator &e, const std::vector<Value> &texts, SourceRange range) {
  std::string all;
  for (auto &text : texts)
    all += *e.knownText(text) + '\0';
  Shape shape{{Dim(static_cast<int64_t>(texts.size())), range}};
  return e.make(e.emit.runtimeFill("mdl_texts_split", e.emit.string(all), ElementType::I64, shape, e.dims),
                ElementType::I64, shape);
}

std::optional<Value> mdl::compareTextsOfIndex(Elaborator &e, ast::CompareOp op, const Value &lhs, const Value &rhs,
                                              SourceRange range) {
  if (!as<StringValue>(lhs) || !as<StringValue>(rhs) || !(isTextOfIndex(lhs) || isTextOfIndex(rhs)))
    return std::nullopt;
  Tensor first = textNumber(e, lhs, range), second = textNumber(e, rhs, range);
  if (!first || !second)
    return Value();
  if (op == ast::CompareOp::Eq || op == ast::CompareOp::Ne)
    return e.compare(op, first, second, range, range, range);
  Tensor order = ofEach(e, "mdl_texts_compare", {first, second}, {}, ElementType::I64, range);
  return e.compare(op, order, e.knownScalar(Dim(0)), range, range, range);
}

Value mdl::lengthsOfTexts(Elaborator &e, const Value &text, SourceRange range) {
  Tensor number = textNumber(e, text, range);
  return number ? ofEach(e, "mdl_texts_lengths", {number}, {}, ElementType::I64, range) : nullptr;
}

Value mdl::textsContain(Elaborator &e, const Value &text, const Value &part, SourceRange range) {
  Tensor number = textNumber(e, text, range), sought = textNumber(e, part, range);
  return number && sought ? ofEach(e, "mdl_texts_contain", {number, sought}, {}, ElementType::Bool, range) : nullptr;
}

Value mdl::charactersOfTexts(Elaborator &e, const Value &text, const Value &place, SourceRange range) {
  Tensor number = textNumber(e, text, range), at = e.tensor(place, range);
  if (at && (at->rank() || !isInteger(at->element))) {
    e.diags.report(diag::BadArgument, range, {"index", "a place in a text is a whole number, found " + e.typeName(at)});
    return nullptr;
  }
  if (!number || !at)
    return nullptr;
  // What a condition leaves out is not read.
  Tensor read = guardMask(e);
  if (!read)
    read = e.scalarConstant(ElementType::Bool, true);
  return textOfNumber(e, ofEach(e, "mdl_texts_at", {number, e.cast(at, ElementType::I64), read}, {e.where(range)},
                                ElementType::I64, range));
}

Value mdl::repeatedTexts(Elaborator &e, const Value &text, const Tensor &times, SourceRange range) {
  Tensor number = textNumber(e, text, range);
  return number ? textOfNumber(
                      e, ofEach(e, "mdl_texts_repeat", {number, times}, {e.where(range)}, ElementType::I64, range))
                : nullptr;
}

Value mdl::partsOfTexts(Elaborator &e, const Value &text, llvm::ArrayRef<mlir::Value> bounds, SourceRange range) {
  Tensor number = textNumber(e, text, range);
  if (!number)
    return nullptr;
  llvm::SmallVector<mlir::Value> rest(bounds);
  rest.push_back(e.where(range));
  return textOfNumber(e, ofEach(e, "mdl_texts_part", {number}, rest, ElementType::I64, range));
}

/// Begins the texts of all elements of a list: of one, or of one for each of the indices that `shape` has.
static void addTextsOfElements(Elaborator &e, const RunListValue &list, const std::string &format, const Shape &shape,
                               SourceRange range) {
  unsigned lift = shape.size();
  Shape each = shape;
  each.push_back(lengthOfList(list));
  Restore<std::vector<IndexAxis>> axes(e.axes, std::vector<IndexAxis>(e.axes));
  e.axes.resize(lift);
  e.axes.push_back({each.back(), "element"}); // As of each index of a comprehension over it.
  Restore<std::vector<Guard>> noGuards(e.guards, {});
  Value element = elementFrom(
      e, list,
      [&](const Tensor &column) {
        Tensor own = e.liftTo(column, lift);
        return Value(e.make(e.ssa(own), own->element, own->shape, lift + 1));
      },
      range);
  EachText(e, range, each).add(element, format);
}

void mdl::addTextOfList(Elaborator &e, const RunListValue &list, const std::string &format, SourceRange range) {
  addTextsOfElements(e, list, format, {}, range);
  e.emit.runtime("mdl_text_add_list", {});
}

//===--- Lists of texts ------------------------------------------------------------------===//

Value mdl::withCharacters(Elaborator &e, const Value &source, SourceRange range) {
  return mapSources(source, [&](const Value &one) -> Value {
    if (!isTextOfRun(e, one) || isTextOfIndex(one))
      return one;
    Value text = withTextsMade(e, one, range);
    auto length = text ? sequenceLength(e, text, range, RangeUse::Passes) : std::nullopt;
    if (!length)
      return nullptr;
    Shape shape{*length};
    mlir::Value numbers =
        e.emit.runtimeFill("mdl_texts_characters", e.stringPointer(text, range), ElementType::I64, shape, e.dims);
    return runList(formOf(e, text), {e.make(numbers, ElementType::I64, shape)});
  });
}

/// The numbers of a list's texts, or of those of the lists in it, with an axis for each list; null for other lists.
static Tensor numbersOfTexts(Elaborator &e, const RunListValue &list) {
  if (auto *known = as<ListValue>(list.form);
      known && !known->elements.empty() &&
      llvm::all_of(known->elements, [](auto &one) { return as<StringValue>(one); })) {
    std::vector<Tensor> parts;
    unsigned axis = list.columns.front()->lift + 1;
    for (const Tensor &column : list.columns) {
      Shape shape = column->shape;
      shape.insert(shape.begin() + axis, Size{Dim(1), {}});
      parts.push_back(e.reshape(column, shape, column->lift));
    }
    return joined(e, parts, axis);
  }
  const Value *form = &list.form;
  while (auto *inner = as<RunListValue>(*form))
    form = &inner->form;
  return as<StringValue>(*form) ? list.columns.front() : nullptr;
}

std::optional<Value> mdl::compareTextLists(Elaborator &e, ast::CompareOp op, const Value &lhs, const Value &rhs,
                                           SourceRange range) {
  if ((op != ast::CompareOp::Eq && op != ast::CompareOp::Ne) || (!as<RunListValue>(lhs) && !as<RunListValue>(rhs)))
    return std::nullopt;
  Tensor numbers[2];
  for (auto [side, number] : llvm::zip(std::initializer_list<Value>{lhs, rhs}, numbers)) {
    auto *list = as<RunListValue>(side);
    std::shared_ptr<const RunListValue> made = !list && mayBeRunList(e, side) ? asRunList(e, side, range) : nullptr;
    list = made ? made.get() : list;
    if (as<StringValue>(side))
      number = textNumber(e, side, range);
    else if (list)
      number = numbersOfTexts(e, *list);
    if (!number)
      return std::nullopt;
  }
  return e.compare(op, numbers[0], numbers[1], range, range, range);
}
