//===- Csv.h - Records of comma-separated values (RFC 4180) ----------------------------===//
//
// Runtime and compiler. In: text. Out: one record of cells at a time with its line.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_CSV_H
#define MDL_RUNTIME_DATA_CSV_H

#include <cstdint>
#include <string>
#include <vector>

namespace mdl::data {

class CsvReader {
public:
  explicit CsvReader(const std::string &text);

  /// Empty lines are skipped. False at the end, or with an error.
  bool next(std::vector<std::string> &cells);
  /// Where the last record started, from 1.
  int64_t line() const { return recordLine; }
  /// Without a place; it is of line().
  const std::string &error() const { return problem; }

private:
  bool quotedCell(std::string &cell);
  void plainCell(std::string &cell);
  bool atLineEnd() const;
  void skipLineEnd();

  const std::string &text;
  size_t at = 0;
  int64_t currentLine = 1, recordLine = 1;
  std::string problem;
};

} // namespace mdl::data

#endif // MDL_RUNTIME_DATA_CSV_H
