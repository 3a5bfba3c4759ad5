//===- Image.cpp - One image file ---------------------------------------------------------===//
//
// Runtime and compiler. See Image.h. The formats' readers are in PngImage.cpp and JpegImage.cpp.
//
//===--------------------------------------------------------------------------------------===//
#include "data/Image.h"
#include "data/ImageFormat.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

namespace mdl::data {
namespace {

struct CloseFile {
  void operator()(FILE *file) const { fclose(file); }
};

struct Format {
  const char *name, *begin;
  size_t beginBytes;
  std::unique_ptr<ImageReader> (*read)(FILE *);
};

const Format formats[] = {
    {"PNG", "\x89PNG\r\n\x1a\n", 8, readPng},
    {"JPEG", "\xFF\xD8\xFF", 3, readJpeg},
    {"GIF", "GIF8", 4, nullptr},
    {"TIFF", "II*\0", 4, nullptr},
    {"TIFF", "MM\0*", 4, nullptr},
    {"BMP", "BM", 2, nullptr},
    {"WebP", "RIFF", 4, nullptr},
};

/// An open file and who reads it.
struct Opened {
  std::unique_ptr<FILE, CloseFile> file;
  const Format *format = nullptr;
  std::unique_ptr<ImageReader> reader; ///< Last: it goes before the file.
};

std::string open(const std::string &path, Opened &opened) {
  opened.file.reset(fopen(path.c_str(), "rbe"));
  if (!opened.file)
    return path + ": " + strerror(errno);
  char begin[8];
  errno = 0;
  size_t bytes = fread(begin, 1, sizeof begin, opened.file.get());
  if (ferror(opened.file.get()))
    return path + ": " + strerror(errno);
  if (bytes == 0)
    return path + ": the file is empty";
  for (const Format &format : formats)
    if (bytes >= format.beginBytes && memcmp(begin, format.begin, format.beginBytes) == 0)
      opened.format = &format;
  if (!opened.format)
    return path + ": this is no image: it begins neither like a PNG file nor like a JPEG file";
  if (!opened.format->read)
    return path + ": this is a " + opened.format->name + " image; PNG and JPEG can be read";
  if (fseek(opened.file.get(), 0, SEEK_SET) != 0) // A pipe.
    return path + ": " + strerror(errno);
  opened.reader = opened.format->read(opened.file.get());
  return "";
}

/// A header that lies must not take all memory.
constexpr int64_t LargestSide = 1 << 20, MostPixels = 1 << 28;

std::string broken(const std::string &path, const Opened &opened) {
  return path + ": the " + opened.format->name + " image is broken: " + opened.reader->error;
}

std::string begin(const std::string &path, Opened &opened, ImageHeader &header) {
  if (std::string error = open(path, opened); !error.empty())
    return error;
  if (!opened.reader->readHeader(header))
    return broken(path, opened);
  if (header.height > LargestSide || header.width > LargestSide || header.pixels() > MostPixels)
    return path + ": an image of " + imageSizeText(header.height, header.width) + " pixels is too large";
  return "";
}

uint8_t luma(const uint8_t *rgb) {
  return static_cast<uint8_t>((rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) >> 16);
}

} // namespace

bool isImageName(const std::string &name) {
  size_t dot = name.rfind('.');
  if (dot == std::string::npos)
    return false;
  std::string ending = name.substr(dot + 1);
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  static const char *const endings[] = {"png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "webp"};
  return std::any_of(std::begin(endings), std::end(endings), [&](const char *known) { return ending == known; });
}

std::string readImageHeader(const std::string &path, ImageHeader &header) {
  Opened opened;
  return begin(path, opened, header);
}

std::string readImagePixels(const std::string &path, int64_t height, int64_t width, ImagePixels &pixels) {
  Opened opened;
  ImageHeader &header = pixels.header;
  if (std::string error = begin(path, opened, header); !error.empty())
    return error;
  if (header.height != height || header.width != width)
    return path + ": expected an image of " + imageSizeText(height, width) + " pixels, found " +
           imageSizeText(header.height, header.width);
  pixels.bytes.resize(header.pixels() * header.channels);
  std::vector<uint8_t *> rows(header.height);
  for (int64_t row = 0; row < header.height; ++row)
    rows[row] = pixels.bytes.data() + row * header.width * header.channels;
  return opened.reader->readRows(rows) ? "" : broken(path, opened);
}

void imagePlanes(const ImagePixels &pixels, int channels, uint8_t *out) {
  int64_t count = pixels.header.pixels(), step = pixels.header.channels;
  for (int channel = 0; channel < channels; ++channel)
    for (int64_t i = 0; i < count; ++i) {
      const uint8_t *pixel = pixels.bytes.data() + i * step;
      *out++ = step == 1 ? *pixel : channels == 1 ? luma(pixel) : pixel[channel];
    }
}

std::string imageSizeText(int64_t height, int64_t width) {
  return std::to_string(height) + " x " + std::to_string(width);
}

} // namespace mdl::data
