//===- Source.cpp - Source files, places and ranges in them -------------------===//
//
// Stage: all of the front end. Input: texts and byte offsets; output: lines and columns.
//
//===----------------------------------------------------------------------===//
#include "compiler/support/Source.h"

#include <algorithm>

namespace mdl {

SourceRange SourceRange::join(SourceRange first, SourceRange last) {
  if (!first.isValid())
    return last;
  if (!last.isValid() || last.file != first.file)
    return first;
  return {first.file, std::min(first.begin, last.begin), std::max(first.end, last.end)};
}

int SourceManager::addFile(std::string path, std::string text, SourceOwner owner, unsigned firstLine) {
  auto file = std::make_unique<File>();
  file->path = std::move(path);
  file->text = std::move(text);
  file->owner = owner;
  file->firstLine = firstLine;
  // A line ends at \n, at \r\n, or at a \r alone.
  file->lineStarts.push_back(0);
  const std::string &content = file->text;
  for (size_t i = 0; i < content.size(); ++i) {
    bool loneReturn = content[i] == '\r' && (i + 1 == content.size() || content[i + 1] != '\n');
    if (content[i] == '\n' || loneReturn)
      file->lineStarts.push_back(uint32_t(i + 1));
    if ((static_cast<unsigned char>(content[i]) & 0xC0) == 0x80)
      file->continuations.push_back(uint32_t(i));
  }
  files.push_back(std::move(file));
  return int(files.size()) - 1;
}

std::string_view SourceManager::text(SourceRange range) const {
  if (!range.isValid())
    return {};
  std::string_view content = files[range.file]->text;
  size_t begin = std::min<size_t>(range.begin, content.size());
  size_t end = std::clamp<size_t>(range.end, begin, content.size());
  return content.substr(begin, end - begin);
}

/// The length of a byte order mark at the start of a text.
static uint32_t markLength(std::string_view text) { return text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0; }

LineColumn SourceManager::lineColumn(int file, uint32_t offset) const {
  const File &source = *files[file];
  offset = std::min<uint32_t>(offset, uint32_t(source.text.size()));
  auto next = std::upper_bound(source.lineStarts.begin(), source.lineStarts.end(), offset);
  unsigned line = unsigned(next - source.lineStarts.begin());
  uint32_t start = source.lineStarts[line - 1];
  if (line == 1)
    start = std::min(offset, markLength(source.text));
  auto first = std::lower_bound(source.continuations.begin(), source.continuations.end(), start);
  auto last = std::lower_bound(first, source.continuations.end(), offset);
  return {source.firstLine + line - 1, offset - start - unsigned(last - first) + 1};
}

std::string_view SourceManager::line(int file, unsigned line) const {
  const File &source = *files[file];
  line -= source.firstLine - 1;
  if (line == 0 || line > source.lineStarts.size())
    return {};
  size_t begin = source.lineStarts[line - 1];
  size_t end = line < source.lineStarts.size() ? source.lineStarts[line] : source.text.size();
  if (line == 1)
    begin = markLength(source.text);
  while (end > begin && (source.text[end - 1] == '\n' || source.text[end - 1] == '\r'))
    --end;
  return std::string_view(source.text).substr(begin, end - begin);
}

} // namespace mdl
