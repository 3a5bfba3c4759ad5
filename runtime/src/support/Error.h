//===- Error.h - How a program ends, well or not -------------------------------------===//
//
// Runtime. Every way out goes through `finish`: standard output is flushed and checked,
// then the process ends without running destructors, so that no background thread can
// hang or crash it.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_SUPPORT_ERROR_H
#define MDL_RUNTIME_SUPPORT_ERROR_H

#include <string>

namespace mdl::runtime {

enum ExitStatus { ExitOk = 0, ExitError = 1, ExitUsage = 2, ExitInterrupted = 130 };

/// Flushes standard output and ends; output that could not be written turns success into an error.
[[noreturn]] void finish(int status);

/// Prints `place: error: message` (or `program: error: …` if there is none) and ends with status 1. `where` is that
/// place and, from its second line on, what is shown below the message: the source line, carets, the calls.
[[noreturn]] void fail(const std::string &where, const std::string &message);

/// The same for a wrong command line: status 2.
[[noreturn]] void failUsage(const std::string &message);

/// Writes to standard output; one that cannot take it (a closed pipe, a full disk) ends the program.
void writeOut(const std::string &text);
void flushOut();

/// Called by `finish` before anything is written, to erase a progress bar.
void setBeforeMessage(void (*hook)());

/// For the REPL: `leave` is called with the status when the process would end, and may jump away; `placeOf` gives the
/// place that a message shows.
void setExitHook(void (*leave)(int status), std::string (*placeOf)(const std::string &where));

/// printf into a string.
std::string format(const char *pattern, ...) __attribute__((format(printf, 1, 2)));

} // namespace mdl::runtime

#endif // MDL_RUNTIME_SUPPORT_ERROR_H
