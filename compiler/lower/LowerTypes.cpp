//===- LowerTypes.cpp - ui8 becomes i8 -----------------------------------------===//
//
// Stage: lower. Operations of other dialects, and those of mdl that linalg cannot say,
// keep their kind and get lowered types.
//
//===----------------------------------------------------------------------===//
#include "compiler/lower/LowerTypes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"

using namespace mlir;

namespace mdl {

LoweredTypes::LoweredTypes() {
  addConversion([](Type type) { return type; });
  addConversion([](IntegerType type) -> Type { return IntegerType::get(type.getContext(), type.getWidth()); });
  addConversion([](RankedTensorType type) -> Type {
    auto element = dyn_cast<IntegerType>(type.getElementType());
    return element ? type.clone(IntegerType::get(type.getContext(), element.getWidth())) : type;
  });
  auto bridge = [](OpBuilder &builder, Type type, ValueRange inputs, Location loc) -> Value {
    return builder.create<UnrealizedConversionCastOp>(loc, type, inputs).getResult(0);
  };
  addSourceMaterialization(bridge);
  addTargetMaterialization(bridge);
}

namespace {

/// Makes the same operation again with lowered types.
struct RetypePattern : ConversionPattern {
  RetypePattern(const LoweredTypes &types, MLIRContext *context)
      : ConversionPattern(types, MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    if (op->getNumRegions() != 0 || op->getNumSuccessors() != 0)
      return failure();
    SmallVector<Type> results;
    if (failed(getTypeConverter()->convertTypes(op->getResultTypes(), results)))
      return failure();
    OperationState state(op->getLoc(), op->getName(), operands, results, op->getAttrs());
    rewriter.replaceOp(op, rewriter.create(state)->getResults());
    return success();
  }
};

} // namespace

void populateTypePatterns(LoweredTypes &types, RewritePatternSet &patterns, ConversionTarget &target) {
  populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, types);
  populateReturnOpTypeConversionPattern(patterns, types);
  populateCallOpTypeConversionPattern(patterns, types);
  scf::populateSCFStructuralTypeConversionsAndLegality(types, patterns, target);
  patterns.add<RetypePattern>(types, patterns.getContext());
}

} // namespace mdl
