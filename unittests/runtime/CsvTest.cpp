//===- CsvTest.cpp - Comma-separated values ------------------------------------------===//
#include "data/Csv.h"
#include "TestFolder.h"
#include "data/Table.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace mdl::data;

namespace {
class Csv : public testing::Test {
protected:
  std::string read(const std::string &text, const std::string &label = "y", const Schema *known = nullptr) {
    folder.write("d.csv", text);
    table = Table();
    schema = Schema();
    return readCsv(path, label, known, table, schema, candidates);
  }

  std::vector<float> features() const {
    std::vector<float> values(table.rows * table.rowBytes / sizeof(float));
    memcpy(values.data(), table.features.get(), values.size() * sizeof(float));
    return values;
  }

  TestFolder folder;
  std::string path = folder.path("d.csv");
  Table table;
  Schema schema;
  std::vector<std::string> candidates;
};

TEST_F(Csv, ReadsNumbersAndLabels) {
  ASSERT_EQ(read("a,y,b\n1,cat,2.5\n-3,dog,1e2\n"), "");
  EXPECT_EQ(features(), (std::vector<float>{1, 2.5, -3, 100}));
  EXPECT_EQ(schema.columns, (std::vector<std::string>{"a", "y", "b"}));
  EXPECT_EQ(schema.features, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(schema.classes, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(schema.featureDims, (std::vector<int64_t>{2}));
  EXPECT_EQ(table.labels, (std::vector<int64_t>{0, 1}));
}

TEST_F(Csv, SortsClassesAsNumbersWhenTheyAre) {
  ASSERT_EQ(read("a,y\n1,10\n1,9\n1,2\n"), "");
  EXPECT_EQ(schema.classes, (std::vector<std::string>{"2", "9", "10"}));
  EXPECT_EQ(table.labels, (std::vector<int64_t>{2, 1, 0}));
}

TEST_F(Csv, LeavesOutColumnsOfText) {
  ASSERT_EQ(read("name,a,y\nann,1,0\nbob,2,1\n"), "");
  EXPECT_EQ(schema.features, (std::vector<std::string>{"a"}));
}

TEST_F(Csv, NeedsNoLabel) {
  ASSERT_EQ(read("a,b\n1,2\n", ""), "");
  EXPECT_EQ(schema.features.size(), 2u);
  EXPECT_TRUE(table.labels.empty());
}

TEST_F(Csv, ReadsQuotesLineEndsAndMarks) {
  ASSERT_EQ(read("\xef\xbb\xbf\"a, b\", y\r\n1, zero\r\n\r\n2,\"say \"\"hi\"\"\"\r\n3,\"two\nlines\"\r\n"), "");
  EXPECT_EQ(schema.columns, (std::vector<std::string>{"a, b", "y"}));
  EXPECT_EQ(schema.classes, (std::vector<std::string>{"say \"hi\"", "two\nlines", "zero"}));
}

TEST_F(Csv, ReadsGzip) {
  path = folder.writeGzip("d.csv.gz", "a,y\n1,0\n2,1\n");
  ASSERT_EQ(readCsv(path, "y", nullptr, table, schema, candidates), "");
  EXPECT_EQ(table.rows, 2);
}

TEST_F(Csv, SaysWhereACutOffGzipEnds) {
  std::string text = "a,y\n";
  for (int i = 0; i < 20000; ++i)
    text += std::to_string(i * 7919 % 10007) + ",0\n";
  path = folder.writeGzip("d.csv.gz", text);
  folder.truncate("d.csv.gz", 2000);
  std::string error = readCsv(path, "y", nullptr, table, schema, candidates);
  EXPECT_EQ(error.find(path + ": byte "), 0u) << error;
  EXPECT_NE(error.find("the gzip data is cut off"), std::string::npos) << error;
}

TEST_F(Csv, NamesTheColumnsForAWrongLabel) {
  EXPECT_EQ(read("a,b,digit\n1,2,3\n", "digt"), path + ":1: there is no column `digt`; the columns are: a, b, digit");
  EXPECT_EQ(candidates, (std::vector<std::string>{"a", "b", "digit"}));
}

TEST_F(Csv, SaysWhichLineIsRagged) {
  EXPECT_EQ(read("a,y\n1,0\n1,2,3\n"), path + ":3: expected 2 cells, as there are column names, found 3");
  EXPECT_EQ(read("a,y\n1,0\n\n1\n"), path + ":4: expected 2 cells, as there are column names, found 1");
}

TEST_F(Csv, SaysWhichCellIsNoNumber) {
  EXPECT_EQ(read("a,y\n1,0\nx,0\n"), path + ":3: expected a number in column `a`, found `x`");
  EXPECT_EQ(read("a,y\n1,0\n1.5.2,0\n"), path + ":3: expected a number in column `a`, found `1.5.2`");
  EXPECT_EQ(read("a,y\n1,0\n,0\n"), path + ":3: missing value: expected a number in column `a`");
  EXPECT_EQ(read("a,y\n,0\n"), path + ":2: missing value: expected a number in column `a`");
  EXPECT_EQ(read("a,y\n1,0\n1,\n"), path + ":3: missing value: expected a label in column `y`");
}

TEST_F(Csv, RefusesLabelsThatAreNoClass) {
  Schema known;
  known.classes = {"0", "1"};
  EXPECT_EQ(read("a,y\n1,0\n2,7\n", "y", &known),
            path + ":3: label `7` is not one of the 2 classes that the program was compiled with: 0, 1");
  EXPECT_EQ(read("a,y\n1,1\n", "y", &known), "");
  EXPECT_EQ(table.labels, (std::vector<int64_t>{1}));
}

TEST_F(Csv, RefusesFilesWithoutData) {
  EXPECT_EQ(read(""), path + ":1: expected a line of column names, found an empty file");
  EXPECT_EQ(read("a,y\n"), path + ":2: expected at least one row after the column names, found the end of the file");
  EXPECT_EQ(read("name,y\nann,0\n"), path + ":2: expected at least one column of numbers besides the label");
}

TEST_F(Csv, RefusesBrokenQuotes) {
  EXPECT_EQ(read("a,y\n1,\"0\n2,1\n"), path + ":2: a quoted cell starts here and is never closed");
  EXPECT_EQ(read("a,y\n1,\"0\"x\n"), path + ":2: expected `,` or the end of the line after a quoted cell, found `x`");
}

TEST_F(Csv, RefusesMissingFilesAndFolders) {
  EXPECT_EQ(readCsv(folder.path("no.csv"), "y", nullptr, table, schema, candidates),
            folder.path("no.csv") + ": there is no such file");
  EXPECT_EQ(readCsv(folder.folder, "y", nullptr, table, schema, candidates),
            folder.folder + ": expected a file, found a folder");
}
} // namespace
