//===- Svg.cpp - Drawings as SVG --------------------------------------------------------===//
//
// Runtime. In: strokes and labels. Out: the text of an SVG file.
//
//===----------------------------------------------------------------------===//
#include "draw/Svg.h"
#include "support/Error.h"

namespace mdl::runtime {

static std::string polyline(const Stroke &stroke) {
  std::string points;
  for (const Point &point : stroke.points)
    points += format("%s%.2f,%.2f", points.empty() ? "" : " ", point.x, point.y);
  return format("<polyline stroke=\"#%06x\" stroke-width=\"%g\" points=\"", stroke.colour, stroke.width) + points +
         "\"/>\n";
}

std::string svgText(const Drawing &drawing) {
  std::string text =
      format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" viewBox=\"0 0 %g %g\">\n",
             drawing.width, drawing.height, drawing.width, drawing.height) +
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      "<g fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n";
  for (const Stroke &stroke : drawing.strokes)
    text += polyline(stroke);
  text += format("</g>\n<g font-family=\"sans-serif\" font-size=\"%g\" fill=\"#%06x\">\n", LabelSize, LabelColour);
  for (const Label &label : drawing.labels)
    text += format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", label.at.x, label.at.y,
                   label.anchor == Label::Middle ? "middle" : "end", label.text.c_str());
  return text + "</g>\n</svg>\n";
}

} // namespace mdl::runtime
