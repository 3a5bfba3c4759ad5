//===- Paths.cpp - Where data is --------------------------------------------------------===//
//
// Runtime and compiler. In: a path as the program has it, and the folders to look in.
// Out: the path to open.
//
//===----------------------------------------------------------------------===//
#include "mdl/data.h"

#include <cstdlib>
#include <sys/stat.h>

namespace mdl::data {

static bool exists(const std::string &path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

std::string findData(const std::string &path, const std::vector<std::string> &folders) {
  if (path.empty() || path[0] == '/')
    return path;
  if (const char *data = getenv("MDL_DATA"); data && *data) {
    const std::string folder = std::string(data) + "/", prefix = "data/";
    if (path.compare(0, prefix.size(), prefix) == 0 && exists(folder + path.substr(prefix.size())))
      return folder + path.substr(prefix.size());
    if (exists(folder + path))
      return folder + path;
  }
  std::string first;
  for (const std::string &folder : folders) {
    std::string candidate = folder.empty() || folder == "." ? path : folder + "/" + path;
    if (exists(candidate))
      return candidate;
    if (first.empty())
      first = candidate;
  }
  return first.empty() ? path : first;
}

} // namespace mdl::data
