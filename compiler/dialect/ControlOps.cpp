//===- ControlOps.cpp - Types and verifiers of stop_gradient and grad ---------===//

#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

LogicalResult StopGradientOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                               SmallVectorImpl<Type> &results) {
  results.push_back(adaptor.getInput().getType());
  return success();
}

LogicalResult GradOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                       SmallVectorImpl<Type> &results) {
  llvm::append_range(results, adaptor.getWrt().getTypes());
  return success();
}

LogicalResult GradOp::verify() {
  if (getLoss().getType().getRank() != 0)
    return emitOpError() << "needs a scalar loss, not " << getLoss().getType();
  for (Value value : getWrt())
    if (!isa<FloatType>(getElementTypeOrSelf(value)))
      return emitOpError() << "with respect to " << value.getType() << ", which has no floating-point elements";
  if (getNames() && getNames()->size() != getWrt().size())
    return emitOpError() << "has " << getNames()->size() << " names for " << getWrt().size() << " values";
  return success();
}
