"""How long `mdl check` takes for a program of 300 lines, as an editor would run it at each pause in typing.

The program declares, trains and judges a dozen models; half of its lines are models and losses, half are loops and gradients, and each function
is elaborated with its actual types. Also for an empty program: what starting costs.
"""

import argparse
import subprocess
import tempfile
import time

import common

parser = argparse.ArgumentParser(prog="./dev bench check --", description=__doc__.splitlines()[0])
parser.add_argument("--rounds", type=int, default=30)

PART = """## A small classifier, number {i}.
model Net{i}(inputs, classes) {{
  let first = Linear(inputs, {width})
  let second = Linear({width}, classes)
  param scale = ones([classes])
  fn call(x: f32[n, inputs]) -> f32[n, classes] {{
    let h = x |> first |> relu
    let z = second(h)
    (z - mean(z, axis=1, keepdims=true)) * scale
  }}
}}

fn loss{i}(prediction: f32[n, k], target: i64[n]) -> f32 {{
  let p = softmax(prediction, axis=1)
  cross_entropy(prediction, target) + 0.01 * mean(p * p)
}}
var net{i} = Net{i}(64, 10)
let x{i} = randn([32, 64], seed={i})
let y{i} = arange(32) % 10
for step in 0..3 {{
  let value = loss{i}(net{i}(x{i}), y{i})
  net{i} -= 0.1 * grad(value, wrt=net{i})
}}
print(accuracy(net{i}(x{i}), y{i}))

"""


def program():
    text, i = "import nn\n\n", 0
    while text.count("\n") < 300:
        text += PART.format(i=i, width=30 + i)
        i += 1
    return text


def milliseconds(path):
    begin = time.perf_counter()
    subprocess.run([common.MDL, "check", path], check=True)
    return 1e3 * (time.perf_counter() - begin)


def main():
    arguments = parser.parse_args()
    result = {"machine": common.machine(), "versions": common.versions(peers=False), "rounds": arguments.rounds}
    rows = []
    for name, text in {"300 lines": program(), "empty": ""}.items():
        with tempfile.NamedTemporaryFile("w", suffix=".mdl") as file:
            file.write(text)
            file.flush()
            milliseconds(file.name)
            one = common.spread([milliseconds(file.name) for _ in range(arguments.rounds)])
        result[name] = one | {"lines": text.count("\n")}
        rows.append([f"{name} ({text.count(chr(10))})"] + [f"{one[key]:.1f}" for key in ("median", "low", "high")])
    print("\n`mdl check`, milliseconds from launching to the end")
    print(f"{common.describe(result['machine'])}; {arguments.rounds} rounds\n")
    common.table(["program (lines)", "median", "low quartile", "high quartile"], rows)
    common.write("check", result)


main()
