//===- PrintSchedules.cpp - The schedules of a module's kernels, for reading and tests ---===//
//
// Stage: kernels. `-mdl-print-schedules` prints what `--emit=schedule` shows; with
// `target=…` for another machine than this one.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Mdl.h"
#include "compiler/kernels/Kernels.h"
#include "compiler/kernels/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace mdl {

namespace {
struct PrintSchedulesPass : PassWrapper<PrintSchedulesPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PrintSchedulesPass)
  PrintSchedulesPass() = default;
  PrintSchedulesPass(const PrintSchedulesPass &other) : PassWrapper(other) {}
  StringRef getArgument() const final { return "mdl-print-schedules"; }
  StringRef getDescription() const final { return "print the schedules of the kernels"; }

  void runOnOperation() final {
    KernelOptions options;
    options.target = target;
    options.schedulesOnly = true;
    KernelResult result = compileKernels(getOperation(), options);
    if (!result) {
      getOperation().emitError(result.error);
      return signalPassFailure();
    }
    for (const CompiledKernel &kernel : result.kernels)
      llvm::outs() << kernel.schedule << "\n";
    markAllAnalysesPreserved();
  }

  Option<std::string> target{*this, "target",
                             llvm::cl::desc("the machine: empty for this one, x86-64-v3, or Halide's name"),
                             llvm::cl::init("")};
};
} // namespace

std::unique_ptr<Pass> createPrintSchedulesPass() { return std::make_unique<PrintSchedulesPass>(); }

void registerKernelsPasses() { PassRegistration<PrintSchedulesPass>(); }

} // namespace mdl
