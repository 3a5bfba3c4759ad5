//===- Runtime.h - The runtime as a library -----------------------------------===//
//
// Stage: repl. Loads libmdl-session.so, the runtime that executables are linked with, into
// this process: for the code of lines (Jit.h), and for the REPL itself.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_REPL_RUNTIME_H
#define MDL_REPL_RUNTIME_H

#include "mdl/abi.h"
#include "mdl/session.h"

#include <memory>
#include <string>

namespace mdl::repl {

class Runtime {
public:
  /// Null, with the reason in `error`, when the library cannot be loaded. It stays loaded.
  static std::unique_ptr<Runtime> load(const std::string &path, std::string &error);

  /// The address of a function, or null.
  void *symbol(const char *name) const;

  decltype(&mdl_session_start) start;
  decltype(&mdl_session_run) run;
  decltype(&mdl_session_interrupt) interrupt;
  decltype(&mdl_session_clear) clear;
  decltype(&mdl_declare_program) declareProgram;

private:
  explicit Runtime(void *library) : library(library) {}
  void *library;
};

} // namespace mdl::repl

#endif // MDL_REPL_RUNTIME_H
