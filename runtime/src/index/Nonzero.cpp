//===- Nonzero.cpp - Positions of a mask ------------------------------------------------===//
//
// Runtime. In: a mask of bools. Out: how many are true, and where.
//
//===----------------------------------------------------------------------===//
#include "support/Tensor.h"

using namespace mdl::runtime;

int64_t mdl_count_nonzero(const mdl_tensor *mask) {
  Tensor view(mask);
  const uint8_t *data = view.data<uint8_t>();
  int64_t count = 0;
  view.forEach([&](int64_t, int64_t offset) { count += data[offset] != 0; });
  return count;
}

void mdl_fill_nonzero(const mdl_tensor *mask, mdl_tensor *out) {
  Tensor view(mask), positions(out);
  const uint8_t *data = view.data<uint8_t>();
  int64_t found = 0, room = positions.elements(), step = positions.rank() ? positions.stride(0) : 1;
  view.forEach([&](int64_t index, int64_t offset) {
    if (data[offset] && found < room)
      positions.data<int64_t>()[found++ * step] = index;
  });
}
