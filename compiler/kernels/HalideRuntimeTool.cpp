//===- HalideRuntimeTool.cpp - Writes Halide's runtime as an object --------------------===//
//
// Stage: kernels, when the project is built. `mdl-halide-runtime FILE.o` writes the
// runtime that every kernel calls, for this machine's system and without special
// features, so that it runs wherever the kernels do.
//
//===----------------------------------------------------------------------===//
#include <Halide.h>

#include <cstdio>

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: mdl-halide-runtime FILE.o\n");
    return 2;
  }
  try {
    Halide::Target host = Halide::get_host_target();
    Halide::compile_standalone_runtime(argv[1], Halide::Target(host.os, host.arch, host.bits));
  } catch (const Halide::Error &error) {
    std::fprintf(stderr, "mdl-halide-runtime: %s\n", error.what());
    return 1;
  }
  return 0;
}
