//===- Cache.cpp - Objects on disk under the hash of what defines them ---------------===//
//
// Stage: kernels. See Cache.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/Cache.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

namespace mdl::kernels {

std::string hashOf(StringRef text) {
  return toHex(SHA256::hash(ArrayRef(reinterpret_cast<const uint8_t *>(text.data()), text.size())), /*LowerCase=*/true);
}

static std::string systemError(const std::string &what, const std::string &path) {
  return "cannot " + what + " `" + path + "`: " + std::strerror(errno);
}

std::string Cache::prepare() {
  if (std::error_code code = sys::fs::create_directories(folder))
    return "cannot make the cache folder `" + folder + "`: " + code.message();
  if (access(folder.c_str(), W_OK) != 0)
    return systemError("write to the cache folder", folder);
  return "";
}

std::string Cache::temporary(StringRef key, StringRef suffix) const {
  return folder + "/tmp." + std::to_string(getpid()) + "." + key.take_front(16).str() + suffix.str();
}

/// Waits until the file's bytes are on the disk.
static bool syncFile(const std::string &path) {
  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return false;
  bool done = fsync(file) == 0;
  close(file);
  return done;
}

/// Writes a whole new file; false with errno set.
static bool writeFile(const std::string &path, StringRef text) {
  int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0)
    return false;
  while (!text.empty()) {
    ssize_t count = write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      int kept = errno;
      close(file);
      errno = kept;
      return false;
    }
    text = text.drop_front(count);
  }
  bool done = fsync(file) == 0;
  return close(file) == 0 && done;
}

static std::optional<std::string> readFile(const std::string &path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return std::nullopt;
  return (*buffer)->getBuffer().str();
}

// An entry: hash of the rest, newline, size of the object, newline, hash of the object, newline, the schedule.
std::optional<std::string> Cache::find(StringRef key) const {
  std::optional<std::string> entry = readFile(folder + "/" + key.str() + ".entry");
  if (!entry)
    return std::nullopt;
  auto [own, rest] = StringRef(*entry).split('\n');
  if (own != hashOf(rest))
    return std::nullopt;
  auto [size, afterSize] = rest.split('\n');
  auto [hash, schedule] = afterSize.split('\n');
  std::optional<std::string> object = readFile(objectPath(key));
  if (!object || std::to_string(object->size()) != size || hashOf(*object) != hash)
    return std::nullopt;
  return schedule.str();
}

std::string Cache::store(StringRef key, const std::string &made, StringRef schedule) const {
  std::optional<std::string> object = readFile(made);
  if (!object || object->empty())
    return systemError("read the object", made);
  if (!syncFile(made) || rename(made.c_str(), objectPath(key).c_str()) != 0)
    return systemError("write the object", objectPath(key));
  std::string rest = std::to_string(object->size()) + "\n" + hashOf(*object) + "\n" + schedule.str();
  std::string path = folder + "/" + key.str() + ".entry", unfinished = temporary(key, ".entry");
  if (!writeFile(unfinished, hashOf(rest) + "\n" + rest) || rename(unfinished.c_str(), path.c_str()) != 0) {
    std::string error = systemError("write", path);
    unlink(unfinished.c_str());
    return error;
  }
  return "";
}

} // namespace mdl::kernels
