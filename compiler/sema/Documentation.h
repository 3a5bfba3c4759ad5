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

enum class DocKind {
  Declaration, ///< A builtin, a function or a model.
  Word,        ///< A keyword, a type, a constant.
  Module,      ///< A file of the standard library.
};

struct DocEntry {
  std::string name;
  std::string module;    ///< Of the standard library; empty for a builtin and in a session.
  std::string signature; ///< `sum(x, axis=…)`, `fn mse(…) -> f32`, `model Linear(inputs, outputs)`, `import nn`.
  std::string text;
  std::string source; ///< Empty for a builtin and a module.
  DocKind kind = DocKind::Declaration;
  std::vector<std::string> names = {}; ///< Of a module: what can be reached through it, sorted.
};

/// Every builtin, every function, model and module of the standard library and every word of the language, sorted by
/// name.
std::vector<DocEntry> documentation(Compilation &compilation, mlir::MLIRContext &context);

/// Whether only the standard library calls it: a list of what there is leaves it out.
bool isInternalName(const std::string &name);

/// A declaration as written, without its body.
std::string signatureOf(const SourceManager &sources, const ast::Stmt &decl);

/// The entry of a function or model that is declared by this statement.
DocEntry declarationEntry(const SourceManager &sources, const std::string &name, const ast::Stmt &decl);

/// What `mdl doc` prints of one name; of a module the first sentence of each of its names, which are among `entries`.
std::string printDoc(const DocEntry &entry, const std::vector<DocEntry> &entries);

/// The list that `mdl doc` prints without a name: each with the first sentence of its text.
std::string printDocIndex(const std::vector<DocEntry> &entries);

} // namespace mdl

#endif // MDL_SEMA_DOCUMENTATION_H
