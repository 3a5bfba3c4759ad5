//===- RecoveryTest.cpp - Several errors, none a consequence of another ---------===//
#include "ParseFixture.h"

using namespace mdl;

using Errors = std::vector<std::string>;

TEST(Recovery, EachStatementHasItsOwnError) {
  EXPECT_EQ(Parsed("let a = \nlet b = 1\nlet c = )\nf(a b)\n").errors(),
            (Errors{"1:8: expected an expression, found the end of the line", "3:9: expected an expression, found `)`",
                    "4:5: expected `,` or `)`, found `b`"}));
}

TEST(Recovery, OpenBracketsEndWithTheStatement) {
  Parsed parsed("let a = (1 + 2\nprint(a)\nlet b = [1,\n  2\nlet c = {x: 1\nlet d = 1 1\n");
  EXPECT_EQ(parsed.errors(), (Errors{"1:15: expected `)` to close the `(`, found the end of the line",
                                     "4:4: expected `]` to close the `[`, found the end of the line",
                                     "5:14: expected `}` to close the `{`, found the end of the line",
                                     "6:11: expected the end of the statement, found `1`"}));
  EXPECT_EQ(parsed.diagnostics.all()[0].notes[0].text, "the `(` is here");
}

TEST(Recovery, InsideABlockTheBlockGoesOn) {
  EXPECT_EQ(
      Parsed("fn f(x) {\n  let y = (x\n  if x { print( }\n  let z = \n}\nlet a = ]").errors(),
      (Errors{"2:13: expected `)` to close the `(`, found the end of the line",
              "3:17: expected `)` to close the `(`, found `}`",
              "4:10: expected an expression, found the end of the line", "6:9: expected an expression, found `]`"}));
}

TEST(Recovery, AHeaderThatIsWrongTakesItsBlock) {
  EXPECT_EQ(Parsed("fn f(x {\n  x + 1\n}\nlet a = 1\n").errors(), Errors{"1:8: expected `,` or `)`, found `{`"});
  EXPECT_EQ(Parsed("for i 0..3 {\n  print(i)\n}\nlet a = 1\n").errors(), Errors{"1:7: expected `in`, found `0`"});
}

TEST(Recovery, BlocksByIndentation) {
  Parsed parsed("if x > 0:\n  y = 1\nelse:\n  y = 2\nz = 3\n");
  EXPECT_EQ(parsed.errors(), Errors{"1:9: expected `{`, found `:`"});
  EXPECT_EQ(parsed.diagnostics.all()[0].hints[0], "a block is written in braces: `{ … }`");
}

TEST(Recovery, BracesOutOfBalance) {
  EXPECT_EQ(Parsed("}\nlet a = 1").errors(), Errors{"1:1: `}` closes no `{`"});
  EXPECT_EQ(Parsed("fn f() {\n  let a = 1\n\nlet b = 2\n").errors(),
            Errors{"4:10: expected `}` to close the `{`, found the end of the file"});
  EXPECT_EQ(Parsed("if a { 1 else { 2 }").errors(),
            Errors{"1:10: expected the end of the statement, found the keyword `else`"});
}

TEST(Recovery, TheOtherHalfOfABrokenBracket) {
  EXPECT_EQ(Parsed("f(1,\nlet a = 1\n)\nlet b = )").errors(),
            (Errors{"1:5: expected `)` to close the `(`, found the end of the line",
                    "4:9: expected an expression, found `)`"}));
}

TEST(Recovery, SettingsOfATrainBlock) {
  EXPECT_EQ(Parsed("train n on d {\n  epochs 3\n  loss:\n  batch: )\n}\nlet a = 1").errors(),
            (Errors{"2:10: expected `:`, found `3`", "3:8: expected an expression, found the end of the line",
                    "4:10: expected an expression, found `)`"}));
}

TEST(Recovery, AfterTwentyErrorsTheRestIsNotRead) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "let = 1\n";
  Errors errors = Parsed(text).errors();
  EXPECT_EQ(errors.size(), 21u);
  EXPECT_EQ(errors.back(), "20:5: too many syntax errors; the rest of the file is not read");
}

TEST(Recovery, WhatABrokenStatementBindsIsKnown) {
  Parsed parsed("var x = (\nlet y = 1");
  auto *let = parsed.first<ast::Let>();
  EXPECT_TRUE(let->isVar);
  EXPECT_EQ(let->pattern->name.text, "x");
  EXPECT_EQ(let->value->kind, ast::ExprKind::Error);
  EXPECT_EQ(parsed.module->body->statements.size(), 2u);
}

TEST(Recovery, HabitsOfOtherLanguages) {
  auto hint = [](const char *text) {
    Parsed parsed(text);
    EXPECT_EQ(parsed.diagnostics.all().size(), 1u) << text << "\n" << parsed.messages();
    const auto &hints = parsed.diagnostics.all().front().hints;
    return hints.empty() ? std::string() : hints.front();
  };
  EXPECT_EQ(hint("def f(x):\n  return x"), "a function is written `fn f(x) = …` or `fn f(x) { … }`");
  EXPECT_EQ(hint("if x = 3 { }"), "`==` compares; `=` gives a name or an argument its value");
  EXPECT_EQ(hint("let y = x ^ 2"), "`**` is the power");
  EXPECT_EQ(hint("a && b"), "write `and`");
  EXPECT_EQ(hint("a || b"), "write `or`");
  EXPECT_EQ(hint("let b = !a"), "write `not`");
  EXPECT_EQ(hint("if a { } elif b { }"), "write `else if`");
  EXPECT_EQ(hint("print x"), "a call has parentheses: `print(x)`");
  EXPECT_EQ(hint("f(x += 1)"), "an update such as `x += 1` is a statement of its own");
  EXPECT_EQ(hint("let f = lambda x: x"), "a lambda is written `x => …` or `(a, b) => …`");
  EXPECT_EQ(hint("let f = x -> x"), "a lambda is written with `=>`: `x => x + 1`");
  EXPECT_EQ(hint("let y = 2x"), "a product is written `2 * x`");
  EXPECT_EQ(hint("x++"), "write `x += 1`");
  EXPECT_EQ(hint("let x = .5"), "write `0.5`");
  EXPECT_EQ(hint("let x = a\n  + b"),
            "a new line begins a new statement; put the operator at the end of the line before");
  EXPECT_EQ(hint("for i in x\n{\n}"), "put `{` at the end of this line");
  EXPECT_EQ(hint("from nn import Linear"), "write `import nn`; the names of the module are then known");
  EXPECT_EQ(hint("let s = “a”"), "a string stands in straight quotes: `\"…\"`");
  EXPECT_EQ(Parsed("f(True)").errors(), Errors{"1:3: `True` is written `true`"});
}
