//===- PngImage.cpp - PNG files -----------------------------------------------------------===//
//
// Runtime and compiler. In: a file. Out: 8 bits a channel, grey or RGB, by libpng: palettes and few bits are expanded,
// 16 bits rounded to 8, transparency dropped, gamma left alone (all as Pillow does, but for the rounding).
//
//===--------------------------------------------------------------------------------------===//
#include "data/ImageFormat.h"

#include <png.h>

namespace mdl::data {
namespace {

// See Note [Errors of image libraries].
void onError(png_structp png, png_const_charp message) {
  *static_cast<std::string *>(png_get_error_ptr(png)) = message;
  png_longjmp(png, 1);
}
void onWarning(png_structp, png_const_charp) {}

bool guardedInfo(png_structp png, png_infop info) {
  if (setjmp(png_jmpbuf(png)))
    return false;
  png_read_info(png, info);
  return true;
}

bool guardedTransforms(png_structp png, png_infop info) {
  if (setjmp(png_jmpbuf(png)))
    return false;
  png_set_expand(png); // Palettes, few bits, and a transparent colour, which goes next.
  png_set_scale_16(png);
  png_set_strip_alpha(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  return true;
}

bool guardedRows(png_structp png, png_bytepp rows) {
  if (setjmp(png_jmpbuf(png)))
    return false;
  png_read_image(png, rows);
  return true;
}

class PngReader final : public ImageReader {
public:
  explicit PngReader(FILE *file) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &error, onError, onWarning);
    info = png ? png_create_info_struct(png) : nullptr;
    if (info)
      png_init_io(png, file);
  }
  ~PngReader() override { png_destroy_read_struct(&png, &info, nullptr); }

  bool readHeader(ImageHeader &header) override {
    if (!info)
      return error = "out of memory", false;
    if (!guardedInfo(png, info))
      return false;
    header.height = png_get_image_height(png, info);
    header.width = png_get_image_width(png, info);
    header.channels = png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR ? 3 : 1;
    return true;
  }

  bool readRows(const std::vector<uint8_t *> &rows) override {
    return guardedTransforms(png, info) && guardedRows(png, const_cast<png_bytepp>(rows.data()));
  }

private:
  png_structp png = nullptr;
  png_infop info = nullptr;
};

} // namespace

std::unique_ptr<ImageReader> readPng(FILE *file) { return std::make_unique<PngReader>(file); }

} // namespace mdl::data
