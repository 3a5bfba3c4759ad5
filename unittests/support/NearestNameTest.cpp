//===- NearestNameTest.cpp - What a misspelt name may have meant ----------------===//
#include "compiler/support/Diagnostics.h"

#include <gtest/gtest.h>

using mdl::nearestName;

TEST(NearestName, FindsOneSlip) {
  EXPECT_EQ(nearestName("sofmax", {"sigmoid", "softmax", "max"}), "softmax");
  EXPECT_EQ(nearestName("maen", {"max", "mean", "min"}), "mean"); // Swapped.
  EXPECT_EQ(nearestName("Linear_", {"linear", "Linear"}), "Linear");
}

TEST(NearestName, TheThresholdGrowsWithTheLength) {
  EXPECT_EQ(nearestName("x", {"y", "w"}), "");
  EXPECT_EQ(nearestName("abc", {"xyc"}), "");
  EXPECT_EQ(nearestName("crossentropy", {"cross_entropy"}), "cross_entropy");
  EXPECT_EQ(nearestName("weihgt_deacy", {"weight_decay"}), "weight_decay");
  EXPECT_EQ(nearestName("banana", {"softmax", "epochs"}), "");
}

TEST(NearestName, CaseCostsNothing) { EXPECT_EQ(nearestName("linear", {"Linear", "lines"}), "Linear"); }

TEST(NearestName, TheNearestWinsThenTheAlphabet) {
  EXPECT_EQ(nearestName("trainx", {"training", "train"}), "train");
  EXPECT_EQ(nearestName("lossx", {"lossb", "lossa"}), "lossa");
  EXPECT_EQ(nearestName("", {"a"}), "");
}
