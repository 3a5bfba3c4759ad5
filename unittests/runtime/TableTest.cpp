//===- TableTest.cpp - Tables as text ------------------------------------------------===//
#include "text/Table.h"

#include <gtest/gtest.h>

using namespace mdl::runtime;

TEST(Table, AlignsColumns) {
  EXPECT_EQ(tableText("layer\toutput\tparameters\nbody\t[64]\t4,160\nhead\t[10]\t650\n"),
            "layer  output  parameters\n"
            "body   [64]         4,160\n"
            "head   [10]           650\n");
}

TEST(Table, CountsCharactersNotBytes) { EXPECT_EQ(tableText("näme\tn\nab\t1\n"), "näme  n\nab    1\n"); }

TEST(Table, TakesShortRows) { EXPECT_EQ(tableText("a\tb\n1\t2\n3\n"), "a  b\n1  2\n3\n"); }
