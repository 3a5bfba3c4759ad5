//===- BatchesTest.cpp - Batches and their prefetching -------------------------------===//
#include "TestFolder.h"
#include "TestTensor.h"
#include "mdl/data.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace {
class BatchesOfData : public testing::Test {
protected:
  BatchesOfData() {
    std::string text = "a,b,y\n";
    for (int i = 0; i < 1000; ++i)
      text += std::to_string(i) + "," + std::to_string(-i) + "," + std::to_string(i % 3) + "\n";
    std::string path = folder.write("d.csv", text);
    schema = mdl::data::dataSchema(mdl::data::readCsvSchema(path, "y").schema);
    data = mdl_open_csv(path.c_str(), "y", schema.c_str(), "");
  }

  /// The first inputs of all rows of one pass, in order; checks the rest of each row.
  std::vector<int> pass(int64_t batch, bool shuffle, bool dropLast, int64_t seed) {
    std::vector<int> seen;
    sizes.clear();
    void *batches = mdl_batches_begin(data, -1, batch, shuffle, dropLast, seed, "");
    while (int64_t rows = mdl_batches_next(batches)) {
      sizes.push_back(rows);
      TestTensor<float> inputs({static_cast<int>(rows), 2});
      TestTensor<int64_t> targets({static_cast<int>(rows)});
      mdl_batches_field(batches, 0, inputs);
      mdl_batches_field(batches, 1, targets);
      TestTensor<int64_t> numbers({static_cast<int>(rows)}), targetsAgain({static_cast<int>(rows)});
      TestTensor<float> inputsAgain({static_cast<int>(rows), 2});
      mdl_batches_indices(batches, numbers);
      mdl_data_take(data, 0, numbers, inputsAgain);
      mdl_data_take(data, 1, numbers, targetsAgain);
      EXPECT_EQ(inputsAgain.data, inputs.data);
      EXPECT_EQ(targetsAgain.data, targets.data);
      for (int64_t row = 0; row < rows; ++row) {
        int value = static_cast<int>(inputs.data[2 * row]);
        EXPECT_EQ(inputs.data[2 * row + 1], -value);
        EXPECT_EQ(targets.data[row], value % 3);
        seen.push_back(value);
      }
    }
    EXPECT_EQ(mdl_batches_next(batches), 0);
    mdl_batches_end(batches);
    return seen;
  }

  TestFolder folder;
  std::string schema;
  void *data;
  std::vector<int64_t> sizes;
};

TEST_F(BatchesOfData, KeepTheOrder) {
  EXPECT_EQ(pass(64, false, false, 0), range<int>(1000));
  EXPECT_EQ(sizes.size(), 16u);
  EXPECT_EQ(sizes.back(), 1000 - 15 * 64);
}

TEST_F(BatchesOfData, ShuffleBySeed) {
  std::vector<int> first = pass(64, true, false, 1), again = pass(7, true, false, 1), other = pass(64, true, false, 2);
  EXPECT_EQ(first, again);
  EXPECT_NE(first, other);
  std::sort(first.begin(), first.end());
  EXPECT_EQ(first, range<int>(1000));
}

TEST_F(BatchesOfData, DropTheLastShortOne) {
  EXPECT_EQ(pass(64, true, true, 1).size(), 15u * 64);
  EXPECT_EQ(pass(1000, true, true, 1).size(), 1000u);
  EXPECT_EQ(pass(1001, true, true, 1).size(), 0u); // Of fewer rows than a batch nothing is left.
}

TEST_F(BatchesOfData, EndEarlyWithoutHanging) {
  for (int round = 0; round < 200; ++round) {
    void *batches = mdl_batches_begin(data, -1, 1 + round % 9, true, false, round, "");
    for (int i = 0; i < round % 5; ++i)
      mdl_batches_next(batches);
    mdl_batches_end(batches);
  }
}

TEST(BatchesOfTensors, GiveTheSameRowsOfEach) {
  TestTensor<float> x({10, 2}, range<float>(20));
  TestTensor<int64_t> y({10}, range<int64_t>(10));
  void *batches = mdl_batches_begin(nullptr, 10, 4, true, false, 3, "");
  std::vector<int64_t> seen;
  while (int64_t rows = mdl_batches_next(batches)) {
    TestTensor<float> bx({static_cast<int>(rows), 2});
    TestTensor<int64_t> by({static_cast<int>(rows)});
    mdl_batches_rows(batches, x, bx);
    mdl_batches_rows(batches, y, by);
    for (int64_t row = 0; row < rows; ++row) {
      EXPECT_EQ(bx.data[2 * row], 2 * by.data[row]);
      EXPECT_EQ(bx.data[2 * row + 1], 2 * by.data[row] + 1);
      seen.push_back(by.data[row]);
    }
  }
  mdl_batches_end(batches);
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, range<int64_t>(10));
}

TEST(BatchesOfTensors, ReadStridedSources) {
  TestTensor<float> x({3, 2}, range<float>(6), {1, 3}), out({3, 2});
  void *batches = mdl_batches_begin(nullptr, 3, 3, false, false, 0, "");
  ASSERT_EQ(mdl_batches_next(batches), 3);
  mdl_batches_rows(batches, x, out);
  EXPECT_EQ(out.data, (std::vector<float>{0, 3, 1, 4, 2, 5}));
  mdl_batches_end(batches);
}

TEST(BatchesOfTensors, AnEmptySetHasNone) {
  void *batches = mdl_batches_begin(nullptr, 0, 4, false, false, 0, "");
  EXPECT_EQ(mdl_batches_next(batches), 0);
  mdl_batches_end(batches);
}
} // namespace
