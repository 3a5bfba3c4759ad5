//===- SafeTensorsTest.cpp - Headers of safetensors files ------------------------------===//
#include "files/SafeTensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mdl::runtime;
using testing::HasSubstr;

namespace {

std::string fileOf(const std::string &json, const std::string &data) {
  std::string out(8, '\0');
  out[0] = static_cast<char>(json.size());
  return out + json + data;
}

std::string problemOf(const std::string &file) {
  std::vector<FileTensor> tensors;
  int64_t start = 0;
  return readHeader(file, tensors, start);
}

TEST(SafeTensors, ReadsWhatItWrites) {
  std::vector<FileTensor> tensors{{"a.w", "F32", {2, 3}, 0, 24}, {"quoted \"b\"", "BOOL", {}, 24, 25}};
  std::string file = writeHeader(tensors) + std::string(25, 'x');
  EXPECT_EQ((file.size() - 25) % 8, 0u);
  std::vector<FileTensor> read;
  int64_t start = 0;
  EXPECT_EQ(readHeader(file, read, start), "");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(read[1].name, "quoted \"b\"");
  EXPECT_EQ(start + 25, static_cast<int64_t>(file.size()));
}

TEST(SafeTensors, SkipsMetadata) {
  EXPECT_EQ(problemOf(fileOf(
                R"({"__metadata__": {"format": "pt"}, "a": {"dtype":"I8","shape":[1],"data_offsets":[0,1]}})", "x")),
            "");
}

TEST(SafeTensors, SaysWhereAFileIsBroken) {
  EXPECT_THAT(problemOf("abc"), HasSubstr("it is no safetensors file;"));
  EXPECT_THAT(problemOf("PK\3\4 and so on"), HasSubstr("it is no safetensors file, but a zip file"));
  EXPECT_THAT(problemOf(std::string(8, '\x7f') + "{"), HasSubstr("does not fit"));
  EXPECT_THAT(problemOf(fileOf("{\"a\": 1}", "")), HasSubstr("byte 14: expected `{`"));
  EXPECT_THAT(problemOf(fileOf("{\"a", "")), HasSubstr("byte 11: the header ends inside a string"));
  EXPECT_THAT(problemOf(fileOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", "1234")),
              HasSubstr("`a` has 4 bytes, but f32[2] takes 8"));
  EXPECT_THAT(problemOf(fileOf(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "12")),
              HasSubstr("but the file has"));
  EXPECT_THAT(problemOf(fileOf(R"({"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}})", "")),
              HasSubstr("a number is too large"));
}

} // namespace
