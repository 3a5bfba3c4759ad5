"""What the benchmarks share: where things are, the machine's description, medians, tables, results on disk."""

import json
import os
import pathlib
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
MDL = pathlib.Path(os.environ.get("MDL", ROOT / "build" / "bin" / "mdl"))


def machine():
    """The processor, as the kernel tells it, and what matters of its instruction set."""
    info = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines():
        name, _, value = line.partition(":")
        info[name.strip()] = value.strip()
    wanted = ("avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512_bf16", "avx512_vnni", "amx_tile")
    memory = next(l for l in pathlib.Path("/proc/meminfo").read_text().splitlines() if l.startswith("MemTotal"))
    return {
        "cpu": info["model name"],
        "family": f"{info['cpu family']}/{info['model']}",
        "mhz": float(info.get("cpu MHz", 0)),
        "cores": os.cpu_count(),
        "flags": [flag for flag in wanted if flag in info["flags"].split()],
        "virtual": "hypervisor" in info["flags"].split(),
        "memory_gib": round(int(memory.split()[1]) / 2**20, 1),
        "system": f"{os.uname().sysname} {os.uname().release}",
        "load_before": os.getloadavg()[0],
    }


def versions(peers=True):
    from importlib.metadata import version

    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    return {name: version(name) for name in ("torch", "jax", "numpy") if peers} | {"mdl": commit}


def build(source, name):
    """Compiles a program of ours to an executable; returns its path."""
    BUILD.mkdir(parents=True, exist_ok=True)
    output = BUILD / name
    subprocess.run([MDL, "build", source, "-o", output], check=True)
    return output


def timed(command, **settings):
    """Runs a command to its end; (seconds, what it printed). A failure shows what it said."""
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, **settings)
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stdout}{done.stderr}")
    return seconds, done.stdout


def spread(samples):
    """The median, and the quartiles as a sign of noise."""
    low, middle, high = statistics.quantiles(samples, n=4)
    return {"median": middle, "low": low, "high": high, "samples": list(samples)}


def table(header, rows):
    """Prints a Markdown table with aligned columns; every cell but the first is to the right."""
    cells = [header, *rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]

    def line(row):
        return "| " + " | ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))) + " |"

    print(line(header))
    print("| " + " | ".join("-" * w if i == 0 else "-" * (w - 1) + ":" for i, w in enumerate(widths)) + " |")
    for row in rows:
        print(line(row))


def describe(where):
    virtual = ", virtual machine" if where["virtual"] else ""
    return f"{where['cpu']} (family/model {where['family']}{virtual}), {where['cores']} cores, {' '.join(where['flags'])}"


def write(name, result):
    BUILD.mkdir(parents=True, exist_ok=True)
    path = BUILD / f"{name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nwrote {path.relative_to(ROOT)}")
