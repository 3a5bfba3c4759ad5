//===- Interrupt.cpp - Ctrl-C ----------------------------------------------------------===//
//
// Runtime. See Interrupt.h.
//
//===----------------------------------------------------------------------===//
#include "train/Interrupt.h"
#include "mdl/abi.h"
#include "support/Error.h"

#include <csignal>
#include <cstdint>
#include <ctime>

namespace mdl::runtime {

/// Two signals closer than this are one key press: a shell and a parent process may both pass it on.
static constexpr int64_t SamePressNanoseconds = 100000000;

static volatile sig_atomic_t pressed = 0;
static volatile int64_t pressedAt = 0;
static bool stopping = false, cancels = false;
static int watchers = 0;
static struct sigaction before;

static void onInterrupt(int) {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t time = now.tv_sec * int64_t(1000000000) + now.tv_nsec;
  if (!pressed) {
    pressed = 1;
    pressedAt = time;
  } else if (time - pressedAt > SamePressNanoseconds) {
    signal(SIGINT, SIG_DFL);
    raise(SIGINT);
  }
}

void watchInterrupts() {
  if (watchers++)
    return;
  struct sigaction action = {};
  action.sa_handler = onInterrupt;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, &before);
}

void unwatchInterrupts() {
  if (--watchers)
    return;
  sigaction(SIGINT, &before, nullptr);
  if (pressed)
    finish(ExitInterrupted);
}

void pressInterrupt() { pressed = 1; }

void resetInterrupts() {
  if (watchers)
    sigaction(SIGINT, &before, nullptr);
  watchers = 0;
  pressed = 0;
  stopping = false;
  cancels = true;
}

bool cancelRequested() { return cancels && pressed; }

bool interrupted() { return pressed; }
void requestStop() { stopping = true; }
bool stopRequested() { return pressed || stopping; }

} // namespace mdl::runtime

bool mdl_interrupted(void) { return mdl::runtime::stopRequested(); }
