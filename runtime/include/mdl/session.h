/*===- session.h - The runtime inside of the REPL -------------------------------===
 *
 * The REPL loads the runtime as a library and runs the object of each line in its own
 * process. Values that outlive a line stand in slots: generated code reads those of
 * earlier lines and writes its own through the functions of the second part. An error or
 * Ctrl-C ends the line, not the process; what the line had allocated is given back.
 *
 *===----------------------------------------------------------------------===*/
#ifndef MDL_SESSION_H
#define MDL_SESSION_H

#include "mdl/abi.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/*--- For the REPL --------------------------------------------------------------*/

/* A value between lines: a tensor (dense, owned by the slot) or a handle of the runtime. */
typedef struct mdl_slot {
  mdl_tensor *tensor;
  void *pointer;
} mdl_slot;

typedef struct mdl_line {
  void (*declare)(void);
  void (*run)(void);
  mdl_slot *const *inputs;
  mdl_slot *const *outputs;
  /* Places of the source, for messages: generated code names the k-th as `@k`. */
  const char *const *places;
  /* That of the line itself. */
  const char *whole;
} mdl_line;

typedef enum mdl_line_end { MDL_LINE_DONE, MDL_LINE_FAILED, MDL_LINE_INTERRUPTED } mdl_line_end;

void mdl_session_start(void);
/* Runs a line; errors have been printed to standard error. */
mdl_line_end mdl_session_run(const mdl_line *line);
/* Ends the running line: at once where `place`, the ucontext_t of a signal, is in generated code of the line's thread,
 * else at the next loop turn, task of a parallel loop or batch. May be called by a signal handler, and again. */
void mdl_session_interrupt(const void *place);
void mdl_session_clear(mdl_slot *slot);

/*--- For the code of a line ------------------------------------------------------*/

void mdl_session_load(int64_t input, mdl_tensor *out);
void *mdl_session_load_pointer(int64_t input);
void mdl_session_store(int64_t output, const mdl_tensor *value);
void mdl_session_store_pointer(int64_t output, void *value);
/* In each turn of a loop. */
void mdl_session_poll(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MDL_SESSION_H */
