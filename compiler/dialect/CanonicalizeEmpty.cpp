//===- CanonicalizeEmpty.cpp - Tensors without elements -----------------------===//
//
// What has no element needs no work: its value is a constant, whatever made it. Later
// stages then never see a slice that begins at the end of its axis.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Mdl.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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
    if (isa<LaunchOp>(op)) // Our own constants have been lowered by then.
      rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, nothing);
    else
      rewriter.replaceOpWithNewOp<ConstantOp>(op, cast<ElementsAttr>(nothing));
    return success();
  }
};

LogicalResult keepDest(Operation *op, Value dest, Value updates, PatternRewriter &rewriter) {
  if (!isEmpty(updates) || dest.getType() != op->getResult(0).getType())
    return failure();
  rewriter.replaceOp(op, dest);
  return success();
}

LogicalResult updateNothing(UpdateSliceOp op, PatternRewriter &rewriter) {
  return keepDest(op, op.getDest(), op.getSource(), rewriter);
}

template <class Op> LogicalResult scatterNothing(Op op, PatternRewriter &rewriter) {
  return keepDest(op, op.getDest(), op.getUpdates(), rewriter);
}

} // namespace

void mdl::addEmptyPatterns(RewritePatternSet &patterns) {
  patterns.add<EmptyResult>(patterns.getContext());
  patterns.add(updateNothing);
  patterns.add(scatterNothing<ScatterOp>);
  patterns.add(scatterNothing<ScatterAddOp>);
}
