//===- LowerHost.cpp - What kernels do not do ----------------------------------------===//
//
// Stage: lower. Random numbers, sorting and selection are calls of the runtime
// (runtime/include/mdl/abi.h), which writes into tensors that generated code allocates.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"
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

/// Whether a slice of a sorted tensor takes the first elements along the last axis, and all along the others.
bool takesFirst(SliceOp slice) {
  int64_t last = tensorType(slice.getSource()).getRank() - 1;
  auto isWhole = [&](int64_t axis) {
    return sizeSource(slice.getResult(), axis) == sizeSource(slice.getSource(), axis);
  };
  return llvm::all_of(slice.getStaticOffsets(), [](int64_t offset) { return offset == 0; }) &&
         llvm::all_of(slice.getStaticStrides(), [](int64_t stride) { return stride == 1; }) &&
         llvm::all_of(llvm::seq<int64_t>(0, last), isWhole);
}

/// The slices that `topk` takes, where nothing else of the sorted tensors is read and all take as many; the first one
/// stands before the others.
SmallVector<SliceOp> slicesOfTop(SortOp op) {
  SmallVector<SliceOp> slices;
  int64_t last = tensorType(op.getInput()).getRank() - 1;
  for (Operation *user : op->getUsers()) {
    auto slice = dyn_cast<SliceOp>(user);
    if (!slice || slice->getBlock() != op->getBlock() || !takesFirst(slice) ||
        (!slices.empty() && !(sizeSource(slice.getResult(), last) == sizeSource(slices[0].getResult(), last))))
      return {};
    slices.push_back(slice);
  }
  llvm::sort(slices, [](SliceOp a, SliceOp b) { return a->isBeforeInBlock(b); });
  return slices;
}

/// The runtime gives as many of each row as the results have room for.
struct SortLowering : LowerPattern<SortOp> {
  using LowerPattern::LowerPattern;
  LogicalResult matchAndRewrite(SortOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = adaptor.getInput();
    SmallVector<SliceOp> slices = slicesOfTop(op);
    auto sizes = sizesOf(rewriter, loc, input);
    auto valuesType = types.tensor(op.getValues()), indicesType = types.tensor(op.getIndices());
    if (!slices.empty()) {
      rewriter.setInsertionPoint(slices[0]);
      sizes.back() = slices[0].getMixedSizes().back();
      ArrayRef<int64_t> shape = slices[0].getType().getShape();
      valuesType = valuesType.clone(shape);
      indicesType = indicesType.clone(shape);
    }
    Value values = emptyTensor(rewriter, loc, valuesType, sizes);
    Value indices = emptyTensor(rewriter, loc, indicesType, sizes);
    Value dtype = rewriter.create<arith::ConstantIntOp>(loc, dtypeOf(elementType(op.getInput())), 64);
    Value descending = rewriter.create<arith::ConstantIntOp>(loc, op.getDescending(), 1);
    auto call = rewriter.create<RuntimeOp>(loc, "mdl_sort", ValueRange{input, dtype, descending},
                                           ValueRange{values, indices}, Type(), /*pure=*/true);
    for (SliceOp slice : slices)
      rewriter.replaceOp(slice, call->getResult(slice.getSource() == op.getValues() ? 0 : 1));
    if (slices.empty())
      rewriter.replaceOp(op, call->getResults());
    else
      rewriter.eraseOp(op);
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
