"""Comprehensions against the built-ins that do the same work: how many times as long they take.

Each case is two executables that repeat one expression in a loop. Every step changes one element of an operand and keeps the whole result for
the next one, so nothing is left out. In each round both run in turn. What is compared is user time with one thread, the difference between a long and a short run, which takes loading,
making the operands and exit out. Where both compile to the same kernels, the ratio shows the noise.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess

import common
from cases import CASES

parser = argparse.ArgumentParser(prog="./dev bench comprehension --", description=__doc__.splitlines()[0])
parser.add_argument("--rounds", type=int, default=15)
parser.add_argument("--seconds", type=float, default=0.15, help="how long each side runs in a round, about")
parser.add_argument("--only", default="", help="the cases whose names contain this")
parser.add_argument("--open-sizes", action="store_true", help="sizes of 10 and more are options, which the compiler does not know")

PROGRAM = """option steps = 1
{bind}
var x = {x}
var y = {expression}
for step in 0..steps {{
  x[{first}] = 0.001 * y[{corner}]
  y = {expression}
}}
print(y[{corner}])
"""
SHORT = 2


def corner(rank):
    return ", ".join(["0"] * rank)


def rankOf(source):
    """Of `randn([…], seed=1)`."""
    return source.split("]")[0].count(",") + 1


def openSizes(case):
    """The case with names in place of sizes, and the options that they are."""
    names = re.compile(r"(?<!\w)(?<!\d\.)\d\d+(?!\w)")
    said = [case.x, case.bind, case.builtin, case.comprehension]
    sizes = sorted({int(size) for text in said for size in names.findall(text)})
    x, bind, builtin, comprehension = (names.sub(lambda size: "s" + size.group(), text) for text in said)
    options = "\n".join(f"option s{size} = {size}" for size in sizes)
    return case._replace(x=x, bind=f"{options}\n{bind}", builtin=builtin, comprehension=comprehension)


class Side:
    def __init__(self, case, expression, name):
        self.source = common.BUILD / "comprehension" / f"{name}.mdl"
        self.source.parent.mkdir(parents=True, exist_ok=True)
        rank = self.resultRank(case, expression)
        text = PROGRAM.format(x=case.x, bind=case.bind, expression=expression, first=corner(rankOf(case.x)), corner=corner(rank))
        self.source.write_text(text)
        self.executable = common.build(self.source, f"comprehension/{name}")
        kernels = subprocess.run([common.MDL, "build", "--emit=kernels", self.source], check=True, capture_output=True, text=True)
        self.kernels = set(re.findall(r"mdl\.kernel @(\w+)", kernels.stdout))

    def resultRank(self, case, expression):
        self.source.write_text(f"{case.bind}\nlet x = {case.x}\nprint(rank({expression}))\n")
        return int(common.timed([common.MDL, "run", self.source])[1])

    def user(self, steps):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        common.timed([self.executable, "--threads", "1", "--steps", str(steps)])
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before

    def seconds(self, steps):
        return self.user(SHORT + steps) - self.user(SHORT)


def measure(sides, work, arguments):
    """Microseconds a step, a list for each side."""
    steps = max(5, int(4e9 / work * 0.02))
    steps = max(5, int(steps * arguments.seconds / max(1e-3, sides[0].seconds(steps))))
    samples = [[], []]
    for _ in range(arguments.rounds):
        for side, values in zip(sides, samples):
            values.append(side.seconds(steps) / steps * 1e6)
    return samples


def main():
    arguments = parser.parse_args()
    result = {"machine": common.machine(), "versions": common.versions(peers=False), "rounds": arguments.rounds, "cases": {}}
    rows = []
    for index, case in enumerate(CASES):
        if arguments.only not in case.name:
            continue
        if arguments.open_sizes:
            case = openSizes(case)
        sides = [Side(case, case.builtin, f"case{index}_builtin"), Side(case, case.comprehension, f"case{index}_comprehension")]
        samples = measure(sides, case.work, arguments)
        builtin, comprehension = (common.spread(values) for values in samples)
        ratio = statistics.median(b / c for b, c in zip(*samples))
        same = sides[0].kernels == sides[1].kernels
        result["cases"][case.name] = {"builtin": builtin, "comprehension": comprehension, "ratio": ratio, "same": same}
        rows.append([case.name, f"{builtin['median']:.0f}", f"{comprehension['median']:.0f}", f"{ratio:.2f}", "yes" if same else "no"])
        print(" ".join(rows[-1]), flush=True)
    print("\nMedian µs of a step, 1 thread, user time; the ratio is above 1 where the comprehension is faster")
    print(f"{common.describe(result['machine'])}; {arguments.rounds} rounds\n")
    common.table(["", "built-in", "comprehension", "ratio", "same kernels"], rows)
    common.write("comprehension", result)


main()
