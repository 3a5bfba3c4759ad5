"""From launching to the end of the first epoch of MNIST, 784-128-10, batches of 64, SGD, and the accuracy on the 10,000 others.

Everything counts: loading the program and its libraries, compiling where that happens at run time, reading and unpacking the data, 937
steps. Ours is the executable of start.mdl, and `mdl run start.mdl` with everything in the cache. The peers' own caches (torch.compile's on
disk) are warm too, by a round that is not counted. In a round every contender runs in turn. Needs MDL_DATA.
"""

import argparse
import os
import re
import statistics
import sys

import common

HERE = common.ROOT / "bench/start"
parser = argparse.ArgumentParser(prog="./dev bench start --", description=__doc__.splitlines()[0])
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--only-peers", action="store_true", help="leave ours out")


def contenders(arguments, folder):
    threads = str(arguments.threads)
    if not arguments.only_peers:
        executable = common.build(HERE / "start.mdl", "start")
        yield "mdl, executable", [executable, "--threads", threads]
        yield "mdl run, cached", [common.MDL, "run", HERE / "start.mdl", "--", "--threads", threads]
    torch = [sys.executable, HERE / "peer_torch.py", folder, threads]
    yield "pytorch", torch
    yield "torch.compile", [*torch, "compile"]
    yield "jax.jit", [sys.executable, HERE / "peer_jax.py", folder]


def main():
    arguments = parser.parse_args()
    data = os.environ.get("MDL_DATA", "")
    folder = os.path.join(data, "mnist")
    if not data or not os.path.isdir(folder):
        raise SystemExit("error: this needs MNIST\nhint: let MDL_DATA name the folder that holds mnist/")
    threads = str(arguments.threads)
    environment = os.environ | {"OMP_NUM_THREADS": threads, "NPROC": threads, "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
    result = {"machine": common.machine(), "versions": common.versions(), "rounds": arguments.rounds, "threads": arguments.threads}
    commands = dict(contenders(arguments, folder))
    samples = {name: [] for name in commands}
    accuracy = {}
    for turn in range(arguments.rounds + 1):
        for name, command in commands.items():
            seconds, text = common.timed(command, env=environment)
            accuracy[name] = float(re.search(r"accuracy ([\d.]+)", text)[1])
            if turn:
                samples[name].append(seconds)
    ours = next(iter(samples.values()))
    result["contenders"] = {
        name: common.spread(values) | {"accuracy": accuracy[name], "ratio": statistics.median(v / o for v, o in zip(values, ours))}
        for name, values in samples.items()
    }
    print(f"\nFrom launching to the end of the first epoch of MNIST, {threads} threads: median s (quartiles), and ratio to the first")
    print(f"{common.describe(result['machine'])}; {arguments.rounds} rounds\n")
    rows = [
        [name, f"{one['median']:.2f} ({one['low']:.2f}–{one['high']:.2f})", f"{one['ratio']:.2f}", f"{one['accuracy']:.4f}"]
        for name, one in result["contenders"].items()
    ]
    common.table(["", "seconds", "ratio", "accuracy"], rows)
    common.write("start", result)


main()
