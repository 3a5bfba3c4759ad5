//===- RunIr.cpp - mdl-run-ir: IR text to an executable -----------------------===//
//
// `mdl-run-ir x.mlir x` takes a module in the mdl dialect through the real pipeline;
// `mdl-run-ir --operations` lists the operations that the dialect has registered.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/host/EmitHost.h"
#include "compiler/kernels/Kernels.h"
#include "compiler/link/Link.h"
#include "compiler/pipeline/Pipeline.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

static int fail(const llvm::Twine &text) {
  llvm::errs() << "mdl-run-ir: " << text << "\n";
  return 1;
}

static int listOperations(MLIRContext &context) {
  context.getOrLoadDialect<mdl::MdlDialect>();
  for (RegisteredOperationName name : context.getRegisteredOperations())
    if (name.getDialectNamespace() == mdl::MdlDialect::getDialectNamespace())
      llvm::outs() << name.getStringRef() << "\n";
  return 0;
}

static int compile(MLIRContext &context, const std::string &input, const std::string &output, const std::string &root) {
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(input, &context);
  if (!module)
    return fail("cannot read " + input);
  auto lower = [&](mdl::Stop from, mdl::Stop to) {
    PassManager manager(&context);
    mdl::addMdlPasses(manager, to, from);
    return manager.run(*module);
  };
  if (failed(lower(mdl::Stop::Mdl, mdl::Stop::Kernels)))
    return fail("lowering to kernels failed");
  mdl::KernelResult kernels = mdl::compileKernels(*module);
  if (!kernels)
    return fail(kernels.error);
  if (failed(lower(mdl::Stop::Kernels, mdl::Stop::LLVM)))
    return fail("lowering to LLVM failed");
  std::string error, object = mdl::emitHost(*module, mdl::HostOutput::Object, error);
  if (!error.empty() || !mdl::writeFile(output + ".o", object, error))
    return fail(error);
  std::vector<std::string> objects{output + ".o"}, archives;
  for (auto &kernel : kernels.kernels)
    objects.push_back(kernel.object);
  for (const char *name : {"libmdl-runtime.a", "libmdl-halide-runtime.a", "libz.a"})
    archives.push_back(root + "/lib/" + name);
  return mdl::linkExecutable(objects, archives, output, error) == mdl::LinkResult::Done ? 0 : fail(error);
}

int main(int argc, char **argv) {
  DialectRegistry registry;
  mdl::registerMdlDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  if (argc == 2 && llvm::StringRef(argv[1]) == "--operations")
    return listOperations(context);
  if (argc != 3)
    return fail("usage: mdl-run-ir INPUT OUTPUT | --operations");
  static int here; // of this executable
  std::string self = llvm::sys::fs::getMainExecutable(argv[0], &here);
  auto root = llvm::sys::path::parent_path(llvm::sys::path::parent_path(self));
  return compile(context, argv[1], argv[2], root.str());
}
