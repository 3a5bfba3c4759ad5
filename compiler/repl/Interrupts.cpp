//===- Interrupts.cpp - Ctrl-C while a line is compiled and run ---------------===//

#include "compiler/repl/Interrupts.h"

#include <csignal>

namespace mdl::repl {

static volatile sig_atomic_t wasPressed = 0;
static void (*passOn)() = nullptr;
static struct sigaction before;

static void onInterrupt(int) {
  wasPressed = 1;
  passOn();
}

CatchInterrupts::CatchInterrupts(void (*pass)()) {
  wasPressed = 0;
  passOn = pass;
  struct sigaction action = {};
  action.sa_handler = onInterrupt;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, &before);
}

CatchInterrupts::~CatchInterrupts() { sigaction(SIGINT, &before, nullptr); }

bool CatchInterrupts::pressed() const { return wasPressed; }

} // namespace mdl::repl
