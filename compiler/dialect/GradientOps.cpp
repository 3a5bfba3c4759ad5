//===- GradientOps.cpp - Types, verifiers and gradients of what only derivatives know ---===//

#include "compiler/dialect/GradientOps.h"

#include "compiler/dialect/Gradients.h"

using namespace mlir;
using namespace mdl;

LogicalResult BarrierOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                          SmallVectorImpl<Type> &results) {
  results.push_back(adaptor.getInput().getType());
  return success();
}

void CustomGradientOp::build(OpBuilder &builder, OperationState &state, ValueRange values, ValueRange inputs) {
  state.addOperands(values);
  state.addOperands(inputs);
  state.addTypes(values.getTypes());
  state.getOrAddProperties<Properties>().operandSegmentSizes = {int32_t(values.size()), int32_t(inputs.size())};
  Block &rule = state.addRegion()->emplaceBlock();
  for (unsigned i = 0; i < 2; ++i) // The gradients of the results, and the results.
    rule.addArguments(values.getTypes(), SmallVector<Location>(values.size(), state.location));
}

LogicalResult CustomGradientOp::verifyRegions() {
  Block &rule = getRule().front();
  if (getResultTypes() != getValues().getTypes())
    return emitOpError("has results of other types than its values");
  SmallVector<Type> types(getResultTypes());
  llvm::append_range(types, getResultTypes());
  if (rule.getArgumentTypes() != TypeRange(types))
    return emitOpError("has a rule that does not take the gradients of its results and these");
  auto yield = dyn_cast<RuleYieldOp>(rule.getTerminator());
  TypeRange expected = getEndless() ? TypeRange() : TypeRange(getInputs().getTypes());
  if (!yield || TypeRange(yield.getGradients().getTypes()) != expected)
    return emitOpError("has a rule that does not give the gradients of its inputs");
  return success();
}

// The same value: d x = g.
MDL_GRADIENT(BarrierOp) { d[0] = g[0]; }

#define GET_OP_CLASSES
#include "compiler/dialect/GradientOps.cpp.inc"
