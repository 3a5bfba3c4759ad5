//===- Nearest.h - The nearest known name, for hints ---------------------------------===//
//
// Runtime. In: a wrong name and the right ones. Out: the right one that was probably meant.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_SUPPORT_NEAREST_H
#define MDL_RUNTIME_SUPPORT_NEAREST_H

#include <algorithm>
#include <string>
#include <vector>

namespace mdl::runtime {

/// Insertions, deletions, replacements, and swaps of neighbours that turn one name into the other.
inline size_t editDistance(const std::string &a, const std::string &b) {
  std::vector<size_t> before, last, row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before = last;
    last = row;
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

/// "" when nothing is near enough to be meant.
inline std::string nearestName(const std::string &wrong, const std::vector<std::string> &known) {
  std::string best;
  size_t bestDistance = std::max<size_t>(1, wrong.size() / 3) + 1;
  for (const std::string &name : known) {
    size_t distance = editDistance(wrong, name);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = name;
    }
  }
  return best;
}

} // namespace mdl::runtime

#endif // MDL_RUNTIME_SUPPORT_NEAREST_H
