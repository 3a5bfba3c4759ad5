//===- Progress.h - The bar of a running epoch ---------------------------------------------===//
//
// Runtime. In: how far an epoch is. Out: one line on a terminal, erased before anything
// else is printed. Nothing where the output is not a terminal.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_TRAIN_PROGRESS_H
#define MDL_RUNTIME_TRAIN_PROGRESS_H

#include <chrono>
#include <cstdint>
#include <string>

namespace mdl::runtime {

class Progress {
public:
  Progress();
  void begin(int64_t epoch, int64_t epochs, int64_t batches);
  void step(double loss);
  void erase();

private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now, double loss);

  bool terminal, drawn = false;
  int64_t epoch = 0, epochs = 0, batches = 0, done = 0;
  Clock::time_point start, nextDraw;
};

/// The line for a terminal of `width` columns.
std::string progressText(const std::string &epoch, int64_t done, int64_t batches, double loss, double seconds,
                         int width);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TRAIN_PROGRESS_H
