//===- RandomOps.cpp - Verifiers of random numbers ----------------------------===//

#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

LogicalResult UniformOp::verify() { return verifyDynamicSizes(*this, getType(), getDynamicSizes()); }
LogicalResult NormalOp::verify() { return verifyDynamicSizes(*this, getType(), getDynamicSizes()); }

LogicalResult PermutationOp::verify() {
  if (getType().getRank() != 1)
    return emitOpError() << "gives " << getType() << ", but a permutation has rank 1";
  return verifyDynamicSizes(*this, getType(), getDynamicSizes());
}
