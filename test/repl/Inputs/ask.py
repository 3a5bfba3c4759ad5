"""Asks a session in a pipe one line after the other, each once the one before has been answered."""

import subprocess

session = subprocess.Popen(["mdl", "repl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
for question in ["1 + 2", "[\n3.0, 4.0] * 2", "[6.0, 8.0]\n  |> sum"]:
    session.stdin.write(question + "\n")
    session.stdin.flush()
    print(session.stdout.readline(), end="")
session.stdin.close()
session.wait()
