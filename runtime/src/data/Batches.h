//===- Batches.h - One pass over rows in batches -----------------------------------------===//
//
// Runtime. In: an order of rows. Out: batch after batch, prepared in the background.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_BATCHES_H
#define MDL_RUNTIME_DATA_BATCHES_H

#include "data/DataSet.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace mdl::runtime {

/// Fills batches in a ring, ahead of who takes them, on a thread of its own.
class Prefetcher {
public:
  struct Slot {
    std::vector<uint8_t> inputs;
    std::vector<int64_t> targets;
  };

  Prefetcher(const DataPart &part, const std::vector<int64_t> &order, int64_t batch, int64_t batches);
  ~Prefetcher(); ///< Stops and joins the thread, wherever it is.

  /// The next batch; the one before is given back.
  const Slot &next();

private:
  void run();
  void fill(int64_t index, Slot &slot) const;

  const DataPart &part;
  const std::vector<int64_t> &order;
  const int64_t batch, batches;
  std::vector<Slot> ring;
  int64_t produced = 0, taken = 0; ///< Batches; `taken` counts the one in use.
  bool stopping = false, consumerWaits = false, producerWaits = false;
  std::mutex mutex;
  std::condition_variable consumer, producer;
  std::thread thread;
};

struct Batches {
  DataPart part;
  std::vector<int64_t> order;
  int64_t batch = 0, batches = 0, current = -1;
  const Prefetcher::Slot *slot = nullptr;
  std::unique_ptr<Prefetcher> prefetcher; ///< Last, so that it ends before what it reads.

  int64_t firstRow() const { return current * batch; }
  int64_t currentRows() const { return std::min<int64_t>(batch, static_cast<int64_t>(order.size()) - firstRow()); }
};

} // namespace mdl::runtime

#endif // MDL_RUNTIME_DATA_BATCHES_H
