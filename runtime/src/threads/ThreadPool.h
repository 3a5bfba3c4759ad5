//===- ThreadPool.h - The threads that kernels share ---------------------------------===//
//
// Runtime. In: a number of threads. Out: Halide's parallel loops and our own run on them.
// What a task computes never depends on how many threads there are.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_THREADS_THREADPOOL_H
#define MDL_RUNTIME_THREADS_THREADPOOL_H

#include <cstdint>

namespace mdl::runtime {

/// Cores that this process may use: its affinity, limited by its control group's quota.
int availableCores();

/// Sets the number of threads (0: availableCores) and puts the pool behind Halide. Threads start with the first
/// parallel loop, so a program without one never has any.
void startThreads(int count);
int threadCount();

using Task = int (*)(void *context, int index, uint8_t *closure);

/// Runs `task` for `count` indices from `first`. 0, or the code of a task that failed. A parallel loop inside a
/// parallel loop runs on its own thread.
int parallelFor(void *context, Task task, int first, int count, uint8_t *closure);

/// Whether this thread is at a task that it shares with others.
bool insideParallelLoop();

/// The same for a C++ callable `void(int)`.
template <typename Body> void parallelFor(int count, Body body) {
  parallelFor(
      &body, [](void *context, int index, uint8_t *) { return (*static_cast<Body *>(context))(index), 0; }, 0, count,
      nullptr);
}

} // namespace mdl::runtime

#endif // MDL_RUNTIME_THREADS_THREADPOOL_H
