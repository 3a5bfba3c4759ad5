//===- ProgramCache.cpp - Executables that `mdl run` keeps --------------------===//

#include "compiler/driver/ProgramCache.h"

#include "compiler/kernels/Kernels.h"
#include "compiler/link/Link.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <cerrno>
#include <cstdlib>
#include <unistd.h>

static std::string sealPath(const std::string &executable) { return executable + ".seal"; }
static std::string warningsPath(const std::string &executable) { return executable + ".warnings"; }

/// Size and hash of a file, or "" if it cannot be read.
static std::string sealOf(const std::string &path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return "";
  llvm::StringRef bytes = (*file)->getBuffer();
  return std::to_string(bytes.size()) + " " + std::to_string(llvm::xxh3_64bits(bytes)) + "\n";
}

mdl::CacheFolder::CacheFolder() {
  std::string folder = kernelCacheFolder({});
  std::error_code code = llvm::sys::fs::create_directories(folder);
  if (!code && access(folder.c_str(), W_OK) != 0)
    code = std::error_code(errno, std::generic_category());
  llvm::SmallString<128> made;
  if (!code || llvm::sys::fs::createUniqueDirectory("mdl-cache", made))
    return;
  llvm::errs() << "warning: nothing is kept for the next run: cannot write to the cache folder `" << folder
               << "`: " << code.message() << "\nhint: MDL_CACHE names another\n";
  temporary = made.str().str();
  setenv("MDL_CACHE", temporary.c_str(), /*overwrite=*/1);
}

void mdl::CacheFolder::remove() {
  if (!temporary.empty())
    (void)llvm::sys::fs::remove_directories(temporary);
  temporary.clear();
}

bool mdl::isIntact(const std::string &executable) {
  auto seal = llvm::MemoryBuffer::getFile(sealPath(executable));
  return seal && llvm::sys::fs::can_execute(executable) && (*seal)->getBuffer() == sealOf(executable);
}

/// False, and said, if it cannot be written.
static bool writeBeside(const std::string &path, const std::string &text) {
  std::string error;
  if (mdl::writeFile(path, text, error))
    return true;
  llvm::errs() << "error: cannot write `" << path << "`: " << error << "\n";
  return false;
}

std::string mdl::keptWarnings(const std::string &executable) {
  auto text = llvm::MemoryBuffer::getFile(warningsPath(executable));
  return text ? (*text)->getBuffer().str() : "";
}

bool mdl::keepWarnings(const std::string &executable, const std::string &text) {
  std::string path = warningsPath(executable);
  return text.empty() ? !llvm::sys::fs::remove(path) : writeBeside(path, text);
}

bool mdl::seal(const std::string &executable) { return writeBeside(sealPath(executable), sealOf(executable)); }
