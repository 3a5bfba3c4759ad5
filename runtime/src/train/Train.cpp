//===- Train.cpp - What generated code tells of a training run ----------------------------===//
//
// Runtime. In: calls of the training loop in stdlib/train.mdl. Out: the table on standard
// output; a clean stop after Ctrl-C or a loss that is NaN.
//
//===----------------------------------------------------------------------===//
#include "mdl/abi.h"
#include "support/Error.h"
#include "train/Interrupt.h"
#include "train/Report.h"

#include <cinttypes>
#include <memory>

using namespace mdl::runtime;

static Report *report = nullptr;
static std::string stopReason, stopPlace;

static Report &current() {
  if (!report)
    fail("", "bug: a training run that was not begun");
  return *report;
}

void mdl_train_begin(int64_t epochs, const char *columns) {
  delete report;
  report = new Report(epochs, columns);
  stopReason.clear();
  setBeforeMessage([] {
    if (report)
      report->progress().erase();
  });
  watchInterrupts();
  writeOut(report->header());
  flushOut();
}

void mdl_train_epoch(int64_t epoch, int64_t batches) { current().beginEpoch(epoch, batches); }

void mdl_train_step(double loss, const char *where) {
  Report &run = current();
  if (run.step(loss) || !stopReason.empty())
    return;
  stopReason = format("the loss is nan in epoch %" PRId64 ", batch %" PRId64
                      "; training stopped (a smaller learning rate often helps)",
                      run.currentEpoch(), run.currentStep());
  stopPlace = where;
  requestStop();
}

void mdl_train_valid(int64_t metric, double value, int64_t rows) { current().valid(metric, value, rows); }

void mdl_train_epoch_end(void) {
  // What was not gone through to its end has no mean.
  writeOut(current().endEpoch(/*isCut=*/stopRequested()));
  flushOut();
  if (!stopReason.empty())
    fail(stopPlace, stopReason);
  // Not at mdl_train_end: the epochs that are left would each shuffle the data for nothing.
  if (interrupted())
    finish(ExitInterrupted);
}

void mdl_train_end(void) { unwatchInterrupts(); }

double mdl_train_metric(int64_t metric) { return current().metric(metric); }
