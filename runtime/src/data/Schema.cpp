//===- Schema.cpp - A schema as one line of text ---------------------------------------===//
//
// Runtime and compiler. In: a schema. Out: text that generated code carries, and back.
// Fields are parted by `|`, items by `,`; these two, backslash and newlines are escaped.
//
//===----------------------------------------------------------------------===//
#include "mdl/data.h"

#include <cstdlib>

namespace mdl::data {

static const char *const Version = "schema1";

static std::string escaped(const std::string &text) {
  std::string out;
  for (char c : text) {
    if (c == '|' || c == ',' || c == '\\')
      out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

static std::string joined(const std::vector<std::string> &items) {
  std::string out;
  for (const std::string &item : items)
    out += escaped(item) + ",";
  return out;
}

std::string dataSchema(const Schema &schema) {
  std::string dims;
  for (int64_t dim : schema.featureDims)
    dims += std::to_string(dim) + ",";
  return std::string(Version) + "|" + escaped(schema.label) + "|" + escaped(schema.featureType) + "|" +
         (schema.hasValid ? "valid" : "") + "|" + dims + "|" + joined(schema.classes) + "|" + joined(schema.features) +
         "|" + joined(schema.columns) + "|";
}

/// Reads up to an unescaped `end` and steps over it.
static bool readUntil(const std::string &text, size_t &at, char end, std::string &out) {
  for (out.clear(); at < text.size(); ++at) {
    if (text[at] == end)
      return ++at, true;
    if (text[at] == '\\' && at + 1 < text.size()) {
      ++at;
      out += text[at] == 'n' ? '\n' : text[at];
    } else {
      out += text[at];
    }
  }
  return false;
}

static bool readItems(const std::string &text, size_t &at, std::vector<std::string> &items) {
  items.clear();
  while (at < text.size() && text[at] != '|') {
    items.emplace_back();
    if (!readUntil(text, at, ',', items.back()))
      return false;
  }
  return at++ < text.size();
}

bool parseSchema(const std::string &text, Schema &schema) {
  size_t at = 0;
  std::string version, valid;
  std::vector<std::string> dims;
  if (!readUntil(text, at, '|', version) || version != Version || !readUntil(text, at, '|', schema.label) ||
      !readUntil(text, at, '|', schema.featureType) || !readUntil(text, at, '|', valid) || !readItems(text, at, dims) ||
      !readItems(text, at, schema.classes) || !readItems(text, at, schema.features) ||
      !readItems(text, at, schema.columns))
    return false;
  schema.hasValid = valid == "valid";
  schema.featureDims.clear();
  for (const std::string &dim : dims)
    schema.featureDims.push_back(strtoll(dim.c_str(), nullptr, 10));
  return true;
}

} // namespace mdl::data
