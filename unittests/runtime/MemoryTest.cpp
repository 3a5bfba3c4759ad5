//===- MemoryTest.cpp - Memory and copies --------------------------------------------===//
#include "mdl/abi.h"

#include <gtest/gtest.h>
#include <vector>

extern "C" void memrefCopy(int64_t elementBytes, void *from, void *to);

namespace {
template <int Rank> struct Ranked {
  char *allocated, *aligned;
  int64_t offset, sizes[Rank], strides[Rank];
};
struct Unranked {
  int64_t rank;
  void *descriptor;
};

TEST(Memory, ArenaIsZeroedAndAligned) {
  auto *arena = static_cast<uint8_t *>(mdl_arena(100000));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(arena) % 64, 0u);
  for (int i = 0; i < 100000; ++i)
    ASSERT_EQ(arena[i], 0);
  EXPECT_NE(mdl_arena(0), nullptr);
}

TEST(Memory, AllocationsAreAligned) {
  for (int64_t bytes : {0, 1, 63, 64, 1000}) {
    void *memory = mdl_alloc(bytes, "");
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 64, 0u);
    mdl_free(memory);
  }
}

TEST(Memory, ReleasesWhatIsOwnedAndDoesNotStay) {
  auto allocate = [] { return reinterpret_cast<int64_t>(mdl_alloc(64, "")); };
  int64_t freed = allocate(), kept = allocate(), foreign = allocate();
  mdl_release_later(freed, true);
  mdl_release_later(freed, true);
  mdl_release_later(kept, true);
  mdl_release_later(kept, false);
  mdl_release_later(foreign, false);
  EXPECT_TRUE(mdl_retain(kept));
  EXPECT_TRUE(mdl_retain(kept));
  EXPECT_FALSE(mdl_retain(foreign));
  mdl_release_all();
  // Nothing is left of that list.
  EXPECT_FALSE(mdl_retain(kept));
  mdl_release_all();
  mdl_release(kept, false);
  mdl_release(kept, true);
  mdl_release(foreign, true);
}

TEST(MemoryDeathTest, SaysHowMuchWasMissing) {
  EXPECT_EXIT(mdl_alloc(int64_t(1) << 60, "x.mdl:1:1"), testing::ExitedWithCode(1),
              "error: out of memory: could not get 1.0 EiB|1024.0 PiB");
  EXPECT_EXIT(mdl_arena(int64_t(1) << 60), testing::ExitedWithCode(1), "out of memory");
}

TEST(Memory, CopiesStridedMemRefs) {
  std::vector<float> from = {0, 1, 2, 3, 4, 5}, to(8, -1);
  // A transposed 3x2 view, into the first two columns of four.
  Ranked<2> source = {(char *)from.data(), (char *)from.data(), 0, {2, 3}, {1, 2}};
  Ranked<2> target = {(char *)to.data(), (char *)to.data(), 1, {2, 3}, {4, 1}};
  Unranked a = {2, &source}, b = {2, &target};
  memrefCopy(sizeof(float), &a, &b);
  EXPECT_EQ(to, (std::vector<float>{-1, 0, 2, 4, -1, 1, 3, 5}));
}

TEST(Memory, CopiesContiguousAndEmptyMemRefs) {
  std::vector<int64_t> from = {1, 2, 3, 4}, to(4);
  Ranked<2> source = {(char *)from.data(), (char *)from.data(), 0, {2, 2}, {2, 1}};
  Ranked<2> target = {(char *)to.data(), (char *)to.data(), 0, {2, 2}, {2, 1}};
  Unranked a = {2, &source}, b = {2, &target};
  memrefCopy(sizeof(int64_t), &a, &b);
  EXPECT_EQ(to, from);
  source.sizes[0] = target.sizes[0] = 0;
  memrefCopy(sizeof(int64_t), &a, &b);
}

TEST(Memory, CopiesScalars) {
  double from = 2.5, to = 0;
  Ranked<1> source = {(char *)&from, (char *)&from, 0, {}, {}}, target = {(char *)&to, (char *)&to, 0, {}, {}};
  Unranked a = {0, &source}, b = {0, &target};
  memrefCopy(sizeof(double), &a, &b);
  EXPECT_EQ(to, 2.5);
}
} // namespace
