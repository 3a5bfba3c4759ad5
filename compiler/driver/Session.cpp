//===- Session.cpp - One compilation, from a path to an executable -----------------------------===//

#include "compiler/driver/Session.h"
#include "compiler/driver/Lowering.h"
#include "compiler/host/EmitHost.h"
#include "compiler/link/Link.h"
#include "compiler/print/Print.h"
#include "compiler/syntax/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

#include <climits>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

using namespace mdl;

static std::string selfPath() {
  char buffer[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", buffer, sizeof buffer - 1);
  return length > 0 ? std::string(buffer, length) : std::string();
}

std::string mdl::folderOf(const std::string &path) {
  size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

static std::string stampOf(const std::string &path) {
  struct stat info;
  if (stat(path.c_str(), &info))
    return path + ":missing;";
  return path + ":" + std::to_string(info.st_size) + ":" + std::to_string(info.st_mtim.tv_sec) + "." +
         std::to_string(info.st_mtim.tv_nsec) + ";";
}

const Installation &mdl::installation() {
  static const Installation found = [] {
    Installation result;
    std::string self = selfPath(), root = folderOf(folderOf(self));
    result.libraryFolder = root + "/share/mdl/stdlib";
    result.sessionLibrary = root + "/lib/libmdl-session.so";
    result.errorFolder = root + "/share/mdl/errors";
    // What the runtime uses stands beside it so that linking needs no package for development.
    for (const char *name : {"libmdl-runtime.a", "libmdl-halide-runtime.a", "libpng16.a", "libjpeg.a", "libz.a"})
      result.archives.push_back(root + "/lib/" + name);
    result.identity = stampOf(self);
    for (auto &archive : result.archives)
      result.identity += stampOf(archive);
    return result;
  }();
  return found;
}

Session::Session(const std::string &path, bool keepFolder)
    : path(path), context(mlir::MLIRContext::Threading::DISABLED) {
  compilation.programPath = path;
  compilation.programFolder = folderOf(path);
  compilation.embedFolder = keepFolder;
  compilation.libraryFolders = {installation().libraryFolder};
  context.printOpOnDiagnostic(false);
  mlir::DialectRegistry registry;
  registerMdlDialects(registry);
  context.appendDialectRegistry(registry);
}

std::string Session::messages(size_t behind) const {
  if (compilation.diagnostics.all().size() <= behind)
    return "";
  return compilation.diagnostics.render(/*colour=*/false, behind) + explainHint(compilation.diagnostics);
}

bool Session::report() {
  if (compilation.diagnostics.all().size() > reported) {
    std::string text =
        compilation.diagnostics.render(isatty(STDERR_FILENO), reported) + explainHint(compilation.diagnostics);
    fflush(stdout);
    fputs(text.c_str(), stderr);
    reported = compilation.diagnostics.all().size();
  }
  return !compilation.diagnostics.hasErrors();
}

bool Session::parse() {
  if (program)
    return !compilation.diagnostics.hasErrors();
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false);
  struct stat info;
  bool isFolder = stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
  if (!buffer || isFolder) {
    std::string why = isFolder ? "it is a folder" : buffer.getError().message();
    compilation.diagnostics.report(diag::CannotReadFile, {}, {path, why});
    return false;
  }
  int file = compilation.sources.addFile(path, (*buffer)->getBuffer().str());
  program = parseModule(compilation.ast, compilation.sources, file, compilation.diagnostics);
  return !compilation.diagnostics.hasErrors();
}

bool Session::check() {
  if (!parse()) {
    report();
    return false;
  }
  module = elaborate(compilation, *program, context);
  return report();
}

std::string Session::printAst() {
  bool ok = parse();
  report();
  return ok && program ? mdl::printAst(*program, compilation.sources) : "";
}

bool Session::lowerTo(Stop stop) {
  return lowerModule(*module, form, stop, compilation, program->body->range) ? report() : (report(), false);
}

std::optional<std::vector<CompiledKernel>> Session::kernels(bool schedulesOnly) {
  if (!lowerTo(Stop::Kernels))
    return std::nullopt;
  KernelOptions options;
  options.target = target;
  options.schedulesOnly = schedulesOnly;
  auto compiled = takeKernels(compileKernels(*module, options), compilation, program->body->range);
  report();
  return compiled;
}

std::string Session::printGradients() { return printFunctions(*module); }

std::string Session::print() {
  std::string text;
  llvm::raw_string_ostream out(text);
  module->print(out);
  return text;
}

std::string Session::key() {
  llvm::SHA256 hash;
  hash.update(print());
  hash.update(installation().identity);
  hash.update(target);
  auto digest = hash.final();
  std::string text;
  for (uint8_t byte : llvm::ArrayRef<uint8_t>(digest).take_front(16)) {
    char buffer[3];
    snprintf(buffer, sizeof buffer, "%02x", byte);
    text += buffer;
  }
  return text;
}

std::optional<std::string> Session::host(const std::string &kind) {
  if (!lowerTo(Stop::Memory))
    return std::nullopt;
  addPlaces(*module, compilation);
  if (!lowerTo(Stop::LLVM))
    return std::nullopt;
  HostOptions options;
  options.cpu = target.empty() ? "native" : target;
  std::string error;
  auto output = kind == "llvm" ? HostOutput::LLVM : kind == "asm" ? HostOutput::Assembly : HostOutput::Object;
  std::string text = emitHost(*module, output, error, options);
  if (!error.empty()) {
    llvm::errs() << path << ": error: " << error << "\n";
    return std::nullopt;
  }
  return text;
}

bool Session::build(const std::string &output) {
  auto compiled = kernels();
  if (!compiled)
    return false;
  auto object = host("obj");
  if (!object)
    return false;
  std::string error;
  auto failed = [&](diag kind, std::vector<std::string> arguments) {
    compilation.diagnostics.report(kind, {}, std::move(arguments));
    return report();
  };
  llvm::SmallString<128> hostObject;
  if (auto code = llvm::sys::fs::createTemporaryFile("mdl-host", "o", hostObject))
    return failed(diag::CannotWriteFile, {"a temporary file", code.message()});
  struct Remove {
    llvm::SmallString<128> &path;
    ~Remove() { (void)llvm::sys::fs::remove(path); }
  } remove{hostObject};
  if (!writeFile(hostObject.str().str(), *object, error))
    return failed(diag::CannotWriteFile, {hostObject.str().str(), error});
  std::vector<std::string> objects{hostObject.str().str()};
  for (auto &kernel : *compiled)
    objects.push_back(kernel.object);
  switch (linkExecutable(objects, installation().archives, output, error)) {
  case LinkResult::Done:
    return true;
  case LinkResult::CannotWrite:
    return failed(diag::CannotWriteFile, {output, error});
  case LinkResult::Failed:
    break;
  }
  return failed(diag::LinkFailed, {error});
}
