//===- Format.cpp - Python's format specifications for numbers -----------------------===//
//
// Runtime. See Format.h.
//
//===----------------------------------------------------------------------===//
#include "text/Format.h"
#include "support/Error.h"
#include "text/Number.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mdl::runtime {

/// Bytes of the UTF-8 character that starts here.
static size_t characterBytes(unsigned char lead) { return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4; }

static bool isAlign(char c) { return c != 0 && strchr("<>=^", c); }

static bool parseCount(const std::string &text, size_t &at, int &value) {
  size_t start = at;
  for (value = 0; at < text.size() && isdigit(static_cast<unsigned char>(text[at])) && value < 100000; ++at)
    value = value * 10 + (text[at] - '0');
  return at > start && value <= 10000;
}

std::string parseFormat(const std::string &text, FormatSpec &spec) {
  spec = FormatSpec();
  size_t at = 0;
  auto peek = [&](size_t ahead = 0) { return at + ahead < text.size() ? text[at + ahead] : '\0'; };
  auto wrong = [&] { return format("`%s` is not a format; formats look like `.4f`, `8d`, `>10`", text.c_str()); };

  bool hasFill = false;
  if (size_t bytes = text.empty() ? 0 : characterBytes(static_cast<unsigned char>(text[0])); isAlign(peek(bytes))) {
    hasFill = true;
    spec.fill = text.substr(0, bytes);
    spec.align = peek(bytes);
    at = bytes + 1;
  } else if (isAlign(peek())) {
    spec.align = text[at++];
  }
  if (peek() && strchr("+- ", peek()))
    spec.sign = text[at++];
  if (peek() == '#') {
    spec.alternate = true;
    ++at;
  }
  if (peek() == '0') {
    if (!hasFill)
      spec.fill = "0";
    if (!spec.align)
      spec.align = '=';
    ++at;
  }
  if (isdigit(static_cast<unsigned char>(peek())) && !parseCount(text, at, spec.width))
    return wrong();
  if (peek() == ',' || peek() == '_')
    spec.grouping = text[at++];
  if (peek() == '.') {
    ++at;
    if (!parseCount(text, at, spec.precision))
      return wrong();
  }
  if (peek() && strchr("bcdeEfFgGnoxX%s", peek()))
    spec.type = text[at++];
  return at == text.size() ? "" : wrong();
}

/// Puts a separator between groups of digits that end where `digits` ends.
static std::string groupDigits(const std::string &digits, char separator, size_t group) {
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i && (digits.size() - i) % group == 0)
      out += separator;
    out += digits[i];
  }
  return out;
}

static size_t characters(const std::string &text) {
  size_t count = 0;
  for (unsigned char c : text)
    count += (c & 0xc0) != 0x80;
  return count;
}

static std::string repeat(const std::string &text, size_t count) {
  std::string out;
  while (count--)
    out += text;
  return out;
}

/// `body` after `prefix` (sign, base), in the field's width.
static std::string pad(const std::string &prefix, const std::string &body, const FormatSpec &spec, char defaultAlign) {
  size_t length = characters(prefix) + characters(body), width = spec.width;
  if (length >= width)
    return prefix + body;
  size_t missing = width - length;
  switch (spec.align ? spec.align : defaultAlign) {
  case '<':
    return prefix + body + repeat(spec.fill, missing);
  case '^':
    return repeat(spec.fill, missing / 2) + prefix + body + repeat(spec.fill, missing - missing / 2);
  case '=':
    return prefix + repeat(spec.fill, missing) + body;
  default:
    return repeat(spec.fill, missing) + prefix + body;
  }
}

static std::string signText(bool negative, char sign) {
  return negative ? "-" : sign == '-' ? "" : std::string(1, sign);
}

/// Whole digits grouped; zeros that fill the width are grouped too, as in Python.
static std::string padNumber(const std::string &prefix, std::string whole, const std::string &rest,
                             const FormatSpec &spec, size_t group) {
  if (spec.grouping) {
    std::string grouped = groupDigits(whole, spec.grouping, group);
    if (spec.align == '=' && spec.fill == "0")
      while (prefix.size() + grouped.size() + rest.size() < static_cast<size_t>(spec.width)) {
        whole.insert(0, "0");
        grouped = groupDigits(whole, spec.grouping, group);
      }
    whole = grouped;
  }
  return pad(prefix, whole + rest, spec, '>');
}

std::string formatInt(int64_t value, const FormatSpec &spec) {
  if (spec.type && strchr("eEfFgG%", spec.type))
    return formatFloat(static_cast<double>(value), spec);
  uint64_t magnitude = value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  unsigned base = 10;
  std::string prefix;
  switch (spec.type) {
  case 'b':
    base = 2;
    prefix = "0b";
    break;
  case 'o':
    base = 8;
    prefix = "0o";
    break;
  case 'x':
  case 'X':
    base = 16;
    prefix = spec.type == 'x' ? "0x" : "0X";
    break;
  case 'c':
    return pad("", std::string(1, static_cast<char>(value)), spec, '<');
  default:
    break;
  }
  const char *symbols = spec.type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string digits;
  do
    digits.insert(digits.begin(), symbols[magnitude % base]);
  while (magnitude /= base);
  std::string sign = signText(value < 0, spec.sign);
  return padNumber(spec.alternate ? sign + prefix : sign, digits, "", spec, base == 10 ? 3 : 4);
}

/// The shortest digits that are this number, with an exponent from 1e16 on as in Python: `print` writes one from 1e8 on
/// for a `f32`, as NumPy does.
static std::string shortestText(double magnitude, bool alternate, mdl_dtype dtype) {
  std::string text = scalarText(magnitude, dtype);
  size_t exponent = text.find('e');
  if (exponent != std::string::npos && magnitude >= 1 && magnitude < 1e16)
    return format("%.1f", magnitude);
  if (alternate && exponent != std::string::npos && text.find('.') == std::string::npos)
    text.insert(exponent, ".");
  return text;
}

/// `g` with its trailing zeros. C's own loses them where rounding adds a digit.
static std::string alternateText(double magnitude, int precision, bool upper) {
  std::string scientific = format(upper ? "%#.*E" : "%#.*e", precision - 1, magnitude);
  int exponent = atoi(scientific.c_str() + scientific.find(upper ? 'E' : 'e') + 1);
  return exponent < -4 || exponent >= precision ? scientific : format("%#.*f", precision - 1 - exponent, magnitude);
}

/// No type: as short as `g`, but always a number with a point.
static std::string generalText(double magnitude, int precision, bool alternate, mdl_dtype dtype) {
  if (precision < 0)
    return shortestText(magnitude, alternate, dtype);
  if (precision == 0)
    precision = 1;
  std::string scientific = format("%.*e", precision - 1, magnitude);
  int exponent = atoi(scientific.c_str() + scientific.find('e') + 1);
  if (alternate) // Trailing zeros stay.
    return exponent + 1 > precision - 1 ? format("%#.*e", precision - 1, magnitude)
                                        : format("%#.*g", precision, magnitude);
  std::string text = format("%.*g", precision, magnitude);
  if (text.find('e') == std::string::npos && text.find('.') == std::string::npos) {
    // `g` writes a whole number; there is room for the point only below the precision.
    if (exponent + 1 <= precision - 1)
      return text + ".0";
    size_t mark = scientific.find('e');
    std::string mantissa = scientific.substr(0, mark);
    if (mantissa.find('.') != std::string::npos) {
      mantissa.erase(mantissa.find_last_not_of('0') + 1);
      if (mantissa.back() == '.')
        mantissa.pop_back();
    }
    return mantissa + scientific.substr(mark);
  }
  return text;
}

static std::string magnitudeText(double magnitude, const FormatSpec &spec, mdl_dtype dtype) {
  char type = spec.type;
  if (type == 0 || type == 's')
    return generalText(magnitude, spec.precision, spec.alternate, dtype);
  int precision = spec.precision < 0 ? 6 : spec.precision;
  if (type == '%')
    return format(spec.alternate ? "%#.*f" : "%.*f", precision, magnitude * 100) + "%";
  if (type == 'n' || type == 'd')
    type = 'g';
  if (spec.alternate && (type == 'g' || type == 'G'))
    return alternateText(magnitude, std::clamp(precision, 1, 150), type == 'G');
  const char pattern[] = {'%', '#', '.', '*', type, 0}, plain[] = {'%', '.', '*', type, 0};
  char text[512];
  std::string out(text, std::min<size_t>(sizeof text - 1, snprintf(text, sizeof text, spec.alternate ? pattern : plain,
                                                                   std::min(precision, 150), magnitude)));
  return out;
}

std::string formatFloat(double value, const FormatSpec &spec, mdl_dtype dtype) {
  std::string sign = signText(std::signbit(value) && !std::isnan(value), spec.sign);
  if (!std::isfinite(value)) {
    bool upper = spec.type == 'E' || spec.type == 'F' || spec.type == 'G';
    std::string text = std::isnan(value) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf");
    return pad(sign, spec.type == '%' ? text + "%" : text, spec, '>');
  }
  std::string text = magnitudeText(std::fabs(value), spec, dtype);
  size_t whole = text.find_first_not_of("0123456789");
  if (whole == std::string::npos)
    whole = text.size();
  return padNumber(sign, text.substr(0, whole), text.substr(whole), spec, 3);
}

std::string formatText(const std::string &value, const FormatSpec &spec) {
  FormatSpec own = spec;
  if (own.align == '=') // A width with a 0 fills up behind a text.
    own.align = '<';
  size_t end = 0;
  for (int left = spec.precision; left != 0 && end < value.size(); --left)
    end += characterBytes(static_cast<unsigned char>(value[end]));
  return pad("", value.substr(0, end), own, '<');
}

} // namespace mdl::runtime
