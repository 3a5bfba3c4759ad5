//===- ArrayText.cpp - A tensor as text -----------------------------------------------===//
//
// Runtime. See ArrayText.h. Brackets, line breaks and the `...` of large tensors follow
// NumPy's default print options (threshold 1000, 3 items at each edge, 75 columns).
//
//===----------------------------------------------------------------------===//
#include "text/ArrayText.h"
#include "text/ElementText.h"

#include <algorithm>

namespace mdl::runtime {
namespace {

constexpr int64_t Threshold = 1000, EdgeItems = 3;
constexpr size_t LineWidth = 75;
const char *const Dots = "...";

class ArrayWriter {
public:
  explicit ArrayWriter(const Tensor &tensor) : tensor(tensor), summarise(tensor.elements() > Threshold) {}

  /// Offsets of the elements that will be shown.
  std::vector<int64_t> shown() const {
    std::vector<int64_t> offsets;
    collect(0, 0, offsets);
    return offsets;
  }

  std::string write(const ElementText &text) const { return axisText(0, 0, " ", LineWidth, text); }

private:
  /// Items of an axis that are shown; -1 stands for the dots.
  std::vector<int64_t> items(int axis) const {
    std::vector<int64_t> out;
    int64_t size = tensor.size(axis);
    bool cut = summarise && size > 2 * EdgeItems;
    for (int64_t i = 0; i < (cut ? EdgeItems : size); ++i)
      out.push_back(i);
    if (cut) {
      out.push_back(-1);
      for (int64_t i = size - EdgeItems; i < size; ++i)
        out.push_back(i);
    }
    return out;
  }

  void collect(int axis, int64_t offset, std::vector<int64_t> &offsets) const {
    if (axis == tensor.rank())
      return offsets.push_back(offset);
    for (int64_t item : items(axis))
      if (item >= 0)
        collect(axis + 1, offset + item * tensor.stride(axis), offsets);
  }

  std::string axisText(int axis, int64_t offset, const std::string &indent, size_t width,
                       const ElementText &text) const {
    std::string out = axis == tensor.rank() - 1 ? rowText(axis, offset, indent, width, text)
                                                : nestedText(axis, offset, indent, width, text);
    return "[" + out.substr(indent.size()) + "]";
  }

  /// The last axis: as many elements on a line as fit before the bracket.
  std::string rowText(int axis, int64_t offset, const std::string &indent, size_t width,
                      const ElementText &text) const {
    std::string out, line = indent;
    const char *separator = "";
    for (int64_t item : items(axis)) {
      std::string word = item < 0 ? Dots : text(offset + item * tensor.stride(axis));
      line += separator;
      separator = " ";
      if (line.size() + word.size() > width - 1 && line.size() > indent.size()) {
        out += line.erase(line.find_last_not_of(' ') + 1) + "\n";
        line = indent;
      }
      line += word;
    }
    return out + line;
  }

  /// An outer axis: as many line breaks between its items as there are axes inside.
  std::string nestedText(int axis, int64_t offset, const std::string &indent, size_t width,
                         const ElementText &text) const {
    std::string out, breaks(tensor.rank() - 1 - axis, '\n'), separator;
    for (int64_t item : items(axis)) {
      out += separator + indent;
      separator = breaks;
      out += item < 0 ? Dots : axisText(axis + 1, offset + item * tensor.stride(axis), indent + " ", width - 1, text);
    }
    return out;
  }

  Tensor tensor;
  bool summarise;
};

} // namespace

std::string arrayText(const Tensor &tensor, mdl_dtype dtype, const std::string &spec) {
  if (tensor.rank() == 0)
    return scalarElementText(tensor, dtype, spec);
  if (tensor.elements() == 0)
    return "[]";
  ArrayWriter writer(tensor);
  std::vector<int64_t> shown = writer.shown();
  return writer.write(spec.empty() ? elementText(tensor, dtype, shown) : elementText(tensor, dtype, shown, spec));
}

} // namespace mdl::runtime
