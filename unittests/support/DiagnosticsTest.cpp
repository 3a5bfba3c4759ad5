//===- DiagnosticsTest.cpp - The engine and what it prints ----------------------===//
#include "compiler/support/Diagnostics.h"

#include <gtest/gtest.h>

#include <set>

using namespace mdl;

namespace {

struct Diagnostics : testing::Test {
  SourceManager sources;
  DiagnosticEngine engine{sources};

  int file(std::string text) { return sources.addFile("x.mdl", std::move(text)); }
};

} // namespace

TEST_F(Diagnostics, RendersPlaceLineCaretNotesAndHints) {
  int x = file("let a = (1\nlet b = 2\n");
  engine.report(diag::UnclosedBracket, {x, 10, 10}, {")", "(", "the end of the line"})
      .note({x, 8, 9}, "the `(` is here")
      .hint("close it");
  EXPECT_EQ(engine.render(false), "x.mdl:1:11: error: expected `)` to close the `(`, found the end of the line\n"
                                  "  let a = (1\n"
                                  "            ^\n"
                                  "x.mdl:1:9: note: the `(` is here\n"
                                  "  let a = (1\n"
                                  "          ^\n"
                                  "hint: close it\n");
}

TEST_F(Diagnostics, SortsByPlaceAndSaysAPlaceOnce) {
  int x = file("a b c");
  engine.report(diag::UnexpectedToken, {x, 4, 5}, {"this", "that"});
  engine.report(diag::UnexpectedToken, {x, 0, 1}, {"this", "that"});
  engine.report(diag::UnexpectedToken, {x, 4, 5}, {"this", "other"});
  EXPECT_EQ(engine.render(false), "x.mdl:1:1: error: expected this, found that\n  a b c\n  ^\n"
                                  "x.mdl:1:5: error: expected this, found that\n  a b c\n      ^\n");
}

TEST_F(Diagnostics, TabsAndWideRangesKeepTheCaretInPlace) {
  int x = file("\tä = foo(\n1)");
  engine.report(diag::ForeignWord, {x, 6, 14}, {"a", "b"});
  EXPECT_EQ(engine.render(false), "x.mdl:1:6: error: `a` is written `b`\n  \tä = foo(\n  \t    ^~~~\n");
}

TEST_F(Diagnostics, ClassesHaveTheirLabels) {
  int x = file("- b");
  engine.report(diag::LeadingOperator, {x, 0, 1});
  EXPECT_FALSE(engine.hasErrors());
  engine.report(diag::NestedTooDeeply, {x, 2, 3}, {"256"});
  EXPECT_EQ(engine.errorCount(), 1u);
  std::string text = engine.render(false);
  EXPECT_NE(text.find("x.mdl:1:1: warning: a line"), std::string::npos) << text;
  EXPECT_NE(text.find("x.mdl:1:3: error: known limitation: more than 256"), std::string::npos) << text;
}

TEST_F(Diagnostics, ContextComesAfterItsOwnNotesInnermostFirst) {
  int x = file("a b c d");
  engine.pushContext({x, 0, 1}, "in the call of f here");
  engine.pushContext({x, 2, 3}, "in the call of g here");
  engine.report(diag::ForeignWord, {x, 4, 5}, {"a", "b"}).note({x, 6, 7}, "own");
  engine.popContext();
  engine.popContext();
  const Diagnostic &diagnostic = engine.all().front();
  ASSERT_EQ(diagnostic.notes.size(), 3u);
  EXPECT_EQ(diagnostic.notes[0].text, "own");
  EXPECT_EQ(diagnostic.notes[1].text, "in the call of g here");
  EXPECT_EQ(diagnostic.notes[2].text, "in the call of f here");
}

TEST_F(Diagnostics, LongStacksAreShortened) {
  int x = file("a");
  for (int i = 0; i < 100; ++i)
    engine.pushContext({x, 0, 1}, "call " + std::to_string(i));
  engine.report(diag::ForeignWord, {x, 0, 1}, {"a", "b"});
  std::string text = engine.render(false);
  EXPECT_NE(text.find("note: call 99"), std::string::npos);
  EXPECT_NE(text.find("note: call 0\n"), std::string::npos);
  EXPECT_NE(text.find("note: 92 more calls"), std::string::npos);
  EXPECT_EQ(text.find("call 50"), std::string::npos);
}

TEST_F(Diagnostics, RewindForgets) {
  int x = file("a");
  size_t mark = engine.all().size();
  engine.report(diag::ForeignWord, {x, 0, 1}, {"a", "b"});
  EXPECT_TRUE(engine.hasErrors());
  engine.rewind(mark);
  EXPECT_FALSE(engine.hasErrors());
  EXPECT_EQ(engine.render(false), "");
}

TEST_F(Diagnostics, AMessageWithoutAPlaceHasNone) {
  engine.report(diag::CannotReadFile, {}, {"a.mdl", "no such file"});
  EXPECT_EQ(engine.render(false), "error: cannot read `a.mdl`: no such file\n");
}

TEST_F(Diagnostics, LongLinesAreCutAroundTheCaret) {
  int x = file(std::string(5000, 'a') + "!" + std::string(5000, 'b'));
  engine.report(diag::UnknownCharacter, {x, 5000, 5001}, {"`!`"});
  std::string text = engine.render(false);
  EXPECT_LT(text.size(), 600u);
  size_t line = text.find("\n  ") + 3, caret = text.find('^') - text.rfind('\n', text.find('^')) - 3;
  // The mark of the cut is one character of three bytes.
  EXPECT_EQ(text[line + caret + 2], '!') << text;
}

TEST_F(Diagnostics, ControlCharactersAreNotSentToTheTerminal) {
  int x = file("a \033[31m b");
  engine.report(diag::ForeignWord, {x, 0, 1}, {"a", "b"});
  EXPECT_EQ(engine.render(false).find('\033'), std::string::npos);
  EXPECT_NE(engine.render(true).find('\033'), std::string::npos);
}

TEST(DiagRegistry, CodesAndNamesAreUniqueAndTextsAreInStyle) {
  std::set<std::string_view> names, codes;
  for (const DiagInfo &info : allDiagInfos()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(codes.insert(info.code).second) << info.code;
    EXPECT_FALSE(info.text.empty());
    EXPECT_NE(info.text.back(), '.') << info.text;
    EXPECT_FALSE(info.text[0] >= 'A' && info.text[0] <= 'Z') << info.text;
    EXPECT_EQ(info.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos)
        << info.code;
  }
}
