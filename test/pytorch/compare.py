"""Compares every operation of the language, its value and its gradient, with PyTorch: `tools/compare-pytorch [FILTER…]`.

    compare.py [--types f32,i64] [--jobs N] [FILTER…]

Without filters all tables table_FAMILY.py; a filter is a family, a function's name or a part of an expression. Each row is run
for each of its element types. A difference that known.py does not explain, or a case that PyTorch computes and mdl refuses, is
listed and makes the exit status 1.

    compare.py --names       only checks that every function of `mdl doc` has a row or a reason; needs no PyTorch
"""

import argparse
import concurrent.futures
import importlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import known

FAMILIES = ["elementwise", "operators", "reduce", "shape", "index", "order", "contract", "nn", "gradients"]
OPERATORS = {"and", "or", "not"}  # Among the names of rows, beside those that are no words.
TOLERANCE = {"f16": 2e-3, "bf16": 1.6e-2, "f32": 4e-6, "f64": 1e-12}
# What a subnormal result may be off by: some units of the smallest number.
TINY = {"f16": 2.0**-23, "bf16": 2.0**-126, "f32": 2.0**-146, "f64": 2.0**-1070}
BATCH = 120  # Cases in a program.


class Case:
    """A row for one element type."""

    def __init__(self, family, row, dtype):
        self.family, self.row, self.dtype = family, row, dtype
        self.number, self.found, self.refusal, self.want, self.error, self.wrt = 0, None, "", {}, "", []

    def prepare(self, number):
        """Makes the inputs and PyTorch's answer."""
        import reference

        self.number = number
        self.inputs = {name: reference.tensor(x, self.dtype) for name, x in self.row.inputs.items()}
        try:
            value, gradients = reference.evaluate(self.row, self.inputs)
            wide = {name: x.double() if x.is_floating_point() else x for name, x in self.inputs.items()}
            exact = reference.evaluate(self.row, wide)
        except Exception as error:
            self.error = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            return
        self.want = {"value": value} | {f"gradient {name}": g for name, g in gradients.items()}
        self.exact = {"value": exact[0]} | {f"gradient {name}": g for name, g in exact[1].items()}
        self.wrt = list(gradients)

    def title(self):
        inputs = ", ".join(f"{name}: {self.kind(x)}" for name, x in self.inputs.items())
        return f"{self.family}: {self.row.ours}  ({inputs or self.dtype})"

    @staticmethod
    def kind(x):
        import reference

        return f"{reference.NAMES[x.dtype]}{list(x.shape) if x.dim() else ''}"


def unequal(ours, theirs, exact, loose, scale):
    """Where a result is neither within its type's rounding of PyTorch's, nor at least as near as that to what PyTorch computes
    in f64."""
    import reference
    import torch

    if not theirs.is_floating_point():
        return ours != theirs
    dtype = reference.NAMES[theirs.dtype]
    a, b, exact = ours.double(), theirs.double(), exact.double()
    near = (a - b).abs() <= TOLERANCE[dtype] * loose * b.abs().clamp(min=scale) + TINY[dtype]
    better = (a - exact).abs() <= (b - exact).abs()
    return ~((a == b) | ((near | better) & torch.isfinite(b)) | (torch.isnan(a) & torch.isnan(b)))


def differences(case):
    """Texts of what differs, and how many elements do that known.py explains."""
    import torch

    texts, explained = [], 0
    for part, want in case.want.items():
        found = case.found[part]
        if case.kind(found) != case.kind(want):
            texts.append(f"  {part}: {case.kind(found)}, PyTorch {case.kind(want)}")
            continue
        scale = case.row.scale if part == "value" else case.row.slope
        wrong = unequal(found, want, case.exact[part], case.row.loose, scale)
        excused = known.explained(case, part, wrong)
        explained += int((wrong & excused).sum())
        places = torch.nonzero(wrong & ~excused).tolist()
        for place in places[:4]:
            at = tuple(place)
            inputs = ", ".join(f"{n}={x[at].item():.7g}" for n, x in case.inputs.items() if x.shape == want.shape)
            inputs = f" ({inputs})" if inputs else ""
            texts.append(f"  {part} {place}{inputs}: {found[at].item():.9g}, PyTorch {want[at].item():.9g}")
        if len(places) > 4:
            texts.append(f"  {part}: {len(places)} of {want.numel()} differ")
    return texts, explained


def collect(filters, types):
    """The cases that the filters leave, in families."""
    for family in FAMILIES:
        for row in importlib.import_module("table_" + family).ROWS:
            wanted = not filters or any(f in (family, row.name) or f in row.ours for f in filters)
            for dtype in row.types if wanted else []:
                if not types or dtype in types:
                    yield Case(family, row, dtype)


def compare(cases, mdl, jobs):
    """Runs the cases in programs of one family and type each; fills in what was found."""
    import program

    def run(part):
        with tempfile.TemporaryDirectory() as folder:
            program.run(part, mdl, folder)

    groups = {}
    for number, case in enumerate(cases):
        case.prepare(number)
        if not case.error:
            groups.setdefault((case.family, case.dtype), []).append(case)
    parts = [group[at:at + BATCH] for group in groups.values() for at in range(0, len(group), BATCH)]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for done, _ in enumerate(pool.map(run, parts), 1):
            if sys.stderr.isatty():
                print(f"\r{done} of {len(parts)} programs", end="" if done < len(parts) else "\r\033[K", file=sys.stderr)


def report(cases, whole):
    """Prints what differs; the number of cases that do without an explanation."""
    import torch

    failed, explained = 0, 0
    for case in cases:
        if case.error:
            texts = [f"  PyTorch: {case.error}"]
        elif case.refusal:
            texts = [f"  refused: {case.refusal}"]
        else:
            texts, count = differences(case)
            explained += count
        if texts:
            failed += 1
            print("\n".join([case.title(), *texts]))
    vectors = torch.backends.cpu.get_cpu_capability()
    stale = [entry for entry in known.KNOWN if not entry.used and entry.cpu in (None, vectors)] if whole else []
    for entry in stale:
        print(f"known.py: nothing differs any more for {entry}")
    tensors = sum(len(case.want) for case in cases)
    print(f"{len(cases)} cases, {tensors} values and gradients compared with PyTorch {torch.__version__}: {failed} differ; "
          f"{explained} elements are explained by known.py")
    return failed + len(stale)


def check_names(mdl):
    """Every function of the language has a row, or a reason to have none."""
    listed = subprocess.run([mdl, "doc"], capture_output=True, text=True, check=True).stdout
    isListed = lambda line: re.match(r"\w+ ", line) and not line.endswith(":")  # No heading.
    names = {line.split()[0] for line in listed.splitlines() if isListed(line)}
    rows = {row.name for family in FAMILIES for row in importlib.import_module("table_" + family).ROWS}
    covered = {name for name in rows - OPERATORS if name.isidentifier()}
    wrong = [f"{name} has no row" for name in sorted(names - covered - known.WITHOUT.keys())]
    wrong += [f"a row is for {name}, which is no function" for name in sorted((covered | known.WITHOUT.keys()) - names)]
    wrong += [f"{name} has rows and a reason to have none" for name in sorted(covered & known.WITHOUT.keys())]
    print("\n".join(wrong + [f"{len(covered)} functions have rows, {len(known.WITHOUT)} have none"]))
    return len(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--types", type=lambda text: text.split(","), help="only these element types")
    parser.add_argument("--jobs", type=int, default=1, help="programs compiled at once")
    parser.add_argument("--names", action="store_true", help="only check that no function is left out")
    parser.add_argument("filters", nargs="*", metavar="FILTER", help="a family, a function, or a part of an expression")
    arguments = parser.parse_args()
    mdl = os.environ.get("MDL", str(pathlib.Path(__file__).resolve().parents[2] / "build/bin/mdl"))
    if arguments.names:
        return bool(check_names(mdl))
    cases = list(collect(arguments.filters, arguments.types))
    compare(cases, mdl, arguments.jobs)
    return bool(report(cases, whole=not arguments.filters and not arguments.types))


if __name__ == "__main__":
    sys.exit(main())
