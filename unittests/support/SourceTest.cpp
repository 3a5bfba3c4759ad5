//===- SourceTest.cpp - Lines and columns ---------------------------------------===//
#include "compiler/support/Source.h"

#include <gtest/gtest.h>

using namespace mdl;

static std::pair<unsigned, unsigned> at(const SourceManager &sources, uint32_t offset) {
  LineColumn place = sources.lineColumn(0, offset);
  return {place.line, place.column};
}

TEST(Source, CountsLinesOfEveryKind) {
  SourceManager sources;
  sources.addFile("x", "a\nb\r\nc\rd");
  EXPECT_EQ(at(sources, 0), std::pair(1u, 1u));
  EXPECT_EQ(at(sources, 2), std::pair(2u, 1u));
  EXPECT_EQ(at(sources, 5), std::pair(3u, 1u));
  EXPECT_EQ(at(sources, 7), std::pair(4u, 1u));
  EXPECT_EQ(sources.line(0, 1), "a");
  EXPECT_EQ(sources.line(0, 2), "b");
  EXPECT_EQ(sources.line(0, 3), "c");
  EXPECT_EQ(sources.line(0, 4), "d");
  EXPECT_EQ(sources.line(0, 5), "");
}

TEST(Source, ColumnsCountCharacters) {
  SourceManager sources;
  sources.addFile("x", "äß = 1");
  EXPECT_EQ(at(sources, 4), std::pair(1u, 3u));
}

TEST(Source, AByteOrderMarkHasNoColumn) {
  SourceManager sources;
  sources.addFile("x", "\xEF\xBB\xBFlet\nx");
  EXPECT_EQ(at(sources, 3), std::pair(1u, 1u));
  EXPECT_EQ(at(sources, 5), std::pair(1u, 3u));
  EXPECT_EQ(sources.line(0, 1), "let");
}

TEST(Source, OffsetsBehindTheEndAreTheEnd) {
  SourceManager sources;
  sources.addFile("x", "ab");
  EXPECT_EQ(at(sources, 99), std::pair(1u, 3u));
  EXPECT_EQ(sources.text({0, 1, 99}), "b");
  sources.addFile("empty", "");
  EXPECT_EQ(sources.lineColumn(1, 0).line, 1u);
}

TEST(Source, JoinCoversBoth) {
  SourceRange joined = SourceRange::join({0, 5, 7}, {0, 1, 2});
  EXPECT_EQ(joined.begin, 1u);
  EXPECT_EQ(joined.end, 7u);
  EXPECT_EQ(SourceRange::join({}, {0, 1, 2}).begin, 1u);
  EXPECT_EQ(SourceRange::join({0, 1, 2}, {}).end, 2u);
}
