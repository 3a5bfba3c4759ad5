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
#include "compiler/sema/TextWriter.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using Tensor = Elaborator::Tensor;

/// Calls `visit` for the tensors that a text is made of.
static void forEachTensor(const Value &value, llvm::function_ref<void(const TensorValue &)> visit) {
  if (auto *tensor = as<TensorValue>(value))
    return visit(*tensor);
  if (auto *choice = as<ChoiceValue>(value))
    return forEachTensor(choice->number, visit);
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

namespace {
/// The texts of all indices.
class EachText : public TextWriter {
public:
  /// `shape`: the axes of the index space, of size 1 where the texts do not depend on one.
  EachText(Elaborator &e, SourceRange range, const Shape &shape) : TextWriter(e, range), shape(shape) {
    count = {Dim(1), range};
    for (auto &size : shape)
      count.dim = count.dim * size.dim;
    e.emit.runtime("mdl_texts_begin", e.emit.i64(count.dim, e.dims));
  }
  const Size &size() const { return count; }

private:
  void characters(mlir::Value text) override { e.emit.runtime("mdl_texts_add", text); }

  /// Each index behind the other.
  mlir::Value rows(const Tensor &value) {
    Tensor lifted = e.liftTo(value, shape.size());
    Shape all = lifted->shape;
    llvm::copy(shape, all.begin());
    Tensor whole = e.broadcast(lifted, all, shape.size());
    Shape rows(all.begin() + shape.size(), all.end());
    rows.insert(rows.begin(), count);
    return e.ssa(e.reshape(e.make(e.ssa(whole), whole->element, whole->shape), rows, 0));
  }

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
  Shape shape(e.axes.size(), Size{Dim(1), range});
  forEachTensor(text, [&](const TensorValue &tensor) {
    for (unsigned axis = 0; axis < tensor.lift; ++axis)
      if (!tensor.shape[axis].dim.isConstant(1))
        shape[axis] = tensor.shape[axis];
  });
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
  if (op != ast::CompareOp::Eq && op != ast::CompareOp::Ne) {
    e.diags.report(diag::Unsupported, range, {"the order of texts that are other ones for each index"})
        .hint("`==` and `!=` compare them; a `for` loop compares them one by one");
    return Value();
  }
  Tensor first = textNumber(e, lhs, range), second = textNumber(e, rhs, range);
  return first && second ? e.compare(op, first, second, range, range, range) : nullptr;
}

void mdl::addTextOfList(Elaborator &e, const RunListValue &list, const std::string &format, SourceRange range) {
  // As of each index of a comprehension over it.
  Restore<std::vector<IndexAxis>> axes(e.axes, {{lengthOfList(list), "element"}});
  Restore<std::vector<Guard>> noGuards(e.guards, {});
  Value element = elementFrom(
      e, list, [&](const Tensor &column) { return Value(e.make(e.ssa(column), column->element, column->shape, 1)); },
      range);
  EachText writer(e, range, {lengthOfList(list)});
  writer.add(element, format);
  e.emit.runtime("mdl_text_add_list", {});
}
