//===- Texts.h - The texts that are being built --------------------------------------===//
#ifndef MDL_RUNTIME_TEXT_TEXTS_H
#define MDL_RUNTIME_TEXT_TEXTS_H

namespace mdl::runtime {

/// Forgets texts that were begun and never ended, because a line of the REPL was left.
void clearTexts();
/// Likewise lists of texts.
void clearTextLists();

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TEXT_TEXTS_H
