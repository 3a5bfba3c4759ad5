//===- Png.cpp - Images as PNG --------------------------------------------------------===//
//
// Runtime. In: pixels. Out: the bytes of a PNG file: a header, the rows compressed by zlib,
// which executables have anyway for compressed data, and an end.
//
//===----------------------------------------------------------------------===//
#include "draw/Png.h"

#include <zlib.h>

namespace mdl::runtime {

static std::string bigEndian(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(number >> shift & 0xFF);
  return bytes;
}

/// Length, type, data, and the checksum of type and data.
static std::string chunk(const std::string &type, const std::string &data) {
  std::string body = type + data;
  uLong sum = crc32(0, reinterpret_cast<const Bytef *>(body.data()), static_cast<uInt>(body.size()));
  return bigEndian(static_cast<uint32_t>(data.size())) + body + bigEndian(static_cast<uint32_t>(sum));
}

static std::string compressed(const std::string &bytes) {
  uLongf size = compressBound(bytes.size());
  std::string result(size, '\0');
  compress2(reinterpret_cast<Bytef *>(result.data()), &size, reinterpret_cast<const Bytef *>(bytes.data()),
            bytes.size(), Z_BEST_SPEED);
  result.resize(size);
  return result;
}

std::string pngBytes(const Image &image) {
  const char colourType = image.channels == 1 ? 0 : image.channels == 3 ? 2 : 6;
  std::string header = bigEndian(static_cast<uint32_t>(image.width)) + bigEndian(static_cast<uint32_t>(image.height));
  header += {8, colourType, 0, 0, 0}; // Bits, colours, and the only compression, filters and order there are.
  std::string rows;
  int64_t rowBytes = image.width * image.channels;
  for (int64_t y = 0; y < image.height; ++y) {
    rows += '\0'; // This row is not filtered.
    rows.append(reinterpret_cast<const char *>(image.pixels.data()) + y * rowBytes, rowBytes);
  }
  return std::string("\x89PNG\r\n\x1a\n") + chunk("IHDR", header) + chunk("IDAT", compressed(rows)) + chunk("IEND", "");
}

} // namespace mdl::runtime
