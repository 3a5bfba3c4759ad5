//===- BufferLowering.cpp - Memory and buffers in the LLVM dialect ------------===//
//
// Stage host. `mdl.buffer` becomes a halide_buffer_t on the stack (layout: HalideRuntime.h),
// whose constant parts are filled once at the function's entry.
//
//===----------------------------------------------------------------------===//

#include "compiler/host/BufferLowering.h"

#include "compiler/dialect/Mdl.h"
#include "compiler/host/StringConstants.h"
#include "compiler/support/RunTimePlace.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/MemRefToLLVM/AllocLikeConversion.h"
#include "mlir/Dialect/LLVMIR/FunctionCallUtils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace mdl {
namespace {

/// Calls a function of the runtime.
LLVM::CallOp callRuntime(ConversionPatternRewriter &rewriter, Location loc, Operation *op, StringRef name,
                         Type returned, ValueRange arguments) {
  auto module = op->getParentOfType<ModuleOp>();
  LLVM::LLVMFuncOp function = LLVM::lookupOrCreateFn(module, name, llvm::to_vector(arguments.getTypes()), returned);
  return rewriter.create<LLVM::CallOp>(loc, function, arguments);
}

struct ArenaLowering : public ConvertOpToLLVMPattern<ArenaOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(ArenaOp op, OpAdaptor, ConversionPatternRewriter &rewriter) const override {
    auto type = cast<MemRefType>(op.getMemory().getType());
    Location loc = op.getLoc();
    Value bytes = rewriter.create<LLVM::ConstantOp>(loc, rewriter.getI64IntegerAttr(type.getDimSize(0)));
    Value memory = callRuntime(rewriter, loc, op, "mdl_arena", getVoidPtrType(), bytes).getResult();
    rewriter.replaceOp(op, {MemRefDescriptor::fromStaticShape(rewriter, loc, *getTypeConverter(), type, memory)});
    return success();
  }
};

struct AllocLowering : public AllocLikeOpLLVMLowering {
  AllocLowering(const LLVMTypeConverter &converter, StringConstants &strings)
      : AllocLikeOpLLVMLowering(memref::AllocOp::getOperationName(), converter, /*benefit=*/2), strings(strings) {}

  std::tuple<Value, Value> allocateBuffer(ConversionPatternRewriter &rewriter, Location loc, Value bytes,
                                          Operation *op) const override {
    auto place = op->getAttrOfType<StringAttr>(placeAttribute);
    Value where = strings.address(rewriter, loc, place ? place.getValue() : "");
    Value memory = callRuntime(rewriter, loc, op, "mdl_alloc", getVoidPtrType(), {bytes, where}).getResult();
    return {memory, memory};
  }

private:
  StringConstants &strings;
};

struct DeallocLowering : public ConvertOpToLLVMPattern<memref::DeallocOp> {
  explicit DeallocLowering(const LLVMTypeConverter &converter) : ConvertOpToLLVMPattern(converter, /*benefit=*/2) {}

  LogicalResult matchAndRewrite(memref::DeallocOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value memory = MemRefDescriptor(adaptor.getMemref()).allocatedPtr(rewriter, op.getLoc());
    callRuntime(rewriter, op.getLoc(), op, "mdl_free", getVoidType(), memory);
    rewriter.eraseOp(op);
    return success();
  }
};

/// halide_type_t of an element: code and bits.
std::pair<int64_t, int64_t> halideType(Type element) {
  enum { Int = 0, UInt = 1, Float = 2, BFloat = 4 };
  if (element.isInteger(1))
    return {UInt, 1};
  if (element.isBF16())
    return {BFloat, 16};
  if (isa<FloatType>(element))
    return {Float, element.getIntOrFloatBitWidth()};
  return {Int, isa<IndexType>(element) ? 64 : element.getIntOrFloatBitWidth()};
}

struct BufferLowering : public ConvertOpToLLVMPattern<BufferOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(BufferOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override;

private:
  /// Fields of halide_buffer_t; its `type` is three of them here.
  enum Field { Device, Interface, Host, Flags, Code, Bits, Lanes, Dimensions, Dim, Padding };
  /// Fields of halide_dimension_t.
  enum DimField { Min, Extent, Stride, DimFlags };

  Type structType() const {
    MLIRContext *context = &getTypeConverter()->getContext();
    Type ptr = LLVM::LLVMPointerType::get(context);
    auto integer = [&](unsigned bits) { return IntegerType::get(context, bits); };
    return LLVM::LLVMStructType::getLiteral(
        context, {integer(64), ptr, ptr, integer(64), integer(8), integer(8), integer(16), integer(32), ptr, ptr});
  }

  void store(OpBuilder &builder, Location loc, Value record, int32_t field, Value value) const {
    Value address =
        builder.create<LLVM::GEPOp>(loc, getVoidPtrType(), structType(), record, ArrayRef<LLVM::GEPArg>{0, field});
    builder.create<LLVM::StoreOp>(loc, value, address);
  }

  void storeDim(OpBuilder &builder, Location loc, Value dims, int32_t dimension, int32_t field, Value value) const {
    Value address = builder.create<LLVM::GEPOp>(loc, getVoidPtrType(), builder.getI32Type(), dims,
                                                ArrayRef<LLVM::GEPArg>{4 * dimension + field});
    builder.create<LLVM::StoreOp>(loc, value, address);
  }

  static Value constant(OpBuilder &builder, Location loc, unsigned bits, int64_t value) {
    return builder.create<LLVM::ConstantOp>(loc, builder.getIntegerAttr(builder.getIntegerType(bits), value));
  }
};

LogicalResult BufferLowering::matchAndRewrite(BufferOp op, OpAdaptor adaptor,
                                              ConversionPatternRewriter &rewriter) const {
  auto type = cast<MemRefType>(op.getMemref().getType());
  auto function = op->getParentOfType<FunctionOpInterface>();
  SmallVector<int64_t> strides;
  int64_t offset;
  if (!function || failed(getStridesAndOffset(type, strides, offset)))
    return failure();
  Location loc = op.getLoc();
  int32_t rank = type.getRank();
  // The stride of an axis of size 1 says nothing, but kernels check it: it is told as if the memory were dense.
  SmallVector<bool> single(rank);
  for (int64_t i = rank - 1, inside = 1; i >= 0; --i) {
    single[i] = type.getDimSize(i) == 1;
    if (single[i])
      strides[i] = inside;
    if (ShapedType::isDynamic(inside) || type.isDynamicDim(i))
      inside = ShapedType::kDynamic;
    else
      inside *= type.getDimSize(i);
  }

  // Once: space, and all that is constant.
  OpBuilder::InsertPoint here = rewriter.saveInsertionPoint();
  rewriter.setInsertionPointToStart(&function.getFunctionBody().front());
  Value one = constant(rewriter, loc, 64, 1);
  Value buffer = rewriter.create<LLVM::AllocaOp>(loc, getVoidPtrType(), structType(), one);
  Value dims = rewriter.create<LLVM::AllocaOp>(loc, getVoidPtrType(), rewriter.getI32Type(),
                                               constant(rewriter, loc, 64, std::max(4 * rank, 1)));
  Value null = rewriter.create<LLVM::ZeroOp>(loc, getVoidPtrType());
  auto [code, bits] = halideType(type.getElementType());
  store(rewriter, loc, buffer, Device, constant(rewriter, loc, 64, 0));
  store(rewriter, loc, buffer, Interface, null);
  store(rewriter, loc, buffer, Flags, constant(rewriter, loc, 64, 0));
  store(rewriter, loc, buffer, Code, constant(rewriter, loc, 8, code));
  store(rewriter, loc, buffer, Bits, constant(rewriter, loc, 8, bits));
  store(rewriter, loc, buffer, Lanes, constant(rewriter, loc, 16, 1));
  store(rewriter, loc, buffer, Dimensions, constant(rewriter, loc, 32, rank));
  store(rewriter, loc, buffer, Dim, dims);
  store(rewriter, loc, buffer, Padding, null);
  for (int32_t i = 0; i < rank; ++i) {
    int32_t dimension = rank - 1 - i; // Halide counts from the innermost
    storeDim(rewriter, loc, dims, dimension, Min, constant(rewriter, loc, 32, 0));
    storeDim(rewriter, loc, dims, dimension, DimFlags, constant(rewriter, loc, 32, 0));
    if (!type.isDynamicDim(i))
      storeDim(rewriter, loc, dims, dimension, Extent, constant(rewriter, loc, 32, type.getDimSize(i)));
    if (!ShapedType::isDynamic(strides[i]))
      storeDim(rewriter, loc, dims, dimension, Stride, constant(rewriter, loc, 32, strides[i]));
  }

  // Every time: the place, and sizes that are not known before.
  rewriter.restoreInsertionPoint(here);
  MemRefDescriptor memref(adaptor.getMemref());
  store(rewriter, loc, buffer, Host, memref.bufferPtr(rewriter, loc, *getTypeConverter(), type));
  auto truncated = [&](Value value) {
    return rewriter.create<LLVM::TruncOp>(loc, rewriter.getI32Type(), value).getResult();
  };
  for (int32_t i = 0; i < rank; ++i) {
    if (type.isDynamicDim(i))
      storeDim(rewriter, loc, dims, rank - 1 - i, Extent, truncated(memref.size(rewriter, loc, i)));
    if (!ShapedType::isDynamic(strides[i]))
      continue;
    Value stride = single[i] ? constant(rewriter, loc, 64, 1) : memref.stride(rewriter, loc, i);
    for (int32_t inner = i + 1; single[i] && inner < rank; ++inner)
      stride = rewriter.create<LLVM::MulOp>(loc, stride, memref.size(rewriter, loc, inner));
    storeDim(rewriter, loc, dims, rank - 1 - i, Stride, truncated(stride));
  }
  rewriter.replaceOp(op, buffer);
  return success();
}

} // namespace

void addBufferLoweringPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns,
                               StringConstants &strings) {
  patterns.add<ArenaLowering, BufferLowering, DeallocLowering>(converter);
  patterns.add<AllocLowering>(converter, strings);
}

} // namespace mdl
