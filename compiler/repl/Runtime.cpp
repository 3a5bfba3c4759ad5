//===- Runtime.cpp - The runtime as a library ---------------------------------===//

#include "compiler/repl/Runtime.h"

#include <dlfcn.h>

namespace mdl::repl {

void *Runtime::symbol(const char *name) const { return dlsym(library, name); }

std::unique_ptr<Runtime> Runtime::load(const std::string &path, std::string &error) {
  // Local: neither the compiler nor Halide's compiler is to see Halide's runtime.
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    error = dlerror();
    return nullptr;
  }
  std::unique_ptr<Runtime> runtime(new Runtime(library));
  auto find = [&](auto &function, const char *name) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(runtime->symbol(name));
    return function != nullptr;
  };
  if (find(runtime->start, "mdl_session_start") && find(runtime->run, "mdl_session_run") &&
      find(runtime->interrupt, "mdl_session_interrupt") && find(runtime->clear, "mdl_session_clear") &&
      find(runtime->declareProgram, "mdl_declare_program"))
    return runtime;
  error = "`" + path + "` is no runtime of this version";
  return nullptr;
}

} // namespace mdl::repl
