//===- FormatTest.cpp - Python's format specifications -------------------------------===//
//
// The expected texts are those of Python's format().
//
//===----------------------------------------------------------------------===//
#include "text/Format.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace mdl::runtime;

static FormatSpec spec(const std::string &text) {
  FormatSpec spec;
  EXPECT_EQ(parseFormat(text, spec), "") << text;
  return spec;
}

static std::string number(double value, const std::string &text) { return formatFloat(value, spec(text)); }
static std::string whole(int64_t value, const std::string &text) { return formatInt(value, spec(text)); }

TEST(Format, FixedScientificGeneral) {
  EXPECT_EQ(number(3.14159, ".2f"), "3.14");
  EXPECT_EQ(number(2.5, ".0f"), "2");
  EXPECT_EQ(number(12345.678, ".3e"), "1.235e+04");
  EXPECT_EQ(number(0.00001234, "g"), "1.234e-05");
  EXPECT_EQ(number(0.256, ".1%"), "25.6%");
  EXPECT_EQ(number(1e300, ".1f").size(), 303u);
}

TEST(Format, WithoutATypeThereIsAlwaysAPoint) {
  EXPECT_EQ(number(1.0, ""), "1.0");
  EXPECT_EQ(number(1.0, ".3"), "1.0");
  EXPECT_EQ(number(123456.0, ".3"), "1.23e+05");
  EXPECT_EQ(number(1e16, ""), "1e+16");
}

TEST(Format, WidthFillAndAlignment) {
  EXPECT_EQ(number(1.5, "8.2f"), "    1.50");
  EXPECT_EQ(number(1.5, "<8.2f") + "|", "1.50    |");
  EXPECT_EQ(number(1.5, "*^9.2f"), "**1.50***");
  EXPECT_EQ(number(-1.5, "08.2f"), "-0001.50");
  EXPECT_EQ(whole(7, "·>3"), "··7");
  EXPECT_EQ(whole(-7, "=5"), "-   7");
}

TEST(Format, SignsAndGroups) {
  EXPECT_EQ(number(1.0, "+.1f"), "+1.0");
  EXPECT_EQ(number(1.0, " .1f"), " 1.0");
  EXPECT_EQ(number(1234567.891, ",.2f"), "1,234,567.89");
  EXPECT_EQ(whole(1234567, "_"), "1_234_567");
  EXPECT_EQ(whole(1234, "010,"), "00,001,234");
}

TEST(Format, Bases) {
  EXPECT_EQ(whole(255, "x"), "ff");
  EXPECT_EQ(whole(255, "#X"), "0XFF");
  EXPECT_EQ(whole(5, "b"), "101");
  EXPECT_EQ(whole(-8, "#o"), "-0o10");
  EXPECT_EQ(whole(INT64_MIN, "d"), "-9223372036854775808");
  EXPECT_EQ(whole(3, ".2f"), "3.00");
}

TEST(Format, NanAndInfinity) {
  EXPECT_EQ(number(NAN, "6.2f"), "   nan");
  EXPECT_EQ(number(-INFINITY, ".2f"), "-inf");
  EXPECT_EQ(number(INFINITY, "F"), "INF");
}

TEST(Format, RefusesWhatIsNoFormat) {
  for (const char *text : {"q", ".f", "5.2fx", "99999999", ">>>"}) {
    FormatSpec spec;
    EXPECT_NE(parseFormat(text, spec), "") << text;
  }
}
