//===- Table.h - A table as text -------------------------------------------------------===//
//
// Runtime. In: rows that end in newlines, cells parted by tabs, the first row a header.
// Out: aligned columns, numbers to the right.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_TEXT_TABLE_H
#define MDL_RUNTIME_TEXT_TABLE_H

#include <string>

namespace mdl::runtime {

std::string tableText(const std::string &cells);

/// Columns that a terminal needs for a UTF-8 text (wide characters count as one).
size_t displayWidth(const std::string &text);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TEXT_TABLE_H
