//===- Readable.cpp - The pass behind texts of derivatives --------------------------------===//

#include "compiler/print/Readable.h"

#include "compiler/dialect/Canonicalize.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdl {

void makeReadable(ArrayRef<func::FuncOp> functions) {
  if (functions.empty())
    return;
  MLIRContext *context = functions.front()->getContext();
  RewritePatternSet patterns(context);
  addQuotientPatterns(patterns);
  addChoicePatterns(patterns);
  addMaskPatterns(patterns);
  addArithmeticPatterns(patterns);
  addShapePatterns(patterns);
  FrozenRewritePatternSet frozen(std::move(patterns));
  IRRewriter rewriter(context);
  GreedyRewriteConfig config;
  config.maxNumRewrites = 10000;
  constexpr int mostRounds = 6;
  auto dropRepeated = [&](func::FuncOp function) {
    DominanceInfo dominance(function);
    eliminateCommonSubExpressions(rewriter, dominance, function);
  };
  for (func::FuncOp function : functions) {
    callSigmoid(function);
    for (int round = 0; round < mostRounds; ++round) {
      // What one round makes equal is one value in the next. Where the driver gives up the text is longer, but right.
      bool isChanged = false;
      (void)applyPatternsAndFoldGreedily(function, frozen, config, &isChanged);
      dropRepeated(function);
      if (!isChanged)
        break;
    }
    callReluAndSoftmax(function);
    dropRepeated(function);
  }
}

namespace {

struct ReadablePass : PassWrapper<ReadablePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ReadablePass)
  StringRef getArgument() const override { return "mdl-readable"; }
  StringRef getDescription() const override { return "Simplify derivatives for who reads them"; }
  void runOnOperation() override { makeReadable(llvm::to_vector(getOperation().getOps<func::FuncOp>())); }
};

} // namespace

void registerPrintPasses() {
  registerPass([] { return std::unique_ptr<Pass>(std::make_unique<ReadablePass>()); });
}

} // namespace mdl
