//===- Progress.cpp - The bar of a running epoch --------------------------------------------===//
//
// Runtime. See Progress.h.
//
//===----------------------------------------------------------------------===//
#include "train/Progress.h"
#include "support/Error.h"
#include "train/Interrupt.h"
#include "train/Report.h"

#include <algorithm>
#include <cinttypes>
#include <sys/ioctl.h>
#include <unistd.h>

namespace mdl::runtime {

static constexpr auto DrawInterval = std::chrono::milliseconds(100);

Progress::Progress() : terminal(isatty(STDOUT_FILENO)) {}

void Progress::begin(int64_t epoch, int64_t epochs, int64_t batches) {
  this->epoch = epoch;
  this->epochs = epochs;
  this->batches = batches;
  done = 0;
  start = Clock::now();
  nextDraw = start + DrawInterval; // An epoch that is done by then needs no bar.
}

void Progress::step(double loss) {
  ++done;
  if (!terminal)
    return;
  Clock::time_point now = Clock::now();
  if (now < nextDraw)
    return;
  nextDraw = now + DrawInterval;
  draw(now, loss);
}

void Progress::draw(Clock::time_point now, double loss) {
  winsize size = {};
  int width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
  std::string name = "epoch " + std::to_string(epoch) + "/" + std::to_string(epochs);
  double seconds = std::chrono::duration<double>(now - start).count();
  writeOut("\r" + progressText(name, done, batches, loss, seconds, width - 1) + "\033[K");
  flushOut();
  drawn = true;
}

void Progress::erase() {
  // The terminal shows `^C` where the bar was or will be.
  if (!drawn && !(terminal && interrupted()))
    return;
  drawn = false;
  writeOut("\r\033[K");
}

std::string progressText(const std::string &epoch, int64_t done, int64_t batches, double loss, double seconds,
                         int width) {
  double share = batches > 0 ? std::min(1.0, static_cast<double>(done) / static_cast<double>(batches)) : 0;
  double left = share > 0 ? seconds / share - seconds : 0;
  std::string end = format("] %3.0f%%  %" PRId64 "/%" PRId64 "  loss %.4f  %s left", share * 100, done, batches, loss,
                           durationText(left).c_str());
  std::string begin = epoch + " [";
  int room = std::min(40, width - static_cast<int>(begin.size() + end.size()));
  if (room < 5) // A narrow terminal: the numbers matter more.
    return (epoch + " " + end.substr(2)).substr(0, std::max(0, width));
  int filled = static_cast<int>(share * room);
  return begin + std::string(filled, '#') + std::string(room - filled, '-') + end;
}

} // namespace mdl::runtime
