//===- StmtTest.cpp - Statements, newlines, doc comments ------------------------===//
#include "ParseFixture.h"

using namespace mdl;

TEST(Stmt, NewlinesThatEndNothing) {
  EXPECT_EQ(treeOf("f(\n1,\n\n2\n)"), "Call\n  Name f\n  Int 1\n  Int 2\n");
  EXPECT_EQ(treeOf("let x =\n  1 +\n  2"), "Let x\n  Binary +\n    Int 1\n    Int 2\n");
}

TEST(Stmt, PipesAndMembersOnTheNextLine) {
  EXPECT_EQ(treeOf("x\n  |> f\n  # between\n  |> g"), "Pipe\n  Pipe\n    Name x\n    Name f\n  Name g\n");
  EXPECT_EQ(treeOf("x\n  .f()\n  .g"), "Member g\n  Call\n    Member f\n      Name x\n");
}

TEST(Stmt, LineEndsAndSeparators) {
  EXPECT_EQ(treeOf("\xEF\xBB\xBF"
                   "a\r\nb\rc; d;; e\n\n"),
            "Name a\nName b\nName c\nName d\nName e\n");
  EXPECT_EQ(treeOf("\ta # x\n#y"), "Name a\n");
  EXPECT_EQ(treeOf(""), "");
  EXPECT_EQ(treeOf("\n\n# nothing\n"), "");
}

TEST(Stmt, Bindings) {
  EXPECT_EQ(treeOf("let (a, _, {w, b: (c, d)}): (f32, i64) = x"),
            "Let (a, _, {w: w, b: (c, d)}): (f32, i64)\n  Name x\n");
  EXPECT_EQ(treeOf("var {w} = x"), "Var {w: w}\n  Name x\n");
  EXPECT_EQ(treeOf("let a, b = f()"), "Let (a, b)\n  Call\n    Name f\n");
  EXPECT_EQ(treeOf("let x: f32[2*n, _, ...] = y"), "Let x: f32[2*n, _, ...]\n  Name y\n");
  EXPECT_EQ(treeOf("let x: {w: [f32[n]], b: fn} = y"), "Let x: {w: [f32[n]], b: fn}\n  Name y\n");
}

TEST(Stmt, Updates) {
  EXPECT_EQ(treeOf("x[0].w //= 2"), "Assign //=\n  Member w\n    Index\n      Name x\n      Int 0\n  Int 2\n");
  EXPECT_EQ(treeOf("x = 2"), "Assign =\n  Name x\n  Int 2\n");
  EXPECT_EQ(Parsed("f(x) = 1").errors(),
            std::vector<std::string>{"1:1: only a name, an element or a field can be assigned"});
}

TEST(Stmt, Functions) {
  EXPECT_EQ(treeOf("fn f(a: f32[n], b=1) -> f32 =\n  a\n  gradient (x, g) => g"),
            "Fn f -> f32\n  Parameter a: f32[n]\n  Parameter b\n    default\n      Int 1\n  Name a\n"
            "  gradient\n    Lambda (x, g)\n      Name g\n");
  EXPECT_EQ(treeOf("fn f() {\n  return\n  return 1\n}"), "Fn f\n  Block\n    Return\n    Return\n      Int 1\n");
  EXPECT_EQ(treeOf("fn f() = { 1 }"), "Fn f\n  Block\n    result\n      Int 1\n");
  EXPECT_EQ(treeOf("fn f() = x\ngradient(x)"), "Fn f\n  Name x\nCall\n  Name gradient\n  Name x\n");
}

TEST(Stmt, Loops) {
  EXPECT_EQ(treeOf("for (x, y) in z { break }"), "For (x, y)\n  Name z\n  Block\n    Break\n");
  EXPECT_EQ(treeOf("for i, v in z { continue }"), "For (i, v)\n  Name z\n  Block\n    Continue\n");
  EXPECT_EQ(treeOf("while a < b {\n  a += 1\n}"),
            "While\n  Compare <\n    Name a\n    Name b\n  Block\n    Assign +=\n      Name a\n      Int 1\n");
}

TEST(Stmt, Models) {
  EXPECT_EQ(
      treeOf("model M(n, k=2) {\n  param w: f32[n] = a ## weights\n  state s = b\n  let l = c\n  fn call(x) = x\n}"),
      "Model M\n  Parameter n\n  Parameter k\n    default\n      Int 2\n  Param w: f32[n]\n    doc \"weights\"\n"
      "    Name a\n  State s\n    Name b\n  Let l\n    Name c\n  Fn call\n    Parameter x\n    Name x\n");
  EXPECT_EQ(Parsed("model M() {\n  print(1)\n}").errors(),
            std::vector<std::string>{"2:3: a statement cannot stand in a model"});
  EXPECT_EQ(Parsed("param w = 1").errors(), std::vector<std::string>{"1:1: `param` can only stand in a model"});
}

TEST(Stmt, Train) {
  EXPECT_EQ(treeOf("train net on d.split() {\n  batch: 32, model: a\n  stop: b or\n    c\n}"),
            "Train\n  model\n    Name net\n  data\n    Call\n      Member split\n        Name d\n  Setting batch\n    "
            "Int 32\n"
            "  Setting model\n    Name a\n  Setting stop\n    Logic or\n      Name b\n      Name c\n");
  EXPECT_EQ(treeOf("train n on d {}"), "Train\n  model\n    Name n\n  data\n    Name d\n");
}

TEST(Stmt, SoftKeywordsAreNamesElsewhere) {
  EXPECT_EQ(treeOf("state = 1\nmodel.f\ntrain(on)\nlet param = option"),
            "Assign =\n  Name state\n  Int 1\nMember f\n  Name model\nCall\n  Name train\n  Name on\nLet param\n  Name "
            "option\n");
}

TEST(Stmt, OptionsImportsAsserts) {
  EXPECT_EQ(treeOf("option lr: f32 = 0.1  ## learning rate\nimport nn\nassert a, \"b\""),
            "Option lr: f32\n  doc \"learning rate\"\n  Float 0.1\nImport nn\nAssert\n  Name a\n  message\n    String "
            "\"b\"\n");
}

TEST(Stmt, DocComments) {
  EXPECT_EQ(treeOf("## The file.\n\n## One.\n## Two.\nfn f() = 1\n\n## Apart.\n\nlet x = 1\n"),
            "doc \"The file.\"\nFn f\n  doc \"One.\\nTwo.\"\n  Int 1\nLet x\n  Int 1\n");
  EXPECT_EQ(treeOf("let a = 1 ## of a\nlet b = 2"), "Let a\n  doc \"of a\"\n  Int 1\nLet b\n  Int 2\n");
  EXPECT_EQ(treeOf("### a line\nlet a = 1"), "Let a\n  Int 1\n");
}

TEST(Stmt, ALineThatBeginsWithMinus) {
  EXPECT_EQ(Parsed("let a = b\n  - c").errors(),
            std::vector<std::string>{"2:3: a line that begins with `-` is a statement of its own"});
  EXPECT_EQ(treeOf("let a = b\n-c"), "Let a\n  Name b\nUnary -\n  Name c\n");
}

TEST(Stmt, Incomplete) {
  for (const char *text : {"f(", "let x =", "fn f(x) {", "1 +", "[1,\n2", "x |>", "if a {\n  b\n", "f(a,\n", "not"})
    EXPECT_TRUE(isIncomplete(text)) << text;
  for (const char *text : {"", "1", "f(x)", "let x = 3", "fn f(x) { x }", "}", "\"abc", "f)", "# (", "x + 1\n"})
    EXPECT_FALSE(isIncomplete(text)) << text;
}
