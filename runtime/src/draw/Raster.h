//===- Raster.h - Drawings as pixels ----------------------------------------------------===//
#ifndef MDL_RUNTIME_DRAW_RASTER_H
#define MDL_RUNTIME_DRAW_RASTER_H

#include "draw/Plot.h"
#include "draw/Png.h"

namespace mdl::runtime {

/// The drawing in colours, one pixel for each unit of the page, for terminals that show images but no SVG.
Image rasterImage(const Drawing &drawing);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_DRAW_RASTER_H
