//===- IdxTest.cpp - IDX files -------------------------------------------------------===//
#include "TestFolder.h"
#include "data/Table.h"

#include <gtest/gtest.h>

using namespace mdl::data;

namespace {
std::string bigEndian(uint32_t value) { return {char(value >> 24), char(value >> 16), char(value >> 8), char(value)}; }

std::string imagesFile(int count, int height, int width) {
  std::string text = bigEndian(0x803) + bigEndian(count) + bigEndian(height) + bigEndian(width);
  for (int i = 0; i < count * height * width; ++i)
    text += static_cast<char>(i);
  return text;
}

std::string labelsFile(const std::vector<int> &labels) {
  std::string text = bigEndian(0x801) + bigEndian(static_cast<uint32_t>(labels.size()));
  for (int label : labels)
    text += static_cast<char>(label);
  return text;
}

class Idx : public testing::Test {
protected:
  Idx() {
    folder.write("train-images-idx3-ubyte", imagesFile(3, 2, 4));
    folder.writeGzip("train-labels-idx1-ubyte.gz", labelsFile({3, 7, 3}));
  }

  /// The error of reading the first part, as a program does it.
  std::string read() {
    SchemaResult result = readIdxSchema(folder.folder);
    if (!result.error.empty())
      return result.error;
    schema = result.schema;
    return readRows();
  }
  std::string readRows() {
    IdxFiles parts[2];
    bool hasValid;
    std::string error = findIdxFiles(folder.folder, parts, hasValid);
    return error.empty() ? readIdx(parts[0], schema, table) : error;
  }
  std::string images() { return folder.path("train-images-idx3-ubyte"); }

  TestFolder folder;
  Schema schema;
  Table table;
};

TEST_F(Idx, ReadsImagesAndLabels) {
  ASSERT_EQ(read(), "");
  EXPECT_EQ(schema.featureDims, (std::vector<int64_t>{2, 4}));
  EXPECT_EQ(schema.featureType, "u8");
  EXPECT_EQ(schema.classes, (std::vector<std::string>{"3", "7"}));
  EXPECT_FALSE(schema.hasValid);
  EXPECT_EQ(table.rows, 3);
  EXPECT_EQ(table.rowBytes, 8);
  EXPECT_EQ(table.features[23], 23);
  EXPECT_EQ(table.labels, (std::vector<int64_t>{0, 1, 0}));
}

TEST_F(Idx, FindsTheValidationPart) {
  folder.write("t10k-images.idx3-ubyte", imagesFile(1, 2, 4));
  folder.write("t10k-labels.idx1-ubyte", labelsFile({7}));
  ASSERT_EQ(read(), "");
  EXPECT_TRUE(schema.hasValid);
}

TEST_F(Idx, ReadsOneFile) {
  SchemaResult result = readIdxSchema(images());
  EXPECT_EQ(result.error,
            folder.path("train-labels-idx1-ubyte") + ": there is no such file, but the images need their labels");
  folder.write("train-labels-idx1-ubyte", labelsFile({3, 7, 3}));
  EXPECT_EQ(readIdxSchema(images()).error, "");
}

TEST_F(Idx, SaysWhichFileIsMissing) {
  EXPECT_EQ(readIdxSchema(folder.path("no")).error, folder.path("no") + ": there is no such file or folder");
  TestFolder empty;
  EXPECT_EQ(readIdxSchema(empty.folder).error,
            empty.folder + ": there is no file `train-images-idx3-ubyte` (or with `.gz`)");
}

TEST_F(Idx, ShowsAWrongMagicNumber) {
  folder.write("train-images-idx3-ubyte", "PNG!" + imagesFile(3, 2, 4));
  EXPECT_EQ(read(),
            images() + ": byte 0: expected the magic number 0x00000803 (unsigned bytes, 3 axes), found 0x504e4721");
  folder.write("train-images-idx3-ubyte", "");
  EXPECT_EQ(read(), images() + ": byte 0: expected the magic number 0x00000803, found the end of the file");
}

TEST_F(Idx, SaysWhereATruncatedFileEnds) {
  folder.truncate("train-images-idx3-ubyte", 16 + 10);
  EXPECT_EQ(read(), images() + ": byte 26: the file ends; expected 24 bytes of data (3 x 2 x 4), found 10");
  folder.truncate("train-images-idx3-ubyte", 10);
  EXPECT_EQ(read(), images() + ": byte 8: expected the size of axis 1, found the end of the file");
}

TEST_F(Idx, RefusesMoreThanTheHeaderSays) {
  folder.write("train-images-idx3-ubyte", imagesFile(3, 2, 4) + "x");
  EXPECT_EQ(read(), images() + ": byte 40: expected the end of the file after 3 x 2 x 4 bytes, found more");
}

TEST_F(Idx, RefusesSizesThatCannotBe) {
  folder.write("train-images-idx3-ubyte", bigEndian(0x803) + bigEndian(0) + bigEndian(2) + bigEndian(2));
  EXPECT_EQ(read(), images() + ": byte 4: expected a size of axis 0 from 1 to 1073741824, found 0");
  folder.write("train-images-idx3-ubyte", bigEndian(0x803) + bigEndian(1 << 29) + bigEndian(1 << 29) + bigEndian(2));
  EXPECT_EQ(read(), images() + ": byte 4: expected sizes of a data set, found 536870912 x 536870912 x 2");
}

TEST_F(Idx, CountsLabels) {
  folder.writeGzip("train-labels-idx1-ubyte.gz", labelsFile({3, 7}));
  EXPECT_EQ(read(), folder.path("train-labels-idx1-ubyte.gz") + ": byte 4: expected as many labels as " + images() +
                        " has images (3), found 2");
}

TEST_F(Idx, RefusesLabelsThatAreNoClass) {
  ASSERT_EQ(read(), "");
  folder.writeGzip("train-labels-idx1-ubyte.gz", labelsFile({3, 9, 3}));
  EXPECT_EQ(readRows(), folder.path("train-labels-idx1-ubyte.gz") +
                            ": byte 9: label 9 is not one of the 2 classes that the program was compiled with");
}

TEST_F(Idx, RefusesDamagedGzip) {
  std::string text = labelsFile(std::vector<int>(5000, 3));
  folder.writeGzip("train-labels-idx1-ubyte.gz", text);
  folder.truncate("train-labels-idx1-ubyte.gz", 20);
  EXPECT_NE(read().find("the gzip data is cut off"), std::string::npos) << read();
}
} // namespace
