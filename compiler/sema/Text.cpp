//===- Text.cpp - Strings, formats, print -----------------------------------------------------===//
//
// Stage: sema. A string is a list of pieces; printing emits calls of the runtime's text builder.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Callables.h"
#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/ListComprehension.h"
#include "compiler/support/RunTimePlace.h"
#include "mdl/abi.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// `[[fill]align][sign][#][0][width][,][.precision][type]`, as in Python.
static bool isFormat(const std::string &format) {
  size_t i = 0, fill = 1; // The bytes of a character in UTF-8.
  auto at = [&](size_t k) { return k < format.size() ? format[k] : '\0'; };
  auto isAlign = [](char c) { return c == '<' || c == '>' || c == '^' || c == '='; };
  while ((at(fill) & 0xC0) == 0x80)
    ++fill;
  if (isAlign(at(fill)))
    i = fill + 1;
  else if (isAlign(at(0)))
    i = 1;
  if (at(i) == '+' || at(i) == '-' || at(i) == ' ')
    ++i;
  if (at(i) == '#')
    ++i;
  while (isdigit(at(i)))
    ++i;
  if (at(i) == ',' || at(i) == '_')
    ++i;
  if (at(i) == '.') {
    if (!isdigit(at(++i)))
      return false;
    while (isdigit(at(i)))
      ++i;
  }
  if (at(i) && std::string("bcdeEfFgGnoxX%s").find(at(i)) != std::string::npos)
    ++i;
  return i == format.size();
}

/// Whether the format writes whole numbers only, and this is none.
static bool isFormatOfWhole(const std::string &format, const Value &value) {
  auto *t = as<TensorValue>(value);
  return t && isFloat(t->element) && !format.empty() && std::string("bcdoxX").find(format.back()) != std::string::npos;
}

static Value constantText(const std::string &text) {
  auto string = std::make_shared<StringValue>();
  string->constant = text;
  string->pieces.push_back({text, nullptr, "", nullptr, {}});
  return string;
}

Value Elaborator::stringLiteral(const ast::StringLiteral &literal) {
  auto string = std::make_shared<StringValue>();
  std::string text;
  bool constant = true, failed = false;
  for (auto &piece : literal.pieces) {
    if (!piece.expr) {
      string->pieces.push_back({piece.text, nullptr, "", nullptr, {}});
      text += piece.text;
      continue;
    }
    Value hole = expression(piece.expr);
    failed |= !hole;
    std::string format = piece.format;
    Value formatValue;
    if (piece.formatExpr) {
      formatValue = expression(piece.formatExpr);
      failed |= !formatValue;
      if (auto known = knownText(formatValue)) {
        format = *known;
        formatValue = nullptr;
      }
    }
    if (!formatValue && !failed && !isFormat(format)) {
      diags.report(diag::BadFormat, piece.range, {format}).hint("formats are Python's, such as `.4f`, `>8`, `,`");
      failed = true;
    }
    if (as<ElementTypeValue>(hole))
      hole = constantText(*constantString(hole));
    auto *inner = as<StringValue>(hole);
    if (inner && format.empty() && !formatValue) {
      string->pieces.insert(string->pieces.end(), inner->pieces.begin(), inner->pieces.end());
      constant &= inner->constant.has_value();
      text += inner->constant.value_or("");
      continue;
    }
    auto whole = constantInt(hole);
    if (whole && format.empty() && !formatValue) {
      string->pieces.push_back({std::to_string(*whole), nullptr, "", nullptr, {}});
      text += std::to_string(*whole);
      continue;
    }
    constant = false;
    // Its value is taken where the string stands.
    hole = hole ? settle(hole, piece.range) : nullptr;
    if (isFormatOfWhole(format, hole)) {
      auto report = diags.report(diag::BadFormat, piece.range, {format});
      report.hint("`" + format.substr(format.size() - 1) + "` writes whole numbers, and this is " + typeName(hole) +
                  (format.back() == 'd' ? ": `.0f` rounds" : ""));
      failed = true;
    }
    string->pieces.push_back({"", hole, format, formatValue, {}});
  }
  if (failed)
    return nullptr;
  if (constant)
    string->constant = text;
  return string;
}

mlir::Value Elaborator::where(SourceRange range) {
  mlir::Value text = emit.string(runTimePlace(sources, diags, range));
  text.getDefiningOp()->setAttr(placeAttribute, emit.builder.getUnitAttr());
  return text;
}

/// A hole of a string with its format.
void Elaborator::addFormatted(const StringValue::Piece &piece, SourceRange range) {
  if (!as<StringValue>(piece.hole) && !piece.formatValue)
    return addText(piece.hole, piece.format, range);
  mlir::Value format = piece.formatValue ? stringPointer(piece.formatValue, range) : emit.string(piece.format);
  auto check = [&](int64_t dtype) {
    if (piece.formatValue)
      emit.runtime("mdl_check_format", {format, emit.constantI64(dtype), where(range)});
  };
  if (as<StringValue>(piece.hole)) {
    mlir::Value text = stringPointer(piece.hole, range);
    check(MDL_TEXT);
    emit.runtime("mdl_text_add_formatted", {text, format});
    return;
  }
  Tensor value = valueOfText(*this, tensor(piece.hole, range), range);
  if (!value)
    return;
  auto dtype = static_cast<int64_t>(value->element);
  check(dtype);
  emit.runtime("mdl_text_add_tensor", {ssa(value), emit.constantI64(dtype), format});
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

void Elaborator::addText(const Value &value, const std::string &format, SourceRange range) {
  if (!value)
    return;
  auto text = [&](const std::string &piece) { emit.runtime("mdl_text_add", emit.string(piece)); };
  switch (value->kind) {
  case ValueKind::Tensor:
  case ValueKind::Literal: {
    Tensor t = valueOfText(*this, tensor(value, range), range);
    if (!t)
      return;
    emit.runtime("mdl_text_add_tensor",
                 {ssa(t), emit.constantI64(static_cast<int64_t>(t->element)), emit.string(format)});
    return;
  }
  case ValueKind::String:
    for (auto &piece : as<StringValue>(value)->pieces) {
      if (auto *choice = as<ChoiceValue>(piece.hole))
        emit.runtime("mdl_text_add", pointerToChosen(*this, *choice, range));
      else if (piece.hole)
        addFormatted(piece, range);
      else if (piece.pointer)
        emit.runtime("mdl_text_add", piece.pointer);
      else if (!piece.text.empty())
        text(piece.text);
    }
    return;
  case ValueKind::Tuple:
  case ValueKind::List: {
    bool tuple = value->kind == ValueKind::Tuple;
    if (!tuple && isTensorLike(value) && as<TensorValue>(settle(value, range)))
      return addText(settle(value, range), format, range);
    auto &elements = tuple ? as<TupleValue>(value)->elements : as<ListValue>(value)->elements;
    text(tuple ? "(" : "[");
    for (size_t i = 0; i < elements.size(); ++i) {
      if (i)
        text(", ");
      addText(elements[i], format, range);
    }
    text(tuple ? ")" : "]");
    return;
  }
  case ValueKind::Record: {
    text("{");
    bool first = true;
    for (auto &[name, field] : as<RecordValue>(value)->fields) {
      text((first ? "" : ", ") + name + ": ");
      first = false;
      addText(field, format, range);
    }
    text("}");
    return;
  }
  case ValueKind::Model: {
    // As it was made; its table is for `print(net)`, where the model stands alone.
    auto *model = as<ModelValue>(value);
    text(model->cls->decl->name.text + "(");
    for (size_t i = 0; i < model->arguments.size(); ++i) {
      auto &[name, argument] = model->arguments[i];
      text((i ? ", " : "") + name + "=");
      if (isCallable(argument) && argument->kind != ValueKind::Model)
        text("…");
      else
        addText(argument, "", range);
    }
    text(")");
    return;
  }
  case ValueKind::ElementType:
    text(elementTypeName(as<ElementTypeValue>(value)->type));
    return;
  case ValueKind::Unit:
    text("nothing");
    return;
  default: {
    auto report = diags.report(diag::CannotPrint, range, {typeName(value)});
    if (isCallable(value))
      report.hint("call it, or `mdl doc NAME` shows what it is");
    else if (auto *module = as<ModuleValue>(value))
      report.hint(hintForModule(*module));
    else if (as<ZipValue>(value))
      report.hint("`[(a, b) for (a, b) in zip(x, y)]` is a list of them");
  }
  }
}

mlir::Value Elaborator::stringPointer(const Value &value, SourceRange range) {
  auto *string = as<StringValue>(value);
  if (!string) {
    diags.report(diag::PatternMismatch, range, {"a string", typeName(value)});
    return {};
  }
  if (string->pieces.size() == 1 && string->pieces[0].pointer)
    return string->pieces[0].pointer;
  if (string->constant)
    return emit.string(*string->constant);
  if (auto *choice = choiceOfText(value))
    return pointerToChosen(*this, *choice, range);
  emit.runtime("mdl_text_begin", {});
  addText(value, "", range);
  return emit.runtime("mdl_text_end", {}, emit.pointer());
}

/// `print(a, b)` writes its arguments with a space between.
static Value print(Elaborator &e, CallArguments &call) {
  if (reportForEachIndex(e, "`print`", call.range))
    return nullptr;
  for (auto &item : call.items)
    if (!item.name.empty()) {
      auto report = e.diags.report(diag::UnknownArgument, item.nameRange, {call.callee, item.name});
      if (std::string hint = nameHint(item.name, {}, NameUse::Argument); !hint.empty())
        report.hint(hint);
      return nullptr;
    }
  if (call.items.size() == 1)
    if (auto *model = as<ModelValue>(call.items[0].value))
      return e.printModel(*model, call.range) ? std::make_shared<UnitValue>() : nullptr;
  // Kernels that the arguments need run before the text is begun.
  std::vector<Value> values;
  for (auto &item : call.items)
    values.push_back(e.settle(item.value, item.range));
  e.emit.setPlace(call.range);
  e.emit.runtime("mdl_text_begin", {});
  for (size_t i = 0; i < values.size(); ++i) {
    if (i)
      e.emit.runtime("mdl_text_add", e.emit.string(" "));
    e.addText(values[i], "", call.items[i].range);
  }
  e.emit.runtime("mdl_text_print", {});
  return std::make_shared<UnitValue>();
}

void mdl::addTextBuiltins(Elaborator &elaborator) { elaborator.addBuiltins({{"print", print}}); }
