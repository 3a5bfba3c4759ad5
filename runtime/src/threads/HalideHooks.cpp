//===- HalideHooks.cpp - What Halide's runtime asks of ours --------------------------===//
//
// Runtime. Puts the thread pool behind Halide's parallel loops and keeps its messages.
// Halide's own runtime is in the executable only if some kernel needs it, hence weak.
//
//===----------------------------------------------------------------------===//
#include "HalideRuntime.h"
#include "mdl/abi.h"
#include "support/Error.h"
#include "threads/ThreadPool.h"
#include "train/Interrupt.h"

#include <mutex>

#pragma weak halide_set_custom_do_par_for
#pragma weak halide_set_error_handler

namespace mdl::runtime {

void setThreadCount(int count);

static std::mutex messageMutex;
static char message[512];

/// A failed check makes the kernel return a code; the text is kept for mdl_check_kernel. Workers call this too.
static void keepMessage(void *, const char *text) {
  std::lock_guard<std::mutex> lock(messageMutex);
  snprintf(message, sizeof message, "%s", text);
}

static int runLoop(void *context, halide_task_t task, int first, int count, uint8_t *closure) {
  return parallelFor(context, task, first, count, closure);
}

void startThreads(int count) {
  setThreadCount(count > 0 ? count : availableCores());
  if (halide_set_custom_do_par_for)
    halide_set_custom_do_par_for(runLoop);
  if (halide_set_error_handler)
    halide_set_error_handler(keepMessage);
}

} // namespace mdl::runtime

void mdl_check_kernel(const char *kernel, int32_t code, const char *where) {
  using namespace mdl::runtime;
  if (code == 0)
    return;
  if (cancelRequested())
    finish(ExitInterrupted);
  std::string text;
  {
    std::lock_guard<std::mutex> lock(messageMutex);
    text = message;
  }
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  if (text.find("ut of memory") != std::string::npos)
    fail(where, "out of memory in a kernel: " + text);
  fail(where, format("bug: kernel `%s` failed with code %d%s%s", kernel, code, text.empty() ? "" : ": ", text.c_str()));
}
