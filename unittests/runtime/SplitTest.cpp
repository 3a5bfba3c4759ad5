//===- SplitTest.cpp - Opening and dividing data sets --------------------------------===//
#include "TestFolder.h"
#include "TestTensor.h"
#include "mdl/data.h"

#include <gtest/gtest.h>
#include <set>

using testing::ExitedWithCode;

namespace {
class Split : public testing::Test {
protected:
  Split() {
    std::string text = "a,y\n";
    for (int i = 0; i < 100; ++i)
      text += std::to_string(i) + "," + std::to_string(i % 3) + "\n";
    path = folder.write("d.csv", text);
    schema = mdl::data::dataSchema(mdl::data::readCsvSchema(path, "y").schema);
  }

  void *open() { return mdl_open_csv(path.c_str(), "y", schema.c_str(), "p.mdl:1:5"); }

  static std::vector<float> inputs(void *data) {
    TestTensor<float> out({static_cast<int>(mdl_data_rows(data)), 1});
    mdl_data_read(data, 0, out);
    return out.data;
  }
  static std::vector<int64_t> targets(void *data) {
    TestTensor<int64_t> out({static_cast<int>(mdl_data_rows(data))});
    mdl_data_read(data, 1, out);
    return out.data;
  }

  TestFolder folder;
  std::string path, schema;
};

TEST_F(Split, ReadsEverythingInOrder) {
  void *data = open();
  EXPECT_EQ(mdl_data_rows(data), 100);
  EXPECT_EQ(inputs(data), range<float>(100));
}

TEST_F(Split, DividesEveryRowOnce) {
  void *split = mdl_data_split(open(), 0.2, 42, "x.mdl:1:1");
  void *train = mdl_data_part(split, 0), *valid = mdl_data_part(split, 1);
  EXPECT_EQ(mdl_data_rows(train), 80);
  EXPECT_EQ(mdl_data_rows(valid), 20);
  std::vector<float> all = inputs(train), rest = inputs(valid);
  all.insert(all.end(), rest.begin(), rest.end());
  EXPECT_EQ(std::set<float>(all.begin(), all.end()).size(), 100u);
  std::vector<int64_t> labels = targets(train);
  for (int i = 0; i < 80; ++i)
    ASSERT_EQ(labels[i], static_cast<int>(all[i]) % 3);
  EXPECT_EQ(mdl_data_part(split, 1), valid);
}

TEST_F(Split, DependsOnTheSeed) {
  auto valid = [&](int64_t seed) { return inputs(mdl_data_part(mdl_data_split(open(), 0.2, seed, "x.mdl:1:1"), 1)); };
  EXPECT_EQ(valid(1), valid(1));
  EXPECT_NE(valid(1), valid(2));
}

TEST_F(Split, RefusesShares) {
  EXPECT_EXIT(mdl_data_split(open(), 1.5, 0, "x.mdl:1:1"), ExitedWithCode(1),
              "x.mdl:1:1: error: split: expected `valid` between 0 and 1, found 1.5");
  EXPECT_EXIT(mdl_data_split(open(), 0.001, 0, "x.mdl:1:1"), ExitedWithCode(1),
              "leaves no row for the validation part");
  EXPECT_EXIT(mdl_data_part(open(), 1), ExitedWithCode(1), "without parts is asked for its validation part");
}

TEST_F(Split, ChecksTheSchemaAtStart) {
  folder.write("d.csv", "b,y\n1,0\n1,1\n1,2\n");
  EXPECT_EXIT(open(), ExitedWithCode(1),
              "p.mdl:1:5: error: .*d.csv: the data has changed since the program was compiled: the column `a` is gone");
  folder.write("d.csv", "a,y\n1,0\n1,9\n");
  EXPECT_EXIT(open(), ExitedWithCode(1), "d.csv:3: label `9` is not one of the 3 classes");
  std::filesystem::remove(path);
  EXPECT_EXIT(open(), ExitedWithCode(1), "d.csv: there is no such file");
}
} // namespace
