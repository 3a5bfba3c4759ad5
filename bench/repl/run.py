"""How long the REPL takes to answer: from Enter to the next prompt, in a terminal, as a user meets it.

A session is typed into `mdl repl` with an empty cache: after its first line some lines are new, each with at least one kernel that was never
compiled, and some have operations and sizes that were seen in the session, though with other names and values. Then the same session once more
with the cache that the first one left.
"""

import argparse
import sys
import tempfile
import time

import common

sys.path.append(str(common.ROOT / "tools"))
from terminal import Terminal  # noqa: E402

parser = argparse.ArgumentParser(prog="./dev bench repl --", description=__doc__.splitlines()[0])
parser.add_argument("--rounds", type=int, default=5)

BEFORE = [
    "import nn",
    "let a = randn([64, 32], seed=1)",
    "let b = randn([64, 32], seed=2)",
    "let c = randn([32, 16], seed=3)",
    "let y = arange(64) % 10",
    "fn cost(w: f32[32, m]) -> f32 = mean((a @ w) ** 2)",
]
NEW = [
    "sum(a + b)",
    "mean(a * b, axis=0) |> sum",
    "sum(a @ c)",
    "max(exp(a) / (1 + exp(b)))",
    "sum(a.transpose() @ b)",
    "sum([a[i, j] * b[i, 31 - j] for i in 0..64, j in 0..32])",
    "std(relu(a - 0.5))",
    "sum(softmax(a, axis=1)[:, 0])",
    "sum(grad(cost)(c))",
    "cross_entropy(a, y)",
    "sum(cumsum(a, axis=0))",
    "sum(sort(b)[:, 5])",
    "sum(concat([a, b], axis=1) > 0)",
    "mean(gelu(a) * b)",
    "sum(a[3:40, ::2])",
]
MORE = ["let p = a * 3", "let q = b * 3"]
SEEN = [
    "sum(p + q)",
    "mean(p * q, axis=0) |> sum",
    "sum(q @ c)",
    "max(exp(q) / (1 + exp(p)))",
    "sum(p.transpose() @ q)",
    "std(relu(q - 0.5))",
    "cross_entropy(q, y)",
    "sum(grad(cost)(c))",
    "mean(gelu(q) * p)",
    "sum(q[3:40, ::2])",
]


def session(cache):
    """Seconds of the first answer after launching, of new lines, of seen ones."""
    environment = {"MDL_CACHE": cache, "XDG_STATE_HOME": cache, "TERM": "xterm"}
    begin = time.perf_counter()
    terminal = Terminal([str(common.MDL), "repl"], environment)
    terminal.wait()
    start = time.perf_counter() - begin
    first = start + terminal.line("1 + 2")[0]

    def enter(lines):
        for line in lines:
            seconds, said = terminal.line(line)
            if "error" in said:
                raise SystemExit(f"{line}: {said}")
            yield seconds

    for _ in enter(BEFORE):
        pass
    new = list(enter(NEW))
    for _ in enter(MORE):
        pass
    seen = list(enter(SEEN))
    terminal.close()
    return first, new, seen


def main():
    arguments = parser.parse_args()
    result = {"machine": common.machine(), "versions": common.versions(peers=False), "rounds": arguments.rounds}
    rows = []
    samples = {}
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as cache:
            for kind in ("empty", "full"):
                first, new, seen = session(cache)
                samples.setdefault(f"first answer, {kind} cache", []).append(first)
                samples.setdefault(f"new line, {kind} cache", []).extend(new)
                samples.setdefault(f"seen line, {kind} cache", []).extend(seen)
    for name, values in samples.items():
        result[name] = common.spread(values)
        one = result[name]
        rows.append([name] + [f"{1e3 * value:.1f}" for value in (one["median"], one["low"], one["high"], max(values))])
    print("\nFrom Enter to the next prompt (the first answer: from launching), milliseconds")
    print(f"{common.describe(result['machine'])}; {arguments.rounds} rounds\n")
    common.table(["", "median", "low quartile", "high quartile", "largest"], rows)
    common.write("repl", result)


main()
