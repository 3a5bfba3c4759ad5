//===- IndexTest.cpp - Sorting and masks ---------------------------------------------===//
#include "TestTensor.h"

#include <cmath>
#include <gtest/gtest.h>

TEST(Nonzero, CountsAndFindsTrue) {
  TestTensor<uint8_t> mask({5}, {0, 1, 0, 1, 1});
  ASSERT_EQ(mdl_count_nonzero(mask), 3);
  TestTensor<int64_t> out({3});
  mdl_fill_nonzero(mask, out);
  EXPECT_EQ(out.data, (std::vector<int64_t>{1, 3, 4}));
}

TEST(Sort, IsStableInBothDirections) {
  TestTensor<float> in({5}, {2, 1, 2, 0, 1}), values({5});
  TestTensor<int64_t> indices({5});
  mdl_sort(in, MDL_F32, false, values, indices);
  EXPECT_EQ(values.data, (std::vector<float>{0, 1, 1, 2, 2}));
  EXPECT_EQ(indices.data, (std::vector<int64_t>{3, 1, 4, 0, 2}));
  mdl_sort(in, MDL_F32, true, values, indices);
  EXPECT_EQ(values.data, (std::vector<float>{2, 2, 1, 1, 0}));
  EXPECT_EQ(indices.data, (std::vector<int64_t>{0, 2, 1, 4, 3}));
}

TEST(Sort, CountsNanAsLargest) {
  for (bool descending : {false, true}) {
    TestTensor<double> in({3}, {NAN, 1, 2}), values({3});
    TestTensor<int64_t> indices({3});
    mdl_sort(in, MDL_F64, descending, values, indices);
    int place = descending ? 0 : 2;
    EXPECT_TRUE(std::isnan(values.data[place]));
    EXPECT_EQ(indices.data[place], 0);
  }
}

TEST(Sort, SortsEachRow) {
  TestTensor<int64_t> in({2, 3}, {3, 1, 2, 6, 5, 4}), values({2, 3}), indices({2, 3});
  mdl_sort(in, MDL_I64, false, values, indices);
  EXPECT_EQ(values.data, (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(indices.data, (std::vector<int64_t>{1, 2, 0, 2, 1, 0}));
}

TEST(Sort, KnowsSignedFromUnsigned) {
  TestTensor<uint8_t> in({2}, {200, 3}), values({2});
  TestTensor<int64_t> indices({2});
  mdl_sort(in, MDL_U8, false, values, indices);
  EXPECT_EQ(values.data, (std::vector<uint8_t>{3, 200}));
  mdl_sort(in, MDL_I8, false, values, indices);
  EXPECT_EQ(values.data, (std::vector<uint8_t>{200, 3}));
}

TEST(Sort, GivesAsManyAsThereIsRoomFor) {
  // Few of many are looked for in another way than most.
  for (int count : {0, 1, 3, 30, 100}) {
    TestTensor<float> in({100}), values({count});
    TestTensor<int64_t> indices({count});
    for (int64_t i = 0; i < 100; ++i)
      in.data[i] = static_cast<float>(i * 37 % 50);
    in.data[70] = NAN;
    in.data[5] = -INFINITY;
    TestTensor<float> all({100});
    TestTensor<int64_t> places({100});
    for (bool descending : {false, true}) {
      mdl_sort(in, MDL_F32, descending, all, places);
      mdl_sort(in, MDL_F32, descending, values, indices);
      EXPECT_EQ(indices.data, std::vector<int64_t>(places.data.begin(), places.data.begin() + count));
    }
  }
}

TEST(Sort, TakesTheTwoZerosForEqual) {
  TestTensor<float> in({4}, {0.0F, -0.0F, 1.0F, -1.0F}), values({4});
  TestTensor<int64_t> indices({4});
  mdl_sort(in, MDL_F32, false, values, indices);
  EXPECT_EQ(indices.data, (std::vector<int64_t>{3, 0, 1, 2}));
  mdl_sort(in, MDL_F32, true, values, indices);
  EXPECT_EQ(indices.data, (std::vector<int64_t>{2, 0, 1, 3}));
}
