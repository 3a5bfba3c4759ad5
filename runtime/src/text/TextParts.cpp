//===- TextParts.cpp - Characters and slices of texts that the run makes ---------------===//
//
// Runtime. In: a text and places in it, counted in characters as Python does. Out: a text that is kept to the end of
// the program, once for all that are equal.
//
//===----------------------------------------------------------------------------------===//
#include "mdl/abi.h"
#include "support/Error.h"
#include "text/Texts.h"

#include <algorithm>
#include <cinttypes>
#include <set>
#include <string>
#include <vector>

using namespace mdl::runtime;

static const char *kept(std::string text) {
  static auto *texts = new std::set<std::string>;
  return texts->insert(std::move(text)).first->c_str();
}

/// All bytes of a character in UTF-8 but the first are 10xxxxxx.
static bool isFirst(char byte) { return (byte & 0xC0) != 0x80; }

const char *mdl::runtime::afterCharacter(const char *character) {
  do
    ++character;
  while (!isFirst(*character));
  return character;
}

const char *mdl_string_at(const char *text, int64_t place, const char *where) {
  int64_t at = place < 0 ? place + mdl_string_length(text) : place;
  const char *character = text;
  for (int64_t i = 0; i < at && *character; ++i)
    character = afterCharacter(character);
  if (at < 0 || !*character)
    fail(where, format("index %" PRId64 " is out of range for a text of %" PRId64 " characters", place,
                       mdl_string_length(text)));
  return kept(std::string(character, afterCharacter(character)));
}

/// Where each character begins, and the end.
static std::vector<const char *> charactersOf(const char *text) {
  std::vector<const char *> begins;
  for (; *text; text = afterCharacter(text))
    begins.push_back(text);
  begins.push_back(text);
  return begins;
}

const char *mdl_string_part(const char *text, int64_t begin, int64_t end, int64_t step, const char *where) {
  if (step == 0)
    fail(where, "the step of a slice is 0");
  std::vector<const char *> begins = charactersOf(text);
  auto count = static_cast<int64_t>(begins.size()) - 1;
  int64_t lowest = step > 0 ? 0 : -1, highest = step > 0 ? count : count - 1;
  auto placeOf = [&](int64_t bound, int64_t otherwise) {
    if (bound == MDL_NO_BOUND)
      return otherwise;
    return std::clamp(bound < 0 ? bound + count : bound, lowest, highest);
  };
  int64_t from = placeOf(begin, step > 0 ? lowest : highest), to = placeOf(end, step > 0 ? highest : lowest);
  std::string part;
  for (int64_t at = from; step > 0 ? at < to : at > to;) {
    part.append(begins[at], begins[at + 1]);
    bool isLast = step > 0 ? step >= to - at : step <= to - at;
    if (isLast)
      break;
    at += step;
  }
  return kept(std::move(part));
}

const char *mdl_string_repeat(const char *text, int64_t times, const char *where) {
  constexpr int64_t Most = 1 << 30;
  std::string whole, one = text;
  auto bytes = static_cast<int64_t>(one.size());
  if (bytes && times > Most / bytes)
    fail(where, format("a text of %" PRId64 " bytes cannot be repeated %" PRId64 " times", bytes, times));
  for (int64_t i = 0; i < times && bytes; ++i)
    whole += one;
  return kept(std::move(whole));
}
