//===- ContractGradients.cpp - The derivative of a contraction ----------------===//

#include "compiler/dialect/Gradients.h"

using namespace mlir;
using namespace mdl;

/// The gradient of the operand with letters `own`: the contraction of `first` and `second` (g and the other operand) to
/// the operand's letters. A letter that neither has was summed over, so the gradient is repeated along it.
static Value contractTo(Formula f, StringRef own, Value like, Value first, StringRef firstLetters, Value second,
                        StringRef secondLetters) {
  std::string shared;
  SmallVector<int64_t> dimensions;
  for (auto [axis, letter] : llvm::enumerate(own)) {
    if (!firstLetters.contains(letter) && !secondLetters.contains(letter))
      continue;
    shared.push_back(letter);
    dimensions.push_back(axis);
  }
  std::string equation = (firstLetters + "," + secondLetters + "->" + shared).str();
  Value contracted = f.make<EinsumOp>(first, second, equation);
  return broadcastTo(f.builder, f.loc, contracted, sizesOf(f.builder, f.loc, like), dimensions);
}

// y[r] = sum of a[i] b[j]: d a[i] = sum of g[r] b[j], d b[j] = sum of a[i] g[r], over all letters that are not kept
MDL_GRADIENT(EinsumOp) {
  Formula f{builder, getLoc()};
  auto letters = *EinsumLetters::parse(getEquation());
  d[0] = contractTo(f, letters.lhs, getLhs(), g[0], letters.result, getRhs(), letters.rhs);
  d[1] = contractTo(f, letters.rhs, getRhs(), getLhs(), letters.lhs, g[0], letters.result);
}
