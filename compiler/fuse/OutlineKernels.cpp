//===- OutlineKernels.cpp - Operations into kernels -------------------------------------===//
//
// Stage: fuse. Input: linalg on tensors between host code. Output: `mdl.kernel` symbols and
// `mdl.launch`. What belongs together is chosen for each block by itself, in four steps.
//
// 1. What is free to repeat (fills, counting, copies that -mdl-fold-views had to leave) is
//    cloned for each user (DuplicateCheap.cpp).
// 2. Clusters (ClusterRules.cpp). Each operation begins as a cluster of its own; clusters
//    are merged along an edge producer → consumer if nothing outside lies on a path between
//    them (a kernel runs in one piece) and the rule for their kinds says so:
//
//      producer ↓ consumer →  elementwise            reduce           contract, scatter
//      elementwise            yes                    yes              light and for it alone,
//                                                                     or feeding its epilogue
//      reduce                 yes                    the same rows    no
//      contract, scatter      an epilogue            no               no
//
//    - An epilogue reads the result of a contraction at its own place and has its shape: bias,
//      activation, the step of an optimiser. It is computed on tiles in cache. All such
//      operations go to the contraction, for its result is then never written.
//    - Reductions of the same rows make one kernel with everything elementwise between them:
//      softmax with cross entropy and its gradient, normalisations. A reduction over the
//      rows themselves (the mean of the losses) goes along.
//    - `exp`, a division or a computed read feeding a contraction would be done once for each
//      use (measured: 350 µs against 130 for a training step), so it is a kernel before.
//    - A contraction is in no other's kernel, and none is ever computed twice.
//    Epilogues are taken first, then what one reduction alone reads, then rows, elementwise chains, operands.
//    Inside a kernel, what is inlined and what is stored is the business of its schedule.
// 3. Results that overwrite what they were made from (InPlace.cpp).
// 4. Order: each launch stands where its last operation stood, updates after the last reader
//    of what they overwrite. Kernels that print alike are one; the name is a hash of that.
//
// A kernel takes tensors, and scalars of the host by value; sizes are `tensor.dim` of its
// tensors where they are that, else `index` scalars.
//
//===----------------------------------------------------------------------===//
#include "compiler/fuse/ClusterRules.h"
#include "compiler/fuse/DuplicateCheap.h"
#include "compiler/fuse/InPlace.h"
#include "compiler/fuse/KernelBuilder.h"
#include "compiler/fuse/Passes.h"

#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mdl {
namespace {

/// Puts a launch in the place of each cluster of a block.
void outlineBlock(Block &block, KernelBuilder &kernels) {
  ClusterGraph graph(block);
  formClusters(graph);
  InPlaceMap inPlace = chooseInPlace(graph);

  Operation *terminator = block.getTerminator();
  OpBuilder builder(terminator);
  IRMapping replaced;
  SmallVector<Operation *> outlined;
  for (UnitId id : graph.order()) {
    const Unit &unit = graph.unit(id);
    if (!unit.isCluster()) {
      if (unit.ops.front() != terminator)
        unit.ops.front()->moveBefore(terminator);
      continue;
    }
    Cluster cluster{unit.ops, graph.results(id), {}};
    for (Value result : cluster.results) {
      Value tensor = inPlace.lookup(result);
      cluster.overwritten.push_back(tensor ? replaced.lookupOrDefault(tensor) : Value());
    }
    LaunchOp launch = kernels.outline(builder, cluster);
    for (auto [result, made] : llvm::zip(cluster.results, launch.getResults())) {
      replaced.map(result, made);
      // The outlined operations keep what they read of each other until all are erased.
      result.replaceUsesWithIf(made, [&](OpOperand &use) { return graph.unitOf(use.getOwner()) != id; });
    }
    outlined.append(unit.ops);
  }
  for (Operation *op : outlined)
    op->dropAllReferences();
  for (Operation *op : outlined)
    op->dropAllUses();
  for (Operation *op : outlined)
    op->erase();
}

struct OutlineKernelsPass : PassWrapper<OutlineKernelsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OutlineKernelsPass)
  StringRef getArgument() const override { return "mdl-outline-kernels"; }
  StringRef getDescription() const override { return "Group operations into kernels"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<MdlDialect>(); }

  void runOnOperation() override {
    duplicateCheap(getOperation());
    SmallVector<Block *> blocks;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<linalg::LinalgOp, KernelOp>(op))
        return WalkResult::skip();
      if (!isa<ModuleOp>(op))
        for (Region &region : op->getRegions())
          for (Block &block : region)
            blocks.push_back(&block);
      return WalkResult::advance();
    });
    KernelBuilder kernels(getOperation());
    for (Block *block : blocks)
      outlineBlock(*block, kernels);
  }
};

} // namespace

std::unique_ptr<Pass> createOutlineKernelsPass() { return std::make_unique<OutlineKernelsPass>(); }

void addFusePasses(OpPassManager &manager) {
  auto clean = [&] {
    // Sizes of results become sizes of what they were made from, so that they wait for no kernel.
    manager.addPass(memref::createResolveRankedShapeTypeResultDimsPass());
    manager.addPass(createCanonicalizerPass());
    manager.addPass(createCSEPass());
  };
  clean();
  manager.addPass(createFoldViewsPass());
  clean();
  manager.addPass(createHoistReshapesPass());
  manager.addPass(createFormContractionsPass());
  manager.addPass(createWindowColumnsPass());
  clean();
  manager.addPass(createOutlineKernelsPass());
  manager.addPass(createCanonicalizerPass());
  // Not on the host: the results of one launch would get one empty tensor.
  manager.addNestedPass<KernelOp>(createCSEPass());
}

void registerFusePasses() {
  registerPass(createFoldViewsPass);
  registerPass(createHoistReshapesPass);
  registerPass(createFormContractionsPass);
  registerPass(createWindowColumnsPass);
  registerPass(createOutlineKernelsPass);
  PassPipelineRegistration<>("mdl-fuse", "Everything from linalg on tensors to kernels", addFusePasses);
}

} // namespace mdl
