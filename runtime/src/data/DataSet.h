//===- DataSet.h - A data set of a program ----------------------------------------------===//
//
// Runtime. In: what the files gave. Out: parts, each an order of rows over shared memory.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_DATASET_H
#define MDL_RUNTIME_DATA_DATASET_H

#include "data/Table.h"

#include <future>
#include <memory>
#include <string>
#include <vector>

namespace mdl::runtime {

/// Rows in memory; IDX files are read in the background until someone needs them.
class Source {
public:
  struct Loaded {
    data::Table table;
    std::string error;
  };

  Source(std::string where, data::Table table);
  Source(std::string where, std::future<Loaded> loading);

  /// Waits for the rows; data that cannot be read is an error of the program at `where`.
  const data::Table &table();

private:
  std::string where;
  Loaded loaded;
  std::future<Loaded> loading;
};

struct DataPart {
  std::shared_ptr<Source> source;
  bool permuted = false;
  std::vector<int64_t> order; ///< Rows of the source, if permuted.

  int64_t rows() const { return permuted ? static_cast<int64_t>(order.size()) : source->table().rows; }
  int64_t row(int64_t index) const { return permuted ? order[index] : index; }
};

struct DataSet {
  DataPart parts[2]; ///< Train and valid; the first is everything where it is not divided.
  bool divided = false;
  DataSet *views[2] = {}; ///< What mdl_data_part gave, to give it again.
};

/// Copies one row of a field; inputs are `rowBytes`, targets an i64.
void copyInputs(const DataPart &part, int64_t row, uint8_t *out);
int64_t targetOf(const DataPart &part, int64_t row);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_DATA_DATASET_H
