//===- Checks.cpp - Checks that generated code asks for ------------------------------===//
//
// Runtime. In: a condition and its place in the program. Out: nothing, or an error and
// the end.
//
//===----------------------------------------------------------------------===//
#include "support/Error.h"
#include "support/Tensor.h"

#include <cinttypes>

using namespace mdl::runtime;

void mdl_assert(bool condition, const char *where, const char *message) {
  if (!condition)
    fail(where, *message ? message : "assertion failed");
}

void mdl_check_equal_sizes(int64_t a, int64_t b, const char *where, const char *message) {
  if (a != b)
    fail(where, format("%s: %" PRId64 " and %" PRId64, message, a, b));
}

template <typename T> static void checkIndices(const Tensor &indices, int64_t size, const char *where) {
  const T *data = indices.data<T>();
  indices.forEach([&](int64_t index, int64_t offset) {
    int64_t value = data[offset];
    if (value >= -size && value < size)
      return;
    if (indices.rank() == 0)
      fail(where, format("index %" PRId64 " is out of range for a size of %" PRId64, value, size));
    fail(where,
         format("index %" PRId64 " (element %" PRId64 ") is out of range for a size of %" PRId64, value, index, size));
  });
}

void mdl_check_indices(const mdl_tensor *indices, int64_t size, const char *where) {
  Tensor view(indices);
  if (view.type().bits == 64)
    checkIndices<int64_t>(view, size, where);
  else if (view.type().bits == 32)
    checkIndices<int32_t>(view, size, where);
  else if (view.type().code == halide_type_uint)
    checkIndices<uint8_t>(view, size, where);
  else
    checkIndices<int8_t>(view, size, where);
}
