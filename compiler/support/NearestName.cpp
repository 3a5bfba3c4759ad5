//===- NearestName.cpp - What a misspelt name may have meant ------------------===//
//
// Stage: all of the front end. Input: a name and the known ones; output: the nearest, if near, or
// what is written here for a name of another library.
//
//===----------------------------------------------------------------------===//
#include "compiler/support/Diagnostics.h"
#include "compiler/support/ForeignNames.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iterator>

namespace mdl {

/// Damerau and Levenshtein's distance (optimal string alignment): insertions, deletions, substitutions and swaps of
/// neighbours. Letters that differ in case only count as equal here; the caller breaks ties by case.
static size_t editDistance(std::string_view a, std::string_view b) {
  auto same = [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  };
  std::vector<size_t> beforeLast(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t cost = same(a[i - 1], b[j - 1]) ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
        row[j] = std::min(row[j], beforeLast[j - 2] + 1);
    }
    std::swap(beforeLast, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string nearestName(std::string_view name, const std::vector<std::string> &candidates) {
  // One slip in a short name, two in a usual one, three in a long one. A name of one letter is like every other.
  size_t limit = name.size() <= 1 ? 0 : name.size() <= 4 ? 1 : name.size() <= 8 ? 2 : 3;
  std::string best;
  size_t bestDistance = limit + 1;
  for (const std::string &candidate : candidates) {
    size_t difference =
        candidate.size() > name.size() ? candidate.size() - name.size() : name.size() - candidate.size();
    if (candidate == name || difference >= bestDistance + 1 || difference > limit)
      continue;
    size_t distance = editDistance(name, candidate);
    // The same number of slips: the same first letter is nearer, then the alphabet decides.
    auto rank = [&](const std::string &other) { return std::pair(other.empty() || other[0] != name[0], other); };
    if (distance < bestDistance || (distance == bestDistance && distance <= limit && rank(candidate) < rank(best))) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

namespace {
enum class Where { Anywhere, Member, Argument, Module };
struct Foreign {
  Where where;
  std::string_view name, text;
};
} // namespace

static const Foreign *foreignName(std::string_view name, Where where) {
  static const Foreign names[] = {
#define MDL_FOREIGN(WHERE, NAME, TEXT) {Where::WHERE, #NAME, TEXT},
#include "compiler/support/ForeignNames.def"
#undef MDL_FOREIGN
  };
  const auto *found = std::find_if(std::begin(names), std::end(names),
                                   [&](const Foreign &one) { return one.where == where && one.name == name; });
  return found == std::end(names) ? nullptr : found;
}

bool isForeignModule(std::string_view name) { return foreignName(name, Where::Module); }

/// What is written here for it in such a place, where it has an entry of that place or one of every place.
static std::string_view foreignText(std::string_view name, NameUse use) {
  Where place = use == NameUse::Member ? Where::Member : use == NameUse::Argument ? Where::Argument : Where::Module;
  for (Where where : {place, Where::Anywhere, Where::Module})
    if (const Foreign *foreign = foreignName(name, where))
      return foreign->text;
  return "";
}

std::string nameHint(std::string_view name, const std::vector<std::string> &candidates, NameUse use) {
  if (std::string_view ours = foreignText(name, use); !ours.empty())
    return "in mdl: " + std::string(ours);
  std::string near = nearestName(name, candidates);
  return near.empty() ? "" : "did you mean `" + near + "`?";
}

} // namespace mdl
