"""The 784-128-10 training step at batch 64 against PyTorch and JAX, with 1 and 2 threads.

In each round every contender runs in turn, so that what the machine does besides hits all of them. A peer is a process that lives through all
rounds and times N steps itself (peers.py). Ours is the executable of step.mdl, timed from outside: a program has no clock, so a round is
the difference between a long and a short run, which takes loading, initialisation and exit out. Both runs take their
steps in the same way, and start-up (a few ms) varies by far less than the difference (hundreds of ms).
"""

import argparse
import os
import statistics
import subprocess
import sys

import common
from peers import PEERS

parser = argparse.ArgumentParser(prog="./dev bench mlp --", description=__doc__.splitlines()[0])
parser.add_argument("--rounds", type=int, default=21)
parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
parser.add_argument("--seconds", type=float, default=0.25, help="how long each contender runs in a round, about")
parser.add_argument("--only-peers", action="store_true", help="leave ours out")


class Peer:
    def __init__(self, name, threads):
        command = [sys.executable, os.path.join(os.path.dirname(__file__), "peers.py"), name, str(threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit(f"{name} did not start")

    def seconds(self, steps):
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Ours:
    SHORT = 100

    def __init__(self, executable, threads):
        self.command = [executable, "--threads", str(threads), "--steps"]

    def seconds(self, steps):
        short, _ = common.timed([*self.command, str(self.SHORT)])
        long, _ = common.timed([*self.command, str(self.SHORT + steps)])
        return long - short

    def close(self):
        pass


def measure(contenders, rounds, seconds):
    """Microseconds a step, a list for each contender."""
    steps = {}
    for name, contender in contenders.items():
        contender.seconds(200)
        steps[name] = max(200, int(seconds / (contender.seconds(500) / 500)))
    samples = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            samples[name].append(contender.seconds(steps[name]) / steps[name] * 1e6)
    return samples


def main():
    arguments = parser.parse_args()
    executable = None if arguments.only_peers else common.build(common.ROOT / "bench/mlp/step.mdl", "step")
    result = {"machine": common.machine(), "versions": common.versions(), "rounds": arguments.rounds, "threads": {}}
    for threads in arguments.threads:
        contenders = {} if arguments.only_peers else {"mdl": Ours(executable, threads)}
        contenders |= {name: Peer(name, threads) for name in PEERS}
        samples = measure(contenders, arguments.rounds, arguments.seconds)
        for contender in contenders.values():
            contender.close()
        result["threads"][threads] = {
            name: common.spread(values)
            | ({} if arguments.only_peers else {"ratio": statistics.median(v / o for v, o in zip(values, samples["mdl"]))})
            for name, values in samples.items()
        }
    print("\nOne training step, 784-128-10, batch 64, f32: median µs (quartiles), and how many times as long as mdl")
    print(f"{common.describe(result['machine'])}; {arguments.rounds} rounds\n")
    header, rows = [""], {}
    for threads, contenders in result["threads"].items():
        plural = "" if threads == 1 else "s"
        header += [f"{threads} thread{plural}", "ratio"]
        for name, one in contenders.items():
            row = rows.setdefault(name, [name])
            row += [f"{one['median']:.0f} ({one['low']:.0f}–{one['high']:.0f})", f"{one['ratio']:.2f}" if "ratio" in one else ""]
    common.table(header, rows.values())
    common.write("mlp", result)


main()
