//===- Shown.h - Texts of files and of the command line in messages --------------------===//
//
// Runtime and compiler. In: a text that somebody else wrote: a cell, a name in a file, the value of a flag. Out: what a
// message shows of it, on one line and not endlessly long.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_SUPPORT_SHOWN_H
#define MDL_RUNTIME_SUPPORT_SHOWN_H

#include <cstdio>
#include <string>

namespace mdl::runtime {

/// Control characters are written as in a string, and what is longer than 60 bytes is cut off.
inline std::string shown(const std::string &text) {
  constexpr size_t Longest = 60;
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    // Not in the middle of a character.
    if (i >= Longest && (c & 0xC0) != 0x80)
      return out + "…";
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\r')
      out += "\\r";
    else if (c < 0x20 || c == 0x7F) {
      char escaped[5];
      snprintf(escaped, sizeof escaped, "\\x%02x", c);
      out += escaped;
    } else
      out += text[i];
  }
  return out;
}

} // namespace mdl::runtime

#endif // MDL_RUNTIME_SUPPORT_SHOWN_H
