//===- Table.h - A data set in memory ---------------------------------------------------===//
//
// Runtime and compiler. In: a file. Out: rows of inputs and labels as numbers of classes.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_TABLE_H
#define MDL_RUNTIME_DATA_TABLE_H

#include "mdl/data.h"

#include <memory>

namespace mdl::data {

struct Table {
  int64_t rows = 0;
  int64_t rowBytes = 0;                ///< Of the inputs.
  std::unique_ptr<uint8_t[]> features; ///< rows * rowBytes.
  std::vector<int64_t> labels;         ///< Positions in the schema's classes.
};

/// Reads a CSV into `table` and its schema. With `known`, labels are positions in its classes, and another label is an
/// error. A message or "".
std::string readCsv(const std::string &path, const std::string &label, const Schema *known, Table &table,
                    Schema &schema, std::vector<std::string> &candidates);

/// The files of one part of an IDX data set.
struct IdxFiles {
  std::string images, labels;
};

/// Finds the parts that `path` (a folder, or a file of images) has. A message or "".
std::string findIdxFiles(const std::string &path, IdxFiles parts[2], bool &hasValid);

/// Reads one part whole. A message or "".
std::string readIdx(const IdxFiles &files, const Schema &schema, Table &table);

/// What differs between the data now and what the compiler saw; "" if nothing.
std::string compareSchemas(const Schema &compiled, const Schema &now);

} // namespace mdl::data

#endif // MDL_RUNTIME_DATA_TABLE_H
