//===- CanonicalizeSizes.cpp - Sizes of results from operands -----------------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

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

/// An index that is known to count from 0 is none from the end.
LogicalResult foldNotNegative(arith::CmpIOp compare, PatternRewriter &rewriter) {
  if (compare.getPredicate() != arith::CmpIPredicate::slt || !compare.getLhs().getType().isIndex() ||
      !isConstantIntValue(compare.getRhs(), 0))
    return failure();
  auto least = ValueBoundsConstraintSet::computeConstantBound(presburger::BoundType::LB, compare.getLhs());
  if (failed(least) || *least < 0)
    return failure();
  rewriter.replaceOpWithNewOp<arith::ConstantIntOp>(compare, 0, 1);
  return success();
}

} // namespace

void mdl::addSizePatterns(RewritePatternSet &patterns) {
  patterns.add(simplifyDim);
  patterns.add(foldNotNegative);
}
