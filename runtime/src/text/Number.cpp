//===- Number.cpp - One number as text ------------------------------------------------===//
//
// Runtime. See Number.h. Shortest digits come from std::to_chars; where fewer are wanted,
// printf rounds the exact value, ties to even, as NumPy's cut-off does.
//
//===----------------------------------------------------------------------===//
#include "text/Number.h"
#include "support/Error.h"
#include "support/Half.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace mdl::runtime {

/// There is no library for 16 bits: the fewest digits that read back as the same.
static std::string shortestHalf(double value, mdl_dtype dtype) {
  for (int digits = 0;; ++digits) {
    std::string text = format("%.*e", digits, value);
    float read = strtof(text.c_str(), nullptr);
    float rounded = dtype == MDL_F16 ? fromF16(toF16(read)) : fromBf16(toBf16(read));
    if (rounded == static_cast<float>(value) || digits == 9)
      return text;
  }
}

static std::string shortestScientific(double value, mdl_dtype dtype) {
  char text[64];
  std::to_chars_result end{};
  if (dtype == MDL_F16 || dtype == MDL_BF16)
    return shortestHalf(value, dtype);
  if (dtype == MDL_F32)
    end = std::to_chars(text, text + sizeof text, static_cast<float>(value), std::chars_format::scientific);
  else
    end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  return std::string(text, end.ptr);
}

Decimal shortestDecimal(double value, mdl_dtype dtype) {
  std::string text = shortestScientific(std::fabs(value), dtype);
  size_t mark = text.find('e');
  Decimal decimal{std::signbit(value), "", atoi(text.c_str() + mark + 1)};
  for (char c : text.substr(0, mark))
    if (c != '.')
      decimal.digits += c;
  size_t last = decimal.digits.find_last_not_of('0');
  decimal.digits.erase(last == std::string::npos ? 1 : last + 1);
  return decimal;
}

static void trimZeros(std::string &text) { text.erase(text.find_last_not_of('0') + 1); }

std::string positionalText(double value, mdl_dtype dtype, int precision) {
  Decimal decimal = shortestDecimal(value, dtype);
  int fraction = static_cast<int>(decimal.digits.size()) - 1 - decimal.exponent;
  if (fraction > precision) {
    std::string text = format("%.*f", precision, value);
    if (precision == 0)
      text += '.';
    trimZeros(text);
    return text;
  }
  std::string whole = "0", rest;
  if (decimal.exponent < 0) {
    rest = std::string(-decimal.exponent - 1, '0') + decimal.digits;
  } else {
    decimal.digits.resize(std::max<size_t>(decimal.digits.size(), decimal.exponent + 1), '0');
    whole = decimal.digits.substr(0, decimal.exponent + 1);
    rest = decimal.digits.substr(decimal.exponent + 1);
  }
  if (rest == "0") // Zero itself.
    rest.clear();
  return (decimal.negative ? "-" : "") + whole + "." + rest;
}

std::string scientificText(double value, mdl_dtype dtype, int precision) {
  Decimal decimal = shortestDecimal(value, dtype);
  if (static_cast<int>(decimal.digits.size()) - 1 > precision) {
    std::string text = format("%.*e", precision, value);
    size_t mark = text.find('e');
    std::string mantissa = text.substr(0, mark);
    if (precision == 0)
      mantissa += '.';
    trimZeros(mantissa);
    return mantissa + text.substr(mark);
  }
  return (decimal.negative ? "-" : "") + decimal.digits.substr(0, 1) + "." + decimal.digits.substr(1) +
         format("e%c%02d", decimal.exponent < 0 ? '-' : '+', std::abs(decimal.exponent));
}

double positionalLimit(mdl_dtype dtype) {
  switch (dtype) {
  case MDL_F16:
  case MDL_BF16:
    return 1e3;
  case MDL_F32:
    return 1e6;
  default:
    return 1e16;
  }
}

std::string scalarText(double value, mdl_dtype dtype) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  double magnitude = std::fabs(value);
  if (magnitude == 0 || (magnitude >= 1e-4 && magnitude < positionalLimit(dtype))) {
    std::string text = positionalText(value, dtype, 1000);
    return text.back() == '.' ? text + "0" : text;
  }
  std::string text = scientificText(value, dtype, 1000);
  size_t point = text.find(".e");
  return point == std::string::npos ? text : text.erase(point, 1);
}

} // namespace mdl::runtime
