//===- DataSets.h - Data sets while a program is elaborated -----------------------------===//
//
// Stage: sema. What members, calls and loops do with a data set that DataFiles.cpp has opened.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_DATASETS_H
#define MDL_SEMA_DATASETS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// The number of rows of the data set at `handle`: a size of its own, named `name`, or `name2` … where there is such a
/// one.
Dim countRows(Elaborator &e, mlir::Value handle, const std::string &name, SourceRange origin);
/// The data set whose number of rows an `index` value is, or null.
mlir::Value dataOfRows(mlir::Value size);
/// A part, a field or `classes`; null if there is no such member.
Value dataMember(Elaborator &e, const std::shared_ptr<const DataValue> &data, const std::string &name);
/// `data.split(valid=0.2, seed=42)`.
Value splitData(Elaborator &e, CallArguments &call);
/// Begins a pass; the batches' iterator.
mlir::Value beginBatches(Elaborator &e, const BatchesValue &batches, SourceRange range);
/// The current batch, of `rows` rows: inputs and targets, or what the rows were taken from.
Value batchValue(Elaborator &e, const BatchesValue &batches, mlir::Value iterator, const Dim &rows);

/// Where the source is batches beside counters, `enumerate(batches(…))`: goes over them. False for other sources.
bool forEnumeratedBatches(Elaborator &e, const ast::For &stmt, const ast::Block &body, const Value &source);
/// How many batches a pass has.
std::optional<Dim> countOfBatches(Elaborator &e, const BatchesValue &batches, SourceRange range);

/// The names that `fit` of the standard library uses.
void addTrainBuiltins(Elaborator &elaborator);

} // namespace mdl

#endif // MDL_SEMA_DATASETS_H
