//===- Report.h - The table of a training run --------------------------------------------===//
//
// Runtime. In: losses and metrics, batch by batch. Out: a row an epoch.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_TRAIN_REPORT_H
#define MDL_RUNTIME_TRAIN_REPORT_H

#include "train/Progress.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mdl::runtime {

/// An exponential moving average, corrected for its start at zero.
class SmoothLoss {
public:
  void add(double loss);
  double value() const;

private:
  static constexpr double Beta = 0.98;
  double average = 0, weight = 1; ///< `weight` is Beta^count.
};

/// A mean weighted by rows.
struct Mean {
  double sum = 0;
  int64_t rows = 0;
  double value() const;
};

class Report {
public:
  Report(int64_t epochs, const std::string &metrics);

  std::string header() const;
  void beginEpoch(int64_t epoch, int64_t batches);
  /// False if the loss is NaN.
  bool step(double loss);
  void valid(int64_t metric, double value, int64_t rows);
  /// The row of the epoch; "" if it has no step. One that is cut off has no means of the validation.
  std::string endEpoch(bool isCut = false);
  double metric(int64_t index) const;

  int64_t currentEpoch() const { return epoch; }
  int64_t currentStep() const { return steps; }
  Progress &progress() { return bar; }

private:
  int64_t epochs, epoch = 0, steps = 0;
  std::vector<std::string> columns; ///< valid_loss, then the metrics.
  std::vector<Mean> means;
  SmoothLoss smooth;
  Progress bar;
  std::chrono::steady_clock::time_point start;
};

/// `0.42s`, `12.3s`, `01:05`, `1:02:03`.
std::string durationText(double seconds);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TRAIN_REPORT_H
