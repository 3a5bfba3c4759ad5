//===- Interrupts.h - Ctrl-C while a line is compiled and run -----------------===//
#ifndef MDL_REPL_INTERRUPTS_H
#define MDL_REPL_INTERRUPTS_H

namespace mdl::repl {

/// While this lives, Ctrl-C is remembered and passed on to `pass` instead of ending the process, with the place where
/// it met the thread (a ucontext_t), and then again and again: that place may be one that cannot be left.
class CatchInterrupts {
public:
  explicit CatchInterrupts(void (*pass)(const void *place));
  ~CatchInterrupts();
  CatchInterrupts(const CatchInterrupts &) = delete;
  CatchInterrupts &operator=(const CatchInterrupts &) = delete;
  bool pressed() const;
};

} // namespace mdl::repl

#endif // MDL_REPL_INTERRUPTS_H
