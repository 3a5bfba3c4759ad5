//===- TextsOfIndex.h - Texts of which each index has its own -----------------------------===//
//
// Stage: sema. A text of a comprehension that differs from index to index, by the number that the runtime has for each
// text: see Note [Lists of the run] in RunLists.h. Lists of texts are compared and made of characters as such.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_TEXTSOFINDEX_H
#define MDL_SEMA_TEXTSOFINDEX_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Whether a text may be another one for each index of the comprehensions around.
bool isTextOfIndex(const Value &text);
/// The axes of the index space that the values depend on; the others have size 1.
Shape indicesOf(Elaborator &e, llvm::ArrayRef<Value> values, SourceRange range);
/// The number of a text, which may be another one for each index: i64.
Elaborator::Tensor textNumber(Elaborator &e, const Value &text, SourceRange range);
/// The text that has that number.
Value textOfNumber(Elaborator &e, const Elaborator::Tensor &number);
/// The numbers of texts that are known now, one behind the other.
Elaborator::Tensor numbersOfKnown(Elaborator &e, const std::vector<Value> &texts, SourceRange range);
/// How many characters each text has.
Value lengthsOfTexts(Elaborator &e, const Value &text, SourceRange range);
/// Whether each text has the other one in it.
Value textsContain(Elaborator &e, const Value &text, const Value &part, SourceRange range);
/// The character of each text at a place.
Value charactersOfTexts(Elaborator &e, const Value &text, const Value &place, SourceRange range);
/// Each text as often as its index has it.
Value repeatedTexts(Elaborator &e, const Value &text, const Elaborator::Tensor &times, SourceRange range);
/// The part of each text between bounds that are the same for all, as mdl_string_part has them.
Value partsOfTexts(Elaborator &e, const Value &text, llvm::ArrayRef<mlir::Value> bounds, SourceRange range);
/// A comparison of texts of which one is another one for each index; nothing for others.
std::optional<Value> compareTextsOfIndex(Elaborator &e, ast::CompareOp op, const Value &lhs, const Value &rhs,
                                         SourceRange range);
/// The characters of a text that only the run knows as a list of the run, also of one that is gone over beside others;
/// what else is gone over stays. Null if reported.
Value withCharacters(Elaborator &e, const Value &source, SourceRange range);
/// `==` and `!=` of lists of texts, or of one and a text, element by element, where one is of the run; nothing for
/// others.
std::optional<Value> compareTextLists(Elaborator &e, ast::CompareOp op, const Value &lhs, const Value &rhs,
                                      SourceRange range);
/// Adds what is shown of a list to the text that is being built.
void addTextOfList(Elaborator &e, const RunListValue &list, const std::string &format, SourceRange range);
/// Reports a text for each index where there can be one only.
void reportTextOfIndex(Elaborator &e, SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_TEXTSOFINDEX_H
