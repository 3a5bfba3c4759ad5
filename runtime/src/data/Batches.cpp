//===- Batches.cpp - One pass over rows in batches ----------------------------------------===//
//
// Runtime. In: a data set or a number of rows. Out: batches for generated code.
//
//===----------------------------------------------------------------------===//
#include "data/Batches.h"
#include "random/Permutation.h"
#include "support/Error.h"
#include "support/Tensor.h"
#include "train/Interrupt.h"

#include <cinttypes>
#include <cstring>

using namespace mdl::runtime;

void *mdl_batches_begin(void *data, int64_t rows, int64_t batch, bool shuffle, bool drop_last, int64_t seed,
                        const char *where) {
  if (batch < 1)
    fail(where, format("expected a batch of at least 1 row, found %" PRId64, batch));
  auto *batches = new Batches;
  if (data) {
    batches->part = static_cast<DataSet *>(data)->parts[0];
    rows = batches->part.rows();
  }
  if (shuffle) {
    batches->order = permutation(seed, rows);
  } else {
    batches->order.resize(rows);
    std::iota(batches->order.begin(), batches->order.end(), int64_t(0));
  }
  batches->batch = batch;
  batches->batches = drop_last ? rows / batch : (rows + batch - 1) / batch;
  if (data && batches->batches > 0)
    batches->prefetcher = std::make_unique<Prefetcher>(batches->part, batches->order, batches->batch, batches->batches);
  watchInterrupts();
  return batches;
}

int64_t mdl_batches_next(void *handle) {
  auto *batches = static_cast<Batches *>(handle);
  if (stopRequested() || batches->current + 1 >= batches->batches)
    return 0;
  ++batches->current;
  if (batches->prefetcher)
    batches->slot = &batches->prefetcher->next();
  return batches->currentRows();
}

void mdl_batches_field(void *handle, int64_t field, mdl_tensor *out) {
  auto *batches = static_cast<Batches *>(handle);
  Tensor view(out);
  const Prefetcher::Slot &slot = *batches->slot;
  const void *from = field == 0 ? static_cast<const void *>(slot.inputs.data()) : slot.targets.data();
  int64_t bytes = field == 0 ? slot.inputs.size() : slot.targets.size() * sizeof(int64_t);
  if (view.elements() * view.itemBytes() != bytes)
    fail("", "bug: the destination of a batch has another size");
  const uint8_t *source = static_cast<const uint8_t *>(from);
  if (view.isDense()) {
    memcpy(view.data<uint8_t>(), source, bytes);
    return;
  }
  int64_t item = view.itemBytes();
  view.forEach([&](int64_t index, int64_t offset) {
    memcpy(view.data<uint8_t>() + offset * item, source + index * item, item);
  });
}

/// A row of `source` has the same axes as a row of `out`.
static void copyRow(const Tensor &source, const Tensor &out, int64_t from, int64_t to) {
  int64_t item = source.itemBytes(), count = 1;
  for (int axis = 1; axis < source.rank(); ++axis)
    count *= source.size(axis);
  const uint8_t *input = source.data<uint8_t>() + from * source.stride(0) * item;
  uint8_t *output = out.data<uint8_t>() + to * out.stride(0) * item;
  if (source.isDense() && out.isDense()) {
    memcpy(output, input, count * item);
    return;
  }
  std::vector<int64_t> position(source.rank(), 0);
  for (int64_t i = 0; i < count; ++i) {
    int64_t fromOffset = 0, toOffset = 0;
    for (int axis = 1; axis < source.rank(); ++axis) {
      fromOffset += position[axis] * source.stride(axis);
      toOffset += position[axis] * out.stride(axis);
    }
    memcpy(output + toOffset * item, input + fromOffset * item, item);
    for (int axis = source.rank() - 1; axis >= 1 && ++position[axis] == source.size(axis); --axis)
      position[axis] = 0;
  }
}

void mdl_batches_rows(void *handle, const mdl_tensor *source, mdl_tensor *out) {
  auto *batches = static_cast<Batches *>(handle);
  Tensor from(source), to(out);
  int64_t rows = batches->currentRows();
  if (to.size(0) < rows || from.size(0) < static_cast<int64_t>(batches->order.size()))
    fail("", "bug: the source or destination of a batch has too few rows");
  for (int64_t row = 0; row < rows; ++row)
    copyRow(from, to, batches->order[batches->firstRow() + row], row);
}

void mdl_batches_indices(void *handle, mdl_tensor *out) {
  auto *batches = static_cast<Batches *>(handle);
  Tensor view(out);
  const int64_t *order = batches->order.data() + batches->firstRow();
  view.forEach([&](int64_t row, int64_t offset) { view.data<int64_t>()[offset] = order[row]; });
}

void mdl_batches_end(void *handle) {
  delete static_cast<Batches *>(handle);
  unwatchInterrupts();
}
