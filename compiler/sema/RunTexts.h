//===- RunTexts.h - Texts that only the run knows -----------------------------------------===//
//
// Stage: sema. A text that the run puts together, reads from its options or chooses is a C string in memory; its
// characters and parts are further ones.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_RUNTEXTS_H
#define MDL_SEMA_RUNTEXTS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// The text whose characters are there.
Value textOfRun(mlir::Value pointer);
/// Whether a text is one that the run puts together or chooses.
bool isTextOfRun(const Elaborator &e, const Value &value);
/// How many characters it has: i64.
mlir::Value lengthOfText(Elaborator &e, const Value &text, SourceRange range);
/// The character at a place that is known to be inside.
Value characterAt(Elaborator &e, const Value &text, const Dim &place, SourceRange range);
/// `text[…]`; null if reported.
Value partOfText(Elaborator &e, const Value &text, const ast::Subscript &subscript);
/// `text * times`, where only the run knows how often, for all indices or for each; null if reported.
Value repeatedByRun(Elaborator &e, const Value &text, const Value &times, SourceRange range);
/// What is gone over, with its texts of the run put together once, before what goes over it.
Value withTextsMade(Elaborator &e, const Value &source, SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_RUNTEXTS_H
