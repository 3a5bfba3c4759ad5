//===- Main.cpp - main of every program ----------------------------------------------===//
//
// Runtime. In: the command line. Out: the program's exit status. The only file that
// needs mdl_declare and mdl_main, so that tests can link the rest.
//
//===----------------------------------------------------------------------===//
#include "mdl/abi.h"
#include "program/Program.h"
#include "support/Error.h"
#include "threads/ThreadPool.h"

#include <csignal>
#include <new>

using namespace mdl::runtime;

/// Memory that the runtime takes for itself: a table, an order of rows.
static void outOfMemory() {
  std::set_new_handler(nullptr);
  fail("", "out of memory");
}

int main(int argc, char **argv) {
  // A reader that went away is an error of writing, reported like a full disk.
  signal(SIGPIPE, SIG_IGN);
  std::set_new_handler(outOfMemory);
  mdl_declare();
  bool help = false;
  std::string error = readFlags(program(), argc, argv, help);
  if (!error.empty())
    failUsage(error);
  if (help) {
    writeOut(helpText(program()));
    finish(ExitOk);
  }
  startThreads(program().threads);
  mdl_main();
  finish(ExitOk);
}
