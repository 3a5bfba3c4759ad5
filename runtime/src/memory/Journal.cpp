//===- Journal.cpp - What a loop cannot compute again -----------------------------------===//
//
// Runtime. In: numbers, in the order in which a loop meets them; how many is not known
// before. Out: a tensor of them, each in 8 bytes. Its memory comes from mdl_alloc, so that a line of the REPL
// that is left in the middle gives it back.
//
//===----------------------------------------------------------------------===//
#include "mdl/abi.h"
#include "support/Tensor.h"

#include <algorithm>
#include <cstring>

using namespace mdl::runtime;

namespace {
struct Journal {
  int64_t size, capacity;
  int64_t *values;

  void reserve(int64_t count) {
    if (size + count <= capacity)
      return;
    capacity = std::max<int64_t>(2 * capacity, size + count);
    auto *larger = static_cast<int64_t *>(mdl_alloc(capacity * static_cast<int64_t>(sizeof(int64_t)), ""));
    std::copy(values, values + size, larger);
    mdl_free(values);
    values = larger;
  }
};
} // namespace

static constexpr int64_t FirstCapacity = 64;

void *mdl_journal_begin(void) {
  auto *journal = static_cast<Journal *>(mdl_alloc(sizeof(Journal), ""));
  auto *values = static_cast<int64_t *>(mdl_alloc(FirstCapacity * static_cast<int64_t>(sizeof(int64_t)), ""));
  *journal = {0, FirstCapacity, values};
  return journal;
}

void mdl_journal_add(void *handle, int64_t value) {
  auto *journal = static_cast<Journal *>(handle);
  journal->reserve(1);
  journal->values[journal->size++] = value;
}

void mdl_journal_add_all(void *handle, const mdl_tensor *values) {
  auto *journal = static_cast<Journal *>(handle);
  Tensor view(values);
  journal->reserve(view.elements());
  int64_t item = view.itemBytes();
  view.forEach([&](int64_t, int64_t offset) {
    int64_t bits = 0;
    memcpy(&bits, view.data<uint8_t>() + offset * item, item);
    journal->values[journal->size++] = bits;
  });
}

int64_t mdl_journal_size(void *journal) { return static_cast<Journal *>(journal)->size; }

void mdl_journal_end(void *handle, mdl_tensor *out) {
  auto *journal = static_cast<Journal *>(handle);
  Tensor view(out);
  view.forEach([&](int64_t index, int64_t offset) { view.data<int64_t>()[offset] = journal->values[index]; });
  mdl_free(journal->values);
  mdl_free(journal);
}

void mdl_journal_take(const mdl_tensor *entries, int64_t first, mdl_tensor *out) {
  Tensor from(entries), to(out);
  int64_t item = to.itemBytes();
  const int64_t *bits = from.data<int64_t>() + first * from.stride(0);
  to.forEach([&](int64_t index, int64_t offset) {
    memcpy(to.data<uint8_t>() + offset * item, bits + index * from.stride(0), item);
  });
}
