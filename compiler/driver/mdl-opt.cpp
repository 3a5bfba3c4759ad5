//===- mdl-opt.cpp - Runs any pass on IR text ---------------------------------===//
//
// For the compiler's tests: `mdl-opt -mdl-grad -canonicalize x.mlir`.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Passes.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/fuse/Passes.h"
#include "compiler/host/Passes.h"
#include "compiler/kernels/Passes.h"
#include "compiler/lower/Passes.h"
#include "compiler/memory/Passes.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/print/Readable.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mdl::registerMdlDialects(registry);

  mlir::registerTransformsPasses(); // canonicalize, cse, loop-invariant-code-motion…
  mlir::bufferization::registerBufferizationPasses();

  // Ours, in the order of the pipeline.
  mdl::registerAutodiffPasses();
  mdl::registerLowerPasses();
  mdl::registerPrintPasses();
  mdl::registerFusePasses();
  mdl::registerMemoryPasses();
  mdl::registerKernelsPasses();
  mdl::registerHostPasses();
  mdl::registerMdlPipelines();

  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "mdl's passes\n", registry));
}
