//===- DimTest.cpp - Sizes that are one number have one form --------------------------------===//

#include "compiler/sema/DimIdentities.h"

#include <gtest/gtest.h>

using namespace mdl;

namespace {
class DimTest : public testing::Test {
protected:
  Dim name(const char *text) { return Dim::symbol(dims.fresh(text, {}, nullptr)); }
  /// A number of the program, which may be negative.
  Dim number(const char *text) {
    Dim dim = name(text);
    dims.setNumber(*dim.asSymbol());
    return dim;
  }
  Dim over(const Dim &a, const Dim &b) { return dims.floorDiv(a, b); }
  /// What the program has checked not to be negative.
  void check(const Dim &dim) {
    checked.push_back(dim);
    dims.checkedSizes = [this] { return checked; };
  }

  DimTable dims;
  std::vector<Dim> checked;
  Dim n = name("n"), m = name("m"), s = name("s"), k = number("k");
};
} // namespace

TEST_F(DimTest, QuotientsThatAreOneNumberAreEqual) {
  EXPECT_EQ(over(Dim(2) * n + 3, 2), n + 1);
  EXPECT_EQ(over(n + 1, 2), n - over(n, 2));
  EXPECT_EQ(over(n + 3, 2), n - over(n, 2) + 1);
  EXPECT_EQ(over(Dim(2) * n + 2, 4), over(n + 1, 2));
  EXPECT_EQ(over(Dim(3) * n, 2), n + over(n, 2));
  EXPECT_EQ(over(Dim(0) - n, 3), Dim(0) - over(n + 2, 3));
  EXPECT_EQ(n - over(Dim(4) * n, 5), over(n + 4, 5));
  EXPECT_EQ(over(over(n + 1, 2) + 1, 2), over(n + 3, 4));
  EXPECT_EQ(over(over(n, 2) + m, 3), over(n + Dim(2) * m, 6));
  EXPECT_EQ(over(n, 2) - over(over(n, 2), 2), over(over(n, 2) + 1, 2));
  EXPECT_EQ(over(n + m + 1, 2) + over(n + m, 2), n + m);
}

TEST_F(DimTest, SizesOfDifferentFormsMayBeOneNumber) {
  Dim thirds = over(n, 3) + over(n + 1, 3) + over(n + 2, 3);
  EXPECT_NE(thirds, n);
  EXPECT_TRUE(areOneNumber(dims, thirds, n));
  EXPECT_TRUE(areOneNumber(dims, Dim(2) * m * thirds, Dim(2) * m * n));
  EXPECT_FALSE(areOneNumber(dims, thirds, n + 1));
  EXPECT_FALSE(areOneNumber(dims, over(n, 3) + over(n + 1, 3), n - over(n, 3)));
  EXPECT_TRUE(areOneNumber(dims, over(n + m, 3) + over(n + m + 1, 3) + over(n + m + 2, 3), n + m));
  EXPECT_FALSE(areOneNumber(dims, over(n, s), n));
}

TEST_F(DimTest, WholeMultiplesOfANameAreTakenOut) {
  EXPECT_EQ(over(n - m + s, s), over(n - m, s) + 1);
  EXPECT_EQ(over(n + Dim(2) * s * m, s), over(n, s) + Dim(2) * m);
  EXPECT_EQ(over(n + m + 1, m + 1), over(n, m + 1) + 1);
  EXPECT_EQ(over(over(n, s), m), over(n, s * m));
  EXPECT_EQ(over(k + s, s), over(k, s) + 1);
}

TEST_F(DimTest, WhatLiesInsideIsNotCutOff) {
  EXPECT_EQ(dims.head(n - over(n, 2), n), n - over(n, 2));
  EXPECT_EQ(dims.head(Dim(2) * over(n, 2), n), Dim(2) * over(n, 2));
  EXPECT_EQ(dims.head(s * over(n, s), n), s * over(n, s));
  EXPECT_EQ(dims.head(over(n, s), n), over(n, s));
  EXPECT_EQ(dims.tail(n, n), Dim(0));
  EXPECT_EQ(dims.head(over(n + m, 2), n + m), over(n + m, 2));
  EXPECT_NE(dims.head(over(n + 1, 2) + 1, n), over(n + 1, 2) + 1);
  EXPECT_NE(dims.head(over(k, 2), n), over(k, 2));
}

TEST_F(DimTest, ABoundWithAMinusMayBeZero) {
  EXPECT_NE(dims.head(Dim(0) - m, n), n - dims.head(m, n));
  EXPECT_NE(dims.tail(Dim(0) - m, n), dims.head(m, n));
  EXPECT_EQ(dims.head(Dim(-1) - m, n), n - dims.head(m + 1, n));
  EXPECT_EQ(dims.tail(Dim(-3), n), dims.head(3, n));
  check(k - 1);
  EXPECT_EQ(dims.head(Dim(0) - k, n), n - dims.head(k, n));
  EXPECT_EQ(dims.tail(Dim(0) - k, n), dims.head(k, n));
}

TEST_F(DimTest, ChecksTellOfSizes) {
  Dim before = dims.head(k, n);
  EXPECT_NE(before, k);
  check(k);
  check(n - k);
  EXPECT_EQ(dims.head(k, n), k);
  EXPECT_EQ(dims.settled(before), k);
  EXPECT_EQ(dims.head(n - k, n), n - k);
  EXPECT_EQ(dims.span(k, n), n - k);
  EXPECT_TRUE(dims.mayBeNegative(n - k - 1));
}

TEST_F(DimTest, TextReadsAsTheSize) {
  EXPECT_EQ(dims.print(Dim(2) * n + 1), "2*n + 1");
  EXPECT_EQ(dims.print(Dim(5) - k), "5 - k");
  EXPECT_EQ(dims.print(Dim(2) * over(n, 2)), "2*(n//2)");
  EXPECT_EQ(dims.print(over(n + 1, 2)), "(n + 1)//2");
  EXPECT_EQ(dims.print(over(n - 1, 2)), "(n - 1)//2");
  EXPECT_EQ(dims.print(over(n - 3, 2) + 1), "(n - 1)//2");
  EXPECT_EQ(dims.print(over(n + 7, 8)), "(n + 7)//8");
  EXPECT_EQ(dims.print(over(Dim(8) * m, 10)), "4*m//5");
  EXPECT_EQ(dims.print(m - over(m, 5)), "m - m//5");
  EXPECT_EQ(dims.print(over(n, s * m)), "n//(m*s)");
  EXPECT_EQ(dims.print(dims.head(k, n)), "min(k, n)");
  EXPECT_EQ(dims.print(dims.head(Dim(0) - k, n)), "len(arange(n)[:-k])");
}
