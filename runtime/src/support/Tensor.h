//===- Tensor.h - A row-major view of a halide_buffer_t ------------------------------===//
//
// Runtime. Buffers count dimensions from the innermost; this view counts axes from the
// outermost, as the language does. Nothing is owned.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_SUPPORT_TENSOR_H
#define MDL_RUNTIME_SUPPORT_TENSOR_H

#include "HalideRuntime.h"
#include "mdl/abi.h"

#include <cstdint>
#include <vector>

namespace mdl::runtime {

class Tensor {
public:
  explicit Tensor(const mdl_tensor *buffer) : buffer(buffer) {}

  int rank() const { return buffer->dimensions; }
  int64_t size(int axis) const { return dim(axis).extent; }
  int64_t stride(int axis) const { return dim(axis).stride; }
  int64_t itemBytes() const { return (buffer->type.bits + 7) / 8; }
  halide_type_t type() const { return buffer->type; }

  int64_t elements() const {
    int64_t count = 1;
    for (int axis = 0; axis < rank(); ++axis)
      count *= size(axis);
    return count;
  }

  /// Rows in memory follow each other without gaps.
  bool isDense() const {
    int64_t expected = 1;
    for (int axis = rank() - 1; axis >= 0; --axis) {
      if (size(axis) != 1 && stride(axis) != expected)
        return false;
      expected *= size(axis);
    }
    return true;
  }

  template <typename T> T *data() const { return reinterpret_cast<T *>(buffer->host); }

  /// Calls `visit(index, offset)` for each element in row-major order; `offset` is in elements.
  template <typename Visit> void forEach(Visit visit) const {
    int64_t count = elements();
    if (isDense()) {
      for (int64_t index = 0; index < count; ++index)
        visit(index, index);
      return;
    }
    std::vector<int64_t> position(rank(), 0);
    int64_t offset = 0;
    for (int64_t index = 0; index < count; ++index) {
      visit(index, offset);
      for (int axis = rank() - 1; axis >= 0; --axis) {
        offset += stride(axis);
        if (++position[axis] < size(axis))
          break;
        offset -= size(axis) * stride(axis);
        position[axis] = 0;
      }
    }
  }

private:
  const halide_dimension_t &dim(int axis) const { return buffer->dim[rank() - 1 - axis]; }

  const mdl_tensor *buffer;
};

} // namespace mdl::runtime

#endif // MDL_RUNTIME_SUPPORT_TENSOR_H
