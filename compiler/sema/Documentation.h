//===- Documentation.h - What there is to say of each known name --------------===//
//
// Stage: sema, beside the pipeline. Input: the tables of builtins with their texts
// (BuiltinDocs.def) and the standard library's sources; output: a list for `mdl doc`, the
// REPL's `:doc` and its completion.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_DOCUMENTATION_H
#define MDL_SEMA_DOCUMENTATION_H

#include "compiler/sema/Elaborate.h"

namespace mdl {

struct DocEntry {
  std::string name;
  std::string module;    ///< Of the standard library; empty for a builtin and in a session.
  std::string signature; ///< `sum(x, axis=…)`, `fn mse(…) -> f32`, `model Linear(inputs, outputs)`.
  std::string text;
  std::string source;  ///< Empty for a builtin.
  bool isWord = false; ///< A keyword, a type, a constant.
};

/// Every builtin, every function and model of the standard library and every word of the language, sorted by name.
std::vector<DocEntry> documentation(Compilation &compilation, mlir::MLIRContext &context);

/// Whether only the standard library calls it: a list of what there is leaves it out.
bool isInternalName(const std::string &name);

/// A declaration as written, without its body.
std::string signatureOf(const SourceManager &sources, const ast::Stmt &decl);

/// The entry of a function or model that is declared by this statement.
DocEntry declarationEntry(const SourceManager &sources, const std::string &name, const ast::Stmt &decl);

/// What `mdl doc` prints of one name.
std::string printDoc(const DocEntry &entry);

/// The list that `mdl doc` prints without a name: each with the first sentence of its text.
std::string printDocIndex(const std::vector<DocEntry> &entries);

} // namespace mdl

#endif // MDL_SEMA_DOCUMENTATION_H
