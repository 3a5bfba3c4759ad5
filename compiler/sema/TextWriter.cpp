//===- TextWriter.cpp - Puts texts together -------------------------------------------------===//
//
// Stage: sema. See TextWriter.h. Here are what is shown of each kind of value, and the writer of one text.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/TextWriter.h"
#include "compiler/sema/Callables.h"
#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/ListComprehension.h"
#include "compiler/sema/TextsOfIndex.h"
#include "mdl/abi.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

//===--- What is shown ------------------------------------------------------------------===//

void TextWriter::plain(const std::string &text) { characters(e.emit.string(text)); }

/// A hole of a string with its format.
void TextWriter::hole(const StringValue::Piece &piece) {
  bool isText = as<StringValue>(piece.hole) != nullptr;
  if (!isText && !piece.formatValue)
    return add(piece.hole, piece.format);
  mlir::Value format = piece.formatValue ? e.stringPointer(piece.formatValue, range) : e.emit.string(piece.format);
  Elaborator::Tensor value = isText ? nullptr : e.tensor(piece.hole, range);
  if (!isText && !value)
    return;
  if (piece.formatValue) {
    int64_t dtype = isText ? MDL_TEXT : static_cast<int64_t>(value->element);
    e.emit.runtime("mdl_check_format", {format, e.emit.constantI64(dtype), e.where(range)});
  }
  if (isText)
    formatted(piece.hole, format);
  else
    tensor(value, format);
}

void TextWriter::string(const StringValue &text) {
  for (auto &piece : text.pieces) {
    if (auto *choice = as<ChoiceValue>(piece.hole))
      chosen(*choice);
    else if (piece.hole)
      hole(piece);
    else if (piece.number)
      numbered(piece.number);
    else if (piece.pointer)
      characters(piece.pointer);
    else if (!piece.text.empty())
      plain(piece.text);
  }
}

void TextWriter::elements(const std::vector<Value> &elements, const std::string &format) {
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i)
      plain(", ");
    add(elements[i], format);
  }
}

void TextWriter::record(const RecordValue &record, const std::string &format) {
  plain("{");
  bool first = true;
  for (auto &[name, field] : record.fields) {
    plain((first ? "" : ", ") + name + ": ");
    first = false;
    add(field, format);
  }
  plain("}");
}

/// As it was made; its table is for `print(net)`, where the model stands alone.
void TextWriter::model(const ModelValue &model) {
  plain(model.cls->decl->name.text + "(");
  for (size_t i = 0; i < model.arguments.size(); ++i) {
    auto &[name, argument] = model.arguments[i];
    plain((i ? ", " : "") + name + "=");
    if (isCallable(argument) && argument->kind != ValueKind::Model)
      plain("…");
    else
      add(argument, "");
  }
  plain(")");
}

/// What a module is, by the first of its own names.
static std::string hintForModule(const ModuleValue &module) {
  std::string first;
  for (auto &[name, binding] : module.scope->names)
    if (binding.value && binding.module.empty() && (first.empty() || name < first))
      first = name;
  std::string hint = "a module is a file of definitions";
  return first.empty() ? hint : hint + ": `" + module.name + "." + first + "` is one of them";
}

void TextWriter::reportNoText(const Value &value) {
  auto report = e.diags.report(diag::CannotPrint, range, {e.typeName(value)});
  if (isCallable(value))
    report.hint("call it, or `mdl doc NAME` shows what it is");
  else if (auto *module = as<ModuleValue>(value))
    report.hint(hintForModule(*module));
  else if (as<ZipValue>(value))
    report.hint("`[(a, b) for (a, b) in zip(x, y)]` is a list of them");
}

void TextWriter::add(const Value &value, const std::string &format) {
  if (!value)
    return;
  switch (value->kind) {
  case ValueKind::Tensor:
  case ValueKind::Literal:
    return tensor(value, e.emit.string(format));
  case ValueKind::String:
    return string(*as<StringValue>(value));
  case ValueKind::Tuple:
    plain("(");
    elements(as<TupleValue>(value)->elements, format);
    return plain(")");
  case ValueKind::List:
    if (Value whole = e.isTensorLike(value) ? e.settle(value, range) : nullptr; as<TensorValue>(whole))
      return add(whole, format);
    plain("[");
    elements(as<ListValue>(value)->elements, format);
    return plain("]");
  case ValueKind::RunList:
    return list(*as<RunListValue>(value), format);
  case ValueKind::Record:
    return record(*as<RecordValue>(value), format);
  case ValueKind::Model:
    return model(*as<ModelValue>(value));
  case ValueKind::ElementType:
    return plain(elementTypeName(as<ElementTypeValue>(value)->type));
  case ValueKind::Unit:
    return plain("nothing");
  default:
    return reportNoText(value);
  }
}

//===--- One text -----------------------------------------------------------------------===//

namespace {
class OneText : public TextWriter {
  using TextWriter::TextWriter;

  void characters(mlir::Value text) override { e.emit.runtime("mdl_text_add", text); }

  void tensor(const Value &value, mlir::Value format) override {
    Elaborator::Tensor one = valueOfText(e, e.tensor(value, range), range);
    if (one)
      e.emit.runtime("mdl_text_add_tensor",
                     {e.ssa(one), e.emit.constantI64(static_cast<int64_t>(one->element)), format});
  }

  void formatted(const Value &text, mlir::Value format) override {
    e.emit.runtime("mdl_text_add_formatted", {e.stringPointer(text, range), format});
  }

  void chosen(const ChoiceValue &choice) override { characters(pointerToChosen(e, choice, range)); }

  void numbered(const Elaborator::Tensor &) override { reportTextOfIndex(e, range); }

  void list(const RunListValue &list, const std::string &format) override { addTextOfList(e, list, format, range); }
};
} // namespace

void Elaborator::addText(const Value &value, const std::string &format, SourceRange range) {
  OneText(*this, range).add(value, format);
}
