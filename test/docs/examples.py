#!/usr/bin/python3
"""Runs the examples of a Markdown text: `examples.py FILE.md [SECTION…]`, with `mdl` on PATH.

The ```mdl blocks of a section (`##` or `###`) are one program; what it prints must be what its ```output blocks say, together. A
```mdl error block is checked by itself after the section's blocks above it, and must be refused; each line of the ```message block that follows must
stand in what the compiler says, in that order. --write puts the real output into the text instead, to be read before it is committed.
"""

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(mdl error|mdl|output|message)\n(.*?)^```$", re.M | re.S)


def sections(text):
    """(title, text) of each section, in order."""
    starts = [m.start() for m in re.finditer(r"^##+ ", text, re.M)] + [len(text)]
    for begin, end in zip(starts, starts[1:]):
        yield text[begin : text.index("\n", begin)].lstrip("# "), text[begin:end]


def mdl(command, program, folder):
    path = pathlib.Path(folder) / "example.mdl"
    path.write_text(program)
    done = subprocess.run(["mdl", command, "example.mdl"], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def inOrder(wanted, text):
    place = 0
    for line in wanted.strip().splitlines():
        found = text.find(line.strip(), place)
        if found < 0:
            return False
        place = found + len(line.strip())
    return True


def check(title, text):
    """What is wrong with a section's examples, and its text with the real output."""
    blocks = [(m[1], m[2]) for m in FENCE.finditer(text)]
    problems, printed = [], ""
    program = "".join(body for kind, body in blocks if kind == "mdl")
    with tempfile.TemporaryDirectory() as folder:
        if program:
            code, printed, said = mdl("run", program, folder)
            expected = "".join(body for kind, body in blocks if kind == "output")
            if code or said:
                problems.append(f"exit status {code}\n{said}")
            elif printed != expected:
                problems.append(f"printed:\n{printed}instead of:\n{expected}")
        before = ""
        for i, (kind, body) in enumerate(blocks):
            if kind == "mdl":
                before += body
            elif kind == "mdl error":
                code, _, said = mdl("check", before + body, folder)
                message = blocks[i + 1][1] if i + 1 < len(blocks) and blocks[i + 1][0] == "message" else ""
                if code != 1 or not message or not inOrder(message, said):
                    problems.append(f"the message, with exit status {code}, is:\n{said}instead of:\n{message}")
    return [f"{title}: {problem}" for problem in problems], rewritten(text, printed)


def rewritten(text, printed):
    """The section with its whole output in its last ```output block's place, where there is just one."""
    outputs = [m for m in FENCE.finditer(text) if m[1] == "output"]
    if len(outputs) != 1:
        return text
    return text[: outputs[0].start(2)] + printed + text[outputs[0].end(2) :]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("section", nargs="*")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    whole = arguments.file.read_text()
    chosen = [(t, s) for t, s in sections(whole) if not arguments.section or t in arguments.section]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda one: check(*one), chosen))
    for (_, text), (problems, new) in zip(chosen, results):
        if arguments.write:
            whole = whole.replace(text, new)
        for problem in problems:
            print(problem, file=sys.stderr)
    if arguments.write:
        arguments.file.write_text(whole)
    programs = sum("```mdl" in text for _, text in chosen)
    print(f"{programs} sections with examples, {sum(bool(p) for p, _ in results)} with mistakes")
    return any(problems for problems, _ in results)


sys.exit(main())
