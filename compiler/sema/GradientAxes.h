//===- GradientAxes.h - What gradients and directional derivatives share -------------------===//
//
// Stage: sema. Private to Gradients.cpp and Directions.cpp: requests for a gradient, values that
// one is taken of, and the axes that both have inside comprehensions.
//
// Note [Gradients in comprehensions]
// In `[grad(f)(t) for t in ts]` the loss is a number for each index, and so is what the gradient is taken of. Each
// number depends on its own one only, so the gradient of the sum over the indices is all their gradients. What is the
// same for all indices, as x in `[grad(y => f(y)[i])(x) for i in 0..n]`, is first made one for each. Which indices a
// function looks at only a call tells, so such a call is tried before.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_GRADIENTAXES_H
#define MDL_SEMA_GRADIENTAXES_H

#include "compiler/sema/Elaborator.h"

#include <set>

namespace mdl::gradient {

using Tensor = Elaborator::Tensor;
/// Axes of the index space.
using IndexAxes = std::set<unsigned>;

/// Adds the axes that `value` has and `parameter` lacks.
void addMissingAxes(const TensorValue &value, const TensorValue &parameter, IndexAxes &axes);
/// A copy for each index along these axes.
Tensor forEachIndex(Elaborator &e, const Tensor &value, const IndexAxes &axes);
/// Whether each of these values has all axes of the index space, so that none can be missing.
bool haveAllAxes(Elaborator &e, const std::vector<Tensor> &values);

/// Marks what renamed() makes, which is equal to no other value, whatever it was made from.
inline constexpr const char *pointAttribute = "mdl.point";

/// The same value under a name of its own: what the function captures is held fixed.
Tensor renamed(Elaborator &e, const Tensor &value);
/// The leaves of a structure, for each index along these axes, under names of their own.
Value renamed(Elaborator &e, const Value &structure, const IndexAxes &axes);

/// What a function is differentiated at, as tensors: a number alone becomes f32.
Value settlePoint(Elaborator &e, const Value &function, const Value &value, SourceRange range);
/// Elaborates a call of which nothing stays; whether it has no errors.
bool isGood(Elaborator &e, llvm::function_ref<void()> call);

/// Emits the request for the gradient of the sum of a number over the indices; an empty name is that of a value of
/// ours. Null (reported) if some parameter has no gradient.
mlir::Operation *request(Elaborator &e, const Tensor &number, const std::vector<Tensor> &parameters,
                         const std::vector<std::string> &names, SourceRange wrtRange);
/// The results of a request.
std::vector<Tensor> results(Elaborator &e, mlir::Operation *request, const std::vector<Tensor> &parameters);

/// Whole numbers have no gradient: says where they come from.
void reportWholeNumbers(Elaborator &e, const Tensor &value, SourceRange range);
/// What a function's derivative is called, and its first parameter.
std::pair<std::string, std::string> functionNames(const Value &function);

} // namespace mdl::gradient

#endif // MDL_SEMA_GRADIENTAXES_H
