//===- Table.cpp - A table as text -----------------------------------------------------===//
//
// Runtime. See Table.h.
//
//===----------------------------------------------------------------------===//
#include "text/Table.h"

#include <algorithm>
#include <sstream>
#include <vector>

namespace mdl::runtime {

size_t displayWidth(const std::string &text) {
  size_t width = 0;
  for (unsigned char c : text)
    width += (c & 0xc0) != 0x80;
  return width;
}

static std::vector<std::string> splitAt(const std::string &text, char separator) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);)
    parts.push_back(part);
  return parts;
}

/// `1,234`, `0.5`, `96%`, `-`: what belongs to the right of a column.
static bool isNumeric(const std::string &cell) {
  return cell.empty() || cell.find_first_not_of("0123456789.,+-e% ") == std::string::npos;
}

std::string tableText(const std::string &cells) {
  std::vector<std::vector<std::string>> rows;
  std::vector<size_t> widths;
  std::vector<bool> right;
  for (const std::string &line : splitAt(cells, '\n')) {
    rows.push_back(splitAt(line, '\t'));
    const std::vector<std::string> &row = rows.back();
    widths.resize(std::max(widths.size(), row.size()), 0);
    right.resize(widths.size(), true);
    for (size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], displayWidth(row[column]));
      if (rows.size() > 1 && !isNumeric(row[column]))
        right[column] = false;
    }
  }
  std::string out;
  for (const std::vector<std::string> &row : rows) {
    std::string line;
    for (size_t column = 0; column < row.size(); ++column) {
      std::string space(widths[column] - displayWidth(row[column]), ' ');
      line += (column ? "  " : "") + (right[column] ? space + row[column] : row[column] + space);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

} // namespace mdl::runtime
