//===- Passes.cpp - Registration of the host stage ----------------------------===//

#include "compiler/host/Passes.h"

#include "mlir/Pass/PassRegistry.h"

void mdl::registerHostPasses() {
  mlir::registerPass(createCopyToLoopsPass);
  mlir::registerPass(createLaunchToCallPass);
  mlir::registerPass(createHostToLLVMPass);
}
