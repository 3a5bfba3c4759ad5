//===- Build.cpp - One kernel from its text to an object -----------------------------===//
//
// Stage: kernels. See Build.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/Build.h"

#include "compiler/kernels/FarArguments.h"
#include "compiler/kernels/LinalgToHalide.h"
#include "compiler/kernels/OutputLoads.h"

namespace mdl::kernels {

std::string halideVersion() {
  return std::to_string(HALIDE_VERSION_MAJOR) + "." + std::to_string(HALIDE_VERSION_MINOR) + "." +
         std::to_string(HALIDE_VERSION_PATCH);
}

std::string targetString(llvm::StringRef wanted) {
  try {
    Halide::Target target = Halide::get_host_target();
    if (wanted == "x86-64-v3")
      target = Halide::Target("x86-64-linux-sse41-avx-avx2-fma-f16c");
    else if (!wanted.empty())
      target = Halide::Target(wanted.str());
    // The runtime is one archive of its own; every kernel calls it.
    target.set_feature(Halide::Target::NoRuntime);
    return target.to_string();
  } catch (const Halide::Error &) {
    return "!`" + wanted.str() + "` is no target that Halide knows";
  }
}

/// Lowers without Halide's checks of buffers and accesses, which are half of the code and of the time of a small
/// kernel: types and sizes are the compiler's to get right. Code is made for the target itself, so that a failed
/// allocation or a loop that was cancelled still ends the kernel with its code.
static Halide::Module lower(HalideKernel &kernel, const Halide::Target &target, bool checked) {
  Halide::Target lowering = target;
  if (!checked)
    lowering = lowering.with_feature(Halide::Target::NoAsserts).with_feature(Halide::Target::NoBoundsQuery);
  Halide::Module lowered =
      kernel.pipeline.compile_to_module(kernel.arguments, kernel.name, lowering, Halide::LinkageType::External);
  Halide::Module module(kernel.name, target);
  module.set_any_strict_float(lowered.any_strict_float());
  for (const Halide::Buffer<> &buffer : lowered.buffers())
    module.append(buffer);
  for (const Halide::Internal::LoweredFunc &function : lowered.functions())
    module.append(function);
  return module;
}

/// Translates, schedules and compiles once; throws what Halide throws.
static BuildResult attempt(const KernelSource &source, const Halide::Target &target, const std::string &objectPath,
                           bool safe) {
  BuildResult result;
  HalideKernel kernel;
  kernel.name = source.name.str();
  Translator translator(kernel, machineOf(target));
  if (!translator.translate(source.body, source.inplace)) {
    result.error = translator.error();
    return result;
  }
  result.schedule = scheduleKernel(kernel, target, safe);
  kernel.pipeline.add_custom_lowering_pass(branchOnFarArguments().release());
  kernel.pipeline.add_custom_lowering_pass(nameLoadedOutputs(kernel.pipeline).release());
  Halide::Module module = lower(kernel, target, source.checked);
  if (!objectPath.empty())
    module.compile({{Halide::OutputFileType::object, objectPath}});
  return result;
}

BuildResult buildKernel(const KernelSource &source, llvm::StringRef targetName, const std::string &objectPath) {
  std::string why;
  for (bool safe : {false, true}) {
    try {
      BuildResult result = attempt(source, Halide::Target(targetName.str()), objectPath, safe);
      if (safe)
        result.schedule = "# the rules failed here, so this is the safe schedule: " + why + "\n" + result.schedule;
      return result;
    } catch (const Halide::Error &error) {
      why = error.what();
      while (!why.empty() && why.back() == '\n')
        why.pop_back();
    }
  }
  return {"", "kernel `" + source.name.str() + "`: " + why};
}

} // namespace mdl::kernels
