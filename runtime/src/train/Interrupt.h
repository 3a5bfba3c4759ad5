//===- Interrupt.h - Ctrl-C ------------------------------------------------------------===//
//
// Runtime. In: SIGINT. Out: a flag that loops over batches look at. The first Ctrl-C asks
// to stop after the batch, the second kills.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_TRAIN_INTERRUPT_H
#define MDL_RUNTIME_TRAIN_INTERRUPT_H

namespace mdl::runtime {

/// From now on Ctrl-C is asked for; calls nest. Elsewhere it kills as usual.
void watchInterrupts();
/// After the outermost one, a program that was interrupted ends with status 130.
void unwatchInterrupts();

/// What a press of Ctrl-C does; a signal handler may call it.
void pressInterrupt();
/// Forgets presses and requests: a new line of the REPL begins, and a press ends it wherever it is.
void resetInterrupts();
/// Loops are to end at once: only in the REPL, a program finishes its batch.
bool cancelRequested();

bool interrupted();
/// Training stops for another reason (the loss is NaN).
void requestStop();
bool stopRequested();

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TRAIN_INTERRUPT_H
