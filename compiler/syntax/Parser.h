//===- Parser.h - Text to AST ---------------------------------------------------===//
#ifndef MDL_SYNTAX_PARSER_H
#define MDL_SYNTAX_PARSER_H

#include "compiler/support/Diagnostics.h"
#include "compiler/syntax/Ast.h"

#include <string>

namespace mdl {

/// Parses a file of the source manager. Always gives a module; what could not be parsed is reported
/// and stands as ErrorExpr or is left out, so that sema can go on. Never throws.
ast::Module *parseModule(AstContext &context, const SourceManager &sources, int file, DiagnosticEngine &diagnostics);

/// True when `text` ends inside brackets, a block or after an operator: the REPL then reads another line.
bool isIncomplete(const std::string &text);

/// The text of `--emit=ast`: an indented tree, one node a line, with `line:col`.
std::string printAst(const ast::Module &module, const SourceManager &sources);

} // namespace mdl

#endif // MDL_SYNTAX_PARSER_H
