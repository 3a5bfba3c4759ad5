"""A terminal with `mdl repl` in it, for the benchmark and the tests: sends lines, waits for prompts."""

import os
import pty
import re
import select
import termios
import time

PROMPT = "mdl> "


class Terminal:
    def __init__(self, command, environment):
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.environ.update(environment)
            os.execvp(command[0], command)
        termios.tcsetwinsize(self.file, (24, 100))
        self.all = ""

    def wait(self, text=PROMPT, seconds=60, raw=False):
        """What came up to and with `text`, without escape sequences. `raw`: `text` has some."""
        end, seen = time.monotonic() + seconds, ""
        while not (seen if raw else self.plain(seen)).endswith(text):
            if not select.select([self.file], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError(f"no {text!r} after {seconds} s, but {seen!r}")
            try:
                more = os.read(self.file, 65536)
            except OSError:  # The other side is gone.
                break
            if not more:
                break
            seen += more.decode(errors="replace")
        self.all += seen
        if text.endswith("> "):
            self.settle(end)
        return self.plain(seen)

    def settle(self, end):
        """Waits for the editor to read keys: it writes its prompt before it takes the terminal out of line mode, where Ctrl-D is lost."""
        while termios.tcgetattr(self.file)[3] & termios.ICANON and time.monotonic() < end:
            time.sleep(0.0002)

    @staticmethod
    def plain(text):
        # Between ESC 7 and ESC 8 the line that stands there already is written over itself in colours.
        return re.sub(r"\x1b7.*?\x1b8|\x1b\[[0-9;?]*[A-Za-z]|\x1b[()=>][A-Z0-9]?|\x07", "", text)

    def send(self, text):
        os.write(self.file, text.encode())

    def line(self, text, seconds=60):
        """Enters a line; (seconds until the next prompt, what was written)."""
        self.send(text)
        self.wait(text, seconds)  # The echo is not the REPL's answer.
        begin = time.perf_counter()
        self.send("\r")
        said = self.wait(PROMPT, seconds)
        return time.perf_counter() - begin, said

    def close(self):
        """The exit status after Ctrl-D."""
        self.send("\x04")
        self.wait("no such text", 20)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
