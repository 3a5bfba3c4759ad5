//===- MdlToLinalg.cpp - From mdl to linalg on tensors ---------------------------===//
//
// Stage: lower. Input: mdl on tensors, without `mdl.grad`. Output:
//  - operations on tensors of rank 1 and more: `linalg.generic`, `linalg.fill`;
//  - operations on scalars: `arith` on the host, between `tensor.extract` and
//    `tensor.from_elements`, so that loop counters and learning rates are no kernels;
//  - random numbers, sorting, selection: `mdl.runtime` in destination-passing style;
//  - what linalg cannot say stays: `mdl.cumsum`, `mdl.scatter_add`, `mdl.affine_scatter`.
// The rules of each family of operations are in Lower*.cpp.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/PathOps.h"
#include "compiler/lower/LowerTypes.h"
#include "compiler/lower/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mdl {
namespace {

struct MdlToLinalgPass : PassWrapper<MdlToLinalgPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MdlToLinalgPass)
  StringRef getArgument() const override { return "mdl-to-linalg"; }
  StringRef getDescription() const override {
    return "Rewrite mdl to linalg on tensors, host scalars and runtime calls";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<linalg::LinalgDialect, tensor::TensorDialect, arith::ArithDialect, math::MathDialect,
                    affine::AffineDialect>();
  }

  void runOnOperation() override {
    // Kernels take the places of a scatter as they are: negative ones count from the end, which is said here in mdl.
    getOperation().walk([](ScatterAddOp op) { wrapIndices(op); });
    getOperation().walk([](ScatterOp op) { wrapIndices(op); });

    LoweredTypes types;
    ConversionTarget target(getContext());
    auto typesAreLowered = [&](Operation *op) { return types.isLegal(op); };
    target.markUnknownOpDynamicallyLegal(typesAreLowered);
    target.addDynamicallyLegalOp<func::FuncOp>(
        [&](func::FuncOp op) { return types.isSignatureLegal(op.getFunctionType()) && types.isLegal(&op.getBody()); });
    target.addLegalOp<ModuleOp, UnrealizedConversionCastOp>();
    target.addLegalDialect<linalg::LinalgDialect>();
    target.addIllegalDialect<MdlDialect>();
    target.addLegalOp<StringOp, KernelOp, YieldOp, LaunchOp>();
    target.addDynamicallyLegalOp<RuntimeOp, AnySizeOp, CumSumOp, ScatterAddOp, ScatterOp, AffineScatterOp>(
        typesAreLowered);

    RewritePatternSet patterns(&getContext());
    populateTypePatterns(types, patterns, target);
    populateElementwisePatterns(types, patterns);
    populateReducePatterns(types, patterns);
    populateContractPatterns(types, patterns);
    populateShapePatterns(types, patterns);
    populateSlicePatterns(types, patterns);
    populateIndexPatterns(types, patterns);
    populateHostPatterns(types, patterns);
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createMdlToLinalgPass() { return std::make_unique<MdlToLinalgPass>(); }

void addLowerPasses(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(createStrengthReducePass());
  manager.addPass(createScatterToWindowsPass());
  manager.addPass(createChooseLastPass());
  manager.addPass(createFactorSumsPass());
  manager.addPass(createMdlToLinalgPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void registerLowerPasses() {
  registerPass(createStrengthReducePass);
  registerPass(createScatterToWindowsPass);
  registerPass(createChooseLastPass);
  registerPass(createFactorSumsPass);
  registerPass(createMdlToLinalgPass);
  PassPipelineRegistration<>("mdl-lower", "Everything from mdl to linalg on tensors", addLowerPasses);
}

} // namespace mdl
