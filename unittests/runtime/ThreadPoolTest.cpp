//===- ThreadPoolTest.cpp - Parallel loops -------------------------------------------===//
#include "threads/ThreadPool.h"

#include <atomic>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

using namespace mdl::runtime;

TEST(ThreadPool, RunsEachTaskOnce) {
  startThreads(4);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::atomic<int>> runs(round % 37);
    parallelFor(static_cast<int>(runs.size()), [&](int i) { ++runs[i]; });
    for (auto &count : runs)
      ASSERT_EQ(count, 1);
  }
}

TEST(ThreadPool, PassesRangeContextAndClosure) {
  startThreads(4);
  std::atomic<int> sum{0};
  uint8_t closure = 3;
  Task task = [](void *context, int index, uint8_t *closure) {
    *static_cast<std::atomic<int> *>(context) += index * *closure;
    return 0;
  };
  EXPECT_EQ(parallelFor(&sum, task, 10, 5, &closure), 0);
  EXPECT_EQ(sum, 3 * (10 + 11 + 12 + 13 + 14));
}

TEST(ThreadPool, GivesTheCodeOfAFailedTask) {
  startThreads(4);
  Task task = [](void *, int index, uint8_t *) { return index == 7 ? -5 : 0; };
  EXPECT_EQ(parallelFor(nullptr, task, 0, 20, nullptr), -5);
  EXPECT_EQ(parallelFor(nullptr, task, 0, 5, nullptr), 0);
}

TEST(ThreadPool, RunsNestedLoops) {
  startThreads(4);
  std::atomic<int> runs{0};
  parallelFor(8, [&](int) { parallelFor(8, [&](int) { ++runs; }); });
  EXPECT_EQ(runs, 64);
}

TEST(ThreadPool, SleepsAndWakes) {
  startThreads(4);
  for (int round = 0; round < 5; ++round) {
    timespec pause = {0, 3000000};
    nanosleep(&pause, nullptr);
    std::atomic<int> runs{0};
    parallelFor(16, [&](int) { ++runs; });
    EXPECT_EQ(runs, 16);
  }
}

TEST(Cores, ThereIsOneAtLeast) { EXPECT_GE(availableCores(), 1); }
