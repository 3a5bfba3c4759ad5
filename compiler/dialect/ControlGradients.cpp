//===- ControlGradients.cpp - Operations that end the chain rule --------------===//

#include "compiler/dialect/Gradients.h"

using namespace mlir;
using namespace mdl;

// The point of it.
MDL_ZERO_GRADIENT(StopGradientOp)

// Functions of a seed.
MDL_ZERO_GRADIENT(UniformOp)
MDL_ZERO_GRADIENT(NormalOp)
MDL_ZERO_GRADIENT(PermutationOp)
