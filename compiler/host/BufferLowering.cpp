//===- BufferLowering.cpp - Memory and buffers in the LLVM dialect ------------===//
//
// Stage host. `mdl.buffer` becomes a halide_buffer_t on the stack,
// whose constant parts are copied once at the function's entry from a constant of the program.
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

#include "HalideRuntime.h"

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

halide_type_t halideType(Type element) {
  halide_type_code_t code = element.isBF16()          ? halide_type_bfloat
                            : isa<FloatType>(element) ? halide_type_float
                            : element.isInteger(1)    ? halide_type_uint
                                                      : halide_type_int;
  uint8_t bits = isa<IndexType>(element) ? 64 : element.getIntOrFloatBitWidth();
  return {code, bits};
}

struct BufferLowering : public ConvertOpToLLVMPattern<BufferOp> {
  BufferLowering(const LLVMTypeConverter &converter, StringConstants &strings)
      : ConvertOpToLLVMPattern(converter), strings(strings) {}

  LogicalResult matchAndRewrite(BufferOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override;

private:
  Value at(OpBuilder &builder, Location loc, Value buffer, size_t bytes) const {
    return builder.create<LLVM::GEPOp>(loc, getVoidPtrType(), builder.getI8Type(), buffer,
                                       ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(bytes)});
  }

  StringConstants &strings;
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

  // As the program starts with it: what is not known yet is 0. Its axes stand behind it.
  halide_buffer_t image = {};
  image.type = halideType(type.getElementType());
  image.dimensions = rank;
  SmallVector<halide_dimension_t> dims(rank);
  for (int32_t i = 0; i < rank; ++i) {
    halide_dimension_t &dim = dims[rank - 1 - i]; // Halide counts from the innermost
    dim.extent = type.isDynamicDim(i) ? 0 : type.getDimSize(i);
    dim.stride = ShapedType::isDynamic(strides[i]) ? 0 : strides[i];
  }
  StringRef head(reinterpret_cast<const char *>(&image), sizeof image);
  StringRef tail(reinterpret_cast<const char *>(dims.data()), dims.size() * sizeof(halide_dimension_t));
  int64_t bytes = head.size() + tail.size();

  // Once: space, and all that is constant, copied from one image for each type.
  OpBuilder::InsertPoint here = rewriter.saveInsertionPoint();
  rewriter.setInsertionPointToStart(&function.getFunctionBody().front());
  auto constant = [&](int64_t value) {
    return rewriter.create<LLVM::ConstantOp>(loc, rewriter.getI64IntegerAttr(value));
  };
  Value buffer = rewriter.create<LLVM::AllocaOp>(loc, getVoidPtrType(), rewriter.getI8Type(), constant(bytes),
                                                 alignof(halide_buffer_t));
  Value start = strings.address(rewriter, loc, (head + tail).str());
  rewriter.create<LLVM::MemcpyOp>(loc, buffer, start, constant(bytes), /*isVolatile=*/false);
  rewriter.create<LLVM::StoreOp>(loc, at(rewriter, loc, buffer, sizeof(halide_buffer_t)),
                                 at(rewriter, loc, buffer, offsetof(halide_buffer_t, dim)));

  // Every time: the place, and sizes that are not known before.
  rewriter.restoreInsertionPoint(here);
  MemRefDescriptor memref(adaptor.getMemref());
  rewriter.create<LLVM::StoreOp>(loc, memref.bufferPtr(rewriter, loc, *getTypeConverter(), type),
                                 at(rewriter, loc, buffer, offsetof(halide_buffer_t, host)));
  auto storeDim = [&](int32_t axis, size_t field, Value value) {
    Value bits = rewriter.create<LLVM::TruncOp>(loc, rewriter.getI32Type(), value);
    size_t dim = sizeof(halide_buffer_t) + (rank - 1 - axis) * sizeof(halide_dimension_t);
    rewriter.create<LLVM::StoreOp>(loc, bits, at(rewriter, loc, buffer, dim + field));
  };
  for (int32_t i = 0; i < rank; ++i) {
    if (type.isDynamicDim(i))
      storeDim(i, offsetof(halide_dimension_t, extent), memref.size(rewriter, loc, i));
    if (!ShapedType::isDynamic(strides[i]))
      continue;
    Value stride = single[i] ? constant(1) : memref.stride(rewriter, loc, i);
    for (int32_t inner = i + 1; single[i] && inner < rank; ++inner)
      stride = rewriter.create<LLVM::MulOp>(loc, stride, memref.size(rewriter, loc, inner));
    storeDim(i, offsetof(halide_dimension_t, stride), stride);
  }
  rewriter.replaceOp(op, buffer);
  return success();
}

} // namespace

void addBufferLoweringPatterns(const LLVMTypeConverter &converter, RewritePatternSet &patterns,
                               StringConstants &strings) {
  patterns.add<ArenaLowering, DeallocLowering>(converter);
  patterns.add<AllocLowering, BufferLowering>(converter, strings);
}

} // namespace mdl
