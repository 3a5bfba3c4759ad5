//===- TextLists.cpp - Texts in lists ------------------------------------------------------===//
//
// Runtime. A list of texts is a tensor of numbers: each text has one, equal texts the same, to the end of the program.
// Several are put together side by side, a piece of all of them at a time.
//
//===----------------------------------------------------------------------------------===//
#include "mdl/abi.h"
#include "support/Error.h"
#include "support/Tensor.h"
#include "text/ArrayText.h"
#include "text/Format.h"
#include "text/Texts.h"

#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

using namespace mdl::runtime;

namespace {
/// Numbers in the order in which the texts were met; 0 is the empty one, of which nothing need be known.
class Numbering {
public:
  Numbering() { of(""); }
  int64_t of(const std::string &text) {
    auto [entry, isNew] = numbers.try_emplace(text, static_cast<int64_t>(texts.size()));
    if (isNew)
      texts.push_back(&entry->first);
    return entry->second;
  }
  const std::string &text(int64_t number) const { return *texts[number]; }

private:
  std::unordered_map<std::string, int64_t> numbers;
  std::vector<const std::string *> texts;
};
} // namespace

static Numbering &numbering() {
  static auto *all = new Numbering;
  return *all;
}

/// Lists nest, because a hole may hold a text that each element has its own of.
static std::vector<std::vector<std::string>> &building() {
  static auto *lists = new std::vector<std::vector<std::string>>;
  return *lists;
}

static std::vector<std::string> take() {
  std::vector<std::string> texts = std::move(building().back());
  building().pop_back();
  return texts;
}

void mdl::runtime::clearTextLists() { building().clear(); }

int64_t mdl_text_number(const char *text) { return numbering().of(text); }

const char *mdl_text_numbered(int64_t number) { return numbering().text(number).c_str(); }

void mdl_texts_begin(int64_t count) { building().emplace_back(count); }

void mdl_texts_add(const char *text) {
  for (std::string &one : building().back())
    one += text;
}

void mdl_texts_add_rows(const mdl_tensor *values, int64_t dtype, const char *format) {
  std::vector<std::string> &texts = building().back();
  Tensor all(values);
  mdl_tensor row = *values;
  row.dimensions = all.rank() - 1; // Dimensions go from the last axis to the first.
  for (size_t i = 0; i < texts.size(); ++i) {
    row.host = values->host + static_cast<int64_t>(i) * all.stride(0) * all.itemBytes();
    texts[i] += arrayText(Tensor(&row), static_cast<mdl_dtype>(dtype), format);
  }
}

void mdl_texts_add_numbered(const mdl_tensor *numbers, const char *format) {
  FormatSpec spec;
  if (std::string error = parseFormat(format, spec); !error.empty())
    fail("", error);
  Tensor all(numbers);
  all.forEach([&](int64_t i, int64_t offset) {
    const std::string &text = numbering().text(all.data<int64_t>()[offset]);
    building().back()[i] += *format ? formatText(text, spec) : text;
  });
}

void mdl_texts_add_among(const char *texts, int64_t bytes, const mdl_tensor *places) {
  Tensor all(places);
  all.forEach([&](int64_t i, int64_t offset) {
    building().back()[i] += mdl_text_among(texts, bytes, all.data<int64_t>()[offset]);
  });
}

void mdl_texts_end(mdl_tensor *numbers) {
  std::vector<std::string> texts = take();
  Tensor all(numbers);
  all.forEach([&](int64_t i, int64_t offset) { all.data<int64_t>()[offset] = numbering().of(texts[i]); });
}

void mdl_texts_split(const char *texts, mdl_tensor *numbers) {
  Tensor all(numbers);
  all.forEach([&](int64_t, int64_t offset) {
    all.data<int64_t>()[offset] = numbering().of(texts);
    texts += strlen(texts) + 1;
  });
}

void mdl_text_add_list(void) {
  const char *separator = "[";
  for (const std::string &text : take()) {
    mdl_text_add(separator);
    mdl_text_add(text.c_str());
    separator = ", ";
  }
  mdl_text_add(*separator == '[' ? "[]" : "]");
}

void mdl_texts_add_lists(void) {
  std::vector<std::string> elements = take(), &texts = building().back();
  size_t count = texts.empty() ? 0 : elements.size() / texts.size();
  for (size_t i = 0; i < texts.size(); ++i) {
    for (size_t k = 0; k < count; ++k)
      texts[i] += (k ? ", " : "[") + elements[i * count + k];
    texts[i] += count ? "]" : "[]";
  }
}

/// Sets each element of a result by the texts that have the numbers at its place.
template <class T, class Make> static void forEachText(mdl_tensor *results, const mdl_tensor *numbers, Make make) {
  Tensor all(results), given(numbers);
  all.forEach([&](int64_t i, int64_t offset) {
    const std::string &text = numbering().text(given.data<int64_t>()[i * given.stride(0)]);
    all.data<T>()[offset] = make(text.c_str(), i);
  });
}

template <class T> static T elementAt(const mdl_tensor *vector, int64_t i) {
  Tensor all(vector);
  return all.data<T>()[i * all.stride(0)];
}

void mdl_texts_characters(const char *text, mdl_tensor *numbers) {
  Tensor all(numbers);
  all.forEach([&](int64_t, int64_t offset) {
    const char *next = afterCharacter(text);
    all.data<int64_t>()[offset] = numbering().of(std::string(text, next));
    text = next;
  });
}

void mdl_texts_lengths(const mdl_tensor *numbers, mdl_tensor *lengths) {
  forEachText<int64_t>(lengths, numbers, [](const char *text, int64_t) { return mdl_string_length(text); });
}

void mdl_texts_compare(const mdl_tensor *numbers, const mdl_tensor *others, mdl_tensor *orders) {
  forEachText<int64_t>(orders, numbers, [&](const char *text, int64_t i) -> int64_t {
    int64_t order = mdl_string_compare(text, mdl_text_numbered(elementAt<int64_t>(others, i)));
    return (order > 0) - (order < 0);
  });
}

void mdl_texts_contain(const mdl_tensor *numbers, const mdl_tensor *parts, mdl_tensor *found) {
  forEachText<bool>(found, numbers, [&](const char *text, int64_t i) {
    return mdl_string_contains(text, mdl_text_numbered(elementAt<int64_t>(parts, i)));
  });
}

void mdl_texts_at(const mdl_tensor *numbers, const mdl_tensor *places, const mdl_tensor *read, const char *where,
                  mdl_tensor *characters) {
  forEachText<int64_t>(characters, numbers, [&](const char *text, int64_t i) -> int64_t {
    return elementAt<bool>(read, i) ? mdl_text_number(mdl_string_at(text, elementAt<int64_t>(places, i), where)) : 0;
  });
}

void mdl_texts_part(const mdl_tensor *numbers, int64_t begin, int64_t end, int64_t step, const char *where,
                    mdl_tensor *parts) {
  forEachText<int64_t>(parts, numbers, [&](const char *text, int64_t) {
    return mdl_text_number(mdl_string_part(text, begin, end, step, where));
  });
}

void mdl_texts_repeat(const mdl_tensor *numbers, const mdl_tensor *times, const char *where, mdl_tensor *repeated) {
  forEachText<int64_t>(repeated, numbers, [&](const char *text, int64_t i) {
    return mdl_text_number(mdl_string_repeat(text, elementAt<int64_t>(times, i), where));
  });
}
