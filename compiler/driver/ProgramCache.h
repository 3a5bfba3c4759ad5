//===- ProgramCache.h - Executables that `mdl run` keeps ----------------------===//
//
// Where the cache's folder cannot be written, one for this process takes its place.
//
// A disk that was full, or a copy that was cut, can leave an executable that is not whole.
// Beside each one stands its seal, size and hash; one without a fitting seal is made again.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DRIVER_PROGRAMCACHE_H
#define MDL_DRIVER_PROGRAMCACHE_H

#include <string>

namespace mdl {

/// The folder of the cache for all of this process, and where it cannot be written one that is gone with the process.
class CacheFolder {
public:
  /// Warns of a cache that cannot be written.
  CacheFolder();
  ~CacheFolder() { remove(); }
  CacheFolder(const CacheFolder &) = delete;
  CacheFolder &operator=(const CacheFolder &) = delete;
  /// Before the process ends without destructors, or becomes another.
  void remove();

private:
  std::string temporary;
};

/// Whether the executable is there as it was sealed.
bool isIntact(const std::string &executable);
/// Warnings of what is only done once, kept beside the executable for the runs that take it as it is.
std::string keptWarnings(const std::string &executable);
/// False, with a message on standard error, if they cannot be written.
bool keepWarnings(const std::string &executable, const std::string &text);
/// Writes the seal; false, with a message on standard error, if it cannot be written.
bool seal(const std::string &executable);

} // namespace mdl

#endif // MDL_DRIVER_PROGRAMCACHE_H
