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

TEST(Journal, KeepsTheBitsOfAnyElements) {
  void *journal = mdl_journal_begin();
  mdl_journal_add(journal, 5);
  TestTensor<float> halves({2, 2}, {0.5F, -1.5F, 2.5F, -0.0F});
  mdl_journal_add_all(journal, halves);
  TestTensor<int64_t> entries({5});
  mdl_journal_end(journal, entries);
  TestTensor<float> again({2, 2});
  mdl_journal_take(entries, 1, again);
  EXPECT_EQ(again.data, halves.data);
}
