//===- JournalTest.cpp - What a loop cannot compute again ---------------------------===//
#include "TestTensor.h"

#include <gtest/gtest.h>

TEST(Journal, KeepsNumbersInTheirOrder) {
  void *journal = mdl_journal_begin();
  std::vector<int64_t> expected;
  for (int64_t i = 0; i < 100; ++i) {
    mdl_journal_add(journal, -i);
    expected.push_back(-i);
  }
  TestTensor<int64_t> list({3}, {7, 8, 9}), none({0});
  mdl_journal_add_all(journal, list);
  mdl_journal_add_all(journal, none);
  expected.insert(expected.end(), {7, 8, 9});
  ASSERT_EQ(mdl_journal_size(journal), 103);
  TestTensor<int64_t> out({103});
  mdl_journal_end(journal, out);
  EXPECT_EQ(out.data, expected);
}

TEST(Journal, MayBeEmpty) {
  void *journal = mdl_journal_begin();
  EXPECT_EQ(mdl_journal_size(journal), 0);
  TestTensor<int64_t> out({0});
  mdl_journal_end(journal, out);
}
