//===- Image.h - One image file ----------------------------------------------------------===//
//
// Runtime and compiler. In: the path of a PNG or JPEG file. Out: its size and its pixels, or
// `path: …`, what is wrong with it. What a file is, its first bytes say and not its name.
//
//===--------------------------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_IMAGE_H
#define MDL_RUNTIME_DATA_IMAGE_H

#include <cstdint>
#include <string>
#include <vector>

namespace mdl::data {

/// What the beginning of an image file says. A palette and CMYK count as colour; transparency does not count.
struct ImageHeader {
  int64_t height = 0, width = 0;
  int channels = 0; ///< 1: grey; 3: red, green, blue.

  int64_t pixels() const { return height * width; }
};

/// Pixels row by row, the channels of a pixel beside each other, a byte each.
struct ImagePixels {
  ImageHeader header;
  std::vector<uint8_t> bytes;
};

/// Does the name end like one of an image, of any common format?
bool isImageName(const std::string &name);
/// A message or "".
std::string readImageHeader(const std::string &path, ImageHeader &header);
/// A message or "". Nothing is read of an image of another size than `height` x `width`.
std::string readImagePixels(const std::string &path, int64_t height, int64_t width, ImagePixels &pixels);
/// One plane for each of `channels` (1 or 3), as they are in a tensor. Grey of colours is luma (ITU-R BT.601), as
/// Pillow computes it.
void imagePlanes(const ImagePixels &pixels, int channels, uint8_t *out);

/// "28 x 28": height, then width, in the order of a shape.
std::string imageSizeText(int64_t height, int64_t width);

} // namespace mdl::data

#endif // MDL_RUNTIME_DATA_IMAGE_H
