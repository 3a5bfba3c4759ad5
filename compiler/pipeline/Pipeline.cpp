//===- Pipeline.cpp - All passes, in order ------------------------------------===//

#include "compiler/pipeline/Pipeline.h"

#include "compiler/autodiff/Passes.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/fuse/Passes.h"
#include "compiler/host/Passes.h"
#include "compiler/lower/Passes.h"
#include "compiler/memory/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/ValueBoundsOpInterfaceImpl.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/IR/ValueBoundsOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/ValueBoundsOpInterfaceImpl.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mdl {

/// 1. Derivatives. Nothing is simplified before: two parameters that start from equal values are two values for
/// `mdl.grad`, though one for the machine.
static void addGradPasses(OpPassManager &manager) {
  manager.addPass(createGradPass());
  // x + x is seen only where both are one value, which simplification may have made of them.
  for (int round = 0; round < 2; ++round) {
    manager.addPass(createCSEPass());
    manager.addPass(createCanonicalizerPass());
  }
  manager.addPass(createCSEPass());
}

/// 4. Memory. Kernels are left alone: what runs on functions does not see them.
static void addMemoryPasses(OpPassManager &manager) {
  // 4.1 Tensors get memory.
  manager.addPass(createAlignLoopsPass());
  manager.addPass(createCarryInPlacePass());
  manager.addPass(createBufferizePass());
  manager.addPass(createDenseOperandsPass());
  OpPassManager &simplify = manager.nest<func::FuncOp>();
  simplify.addPass(createConvertLinalgToLoopsPass()); // what fusion left on the host
  simplify.addPass(createCanonicalizerPass());
  simplify.addPass(createCSEPass());
  // 4.2 Allocations leave loops where their sizes do not change.
  simplify.addPass(createLoopInvariantCodeMotionPass());
  simplify.addPass(createHoistAllocationsPass());
  // 4.3 Known sizes go to the arena, the others are freed after their last use.
  manager.addPass(createPlanMemoryPass());
  OpPassManager &free = manager.nest<func::FuncOp>();
  free.addPass(bufferization::createOwnershipBasedBufferDeallocationPass());
  free.addPass(createCanonicalizerPass());
  free.addPass(bufferization::createBufferDeallocationSimplificationPass());
  manager.addPass(createLowerDeallocationsPass());
  OpPassManager &clean = manager.nest<func::FuncOp>();
  clean.addPass(createLoopInvariantCodeMotionPass()); // views of what no longer is allocated in loops
  clean.addPass(createCSEPass());
  clean.addPass(createCanonicalizerPass());
}

/// 5. Host code.
static void addHostPasses(OpPassManager &manager) {
  // 5.1 Calls of C functions; kernels leave the module.
  manager.addPass(createCopyToLoopsPass());
  manager.addPass(createLaunchToCallPass());
  // 5.2 Views become arithmetic on addresses, loops become branches.
  OpPassManager &expand = manager.nest<func::FuncOp>();
  expand.addPass(memref::createExpandStridedMetadataPass());
  expand.addPass(createLowerAffinePass());
  arith::ArithExpandOpsPassOptions expandOptions;
  expandOptions.includeBf16 = true; // libgcc has no conversions of it
  expand.addPass(arith::createArithExpandOpsPass(expandOptions));
  expand.addPass(createConvertSCFToCFPass());
  // 5.3 All of it to the LLVM dialect.
  manager.addPass(createHostToLLVMPass());
  manager.addPass(createCanonicalizerPass());
}

void addMdlPasses(OpPassManager &manager, Stop to, Stop from) {
  auto passes = [&](Stop form) { return from < form && form <= to; };
  if (passes(Stop::Grad))
    addGradPasses(manager); // 1. derivatives
  if (passes(Stop::Linalg))
    addLowerPasses(manager); // 2. linalg on tensors
  if (passes(Stop::Kernels))
    addFusePasses(manager); // 3. kernels
  if (passes(Stop::Memory))
    addMemoryPasses(manager); // 4. memory
  if (passes(Stop::LLVM))
    addHostPasses(manager); // 5. host code
}

void registerMdlDialects(DialectRegistry &registry) {
  registry.insert<MdlDialect, arith::ArithDialect, bufferization::BufferizationDialect, cf::ControlFlowDialect,
                  func::FuncDialect, linalg::LinalgDialect, LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect,
                  scf::SCFDialect, tensor::TensorDialect>();
  registerBufferizableOps(registry);
  arith::registerValueBoundsOpInterfaceExternalModels(registry);
  scf::registerValueBoundsOpInterfaceExternalModels(registry);
  tensor::registerValueBoundsOpInterfaceExternalModels(registry);
}

void registerMdlPipelines() {
  PassPipelineRegistration<>("mdl-memory", "Memory: launches on tensors to launches on memrefs", addMemoryPasses);
  PassPipelineRegistration<>("mdl-host", "Host code: launches on memrefs to the LLVM dialect", addHostPasses);
}

} // namespace mdl
