//===- Png.h - Images as PNG ----------------------------------------------------------===//
#ifndef MDL_RUNTIME_DRAW_PNG_H
#define MDL_RUNTIME_DRAW_PNG_H

#include <cstdint>
#include <string>
#include <vector>

namespace mdl::runtime {

/// 8 bits a channel; 1 channel is grey, 3 are red, green, blue, 4 have alpha as well.
struct Image {
  int64_t width = 0, height = 0, channels = 1;
  std::vector<uint8_t> pixels; ///< Rows from the top, pixels from the left, channels innermost.
};

/// The bytes of a PNG file (W3C, PNG specification, third edition).
std::string pngBytes(const Image &image);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_DRAW_PNG_H
