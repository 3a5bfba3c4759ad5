//===- Source.h - Source files, places and ranges in them ---------------------===//
//
// Stage: all of the front end. A SourceManager owns the text of every file that
// takes part in a compilation; a SourceRange names a half-open range of bytes.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SUPPORT_SOURCE_H
#define MDL_SUPPORT_SOURCE_H

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mdl {

/// A half-open range of bytes in one file. `file` indexes the SourceManager; -1 is "nowhere" (made by the compiler).
struct SourceRange {
  int32_t file = -1;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool isValid() const { return file >= 0; }
  /// The smallest range that covers both; either may be invalid.
  static SourceRange join(SourceRange first, SourceRange last);
};

/// Line and column, both from 1; a column counts bytes of UTF-8 text as code points.
struct LineColumn {
  unsigned line = 0;
  unsigned column = 0;
};

/// Whose a file is: what is found in the standard library's is told at the program's call.
enum class SourceOwner : uint8_t { Program, Library };

class SourceManager {
public:
  /// Takes over `text`; `path` is printed in messages as it is, and `firstLine` is the number of its first line.
  /// Returns the file's index.
  int addFile(std::string path, std::string text, SourceOwner owner = SourceOwner::Program, unsigned firstLine = 1);

  std::string_view path(int file) const { return files[file]->path; }
  std::string_view text(int file) const { return files[file]->text; }
  std::string_view text(SourceRange range) const;
  /// Whether the range is one of the standard library's.
  bool isLibrary(SourceRange range) const {
    return range.isValid() && files[range.file]->owner == SourceOwner::Library;
  }
  LineColumn lineColumn(int file, uint32_t offset) const;
  /// The text of a line (its number as in `lineColumn`) without its newline.
  std::string_view line(int file, unsigned line) const;

private:
  struct File {
    std::string path;
    std::string text;
    SourceOwner owner = SourceOwner::Program;
    unsigned firstLine = 1;
    std::vector<uint32_t> lineStarts;
    std::vector<uint32_t> continuations; ///< The bytes that begin no character, which are no columns.
  };
  std::vector<std::unique_ptr<File>> files;
};

} // namespace mdl

#endif // MDL_SUPPORT_SOURCE_H
