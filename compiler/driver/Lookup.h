//===- Lookup.h - `mdl doc` and `mdl explain` ---------------------------------===//
//
// Texts for users: of builtins and the standard library (sema/Documentation.h), and of
// message kinds (docs/errors/, installed as share/mdl/errors).
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DRIVER_LOOKUP_H
#define MDL_DRIVER_LOOKUP_H

#include <string>
#include <vector>

namespace mdl {

struct DocEntry;

/// The list of what the language's names mean; made once.
const std::vector<DocEntry> &documentedNames();

/// A text, or why there is none (with a hint of the nearest name).
struct LookupResult {
  std::string text, error;
};
LookupResult lookUpDoc(const std::string &name);
LookupResult lookUpExplanation(const std::string &code);

/// The commands: print the text, or the error to standard error. Give the exit status. Without a name they print a
/// list.
int docCommand(const std::vector<std::string> &names);
int explainCommand(const std::vector<std::string> &codes);

} // namespace mdl

#endif // MDL_DRIVER_LOOKUP_H
