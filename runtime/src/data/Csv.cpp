//===- Csv.cpp - Records of comma-separated values (RFC 4180) --------------------------===//
//
// Runtime and compiler. See Csv.h.
//
//===----------------------------------------------------------------------===//
#include "data/Csv.h"
#include "support/Shown.h"

namespace mdl::data {

CsvReader::CsvReader(const std::string &text) : text(text) {
  if (text.compare(0, 3, "\xef\xbb\xbf") == 0) // A byte order mark, as spreadsheets write it.
    at = 3;
}

bool CsvReader::atLineEnd() const { return at >= text.size() || text[at] == '\n' || text[at] == '\r'; }

void CsvReader::skipLineEnd() {
  if (at < text.size() && text[at] == '\r')
    ++at;
  if (at < text.size() && text[at] == '\n')
    ++at;
  ++currentLine;
}

bool CsvReader::quotedCell(std::string &cell) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') {
      if (at + 1 >= text.size() || text[at + 1] != '"')
        break;
      ++at; // A doubled quote is a quote.
    }
    currentLine += text[at] == '\n';
    cell += text[at];
  }
  if (at >= text.size()) {
    problem = "a quoted cell starts here and is never closed";
    return false;
  }
  ++at;
  if (!atLineEnd() && text[at] != ',') {
    size_t end = at + 1;
    while (end < text.size() && (text[end] & 0xC0) == 0x80) // The bytes of one character.
      ++end;
    problem = "expected `,` or the end of the line after a quoted cell, found `" +
              runtime::shown(text.substr(at, end - at)) + "`";
    return false;
  }
  return true;
}

void CsvReader::plainCell(std::string &cell) {
  size_t start = at;
  while (!atLineEnd() && text[at] != ',')
    ++at;
  size_t end = at;
  while (start < end && (text[start] == ' ' || text[start] == '\t'))
    ++start;
  while (end > start && (text[end - 1] == ' ' || text[end - 1] == '\t'))
    --end;
  cell.assign(text, start, end - start);
}

bool CsvReader::next(std::vector<std::string> &cells) {
  while (at < text.size() && atLineEnd())
    skipLineEnd();
  if (at >= text.size())
    return false;
  recordLine = currentLine;
  // Strings are reused from record to record; that saves most of the time of reading.
  size_t count = 0;
  for (;;) {
    if (count == cells.size())
      cells.emplace_back();
    std::string &cell = cells[count++];
    cell.clear();
    if (at < text.size() && text[at] == '"') {
      if (!quotedCell(cell))
        return false;
    } else {
      plainCell(cell);
    }
    if (at < text.size() && text[at] == ',') {
      ++at;
      continue;
    }
    skipLineEnd();
    cells.resize(count);
    return true;
  }
}

} // namespace mdl::data
