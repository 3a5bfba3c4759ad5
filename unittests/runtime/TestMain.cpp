//===- TestMain.cpp - main of the tests ----------------------------------------------===//
//
// An own main, because the runtime's archive has one too (of programs), and only an object
// that comes before the archive keeps it out.
//
//===----------------------------------------------------------------------===//
#include <gtest/gtest.h>

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  // Threads of one test would be lost in the fork of another's death test.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  return RUN_ALL_TESTS();
}
