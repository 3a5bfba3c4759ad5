//===- BuildString.cpp - Strings of the AST -------------------------------------===//
//
// Stage: parser. Input: a string token; output: its text pieces and holes in order. The
// expression of a hole is parsed in its place, so its nodes have their ranges in the file.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/AstBuilder.h"

#include <cstdlib>

using namespace mdl::ast;

namespace mdl::syntax {

namespace {

/// Where a hole ends and its format begins, as offsets in the fragment.
struct HoleExtent {
  size_t close = std::string_view::npos; ///< The `}`.
  size_t colon = std::string_view::npos; ///< The last colon outside brackets.
};

HoleExtent findHoleEnd(std::string_view text, size_t begin, size_t end) {
  HoleExtent result;
  int depth = 0;
  char quote = 0;
  for (size_t i = begin; i < end; ++i) {
    char c = text[i];
    if (quote) {
      i += c == '\\';
      quote = c == quote ? char(0) : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == '}' && depth == 0) {
      result.close = i;
      return result;
    } else if (c == ')' || c == ']' || c == '}') {
      depth -= depth > 0;
    } else if (c == ':' && depth == 0) {
      result.colon = i;
    }
  }
  return result;
}

void appendUtf8(std::string &text, uint32_t code) {
  auto tail = [&](unsigned shift) { text += char(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    text += char(code);
  } else if (code < 0x800) {
    text += char(0xC0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    text += char(0xE0 | (code >> 12));
    tail(6), tail(0);
  } else {
    text += char(0xF0 | (code >> 18));
    tail(12), tail(6), tail(0);
  }
}

/// Reads `\n` and the like at `i`; gives the offset behind, or 0 when there is no such escape.
size_t readEscape(std::string_view text, size_t i, size_t end, std::string &out) {
  static constexpr std::string_view letters = "nrt0e\\\"'{}", values("\n\r\t\0\033\\\"'{}", 10);
  char c = i + 1 < end ? text[i + 1] : 0;
  size_t known = c ? letters.find(c) : std::string_view::npos;
  if (known != std::string_view::npos) {
    out += values[known];
    return i + 2;
  }
  size_t close = text.find('}', i);
  if (c != 'u' || i + 2 >= end || text[i + 2] != '{' || close >= end || close == i + 3 || close > i + 9)
    return 0;
  std::string digits(text.substr(i + 3, close - i - 3));
  if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    return 0;
  uint32_t code = uint32_t(std::strtoul(digits.c_str(), nullptr, 16));
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
    return 0;
  appendUtf8(out, code);
  return close + 1;
}

} // namespace

Expr *AstBuilder::string(const Token *token) {
  auto *result = context.make<StringLiteral>(range(token));
  std::string_view text = fragment.text;
  size_t i = token->getStartIndex() + 1, end = token->getStopIndex() + 1;
  bool closed = end > i && text[end - 1] == text[i - 1] && layout.lexedType(token->getTokenIndex()) == P::STRING;
  end -= closed;
  auto place = [&](size_t from, size_t to) {
    return SourceRange{fragment.file, fragment.base + uint32_t(from), fragment.base + uint32_t(to)};
  };
  StringLiteral::Piece piece;
  size_t pieceStart = i;
  auto finishText = [&](size_t to) {
    piece.range = place(pieceStart, to);
    if (!piece.text.empty())
      result->pieces.push_back(piece);
    piece = {};
  };

  while (i < end) {
    char c = text[i];
    if (c == '\\') {
      size_t behind = readEscape(text, i, end, piece.text);
      if (!behind) {
        size_t to = std::min(i + 2, end);
        // A character of several bytes is shown whole.
        while (to < end && (static_cast<unsigned char>(text[to]) & 0xC0) == 0x80)
          ++to;
        diagnostics.report(diag::UnknownEscape, place(i, to), {std::string(text.substr(i, to - i))})
            .hint("a backslash is written `\\\\`");
      }
      i = behind ? behind : std::min(i + 2, end);
    } else if ((c == '{' || c == '}') && i + 1 < end && text[i + 1] == c) {
      piece.text += c;
      i += 2;
    } else if (c == '}') {
      // `"{"a"}"`: the end of what an earlier string of the line began.
      if (unclosedHoleLine != token->getLine())
        diagnostics.report(diag::StrayHoleEnd, place(i, i + 1)).hint("a brace in a string is written `}}`");
      ++i;
    } else if (c == '{') {
      HoleExtent extent = findHoleEnd(text, i + 1, end);
      if (extent.close == std::string_view::npos) {
        unclosedHoleLine = token->getLine();
        if (closed)
          diagnostics.report(diag::UnclosedHole, place(i, i + 1))
              .hint("a brace in a string is written `{{`")
              .hint("a string inside the braces needs the other quotes");
        break;
      }
      finishText(i);
      size_t exprEnd = std::min(extent.colon, extent.close);
      StringLiteral::Piece filled;
      filled.range = place(i, extent.close + 1);
      if (extent.colon != std::string_view::npos)
        filled.format = std::string(text.substr(extent.colon + 1, extent.close - extent.colon - 1));
      if (filled.format.find('{') != std::string::npos)
        filled.formatExpr = format(extent.colon + 1, extent.close);
      if (text.substr(i + 1, exprEnd - i - 1).find_first_not_of(" \t") == std::string_view::npos) {
        diagnostics.report(diag::EmptyHole, filled.range)
            .hint("a value stands in the braces: `{x}`, `{x:.2f}`; a brace itself is written `{{`");
        filled.expr = errorExpr(filled.range);
      } else {
        filled.expr = hole(uint32_t(i + 1), uint32_t(exprEnd));
      }
      result->pieces.push_back(filled);
      i = pieceStart = extent.close + 1;
    } else {
      piece.text += c;
      ++i;
    }
  }
  finishText(end);
  return result;
}

/// A format with holes: `>{width}.{digits}f`.
Expr *AstBuilder::format(size_t begin, size_t end) {
  auto place = [&](size_t from, size_t to) {
    return SourceRange{fragment.file, fragment.base + uint32_t(from), fragment.base + uint32_t(to)};
  };
  auto *result = context.make<StringLiteral>(place(begin, end));
  while (begin < end) {
    size_t opener = std::min(fragment.text.find('{', begin), end);
    StringLiteral::Piece piece;
    piece.range = place(begin, opener);
    piece.text = std::string(fragment.text.substr(begin, opener - begin));
    if (!piece.text.empty())
      result->pieces.push_back(piece);
    size_t close = std::min(fragment.text.find('}', opener), end);
    if (opener < close) {
      StringLiteral::Piece filled;
      filled.range = place(opener, std::min(close + 1, end));
      filled.expr = hole(uint32_t(opener + 1), uint32_t(close));
      result->pieces.push_back(filled);
    }
    begin = close < end ? close + 1 : end;
  }
  return result;
}

Expr *AstBuilder::hole(uint32_t begin, uint32_t end) {
  Fragment inner{fragment.file, fragment.base + begin, fragment.text.substr(begin, end - begin), true};
  return parseHole(context, inner, diagnostics);
}

} // namespace mdl::syntax
