//===- RunTexts.cpp - Texts that only the run knows ---------------------------------------===//
//
// Stage: sema. See RunTexts.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/RunTexts.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/TextsOfIndex.h"
#include "mdl/abi.h"

using namespace mdl;

Value mdl::textOfRun(mlir::Value pointer) {
  auto string = std::make_shared<StringValue>();
  string->pieces.push_back({"", nullptr, "", nullptr, pointer});
  return string;
}

bool mdl::isTextOfRun(const Elaborator &e, const Value &value) {
  return as<StringValue>(value) && !e.knownElements(value);
}

mlir::Value mdl::lengthOfText(Elaborator &e, const Value &text, SourceRange range) {
  return e.emit.runtime("mdl_string_length", e.stringPointer(text, range), e.emit.builder.getI64Type());
}

Value mdl::characterAt(Elaborator &e, const Value &text, const Dim &place, SourceRange range) {
  mlir::Value pointer = e.stringPointer(text, range);
  return pointer ? textOfRun(e.emit.runtime("mdl_string_at", {pointer, e.emit.i64(place, e.dims), e.where(range)},
                                            e.emit.pointer()))
                 : nullptr;
}

Value mdl::partOfText(Elaborator &e, const Value &text, const ast::Subscript &subscript) {
  bool isFailed = false;
  auto numberOf = [&](const ast::Expr *expr, int64_t otherwise) -> mlir::Value {
    if (!expr)
      return e.emit.constantI64(otherwise);
    auto number = e.size(e.subscriptPart(expr), expr->range);
    isFailed |= !number;
    return number ? e.emit.i64(number->dim, e.dims) : mlir::Value();
  };
  if (subscript.kind == ast::Subscript::At) {
    Value at = e.subscriptPart(subscript.at);
    auto *number = as<TensorValue>(at);
    if (at && (isTextOfIndex(text) || (number && number->lift)))
      return charactersOfTexts(e, text, at, subscript.range);
    auto place = e.size(at, subscript.at->range);
    return place ? characterAt(e, text, place->dim, subscript.range) : nullptr;
  }
  if (subscript.kind != ast::Subscript::Slice) {
    e.diags.report(diag::CannotIndex, subscript.range, {e.typeName(text)});
    return nullptr;
  }
  mlir::Value begin = numberOf(subscript.begin, MDL_NO_BOUND), end = numberOf(subscript.end, MDL_NO_BOUND);
  mlir::Value step = numberOf(subscript.step, 1);
  if (isTextOfIndex(text))
    return isFailed ? nullptr : partsOfTexts(e, text, {begin, end, step}, subscript.range);
  mlir::Value pointer = isFailed ? mlir::Value() : e.stringPointer(text, subscript.range);
  return pointer ? textOfRun(e.emit.runtime("mdl_string_part", {pointer, begin, end, step, e.where(subscript.range)},
                                            e.emit.pointer()))
                 : nullptr;
}

Value mdl::repeatedByRun(Elaborator &e, const Value &text, const Value &times, SourceRange range) {
  auto count = e.isTensorLike(times) ? e.tensor(times, range) : nullptr;
  if (!count || count->rank() || !isInteger(count->element)) {
    e.diags.report(diag::ExpectedSize, range, {e.typeName(times)}).hint("a text is repeated a whole number of times");
    return nullptr;
  }
  count = e.cast(count, ElementType::I64);
  if (count->lift || isTextOfIndex(text))
    return repeatedTexts(e, text, count, range);
  mlir::Value pointer = e.stringPointer(text, range);
  return pointer ? textOfRun(e.emit.runtime("mdl_string_repeat", {pointer, e.scalar(count), e.where(range)},
                                            e.emit.pointer()))
                 : nullptr;
}

Value mdl::withTextsMade(Elaborator &e, const Value &source, SourceRange range) {
  return mapSources(source, [&](const Value &one) -> Value {
    if (!isTextOfRun(e, one))
      return one;
    mlir::Value pointer = e.stringPointer(one, range);
    return pointer ? textOfRun(pointer) : nullptr;
  });
}
