//===- ExprTest.cpp - Expressions -----------------------------------------------===//
#include "ParseFixture.h"

using namespace mdl;

TEST(Expr, Precedence) {
  EXPECT_EQ(shapeOf("a + b * c - d"), "(- (+ a (* b c)) d)");
  EXPECT_EQ(shapeOf("a @ b * c / d // e % f"), "(% (// (/ (* (@ a b) c) d) e) f)");
  EXPECT_EQ(shapeOf("-a ** b ** -c"), "(- (** a (** b (- c))))");
  EXPECT_EQ(shapeOf("2 ** -a * b"), "(* (** 2 (- a)) b)");
  EXPECT_EQ(shapeOf("-a * b"), "(* (- a) b)");
  EXPECT_EQ(shapeOf("-a.f(b)"), "(- a.f(b))");
  EXPECT_EQ(shapeOf("not a == b and c or d"), "(or (and (not (== a b)) c) d)");
  EXPECT_EQ(shapeOf("a + 1 .. b * 2 < c"), "(< (.. (+ a 1) (* b 2)) c)");
  EXPECT_EQ(shapeOf("a or b |> f |> g(c)"), "(|> (|> (or a b) f) g(c))");
  EXPECT_EQ(shapeOf("x => x |> f"), "(=> (|> x f))");
  EXPECT_EQ(shapeOf("a |> (x => x) |> f"), "(|> (|> a (=> x)) f)");
  EXPECT_EQ(shapeOf("(a + b) * c"), "(* (+ a b) c)");
}

TEST(Expr, Numbers) {
  EXPECT_EQ(treeOf("1_000"), "Int 1000\n");
  EXPECT_EQ(treeOf("1e-3"), "Float 0.001\n");
  EXPECT_EQ(treeOf("1_0.2_5e+1"), "Float 102.5\n");
  EXPECT_EQ(treeOf("2.0"), "Float 2.0\n");
  EXPECT_EQ(treeOf("0..10"), "Range\n  Int 0\n  Int 10\n");
  EXPECT_EQ(treeOf("1.f32()"), "Call\n  Member f32\n    Int 1\n");
}

TEST(Expr, NumbersThatDoNotFit) {
  EXPECT_EQ(Parsed("9223372036854775808").errors(),
            std::vector<std::string>{"1:1: the number 9223372036854775808 does not fit in `i64`"});
  EXPECT_EQ(Parsed("1e400").errors(), std::vector<std::string>{"1:1: the number 1e400 does not fit in `f64`"});
}

TEST(Expr, TupleElements) {
  EXPECT_EQ(treeOf("t.0.1"), "Member 1\n  Member 0\n    Name t\n");
  EXPECT_EQ(treeOf("()"), "Tuple\n");
  EXPECT_EQ(treeOf("(1,)"), "Tuple\n  Int 1\n");
  EXPECT_EQ(treeOf("(1)"), "Int 1\n");
}

TEST(Expr, KeywordsAreNamesOfMembersAndArguments) {
  EXPECT_EQ(treeOf("d.train.if"), "Member if\n  Member train\n    Name d\n");
  EXPECT_EQ(treeOf("f(model=on, in=1)"), "Call\n  Name f\n  Argument model\n    Name on\n  Argument in\n    Int 1\n");
  EXPECT_EQ(treeOf("{if: state}"), "Record\n  Field if\n    Name state\n");
}

TEST(Expr, Subscripts) {
  EXPECT_EQ(treeOf("x[..., new, 1]"), "Index\n  Name x\n  Rest\n  NewAxis\n  Int 1\n");
  EXPECT_EQ(treeOf("x[1:2:3]"),
            "Index\n  Name x\n  Slice\n    begin\n      Int 1\n    end\n      Int 2\n    step\n      Int 3\n");
  EXPECT_EQ(treeOf("x[::2]"), "Index\n  Name x\n  Slice\n    step\n      Int 2\n");
  EXPECT_EQ(treeOf("x[:, :2]"), "Index\n  Name x\n  Slice\n  Slice\n    end\n      Int 2\n");
  EXPECT_EQ(treeOf("x[new + 1]"), "Index\n  Name x\n  Binary +\n    Name new\n    Int 1\n");
}

TEST(Expr, Comprehensions) {
  EXPECT_EQ(treeOf("[i for i in 0..m, j if c]"),
            "Comprehension\n  Name i\n  Generator i\n    Range\n      Int 0\n      Name m\n  Generator j\n"
            "  if\n    Name c\n");
  EXPECT_EQ(treeOf("sum(a for (x, y) in z, axis=0)"),
            "Call\n  Name sum\n  Comprehension argument\n    Name a\n    Generator (x, y)\n      Name z\n"
            "  Argument axis\n    Int 0\n");
}

TEST(Expr, RecordsAndBlocks) {
  EXPECT_EQ(treeOf("{w: a, b}"), "Record\n  Field w\n    Name a\n  Field b\n    Name b\n");
  EXPECT_EQ(treeOf("f({})"), "Call\n  Name f\n  Record\n");
  EXPECT_EQ(treeOf("() => {}"), "Lambda ()\n  Block\n");
  EXPECT_EQ(treeOf("x => { x }"), "Lambda (x)\n  Block\n    result\n      Name x\n");
  EXPECT_EQ(treeOf("x => {\n  a: x,\n\n  b: x\n}"),
            "Lambda (x)\n  Record\n    Field a\n      Name x\n    Field b\n      Name x\n");
}

TEST(Expr, Branches) {
  EXPECT_EQ(treeOf("if a { 1 } else if b { 2 }\nelse { 3 }"),
            "If\n  Name a\n  then\n    result\n      Int 1\n  else\n    If\n      Name b\n      then\n        result\n"
            "          Int 2\n      else\n        Block\n          result\n            Int 3\n");
}

TEST(Expr, TrailingCommas) {
  EXPECT_EQ(treeOf("f(a, b=1,)"), "Call\n  Name f\n  Name a\n  Argument b\n    Int 1\n");
  EXPECT_EQ(treeOf("[1, 2,]"), "List\n  Int 1\n  Int 2\n");
  EXPECT_EQ(Parsed("(1, , 2)").errors(), std::vector<std::string>{"1:5: expected an element between two commas"});
}

TEST(Expr, ComparisonsChainOneWay) {
  EXPECT_EQ(shapeOf("a < b + 1 <= c"), "(and (< a (+ b 1)) (<= (+ b 1) c))");
  EXPECT_EQ(shapeOf("(a < b) == c"), "(== (< a b) c)");
  Parsed parsed("a < b + 1 > c");
  EXPECT_EQ(parsed.errors(), std::vector<std::string>{"1:11: comparisons cannot be chained"});
  EXPECT_EQ(parsed.diagnostics.all()[0].hints[0], "write `a < b + 1 and b + 1 > c`");
}
