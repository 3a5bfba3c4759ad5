//===- Texts.h - The texts that are being built, and their characters ----------------===//
#ifndef MDL_RUNTIME_TEXT_TEXTS_H
#define MDL_RUNTIME_TEXT_TEXTS_H

namespace mdl::runtime {

/// Forgets texts that were begun and never ended, because a line of the REPL was left.
void clearTexts();
/// Likewise lists of texts.
void clearTextLists();
/// Behind the character of UTF-8 that begins there.
const char *afterCharacter(const char *character);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TEXT_TEXTS_H
