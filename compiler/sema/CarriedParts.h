//===- CarriedParts.h - Texts, choices and placeholders in what loops carry ---------===//
//
// Stage: sema. The parts of a variable that do not go through a loop as tensors: see Note [Strings in loops] and
// Note [Functions in loops] in Carried.h.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_CARRIEDPARTS_H
#define MDL_SEMA_CARRIEDPARTS_H

#include "compiler/sema/Value.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mdl {

using IsPart = bool(const Value &);
bool isText(const Value &value);
/// A text that the run has put together.
bool isRunText(const Value &value);
/// A choice that is the same for all indices of the comprehension around.
bool isChoice(const Value &value);

/// The structure with what `change` gives for each of its parts of a kind.
Value mapParts(const Value &value, IsPart isPart, llvm::function_ref<Value(const Value &)> change);
Value mapTexts(const Value &value, llvm::function_ref<Value(const Value &)> change);
std::vector<Value> partsThat(const Value &value, IsPart isPart);
std::vector<Value> textsOf(const Value &value);
/// Calls `visit` for each choice and what stands in its place in another structure of that form.
void forEachChoice(const Value &value, const Value &other,
                   llvm::function_ref<void(const Value &, const Value &)> visit);

/// The tensor for each of the indices that another one depends on, and those that it depends on itself.
std::shared_ptr<const TensorValue> withIndices(Elaborator &e, const std::shared_ptr<const TensorValue> &value,
                                               const TensorValue &like);

} // namespace mdl

#endif // MDL_SEMA_CARRIEDPARTS_H
