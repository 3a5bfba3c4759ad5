//===- Format.h - Python's format specifications for numbers -------------------------===//
//
// Runtime. In: what stands after the colon of a hole, `[[fill]align][sign][#][0][width]
// [grouping][.precision][type]`, and a number. Out: text as Python's format() makes it.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_TEXT_FORMAT_H
#define MDL_RUNTIME_TEXT_FORMAT_H

#include "mdl/abi.h"

#include <string>

namespace mdl::runtime {

struct FormatSpec {
  std::string fill = " "; ///< One character, maybe of several bytes.
  char align = 0;         ///< `<` `>` `^` `=`, 0: the default of the value.
  char sign = '-';        ///< `+` `-` or a space.
  bool alternate = false;
  int width = 0;
  char grouping = 0;  ///< `,` or `_`.
  int precision = -1; ///< -1: none.
  char type = 0;      ///< One of `bcdeEfFgGnoxX%s`, 0: none.
};

/// A message if `text` is no specification.
std::string parseFormat(const std::string &text, FormatSpec &spec);

std::string formatInt(int64_t value, const FormatSpec &spec);
std::string formatFloat(double value, const FormatSpec &spec, mdl_dtype dtype = MDL_F64);
/// Only fill, align and width.
std::string formatText(const std::string &value, const FormatSpec &spec);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TEXT_FORMAT_H
