//===- Session.h - One compilation, from a path to an executable -------------------------------===//
//
// What the commands of `mdl` share: reading and checking a program, running the passes,
// compiling kernels and host code, linking. Messages go to standard error; a method that
// fails has said why.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_DRIVER_SESSION_H
#define MDL_DRIVER_SESSION_H

#include "compiler/kernels/Kernels.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/sema/Elaborate.h"
#include "mlir/IR/MLIRContext.h"

#include <optional>

namespace mdl {

/// Where the parts of an installation are.
struct Installation {
  std::string libraryFolder;         ///< Of `nn.mdl` and the rest of the standard library.
  std::string sessionLibrary;        ///< The runtime as a library, for the REPL.
  std::string errorFolder;           ///< Of the texts of `mdl explain`.
  std::vector<std::string> archives; ///< Of the runtime.
  std::string identity;              ///< Changes when the compiler or the runtime does.
};
const Installation &installation();

/// The folder of a file; `.` of a bare name.
std::string folderOf(const std::string &path);

class Session {
public:
  /// `keepFolder`: the program looks for data in its source's folder (`mdl run`).
  Session(const std::string &path, bool keepFolder);

  /// Reads and parses; false when the file cannot be read or has syntax errors.
  bool parse();
  /// Parses and elaborates.
  bool check();
  /// Runs the passes up to a form; after check().
  bool lowerTo(Stop stop);
  /// Compiles the kernels (in form Kernels).
  std::optional<std::vector<CompiledKernel>> kernels(bool schedulesOnly = false);
  /// The whole way to an executable at `output`, after check().
  bool build(const std::string &output);
  /// A key of the checked program: the same when the executable would be the same.
  std::string key();

  std::string printAst();
  /// The gradients of the program as `.mdl`; with `outlineGradients`, in form Grad.
  std::string printGradients();
  /// The module as text.
  std::string print();
  /// LLVM IR, assembly or an object of the host code.
  std::optional<std::string> host(const std::string &kind);

  /// What was said behind the first messages, without colours.
  std::string messages(size_t behind) const;

  Compilation compilation;
  std::string target; ///< "" for this machine.

private:
  bool report();
  std::string path;
  mlir::MLIRContext context;
  ast::Module *program = nullptr;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Stop form = Stop::Mdl;
  size_t reported = 0;
};

} // namespace mdl

#endif // MDL_DRIVER_SESSION_H
