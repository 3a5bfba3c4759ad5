"""Runs cases by mdl: one program for many, inputs and results in safetensors files."""

import json
import math
import pathlib
import re
import subprocess

import torch

import reference

FORMATS = {"f16": "F16", "bf16": "BF16", "f32": "F32", "f64": "F64", "i8": "I8", "u8": "U8", "i32": "I32", "i64": "I64",
           "bool": "BOOL"}
HEAD = ["import nn",
        "fn weigh(x) = sum(x.flatten() * dtype(x)((arange(len(x.flatten())) * 5 % 7 + 1) / 4))"]


def write(path, tensors):
    header, data = {}, b""
    for name, x in tensors.items():
        begin = len(data)
        data += x.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": FORMATS[reference.NAMES[x.dtype]], "shape": list(x.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def read(path):
    names, content, result = {v: k for k, v in FORMATS.items()}, path.read_bytes(), {}
    start = 8 + int.from_bytes(content[:8], "little")
    for name, entry in json.loads(content[8:start]).items():
        if name == "__metadata__":
            continue
        begin, end = (start + offset for offset in entry["data_offsets"])
        dtype = reference.DTYPES[names[entry["dtype"]]]
        x = torch.frombuffer(bytearray(content[begin:end]), dtype=dtype) if end > begin else torch.empty(0, dtype=dtype)
        result[name] = x.reshape(entry["shape"])
    return result


class Program:
    """The text for some cases, and which case each line is for."""

    def __init__(self, cases):
        self.cases, self.lines, self.owners = cases, [], []
        places = [f"{name}{c.number}: zeros({list(x.shape)}, dtype={reference.NAMES[x.dtype]})"
                  for c in cases for name, x in c.inputs.items()]
        self.add(*HEAD, "let given = load({" + ", ".join(places) + '}, "inputs.safetensors")')
        for case in cases:
            self.add_case(case)
        results = [f"{kind}{c.number}: {kind}{c.number}" for c in cases for kind in ["value", *["gradient"] * bool(c.wrt)]]
        self.add("save({" + ", ".join(results) + '}, "results.safetensors")')

    def add(self, *lines, case=None):
        self.lines += lines
        self.owners += [case] * len(lines)

    def add_case(self, case):
        n, ours = case.number, case.row.ours
        body = ["  " + line for line in ours.split("; ")]
        head = f"fn case{n}({', '.join(case.inputs)})"
        self.add(*([head + " {", *body, "}"] if len(body) > 1 else [f"{head} = {ours}"]), case=case)
        self.add(f"let value{n} = case{n}({', '.join(f'given.{name}{n}' for name in case.inputs)})", case=case)
        if case.wrt:
            wrt = ", ".join(f"{name}: given.{name}{n}" for name in case.wrt)
            self.add(f"let gradient{n} = grad(weigh(value{n}), wrt={{{wrt}}})", case=case)

    def run(self, mdl, folder, limit):
        """What it printed to standard error where it failed; fills in `found` of the cases where it did not."""
        inputs = {f"{name}{c.number}": x for c in self.cases for name, x in c.inputs.items()}
        write(folder / "inputs.safetensors", inputs)
        (folder / "cases.mdl").write_text("\n".join(self.lines) + "\n")
        command = [mdl, "run", "cases.mdl"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return f"no end within {limit} s"
        if done.returncode:
            return done.stderr or f"mdl run gives {done.returncode}"
        results = read(folder / "results.safetensors")
        for case in self.cases:
            if f"value{case.number}" not in results:
                case.refusal = "the value is a structure"
                continue
            case.found = {"value": results[f"value{case.number}"]}
            case.found |= {f"gradient {name}": results[f"gradient{case.number}.{name}"] for name in case.wrt}
        return ""

    def refused(self, messages):
        """The cases that the messages name, each with its first one."""
        found = {}
        for block in re.split(r"\n(?=\S*:\d+:\d+: error: )", messages):
            line = re.search(r"cases\.mdl:(\d+):", block)
            owner = self.owners[int(line[1]) - 1] if line else None
            if owner and "error: " in block:
                found.setdefault(owner, re.search("error: (.*)", block)[1])
        return found


def run(cases, mdl, folder, limit=300):
    """Fills in `found` or `refusal` of every case. A case whose line an error names is left out and the others run again; a
    program that fails without naming a line is halved until the case is alone."""
    folder = pathlib.Path(folder)
    while cases:
        program = Program(cases)
        messages = program.run(mdl, folder, limit)
        if not messages:
            return
        refused = program.refused(messages)
        for case, message in refused.items():
            case.refusal = message
        cases = [case for case in cases if case not in refused]
        if not refused and len(cases) == 1:
            cases[0].refusal = messages.strip().splitlines()[-1]
            return
        if not refused:
            half = math.ceil(len(cases) / 2)
            run(cases[:half], mdl, folder, limit)
            cases = cases[half:]
