"""Runs every registered operation of the mdl dialect by the real pipeline and compares it with a naive reference, and
its derivative with finite differences of the reference. Fails if an operation has no row in the tables.

    harness.py [FAMILY…]     elementwise, reduce, index, shape, edges; all without an argument
"""

import importlib
import math
import os
import re
import struct
import subprocess
import sys
import tempfile

from reference import Tensor

FAMILIES = ["elementwise", "reduce", "index", "shape", "edges"]

# What every program below consists of once it is compiled: its rows run by kernels, launches and runtime calls.
PLUMBING = {"kernel", "yield", "launch", "runtime", "string", "arena", "buffer"}

F64 = 3  # mdl_dtype of the runtime's ABI


def literal(value, dtype):
    if dtype == "i1":
        return "true" if value else "false"
    if not dtype.startswith("f"):
        return str(value)
    if math.isfinite(value):
        return f"{value:.17e}"
    return "0x" + struct.pack({"f32": ">f", "f64": ">d"}[dtype], value).hex().upper()


def dense(tensor):
    def nest(shape, data):
        if not shape:
            return literal(data[0], tensor.dtype)
        step = len(data) // shape[0]
        return "[" + ", ".join(nest(shape[1:], data[i * step:(i + 1) * step]) for i in range(shape[0])) + "]"
    return f"dense<{nest(tensor.shape, tensor.data) if tensor.data else ''}> : {tensor.type}"


def weights(count):
    """The loss of a row is the sum of its elements with these weights."""
    return [math.cos(1 + i) + 0.2 for i in range(count)]


class Program:
    """The text of a module whose main function prints one vector after the other."""

    def __init__(self):
        self.lines, self.count, self.prints = [], 0, 0

    def value(self, text):
        self.count += 1
        self.lines.append(f"%v{self.count} = {text}")
        return f"%v{self.count}"

    def input(self, tensor):
        """A value that no simplification sees through: a constant chosen by a random number."""
        zeros = Tensor(tensor.shape, [0] * len(tensor.data), tensor.dtype)
        condition = self.value(f"mdl.broadcast %yes to [] : tensor<i1> to {Tensor(tensor.shape, tensor.data, 'i1').type}") \
            if tensor.shape else "%yes"
        constant, other = self.value("mdl.constant " + dense(tensor)), self.value("mdl.constant " + dense(zeros))
        bools = Tensor(tensor.shape, tensor.data, "i1").type
        return self.value(f"mdl.select {condition}, {constant}, {other} : {bools}, {tensor.type}")

    def print(self, name, tensor):
        if tensor.dtype != "f64":
            name = self.value(f"mdl.cast {name} : {tensor.type} to {Tensor(tensor.shape, tensor.data).type}")
        flat = f"tensor<{len(tensor.data)}xf64>"
        if len(tensor.shape) != 1:
            name = self.value(f"mdl.reshape {name} : {Tensor(tensor.shape, tensor.data).type} to {flat}")
        self.lines += ['mdl.runtime "mdl_text_begin"()',
                       f'mdl.runtime "mdl_text_add_tensor"({name}, %f64, %format : {flat}, i64, !llvm.ptr)',
                       'mdl.runtime "mdl_text_print"()']
        self.prints += 1

    def text(self):
        body = "\n    ".join(self.lines)
        return f"""module {{
  func.func @mdl_declare() {{
    %name = mdl.string "ops" : !llvm.ptr
    %none = mdl.string "" : !llvm.ptr
    mdl.runtime "mdl_declare_program"(%name, %none, %none : !llvm.ptr, !llvm.ptr, !llvm.ptr)
    return
  }}
  func.func @mdl_main() {{
    %f64 = arith.constant {F64} : i64
    %format = mdl.string ".17e" : !llvm.ptr
    %seed = arith.constant 1 : i64
    %random = mdl.uniform %seed : tensor<f32>
    %two = mdl.constant dense<2.0> : tensor<f32>
    %yes = mdl.compare lt %random, %two : tensor<f32>
    {body}
    return
  }}
}}
"""


def add_row(program, number, row):
    """Adds a row; gives its inputs that get a gradient and the sizes of what it prints."""
    names = [program.input(tensor) for tensor in row.inputs]
    types = {f"t{i}": tensor.type for i, tensor in enumerate(row.inputs)}
    text = re.sub(r"%(\w+)", rf"%row{number}_\1", row.ir).format(*names, **types)
    program.lines.append(text)
    result = f"%row{number}_r"
    if row.check:
        shape, dtype = re.search(r"tensor<(\d+)x(\w+)>$", row.ir).groups()
        program.print(result, Tensor([int(shape)], [0] * int(shape), dtype))
        return []
    expected = row.reference(*row.inputs)
    dtype = result_type(row, expected)
    program.print(result, Tensor(expected.shape, expected.data, dtype))
    wrt = [i for i, tensor in enumerate(row.inputs) if tensor.dtype == "f64"] if row.gradient else []
    if wrt:
        count, shape = len(expected.data), expected.shape
        typed = Tensor(shape, expected.data).type
        if dtype != "f64":
            result = program.value(f"mdl.cast {result} : {Tensor(shape, expected.data, dtype).type} to {typed}")
        factor = program.value("mdl.constant " + dense(Tensor(shape, weights(count))))
        product = program.value(f"mdl.mul {result}, {factor} : {typed}")
        loss = program.value(f"mdl.sum {product} axes {list(range(len(shape)))} : {typed}")
        for i in wrt:
            kind = row.inputs[i].type
            program.print(program.value(f"mdl.grad {loss} wrt({names[i]} : {kind}) : tensor<f64>"), row.inputs[i])
    return wrt


def result_type(row, expected):
    """The element type of %r: what the operation says, else that of the last input."""
    if row.op in ("compare", "isnan", "any", "all", "not", "and", "or"):
        return "i1"
    if row.op in ("argmax", "argmin", "nonzero") or (row.op == "sort" and not row.gradient):
        return "i64"
    stated = re.search(r" to tensor<(?:\d+x)*(\w+)>$", row.ir) or re.search(r": tensor<(?:\d+x)*(\w+)>$", row.ir)
    if row.op in ("cast", "constant", "iota") and stated:
        return stated.group(1)
    return row.inputs[-1].dtype if row.op not in ("gather",) else row.inputs[0].dtype


def numeric_gradient(row, which):
    """Central differences of the loss in each element of one input, or what the row says instead."""
    if isinstance(row.gradient, list):
        return [slope * weights(1)[0] for slope in row.gradient]
    step, gradient = 1e-6, []
    for place in range(len(row.inputs[which].data)):
        def loss(change):
            inputs = [Tensor(t.shape, t.data, t.dtype) for t in row.inputs]
            inputs[which].data[place] += change
            result = row.reference(*inputs).data
            return sum(x * w for x, w in zip(result, weights(len(result))))
        gradient.append((loss(step) - loss(-step)) / (2 * step))
    return gradient


def differs(actual, expected, tolerance):
    for x, y in zip(actual, expected):
        if math.isnan(x) != math.isnan(y) or not (math.isnan(y) or x == y or abs(x - y) <= tolerance * (1 + abs(y))):
            return True
    return len(actual) != len(expected)


def run(program, folder):
    source, output = os.path.join(folder, "ops.mlir"), os.path.join(folder, "ops")
    with open(source, "w", encoding="utf-8") as file:
        file.write(program.text())
    for command in (["mdl-run-ir", source, output], [output]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} gives {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return [[float(word) for word in found.split()] for found in re.findall(r"\[([^\]]*)\]", done.stdout)]


def check_family(family):
    rows = importlib.import_module("table_" + family).ROWS
    program, wrts, failures = Program(), [], 0
    for number, row in enumerate(rows):
        wrts.append(add_row(program, number, row))
    with tempfile.TemporaryDirectory() as folder:
        printed = run(program, folder)
    assert len(printed) == program.prints, f"{len(printed)} vectors for {program.prints}"
    printed = iter(printed)
    for number, (row, wrt) in enumerate(zip(rows, wrts)):
        value = next(printed)
        good = row.check(value) if row.check else not differs(value, row.reference(*row.inputs).data, row.tolerance)
        if not good:
            failures += 1
            print(f"{family} row {number}: mdl.{row.op} gives {value}", end="")
            print("" if row.check else f", the reference {row.reference(*row.inputs).data}")
        for i in wrt:
            actual, expected = next(printed), numeric_gradient(row, i)
            if differs(actual, expected, max(1e-6, row.tolerance)):
                failures += 1
                print(f"{family} row {number}: gradient of mdl.{row.op} in operand {i} is {actual}, differences give {expected}")
    print(f"{family}: {len(rows)} rows, {program.prints} comparisons, {failures} failures")
    return failures, {row.op for row in rows}


def main(families):
    listed = subprocess.run(["mdl-run-ir", "--operations"], capture_output=True, text=True, check=True).stdout.split()
    failures, covered = 0, set(PLUMBING)
    for family in families or FAMILIES:
        wrong, operations = check_family(family)
        failures += wrong
        covered |= operations
    if not families:
        registered = {name.removeprefix("mdl.") for name in listed}
        for name in sorted(registered - covered):
            print(f"mdl.{name} is registered and has no row")
        for name in sorted(covered - registered):
            print(f"a row is for mdl.{name}, which is not registered")
        failures += len(registered ^ covered)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
