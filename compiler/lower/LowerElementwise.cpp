//===- LowerElementwise.cpp - Operations on elements at the same place -----------===//
//
// Stage: lower. Of rank 1 and more: a `linalg.generic` with identity maps whose body
// the operation builds itself; of rank 0: the same body on the host.
//
//===----------------------------------------------------------------------===//
#include "compiler/lower/Generic.h"
#include "compiler/lower/LowerTypes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace mdl {
namespace {

/// The sizes of an elementwise result, each from an operand that knows it.
SmallVector<OpFoldResult> elementwiseSizes(OpBuilder &builder, Location loc, RankedTensorType type,
                                           ValueRange operands) {
  SmallVector<OpFoldResult> sizes;
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    if (type.isDynamicDim(axis))
      sizes.push_back(builder.createOrFold<tensor::DimOp>(loc, operands[0], axis));
    else
      sizes.push_back(builder.getIndexAttr(type.getDimSize(axis)));
  }
  return sizes;
}

struct ElementwiseLowering : OpInterfaceConversionPattern<ElementwiseOpInterface> {
  ElementwiseLowering(const LoweredTypes &types, MLIRContext *context)
      : OpInterfaceConversionPattern(types, context), types(types) {}

  LogicalResult matchAndRewrite(ElementwiseOpInterface op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = types.tensor(op->getResult(0));
    if (type.getRank() == 0) {
      SmallVector<Value> scalars;
      for (Value operand : operands)
        scalars.push_back(extractScalar(rewriter, loc, operand));
      Value scalar = op.buildScalar(rewriter, loc, scalars, type.getElementType());
      rewriter.replaceOp(op, scalarTensor(rewriter, loc, scalar));
      return success();
    }
    SmallVector<AffineMap> maps(operands.size(), rewriter.getMultiDimIdentityMap(type.getRank()));
    rewriter.replaceOp(op, mapTensors(rewriter, loc, type, elementwiseSizes(rewriter, loc, type, operands), operands,
                                      maps, [&](OpBuilder &b, Location l, ValueRange args) {
                                        return op.buildScalar(b, l, args, type.getElementType());
                                      }));
    return success();
  }

  const LoweredTypes &types;
};

struct StopGradientLowering : LowerPattern<StopGradientOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(StopGradientOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, adaptor.getInput());
    return success();
  }
};

} // namespace

void populateElementwisePatterns(const LoweredTypes &types, RewritePatternSet &patterns) {
  patterns.add<ElementwiseLowering, StopGradientLowering>(types, patterns.getContext());
}

} // namespace mdl
