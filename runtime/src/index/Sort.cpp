//===- Sort.cpp - Sorting along the last axis --------------------------------------------===//
//
// Runtime. In: a tensor. Out: its rows in order and where each element was, as many as the
// results have room for. Stable in both directions; NaN counts as largest (as PyTorch).
//
//===----------------------------------------------------------------------===//
#include "support/Error.h"
#include "support/Half.h"
#include "support/Tensor.h"
#include "threads/ThreadPool.h"
#include "train/Interrupt.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

using namespace mdl::runtime;

namespace {
// An element's place in the order of values, as a whole number: NaN is the largest, the two zeros are one.
template <typename Float, typename Order> Order orderOfFloat(Float value) {
  constexpr Order Sign = Order(1) << (8 * sizeof(Order) - 1);
  if (std::isnan(value))
    return ~Order(0);
  Order magnitude;
  std::memcpy(&magnitude, &value, sizeof value);
  magnitude &= ~Sign;
  return std::signbit(value) ? Sign - magnitude : Sign + magnitude;
}
uint32_t orderOf(float value) { return orderOfFloat<float, uint32_t>(value); }
uint64_t orderOf(double value) { return orderOfFloat<double, uint64_t>(value); }
uint64_t orderOf(int64_t value) { return static_cast<uint64_t>(value) ^ (uint64_t(1) << 63); }
uint32_t orderOf(int32_t value) { return static_cast<uint32_t>(value) ^ (uint32_t(1) << 31); }

/// What is sorted: an element's order and where it stood, which makes the sort a stable one. An axis has less than
/// 2^31 elements.
struct ShortKey {
  ShortKey() = default;
  ShortKey(uint32_t order, int64_t place) : bits(uint64_t(order) << 32 | static_cast<uint32_t>(place)) {}
  [[nodiscard]] int64_t place() const { return static_cast<uint32_t>(bits); }
  bool operator<(ShortKey other) const { return bits < other.bits; }
  uint64_t bits = 0;
};
struct LongKey {
  LongKey() = default;
  LongKey(uint64_t order, int64_t place) : order(order), from(place) {}
  [[nodiscard]] int64_t place() const { return from; }
  bool operator<(const LongKey &other) const {
    return order < other.order || (order == other.order && from < other.from);
  }
  uint64_t order = 0;
  int64_t from = 0;
};

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

/// Ctrl-C ends a long sort between two blocks; what is left is in some order then.
template <typename Key> void sortUntilCancelled(std::vector<Key> &keys) {
  constexpr size_t Block = 1 << 18;
  auto place = [&](size_t i) { return keys.begin() + std::min(i, keys.size()); };
  for (size_t i = 0; i < keys.size() && !cancelRequested(); i += Block)
    std::sort(place(i), place(i + Block));
  for (size_t width = Block; width < keys.size(); width *= 2)
    for (size_t i = 0; i + width < keys.size() && !cancelRequested(); i += 2 * width)
      std::inplace_merge(place(i), place(i + width), place(i + 2 * width));
}

/// The first `count` of the `size` keys that `keyAt` gives, in order.
template <typename KeyAt> auto firstKeys(int64_t size, int64_t count, KeyAt keyAt) {
  std::vector<decltype(keyAt(0))> keys;
  bool areFew = count < size / 16; // Most are none of them: looking at each once is enough.
  int64_t begun = areFew ? count : size;
  keys.reserve(begun);
  for (int64_t i = 0; i < begun; ++i)
    keys.push_back(keyAt(i));
  if (areFew) {
    std::make_heap(keys.begin(), keys.end());
    for (int64_t i = begun; i < size; ++i)
      if (auto key = keyAt(i); key < keys.front()) {
        std::pop_heap(keys.begin(), keys.end());
        keys.back() = key;
        std::push_heap(keys.begin(), keys.end());
      }
  } else if (count < size) {
    std::nth_element(keys.begin(), keys.begin() + count, keys.end());
    keys.resize(count);
  }
  sortUntilCancelled(keys);
  return keys;
}

/// `Stored` is what lies in memory, `number` gives its value.
template <typename Stored, typename Number>
void sortRows(const Tensor &in, bool descending, const Tensor &values, const Tensor &indices, Number number) {
  int last = in.rank() - 1;
  int64_t size = in.size(last), count = values.size(last);
  using Order = decltype(orderOf(number(Stored())));
  using Key = std::conditional_t<sizeof(Order) == 4, ShortKey, LongKey>;
  std::vector<int64_t> from = rowOffsets(in), toValues = rowOffsets(values), toIndices = rowOffsets(indices);
  parallelFor(static_cast<int>(from.size()), [&](int row) {
    const Stored *source = in.data<Stored>() + from[row];
    Stored *target = values.data<Stored>() + toValues[row];
    int64_t *positions = indices.data<int64_t>() + toIndices[row];
    auto keys = firstKeys(size, count, [&](int64_t i) {
      Order order = orderOf(number(source[i * in.stride(last)]));
      return Key(descending ? static_cast<Order>(~order) : order, i);
    });
    // The values may lie where the input lies.
    std::vector<Stored> sorted(count);
    for (int64_t i = 0; i < count; ++i)
      sorted[i] = source[keys[i].place() * in.stride(last)];
    for (int64_t i = 0; i < count; ++i) {
      target[i * values.stride(last)] = sorted[i];
      positions[i * indices.stride(last)] = keys[i].place();
    }
  });
  if (cancelRequested())
    finish(ExitInterrupted);
}
} // namespace

void mdl_sort(const mdl_tensor *in, int64_t dtype, bool descending, mdl_tensor *values, mdl_tensor *indices) {
  Tensor source(in), sorted(values), order(indices);
  if (sorted.elements() == 0)
    return;
  if (source.rank() == 0) {
    std::copy_n(source.data<char>(), source.itemBytes(), sorted.data<char>());
    *order.data<int64_t>() = 0;
    return;
  }
  auto sort = [&](auto stored, auto number) { sortRows<decltype(stored)>(source, descending, sorted, order, number); };
  auto same = [](auto value) { return value; };
  auto whole = [](auto value) { return static_cast<int32_t>(value); };
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
    return sort(int8_t(), whole);
  case MDL_U8:
  case MDL_BOOL:
    return sort(uint8_t(), whole);
  case MDL_I32:
    return sort(int32_t(), same);
  case MDL_I64:
    return sort(int64_t(), same);
  }
}
