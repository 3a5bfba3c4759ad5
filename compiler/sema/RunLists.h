//===- RunLists.h - Lists whose length only the run knows ---------------------------------===//
//
// Stage: sema, of what no tensor holds: texts, records and tuples with texts.
//
// Note [Lists of the run]
// `["item {i}" for i in 0..n]` is kept as what its elements hold, each behind the other: a column for each number,
// tensor and text of an element, whose first axis is as long as the list. A text is a number there, of a table that the
// runtime keeps and in which equal texts have one number. What is left of an element, that it is a record with these
// fields, is known now: the form of the list. So a part of a list, a choice of its elements, two lists one behind the
// other are what they are for tensors, column by column; loops and branches carry the columns, and derivatives go
// through them. An element is a value like any other.
//
// A comprehension that makes such a list is lifted like one that makes a tensor. A text is another one for each index
// then: it has pieces that differ, and is put together for all indices at once, a piece at a time (TextWriter.h).
//
// A list that is known now becomes one where it meets one, and where the run says which of its elements are taken.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_RUNLISTS_H
#define MDL_SEMA_RUNLISTS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// The form of a list with such elements, and what one holds, by column.
struct ElementParts {
  Value form;
  std::vector<Elaborator::Tensor> columns;
};

/// What an element holds is left out; null where a list of the run cannot hold it. Nothing is emitted.
Value formOf(const Elaborator &e, const Value &element);
bool isSameForm(const Value &first, const Value &second);
/// Whether a text is in it.
bool holdsText(const Value &value);
/// Nothing where no list of the run holds it (reported).
std::optional<ElementParts> partsOfElement(Elaborator &e, const Value &element, SourceRange range);

/// The form with the sizes that the columns have.
Value formWith(const Value &form, llvm::ArrayRef<Elaborator::Tensor> columns);
std::shared_ptr<const RunListValue> runList(const Value &form, std::vector<Elaborator::Tensor> columns);
/// One that begins empty; null where the sizes of its elements are not known before `mark`.
Value emptyRunList(Elaborator &e, const Value &form, SymbolId mark);
Size lengthOfList(const RunListValue &list);
/// An element, made of what `part` gives of each column; null if it gives a null.
Value elementFrom(Elaborator &e, const RunListValue &list, llvm::function_ref<Value(const Elaborator::Tensor &)> part,
                  SourceRange range);
/// An element, a part or a choice of elements; null if reported.
Value indexRunList(Elaborator &e, const RunListValue &list, const ast::Subscript &subscript, SourceRange range);

/// The list with another element at a place, `xs[k] = …`; null if reported.
Value withElementOfRunList(Elaborator &e, const RunListValue &list, const ast::Index &index, const Value &value,
                           SourceRange valueRange);

/// Whether it is a list that is no tensor and that a list of the run can stand for: of one form.
bool mayBeRunList(const Elaborator &e, const Value &list);
/// The form of its elements; null for what no list of the run stands for.
Value formOfElements(const Elaborator &e, const Value &list);
/// A list that is known now, as one of the run; one of the run as it is. Null if reported.
std::shared_ptr<const RunListValue> asRunList(Elaborator &e, const Value &list, SourceRange range);
/// A known list where the other is one of the run, as one, also inside of structures; null if reported. With a `mark`
/// also where the other has another length; sizes of elements are known before it.
Value likeRunLists(Elaborator &e, const Value &like, const Value &value, SourceRange range,
                   std::optional<SymbolId> mark = std::nullopt);
/// Reports a list of the run in what has to be tensors; whether there was one.
bool reportRunLists(Elaborator &e, const Value &value, SourceRange range);
/// Lists one behind the other, of which one is of the run; nothing for others.
std::optional<Value> joinedRunLists(Elaborator &e, const std::vector<Value> &lists, SourceRange range);

/// `a + b` of two lists of which one holds texts or functions: one behind the other; nothing for others.
std::optional<Value> joinedByPlus(Elaborator &e, const Value &first, const Value &second, SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_RUNLISTS_H
