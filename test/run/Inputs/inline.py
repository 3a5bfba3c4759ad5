"""Runs a command at a terminal that shows pictures and writes each picture to a file: PROTOCOL (kitty or iterm), a folder, the command."""

import base64
import os
import pathlib
import pty
import re
import sys

protocol, folder, command = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
variables = {"kitty": {"TERM": "xterm-kitty"}, "iterm": {"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}}[protocol]
process, terminal = pty.fork()
if process == 0:
    os.environ.pop("KITTY_WINDOW_ID", None)
    os.environ.update(variables)
    os.execvp(command[0], command)
output = b""
while True:
    try:
        more = os.read(terminal, 65536)
    except OSError:  # The other side is gone.
        break
    if not more:
        break
    output += more
if os.waitpid(process, 0)[1] != 0:
    sys.exit(output.decode(errors="replace"))

pictures = []
if protocol == "kitty":
    for keys, text in re.findall(rb"\x1b_G([^;]*);([^\x1b]*)\x1b\\", output):
        if b"a=T" in keys:
            assert b"f=100" in keys, "no PNG"
            pictures.append(b"")
        assert len(text) <= 4096, "a piece is too long"
        pictures[-1] += text
else:
    for size, text in re.findall(rb"\x1b\]1337;File=inline=1;size=(\d+):([^\x07]*)\x07", output):
        assert len(base64.b64decode(text)) == int(size), "size"
        pictures.append(text)
for i, picture in enumerate(pictures):
    (folder / f"{protocol}-{i}.png").write_bytes(base64.b64decode(picture))
print(f"{len(pictures)} pictures")
