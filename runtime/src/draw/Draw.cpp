//===- Draw.cpp - plot and show --------------------------------------------------------===//
//
// Runtime. In: tensors. Out: where the terminal can, the picture itself, by kitty's or
// iTerm's escape sequences, told by the environment and never on a pipe; else a file in the
// current folder whose name is printed.
//
//===----------------------------------------------------------------------===//
#include "draw/Plot.h"
#include "draw/Png.h"
#include "draw/Raster.h"
#include "draw/Svg.h"
#include "support/Error.h"
#include "support/Tensor.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

using namespace mdl::runtime;

/// Smaller images are enlarged by a whole factor up to about this size.
static constexpr int64_t ShownSize = 256;

/// Writes a whole file under a temporary name, gives it its name and prints that.
static void writeFile(const std::string &stem, const std::string &suffix, const std::string &bytes, const char *where) {
  static int count = 0;
  std::string path = stem + "-" + std::to_string(++count) + suffix, temporary = path + ".XXXXXX";
  int file = mkstemp(temporary.data());
  bool ok = file >= 0;
  for (size_t done = 0; ok && done < bytes.size();) {
    ssize_t written = write(file, bytes.data() + done, bytes.size() - done);
    ok = written > 0 || errno == EINTR;
    done += static_cast<size_t>(std::max<ssize_t>(written, 0));
  }
  int why = errno;
  if (file >= 0) {
    fchmod(file, 0644);
    ok = close(file) == 0 && ok;
  }
  if (ok && rename(temporary.c_str(), path.c_str()) == 0) {
    writeOut(path + "\n");
    return;
  }
  if (!ok)
    errno = why;
  std::string reason = strerror(errno);
  unlink(temporary.c_str());
  fail(where, "cannot write `" + path + "`: " + reason);
}

static std::string base64(const std::string &bytes) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0);
    for (size_t j = 0; j < 4; ++j)
      text += i + j <= bytes.size() ? digits[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

static bool environmentIs(const char *name, const char *value) {
  const char *found = getenv(name);
  return found && (!*value || !strcmp(found, value));
}

/// How the terminal takes pictures, if it does.
enum class Inline { No, Kitty, ITerm };

static Inline inlinePictures() {
  if (!isatty(STDOUT_FILENO))
    return Inline::No;
  if (environmentIs("KITTY_WINDOW_ID", "") || environmentIs("TERM", "xterm-kitty") ||
      environmentIs("TERM", "xterm-ghostty"))
    return Inline::Kitty;
  bool iTerm = environmentIs("TERM_PROGRAM", "iTerm.app") || environmentIs("TERM_PROGRAM", "WezTerm");
  return iTerm ? Inline::ITerm : Inline::No;
}

static void showInline(const Image &image, Inline how) {
  std::string png = pngBytes(image), text = base64(png);
  if (how == Inline::Kitty) {
    // At most 4096 bytes of text a piece.
    for (size_t i = 0; i < text.size(); i += 4096) {
      bool more = i + 4096 < text.size();
      writeOut(std::string("\033_G") + (i ? "" : "a=T,f=100,") + "m=" + (more ? "1;" : "0;") + text.substr(i, 4096) +
               "\033\\");
    }
  } else {
    writeOut("\033]1337;File=inline=1;size=" + std::to_string(png.size()) + ":" + text + "\a");
  }
  writeOut("\n");
}

static std::vector<double> row(const Tensor &tensor, int64_t line) {
  int last = tensor.rank() - 1;
  std::vector<double> values;
  for (int64_t i = 0; i < tensor.size(last); ++i)
    values.push_back(tensor.data<double>()[line * (last ? tensor.stride(0) : 0) + i * tensor.stride(last)]);
  return values;
}

void mdl_plot(const mdl_tensor *x, const mdl_tensor *y, const char *where) {
  Tensor across(x), up(y);
  int64_t points = up.size(up.rank() - 1);
  if (across.size(0) != points)
    fail(where, format("`plot`: x has %" PRId64 " points and y has %" PRId64, across.size(0), points));
  std::vector<std::vector<double>> lines;
  for (int64_t i = 0; i < (up.rank() == 2 ? up.size(0) : 1); ++i)
    lines.push_back(row(up, i));
  Drawing drawing = plotLines(row(across, 0), lines);
  if (Inline how = inlinePictures(); how != Inline::No)
    showInline(rasterImage(drawing), how);
  else
    writeFile("plot", ".svg", svgText(drawing), where);
}

/// Pixels as numbers from 0 to 255: bytes as they are; colours as shares of 1; grey from its smallest to its largest.
static std::vector<uint8_t> pixelsOf(const Tensor &image) {
  std::vector<uint8_t> pixels;
  if (image.type().bits == 8) {
    image.forEach([&](int64_t, int64_t offset) { pixels.push_back(image.data<uint8_t>()[offset]); });
    return pixels;
  }
  float low = 0, high = 1;
  if (image.rank() == 2) {
    low = INFINITY, high = -INFINITY;
    image.forEach([&](int64_t, int64_t offset) {
      float value = image.data<float>()[offset];
      if (std::isfinite(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
    });
  }
  image.forEach([&](int64_t, int64_t offset) {
    float share = high > low ? (image.data<float>()[offset] - low) / (high - low) : 0.5f;
    pixels.push_back(share > 0 ? static_cast<uint8_t>(std::lround(std::min(share, 1.0f) * 255)) : 0);
  });
  return pixels;
}

void mdl_show(const mdl_tensor *value, const char *where) {
  Tensor tensor(value);
  Image small = {tensor.size(1), tensor.size(0), tensor.rank() == 3 ? tensor.size(2) : 1, pixelsOf(tensor)};
  int64_t factor = std::max<int64_t>(1, ShownSize / std::max<int64_t>({small.width, small.height, 1}));
  Image image = {small.width * factor, small.height * factor, small.channels, {}};
  for (int64_t y = 0; y < image.height; ++y)
    for (int64_t x = 0; x < image.width; ++x)
      for (int64_t c = 0; c < image.channels; ++c)
        image.pixels.push_back(
            small.pixels[static_cast<size_t>((y / factor * small.width + x / factor) * small.channels + c)]);
  if (Inline how = inlinePictures(); how != Inline::No)
    showInline(image, how);
  else
    writeFile("image", ".png", pngBytes(image), where);
}
