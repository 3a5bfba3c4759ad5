//===- Error.cpp - How a program ends, well or not -----------------------------------===//
//
// Runtime. See Error.h.
//
//===----------------------------------------------------------------------===//
#include "support/Error.h"
#include "program/Program.h"

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace mdl::runtime {

static void (*beforeMessage)() = nullptr;
static void (*leave)(int) = nullptr;
static std::string (*placeOf)(const std::string &) = nullptr;

void setBeforeMessage(void (*hook)()) { beforeMessage = hook; }

void setExitHook(void (*leaveHook)(int), std::string (*placeHook)(const std::string &)) {
  leave = leaveHook;
  placeOf = placeHook;
}

static void prepareMessage() {
  if (beforeMessage)
    beforeMessage();
}

[[noreturn]] static void outputFailed() {
  int reason = errno;
  if (reason == EPIPE) {
    // The reader has seen enough (`head`): end in silence, as other tools do.
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
  }
  fprintf(stderr, "%s: error: cannot write to standard output: %s\n", programName().c_str(), strerror(reason));
  _exit(ExitError);
}

void writeOut(const std::string &text) {
  if (fwrite(text.data(), 1, text.size(), stdout) != text.size())
    outputFailed();
}

void flushOut() {
  if (fflush(stdout) != 0 || ferror(stdout))
    outputFailed();
}

void finish(int status) {
  prepareMessage();
  flushOut();
  fflush(stderr);
  if (leave)
    leave(status);
  _exit(status);
}

void fail(const std::string &where, const std::string &message) {
  prepareMessage();
  // Output first, so that both streams in one terminal tell what happened in order.
  fflush(stdout);
  std::string place = placeOf ? placeOf(where) : where;
  size_t end = place.find('\n');
  const char *bold = "", *red = "", *plain = "";
  if (isatty(STDERR_FILENO))
    bold = "\033[1m", red = "\033[1;31m", plain = "\033[0m";
  std::string head = place.empty() ? programName() : place.substr(0, end);
  std::string below = end == std::string::npos ? "" : place.substr(end + 1);
  fprintf(stderr, "%s%s:%s %serror:%s %s%s%s\n%s", bold, head.c_str(), plain, red, plain, bold, message.c_str(), plain,
          below.c_str());
  finish(ExitError);
}

void failUsage(const std::string &message) {
  fflush(stdout);
  fprintf(stderr, "%s: error: %s\n", programName().c_str(), message.c_str());
  finish(ExitUsage);
}

std::string format(const char *pattern, ...) {
  va_list arguments, again;
  va_start(arguments, pattern);
  va_copy(again, arguments);
  int length = vsnprintf(nullptr, 0, pattern, arguments);
  va_end(arguments);
  std::string text(length, '\0');
  vsnprintf(text.data(), text.size() + 1, pattern, again);
  va_end(again);
  return text;
}

} // namespace mdl::runtime
