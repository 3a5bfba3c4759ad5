//===- Sort.cpp - Sorting along the last axis --------------------------------------------===//
//
// Runtime. In: a tensor. Out: its rows in order and where each element was. Stable in both
// directions; NaN counts as largest (as PyTorch).
//
//===----------------------------------------------------------------------===//
#include "support/Error.h"
#include "support/Half.h"
#include "support/Tensor.h"
#include "threads/ThreadPool.h"
#include "train/Interrupt.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mdl::runtime;

namespace {
template <typename T> bool isNan(T value) {
  if constexpr (std::is_floating_point_v<T>)
    return std::isnan(value);
  return false;
}

/// Where each row of a tensor starts, over all axes but the last.
std::vector<int64_t> rowOffsets(const Tensor &tensor) {
  std::vector<int64_t> offsets = {0};
  for (int axis = 0; axis + 1 < tensor.rank(); ++axis) {
    std::vector<int64_t> next;
    next.reserve(offsets.size() * tensor.size(axis));
    for (int64_t offset : offsets)
      for (int64_t i = 0; i < tensor.size(axis); ++i)
        next.push_back(offset + i * tensor.stride(axis));
    offsets = std::move(next);
  }
  return offsets;
}

/// A stable sort that Ctrl-C ends between two blocks; what is left is in some order then.
template <typename Less> void sortUntilCancelled(std::vector<int64_t> &order, Less less) {
  constexpr size_t Block = 1 << 18;
  auto place = [&](size_t i) { return order.begin() + std::min(i, order.size()); };
  for (size_t i = 0; i < order.size() && !cancelRequested(); i += Block)
    std::stable_sort(place(i), place(i + Block), less);
  for (size_t width = Block; width < order.size(); width *= 2)
    for (size_t i = 0; i + width < order.size() && !cancelRequested(); i += 2 * width)
      std::inplace_merge(place(i), place(i + width), place(i + 2 * width), less);
}

/// `Stored` is what lies in memory, `key` makes it comparable.
template <typename Stored, typename Key>
void sortRows(const Tensor &in, bool descending, const Tensor &values, const Tensor &indices, Key key) {
  int last = in.rank() - 1;
  int64_t size = in.size(last);
  std::vector<int64_t> from = rowOffsets(in), toValues = rowOffsets(values), toIndices = rowOffsets(indices);
  parallelFor(static_cast<int>(from.size()), [&](int row) {
    const Stored *source = in.data<Stored>() + from[row];
    Stored *target = values.data<Stored>() + toValues[row];
    int64_t *positions = indices.data<int64_t>() + toIndices[row];
    std::vector<int64_t> order(size);
    std::iota(order.begin(), order.end(), int64_t(0));
    sortUntilCancelled(order, [&](int64_t a, int64_t b) {
      auto x = key(source[a * in.stride(last)]), y = key(source[b * in.stride(last)]);
      if (isNan(x) || isNan(y))
        return descending ? isNan(x) && !isNan(y) : !isNan(x) && isNan(y);
      return descending ? y < x : x < y;
    });
    // The values may lie where the input lies.
    std::vector<Stored> sorted(size);
    for (int64_t i = 0; i < size; ++i)
      sorted[i] = source[order[i] * in.stride(last)];
    for (int64_t i = 0; i < size; ++i) {
      target[i * values.stride(last)] = sorted[i];
      positions[i * indices.stride(last)] = order[i];
    }
  });
  if (cancelRequested())
    finish(ExitInterrupted);
}
} // namespace

void mdl_sort(const mdl_tensor *in, int64_t dtype, bool descending, mdl_tensor *values, mdl_tensor *indices) {
  Tensor source(in), sorted(values), order(indices);
  if (source.rank() == 0 || source.elements() == 0) {
    if (source.elements() == 1) {
      std::copy_n(source.data<char>(), source.itemBytes(), sorted.data<char>());
      *order.data<int64_t>() = 0;
    }
    return;
  }
  auto sort = [&](auto stored, auto key) { sortRows<decltype(stored)>(source, descending, sorted, order, key); };
  auto same = [](auto value) { return value; };
  switch (static_cast<mdl_dtype>(dtype)) {
  case MDL_F16:
    return sort(uint16_t(), fromF16);
  case MDL_BF16:
    return sort(uint16_t(), fromBf16);
  case MDL_F32:
    return sort(float(), same);
  case MDL_F64:
    return sort(double(), same);
  case MDL_I8:
    return sort(int8_t(), same);
  case MDL_U8:
  case MDL_BOOL:
    return sort(uint8_t(), same);
  case MDL_I32:
    return sort(int32_t(), same);
  case MDL_I64:
    return sort(int64_t(), same);
  }
}
