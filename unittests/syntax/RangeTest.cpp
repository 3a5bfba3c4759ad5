//===- RangeTest.cpp - Every node has the range that it was read from -----------===//
#include "ParseFixture.h"

using namespace mdl;
using namespace mdl::ast;

TEST(Range, Operators) {
  Parsed parsed("let a = (b + 1) @ c");
  auto *product = as<Binary>(parsed.first<Let>()->value);
  EXPECT_EQ(parsed.text(product->range), "(b + 1) @ c");
  EXPECT_EQ(parsed.text(product->opRange), "@");
  EXPECT_EQ(parsed.text(product->lhs->range), "b + 1");
  EXPECT_EQ(parsed.text(product->rhs->range), "c");
}

TEST(Range, CallsMembersAndIndices) {
  Parsed parsed("x.f(a, axis=b)[1:, c]");
  auto *index = as<Index>(parsed.first<ExprStmt>()->expr);
  EXPECT_EQ(parsed.text(index->range), "x.f(a, axis=b)[1:, c]");
  EXPECT_EQ(parsed.text(index->subscripts[0].range), "1:");
  EXPECT_EQ(parsed.text(index->subscripts[1].range), "c");
  auto *call = as<Call>(index->base);
  EXPECT_EQ(parsed.text(call->range), "x.f(a, axis=b)");
  EXPECT_EQ(parsed.text(call->arguments[1].name->range), "axis");
  auto *member = as<Member>(call->callee);
  EXPECT_EQ(parsed.text(member->range), "x.f");
  EXPECT_EQ(parsed.text(member->name.range), "f");
}

TEST(Range, TupleElementsThatLookLikeAFloat) {
  Parsed parsed("t.0.12");
  auto *outer = as<Member>(parsed.first<ExprStmt>()->expr);
  EXPECT_EQ(parsed.text(outer->name.range), "12");
  EXPECT_EQ(parsed.text(as<Member>(outer->base)->range), "t.0");
}

TEST(Range, Declarations) {
  Parsed parsed("## doc\nfn f(a: f32[n, 2*k], (b, c)=1) -> f32 = a  # end\n");
  auto *fn = parsed.first<FnDecl>();
  EXPECT_EQ(parsed.text(fn->range), "fn f(a: f32[n, 2*k], (b, c)=1) -> f32 = a");
  EXPECT_EQ(parsed.text(fn->name.range), "f");
  EXPECT_EQ(parsed.text(fn->parameters[0].range), "a: f32[n, 2*k]");
  EXPECT_EQ(parsed.text(fn->parameters[0].type->dims[1].range), "2*k");
  EXPECT_EQ(parsed.text(fn->parameters[1].pattern->range), "(b, c)");
  EXPECT_EQ(parsed.text(fn->result->range), "f32");
}

TEST(Range, BlocksAndComprehensions) {
  Parsed parsed("for i in 0..n {\n  sum(a[i] for j in xs)\n}");
  auto *loop = parsed.first<For>();
  EXPECT_EQ(parsed.text(loop->body->range), "{\n  sum(a[i] for j in xs)\n}");
  EXPECT_EQ(parsed.text(loop->pattern->range), "i");
  auto *sum = as<Comprehension>(as<Call>(loop->body->result)->arguments[0].value);
  EXPECT_EQ(parsed.text(sum->range), "a[i] for j in xs");
  EXPECT_EQ(parsed.text(sum->generators[0].range), "j in xs");
}

TEST(Range, HolesOfStringsBehindOtherCharacters) {
  Parsed parsed("\xEF\xBB\xBFprint(\"ä {x + ü[1]:>3} ß\")\nprint('{a.b}')");
  // `ü` is no name: the error stands at its place, columns count characters, and the mark has none.
  EXPECT_EQ(parsed.errors(), std::vector<std::string>{"1:15: `ü` has no meaning here"});
  auto *call = as<Call>(as<ExprStmt>(parsed.module->body->statements[1])->expr);
  auto *string = as<StringLiteral>(call->arguments[0].value);
  EXPECT_EQ(parsed.text(string->range), "'{a.b}'");
  EXPECT_EQ(parsed.text(string->pieces[0].range), "{a.b}");
  EXPECT_EQ(parsed.text(string->pieces[0].expr->range), "a.b");
  EXPECT_EQ(parsed.text(as<Member>(string->pieces[0].expr)->name.range), "b");
}
