//===- MutationTest.cpp - Damaged programs: never a crash, every message placed --===//
#include "ParseFixture.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace mdl;

/// The programs of examples/ and stdlib/.
static std::vector<std::string> programs() {
  std::vector<std::filesystem::path> paths;
  for (const char *folder : {"examples", "stdlib"})
    for (const auto &entry : std::filesystem::directory_iterator(std::filesystem::path(MDL_SOURCE_DIR) / folder))
      if (entry.path().extension() == ".mdl")
        paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const auto &path : paths) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    texts.push_back(text.str());
  }
  return texts;
}

/// Words, numbers, spaces and single characters.
static std::vector<std::string> pieces(const std::string &text) {
  std::vector<std::string> result;
  auto sort = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' ? 1 : c == ' ' ? 2 : 0; };
  for (char c : text) {
    bool joins = !result.empty() && sort(c) != 0 && sort(result.back().back()) == sort(c);
    if (joins)
      result.back() += c;
    else
      result.emplace_back(1, c);
  }
  return result;
}

static std::string mutate(const std::string &text, std::mt19937 &random) {
  static const char *const foreign[] = {"(", ")", "{", "}", "[", "]", "\n", "\"", "=>", "let ", ":", ",", "é", "\xFF"};
  std::vector<std::string> parts = pieces(text);
  for (unsigned edits = 1 + random() % 3; edits > 0 && !parts.empty(); --edits) {
    size_t at = random() % parts.size(), other = random() % parts.size();
    switch (random() % 4) {
    case 0:
      parts.erase(parts.begin() + long(at));
      break;
    case 1:
      parts.insert(parts.begin() + long(at), parts[at]);
      break;
    case 2:
      std::swap(parts[at], parts[other]);
      break;
    default:
      parts.insert(parts.begin() + long(at), foreign[random() % std::size(foreign)]);
    }
  }
  std::string result;
  for (const std::string &part : parts)
    result += part;
  return result;
}

static void expectSane(const Parsed &parsed, const std::string &text) {
  for (const Diagnostic &diagnostic : parsed.diagnostics.all()) {
    if (diagnostic.kind == diag::CannotReadFile)
      continue; // Of a whole file that is no text.
    EXPECT_TRUE(diagnostic.range.isValid()) << text;
    EXPECT_LE(diagnostic.range.begin, diagnostic.range.end) << text;
    EXPECT_LE(diagnostic.range.end, text.size()) << text;
    EXPECT_NE(diagnostic.kind, diag::InternalError) << text;
    EXPECT_EQ(diagnostic.text.find("expected ,"), std::string::npos) << diagnostic.text;
    EXPECT_EQ(diagnostic.text.find("expected  "), std::string::npos) << diagnostic.text;
  }
  EXPECT_FALSE(printAst(*parsed.module, parsed.sources).empty());
  parsed.messages();
  isIncomplete(text);
}

TEST(Mutation, ProgramsAreWithoutErrors) {
  for (const std::string &text : programs())
    EXPECT_EQ(Parsed(text).messages(), "");
}

TEST(Mutation, DamagedProgramsGetPlacedMessages) {
  std::vector<std::string> texts = programs();
  ASSERT_FALSE(texts.empty());
  std::mt19937 random(20240611);
  size_t failed = 0, messages = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string text = mutate(texts[size_t(i) % texts.size()], random);
    Parsed parsed(text);
    expectSane(parsed, text);
    failed += parsed.diagnostics.hasErrors();
    messages += parsed.diagnostics.all().size();
  }
  // Three edits at most: about as many messages, or the recovery tells consequences.
  EXPECT_GT(failed, 300u);
  EXPECT_LT(messages, failed * 2);
}

TEST(Mutation, CutPrograms) {
  for (const std::string &text : programs())
    for (size_t length = 0; length < text.size(); length += 7) {
      std::string cut = text.substr(0, length);
      expectSane(Parsed(cut), cut);
    }
}

TEST(Mutation, Noise) {
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (unsigned length = random() % 60; length > 0; --length)
      text += char(random() % 256);
    expectSane(Parsed(text), text);
  }
}
