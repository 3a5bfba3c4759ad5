//===- LineCompiler.cpp - A line's module to code in memory -------------------===//

#include "compiler/repl/LineCompiler.h"

#include "compiler/dialect/Mdl.h"
#include "compiler/driver/Lowering.h"
#include "compiler/host/EmitHost.h"
#include "compiler/repl/Stopwatch.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;

namespace mdl::repl {

static std::string hashOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream out(text);
  module.print(out);
  auto digest = llvm::SHA256::hash(llvm::ArrayRef(reinterpret_cast<const uint8_t *>(text.data()), text.size()));
  return std::string(reinterpret_cast<const char *>(digest.data()), digest.size());
}

/// Each turn of a loop asks whether Ctrl-C was pressed: a program ends by the signal, a line must come back.
static void pollInLoops(ModuleOp module) {
  auto poll = [](Block *block, Location loc) {
    OpBuilder builder = OpBuilder::atBlockBegin(block);
    builder.create<RuntimeOp>(loc, "mdl_session_poll", ValueRange());
  };
  for (auto function : module.getOps<func::FuncOp>())
    function.walk([&](Operation *op) {
      if (auto loop = dyn_cast<scf::ForOp>(op))
        poll(loop.getBody(), loop.getLoc());
      else if (auto loop = dyn_cast<scf::WhileOp>(op))
        poll(loop.getAfterBody(), loop.getLoc());
    });
}

std::optional<LineCode> LineCompiler::compile(ModuleOp module, SourceRange whole, LineTimes &times) {
  Stopwatch watch;
  std::string key = hashOf(module);
  if (auto it = known.find(key); it != known.end()) {
    times.wasKnown = true;
    times.check += watch.lap();
    return it->second;
  }
  Stop form = Stop::Mdl;
  if (!lowerModule(module, form, Stop::Kernels, compilation, whole))
    return std::nullopt;
  times.passes += watch.lap();
  // Kernels are compiled by other processes, while this one goes on with the host code.
  KernelJobs jobs(module);
  times.kernels += watch.lap();
  if (!lowerModule(module, form, Stop::Memory, compilation, whole))
    return std::nullopt;
  pollInLoops(module);
  if (!lowerModule(module, form, Stop::LLVM, compilation, whole))
    return std::nullopt;
  times.passes += watch.lap();
  std::string error;
  HostOptions options;
  options.cpu = "native";
  std::string object = emitHost(module, HostOutput::Object, error, options);
  times.host += watch.lap();
  auto kernels = takeKernels(jobs.finish(), compilation, whole);
  times.kernels += watch.lap();
  if (!kernels)
    return std::nullopt;
  for (const CompiledKernel &kernel : *kernels)
    times.newKernels += !kernel.cacheHit;
  LineCode code;
  if (error.empty())
    code = jit.add(*kernels, object, error);
  times.load += watch.lap();
  if (!error.empty()) {
    compilation.diagnostics.report(diag::InternalError, whole, {"the line's code", error});
    return std::nullopt;
  }
  known[key] = code;
  return code;
}

} // namespace mdl::repl
