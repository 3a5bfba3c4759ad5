//===- Input.h - Bytes of a file, plain or gzip ----------------------------------------===//
//
// Runtime and compiler. In: a path. Out: its bytes, uncompressed, or a message.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_INPUT_H
#define MDL_RUNTIME_DATA_INPUT_H

#include <cstdint>
#include <string>

struct gzFile_s;

namespace mdl::data {

class Input {
public:
  explicit Input(const std::string &path);
  ~Input();
  Input(const Input &) = delete;
  Input &operator=(const Input &) = delete;

  /// "" or why the file cannot be read: `path: …` or `path: byte N: …`.
  const std::string &error() const { return problem; }
  /// Bytes read so far, uncompressed.
  int64_t position() const { return offset; }
  /// Fewer than asked for at the end of the file, or with an error.
  int64_t read(void *out, int64_t bytes);
  /// All that is left.
  std::string readAll();

private:
  std::string path, problem;
  gzFile_s *file = nullptr;
  int64_t offset = 0;
};

} // namespace mdl::data

#endif // MDL_RUNTIME_DATA_INPUT_H
