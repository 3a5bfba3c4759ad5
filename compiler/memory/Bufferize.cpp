//===- Bufferize.cpp - Tensors of functions become memrefs ------------------===//
//
// Stage memory. Upstream's one-shot bufferisation on each function, after empty tensors
// have been replaced by the places that their contents go to. Kernels are not functions
// and keep their tensors: they become Halide pipelines.
//
//===----------------------------------------------------------------------===//

#include "compiler/memory/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace mlir::bufferization;

namespace mdl {
namespace {

OneShotBufferizationOptions bufferizationOptions() {
  OneShotBufferizationOptions options;
  // A value that changes its buffer in a loop is rare but right: what -mdl-carry-in-place cannot keep in place.
  options.allowReturnAllocsFromLoops = true;
  options.bufferAlignment = 64;
  options.unknownTypeConverterFn = [](Value value, Attribute memorySpace, const BufferizationOptions &) {
    return getMemRefTypeWithStaticIdentityLayout(cast<TensorType>(value.getType()), memorySpace);
  };
  return options;
}

/// Whether the analysis finds a way; what it says otherwise is kept from the user, for there is another one.
bool isBufferizable(func::FuncOp function, const OneShotBufferizationOptions &options) {
  ScopedDiagnosticHandler quiet(function.getContext(), [](Diagnostic &) { return success(); });
  OneShotAnalysisState state(function, options);
  return succeeded(analyzeOp(function, state));
}

/// Takes back what -mdl-carry-in-place asked for: a loop may then change the place of a value in each iteration.
void letCarriedValuesMove(func::FuncOp function) {
  function.walk([](MaterializeInDestinationOp op) {
    if (op.getNumResults() != 1 || !isa<BlockArgument>(op.getDest()))
      return;
    op.getResult().replaceAllUsesWith(op.getSource());
    op.erase();
  });
}

/// The next pass of a loop starts from the same tensor, so what a pass inserts into is a copy. Analysis would say so
/// too, but not before an empty tensor was replaced by the part that is inserted into.
void copyWhatPassesInsertInto(func::FuncOp function) {
  function.walk([](tensor::InsertSliceOp insert) {
    auto loop = insert->getParentOfType<LoopLikeOpInterface>();
    if (!loop || loop->isAncestor(insert.getDest().getParentBlock()->getParentOp()))
      return;
    OpBuilder builder(insert);
    auto copy = builder.create<AllocTensorOp>(insert.getLoc(), insert.getType(), ValueRange(), insert.getDest());
    insert.getDestMutable().assign(copy);
  });
}

struct BufferizePass : public PassWrapper<BufferizePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(BufferizePass)
  StringRef getArgument() const final { return "mdl-bufferize"; }
  StringRef getDescription() const final { return "Turn the tensors of functions into memrefs"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<BufferizationDialect, memref::MemRefDialect>();
  }

  void runOnOperation() final {
    OneShotBufferizationOptions options = bufferizationOptions();
    IRRewriter rewriter(&getContext());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      copyWhatPassesInsertInto(function);
      if (!isBufferizable(function, options))
        letCarriedValuesMove(function);
      OneShotAnalysisState state(function, options);
      if (failed(analyzeOp(function, state)) || failed(eliminateEmptyTensors(rewriter, function, state)) ||
          failed(runOneShotBufferize(function, options)))
        return signalPassFailure();
    }
  }
};

} // namespace

std::unique_ptr<Pass> createBufferizePass() { return std::make_unique<BufferizePass>(); }

} // namespace mdl
