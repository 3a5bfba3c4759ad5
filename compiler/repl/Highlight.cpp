//===- Highlight.cpp - A line in colours --------------------------------------===//
//
// Stage: repl. Looks at words only: what is shown may be no program.
//
//===----------------------------------------------------------------------===//

#include "compiler/repl/Input.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <cctype>

namespace mdl::repl {

static const char *const Keyword = "\033[35m", *const Type = "\033[36m", *const Number = "\033[34m",
                         *const String = "\033[32m", *const Comment = "\033[2m", *const Plain = "\033[0m";

static const char *colourOfWord(llvm::StringRef word) {
  static const llvm::StringSet<> keywords = {"let",    "var",      "fn",     "model", "param",   "state", "import",
                                             "option", "for",      "in",     "while", "if",      "else",  "break",
                                             "return", "continue", "assert", "true",  "false",   "and",   "or",
                                             "not",    "train",    "on",     "new",   "gradient"};
  static const llvm::StringSet<> types = {"f16", "bf16", "f32", "f64", "i8", "u8", "i32", "i64", "bool"};
  return keywords.contains(word) ? Keyword : types.contains(word) ? Type : nullptr;
}

/// Where the piece that begins at `start` ends: a word, a number, a string, a comment, or one character.
static size_t endOfPiece(llvm::StringRef line, size_t start) {
  auto isWord = [](char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  char first = line[start];
  if (first == '#')
    return line.size();
  size_t end = start + 1;
  if (first == '"') {
    while (end < line.size() && line[end] != '"')
      end += line[end] == '\\' ? 2 : 1;
    return std::min(end + 1, line.size());
  }
  bool number = isdigit(static_cast<unsigned char>(first));
  if (isWord(first))
    while (end < line.size() && (isWord(line[end]) || (number && line[end] == '.' && line[end - 1] != '.')))
      ++end;
  return end;
}

std::string highlighted(const std::string &text) {
  llvm::StringRef line(text);
  std::string result;
  for (size_t start = 0, end; start < line.size(); start = end) {
    end = endOfPiece(line, start);
    llvm::StringRef piece = line.slice(start, end);
    char first = piece[0];
    const char *colour = first == '#'                                      ? Comment
                         : first == '"'                                    ? String
                         : isdigit(static_cast<unsigned char>(first)) != 0 ? Number
                                                                           : colourOfWord(piece);
    result += colour ? colour + piece.str() + Plain : piece.str();
  }
  return result;
}

} // namespace mdl::repl
