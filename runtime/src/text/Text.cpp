//===- Text.cpp - Texts that a program builds and prints ------------------------------===//
//
// Runtime. In: pieces and values. Out: standard output, or a string that is kept. Texts
// nest, because a hole may hold an expression that builds one.
//
//===----------------------------------------------------------------------===//
#include "support/Error.h"
#include "text/ArrayText.h"
#include "text/ElementText.h"
#include "text/Format.h"
#include "text/Number.h"
#include "text/Table.h"
#include "text/Texts.h"

#include <cstring>
#include <deque>

using namespace mdl::runtime;

static std::vector<std::string> &building() {
  static auto *texts = new std::vector<std::string>;
  return *texts;
}

static std::string take() {
  std::string text = std::move(building().back());
  building().pop_back();
  return text;
}

static void add(const std::string &text) { building().back() += text; }

static FormatSpec specOf(const char *text) {
  FormatSpec spec;
  std::string error = parseFormat(text, spec);
  if (!error.empty())
    fail("", error);
  return spec;
}

void mdl::runtime::clearTexts() { building().clear(); }

void mdl_check_format(const char *text, int64_t dtype, const char *where) {
  FormatSpec spec;
  std::string error = parseFormat(text, spec);
  if (!error.empty())
    fail(where, error);
  bool ofWhole = spec.type && strchr("bcdoxX", spec.type);
  if (ofWhole && dtype != MDL_TEXT && isFloat(static_cast<mdl_dtype>(dtype)))
    fail(where, format("the format `%s` writes whole numbers, and this is a float", text));
}

void mdl_text_begin(void) { building().emplace_back(); }

void mdl_text_add(const char *text) { add(text); }

void mdl_text_add_tensor(const mdl_tensor *value, int64_t dtype, const char *format) {
  add(arrayText(Tensor(value), static_cast<mdl_dtype>(dtype), format));
}

void mdl_text_add_formatted(const char *text, const char *format) { add(formatText(text, specOf(format))); }

int64_t mdl_string_compare(const char *a, const char *b) { return strcmp(a, b); }

bool mdl_string_contains(const char *text, const char *part) { return strstr(text, part) != nullptr; }

int64_t mdl_string_length(const char *text) {
  int64_t count = 0;
  for (; *text; ++text)
    count += (*text & 0xC0) != 0x80; // All bytes of a character in UTF-8 but the first are 10xxxxxx.
  return count;
}

const char *mdl_text_among(const char *texts, int64_t bytes, int64_t place) {
  if (bytes)
    return texts + bytes * place;
  for (; place > 0; --place)
    texts += strlen(texts) + 1;
  return texts;
}

void mdl_text_add_i64(int64_t value, const char *format) {
  add(*format ? formatInt(value, specOf(format)) : std::to_string(value));
}

void mdl_text_add_f64(double value, const char *format) {
  add(*format ? formatFloat(value, specOf(format)) : scalarText(value));
}

void mdl_text_print(void) { writeOut(take() + "\n"); }

void mdl_text_print_table(void) { writeOut(tableText(take())); }

const char *mdl_text_end(void) {
  static auto *kept = new std::deque<std::string>;
  kept->push_back(take());
  return kept->back().c_str();
}
