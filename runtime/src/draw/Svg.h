//===- Svg.h - Drawings as SVG ----------------------------------------------------------===//
#ifndef MDL_RUNTIME_DRAW_SVG_H
#define MDL_RUNTIME_DRAW_SVG_H

#include "draw/Plot.h"

namespace mdl::runtime {

/// The text of an SVG file (W3C, Scalable Vector Graphics 1.1).
std::string svgText(const Drawing &drawing);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_DRAW_SVG_H
