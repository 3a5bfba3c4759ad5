//===- ElementwiseOps.cpp - Builders and verifiers of elementwise operations --===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

void CastOp::build(OpBuilder &builder, OperationState &state, Value input, Type elementType) {
  build(builder, state, tensorType(input).clone(elementType), input);
}

LogicalResult CastOp::verify() {
  if (getInput().getType().getShape() != getType().getShape())
    return emitOpError() << "changes the shape from " << getInput().getType() << " to " << getType();
  return success();
}
