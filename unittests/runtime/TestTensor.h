//===- TestTensor.h - Tensors for tests ----------------------------------------------===//
#ifndef MDL_UNITTESTS_RUNTIME_TESTTENSOR_H
#define MDL_UNITTESTS_RUNTIME_TESTTENSOR_H

#include "HalideRuntime.h"
#include "mdl/abi.h"

#include <numeric>
#include <vector>

/// A tensor that owns its elements; dense unless strides are given (outermost first).
template <typename T> struct TestTensor {
  std::vector<T> data;
  std::vector<halide_dimension_t> dims;
  halide_buffer_t buffer = {};

  explicit TestTensor(std::vector<int> sizes, std::vector<T> values = {}, std::vector<int> strides = {})
      : data(std::move(values)) {
    int stride = 1;
    for (int axis = static_cast<int>(sizes.size()) - 1; axis >= 0; --axis) {
      dims.emplace_back(0, sizes[axis], strides.empty() ? stride : strides[axis]);
      stride *= sizes[axis];
    }
    if (data.empty())
      data.resize(stride);
    buffer.host = reinterpret_cast<uint8_t *>(data.data());
    buffer.type = halide_type_t(halide_type_int, 8 * sizeof(T));
    if constexpr (std::is_floating_point_v<T>)
      buffer.type.code = halide_type_float;
    else if constexpr (std::is_unsigned_v<T>)
      buffer.type.code = halide_type_uint;
    buffer.dimensions = static_cast<int>(dims.size());
    buffer.dim = dims.data();
  }
  TestTensor(const TestTensor &) = delete;

  operator mdl_tensor *() { return &buffer; }
};

template <typename T> std::vector<T> range(int count) {
  std::vector<T> values(count);
  std::iota(values.begin(), values.end(), T(0));
  return values;
}

#endif // MDL_UNITTESTS_RUNTIME_TESTTENSOR_H
