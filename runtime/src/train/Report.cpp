//===- Report.cpp - The table of a training run -------------------------------------------===//
//
// Runtime. See Report.h.
//
//===----------------------------------------------------------------------===//
#include "train/Report.h"
#include "support/Error.h"

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <limits>
#include <sstream>

namespace mdl::runtime {

static constexpr size_t NarrowestNumber = 10, EpochWidth = 5, TimeWidth = 5;

void SmoothLoss::add(double loss) {
  average = Beta * average + (1 - Beta) * loss;
  weight *= Beta;
}

double SmoothLoss::value() const { return average / (1 - weight); }

double Mean::value() const { return rows ? sum / static_cast<double>(rows) : std::numeric_limits<double>::quiet_NaN(); }

std::string durationText(double seconds) {
  if (seconds < 9.995)
    return format("%.2fs", seconds);
  if (seconds < 59.95)
    return format("%.1fs", seconds);
  int64_t whole = std::llround(seconds);
  if (whole < 3600)
    return format("%02d:%02d", static_cast<int>(whole / 60), static_cast<int>(whole % 60));
  return format("%" PRId64 ":%02d:%02d", whole / 3600, static_cast<int>(whole / 60 % 60), static_cast<int>(whole % 60));
}

static std::string cell(const std::string &text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

/// printf writes a sign before some NaNs.
static std::string number(double value) { return std::isnan(value) ? "nan" : format("%.6f", value); }

static size_t widthOf(const std::string &name) { return std::max(name.size(), NarrowestNumber); }

Report::Report(int64_t epochs, const std::string &metrics) : epochs(epochs), columns{"valid_loss"} {
  std::stringstream names(metrics);
  for (std::string name; std::getline(names, name, ',');)
    columns.push_back(name);
  means.resize(columns.size());
}

std::string Report::header() const {
  std::string line = cell("epoch", EpochWidth) + "  " + cell("train_loss", NarrowestNumber);
  for (const std::string &name : columns)
    line += "  " + cell(name, widthOf(name));
  return line + "  " + cell("time", TimeWidth) + "\n";
}

void Report::beginEpoch(int64_t number, int64_t batches) {
  epoch = number;
  steps = 0;
  means.assign(columns.size(), Mean());
  start = std::chrono::steady_clock::now();
  bar.begin(epoch, epochs, batches);
}

bool Report::step(double loss) {
  ++steps;
  smooth.add(loss);
  bar.step(smooth.value());
  return !std::isnan(loss);
}

void Report::valid(int64_t metric, double value, int64_t rows) {
  if (metric < 0 || metric >= static_cast<int64_t>(means.size()))
    fail("", "bug: a metric that the training run did not declare");
  means[metric].sum += value * static_cast<double>(rows);
  means[metric].rows += rows;
}

std::string Report::endEpoch(bool isCut) {
  bar.erase();
  if (steps == 0)
    return "";
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::string line = cell(std::to_string(epoch), EpochWidth) + "  " + cell(number(smooth.value()), NarrowestNumber);
  for (size_t i = 0; i < columns.size(); ++i)
    line += "  " + cell(means[i].rows && !isCut ? number(means[i].value()) : "-", widthOf(columns[i]));
  return line + "  " + cell(durationText(seconds), TimeWidth) + "\n";
}

double Report::metric(int64_t index) const {
  if (index < 0 || index >= static_cast<int64_t>(means.size()))
    fail("", "bug: a metric that the training run did not declare");
  return means[index].value();
}

} // namespace mdl::runtime
