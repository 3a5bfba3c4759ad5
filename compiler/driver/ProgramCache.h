//===- ProgramCache.h - Executables that `mdl run` keeps ----------------------===//
//
// A disk that was full, or a copy that was cut, can leave an executable that is not whole.
// Beside each one stands its seal, size and hash; one without a fitting seal is made again.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DRIVER_PROGRAMCACHE_H
#define MDL_DRIVER_PROGRAMCACHE_H

#include <string>

namespace mdl {

/// Whether the executable is there as it was sealed.
bool isIntact(const std::string &executable);
/// Writes the seal; false, with a message on standard error, if it cannot be written.
bool seal(const std::string &executable);

} // namespace mdl

#endif // MDL_DRIVER_PROGRAMCACHE_H
