"""Runs the language's functions as a user writes them and compares each value, its type and its shape with a naive reference,
and its derivative with finite differences of the reference. Fails if a function that `mdl doc` lists has no row here.

    harness.py [FAMILY…]     the tables table_FAMILY.py; all without an argument

The operations that these functions are made of have rows of their own in test/ops.
"""

import importlib
import math
import os
import re
import subprocess
import sys
import tempfile

from rows import EXEMPT, Program, RowError, weights

FAMILIES = ["elementwise", "reduce", "create", "shape", "arrange", "index", "order", "contract", "sequences", "nn"]

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def differs(actual, expected, tolerance):
    for x, y in zip(actual, expected):
        if math.isnan(x) != math.isnan(y) or not (math.isnan(y) or x == y or abs(x - y) <= tolerance * (1 + abs(y))):
            return True
    return len(actual) != len(expected)


def numeric_gradient(row, name):
    """Central differences of the row's weighted sum in each element of one input, or what the row says instead."""
    if row.slopes:
        return [slope * weights(1)[0] for slope in row.slopes]
    step, gradient = 1e-6, []
    for place in range(len(row.inputs[name].data)):
        def loss(change):
            inputs = {n: t.copy() for n, t in row.inputs.items()}
            inputs[name].data[place] += change
            result = row.reference(*inputs.values()).data
            return sum(x * w for x, w in zip(result, weights(len(result))))
        gradient.append((loss(step) - loss(-step)) / (2 * step))
    return gradient


def run(program, folder):
    source = os.path.join(folder, "rows.mdl")
    with open(source, "w", encoding="utf-8") as file:
        file.write(program.text())
    done = subprocess.run(["mdl", "run", source], capture_output=True, text=True, check=False)
    if done.returncode or done.stderr:
        # A message names a line of the program: show it beside its row.
        lines = program.text().split("\n")
        for number in sorted({int(n) for n in re.findall(r"rows\.mdl:(\d+):", done.stderr)}):
            print(f"{number}: {lines[number - 1]}")
        raise RowError(f"mdl run gives {done.returncode}\n{done.stdout[-500:]}{done.stderr[-4000:]}")
    found = re.findall(r"<(\w+) \[([^\]]*)\] \[([^\]]*)\]>", done.stdout)
    return [(dtype, tuple(int(n) for n in shape.split(",") if n.strip()), [float(n) for n in numbers.split()])
            for dtype, shape, numbers in found]


def check_value(row, found):
    dtype, shape, numbers = found
    if row.check:
        return "" if row.check(numbers) else f"{row.expr} gives {numbers}"
    expected = row.reference(*row.inputs.values())
    if dtype != expected.dtype or shape != expected.shape:
        return f"{row.expr} is {dtype}{list(shape)}, the reference {expected.dtype}{list(expected.shape)}"
    if differs(numbers, expected.data, row.tolerance):
        return f"{row.expr} gives {numbers}, the reference {expected.data}"
    return ""


def check_family(family):
    rows = importlib.import_module("table_" + family).ROWS
    program, failures = Program(), []
    wrts = [program.add(number, row) for number, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        printed = run(program, folder)
    assert len(printed) == program.prints, f"{len(printed)} results for {program.prints}"
    printed = iter(printed)
    for row, wrt in zip(rows, wrts):
        failures.append(check_value(row, next(printed)))
        for name in wrt:
            actual, expected = next(printed)[2], numeric_gradient(row, name)
            wrong = differs(actual, expected, max(1e-6, row.tolerance))
            failures.append(f"the gradient of {row.expr} in {name} is {actual}, differences give {expected}" if wrong else "")
    failures = [f"{family}: {text}" for text in failures if text]
    print("\n".join(failures + [f"{family}: {len(rows)} rows, {program.prints} comparisons, {len(failures)} failures"]))
    return len(failures), {row.name for row in rows}


def check_complete(covered):
    """Every function that the language has a text for has a row, or a test of another kind that is named."""
    listed = subprocess.run(["mdl", "doc"], capture_output=True, text=True, check=True).stdout
    isListed = lambda line: re.match(r"\w+ ", line) and not line.endswith(":")  # No heading.
    known = {line.split()[0] for line in listed.splitlines() if isListed(line)}
    wrong = [f"{name} has neither a row nor a reason" for name in sorted(known - covered - EXEMPT.keys())]
    wrong += [f"a row is for {name}, which is no function" for name in sorted((covered | EXEMPT.keys()) - known)]
    wrong += [f"{name} has rows and a reason to have none" for name in sorted(covered & EXEMPT.keys())]
    wrong += [f"{name} is tested by {test}, which is not there" for name, test in EXEMPT.items()
              if not os.path.exists(os.path.join(ROOT, "test", test))]
    for text in wrong:
        print(text)
    return len(wrong)


def main(families):
    failures, covered = 0, set()
    for family in families or FAMILIES:
        wrong, names = check_family(family)
        failures += wrong
        covered |= names
    if not families:
        failures += check_complete(covered)
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except RowError as error:
        sys.exit(str(error))
