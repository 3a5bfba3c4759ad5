//===- ArrayTextTest.cpp - Tensors as NumPy prints them ------------------------------===//
//
// The expected texts are those of NumPy 2.4.
//
//===----------------------------------------------------------------------===//
#include "text/ArrayText.h"
#include "TestTensor.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace mdl::runtime;

template <typename T>
static std::string text(std::vector<int> sizes, std::vector<T> values, mdl_dtype dtype, const std::string &spec = "") {
  TestTensor<T> tensor(std::move(sizes), std::move(values));
  return arrayText(Tensor(&tensor.buffer), dtype, spec);
}

TEST(ArrayText, AlignsIntegers) {
  EXPECT_EQ(text<int64_t>({3}, {1, 2, 3}, MDL_I64), "[1 2 3]");
  EXPECT_EQ(text<int64_t>({2, 2}, {1, -20, 300, 4}, MDL_I64), "[[  1 -20]\n [300   4]]");
  EXPECT_EQ(text<uint8_t>({3}, {0, 128, 255}, MDL_U8), "[  0 128 255]");
  EXPECT_EQ(text<int8_t>({2}, {-128, 127}, MDL_I8), "[-128  127]");
}

TEST(ArrayText, AlignsFloatsAtThePoint) {
  EXPECT_EQ(text<float>({2, 3}, {11, 12, 13, 21, 22, 23}, MDL_F32), "[[11. 12. 13.]\n [21. 22. 23.]]");
  EXPECT_EQ(text<float>({3}, {0.1f, 0.25f, 100.0f}, MDL_F32), "[  0.1    0.25 100.  ]");
}

TEST(ArrayText, CutsAtEightDigits) {
  std::vector<float> values;
  for (int i = 0; i < 12; ++i)
    values.push_back(static_cast<float>(i / 11.0));
  EXPECT_EQ(text<float>({12}, values, MDL_F32), "[0.         0.09090909 0.18181819 0.27272728 0.36363637 0.45454547\n"
                                                " 0.54545456 0.6363636  0.72727275 0.8181818  0.90909094 1.        ]");
}

TEST(ArrayText, WritesWideRangesScientifically) {
  EXPECT_EQ(text<float>({2}, {1e-5f, 1.0f}, MDL_F32), "[1.e-05 1.e+00]");
  EXPECT_EQ(text<double>({3}, {1.0 / 3, 2.0 / 3, 1e9}, MDL_F64), "[3.33333333e-01 6.66666667e-01 1.00000000e+09]");
  EXPECT_EQ(text<uint16_t>({3}, {0x2e66, 0x3266, 0x7bff}, MDL_F16), "[1.00e-01 2.00e-01 6.55e+04]");
}

TEST(ArrayText, WritesNanAndInfinity) {
  EXPECT_EQ(text<float>({3}, {NAN, 1.5f, -INFINITY}, MDL_F32), "[ nan  1.5 -inf]");
  EXPECT_EQ(text<float>({2}, {INFINITY, NAN}, MDL_F32), "[inf nan]");
}

TEST(ArrayText, WritesBools) {
  EXPECT_EQ(text<uint8_t>({2}, {1, 0}, MDL_BOOL), "[ true false]");
  EXPECT_EQ(text<uint8_t>({}, {1}, MDL_BOOL), "true");
}

TEST(ArrayText, WritesScalarsAsPythonDoes) {
  EXPECT_EQ(text<float>({}, {102.0f}, MDL_F32), "102.0");
  EXPECT_EQ(text<float>({}, {1.0f / 3}, MDL_F32), "0.33333334");
  EXPECT_EQ(text<double>({}, {1e-5}, MDL_F64), "1e-05");
  EXPECT_EQ(text<double>({}, {1e16}, MDL_F64), "1e+16");
  EXPECT_EQ(text<int64_t>({}, {-7}, MDL_I64), "-7");
  EXPECT_EQ(text<float>({}, {-0.0f}, MDL_F32), "-0.0");
}

TEST(ArrayText, BreaksLongLines) {
  EXPECT_EQ(text<int64_t>({30}, range<int64_t>(30), MDL_I64),
            "[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25 26 27 28 29]");
}

TEST(ArrayText, PartsInnerMatricesByAnEmptyLine) {
  EXPECT_EQ(text<int64_t>({2, 3, 4}, range<int64_t>(24), MDL_I64),
            "[[[ 0  1  2  3]\n  [ 4  5  6  7]\n  [ 8  9 10 11]]\n\n"
            " [[12 13 14 15]\n  [16 17 18 19]\n  [20 21 22 23]]]");
}

TEST(ArrayText, ShortensLargeTensors) {
  EXPECT_EQ(text<int64_t>({2000}, range<int64_t>(2000), MDL_I64), "[   0    1    2 ... 1997 1998 1999]");
  EXPECT_EQ(text<float>({40, 30}, range<float>(1200), MDL_F32),
            "[[0.000e+00 1.000e+00 2.000e+00 ... 2.700e+01 2.800e+01 2.900e+01]\n"
            " [3.000e+01 3.100e+01 3.200e+01 ... 5.700e+01 5.800e+01 5.900e+01]\n"
            " [6.000e+01 6.100e+01 6.200e+01 ... 8.700e+01 8.800e+01 8.900e+01]\n"
            " ...\n"
            " [1.110e+03 1.111e+03 1.112e+03 ... 1.137e+03 1.138e+03 1.139e+03]\n"
            " [1.140e+03 1.141e+03 1.142e+03 ... 1.167e+03 1.168e+03 1.169e+03]\n"
            " [1.170e+03 1.171e+03 1.172e+03 ... 1.197e+03 1.198e+03 1.199e+03]]");
}

TEST(ArrayText, WritesNothingAsBrackets) { EXPECT_EQ(text<int64_t>({0, 3}, {1}, MDL_I64), "[]"); }

TEST(ArrayText, AppliesAFormatToEachElement) {
  EXPECT_EQ(text<float>({2}, {2.976f, 2.514f}, MDL_F32, ".2f"), "[2.98 2.51]");
  EXPECT_EQ(text<float>({2, 2}, {1, -10, 3, 4}, MDL_F32, ".1f"), "[[  1.0 -10.0]\n [  3.0   4.0]]");
  EXPECT_EQ(text<float>({}, {0.95114f}, MDL_F32, ".3f"), "0.951");
  EXPECT_EQ(text<uint8_t>({2}, {10, 255}, MDL_U8, "x"), "[ a ff]");
}

TEST(ArrayText, ReadsStrides) {
  TestTensor<int64_t> transposed({3, 2}, range<int64_t>(6), {1, 3});
  EXPECT_EQ(arrayText(Tensor(&transposed.buffer), MDL_I64, ""), "[[0 3]\n [1 4]\n [2 5]]");
}
