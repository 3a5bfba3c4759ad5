//===- DataSet.cpp - A data set of a program --------------------------------------------===//
//
// Runtime. See DataSet.h. A data set lives to the end of the program.
//
//===----------------------------------------------------------------------===//
#include "data/DataSet.h"
#include "data/Opening.h"
#include "program/Program.h"
#include "random/Permutation.h"
#include "support/Error.h"
#include "support/Tensor.h"

#include <cinttypes>
#include <cmath>
#include <cstring>

namespace mdl::runtime {

Source::Source(std::string where, data::Table table) : where(std::move(where)) { loaded.table = std::move(table); }

Source::Source(std::string where, std::future<Loaded> loading) : where(std::move(where)), loading(std::move(loading)) {}

const data::Table &Source::table() {
  if (loading.valid()) {
    loaded = loading.get();
    if (!loaded.error.empty())
      fail(where, loaded.error);
  }
  return loaded.table;
}

void copyInputs(const DataPart &part, int64_t row, uint8_t *out) {
  const data::Table &table = part.source->table();
  memcpy(out, table.features.get() + part.row(row) * table.rowBytes, table.rowBytes);
}

int64_t targetOf(const DataPart &part, int64_t row) { return part.source->table().labels[part.row(row)]; }

static Source::Loaded loadIdx(const data::IdxFiles &files, const data::Schema &schema) {
  Source::Loaded loaded;
  loaded.error = data::readIdx(files, schema, loaded.table);
  return loaded;
}

} // namespace mdl::runtime

using namespace mdl;
using namespace mdl::runtime;

void *mdl_open_csv(const char *path, const char *label, const char *schema, const char *where) {
  data::Schema compiled = compiledSchema(schema, where), now;
  std::string found = data::findData(path, dataFolders());
  data::Table table;
  std::vector<std::string> candidates;
  // Labels are numbered by the compiled classes: a class that no row has any more is no error, but a new one is.
  const data::Schema *known = *label ? &compiled : nullptr;
  std::string error = data::readCsv(found, label, known, table, now, candidates);
  if (!error.empty())
    failToOpen(path, found, error, where);
  checkSchema(found, compiled, now, where);
  auto *set = new DataSet;
  set->parts[0].source = std::make_shared<Source>(where, std::move(table));
  return set;
}

void *mdl_open_idx(const char *path, const char *schema, const char *where) {
  data::Schema compiled = compiledSchema(schema, where);
  std::string found = data::findData(path, dataFolders());
  data::SchemaResult now = data::readIdxSchema(found);
  if (!now.error.empty())
    failToOpen(path, found, now.error, where);
  checkSchema(found, compiled, now.schema, where);
  data::IdxFiles files[2];
  bool hasValid = false;
  std::string error = data::findIdxFiles(found, files, hasValid);
  if (!error.empty())
    fail(where, error);
  auto *set = new DataSet;
  set->divided = hasValid;
  for (int part = 0; part < (hasValid ? 2 : 1); ++part)
    set->parts[part].source =
        std::make_shared<Source>(where, std::async(std::launch::async, loadIdx, files[part], compiled));
  return set;
}

void *mdl_data_part(void *data, int64_t which) {
  auto *set = static_cast<DataSet *>(data);
  if (!set->divided && which != 0)
    fail("", "bug: a data set without parts is asked for its validation part");
  DataSet *&view = set->views[which != 0];
  if (!view) {
    view = new DataSet;
    view->parts[0] = set->parts[which != 0];
  }
  return view;
}

void *mdl_data_split(void *data, double valid, int64_t seed, const char *where) {
  const DataPart &whole = static_cast<DataSet *>(data)->parts[0];
  int64_t rows = whole.rows();
  if (!(valid > 0 && valid < 1))
    fail(where, format("split: expected `valid` between 0 and 1, found %g", valid));
  int64_t validRows = static_cast<int64_t>(valid * static_cast<double>(rows));
  if (validRows == 0)
    fail(where, format("split: valid=%g of %" PRId64 " rows leaves no row for the validation part", valid, rows));
  std::vector<int64_t> order = permutation(seed, rows);
  for (int64_t &row : order)
    row = whole.row(row);
  auto *set = new DataSet;
  set->divided = true;
  for (DataPart &part : set->parts) {
    part.source = whole.source;
    part.permuted = true;
  }
  set->parts[1].order.assign(order.begin(), order.begin() + validRows);
  set->parts[0].order.assign(order.begin() + validRows, order.end());
  return set;
}

int64_t mdl_data_rows(void *data) { return static_cast<DataSet *>(data)->parts[0].rows(); }

void mdl_data_read(void *data, int64_t field, mdl_tensor *out) {
  const DataPart &part = static_cast<DataSet *>(data)->parts[0];
  const data::Table &table = part.source->table();
  Tensor view(out);
  int64_t rows = part.rows();
  if (!view.isDense() || view.size(0) != rows ||
      view.elements() * view.itemBytes() != rows * (field == 0 ? table.rowBytes : (int64_t)sizeof(int64_t)))
    fail("", "bug: the destination of a data set has another size");
  if (field == 0 && !part.permuted) {
    memcpy(view.data<uint8_t>(), table.features.get(), rows * table.rowBytes);
    return;
  }
  for (int64_t row = 0; row < rows; ++row) {
    if (field == 0)
      copyInputs(part, row, view.data<uint8_t>() + row * table.rowBytes);
    else
      view.data<int64_t>()[row] = targetOf(part, row);
  }
}

void mdl_data_take(void *data, int64_t field, const mdl_tensor *rows, mdl_tensor *out) {
  const DataPart &part = static_cast<DataSet *>(data)->parts[0];
  int64_t rowBytes = part.source->table().rowBytes;
  Tensor numbers(rows), view(out);
  if (!view.isDense() || view.size(0) != numbers.elements())
    fail("", "bug: the destination of a batch has another size");
  numbers.forEach([&](int64_t row, int64_t offset) {
    int64_t number = numbers.data<int64_t>()[offset];
    if (field == 0)
      copyInputs(part, number, view.data<uint8_t>() + row * rowBytes);
    else
      view.data<int64_t>()[row] = targetOf(part, number);
  });
}
