//===- Jit.cpp - Objects in memory --------------------------------------------===//

#include "compiler/repl/Jit.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;

namespace mdl::repl {
namespace {

/// Finds what objects need in the runtime's library.
class RuntimeSymbols : public orc::DefinitionGenerator {
public:
  explicit RuntimeSymbols(const Runtime &runtime) : runtime(runtime) {}

  Error tryToGenerate(orc::LookupState &, orc::LookupKind, orc::JITDylib &dylib, orc::JITDylibLookupFlags,
                      const orc::SymbolLookupSet &names) override {
    orc::SymbolMap found;
    for (auto &[name, flags] : names)
      if (void *address = runtime.symbol((*name).str().c_str()))
        found[name] = orc::ExecutorSymbolDef(orc::ExecutorAddr::fromPtr(address), JITSymbolFlags::Exported);
    return found.empty() ? Error::success() : dylib.define(orc::absoluteSymbols(std::move(found)));
  }

private:
  const Runtime &runtime;
};

} // namespace

Jit::Jit(std::unique_ptr<orc::LLJIT> engine) : engine(std::move(engine)) {}

std::unique_ptr<Jit> Jit::create(const Runtime &library, std::string &error) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  auto made = [&]() -> Expected<std::unique_ptr<Jit>> {
    // Objects have nothing to do before their functions are called: without that, a line's library costs little.
    auto engine = orc::LLJITBuilder().setPlatformSetUp(orc::setUpInactivePlatform).create();
    if (!engine)
      return engine.takeError();
    std::unique_ptr<Jit> jit(new Jit(std::move(*engine)));
    auto runtime = jit->engine->createJITDylib("runtime");
    if (!runtime)
      return runtime.takeError();
    runtime->addGenerator(std::make_unique<RuntimeSymbols>(library));
    jit->runtime = &*runtime;
    auto kernels = jit->engine->createJITDylib("kernels");
    if (!kernels)
      return kernels.takeError();
    kernels->addToLinkOrder(*runtime);
    jit->kernels = &*kernels;
    return jit;
  }();
  if (made)
    return std::move(*made);
  error = toString(made.takeError());
  return nullptr;
}

Error Jit::addAll(const std::vector<CompiledKernel> &needed, const std::string &hostObject, LineCode &code) {
  for (const CompiledKernel &kernel : needed) {
    if (loaded.count(kernel.name))
      continue;
    auto object = MemoryBuffer::getFile(kernel.object, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!object)
      return createStringError(object.getError(), "cannot read `%s`", kernel.object.c_str());
    if (Error failed = engine->addObjectFile(*kernels, std::move(*object)))
      return failed;
    loaded.insert(kernel.name);
  }
  auto line = engine->createJITDylib("line" + std::to_string(lines++));
  if (!line)
    return line.takeError();
  line->addToLinkOrder(*kernels);
  line->addToLinkOrder(*runtime);
  if (Error failed = engine->addObjectFile(*line, MemoryBuffer::getMemBufferCopy(hostObject, "line")))
    return failed;
  auto declare = engine->lookup(*line, "mdl_declare");
  if (!declare)
    return declare.takeError();
  auto run = engine->lookup(*line, "mdl_main");
  if (!run)
    return run.takeError();
  code = {declare->toPtr<void (*)()>(), run->toPtr<void (*)()>()};
  return Error::success();
}

LineCode Jit::add(const std::vector<CompiledKernel> &kernels, const std::string &hostObject, std::string &error) {
  LineCode code;
  if (Error failed = addAll(kernels, hostObject, code))
    error = toString(std::move(failed));
  return code;
}

} // namespace mdl::repl
