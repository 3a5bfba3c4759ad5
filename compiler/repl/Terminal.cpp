//===- Terminal.cpp - Editing, history and completion by libedit --------------===//
//
// Stage: repl. libedit shows what is typed without colours; before each key it is written once
// more, with them, over the same cells of the terminal.
//
//===----------------------------------------------------------------------===//

#include "compiler/repl/Input.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Unicode.h"

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <histedit.h>
#include <iterator>
#include <langinfo.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace mdl::repl {
namespace {

constexpr int HistorySize = 10000;
constexpr const char *Prompt = "mdl> ", *Continuation = "...> ";
constexpr int PromptWidth = 5; ///< Of both.

/// $XDG_STATE_HOME/mdl/history, or ~/.local/state/mdl/history; "" where there is no home.
std::string historyPath() {
  auto variable = [](const char *name) {
    const char *value = std::getenv(name);
    return std::string(value ? value : "");
  };
  std::string state = variable("XDG_STATE_HOME"), home = variable("HOME");
  if (state.empty() && home.empty())
    return "";
  std::string folder = (state.empty() ? home + "/.local/state" : state) + "/mdl";
  return llvm::sys::fs::create_directories(folder) ? "" : folder + "/history";
}

/// Ctrl-C while no line runs. The wait for a key waits for this file too, so that a press between two waits is not
/// lost.
class Presses {
public:
  Presses() {
    counter = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct sigaction action = {};
    action.sa_handler = count;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &before);
  }
  ~Presses() {
    sigaction(SIGINT, &before, nullptr);
    close(counter);
  }
  Presses(const Presses &) = delete;
  Presses &operator=(const Presses &) = delete;

  [[nodiscard]] int file() const { return counter; }
  /// Whether there was one since it was asked last.
  [[nodiscard]] bool take() const {
    eventfd_t presses = 0;
    return eventfd_read(counter, &presses) == 0;
  }

private:
  static void count(int) {
    int was = errno;
    eventfd_write(counter, 1);
    errno = was;
  }

  static inline int counter = -1; ///< A signal has no argument.
  struct sigaction before = {};
};

class TerminalSource : public LineSource {
public:
  explicit TerminalSource(Completer completer) : completer(std::move(completer)), path(historyPath()) {
    // What libedit takes for one character: programs are UTF-8, also where no locale is set (as in a bare container).
    if (setlocale(LC_CTYPE, "") == nullptr || nl_langinfo(CODESET) != std::string_view("UTF-8"))
      setlocale(LC_CTYPE, "C.UTF-8");
    editor = el_init("mdl", stdin, stdout, stderr);
    el_set(editor, EL_CLIENTDATA, this);
    el_set(editor, EL_PROMPT, &TerminalSource::prompt);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_SIGNAL, 0);
    el_set(editor, EL_GETCFN, &TerminalSource::nextKey);
    past = history_init();
    HistEvent event;
    history(past, &event, H_SETSIZE, HistorySize);
    history(past, &event, H_SETUNIQUE, 1);
    if (!path.empty())
      history(past, &event, H_LOAD, path.c_str());
    el_set(editor, EL_HIST, history, past);
    el_set(editor, EL_ADDFN, "mdl-complete", "Complete a name", &TerminalSource::complete);
    el_set(editor, EL_BIND, "^I", "mdl-complete", nullptr);
    el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(editor, nullptr); // The user's ~/.editrc.
  }
  ~TerminalSource() override {
    history_end(past);
    el_end(editor);
  }

  ReadLine read(bool isContinued) override {
    continued = isContinued;
    el_resize(editor); // The window may be another since the last line.
    cancelled = false;
    int count = 0;
    const char *text = el_gets(editor, &count);
    if (cancelled) {
      puts("^C");
      el_reset(editor);
      return {ReadLine::Cancelled, ""};
    }
    if (!text || count <= 0) {
      puts("");
      return {ReadLine::End, ""};
    }
    std::string line(text, static_cast<size_t>(count));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
      line.pop_back();
    // The cursor went to the end without colours, and then to the next row.
    colour(line, rowOf(line) + 1);
    return {ReadLine::Text, line};
  }

  void remember(const std::string &input) override {
    if (input.find_first_not_of(" \t\n") == std::string::npos)
      return;
    HistEvent event;
    history(past, &event, H_ENTER, (input + "\n").c_str());
    if (path.empty())
      return;
    // The old file is there until the new one is whole.
    std::string whole = path + "." + std::to_string(getpid());
    if (history(past, &event, H_SAVE, whole.c_str()) < 0 || llvm::sys::fs::rename(whole, path))
      unlink(whole.c_str());
  }

private:
  static char *prompt(EditLine *editor) {
    TerminalSource *self = of(editor);
    return const_cast<char *>(self->continued ? Continuation : Prompt);
  }

  static TerminalSource *of(EditLine *editor) {
    void *self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return static_cast<TerminalSource *>(self);
  }

  /// libedit has shown the line and waits: colours it and reads one character, in the encoding of the locale.
  static int nextKey(EditLine *editor, wchar_t *key) {
    const LineInfo *info = el_line(editor);
    TerminalSource *self = of(editor);
    self->colour(std::string(info->buffer, info->lastchar),
                 self->rowOf(llvm::StringRef(info->buffer, static_cast<size_t>(info->cursor - info->buffer))));
    for (std::mbstate_t state = {};;) {
      if (!self->waitForByte())
        return -1;
      char byte = 0;
      ssize_t count = ::read(STDIN_FILENO, &byte, 1);
      if (count <= 0)
        return static_cast<int>(count);
      size_t used = std::mbrtowc(key, &byte, 1, &state);
      if (used == static_cast<size_t>(-1))
        state = {}; // No character of this encoding: the next byte may begin one.
      else if (used != static_cast<size_t>(-2))
        return 1;
    }
  }

  /// False when Ctrl-C came first.
  bool waitForByte() {
    pollfd files[] = {{STDIN_FILENO, POLLIN, 0}, {presses.file(), POLLIN, 0}};
    while (poll(files, std::size(files), -1) < 0 && errno == EINTR)
      ;
    cancelled = presses.take();
    return !cancelled;
  }

  /// How many rows below that of the prompt the cursor stands after `text`; 0 where that cannot be known.
  int rowOf(llvm::StringRef text) const {
    winsize size = {};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
      return 0;
    return (PromptWidth + std::max(0, llvm::sys::unicode::columnWidthUTF8(text))) / size.ws_col;
  }

  /// Writes the line again in colours, from the prompt `up` rows above; the cursor stays.
  void colour(const std::string &line, int up) const {
    // Characters that cannot be shown (a tab) are shown by libedit in its own way.
    if (!colours || line.empty() || llvm::sys::unicode::columnWidthUTF8(line) < 0)
      return;
    printf("\0337");
    if (up > 0)
      printf("\033[%dA", up);
    printf("\r\033[%dC%s\0338", PromptWidth, highlighted(line).c_str());
    fflush(stdout);
  }

  static bool showsColours() {
    const char *terminal = std::getenv("TERM");
    return terminal && strcmp(terminal, "dumb") != 0 && !std::getenv("NO_COLOR");
  }

  static unsigned char complete(EditLine *editor, int) {
    const LineInfo *info = el_line(editor);
    std::string before(info->buffer, info->cursor);
    size_t start = before.size();
    while (start > 0 && (isalnum(static_cast<unsigned char>(before[start - 1])) || before[start - 1] == '_'))
      --start;
    std::string word = before.substr(start);
    before.resize(start);
    std::vector<std::string> fitting = of(editor)->completer(before, word);
    if (fitting.empty())
      return CC_REFRESH_BEEP;
    std::string common = fitting.front();
    for (const std::string &name : fitting)
      while (name.compare(0, common.size(), common) != 0)
        common.pop_back();
    if (common.size() > word.size() || fitting.size() == 1) {
      std::string rest = common.substr(word.size());
      if (!rest.empty())
        el_insertstr(editor, rest.c_str());
      return CC_REFRESH;
    }
    putchar('\n');
    for (const std::string &name : fitting)
      printf("%s  ", name.c_str());
    putchar('\n');
    return CC_REDISPLAY;
  }

  Completer completer;
  Presses presses;
  std::string path;
  EditLine *editor = nullptr;
  History *past = nullptr;
  bool continued = false;
  bool cancelled = false; ///< The line that is read.
  bool colours = showsColours();
};

} // namespace

std::unique_ptr<LineSource> makeTerminalSource(Completer completer) {
  return std::make_unique<TerminalSource>(std::move(completer));
}

} // namespace mdl::repl
