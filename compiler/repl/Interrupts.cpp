//===- Interrupts.cpp - Ctrl-C while a line is compiled and run ---------------===//

#include "compiler/repl/Interrupts.h"

#include <csignal>
#include <sys/time.h>

namespace mdl::repl {

static constexpr suseconds_t AgainAfterMicroseconds = 20000;

static volatile sig_atomic_t wasPressed = 0;
static void (*passOn)(const void *) = nullptr;
static struct sigaction beforeInterrupt, beforeAlarm;

static void setAlarm(suseconds_t microseconds) {
  itimerval every = {{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_REAL, &every, nullptr);
}

/// Of Ctrl-C and of the alarm that follows.
static void onSignal(int, siginfo_t *, void *place) {
  if (!wasPressed)
    setAlarm(AgainAfterMicroseconds);
  wasPressed = 1;
  passOn(place);
}

CatchInterrupts::CatchInterrupts(void (*pass)(const void *place)) {
  wasPressed = 0;
  passOn = pass;
  struct sigaction action = {};
  action.sa_sigaction = onSignal;
  action.sa_flags = SA_RESTART | SA_SIGINFO;
  sigaction(SIGINT, &action, &beforeInterrupt);
  sigaction(SIGALRM, &action, &beforeAlarm);
}

CatchInterrupts::~CatchInterrupts() {
  setAlarm(0);
  sigaction(SIGINT, &beforeInterrupt, nullptr);
  sigaction(SIGALRM, &beforeAlarm, nullptr);
}

bool CatchInterrupts::pressed() const { return wasPressed; }

} // namespace mdl::repl
