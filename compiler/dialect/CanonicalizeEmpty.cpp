//===- CanonicalizeEmpty.cpp - Tensors without elements -----------------------===//
//
// What has no element needs no work: its value is a constant, whatever made it. Later
// stages then never see a slice that begins at the end of its axis.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Mdl.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mdl;

namespace {

bool isEmpty(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && type.getNumElements() == 0;
}

struct EmptyResult : RewritePattern {
  explicit EmptyResult(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa_and_nonnull<MdlDialect>(op->getDialect()) || isa<ConstantOp>(op) || op->getNumResults() != 1 ||
        !isEmpty(op->getResult(0)) || !isPure(op))
      return failure();
    auto nothing = DenseElementsAttr::get(cast<ShapedType>(op->getResult(0).getType()), ArrayRef<Attribute>());
    rewriter.replaceOpWithNewOp<ConstantOp>(op, cast<ElementsAttr>(nothing));
    return success();
  }
};

LogicalResult updateNothing(UpdateSliceOp op, PatternRewriter &rewriter) {
  if (!isEmpty(op.getSource()) || op.getDest().getType() != op.getType())
    return failure();
  rewriter.replaceOp(op, op.getDest());
  return success();
}

} // namespace

void mdl::addEmptyPatterns(RewritePatternSet &patterns) {
  patterns.add<EmptyResult>(patterns.getContext());
  patterns.add(updateNothing);
}
