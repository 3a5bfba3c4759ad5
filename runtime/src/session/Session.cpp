//===- Session.cpp - The runtime inside of the REPL --------------------------------===//
//
// Runtime, only in the library that the REPL loads. See mdl/session.h.
//
// Note [Leaving a line]: generated code has no unwinding, so an error inside a line jumps
// back to mdl_session_run. What the frames in between held is given back through lists:
// memory by LineMemory, texts and interrupts by their own resets. Ctrl-C leaves in the same way from inside of
// generated code, which holds no lock and changes nothing that outlives the line; only what a kernel allocates for
// itself is lost then.
//
//===----------------------------------------------------------------------===//
#include "mdl/session.h"
#include "memory/LineMemory.h"
#include "random/Draws.h"
#include "support/Error.h"
#include "support/Tensor.h"
#include "text/Texts.h"
#include "threads/ThreadPool.h"
#include "train/Interrupt.h"

#include <csetjmp>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <pthread.h>
#include <ucontext.h>

namespace mdl::runtime {

static const mdl_line *current = nullptr;
static pthread_t lineThread;
static sigjmp_buf back;

/// `@3` is a place that the line's code names by its number; what has no place is the whole line's.
static std::string placeOf(const std::string &where) {
  if (where.empty())
    return current->whole;
  return where[0] == '@' ? current->places[atoi(where.c_str() + 1)] : where;
}

/// Called where a program would end.
static void leaveLine(int status) {
  // A worker cannot leave for the line's thread: then the process ends as a program does.
  if (current && pthread_equal(lineThread, pthread_self()))
    siglongjmp(back, status == ExitInterrupted ? MDL_LINE_INTERRUPTED : MDL_LINE_FAILED);
}

static void afterLine() {
  current = nullptr;
  setExitHook(nullptr, nullptr);
  freeLineMemory();
  endAllDraws();
}

} // namespace mdl::runtime

using namespace mdl::runtime;

void mdl_session_start(void) { startThreads(0); }

mdl_line_end mdl_session_run(const mdl_line *line) {
  clearTexts();
  clearTextLists();
  resetInterrupts();
  setBeforeMessage(nullptr);
  current = line;
  lineThread = pthread_self();
  setExitHook(leaveLine, placeOf);
  keepLineMemory();
  int end = sigsetjmp(back, 1);
  if (end == 0) {
    line->declare();
    line->run();
  }
  afterLine();
  fflush(stdout);
  return mdl_line_end(end);
}

/// Whether a signal met code that belongs to no file. Such code is never called by the runtime but for the tasks of a
/// parallel loop.
static bool isInGeneratedCode(const void *place) {
#if defined(__x86_64__)
  auto registers = static_cast<const ucontext_t *>(place)->uc_mcontext.gregs;
  dl_find_object file;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a register is all there is
  return _dl_find_object(reinterpret_cast<void *>(registers[REG_RIP]), &file) != 0;
#else
  return false;
#endif
}

void mdl_session_interrupt(const void *place) {
  pressInterrupt();
  if (current && pthread_equal(lineThread, pthread_self()) && !insideParallelLoop() && isInGeneratedCode(place))
    finish(ExitInterrupted);
}

void mdl_session_poll(void) {
  if (interrupted())
    finish(ExitInterrupted);
}

void mdl_session_clear(mdl_slot *slot) {
  if (slot->tensor)
    free(slot->tensor->host);
  free(slot->tensor);
  slot->tensor = nullptr;
}

void mdl_session_load(int64_t input, mdl_tensor *out) {
  const mdl_tensor *from = current->inputs[input]->tensor;
  Tensor source(from), target(out);
  int64_t bytes = source.itemBytes();
  if (target.isDense()) {
    memcpy(out->host, from->host, source.elements() * bytes);
    return;
  }
  target.forEach(
      [&](int64_t index, int64_t offset) { memcpy(out->host + offset * bytes, from->host + index * bytes, bytes); });
}

void *mdl_session_load_pointer(int64_t input) { return current->inputs[input]->pointer; }

/// A dense copy of a tensor; its dimensions stand behind the buffer.
static mdl_tensor *copyOf(const mdl_tensor *from) {
  Tensor source(from);
  int rank = source.rank();
  int64_t bytes = source.itemBytes(), elements = source.elements();
  auto *copy = static_cast<mdl_tensor *>(calloc(1, sizeof(mdl_tensor) + rank * sizeof(halide_dimension_t)));
  auto *data = static_cast<uint8_t *>(aligned_alloc(64, (elements * bytes + 127) / 64 * 64));
  if (!copy || !data)
    fail("", "out of memory: could not keep a value");
  copy->type = from->type;
  copy->dimensions = rank;
  copy->dim = reinterpret_cast<halide_dimension_t *>(copy + 1);
  copy->host = data;
  int64_t stride = 1;
  for (int i = 0; i < rank; ++i) {
    copy->dim[i] = halide_dimension_t(0, from->dim[i].extent, int32_t(stride));
    stride *= from->dim[i].extent;
  }
  source.forEach(
      [&](int64_t index, int64_t offset) { memcpy(data + index * bytes, from->host + offset * bytes, bytes); });
  return copy;
}

void mdl_session_store(int64_t output, const mdl_tensor *value) {
  mdl_slot *slot = current->outputs[output];
  mdl_session_clear(slot);
  slot->tensor = copyOf(value);
}

void mdl_session_store_pointer(int64_t output, void *value) { current->outputs[output]->pointer = value; }
