//===- Permutation.h - A random order ------------------------------------------------===//
//
// Runtime. In: a seed and a length. Out: 0..n-1 in random order (Fisher and Yates).
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_RANDOM_PERMUTATION_H
#define MDL_RUNTIME_RANDOM_PERMUTATION_H

#include "random/Philox.h"

#include <numeric>
#include <utility>
#include <vector>

namespace mdl::runtime {

inline std::vector<int64_t> permutation(int64_t seed, int64_t count) {
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), int64_t(0));
  Stream stream(static_cast<uint64_t>(seed));
  for (int64_t i = count - 1; i > 0; --i)
    std::swap(order[i], order[stream.below(i + 1)]);
  return order;
}

} // namespace mdl::runtime

#endif // MDL_RUNTIME_RANDOM_PERMUTATION_H
