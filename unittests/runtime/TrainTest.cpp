//===- TrainTest.cpp - The table of a training run -----------------------------------===//
#include "mdl/abi.h"
#include "train/Report.h"

#include <cmath>
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mdl::runtime;
using testing::ExitedWithCode;

TEST(SmoothLoss, IsADebiasedAverage) {
  SmoothLoss loss;
  loss.add(3);
  EXPECT_DOUBLE_EQ(loss.value(), 3);
  loss.add(1);
  EXPECT_NEAR(loss.value(), (0.98 * 0.02 * 3 + 0.02 * 1) / (1 - 0.98 * 0.98), 1e-12);
}

TEST(Report, AlignsHeaderAndRows) {
  Report report(2, "accuracy,error_rate");
  EXPECT_EQ(report.header(), "epoch  train_loss  valid_loss    accuracy  error_rate   time\n");
  report.beginEpoch(0, 2);
  report.step(0.5);
  report.valid(0, 1.0, 10);
  report.valid(0, 2.0, 30);
  report.valid(1, 0.9, 40);
  EXPECT_THAT(report.endEpoch(),
              testing::MatchesRegex("    0    0.500000    1.750000    0.900000           -  0.0.s\n"));
  EXPECT_DOUBLE_EQ(report.metric(0), 1.75);
}

TEST(Report, AnEpochWithoutStepsHasNoRow) {
  Report report(1, "");
  report.beginEpoch(0, 2);
  EXPECT_EQ(report.endEpoch(), "");
}

TEST(Report, WritesDurations) {
  EXPECT_EQ(durationText(0.123), "0.12s");
  EXPECT_EQ(durationText(12.34), "12.3s");
  EXPECT_EQ(durationText(65.4), "01:05");
  EXPECT_EQ(durationText(3723), "1:02:03");
}

TEST(Progress, FitsTheTerminal) {
  EXPECT_EQ(progressText("epoch 0/5", 5, 10, 0.25, 2.0, 79),
            "epoch 0/5 [###############----------------]  50%  5/10  loss 0.2500  2.00s left");
  EXPECT_LE(progressText("epoch 0/5", 5, 10, 0.25, 2.0, 30).size(), 30u);
  EXPECT_EQ(progressText("epoch 0/5", 0, 0, 0, 0, 0), "");
}

static void train(bool interrupt, double loss) {
  mdl_train_begin(3, "accuracy");
  for (int epoch = 0; epoch < 3; ++epoch) {
    mdl_train_epoch(epoch, 4);
    void *batches = mdl_batches_begin(nullptr, 8, 2, false, false, 0, "");
    while (mdl_batches_next(batches)) {
      mdl_train_step(loss, "x.mdl:1:1");
      if (interrupt)
        raise(SIGINT);
    }
    mdl_batches_end(batches);
    if (!mdl_interrupted())
      mdl_train_valid(0, loss, 8);
    mdl_train_epoch_end();
  }
  mdl_train_end();
}

TEST(Train, PrintsARowAnEpoch) {
  testing::internal::CaptureStdout();
  train(false, 1);
  std::string out = testing::internal::GetCapturedStdout();
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 4);
}

/// Standard output of the dying process is joined to its standard error, where the test sees it.
static void trainJoined(bool interrupt, double loss) {
  dup2(STDERR_FILENO, STDOUT_FILENO);
  train(interrupt, loss);
}

TEST(TrainDeathTest, StopsAfterTheBatchWithTheRowSoFar) {
  EXPECT_EXIT(trainJoined(true, 1), ExitedWithCode(130), "time\n    0    1.000000           -           -  0.0.s\n$");
}

TEST(TrainDeathTest, StopsWhenTheLossIsNan) {
  EXPECT_EXIT(trainJoined(false, NAN), ExitedWithCode(1),
              "    0         nan .*error: the loss is nan in epoch 0, batch 1; training stopped");
}
