//===- Stopwatch.h - Milliseconds between two places --------------------------===//
#ifndef MDL_REPL_STOPWATCH_H
#define MDL_REPL_STOPWATCH_H

#include <chrono>

namespace mdl::repl {

class Stopwatch {
public:
  /// Milliseconds since the last lap, or since this was made.
  double lap() {
    auto now = std::chrono::steady_clock::now();
    double passed = std::chrono::duration<double, std::milli>(now - last).count();
    last = now;
    return passed;
  }

private:
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
};

} // namespace mdl::repl

#endif // MDL_REPL_STOPWATCH_H
