//===- ElementText.cpp - The elements of a tensor as text -----------------------------===//
//
// Runtime. See ElementText.h. The choice between positional and scientific layout and the
// widths follow NumPy's default print options (precision 8, shortest digits).
//
//===----------------------------------------------------------------------===//
#include "text/ElementText.h"
#include "support/Error.h"
#include "support/Half.h"
#include "text/Format.h"
#include "text/Number.h"

#include <algorithm>
#include <cmath>

namespace mdl::runtime {
namespace {

constexpr int Precision = 8;
constexpr double LargestPositional = 1e8;

double readFloat(const Tensor &tensor, mdl_dtype dtype, int64_t offset) {
  switch (dtype) {
  case MDL_F16:
    return fromF16(tensor.data<uint16_t>()[offset]);
  case MDL_BF16:
    return fromBf16(tensor.data<uint16_t>()[offset]);
  case MDL_F32:
    return tensor.data<float>()[offset];
  default:
    return tensor.data<double>()[offset];
  }
}

int64_t readInt(const Tensor &tensor, mdl_dtype dtype, int64_t offset) {
  switch (dtype) {
  case MDL_I8:
    return tensor.data<int8_t>()[offset];
  case MDL_U8:
    return tensor.data<uint8_t>()[offset];
  case MDL_I32:
    return tensor.data<int32_t>()[offset];
  case MDL_BOOL:
    return tensor.data<uint8_t>()[offset] != 0;
  default:
    return tensor.data<int64_t>()[offset];
  }
}

std::string padLeft(const std::string &text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

/// The widths that the shown numbers need.
struct FloatLayout {
  mdl_dtype dtype;
  bool scientific = false;
  size_t left = 0, right = 0; ///< Characters before the point, and behind it.
  size_t exponentDigits = 2;

  FloatLayout(mdl_dtype dtype, const std::vector<double> &values) : dtype(dtype) {
    std::vector<double> finite;
    double largest = 0, smallest = INFINITY;
    for (double value : values) {
      if (!std::isfinite(value))
        continue;
      finite.push_back(value);
      if (value != 0) {
        largest = std::max(largest, std::fabs(value));
        smallest = std::min(smallest, std::fabs(value));
      }
    }
    double ratio = dtype == MDL_F64 ? largest / smallest : static_cast<float>(largest) / static_cast<float>(smallest);
    scientific = largest != 0 && (largest >= std::min(LargestPositional, positionalLimit(dtype)) || smallest < 0.0001 ||
                                  ratio > 1000.0);
    for (double value : finite)
      measure(text(value));
    size_t behind = scientific ? exponentDigits + 2 + right : right;
    for (double value : values)
      if (!std::isfinite(value)) {
        size_t length = value < 0 ? 4 : 3;
        left = std::max(left, length > behind + 1 ? length - behind - 1 : 0);
      }
  }

  std::string text(double value) const {
    return scientific ? scientificText(value, dtype, Precision) : positionalText(value, dtype, Precision);
  }

  void measure(const std::string &text) {
    size_t point = text.find('.'), mark = text.find('e');
    left = std::max(left, point);
    right = std::max(right, (mark == std::string::npos ? text.size() : mark) - point - 1);
    if (mark != std::string::npos)
      exponentDigits = std::max(exponentDigits, text.size() - mark - 2);
  }

  std::string operator()(double value) const {
    size_t width = left + 1 + right + (scientific ? exponentDigits + 2 : 0);
    if (!std::isfinite(value))
      return padLeft(std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf", width);
    // In scientific layout all have the same number of digits, those of the exact value.
    std::string out = scientific ? format("%.*e", static_cast<int>(right), value) : text(value);
    if (scientific) {
      if (out.find('.') == std::string::npos)
        out.insert(out.find('e'), ".");
      size_t mark = out.find('e') + 2;
      if (out.size() - mark < exponentDigits)
        out.insert(mark, exponentDigits - (out.size() - mark), '0');
    }
    size_t point = out.find('.');
    out.insert(0, left - point, ' ');
    out.resize(width, ' ');
    return out;
  }
};

ElementText floatElements(const Tensor &tensor, mdl_dtype dtype, const std::vector<int64_t> &shown) {
  std::vector<double> values;
  values.reserve(shown.size());
  for (int64_t offset : shown)
    values.push_back(readFloat(tensor, dtype, offset));
  FloatLayout layout(dtype, values);
  return [=](int64_t offset) { return layout(readFloat(tensor, dtype, offset)); };
}

ElementText padded(const ElementText &text, const std::vector<int64_t> &shown) {
  size_t width = 0;
  for (int64_t offset : shown)
    width = std::max(width, text(offset).size());
  return [=](int64_t offset) { return padLeft(text(offset), width); };
}

std::string plainText(const Tensor &tensor, mdl_dtype dtype, int64_t offset) {
  if (isFloat(dtype))
    return scalarText(readFloat(tensor, dtype, offset), dtype);
  int64_t value = readInt(tensor, dtype, offset);
  if (dtype == MDL_BOOL)
    return value ? "true" : "false";
  return std::to_string(value);
}

std::string specText(const Tensor &tensor, mdl_dtype dtype, const FormatSpec &spec, int64_t offset) {
  if (isFloat(dtype))
    return formatFloat(readFloat(tensor, dtype, offset), spec, dtype);
  int64_t value = readInt(tensor, dtype, offset);
  if (dtype == MDL_BOOL && (spec.type == 0 || spec.type == 's'))
    return formatText(value ? "true" : "false", spec);
  return formatInt(value, spec);
}

FormatSpec specOf(const std::string &text) {
  FormatSpec spec;
  std::string error = parseFormat(text, spec);
  if (!error.empty())
    fail("", error);
  return spec;
}

} // namespace

ElementText elementText(const Tensor &tensor, mdl_dtype dtype, const std::vector<int64_t> &shown) {
  if (isFloat(dtype))
    return floatElements(tensor, dtype, shown);
  return padded([=](int64_t offset) { return plainText(tensor, dtype, offset); }, shown);
}

ElementText elementText(const Tensor &tensor, mdl_dtype dtype, const std::vector<int64_t> &shown,
                        const std::string &spec) {
  FormatSpec parsed = specOf(spec);
  return padded([=](int64_t offset) { return specText(tensor, dtype, parsed, offset); }, shown);
}

std::string scalarElementText(const Tensor &tensor, mdl_dtype dtype, const std::string &spec) {
  return spec.empty() ? plainText(tensor, dtype, 0) : specText(tensor, dtype, specOf(spec), 0);
}

} // namespace mdl::runtime
