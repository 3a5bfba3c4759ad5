//===- ChosenTexts.h - A text that the run chooses among known ones -----------------------===//
//
// Stage: sema. `names[k]` is a text with one hole, which holds a choice (ChoiceValue): the texts, all known now, and
// the number of one of them, which the run knows, or which is another one for each index of a comprehension.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_CHOSENTEXTS_H
#define MDL_SEMA_CHOSENTEXTS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// The text that has that number.
Value chosenText(const std::vector<Value> &texts, const Value &number);
/// What is chosen among where a text is a choice as a whole; null for other values.
const ChoiceValue *choiceOfText(const Value &text);
/// The texts that are chosen among in memory, and how many bytes each takes; 0 where these differ.
std::pair<mlir::Value, mlir::Value> charactersOfChosen(Elaborator &e, const ChoiceValue &choice);
/// The characters in memory. Reports where each index of a comprehension has a text of its own.
mlir::Value pointerToChosen(Elaborator &e, const ChoiceValue &choice, SourceRange range);
/// A comparison of texts of which at least one is chosen by an index of a comprehension and the other is chosen or
/// known; nothing for others.
std::optional<Value> compareChosen(Elaborator &e, ast::CompareOp op, const Value &lhs, const Value &rhs,
                                   SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_CHOSENTEXTS_H
