//===- JpegImage.cpp - JPEG files ---------------------------------------------------------===//
//
// Runtime and compiler. In: a file. Out: 8 bits a channel, grey or RGB, by libjpeg with its defaults, which are
// Pillow's.
//
//===--------------------------------------------------------------------------------------===//
#include "data/ImageFormat.h"

#include <csetjmp>

#include <jpeglib.h> // After <cstdio>, which it needs.

#include <jerror.h>

namespace mdl::data {
namespace {

struct ErrorState {
  jpeg_error_mgr manager; ///< First: what libjpeg has a pointer to.
  jmp_buf jump;
  std::string *message;
};

// See Note [Errors of image libraries].
void onError(j_common_ptr common) {
  auto *state = reinterpret_cast<ErrorState *>(common->err);
  char text[JMSG_LENGTH_MAX];
  state->manager.format_message(common, text);
  *state->message = text;
  longjmp(state->jump, 1);
}

/// Warnings are of files that a browser shows, too; but a file that ends early is no image.
void onMessage(j_common_ptr common, int level) {
  if (level < 0 && common->err->msg_code == JWRN_JPEG_EOF)
    onError(common);
}

bool guardedHeader(jpeg_decompress_struct &jpeg, ErrorState &state, FILE *file) {
  if (setjmp(state.jump))
    return false;
  jpeg_create_decompress(&jpeg);
  jpeg_stdio_src(&jpeg, file);
  jpeg_read_header(&jpeg, TRUE);
  return true;
}

bool guardedStart(jpeg_decompress_struct &jpeg, ErrorState &state) {
  if (setjmp(state.jump))
    return false;
  jpeg_start_decompress(&jpeg);
  return true;
}

bool guardedRow(jpeg_decompress_struct &jpeg, ErrorState &state, JSAMPROW row) {
  if (setjmp(state.jump))
    return false;
  jpeg_read_scanlines(&jpeg, &row, 1);
  return true;
}

/// Inks to light. Adobe's programs, which write such files, store the complement of each ink.
void convertCmyk(const std::vector<uint8_t> &cmyk, bool inverted, uint8_t *rgb) {
  for (size_t i = 0; i < cmyk.size() / 4; ++i)
    for (int channel = 0; channel < 3; ++channel) {
      int light = cmyk[i * 4 + channel], key = cmyk[i * 4 + 3];
      if (!inverted) {
        light = 255 - light;
        key = 255 - key;
      }
      rgb[i * 3 + channel] = static_cast<uint8_t>((light * key + 127) / 255);
    }
}

class JpegReader final : public ImageReader {
public:
  explicit JpegReader(FILE *file) : file(file) {
    jpeg.err = jpeg_std_error(&state.manager);
    state.manager.error_exit = onError;
    state.manager.emit_message = onMessage;
    state.message = &error;
  }
  ~JpegReader() override { jpeg_destroy_decompress(&jpeg); }

  bool readHeader(ImageHeader &header) override {
    if (!guardedHeader(jpeg, state, file))
      return false;
    header.height = jpeg.image_height;
    header.width = jpeg.image_width;
    header.channels = jpeg.num_components == 1 ? 1 : 3;
    return true;
  }

  bool readRows(const std::vector<uint8_t *> &rows) override {
    bool cmyk = jpeg.num_components == 4;
    jpeg.out_color_space = cmyk ? JCS_CMYK : jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    std::vector<uint8_t> inks(cmyk ? size_t(jpeg.image_width) * 4 : 0);
    if (!guardedStart(jpeg, state))
      return false;
    for (uint8_t *row : rows) {
      if (!guardedRow(jpeg, state, cmyk ? inks.data() : row))
        return false;
      if (cmyk)
        convertCmyk(inks, jpeg.saw_Adobe_marker, row);
    }
    return true;
  }

private:
  jpeg_decompress_struct jpeg = {};
  ErrorState state = {};
  FILE *file;
};

} // namespace

std::unique_ptr<ImageReader> readJpeg(FILE *file) { return std::make_unique<JpegReader>(file); }

} // namespace mdl::data
