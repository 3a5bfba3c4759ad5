//===- SchemaTest.cpp - Schemas as text, and what changed ----------------------------===//
#include "TestFolder.h"
#include "data/Table.h"

#include <cstdlib>
#include <gtest/gtest.h>

using namespace mdl::data;

static Schema example() {
  Schema schema;
  schema.columns = {"a,b", "c|d", "e\\f", "g\nh", ""};
  schema.label = "c|d";
  schema.features = {"a,b"};
  schema.featureDims = {8, 8};
  schema.featureType = "f32";
  schema.classes = {"0", "1"};
  return schema;
}

TEST(Schema, TextIsOneLineAndReadsBack) {
  Schema schema = example(), back;
  std::string text = dataSchema(schema);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  ASSERT_TRUE(parseSchema(text, back));
  EXPECT_EQ(back.columns, schema.columns);
  EXPECT_EQ(back.label, schema.label);
  EXPECT_EQ(back.features, schema.features);
  EXPECT_EQ(back.featureDims, schema.featureDims);
  EXPECT_EQ(back.featureType, schema.featureType);
  EXPECT_EQ(back.classes, schema.classes);
  EXPECT_EQ(back.hasValid, false);
  EXPECT_EQ(dataSchema(back), text);
}

TEST(Schema, RefusesOtherTexts) {
  Schema schema;
  EXPECT_FALSE(parseSchema("", schema));
  EXPECT_FALSE(parseSchema("schema1|y|f32", schema));
  EXPECT_FALSE(parseSchema("schema9|||||||", schema));
}

TEST(Schema, SaysWhatChanged) {
  Schema now = example();
  EXPECT_EQ(compareSchemas(example(), now), "");
  now.featureDims = {64}; // A row of a CSV is seen in another shape.
  EXPECT_EQ(compareSchemas(example(), now), "");
  now.featureDims = {63};
  EXPECT_EQ(compareSchemas(example(), now), "a row's input was [8, 8], now it is [63]");
  now = example();
  now.columns[0] = "x";
  EXPECT_EQ(compareSchemas(example(), now), "the column `a,b` is gone");
  now = example();
  now.columns.push_back("new");
  EXPECT_EQ(compareSchemas(example(), now), "there is a new column `new`");
  now = example();
  now.classes = {"0", "1", "2"};
  EXPECT_EQ(compareSchemas(example(), now), "there is a new class `2`");
}

TEST(FindData, LooksInTheFoldersInOrder) {
  TestFolder first, second;
  unsetenv("MDL_DATA");
  second.write("x.csv", "");
  EXPECT_EQ(findData("x.csv", {first.folder, second.folder}), second.path("x.csv"));
  first.write("x.csv", "");
  EXPECT_EQ(findData("x.csv", {first.folder, second.folder}), first.path("x.csv"));
  EXPECT_EQ(findData("no.csv", {first.folder, second.folder}), first.path("no.csv"));
  EXPECT_EQ(findData("/etc", {first.folder}), "/etc");
}

TEST(FindData, TakesTheFolderOfTheEnvironment) {
  TestFolder data;
  std::filesystem::create_directory(data.path("mnist"));
  setenv("MDL_DATA", data.folder.c_str(), 1);
  EXPECT_EQ(findData("data/mnist", {"."}), data.path("mnist"));
  EXPECT_EQ(findData("mnist", {"."}), data.path("mnist"));
  EXPECT_EQ(findData("data/other", {"folder"}), "folder/data/other");
  unsetenv("MDL_DATA");
}
