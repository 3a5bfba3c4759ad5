//===- Elaborate.h - Names, types and shapes: AST to the mdl dialect ----------------===//
#ifndef MDL_SEMA_ELABORATE_H
#define MDL_SEMA_ELABORATE_H

#include "compiler/support/Diagnostics.h"
#include "compiler/syntax/Ast.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <map>
#include <string>
#include <vector>

namespace mdl {

/// What a compilation is about and what it has collected.
struct Compilation {
  Compilation() : diagnostics(sources) {}

  SourceManager sources;
  DiagnosticEngine diagnostics;
  AstContext ast;
  std::string programPath;                 ///< As the user gave it.
  std::string programFolder;               ///< Where relative data paths are looked up.
  bool outlineGradients = false;           ///< Each gradient also becomes a function to print (compiler/print).
  bool embedFolder = false;                ///< The executable looks there too (`mdl run`).
  std::vector<std::string> libraryFolders; ///< Of `stdlib/`.
  /// Places of emitted operations, to turn a later stage's message into the user's.
  std::map<std::tuple<std::string, unsigned, unsigned>, SourceRange> places;
};

/// The place of an operation that a later stage complains about.
SourceRange placeOf(const Compilation &compilation, mlir::Location location);

/// Checks `program` and emits it. Errors are in `compilation.diagnostics`; then the module is not to be used.
mlir::OwningOpRef<mlir::ModuleOp> elaborate(Compilation &compilation, const ast::Module &program,
                                            mlir::MLIRContext &context);

/// Loads the dialects whose operations sema makes.
void loadSemaDialects(mlir::MLIRContext &context);

/// Finds a data file of a program: as given, in the program's folder, below $MDL_DATA (with or without a leading
/// `data/`).
std::string findData(const Compilation &compilation, const std::string &path);

} // namespace mdl

#endif // MDL_SEMA_ELABORATE_H
