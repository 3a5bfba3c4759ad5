//===- RandomTest.cpp - Random numbers -----------------------------------------------===//
#include "TestTensor.h"
#include "program/Program.h"
#include "random/Permutation.h"
#include "random/Philox.h"
#include "support/Half.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <set>

using namespace mdl::runtime;

TEST(Philox, GivesTheKnownAnswers) {
  // The vectors published with Random123.
  EXPECT_EQ(philox(0, 0), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox(~uint64_t(0), ~uint64_t(0), ~uint64_t(0)), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x0370734413198a2e),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

template <typename T> static void expectUniform() {
  TestTensor<T> tensor({100003});
  mdl_fill_uniform(7, tensor);
  double sum = 0, squares = 0;
  for (T value : tensor.data) {
    ASSERT_GE(value, T(0));
    ASSERT_LT(value, T(1));
    sum += value;
    squares += double(value) * value;
  }
  double mean = sum / tensor.data.size();
  EXPECT_NEAR(mean, 0.5, 0.005);
  EXPECT_NEAR(squares / tensor.data.size() - mean * mean, 1.0 / 12, 0.002);
}

TEST(Random, UniformLiesInTheUnitInterval) {
  expectUniform<float>();
  expectUniform<double>();
}

TEST(Random, UniformOfSixteenBitsStaysBelowOne) {
  TestTensor<uint16_t> half({50000}), brain({50000});
  half.buffer.type = halide_type_t(halide_type_float, 16);
  brain.buffer.type = halide_type_t(halide_type_bfloat, 16);
  mdl_fill_uniform(1, half);
  mdl_fill_uniform(1, brain);
  for (uint16_t bits : half.data)
    ASSERT_LT(fromF16(bits), 1.0f);
  for (uint16_t bits : brain.data)
    ASSERT_LT(fromBf16(bits), 1.0f);
}

template <typename T> static void expectNormal() {
  TestTensor<T> tensor({100003});
  mdl_fill_normal(3, tensor);
  double sum = 0, squares = 0, fourth = 0;
  for (T value : tensor.data) {
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    squares += double(value) * value;
    fourth += std::pow(double(value), 4);
  }
  double count = tensor.data.size();
  EXPECT_NEAR(sum / count, 0, 0.02);
  EXPECT_NEAR(squares / count, 1, 0.03);
  EXPECT_NEAR(fourth / count, 3, 0.2);
}

TEST(Random, NormalHasItsMoments) {
  expectNormal<float>();
  expectNormal<double>();
}

TEST(Random, ElementsDependOnSeedAndPositionOnly) {
  TestTensor<float> longer({1000}), shorter({10}), other({10});
  mdl_fill_normal(5, longer);
  mdl_fill_normal(5, shorter);
  mdl_fill_normal(6, other);
  EXPECT_TRUE(std::equal(shorter.data.begin(), shorter.data.end(), longer.data.begin()));
  EXPECT_NE(shorter.data, other.data);
}

TEST(Random, StridesDoNotMatter) {
  TestTensor<float> dense({4}), column({4}, std::vector<float>(8, -1), {2});
  mdl_fill_uniform(9, dense);
  mdl_fill_uniform(9, column);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(column.data[2 * i], dense.data[i]);
    EXPECT_EQ(column.data[2 * i + 1], -1);
  }
}

TEST(Random, EachKeyDrawsWhatItDrawsAlone) {
  TestTensor<int64_t> keys({3}, {4, -1, 4}), orders({3, 7});
  TestTensor<float> each({3, 5000}), alone({5000});
  mdl_fill_normal_each(keys, each);
  mdl_fill_permutation_each(keys, orders);
  for (int i = 0; i < 3; ++i) {
    mdl_fill_normal(keys.data[i], alone);
    EXPECT_TRUE(std::equal(alone.data.begin(), alone.data.end(), each.data.begin() + i * 5000));
    std::vector<int64_t> order = permutation(keys.data[i], 7);
    EXPECT_TRUE(std::equal(order.begin(), order.end(), orders.data.begin() + i * 7));
  }
  TestTensor<int64_t> many({3000}, range<int64_t>(3000)), none({0});
  TestTensor<double> one({3000}), first({1}), empty({0, 4});
  mdl_fill_uniform_each(many, one);
  mdl_fill_uniform_each(none, empty);
  mdl_fill_uniform(2999, first);
  EXPECT_EQ(one.data[2999], first.data[0]);
}

TEST(Random, PermutationHasEveryNumberOnce) {
  TestTensor<int64_t> tensor({1000});
  mdl_fill_permutation(11, tensor);
  EXPECT_EQ(std::set<int64_t>(tensor.data.begin(), tensor.data.end()).size(), 1000u);
  EXPECT_NE(tensor.data, range<int64_t>(1000));
  EXPECT_EQ(permutation(11, 1000), tensor.data);
}

TEST(Random, PermutationIsFair) {
  int first[3] = {};
  for (int seed = 0; seed < 3000; ++seed)
    ++first[permutation(seed, 3)[0]];
  for (int count : first)
    EXPECT_NEAR(count, 1000, 120);
}

TEST(Random, NextSeedDependsOnSiteRunAndSeed) {
  program().seed = 1;
  int64_t a = mdl_next_seed(1001), b = mdl_next_seed(1001), c = mdl_next_seed(1002);
  program().seed = 2;
  int64_t d = mdl_next_seed(1003);
  program().seed = 1;
  int64_t e = mdl_next_seed(1003);
  program().seed = 0;
  EXPECT_EQ((std::set<int64_t>{a, b, c, d, e}).size(), 5u);
}
