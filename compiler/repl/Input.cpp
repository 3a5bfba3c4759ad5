//===- Input.cpp - Lines put together, and the main loop ----------------------===//

#include "compiler/repl/Input.h"

#include "compiler/driver/ProgramCache.h"
#include "compiler/repl/Repl.h"
#include "compiler/syntax/Parser.h"
#include "llvm/ADT/StringRef.h"

#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace mdl::repl {
namespace {

/// How long a line that is complete waits for one that goes on with it.
constexpr int PauseMilliseconds = 50;

/// Reads one line ahead, because a line that begins with `|>` or `.` belongs to the one before, as in a file. A
/// program that writes a line and waits for what it shows writes nothing more: after a pause the line is all there is.
class PipeSource : public LineSource {
public:
  ReadLine read(bool) override {
    fill(/*timeout=*/-1);
    size_t end = buffer.find('\n', start);
    if (end == std::string::npos && start == buffer.size())
      return {ReadLine::End, ""};
    std::string line = buffer.substr(start, end == std::string::npos ? end : end - start);
    start = end == std::string::npos ? buffer.size() : end + 1;
    return {ReadLine::Text, line};
  }
  bool nextContinues() override {
    if (!fill(PauseMilliseconds))
      return false;
    llvm::StringRef text = llvm::StringRef(buffer).drop_front(start).ltrim(" \t");
    return text.starts_with("|>") || text.starts_with(".");
  }

private:
  /// Reads until a line or the end of the input is there; false if nothing came for so many milliseconds.
  bool fill(int timeout) {
    buffer.erase(0, start);
    start = 0;
    while (!ended && buffer.find('\n') == std::string::npos) {
      pollfd input = {STDIN_FILENO, POLLIN, 0};
      int ready = poll(&input, 1, timeout);
      if (ready == 0)
        return false;
      char bytes[1 << 16];
      ssize_t count = ready < 0 ? -1 : ::read(STDIN_FILENO, bytes, sizeof bytes);
      if (count < 0 && errno == EINTR)
        continue;
      ended = count <= 0;
      buffer.append(bytes, count > 0 ? static_cast<size_t>(count) : 0);
    }
    return true;
  }

  std::string buffer; ///< What was read, from `start` on to be taken.
  size_t start = 0;
  bool ended = false;
};

} // namespace

std::unique_ptr<LineSource> makePipeSource() { return std::make_unique<PipeSource>(); }

/// Comments only: a `##` text stands before what it describes.
static bool isOnlyDoc(llvm::StringRef text) {
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    if (!line.ltrim().starts_with("##"))
      return false;
    text = rest;
  }
  return true;
}

ReadLine nextInput(LineSource &source, unsigned &lines) {
  ReadLine first = source.read(false);
  if (first.kind != ReadLine::Text)
    return first;
  ++lines;
  llvm::StringRef start = llvm::StringRef(first.text).ltrim();
  if (start.empty() || start.starts_with(":"))
    return first;
  while (isOnlyDoc(first.text) || isIncomplete(first.text) || source.nextContinues()) {
    ReadLine more = source.read(true);
    if (more.kind == ReadLine::Cancelled)
      return more;
    if (more.kind == ReadLine::End)
      break;
    ++lines;
    first.text += "\n" + more.text;
  }
  return first;
}

static int runPipe(Repl &repl) {
  auto source = makePipeSource();
  unsigned lines = 0;
  int status = 0;
  for (;;) {
    unsigned line = lines + 1;
    ReadLine input = nextInput(*source, lines);
    if (input.kind != ReadLine::Text)
      return status;
    Repl::Outcome outcome = repl.run(input.text, line);
    if (outcome == Repl::Outcome::Quit)
      return status;
    if (outcome == Repl::Outcome::Interrupted)
      return 130;
    if (outcome == Repl::Outcome::Failed)
      status = 1;
  }
}

static int runTerminal(Repl &repl) {
  auto source = makeTerminalSource(
      [&](const std::string &before, const std::string &word) { return repl.completions(before, word); });
  puts("mdl: `:help` lists the commands, Ctrl-D leaves");
  unsigned lines = 0;
  for (;;) {
    unsigned line = lines + 1;
    ReadLine input = nextInput(*source, lines);
    if (input.kind == ReadLine::End)
      return 0;
    if (input.kind == ReadLine::Cancelled)
      continue;
    source->remember(input.text);
    Repl::Outcome outcome = repl.run(input.text, line);
    if (outcome == Repl::Outcome::Quit)
      return 0;
    if (outcome == Repl::Outcome::Interrupted)
      puts("cancelled; the names are as they were");
  }
}

int replCommand() {
  CacheFolder cache;
  bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  std::string error;
  auto repl = Repl::create(terminal, error);
  if (!repl) {
    fprintf(stderr, "error: the REPL cannot start: %s\n", error.c_str());
    return 1;
  }
  int status = terminal ? runTerminal(*repl) : runPipe(*repl);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fprintf(stderr, "error: cannot write to standard output\n");
    status = 1;
  }
  cache.remove();
  // Threads of the runtime may run on: end as a program does, without destructors.
  _exit(status);
}

} // namespace mdl::repl
