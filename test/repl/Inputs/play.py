"""Plays a user at a terminal: one behaviour each, named by the argument. Arguments: the project's root, a folder, the behaviour."""

import os
import pathlib
import shutil
import sys
import time

root, work, what = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
sys.path.append(str(root / "tools"))
from terminal import Terminal  # noqa: E402

shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)


def start():
    os.chdir(work)
    terminal = Terminal(["mdl", "repl"], {"XDG_STATE_HOME": str(work / "state"), "TERM": "xterm-kitty" if what == "pictures" else "xterm", "EDITRC": "/dev/null"})
    terminal.wait()
    return terminal


def expect(said, *parts):
    for part in parts:
        if part not in said:
            sys.exit(f"expected {part!r} in {said!r}")


def session():
    terminal = start()
    expect(terminal.line("1 + 2")[1], "3 : i64")
    terminal.send("let x = [\r")
    terminal.wait("...> ")
    terminal.send("1.0, 2.0]\r")
    expect(terminal.wait(), "x : f32[2]")
    expect(terminal.line("x + y")[1], "unknown name `y`")
    status = terminal.close()
    expect(f"status {status}", "status 0")


def interrupt():
    terminal = start()
    terminal.line("var x = 1.0")
    terminal.send("for i in 0..1000000000000 { x += 1.0 }\r")
    time.sleep(2)
    terminal.send("\x03")
    expect(terminal.wait(), "cancelled")
    expect(terminal.line("x")[1], "1.0 : f32")
    # One kernel that is no parallel loop, and one call of the runtime.
    terminal.line("let many = uniform([20000000], seed=1)")
    for line in "sum(sin(f32(i * j)) for i in 0..1000000, j in 0..1000000)", "sum(sort(many))":
        terminal.send(line + "\r")
        time.sleep(2)
        terminal.send("\x03")
        expect(terminal.wait(), "cancelled")
    for _ in range(20):  # A line that is being typed is dropped, wherever the press falls.
        terminal.send("x + 1")
        terminal.wait("x + 1")
        terminal.send("\x03")
        expect(terminal.wait(), "^C")
    expect(terminal.line("x + 2")[1], "3.0 : f32")


def history():
    terminal = start()
    terminal.line("let first = 41")
    terminal.close()
    terminal = start()
    terminal.send("\x10")  # Ctrl-P: the line before.
    terminal.wait("let first = 41")
    terminal.send("\r")
    expect(terminal.wait(), "first : i64")
    if not (work / "state" / "mdl" / "history").exists():
        sys.exit("no history was kept")


def completion():
    terminal = start()
    terminal.line("let learning = {rate: 0.1, momentum: 0.9}")
    terminal.send("lear\t.ra\t * 10\r")
    expect(terminal.wait(), "1.0 : f32")
    terminal.send("log_so\t([0.0])\r")
    expect(terminal.wait(), "0.] : f32[1]")
    terminal.send(":hel\t\r")
    expect(terminal.wait(), "cancels a line")
    terminal.send("train_e\t\r")  # What only the standard library calls is not offered.
    expect(terminal.wait(), "unknown name `train_e`")
    terminal.send("arg\t")
    expect(terminal.wait("mdl> arg"), "argmax", "argmin", "argsort")


def members():
    """Tab behind a dot: what a call would give, and a data set, has its own names first."""
    (work / "t.csv").write_text("a,b,label\n1,2,x\n3,4,y\n")
    terminal = start()
    terminal.line("model Net(n) { param weight = zeros([n]); fn call(x) = x * weight; fn norm() = sum(weight) }")
    terminal.send("Net(3).\t")
    expect(terminal.wait("mdl> Net(3)."), "call", "norm", "weight")
    terminal.send("we\t + 1\r")
    expect(terminal.wait(), "[1. 1. 1.] : f32[3]")
    terminal.line("Net(3)")
    terminal.line('let data = csv("t.csv", label="label")')
    terminal.send("data.\t")
    expect(terminal.wait("mdl> data."), "inputs", "targets", "classes")
    terminal.send("inp\t\r")
    expect(terminal.wait(), "[3. 4.]]")
    terminal.send("nosuch(.\t")  # What is no expression has no members, and says nothing.
    if "error:" in terminal.wait("mdl> nosuch(."):
        sys.exit("an error while completing")


def files():
    (work / "folder").mkdir()
    (work / "folder" / "first-part.mdl").write_text("let x = 41\n")
    (work / "notes.txt").write_text("")
    terminal = start()
    terminal.send(":load fo\tfirst-p\t\r")
    expect(terminal.wait(), "x : i64")
    terminal.send(":load no\t\x15")  # No program begins so; Ctrl-U takes it away.
    expect(terminal.line("x + 1")[1], "42 : i64")
    terminal.send("quit\r")
    terminal.wait("no such text", 20)  # To its end.


def colours():
    terminal = start()
    terminal.send('let s = "é" # t')
    # What is being typed: keywords, strings and comments have a colour each, and the cursor comes back.
    terminal.wait('\x1b7\r\x1b[5C\x1b[35mlet\x1b[0m s = \x1b[32m"é"\x1b[0m \x1b[2m# t\x1b[0m\x1b8', raw=True)
    terminal.send("x" * 100)  # Two rows.
    terminal.wait("x" * 100 + "\x1b[0m\x1b8", raw=True)
    expect(terminal.all, "\x1b[1A\r\x1b[5C")
    terminal.line("")
    expect(terminal.line("len(s)")[1], "1 : i64")
    terminal.line("s.nosuch(1)")
    expect(terminal.all, "\x1b[34m1\x1b[0m", "\x1b[1;31merror:")


def no_locale():
    """What is typed is UTF-8 where no locale says so, as in a bare container."""
    terminal = start()
    expect(terminal.line('len("é")')[1], "1 : i64")


def pictures():
    terminal = start()
    terminal.line("plot([1.0, 2.0])")
    expect(terminal.all, "\x1b_Ga=T,f=100,m=")


{"colours": colours, "pictures": pictures, "session": session, "interrupt": interrupt, "history": history, "completion": completion,
 "members": members, "files": files, "no-locale": no_locale}[what]()
print("as expected")
