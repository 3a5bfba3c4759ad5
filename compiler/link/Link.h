//===- Link.h - From objects to an executable ---------------------------------===//
//
// Stage link, the last. Takes objects (the host code's, the kernels') and the runtime's
// archives; gives an ELF executable that needs the C and C++ standard libraries only.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_LINK_LINK_H
#define MDL_LINK_LINK_H

#include <string>
#include <vector>

namespace mdl {

enum class LinkResult { Done, CannotWrite, Failed };

/// Links with the system's compiler driver. The output appears whole or not at all: it is made under another name
/// beside `output` and then renamed. On failure says why in `error`: the system's reason why `output` cannot be
/// written, or what the linker said, one line first.
LinkResult linkExecutable(const std::vector<std::string> &objects, const std::vector<std::string> &archives,
                          const std::string &output, std::string &error);

/// Writes `bytes` to `path`, whole or not at all, as above; `error` gets the system's reason.
bool writeFile(const std::string &path, const std::string &bytes, std::string &error);

} // namespace mdl

#endif // MDL_LINK_LINK_H
