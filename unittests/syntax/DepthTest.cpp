//===- DepthTest.cpp - Deep and long texts end in an error, not in a crash -------===//
#include "ParseFixture.h"

#include <chrono>

using namespace mdl;

static std::string repeat(const std::string &text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i)
    result += text;
  return result;
}

static void expectLimit(const std::string &text) {
  Parsed parsed(text);
  ASSERT_FALSE(parsed.diagnostics.all().empty()) << text.substr(0, 40);
  EXPECT_EQ(parsed.diagnostics.all()[0].kind, diag::NestedTooDeeply) << text.substr(0, 40);
}

TEST(Depth, NestingIsLimited) {
  for (size_t depth : {300, 10000}) {
    expectLimit(repeat("(", depth) + "1" + repeat(")", depth));
    expectLimit(repeat("[", depth));
    expectLimit(repeat("{", depth));
    expectLimit(repeat("f(x => ", depth));
    expectLimit(repeat("-", depth) + "x");
    expectLimit(repeat("not ", depth) + "x");
    expectLimit(repeat("x => ", depth) + "x");
    expectLimit(repeat("2 ** ", depth) + "x");
    expectLimit(repeat("if a { b } else ", depth) + "{ c }");
    expectLimit("let x: " + repeat("(", depth) + "f32");
    expectLimit(repeat("if a { ", depth));
  }
}

TEST(Depth, ChainsAreLimited) {
  expectLimit("x" + repeat(" + x", 10000));
  expectLimit("x" + repeat(".f()", 10000));
  expectLimit("x" + repeat(" |> f", 10000));
}

TEST(Depth, WhatPeopleWriteIsNot) {
  EXPECT_EQ(Parsed("x" + repeat(" + -x ** 2", 400)).messages(), "");
  EXPECT_EQ(Parsed(repeat("(", 200) + "1" + repeat(")", 200)).messages(), "");
  EXPECT_EQ(Parsed("[" + repeat("-1, ", 20000) + "]").messages(), "");
  EXPECT_EQ(Parsed(repeat("if a { b } else if c { d }\n", 1000)).messages(), "");
}

TEST(Depth, AFileOfThreeHundredLinesTakesMilliseconds) {
  std::string text =
      repeat("let y = f(x[1:, 0] @ w + b, axis=-1) |> relu |> g(2)\nfn f(a: f32[n], b) = a * b + 1\n", 150);
  Parsed warm(text);
  auto start = std::chrono::steady_clock::now();
  Parsed parsed(text);
  auto taken = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(parsed.messages(), "");
  // Far above what it takes, for machines under load.
  EXPECT_LT(std::chrono::duration<double>(taken).count(), 0.5);
}
