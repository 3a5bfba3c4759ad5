//===- ImageFormat.h - Reading one format of images ---------------------------------------===//
//
// Runtime and compiler. What Image.cpp asks of the reader of a format (PngImage.cpp, JpegImage.cpp).
//
// Note [Errors of image libraries]: libpng and libjpeg leave by longjmp. Each call that may do so stands in a function
// of its own, which sets the jump, calls, and has no object with a destructor: no frame of C++ is jumped over.
//
//===--------------------------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_IMAGEFORMAT_H
#define MDL_RUNTIME_DATA_IMAGEFORMAT_H

#include "data/Image.h"

#include <cstdio>
#include <memory>

namespace mdl::data {

/// A file being read, at its first byte when made. Each call tells whether it went well; if not, `error` has the
/// library's words.
class ImageReader {
public:
  virtual ~ImageReader() = default;
  virtual bool readHeader(ImageHeader &header) = 0;
  /// After readHeader; `rows` points to the rows to fill.
  virtual bool readRows(const std::vector<uint8_t *> &rows) = 0;

  std::string error;
};

std::unique_ptr<ImageReader> readPng(FILE *file);
std::unique_ptr<ImageReader> readJpeg(FILE *file);

} // namespace mdl::data

#endif // MDL_RUNTIME_DATA_IMAGEFORMAT_H
