//===- HostToLLVM.cpp - Functions in the LLVM dialect -------------------------===//
//
// Stage host. Takes functions of calls, `cf`, `arith`, `math`, `memref` and the mdl
// dialect's `arena`, `buffer` and `string`; gives the LLVM dialect alone.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/host/BufferLowering.h"
#include "compiler/host/Passes.h"
#include "compiler/host/StringConstants.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace mdl {

Value StringConstants::address(OpBuilder &builder, Location loc, StringRef text) {
  LLVM::GlobalOp &global = globals[text];
  if (!global) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    std::string bytes = text.str() + '\0';
    auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), bytes.size());
    global =
        builder.create<LLVM::GlobalOp>(module.getLoc(), type, /*isConstant=*/true, LLVM::Linkage::Private,
                                       "mdl.string." + std::to_string(globals.size()), builder.getStringAttr(bytes));
  }
  return builder.create<LLVM::AddressOfOp>(loc, global);
}

namespace {

struct HostToLLVMPass : public PassWrapper<HostToLLVMPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HostToLLVMPass)
  StringRef getArgument() const final { return "mdl-host-to-llvm"; }
  StringRef getDescription() const final { return "Turn what is left of the program into the LLVM dialect"; }
  void getDependentDialects(DialectRegistry &registry) const final { registry.insert<LLVM::LLVMDialect>(); }

  void runOnOperation() final {
    StringConstants strings(getOperation());
    getOperation().walk([&](StringOp op) {
      OpBuilder builder(op);
      op.replaceAllUsesWith(strings.address(builder, op.getLoc(), op.getValue()));
      op.erase();
    });
    LLVMTypeConverter converter(&getContext());
    RewritePatternSet patterns(&getContext());
    addBufferLoweringPatterns(converter, patterns, strings);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    populateFuncToLLVMConversionPatterns(converter, patterns);
    index::populateIndexToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    ub::populateUBToLLVMConversionPatterns(converter, patterns);
    // Functions without an LLVM intrinsic (erf, tanh, atan …) are libm's.
    populateMathToLLVMConversionPatterns(converter, patterns);
    populateMathToLibmConversionPatterns(patterns);

    LLVMConversionTarget target(getContext());
    target.addLegalOp<ModuleOp>();
    if (failed(applyFullConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createHostToLLVMPass() { return std::make_unique<HostToLLVMPass>(); }

} // namespace mdl
