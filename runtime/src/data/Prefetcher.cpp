//===- Prefetcher.cpp - Batches prepared in the background -------------------------------===//
//
// Runtime. In: an order of rows. Out: a ring of filled batches.
//
// Note [Waking the producer]: for small batches the handover between threads costs more than
// filling one. So the ring holds many of them, and a producer that sleeps is woken only when
// half of it is empty.
//
//===----------------------------------------------------------------------===//
#include "data/Batches.h"

#include <algorithm>
#include <csignal>
#include <pthread.h>

namespace mdl::runtime {

static constexpr int64_t RingBytes = 4 << 20, MostSlots = 64, FewestSlots = 2;

Prefetcher::Prefetcher(const DataPart &part, const std::vector<int64_t> &order, int64_t batch, int64_t batches)
    : part(part), order(order), batch(batch), batches(batches) {
  int64_t slotBytes = batch * (part.source->table().rowBytes + sizeof(int64_t));
  int64_t slots = std::min(batches, std::clamp(RingBytes / std::max<int64_t>(1, slotBytes), FewestSlots, MostSlots));
  ring.resize(std::max<int64_t>(1, slots));
  sigset_t all, before; // Signals are for the main thread.
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Prefetcher::~Prefetcher() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    stopping = true;
  }
  producer.notify_one();
  thread.join();
}

void Prefetcher::run() {
  for (int64_t index = 0; index < batches; ++index) {
    const int64_t slots = static_cast<int64_t>(ring.size());
    {
      // The slot of the batch in use is not free: taken - 1 batches are done with.
      std::unique_lock<std::mutex> lock(mutex);
      producerWaits = true;
      producer.wait(lock, [&] { return stopping || index - std::max<int64_t>(0, taken - 1) < slots; });
      producerWaits = false;
      if (stopping)
        return;
    }
    fill(index, ring[index % slots]);
    bool wake;
    {
      std::lock_guard<std::mutex> lock(mutex);
      produced = index + 1;
      wake = consumerWaits;
    }
    if (wake)
      consumer.notify_one();
  }
}

void Prefetcher::fill(int64_t index, Slot &slot) const {
  int64_t first = index * batch, rows = std::min<int64_t>(batch, static_cast<int64_t>(order.size()) - first);
  int64_t rowBytes = part.source->table().rowBytes;
  slot.inputs.resize(rows * rowBytes);
  slot.targets.resize(part.source->table().labels.empty() ? 0 : rows);
  for (int64_t row = 0; row < rows; ++row) {
    copyInputs(part, order[first + row], slot.inputs.data() + row * rowBytes);
    if (!slot.targets.empty())
      slot.targets[row] = targetOf(part, order[first + row]);
  }
}

const Prefetcher::Slot &Prefetcher::next() {
  std::unique_lock<std::mutex> lock(mutex);
  const int64_t slots = static_cast<int64_t>(ring.size()), index = taken++;
  bool wake = producerWaits && (produced - index <= slots / 2);
  if (wake)
    producer.notify_one();
  consumerWaits = true;
  consumer.wait(lock, [&] { return produced > index; });
  consumerWaits = false;
  return ring[index % slots];
}

} // namespace mdl::runtime
