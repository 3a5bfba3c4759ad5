//===- Interrupts.h - Ctrl-C while a line is compiled and run -----------------===//
#ifndef MDL_REPL_INTERRUPTS_H
#define MDL_REPL_INTERRUPTS_H

namespace mdl::repl {

/// While this lives, Ctrl-C is remembered and passed on to `pass` instead of ending the process.
class CatchInterrupts {
public:
  explicit CatchInterrupts(void (*pass)());
  ~CatchInterrupts();
  CatchInterrupts(const CatchInterrupts &) = delete;
  CatchInterrupts &operator=(const CatchInterrupts &) = delete;
  bool pressed() const;
};

} // namespace mdl::repl

#endif // MDL_REPL_INTERRUPTS_H
