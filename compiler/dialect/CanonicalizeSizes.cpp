//===- CanonicalizeSizes.cpp - Sizes of results from operands -----------------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"

using namespace mlir;
using namespace mdl;

namespace {

LogicalResult simplifyDim(tensor::DimOp dim, PatternRewriter &rewriter) {
  Operation *op = dim.getSource().getDefiningOp();
  auto axis = dim.getConstantIndex();
  if (!op || op->getDialect()->getNamespace() != MdlDialect::getDialectNamespace() || !axis ||
      dim.getSource() != op->getResult(0))
    return failure();
  if (*axis < 0 || *axis >= tensorType(dim.getSource()).getRank() || !tensorType(dim.getSource()).isDynamicDim(*axis))
    return failure();
  auto source = sizeFromOperands(dim.getSource(), *axis);
  if (!source)
    return failure();
  OpFoldResult size = source->size ? source->size : sizeOf(rewriter, dim.getLoc(), source->tensor, source->axis);
  rewriter.replaceOp(dim, sizeValue(rewriter, dim.getLoc(), size));
  return success();
}

} // namespace

void mdl::addSizePatterns(RewritePatternSet &patterns) { patterns.add(simplifyDim); }
