//===- Passes.cpp - Registration of the memory stage ------------------------===//

#include "compiler/memory/Passes.h"

#include "mlir/Pass/PassRegistry.h"

void mdl::registerMemoryPasses() {
  mlir::registerPass(createAlignLoopsPass);
  mlir::registerPass(createCarryInPlacePass);
  mlir::registerPass(createBufferizePass);
  mlir::registerPass(createDenseOperandsPass);
  mlir::registerPass(createHoistAllocationsPass);
  mlir::registerPass(createPlanMemoryPass);
  mlir::registerPass(createLowerDeallocationsPass);
}
