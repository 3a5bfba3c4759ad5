//===- ProgramCache.cpp - Executables that `mdl run` keeps --------------------===//

#include "compiler/driver/ProgramCache.h"

#include "compiler/link/Link.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

static std::string sealPath(const std::string &executable) { return executable + ".seal"; }

/// Size and hash of a file, or "" if it cannot be read.
static std::string sealOf(const std::string &path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return "";
  llvm::StringRef bytes = (*file)->getBuffer();
  return std::to_string(bytes.size()) + " " + std::to_string(llvm::xxh3_64bits(bytes)) + "\n";
}

bool mdl::isIntact(const std::string &executable) {
  auto seal = llvm::MemoryBuffer::getFile(sealPath(executable));
  return seal && llvm::sys::fs::can_execute(executable) && (*seal)->getBuffer() == sealOf(executable);
}

bool mdl::seal(const std::string &executable) {
  std::string error, path = sealPath(executable);
  if (writeFile(path, sealOf(executable), error))
    return true;
  llvm::errs() << "error: cannot write `" << path << "`: " << error << "\n";
  return false;
}
