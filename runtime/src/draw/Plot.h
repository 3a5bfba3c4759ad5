//===- Plot.h - Lines in a frame --------------------------------------------------------===//
#ifndef MDL_RUNTIME_DRAW_PLOT_H
#define MDL_RUNTIME_DRAW_PLOT_H

#include <cstdint>
#include <string>
#include <vector>

namespace mdl::runtime {

/// A place on a page: x to the right, y down, both in pixels of 1/96 inch.
struct Point {
  double x, y;
};

/// Straight lines from point to point; one point is a dot.
struct Stroke {
  std::vector<Point> points;
  uint32_t colour; ///< 0xRRGGBB.
  double width;
};

/// A number beside an axis.
struct Label {
  enum Anchor { Middle, End } anchor; ///< What of the text stands at `at`.
  Point at;                           ///< On the line that the digits stand on.
  std::string text;
};

/// What is to be drawn on a white page, from back to front; see svgText and rasterImage.
struct Drawing {
  double width, height;
  std::vector<Stroke> strokes;
  std::vector<Label> labels;
};

constexpr double LabelSize = 12;
constexpr uint32_t LabelColour = 0x333333;

/// Round numbers inside of [low, high], some five of them: multiples of 1, 2 or 5 times a power of ten.
std::vector<double> ticks(double low, double high);

/// A plot of lines over the same x, with axes. Points that are NaN or infinite interrupt a line.
Drawing plotLines(const std::vector<double> &x, const std::vector<std::vector<double>> &lines);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_DRAW_PLOT_H
