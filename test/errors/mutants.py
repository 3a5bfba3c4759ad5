#!/usr/bin/python3
"""Compiles damaged copies of the examples: `mutants.py COUNT FOLDER PROGRAM.mdl…`, with `mdl` on PATH.

A copy has up to three of its words dropped, doubled, swapped or, where they are numbers, changed. Each must compile as far as host code, or be refused with
exit status 1 and a located error that is no bug of the compiler's. The damage depends on COUNT alone, so a failure can be repeated.
"""

import concurrent.futures
import pathlib
import random
import re
import subprocess
import sys

SECONDS = 60
WORD = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?(?:e-?\d+)?|\n|[^\S\n]+|.", re.S)


def mutant(text, chance):
    words = WORD.findall(text)
    solid = [i for i, word in enumerate(words) if not word.isspace() or word == "\n"]
    for _ in range(chance.randint(1, 3)):
        at, other = chance.choice(solid), chance.choice(solid)
        match chance.choice(["drop", "double", "swap", "number"]):
            case "drop":
                words[at] = ""
            case "double":
                words[at] += " " + words[at]
            case "swap":
                words[at], words[other] = words[other], words[at]
            case "number":
                numbers = [i for i in solid if words[i].isdigit()]
                if numbers:
                    words[chance.choice(numbers)] = str(chance.choice([0, 1, 2, 3, 7, 10, 28, 100, 1000000, 10**18]))
    return "".join(words)


def complaint(command, path):
    """What is wrong with the answer of a command, or nothing; and whether it compiled."""
    try:
        done = subprocess.run([*command, path], capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"no answer in {SECONDS} s", False
    said = done.stderr.decode(errors="replace")
    if done.returncode not in (0, 1):
        return f"exit status {done.returncode}\n{said}", False
    if done.returncode == 1 and not re.search(rf"^{re.escape(str(path))}:\d+:\d+: error: |/stdlib/\w+\.mdl:\d+:\d+: error: ", said, re.M):
        return f"no located error\n{said}", False
    if re.search(r"\bbug\b|PLEASE submit|terminate called|Assertion", said):
        return f"a bug of the compiler's\n{said}", False
    return "", done.returncode == 0


def check(path):
    wrong, compiled = complaint(["mdl", "check"], path)
    if not wrong and compiled:
        wrong, compiled = complaint(["mdl", "build", "--emit=llvm"], path)
    return wrong, compiled


def main():
    count, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    chance = random.Random(count)
    texts = [pathlib.Path(path).read_text() for path in sys.argv[3:]]
    paths = []
    for i in range(count):
        paths.append(folder / f"mutant{i}.mdl")
        paths[-1].write_text(mutant(texts[i % len(texts)], chance))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(check, paths))
    for path, (wrong, _) in zip(paths, results):
        if wrong:
            print(f"{path}: {wrong}", file=sys.stderr)
    print(f"{count} programs, {sum(compiled for _, compiled in results)} compiled, {sum(bool(wrong) for wrong, _ in results)} with a wrong answer")
    return any(wrong for wrong, _ in results)


sys.exit(main())
