//===- Cache.h - Objects on disk under the hash of what defines them ----------------===//
//
// Stage: kernels. An entry is two files, `KEY.o` and `KEY.entry`; the second is written
// last and holds size and hash of the first, the schedule's text, and a hash of itself.
// Both are written beside their place and renamed, so that a reader sees a whole file or
// none, and two compilers at once write the same bytes over each other. What does not
// check is as good as absent.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_CACHE_H
#define MDL_KERNELS_CACHE_H

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace mdl::kernels {

class Cache {
public:
  explicit Cache(std::string folder) : folder(std::move(folder)) {}

  /// Makes the folder; the error or "".
  std::string prepare();
  std::string objectPath(llvm::StringRef key) const { return folder + "/" + key.str() + ".o"; }
  /// The schedule's text of a whole entry; none when there is no such entry or it is damaged.
  std::optional<std::string> find(llvm::StringRef key) const;
  /// Takes over the object file `made` (in the same folder) under `key`; the error or "".
  std::string store(llvm::StringRef key, const std::string &made, llvm::StringRef schedule) const;
  /// A name for a file that is being made; no other process has it.
  std::string temporary(llvm::StringRef key, llvm::StringRef suffix) const;

private:
  std::string folder;
};

/// Hexadecimal SHA-256 of a text.
std::string hashOf(llvm::StringRef text);

} // namespace mdl::kernels

#endif // MDL_KERNELS_CACHE_H
