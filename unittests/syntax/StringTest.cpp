//===- StringTest.cpp - Strings and their holes ---------------------------------===//
#include "ParseFixture.h"

using namespace mdl;

using Errors = std::vector<std::string>;

TEST(String, Holes) {
  EXPECT_EQ(treeOf(R"("loss {loss:.4f}")"), "String\n  Text \"loss \"\n  Hole \".4f\"\n    Name loss\n");
  EXPECT_EQ(treeOf(R"("{x[1:2]:>{3}}")").substr(0, 12), "String\n  Hol");
  EXPECT_EQ(treeOf(R"("{f('a:b'):x}")"), "String\n  Hole \"x\"\n    Call\n      Name f\n      String \"a:b\"\n");
  EXPECT_EQ(treeOf(R"("{ x }")"), "String\n  Hole\n    Name x\n");
  EXPECT_EQ(treeOf(R"("")"), "String \"\"\n");
}

TEST(String, BracesAndEscapes) {
  EXPECT_EQ(treeOf(R"("{{x}} {{{y}}}")"), "String\n  Text \"{x} {\"\n  Hole\n    Name y\n  Text \"}\"\n");
  EXPECT_EQ(treeOf(R"('a\n\'\u{e9}\\"')"), "String \"a\\n'é\\\\\\\"\"\n");
  EXPECT_EQ(treeOf("'ä'"), "String \"ä\"\n");
}

TEST(String, Mistakes) {
  EXPECT_EQ(Parsed("let a = \"abc\nlet b = )\n").errors(),
            (Errors{"1:9: string is not closed before the end of the line", "2:9: expected an expression, found `)`"}));
  EXPECT_EQ(Parsed("f(\"abc)\ng(1)").errors(), Errors{"1:3: string is not closed before the end of the line"});
  EXPECT_EQ(Parsed("\"a {b\"").errors(), Errors{"1:4: `{` in a string is not closed by `}`"});
  EXPECT_EQ(Parsed("\"a } b\"").errors(), Errors{"1:4: `}` in a string closes no `{`"});
  EXPECT_EQ(Parsed("\"{}\"").errors(), Errors{"1:2: no expression between the braces of the string"});
  EXPECT_EQ(Parsed(R"("\q")").errors(), Errors{"1:2: `\\q` is no escape sequence"});
  EXPECT_EQ(Parsed(R"("{x +}")").errors(), Errors{"1:6: expected an expression, found the end of the braces"});
  EXPECT_EQ(Parsed(R"("{x y}")").errors(), Errors{"1:5: expected `}`, found `y`"});
}
