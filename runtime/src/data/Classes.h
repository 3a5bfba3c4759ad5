//===- Classes.h - The order of classes -------------------------------------------------===//
//
// Runtime and compiler. In: distinct labels. Out: sorted, as numbers when all are numbers.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_CLASSES_H
#define MDL_RUNTIME_DATA_CLASSES_H

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace mdl::data {

inline bool parseNumber(const std::string &text, double &value) {
  const char *begin = text.data(), *end = begin + text.size();
  if (begin != end && *begin == '+')
    ++begin;
  auto result = std::from_chars(begin, end, value);
  return result.ec == std::errc() && result.ptr == end && begin != end;
}

inline void sortClasses(std::vector<std::string> &classes) {
  double ignored;
  bool numbers =
      std::all_of(classes.begin(), classes.end(), [&](const std::string &text) { return parseNumber(text, ignored); });
  if (!numbers)
    return std::sort(classes.begin(), classes.end());
  std::sort(classes.begin(), classes.end(), [](const std::string &a, const std::string &b) {
    double x = 0, y = 0;
    parseNumber(a, x);
    parseNumber(b, y);
    return x != y ? x < y : a < b;
  });
}

} // namespace mdl::data

#endif // MDL_RUNTIME_DATA_CLASSES_H
