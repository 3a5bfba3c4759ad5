//===- ListComprehension.h - Comprehensions over what is known now -----------------===//
//
// Stage: sema. Where `lift` (Comprehension.cpp) finds that elements are no rows of one tensor.
//
// Note [Rows that are lists]
// `[over(t) for t in [1, 4]]`, with `fn over(t) = [x for x in xs if x > t]`, is lifted first: what becomes of the rows
// further out, `len(over(t))`, is one kernel for all. Where they get to a place that takes no rows of different lengths
// (an element of the result, `sort`, a declared type), and the elements gone over are counted now, what was emitted is
// thrown away, and the body is elaborated for each of them. That goes by what the values are, so that functions and
// records make no difference. Texts and sizes that depend on an index (`zeros([k])`) are such values, too.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_LISTCOMPREHENSION_H
#define MDL_SEMA_LISTCOMPREHENSION_H

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mdl {

/// What goes over more elements has a message rather than code for each.
constexpr int64_t mostForEach = 256;
/// Whether it is known now how many elements there are, and code for each is not too much.
bool isFewNow(Elaborator &e, const Value &source);

/// What `lift` gives, or one value for each element: see Note [Rows that are lists]. The argument of `lift`: whether
/// elements that no tensor holds may make a list of the run.
Value liftedOrEach(Elaborator &e, const ast::Comprehension &expr, const std::string &reduction, SourceRange range,
                   const Value &source, llvm::function_ref<Value(bool)> lift);

/// Reports, in a lifted comprehension, what would have to be done for each index: `print` and the like. True if so.
bool reportForEachIndex(Elaborator &e, const std::string &what, SourceRange range);

/// A value that a text tells, without axes of comprehensions around; null (reported) where each index has its own.
Elaborator::Tensor valueOfText(Elaborator &e, const Elaborator::Tensor &value, SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_LISTCOMPREHENSION_H
