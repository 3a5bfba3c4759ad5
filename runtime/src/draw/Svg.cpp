//===- Svg.cpp - Lines in a frame as SVG ----------------------------------------------===//
//
// Runtime. In: numbers. Out: the text of an SVG file.
//
//===----------------------------------------------------------------------===//
#include "draw/Svg.h"
#include "support/Error.h"

#include <algorithm>
#include <cmath>

namespace mdl::runtime {
namespace {

constexpr double Width = 640, Height = 400, Left = 64, Right = 16, Top = 16, Bottom = 36;
/// Okabe and Ito's colours, which people with colour blindness can tell apart.
const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"};

/// From numbers to places on the page.
struct Axis {
  double low, high, from, to;
  double place(double value) const { return from + (value - low) / (high - low) * (to - from); }
};

Axis axisOf(const std::vector<std::vector<double>> &values, double from, double to) {
  double low = INFINITY, high = -INFINITY;
  for (auto &list : values)
    for (double value : list)
      if (std::isfinite(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
  if (low > high)
    low = 0, high = 1; // Nothing to show.
  else if (low == high)
    low -= 0.5, high += 0.5;
  return {low, high, from, to};
}

std::string line(double x1, double y1, double x2, double y2) {
  return format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x1, y1, x2, y2);
}

std::string frame(const Axis &x, const Axis &y) {
  std::string lines, labels;
  for (double tick : ticks(x.low, x.high)) {
    lines += line(x.place(tick), Height - Bottom, x.place(tick), Height - Bottom + 5);
    labels += format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g</text>\n", x.place(tick),
                     Height - Bottom + 19, tick);
  }
  for (double tick : ticks(y.low, y.high)) {
    lines += line(Left - 5, y.place(tick), Left, y.place(tick));
    labels += format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n", Left - 9, y.place(tick) + 4, tick);
  }
  return "<g stroke=\"#666\" fill=\"none\">\n" +
         format("<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\"/>\n", Left, Top, Width - Left - Right,
                Height - Top - Bottom) +
         lines + "</g>\n<g font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">\n" + labels + "</g>\n";
}

std::string polylines(const Axis &x, const Axis &y, const std::vector<double> &xs, const std::vector<double> &ys,
                      const char *colour) {
  std::string result, points;
  auto finish = [&] {
    if (!points.empty())
      result +=
          format("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"", colour) + points + "\"/>\n";
    points.clear();
  };
  for (size_t i = 0; i < xs.size(); ++i) {
    if (std::isfinite(xs[i]) && std::isfinite(ys[i]))
      points += format("%.2f,%.2f ", x.place(xs[i]), y.place(ys[i]));
    else
      finish();
  }
  finish();
  return result;
}

} // namespace

std::vector<double> ticks(double low, double high) {
  double rough = (high - low) / 5, power = std::pow(10, std::floor(std::log10(rough)));
  double step = rough / power < 1.5   ? power
                : rough / power < 3.5 ? 2 * power
                : rough / power < 7.5 ? 5 * power
                                      : 10 * power;
  std::vector<double> result;
  for (double k = std::ceil(low / step); k * step <= high + step * 1e-9; ++k)
    result.push_back(k == 0 ? 0 : k * step);
  return result;
}

std::string svgPlot(const std::vector<double> &x, const std::vector<std::vector<double>> &lines) {
  Axis across = axisOf({x}, Left + 8, Width - Right - 8), up = axisOf(lines, Height - Bottom - 8, Top + 8);
  std::string result =
      format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" viewBox=\"0 0 %g %g\">\n", Width,
             Height, Width, Height) +
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + frame(across, up);
  for (size_t i = 0; i < lines.size(); ++i)
    result += polylines(across, up, x, lines[i], colours[i % std::size(colours)]);
  return result + "</svg>\n";
}

} // namespace mdl::runtime
