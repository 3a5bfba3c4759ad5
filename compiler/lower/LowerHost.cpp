//===- LowerHost.cpp - What kernels do not do ----------------------------------------===//
//
// Stage: lower. Random numbers, sorting and selection are calls of the runtime
// (runtime/include/mdl/abi.h), which writes into tensors that generated code allocates.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/lower/Generic.h"
#include "compiler/lower/LowerTypes.h"
#include "runtime/include/mdl/abi.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace mdl {
namespace {

/// The runtime's name of an element type.
mdl_dtype dtypeOf(Type type) {
  if (isa<FloatType>(type))
    return type.isF16() ? MDL_F16 : type.isBF16() ? MDL_BF16 : type.isF32() ? MDL_F32 : MDL_F64;
  switch (type.getIntOrFloatBitWidth()) {
  case 1:
    return MDL_BOOL;
  case 8:
    return type.isUnsignedInteger() ? MDL_U8 : MDL_I8;
  case 32:
    return MDL_I32;
  default:
    return MDL_I64;
  }
}

/// `uniform`, `normal`, `permutation`: functions of their seed.
template <typename Op> struct FillLowering : LowerPattern<Op> {
  FillLowering(const LoweredTypes &types, MLIRContext *context, StringRef function)
      : LowerPattern<Op>(types, context), function(function) {}

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = this->types.tensor(op.getResult());
    Value out = emptyTensor(rewriter, op.getLoc(), type, mixedSizes(type, adaptor.getDynamicSizes()));
    auto call =
        rewriter.create<RuntimeOp>(op.getLoc(), function, ValueRange(adaptor.getSeed()), ValueRange(out), Type(),
                                   /*pure=*/true);
    rewriter.replaceOp(op, call.getResult(0));
    return success();
  }

  StringRef function;
};

struct NonzeroLowering : LowerPattern<NonzeroOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(NonzeroOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value mask = adaptor.getMask();
    auto count =
        rewriter.create<RuntimeOp>(loc, "mdl_count_nonzero", ValueRange(mask), ValueRange(), rewriter.getIndexType(),
                                   /*pure=*/true);
    Value out = emptyTensor(rewriter, loc, types.tensor(op.getResult()), OpFoldResult(count.getReturned()));
    auto call =
        rewriter.create<RuntimeOp>(loc, "mdl_fill_nonzero", ValueRange(mask), ValueRange(out), Type(), /*pure=*/true);
    rewriter.replaceOp(op, call.getResult(0));
    return success();
  }
};

struct SortLowering : LowerPattern<SortOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(SortOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = adaptor.getInput();
    auto sizes = sizesOf(rewriter, loc, input);
    Value values = emptyTensor(rewriter, loc, types.tensor(op.getValues()), sizes);
    Value indices = emptyTensor(rewriter, loc, types.tensor(op.getIndices()), sizes);
    Value dtype = rewriter.create<arith::ConstantIntOp>(loc, dtypeOf(elementType(op.getInput())), 64);
    Value descending = rewriter.create<arith::ConstantIntOp>(loc, op.getDescending(), 1);
    auto call = rewriter.create<RuntimeOp>(loc, "mdl_sort", ValueRange{input, dtype, descending},
                                           ValueRange{values, indices}, Type(), /*pure=*/true);
    rewriter.replaceOp(op, call->getResults());
    return success();
  }
};

/// A copy that nothing sees through: the second computation of `checkpoint` is never merged with the first. Scalars
/// need none, they keep no memory.
struct BarrierLowering : LowerPattern<BarrierOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(BarrierOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Value input = adaptor.getInput();
    auto type = types.tensor(op.getResult());
    if (type.getRank() == 0) {
      rewriter.replaceOp(op, input);
      return success();
    }
    Value out = emptyTensor(rewriter, op.getLoc(), type, sizesOf(rewriter, op.getLoc(), input));
    auto call = rewriter.create<RuntimeOp>(op.getLoc(), "mdl_copy", ValueRange(input), ValueRange(out), Type(),
                                           /*pure=*/false);
    rewriter.replaceOp(op, call.getResult(0));
    return success();
  }
};

} // namespace

void populateHostPatterns(const LoweredTypes &types, RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  patterns.add<FillLowering<UniformOp>>(types, context, "mdl_fill_uniform");
  patterns.add<FillLowering<NormalOp>>(types, context, "mdl_fill_normal");
  patterns.add<FillLowering<PermutationOp>>(types, context, "mdl_fill_permutation");
  patterns.add<NonzeroLowering, SortLowering, BarrierLowering>(types, context);
}

} // namespace mdl
