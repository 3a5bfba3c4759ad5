//===- CsvTable.cpp - A CSV as numbers and classes --------------------------------------===//
//
// Runtime and compiler. In: a CSV with a header. Out: the columns of numbers as f32, the
// label column as positions among the classes; or `path:line: …`, what was expected.
//
//===----------------------------------------------------------------------===//
#include "data/Classes.h"
#include "data/Csv.h"
#include "data/Input.h"
#include "data/Table.h"
#include "support/Shown.h"

#include <cstring>
#include <unordered_map>

namespace mdl::data {
namespace {

using runtime::shown;

std::string listOf(const std::vector<std::string> &items) {
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i == 12)
      return out + ", …";
    out += (i ? ", " : "") + shown(items[i]);
  }
  return out;
}

class CsvTable {
public:
  CsvTable(const std::string &path, const std::string &text, const Schema *known, Table &table, Schema &schema)
      : path(path), reader(text), known(known), table(table), schema(schema) {}

  std::string read(const std::string &label, std::vector<std::string> &candidates) {
    if (!reader.next(schema.columns))
      return reader.error().empty() ? path + ":1: expected a line of column names, found an empty file"
                                    : at(reader.error());
    schema.label = label;
    if (!label.empty()) {
      auto found = std::find(schema.columns.begin(), schema.columns.end(), label);
      if (found == schema.columns.end()) {
        candidates = schema.columns;
        return at("there is no column `" + shown(label) + "`; the columns are: " + listOf(schema.columns));
      }
      labelColumn = found - schema.columns.begin();
    }
    if (known)
      addClasses(known->classes);
    while (reader.next(cells))
      if (std::string error = addRow(); !error.empty())
        return error;
    if (!reader.error().empty())
      return at(reader.error());
    if (table.rows == 0)
      return path + ":2: expected at least one row after the column names, found the end of the file";
    return finish();
  }

private:
  std::string at(const std::string &message) const {
    return path + ":" + std::to_string(reader.line()) + ": " + message;
  }

  void addClasses(const std::vector<std::string> &names) {
    for (const std::string &name : names) {
      positions.emplace(name, static_cast<int64_t>(schema.classes.size()));
      schema.classes.push_back(name);
    }
  }

  /// The first row tells which columns hold numbers.
  void findFeatures() {
    double ignored;
    for (size_t column = 0; column < cells.size(); ++column)
      if (column != labelColumn && (cells[column].empty() || parseNumber(cells[column], ignored))) {
        featureColumns.push_back(column);
        schema.features.push_back(schema.columns[column]);
      }
  }

  std::string addRow() {
    if (cells.size() != schema.columns.size())
      return at("expected " + std::to_string(schema.columns.size()) + " cells, as there are column names, found " +
                std::to_string(cells.size()));
    if (table.rows == 0)
      findFeatures();
    for (size_t column : featureColumns) {
      double value = 0;
      const std::string &cell = cells[column];
      if (cell.empty())
        return at("missing value: expected a number in column `" + shown(schema.columns[column]) + "`");
      if (!parseNumber(cell, value))
        return at("expected a number in column `" + shown(schema.columns[column]) + "`, found `" + shown(cell) + "`");
      values.push_back(static_cast<float>(value));
    }
    ++table.rows;
    return labelColumn == NoLabel ? "" : addLabel(cells[labelColumn]);
  }

  std::string addLabel(const std::string &name) {
    if (name.empty())
      return at("missing value: expected a label in column `" + shown(schema.label) + "`");
    auto found = positions.find(name);
    if (found == positions.end()) {
      if (known)
        return at("label `" + shown(name) + "` is not one of the " + std::to_string(schema.classes.size()) +
                  " classes that the program was compiled with: " + listOf(schema.classes));
      addClasses({name});
      found = positions.find(name);
    }
    table.labels.push_back(found->second);
    return "";
  }

  std::string finish() {
    if (featureColumns.empty())
      return path + ":2: expected at least one column of numbers besides the label";
    schema.featureType = "f32";
    schema.featureDims = {static_cast<int64_t>(featureColumns.size())};
    table.rowBytes = featureColumns.size() * sizeof(float);
    table.features.reset(new uint8_t[values.size() * sizeof(float)]);
    memcpy(table.features.get(), values.data(), values.size() * sizeof(float));
    if (!known)
      sortLabels();
    return "";
  }

  /// Classes were numbered as they came; number them in their order.
  void sortLabels() {
    std::vector<std::string> seen = schema.classes;
    sortClasses(schema.classes);
    std::unordered_map<std::string, int64_t> sorted;
    for (const std::string &name : schema.classes)
      sorted.emplace(name, static_cast<int64_t>(sorted.size()));
    for (int64_t &label : table.labels)
      label = sorted[seen[label]];
  }

  static constexpr size_t NoLabel = ~size_t(0);

  const std::string &path;
  CsvReader reader;
  const Schema *known;
  Table &table;
  Schema &schema;
  size_t labelColumn = NoLabel;
  std::vector<size_t> featureColumns;
  std::vector<std::string> cells;
  std::vector<float> values;
  std::unordered_map<std::string, int64_t> positions;
};

} // namespace

std::string readCsv(const std::string &path, const std::string &label, const Schema *known, Table &table,
                    Schema &schema, std::vector<std::string> &candidates) {
  Input input(path);
  if (!input.error().empty())
    return input.error();
  std::string text = input.readAll();
  if (!input.error().empty())
    return input.error();
  return CsvTable(path, text, known, table, schema).read(label, candidates);
}

SchemaResult readCsvSchema(const std::string &path, const std::string &label) {
  SchemaResult result;
  Table table;
  result.error = readCsv(path, label, nullptr, table, result.schema, result.candidates);
  return result;
}

} // namespace mdl::data
