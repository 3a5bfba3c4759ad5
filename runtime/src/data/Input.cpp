//===- Input.cpp - Bytes of a file, plain or gzip --------------------------------------===//
//
// Runtime and compiler. See Input.h. zlib passes plain files through.
//
//===----------------------------------------------------------------------===//
#include "data/Input.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <zlib.h>

namespace mdl::data {

Input::Input(const std::string &path) : path(path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    problem = errno == ENOENT ? path + ": there is no such file" : path + ": " + strerror(errno);
    return;
  }
  if (S_ISDIR(info.st_mode)) {
    problem = path + ": expected a file, found a folder";
    return;
  }
  file = gzopen(path.c_str(), "rb");
  if (!file) {
    problem = path + ": " + strerror(errno);
    return;
  }
  gzbuffer(file, 256 << 10);
}

Input::~Input() {
  if (file)
    gzclose_r(file);
}

int64_t Input::read(void *out, int64_t bytes) {
  int64_t total = 0;
  while (total < bytes && problem.empty()) {
    unsigned part = static_cast<unsigned>(std::min<int64_t>(bytes - total, 1 << 30));
    int count = gzread(file, static_cast<char *>(out) + total, part);
    total += std::max(count, 0);
    offset += std::max(count, 0);
    // A gzip file that was cut off reads short first; only gzerror tells.
    int code = Z_OK;
    const char *text = gzerror(file, &code);
    if (code == Z_ERRNO)
      problem = path + ": " + strerror(errno);
    else if (code != Z_OK && code != Z_STREAM_END)
      problem = path + ": byte " + std::to_string(offset) + " (uncompressed): the gzip data is " +
                (code == Z_BUF_ERROR ? "cut off" : std::string("damaged (") + text + ")");
    if (count <= 0)
      break;
  }
  return total;
}

std::string Input::readAll() {
  std::string text;
  const int64_t step = 1 << 20;
  for (;;) {
    size_t size = text.size();
    text.resize(size + step);
    int64_t count = read(text.data() + size, step);
    text.resize(size + count);
    if (count < step)
      return text;
  }
}

} // namespace mdl::data
