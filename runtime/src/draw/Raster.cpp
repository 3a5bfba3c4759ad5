//===- Raster.cpp - Drawings as pixels --------------------------------------------------===//
//
// Runtime. In: strokes and labels. Out: an image. A pixel takes of a stroke's colour as much
// as the stroke covers of it, told by its distance from the line. Labels are numbers only
// (`%g`), so the font is a few strokes for each of fourteen characters.
//
//===----------------------------------------------------------------------===//
#include "draw/Raster.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mdl::runtime {
namespace {

/// A character as strokes on a grid of 4 by 6: `xy` from point to point, `|` lifts the pen.
struct Glyph {
  char character;
  const char *strokes;
};
const Glyph font[] = {
    {'0', "10 30 41 45 36 16 05 01 10"},
    {'1', "11 20 26 | 16 36"},
    {'2', "01 10 30 41 42 06 46"},
    {'3', "01 10 30 41 42 33 44 45 36 16 05 | 33 13"},
    {'4', "36 30 04 44"},
    {'5', "40 00 03 12 32 43 45 36 16 05"},
    {'6', "41 30 10 01 05 16 36 45 44 33 13 04"},
    {'7', "00 40 16"},
    {'8', "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33"},
    {'9', "42 33 13 02 01 10 30 41 45 36 16 05"},
    {'.', "26"},
    {'-', "13 43"},
    {'+', "03 43 | 21 25"},
    {'e', "04 44 43 32 12 03 05 16 36 45"},
};
constexpr double GlyphHeight = 6, GlyphAdvance = 5.4;
constexpr double Unit = LabelSize * 0.7 / GlyphHeight; ///< Digits are 0.7 of a font's size high.

void addText(const Label &label, std::vector<Stroke> &strokes) {
  double width = static_cast<double>(label.text.size()) * GlyphAdvance * Unit;
  Point at = {label.at.x - (label.anchor == Label::Middle ? width / 2 : width), label.at.y - GlyphHeight * Unit};
  for (char character : label.text) {
    const Glyph *glyph = std::find_if(std::begin(font), std::end(font),
                                      [&](const Glyph &candidate) { return candidate.character == character; });
    if (glyph != std::end(font)) {
      Stroke stroke = {{}, LabelColour, 1.1};
      for (const char *next = glyph->strokes; *next; next += strspn(next, " ")) {
        if (*next == '|') {
          strokes.push_back(stroke);
          stroke.points.clear();
          ++next;
          continue;
        }
        stroke.points.push_back({at.x + (next[0] - '0') * Unit, at.y + (next[1] - '0') * Unit});
        next += 2;
      }
      strokes.push_back(stroke);
    }
    at.x += GlyphAdvance * Unit;
  }
}

double distance(Point p, Point a, Point b) {
  double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  double along = length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

/// How much of each pixel a stroke covers, from 0 to 1. Where its lines meet, they do not add up.
class Coverage {
public:
  Coverage(int64_t width, int64_t height) : width(width), height(height), shares(size_t(width * height)) {}

  void add(const Stroke &stroke) {
    for (size_t i = 0; i < stroke.points.size(); ++i)
      addLine(stroke.points[i ? i - 1 : 0], stroke.points[i], stroke.width / 2);
  }

  /// Colours the image, and is empty again.
  void paint(Image &image, uint32_t colour) {
    for (size_t i = 0; i < shares.size(); ++i) {
      if (shares[i] > 0)
        for (size_t c = 0; c < 3; ++c) {
          uint8_t &pixel = image.pixels[3 * i + c];
          auto ink = static_cast<double>(colour >> (16 - 8 * c) & 0xFF);
          pixel = static_cast<uint8_t>(std::lround(pixel + shares[i] * (ink - pixel)));
        }
      shares[i] = 0;
    }
  }

private:
  void addLine(Point a, Point b, double radius) {
    double reach = radius + 1;
    auto first = [](double place) { return std::max<int64_t>(0, std::llround(std::floor(place))); };
    auto end = [](double place, int64_t size) { return std::min<int64_t>(size, std::llround(std::ceil(place))); };
    if (a.y > b.y)
      std::swap(a, b);
    for (int64_t y = first(a.y - reach); y < end(b.y + reach, height); ++y) {
      // The part of the line that this row can see.
      auto xAt = [&](double row) {
        return b.y > a.y ? a.x + std::clamp((row - a.y) / (b.y - a.y), 0.0, 1.0) * (b.x - a.x) : a.x;
      };
      auto row = static_cast<double>(y) + 0.5;
      double left = xAt(row - reach), right = b.y > a.y ? xAt(row + reach) : b.x;
      for (int64_t x = first(std::min(left, right) - reach); x < end(std::max(left, right) + reach, width); ++x) {
        double away = distance({static_cast<double>(x) + 0.5, row}, a, b);
        double &share = shares[size_t(y * width + x)];
        share = std::max(share, std::clamp(radius + 0.5 - away, 0.0, 1.0));
      }
    }
  }

  int64_t width, height;
  std::vector<double> shares;
};

} // namespace

Image rasterImage(const Drawing &drawing) {
  Image image = {std::llround(drawing.width), std::llround(drawing.height), 3, {}};
  image.pixels.assign(size_t(3 * image.width * image.height), 255);
  std::vector<Stroke> strokes = drawing.strokes;
  for (const Label &label : drawing.labels)
    addText(label, strokes);
  Coverage coverage(image.width, image.height);
  for (size_t i = 0; i < strokes.size(); ++i) {
    coverage.add(strokes[i]);
    // Strokes of one colour that follow each other are painted at once: a page has dozens of them.
    if (i + 1 == strokes.size() || strokes[i + 1].colour != strokes[i].colour)
      coverage.paint(image, strokes[i].colour);
  }
  return image;
}

} // namespace mdl::runtime
