//===- ThreadPool.cpp - The threads that kernels share -------------------------------===//
//
// Runtime. In: one parallel loop at a time. Out: its tasks are done, by whoever was free.
//
// Note [Spinning]: kernels of a training step follow each other within microseconds, and
// waking a sleeping thread costs more than many of them. So a worker that finds no work
// spins for a moment before it sleeps, and the caller spins for the last tasks.
//
//===----------------------------------------------------------------------===//
#include "threads/ThreadPool.h"
#include "train/Interrupt.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <pthread.h>
#include <sched.h>
#include <thread>

namespace mdl::runtime {
namespace {

constexpr int SpinsBeforeSleep = 4000; // About 100 µs.
constexpr int SpinsBeforeYield = 2000;

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

template <typename Condition> void spinUntil(Condition condition) {
  for (int spins = 0; !condition(); ++spins) {
    relax();
    if (spins >= SpinsBeforeYield)
      sched_yield();
  }
}

thread_local bool insideLoop = false;

/// What a loop gives whose tasks were left out after Ctrl-C.
constexpr int Cancelled = -1;

/// One loop; reused, because only one runs at a time.
struct Loop {
  Task task;
  void *context;
  uint8_t *closure;
  int first, count;
  std::atomic<int> next{0}, done{0}, failure{0};

  void work() {
    insideLoop = true;
    for (int i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) {
      if (int code = cancelRequested() ? Cancelled : task(context, first + i, closure))
        failure.store(code, std::memory_order_relaxed);
      done.fetch_add(1, std::memory_order_release);
    }
    insideLoop = false;
  }
};

class Pool {
public:
  int threads = 1;

  int run(void *context, Task task, int first, int count, uint8_t *closure) {
    // Nested loops, and loops of another thread while one runs, stay on their own thread.
    if (threads == 1 || count <= 1 || insideLoop || !busy.try_lock())
      return runHere(context, task, first, count, closure);
    startWorkers();
    loop.task = task;
    loop.context = context;
    loop.closure = closure;
    loop.first = first;
    loop.count = count;
    loop.next = 0;
    loop.done = 0;
    loop.failure = 0;
    open = true; // A worker looks at the loop only while this is set, and counts itself in `inside` first.
    ++generation;
    if (sleeping) {
      std::lock_guard<std::mutex> lock(mutex);
      wake.notify_all();
    }
    loop.work();
    spinUntil([&] { return loop.done.load(std::memory_order_acquire) == count; });
    open = false;
    spinUntil([&] { return inside == 0; });
    int failure = loop.failure;
    busy.unlock();
    return failure;
  }

private:
  static int runHere(void *context, Task task, int first, int count, uint8_t *closure) {
    int failure = 0;
    for (int i = 0; i < count; ++i)
      if (int code = cancelRequested() ? Cancelled : task(context, first + i, closure))
        failure = code;
    return failure;
  }

  void startWorkers() {
    if (started)
      return;
    started = true;
    // Signals are for the main thread.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 1; i < threads; ++i)
      std::thread([this] { workerMain(); }).detach();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void workerMain() {
    unsigned seen = 0;
    for (;;) {
      waitForLoop(seen);
      seen = generation;
      ++inside;
      if (open)
        loop.work();
      --inside;
    }
  }

  void waitForLoop(unsigned seen) {
    for (int spins = 0; spins < SpinsBeforeSleep; ++spins) {
      if (generation != seen)
        return;
      relax();
    }
    std::unique_lock<std::mutex> lock(mutex);
    ++sleeping;
    wake.wait(lock, [&] { return generation != seen; });
    --sleeping;
  }

  std::mutex busy;
  Loop loop;
  std::atomic<bool> open{false};
  std::atomic<unsigned> generation{0};
  std::atomic<int> inside{0}, sleeping{0};
  std::mutex mutex;
  std::condition_variable wake;
  bool started = false;
};

/// Never destroyed: workers outlive main.
Pool &pool() {
  static Pool *instance = new Pool;
  return *instance;
}

} // namespace

int threadCount() { return pool().threads; }

bool insideParallelLoop() { return insideLoop; }

int parallelFor(void *context, Task task, int first, int count, uint8_t *closure) {
  return pool().run(context, task, first, count, closure);
}

void setThreadCount(int count) { pool().threads = std::max(1, count); }

} // namespace mdl::runtime
