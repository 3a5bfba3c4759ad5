//===- Svg.h - Lines in a frame as SVG ------------------------------------------------===//
#ifndef MDL_RUNTIME_DRAW_SVG_H
#define MDL_RUNTIME_DRAW_SVG_H

#include <string>
#include <vector>

namespace mdl::runtime {

/// Round numbers inside of [low, high], some five of them: multiples of 1, 2 or 5 times a power of ten.
std::vector<double> ticks(double low, double high);

/// A plot of lines over the same x, with axes, as the text of an SVG file. Points that are NaN or infinite interrupt a
/// line.
std::string svgPlot(const std::vector<double> &x, const std::vector<std::vector<double>> &lines);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_DRAW_SVG_H
