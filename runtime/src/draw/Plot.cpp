//===- Plot.cpp - Lines in a frame ------------------------------------------------------===//
//
// Runtime. In: numbers. Out: strokes and labels on a page.
//
//===----------------------------------------------------------------------===//
#include "draw/Plot.h"
#include "support/Error.h"

#include <algorithm>
#include <cmath>

namespace mdl::runtime {
namespace {

constexpr double Width = 640, Height = 400, Left = 64, Right = 16, Top = 16, Bottom = 36;
constexpr double Padding = 8; ///< Between the frame and the lines.
constexpr uint32_t FrameColour = 0x666666;
/// Okabe and Ito's colours, which people with colour blindness can tell apart.
const uint32_t colours[] = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x000000};

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

void addFrame(Drawing &drawing, const Axis &x, const Axis &y) {
  auto line = [&](std::vector<Point> points) { drawing.strokes.push_back({std::move(points), FrameColour, 1}); };
  const double right = Width - Right, bottom = Height - Bottom;
  line({{Left, Top}, {right, Top}, {right, bottom}, {Left, bottom}, {Left, Top}});
  for (double tick : ticks(x.low, x.high)) {
    double place = x.place(tick);
    line({{place, bottom}, {place, bottom + 5}});
    drawing.labels.push_back({Label::Middle, {place, bottom + 19}, format("%g", tick)});
  }
  for (double tick : ticks(y.low, y.high)) {
    double place = y.place(tick);
    line({{Left - 5, place}, {Left, place}});
    drawing.labels.push_back({Label::End, {Left - 9, place + 4}, format("%g", tick)});
  }
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

Drawing plotLines(const std::vector<double> &x, const std::vector<std::vector<double>> &lines) {
  Axis across = axisOf({x}, Left + Padding, Width - Right - Padding);
  Axis up = axisOf(lines, Height - Bottom - Padding, Top + Padding);
  Drawing drawing = {Width, Height, {}, {}};
  addFrame(drawing, across, up);
  for (size_t i = 0; i < lines.size(); ++i) {
    Stroke part = {{}, colours[i % std::size(colours)], 1.5};
    auto finish = [&] {
      if (!part.points.empty())
        drawing.strokes.push_back(part);
      part.points.clear();
    };
    for (size_t j = 0; j < x.size(); ++j) {
      if (std::isfinite(x[j]) && std::isfinite(lines[i][j]))
        part.points.push_back({across.place(x[j]), up.place(lines[i][j])});
      else
        finish();
    }
    finish();
  }
  return drawing;
}

} // namespace mdl::runtime
