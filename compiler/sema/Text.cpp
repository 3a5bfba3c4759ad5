//===- Text.cpp - Strings, formats, print -----------------------------------------------------===//
//
// Stage: sema. A string is a list of pieces, which TextWriter.h puts together.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/ListComprehension.h"
#include "compiler/sema/TextsOfIndex.h"
#include "compiler/support/RunTimePlace.h"

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
  if (string->pieces.size() == 1 && string->pieces[0].number) {
    reportTextOfIndex(*this, range);
    return emit.string("");
  }
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
