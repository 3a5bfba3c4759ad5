//===- DimPropertyTest.cpp - Random sizes: their form, their sign and their text are right --===//
//
// Each expression is built twice: as a Dim, and as the numbers that it means for some values of its names.
//
//===--------------------------------------------------------------------------------------===//

#include "SizeNames.h"

#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <string_view>

using namespace mdl;
using namespace mdl::test;

namespace {
using Values = std::vector<int64_t>;

/// A size and what it is for each choice of values.
struct Sized {
  Dim dim;
  Values numbers;
};

class Generator {
public:
  explicit Generator(unsigned seed) : random(seed) {
    for (const char *name : {"n", "m", "s", "k"})
      names.push_back(Dim::symbol(dims.fresh(name, {}, nullptr)));
    dims.setNumber(*names[Number].asSymbol());
    for (int i = 0; i < 60; ++i)
      choices.push_back({pick(0, 9), pick(0, 9), pick(1, 4), pick(-4, 9)});
  }

  Sized any(int depth) {
    if (depth == 0)
      return pick(0, 2) ? named(pick(0, Number)) : constant(pick(-4, 6));
    switch (pick(0, 7)) {
    case 0:
    case 1:
      return combined(any(depth - 1), any(depth - 1), [](auto a, auto b) { return a + b; });
    case 2:
      return combined(any(depth - 1), any(depth - 1), [](auto a, auto b) { return a - b; });
    case 3:
      return combined(any(depth - 1), constant(pick(-2, 3)), [](auto a, auto b) { return a * b; });
    case 4:
      return quotient(any(depth - 1), named(Divisor));
    case 5:
      return pick(0, 1) ? cut(any(depth - 1), size(depth - 1), true) : cut(any(depth - 1), size(depth - 1), false);
    default:
      return quotient(any(depth - 1), constant(pick(1, 6)));
    }
  }

  /// The size of an axis.
  Sized size(int depth) {
    Sized one = any(depth);
    return {dims.span(0, one.dim), mapped(one, [](int64_t a) { return std::max<int64_t>(a, 0); })};
  }

  /// A sum of `n` divided by powers of two, of which each number has one form.
  Sized ofHalves(int depth) {
    if (depth == 0)
      return pick(0, 1) ? named(0) : constant(pick(-3, 3));
    if (pick(0, 1))
      return combined(ofHalves(depth - 1), ofHalves(depth - 1), [](auto a, auto b) { return a - b; });
    Sized sum = combined(combined(named(0), constant(pick(-3, 4)), [](auto a, auto b) { return a * b; }),
                         constant(pick(-5, 5)), [](auto a, auto b) { return a + b; });
    return quotient(sum, constant(pick(0, 1) ? 2 : 4));
  }

  std::string describe(const Sized &one, size_t i) const {
    std::string text = dims.print(one.dim) + " for";
    for (size_t name = 0; name < names.size(); ++name)
      text += " " + dims.print(names[name]) + " = " + std::to_string(choices[i][name]);
    return text;
  }

  DimTable dims;
  std::vector<Values> choices;

private:
  enum { Divisor = 2, Number = 3 };

  int64_t pick(int64_t least, int64_t most) { return std::uniform_int_distribution<int64_t>(least, most)(random); }

  template <class F> Values mapped(const Sized &a, F &&of) {
    Values result;
    for (int64_t number : a.numbers)
      result.push_back(of(number));
    return result;
  }
  template <class F> Values mapped(const Sized &a, const Sized &b, F &&of) {
    Values result;
    for (size_t i = 0; i < choices.size(); ++i)
      result.push_back(of(a.numbers[i], b.numbers[i]));
    return result;
  }
  template <class F> Sized combined(const Sized &a, const Sized &b, F &&of) {
    return {of(a.dim, b.dim), mapped(a, b, of)};
  }
  Sized constant(int64_t value) { return {Dim(value), Values(choices.size(), value)}; }
  Sized named(size_t name) {
    Sized result{names[name], {}};
    for (auto &values : choices)
      result.numbers.push_back(values[name]);
    return result;
  }
  Sized quotient(const Sized &a, const Sized &b) { return {dims.floorDiv(a.dim, b.dim), mapped(a, b, floorQuotient)}; }
  Sized cut(const Sized &bound, const Sized &axis, bool isHead) {
    return {isHead ? dims.head(bound.dim, axis.dim) : dims.tail(bound.dim, axis.dim),
            mapped(bound, axis, [&](int64_t a, int64_t b) { return isHead ? placeOf(a, b) : b - placeOf(a, b); })};
  }

  std::mt19937 random;
  std::vector<Dim> names;
};

/// Reads a size back: numbers, names, `+ - * //`, parentheses, `min`, `max`.
class Reader {
public:
  Reader(std::string_view text, const Values &values) : text(text), values(values) {}
  int64_t sum() {
    int64_t result = product();
    while (true)
      if (takes("+"))
        result += product();
      else if (takes("-"))
        result -= product();
      else
        return result;
  }

private:
  bool takes(std::string_view token) {
    while (!text.empty() && text.front() == ' ')
      text.remove_prefix(1);
    bool isNext = text.substr(0, token.size()) == token;
    text.remove_prefix(isNext ? token.size() : 0);
    return isNext;
  }
  int64_t product() {
    int64_t result = factor();
    while (true)
      if (takes("//"))
        result = floorQuotient(result, factor());
      else if (takes("*"))
        result *= factor();
      else
        return result;
  }
  int64_t pair(const int64_t &(*of)(const int64_t &, const int64_t &)) {
    int64_t first = sum();
    takes(",");
    int64_t result = of(first, sum());
    takes(")");
    return result;
  }
  int64_t factor() {
    if (takes("-"))
      return -factor();
    if (takes("min("))
      return pair(std::min<int64_t>);
    if (takes("max("))
      return pair(std::max<int64_t>);
    if (takes("(")) {
      int64_t result = sum();
      takes(")");
      return result;
    }
    for (auto [name, place] : {std::pair("n", 0), {"m", 1}, {"s", 2}, {"k", 3}})
      if (takes(name))
        return values[place];
    int64_t number = 0;
    for (; !text.empty() && std::isdigit(text.front()); text.remove_prefix(1))
      number = number * 10 + (text.front() - '0');
    return number;
  }

  std::string_view text;
  const Values &values;
};
} // namespace

TEST(DimPropertyTest, FormsMeanWhatWasWritten) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Generator generator(seed);
    Sized one = generator.any(4);
    for (size_t i = 0; i < one.numbers.size(); ++i)
      ASSERT_EQ(valueOf(generator.dims, one.dim, generator.choices[i]), one.numbers[i])
          << "seed " << seed << ": " << generator.describe(one, i);
  }
}

TEST(DimPropertyTest, WhatIsFoundNotToBeNegativeIsNot) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Generator generator(seed);
    Sized one = generator.any(3);
    for (size_t i = 0; i < one.numbers.size() && !generator.dims.mayBeNegative(one.dim); ++i)
      ASSERT_GE(one.numbers[i], 0) << "seed " << seed << ": " << generator.describe(one, i);
  }
}

TEST(DimPropertyTest, TextIsReadBackAsTheSize) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Generator generator(seed);
    Sized one = generator.any(3);
    std::string text = generator.dims.print(one.dim);
    // Cut bounds that may be negative count from the end, which the text leaves out.
    if (text.find("len(") != std::string::npos || text.find("min(") != std::string::npos)
      continue;
    for (size_t i = 0; i < one.numbers.size(); ++i)
      ASSERT_EQ(Reader(text, generator.choices[i]).sum(), one.numbers[i])
          << "seed " << seed << ": " << generator.describe(one, i);
  }
}

TEST(DimPropertyTest, EqualNumbersOfHalvesAndQuartersAreEqualSizes) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Generator generator(seed);
    std::vector<Sized> all;
    for (int i = 0; i < 40; ++i)
      all.push_back(generator.ofHalves(2));
    for (auto &one : all)
      for (auto &other : all)
        ASSERT_EQ(one.dim == other.dim, one.numbers == other.numbers)
            << "seed " << seed << ": " << generator.dims.print(one.dim) << " and " << generator.dims.print(other.dim);
  }
}
