//===- ChecksTest.cpp - How a program ends -------------------------------------------===//
#include "TestTensor.h"
#include "support/Error.h"

#include <cstdio>
#include <gtest/gtest.h>

using namespace mdl::runtime;
using testing::ExitedWithCode;

TEST(ChecksDeathTest, AssertionsNameTheirPlace) {
  mdl_assert(true, "a.mdl:1:1", "never");
  EXPECT_EXIT(mdl_assert(false, "a.mdl:3:5", "assertion failed: `n > 0`"), ExitedWithCode(1),
              "^a.mdl:3:5: error: assertion failed: `n > 0`");
}

TEST(ChecksDeathTest, SizesAreShown) {
  mdl_check_equal_sizes(3, 3, "a.mdl:1:1", "");
  EXPECT_EXIT(mdl_check_equal_sizes(3, 4, "a.mdl:2:2", "the sizes of `n` differ"), ExitedWithCode(1),
              "a.mdl:2:2: error: the sizes of `n` differ: 3 and 4");
}

TEST(ChecksDeathTest, TheLineIsShownBelow) {
  EXPECT_EXIT(mdl_assert(false, "a.mdl:3:5\n  n > 0\n  ^~~~~\n", "no"), ExitedWithCode(1),
              "^a.mdl:3:5: error: no\n  n > 0\n  \\^~~~~\n$");
}

TEST(ChecksDeathTest, NumbersOfAComparisonAreTold) {
  mdl_assert_whole(true, 3, 3, "a.mdl:1:1", "", "n", "m");
  EXPECT_EXIT(mdl_assert_whole(false, 3, 4, "a.mdl:2:2", "assertion failed: n == m", "n", "m"), ExitedWithCode(1),
              "a.mdl:2:2: error: assertion failed: n == m: `n` is 3, `m` is 4");
  EXPECT_EXIT(mdl_assert_float(false, 0.1F, 4, MDL_F32, "a.mdl:2:2", "assertion failed: x > 4", "x", ""),
              ExitedWithCode(1), "assertion failed: x > 4: `x` is 0.1\n");
}

TEST(ChecksDeathTest, AReshapeKeepsTheElements) {
  mdl_check_reshape(6, 6, false, "a.mdl:1:1", "f32[n]", "[2, 3]");
  mdl_check_reshape(6, 3, true, "a.mdl:1:1", "f32[n]", "[-1, 3]");
  EXPECT_EXIT(mdl_check_reshape(5, 6, false, "a.mdl:2:2", "f32[n]", "[2, 3]"), ExitedWithCode(1),
              "f32\\[n\\] has 5 elements, \\[2, 3\\] has 6");
  EXPECT_EXIT(mdl_check_reshape(5, 3, true, "a.mdl:2:2", "f32[n]", "[-1, 3]"), ExitedWithCode(1),
              "f32\\[n\\] has 5 elements, \\[-1, 3\\] has a multiple of 3");
}

TEST(ChecksDeathTest, IndicesLieInRange) {
  TestTensor<int64_t> good({3}, {0, -4, 3}), bad({2}, {1, 4}), scalar({}, {-5});
  mdl_check_indices(good, 4, 0, "a.mdl:1:1");
  EXPECT_EXIT(mdl_check_indices(bad, 4, 2, "a.mdl:9:1"), ExitedWithCode(1),
              "a.mdl:9:1: error: index 4 \\(element 1\\) is out of range for axis 2 of size 4");
  EXPECT_EXIT(mdl_check_indices(scalar, 4, 0, "a.mdl:9:1"), ExitedWithCode(1), "index -5 is out of range");
}

TEST(ChecksDeathTest, AnIndexLiesInRange) {
  mdl_check_index(-3, 3, 0, "a.mdl:1:1");
  EXPECT_EXIT(mdl_check_index(3, 3, 1, "a.mdl:2:3"), ExitedWithCode(1),
              "a.mdl:2:3: error: index 3 is out of range for axis 1 of size 3");
  mdl_check_index_range(0, -1, 0, 0, 0, "a.mdl:1:1");
  mdl_check_index_range(0, 2, 0, 3, 0, "a.mdl:1:1");
  EXPECT_EXIT(mdl_check_index_range(-1, 2, 0, 3, 0, "a.mdl:4:1"), ExitedWithCode(1),
              "index -1 is out of range for axis 0");
  EXPECT_EXIT(mdl_check_index_range(0, 3, 0, 3, 0, "a.mdl:4:1"), ExitedWithCode(1),
              "index 3 is out of range for axis 0");
  mdl_check_index_range(-3, 2, -3, 3, 0, "a.mdl:1:1");
  EXPECT_EXIT(mdl_check_index_range(-4, 2, -3, 3, 0, "a.mdl:4:1"), ExitedWithCode(1),
              "index -4 is out of range for axis 0");
}

TEST(ChecksDeathTest, ASizeIsNotNegative) {
  mdl_check_size(0, "a.mdl:1:1", "n");
  EXPECT_EXIT(mdl_check_size(-3, "a.mdl:5:7", "n"), ExitedWithCode(1),
              "a.mdl:5:7: error: a size cannot be negative: `n` is -3");
}

TEST(ChecksDeathTest, OutputThatCannotBeWrittenIsAnError) {
  auto print = [] {
    if (!freopen("/dev/full", "w", stdout))
      _exit(9);
    writeOut("lost");
    finish(ExitOk);
  };
  EXPECT_EXIT(print(), ExitedWithCode(1), "cannot write to standard output: No space left on device");
}

TEST(ChecksDeathTest, FailedKernelsAreNamed) {
  EXPECT_EXIT(mdl_check_kernel("k_12", -3, "x.mdl:1:1"), ExitedWithCode(1), "kernel `k_12` failed with code -3");
}
