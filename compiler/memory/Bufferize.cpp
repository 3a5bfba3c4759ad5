//===- Bufferize.cpp - Tensors of functions become memrefs ------------------===//
//
// Stage memory. Upstream's one-shot bufferisation on each function, after empty tensors
// have been replaced by the places that their contents go to. Kernels are not functions
// and keep their tensors: they become Halide pipelines.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/memory/PassedOn.h"
#include "compiler/memory/Passes.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
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

constexpr int64_t bufferAlignment = 64;

OneShotBufferizationOptions bufferizationOptions() {
  OneShotBufferizationOptions options;
  // A value that changes its buffer in a loop is rare but right: what -mdl-carry-in-place cannot keep in place.
  options.allowReturnAllocsFromLoops = true;
  options.bufferAlignment = bufferAlignment;
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

/// Replaces empty tensors by the places that their contents go to. Whether the analysis finds a way before and after.
bool computeInPlaces(func::FuncOp function, const OneShotBufferizationOptions &options) {
  IRRewriter rewriter(function.getContext());
  ScopedDiagnosticHandler quiet(function.getContext(), [](Diagnostic &) { return success(); });
  OneShotAnalysisState state(function, options);
  return succeeded(analyzeOp(function, state)) && succeeded(eliminateEmptyTensors(rewriter, function, state)) &&
         isBufferizable(function, options);
}

/// Takes back what -mdl-carry-in-place asked for: a loop may then change the place of a value in each iteration.
void letCarriedValuesMove(func::FuncOp function) {
  function.walk([](MaterializeInDestinationOp op) {
    if (op.getNumResults() != 1 || !isa<BlockArgument>(op.getDest()))
      return;
    op.getResult().replaceAllUsesWith(keptApart(op, op.getSource()));
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

/// Analysis compares each write of a tensor with each read of it and goes up the chain for both: a tensor put together
/// of 170 parts took two minutes. So a long chain that fills an empty tensor becomes copies into memory that only its
/// result shows; the parts of a short one may be computed in their places.
constexpr size_t longChain = 16;

bool isInsertedIntoAlone(tensor::InsertSliceOp op) {
  return op->hasOneUse() && isa<tensor::InsertSliceOp>(*op->user_begin());
}

/// The insertions that end with this one, the last one first, up to the empty tensor that they fill or to a part of it
/// that others fill on as well.
SmallVector<tensor::InsertSliceOp> chainTo(tensor::InsertSliceOp last) {
  SmallVector<tensor::InsertSliceOp> chain = {last};
  auto before = [](tensor::InsertSliceOp op) { return op.getDest().getDefiningOp<tensor::InsertSliceOp>(); };
  while (before(chain.back()) && isInsertedIntoAlone(before(chain.back())))
    chain.push_back(before(chain.back()));
  tensor::InsertSliceOp first = chain.back();
  while (before(first))
    first = before(first);
  auto empty = first.getDest().getDefiningOp<tensor::EmptyOp>();
  bool isHere = empty && empty->getBlock() == last->getBlock();
  bool isWhole = llvm::all_of(
      chain, [](tensor::InsertSliceOp op) { return op.getSourceType().getRank() == op.getDestType().getRank(); });
  return isHere && isWhole ? chain : SmallVector<tensor::InsertSliceOp>();
}

void copyLongChains(func::FuncOp function) {
  SmallVector<SmallVector<tensor::InsertSliceOp>> chains;
  function.walk([&](tensor::InsertSliceOp last) {
    if (isInsertedIntoAlone(last))
      return;
    if (auto chain = chainTo(last); chain.size() > longChain)
      chains.push_back(std::move(chain));
  });
  for (auto &chain : chains) {
    auto last = chain.front();
    OpBuilder builder(last);
    Location loc = last.getLoc();
    Value start = chain.back().getDest();
    auto type = MemRefType::get(last.getType().getShape(), last.getType().getElementType());
    Value memory = builder.create<memref::AllocOp>(loc, type, dynamicSizes(builder, loc, start),
                                                   builder.getI64IntegerAttr(bufferAlignment));
    if (!start.getDefiningOp<tensor::EmptyOp>())
      builder.create<MaterializeInDestinationOp>(loc, TypeRange(), start, memory, /*restrict=*/true, /*writable=*/true);
    for (tensor::InsertSliceOp insert : llvm::reverse(chain)) {
      Value place = builder.create<memref::SubViewOp>(loc, memory, insert.getMixedOffsets(), insert.getMixedSizes(),
                                                      insert.getMixedStrides());
      builder.create<MaterializeInDestinationOp>(loc, TypeRange(), insert.getSource(), place, /*restrict=*/true,
                                                 /*writable=*/true);
    }
    last.replaceAllUsesWith(builder.create<ToTensorOp>(loc, memory, /*restrict=*/true, /*writable=*/true).getResult());
    for (tensor::InsertSliceOp insert : chain)
      insert.erase();
  }
}

/// Reads the sizes of a reshaped view where it stands. Upstream has them in a memory, which the view reads, and calls
/// it pure: it would leave a loop whose passes write other sizes there.
void readSizesOfViews(func::FuncOp function) {
  SmallVector<memref::ReshapeOp> views;
  function.walk([&](memref::ReshapeOp view) { views.push_back(view); });
  for (memref::ReshapeOp view : views) {
    OpBuilder builder(view);
    Location loc = view.getLoc();
    auto type = cast<MemRefType>(view.getType());
    SmallVector<OpFoldResult> sizes, strides(type.getRank());
    for (int64_t axis = 0; axis < type.getRank(); ++axis) {
      Value place = builder.create<arith::ConstantIndexOp>(loc, axis);
      sizes.push_back(type.isDynamicDim(axis)
                          ? OpFoldResult(builder.create<memref::LoadOp>(loc, view.getShape(), place).getResult())
                          : builder.getIndexAttr(type.getDimSize(axis)));
    }
    OpFoldResult stride = builder.getIndexAttr(1);
    for (int64_t axis = type.getRank() - 1; axis >= 0; --axis) {
      strides[axis] = stride;
      auto a = getConstantIntValue(stride), b = getConstantIntValue(sizes[axis]);
      stride = a && b ? OpFoldResult(builder.getIndexAttr(*a * *b))
                      : builder
                            .create<arith::MulIOp>(loc, getValueOrCreateConstantIndexOp(builder, loc, stride),
                                                   getValueOrCreateConstantIndexOp(builder, loc, sizes[axis]))
                            .getResult();
    }
    auto sized =
        builder.create<memref::ReinterpretCastOp>(loc, type, view.getSource(), builder.getIndexAttr(0), sizes, strides);
    view.replaceAllUsesWith(sized.getResult());
    view.erase();
  }
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
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      copyLongChains(function);
      copyWhatPassesInsertInto(function);
      OwningOpRef<func::FuncOp> before = function.clone();
      if (!computeInPlaces(function, options)) {
        function.getBody().takeBody((*before).getBody());
        letCarriedValuesMove(function);
        if (!computeInPlaces(function, options))
          return signalPassFailure();
      }
      if (failed(runOneShotBufferize(function, options)))
        return signalPassFailure();
      readSizesOfViews(function);
    }
  }
};

} // namespace

std::unique_ptr<Pass> createBufferizePass() { return std::make_unique<BufferizePass>(); }

} // namespace mdl
