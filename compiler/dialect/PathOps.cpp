//===- PathOps.cpp - Verifier and gradient of what meets where two paths do ------===//

#include "compiler/dialect/PathOps.h"

#include "compiler/dialect/Gradients.h"

using namespace mlir;
using namespace mdl;

LogicalResult AnySizeOp::verify() {
  auto from = getInput().getType(), to = getType();
  if (from.getElementType() != to.getElementType() || from.getRank() != to.getRank())
    return emitOpError() << "gives " << to << " of " << from << ", which has another element type or rank";
  for (auto [own, shown] : llvm::zip(from.getShape(), to.getShape()))
    if (own != shown && !ShapedType::isDynamic(shown))
      return emitOpError() << "says more of the sizes than its operand: " << to << " of " << from;
  return success();
}

// The same value: d x = g, of which x tells the sizes.
MDL_GRADIENT(AnySizeOp) { d[0] = refineTo(builder, getLoc(), g[0], getInput().getType()); }

#define GET_OP_CLASSES
#include "compiler/dialect/PathOps.cpp.inc"
