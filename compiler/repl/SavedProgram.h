//===- SavedProgram.h - A session as a program -------------------------------===//
//
// Stage: repl. In: the inputs of a session, parsed. Out: the text of a program that does the same.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_REPL_SAVEDPROGRAM_H
#define MDL_REPL_SAVEDPROGRAM_H

#include "compiler/support/Source.h"
#include "compiler/syntax/Ast.h"

#include <set>
#include <string>
#include <vector>

namespace mdl::repl {

/// The names that a statement defines for those after it.
std::set<std::string> namesDefinedBy(const ast::Stmt &stmt);

/// A text in which no name is defined twice. A name of which that is not possible is added to `kept`.
std::string savedProgram(const std::vector<const ast::Module *> &inputs, const SourceManager &sources,
                         std::set<std::string> &kept);

} // namespace mdl::repl

#endif // MDL_REPL_SAVEDPROGRAM_H
