//===- Checks.cpp - Checks that generated code asks for ------------------------------===//
//
// Runtime. In: a condition and its place in the program. Out: nothing, or an error and
// the end.
//
//===----------------------------------------------------------------------===//
#include "support/Error.h"
#include "support/Tensor.h"
#include "text/Number.h"

#include <cinttypes>

using namespace mdl::runtime;

void mdl_assert(bool condition, const char *where, const char *message) {
  if (!condition)
    fail(where, *message ? message : "assertion failed");
}

/// What the numbers of a comparison were, behind its message.
static std::string withNumbers(const char *message, const char *lhs, const std::string &a, const char *rhs,
                               const std::string &b) {
  std::string text = message;
  const char *before = ": ";
  for (auto &[side, number] : {std::pair(lhs, a), std::pair(rhs, b)})
    if (*side) {
      text += format("%s`%s` is %s", before, side, number.c_str());
      before = ", ";
    }
  return text;
}

void mdl_assert_whole(bool condition, int64_t a, int64_t b, const char *where, const char *message, const char *lhs,
                      const char *rhs) {
  if (!condition)
    fail(where, withNumbers(message, lhs, std::to_string(a), rhs, std::to_string(b)));
}

void mdl_assert_float(bool condition, double a, double b, int64_t dtype, const char *where, const char *message,
                      const char *lhs, const char *rhs) {
  auto text = [&](double number) { return scalarText(number, static_cast<mdl_dtype>(dtype)); };
  if (!condition)
    fail(where, withNumbers(message, lhs, text(a), rhs, text(b)));
}

void mdl_check_equal_sizes(int64_t a, int64_t b, const char *where, const char *message) {
  if (a != b)
    fail(where, format("%s: %" PRId64 " and %" PRId64, message, a, b));
}

void mdl_check_reshape(int64_t elements, int64_t wanted, bool isMultiple, const char *where, const char *from,
                       const char *to) {
  if (isMultiple ? wanted != 0 && elements % wanted != 0 : elements != wanted)
    fail(where, format("%s has %" PRId64 " elements, %s has %s%" PRId64, from, elements, to,
                       isMultiple ? "a multiple of " : "", wanted));
}

void mdl_check_size(int64_t size, const char *where, const char *text) {
  if (size < 0)
    fail(where, format("a size cannot be negative: `%s` is %" PRId64, text, size));
}

static std::string outOfRange(int64_t index, const std::string &which, int64_t axis, int64_t size) {
  return format("index %" PRId64 "%s is out of range for axis %" PRId64 " of size %" PRId64, index, which.c_str(), axis,
                size);
}

void mdl_check_index(int64_t index, int64_t size, int64_t axis, const char *where) {
  if (index < -size || index >= size)
    fail(where, outOfRange(index, "", axis, size));
}

void mdl_check_index_range(int64_t low, int64_t high, int64_t lowest, int64_t size, int64_t axis, const char *where) {
  if (low <= high && (low < lowest || high >= size))
    fail(where, outOfRange(low < lowest ? low : high, "", axis, size));
}

template <typename T> static void checkIndices(const Tensor &indices, int64_t size, int64_t axis, const char *where) {
  const T *data = indices.data<T>();
  indices.forEach([&](int64_t index, int64_t offset) {
    int64_t value = data[offset];
    if (value >= -size && value < size)
      return;
    std::string which = indices.rank() ? format(" (element %" PRId64 ")", index) : "";
    fail(where, outOfRange(value, which, axis, size));
  });
}

template <typename T> static void checkClasses(const Tensor &classes, int64_t count, const char *where) {
  const T *data = classes.data<T>();
  classes.forEach([&](int64_t index, int64_t offset) {
    int64_t value = data[offset];
    if ((value >= 0 && value < count) || value == MDL_NO_PLACE)
      return;
    std::string which = classes.rank() ? format(" (element %" PRId64 ")", index) : "";
    fail(where,
         format("%" PRId64 "%s is no class: there are %" PRId64 ", counted from 0", value, which.c_str(), count));
  });
}

void mdl_check_indices(const mdl_tensor *indices, int64_t size, int64_t axis, const char *where) {
  Tensor view(indices);
  if (view.type().bits == 64)
    checkIndices<int64_t>(view, size, axis, where);
  else if (view.type().bits == 32)
    checkIndices<int32_t>(view, size, axis, where);
  else if (view.type().code == halide_type_uint)
    checkIndices<uint8_t>(view, size, axis, where);
  else
    checkIndices<int8_t>(view, size, axis, where);
}

void mdl_check_elements(bool tooLarge, const char *where) {
  if (tooLarge)
    fail(where,
         "a tensor or a range of more than 2,147,483,647 elements along an axis (or in a row of one) is too large");
}

void mdl_check_classes(const mdl_tensor *classes, int64_t count, const char *where) {
  Tensor view(classes);
  if (view.type().bits == 64)
    checkClasses<int64_t>(view, count, where);
  else
    checkClasses<int32_t>(view, count, where);
}
