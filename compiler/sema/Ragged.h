//===- Ragged.h - Rows of different lengths in a comprehension ----------------------------===//
//
// Stage: sema. `x[:i + 1]`, `x[x > t]` and `[v for v in x if v > t]` inside a comprehension have
// another length for each index. Such a value is a tensor with room for the longest row and, for
// each axis, which of its places an index has: arithmetic goes over all of it, a reduction over
// what is there. What would need one length for all reports `ragged-rows`.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_RAGGED_H
#define MDL_SEMA_RAGGED_H

#include "compiler/sema/Builtins.h"

namespace mdl {

bool hasRagged(llvm::ArrayRef<Value> values);
/// Reports that these rows are no tensor; gives null.
std::nullptr_t reportRagged(Elaborator &e, const RaggedValue &rows, SourceRange range);
/// The rows as a value, or the tensor itself where no axis is left that differs.
Value raggedRows(const builtin::Tensor &whole, std::vector<RaggedValue::Axis> axes, SourceRange origin);
/// An axis told by which places an index has: bool[longest], lifted.
RaggedValue::Axis raggedAxis(Elaborator &e, const builtin::Tensor &has, unsigned fromEnd, SourceRange range);

/// An operation element by element, some of whose operands are rows: `apply` gets those of the longest.
Value overRows(Elaborator &e, const std::string &op, const std::vector<Value> &operands,
               const std::vector<SourceRange> &ranges, SourceRange range,
               llvm::function_ref<Value(const std::vector<Value> &)> apply);
/// A product along an axis of rows, or of rows by a matrix.
Value matmulOfRows(Elaborator &e, const Value &lhs, const Value &rhs, SourceRange range, SourceRange lhsRange,
                   SourceRange rhsRange);

/// `whole` with a number where an index has no place along one of the axes (counted from the front of its shape).
builtin::Tensor filledRows(Elaborator &e, const RaggedValue &rows, const builtin::Tensor &whole,
                           llvm::ArrayRef<int64_t> axes, double number);
/// What is left when the axes are reduced.
Value withoutAxes(const RaggedValue &rows, const builtin::Tensor &reduced, llvm::ArrayRef<int64_t> axes, bool keep);
/// How many elements each index has along the axes.
Value countOfRows(Elaborator &e, const RaggedValue &rows, llvm::ArrayRef<int64_t> axes, SourceRange range);

/// `x[:i][-1]`: one element of each row; other reads report that the rows have different lengths.
Value indexRows(Elaborator &e, const RaggedValue &rows, llvm::ArrayRef<ast::Subscript> subscripts, SourceRange range);

/// The number that a reduction of more elements starts from.
double identityOf(const std::string &reduction, ElementType type);

} // namespace mdl

#endif // MDL_SEMA_RAGGED_H
