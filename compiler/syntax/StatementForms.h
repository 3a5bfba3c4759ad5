//===- StatementForms.h - How the statements look that make names --------------===//
//
// Stage: parser and sema, for messages about a statement whose name was left out.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SYNTAX_STATEMENTFORMS_H
#define MDL_SYNTAX_STATEMENTFORMS_H

#include <string_view>

namespace mdl::syntax {

struct StatementForm {
  std::string_view word;  ///< That it begins with.
  std::string_view named; ///< Whose name is missing: `a name for the option`.
  std::string_view form;  ///< A hint: the whole statement.
};

/// Of a statement that begins with `word`; null where none does.
const StatementForm *statementForm(std::string_view word);

} // namespace mdl::syntax

#endif // MDL_SYNTAX_STATEMENTFORMS_H
