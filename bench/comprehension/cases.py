"""What is compared: the same work said with a built-in and with a comprehension.

Each side gives a value from `x`, `w` and what else the case binds; the benchmark's program repeats it in a loop (run.py).
"""

from typing import NamedTuple


class Case(NamedTuple):
    name: str
    x: str  # the operand that changes from step to step
    builtin: str
    comprehension: str
    bind: str = ""  # other operands
    work: float = 0  # multiply-adds or elements of one step: only for how often it is repeated


def product(m, k, n):
    return Case(
        f"a @ b, {m}x{k}x{n}",
        f"randn([{m}, {k}], seed=1)",
        "x @ w",
        f"[sum(x[i, l] * w[l, j] for l in 0..{k}) for i in 0..{m}, j in 0..{n}]",
        f"let w = randn([{k}, {n}], seed=2)",
        m * k * n,
    )


def gradient(m, k, n):
    """Of both operands, by a loss that is no plain sum."""
    loss = "grad(sum(({0}) * t), wrt=(x, w)) |> both"
    bind = f"""let w = randn([{k}, {n}], seed=2)
let t = randn([{m}, {n}], seed=3)
fn both(g) = concat([flatten(g[0]), flatten(g[1])])"""
    one = product(m, k, n)
    return Case(f"gradients of a @ b, {m}x{k}x{n}", one.x, loss.format(one.builtin), loss.format(one.comprehension), bind, 2 * one.work)


def convolution(batch, inputs, outputs, size, window):
    places = size - window + 1
    return Case(
        f"conv2d {window}x{window}, {inputs} to {outputs} @{size}, batch {batch}",
        f"randn([{batch}, {inputs}, {size}, {size}], seed=1)",
        "conv2d(x, w)",
        f"[sum(x[n, c, p + i, q + j] * w[o, c, i, j] for c in 0..{inputs}, i in 0..{window}, j in 0..{window})"
        f" for n in 0..{batch}, o in 0..{outputs}, p in 0..{places}, q in 0..{places}]",
        f"let w = randn([{outputs}, {inputs}, {window}, {window}], seed=2)",
        batch * inputs * outputs * (places * window) ** 2,
    )


CASES = [
    product(64, 784, 128),
    product(256, 256, 256),
    product(512, 512, 512),
    Case(
        "relu(a @ b + c), 64x784x128",
        "randn([64, 784], seed=1)",
        "relu(x @ w + c)",
        "[relu(sum(x[i, l] * w[l, j] for l in 0..784) + c[j]) for i in 0..64, j in 0..128]",
        "let w = randn([784, 128], seed=2)\nlet c = randn([128], seed=3)",
        64 * 784 * 128,
    ),
    Case(
        "a @ b.transpose(), 256x256x256",
        "randn([256, 256], seed=1)",
        "x @ w.transpose()",
        "[sum(x[i, l] * w[j, l] for l in 0..256) for i in 0..256, j in 0..256]",
        "let w = randn([256, 256], seed=2)",
        256**3,
    ),
    Case(
        "a.transpose() @ b, 784x64x128",
        "randn([64, 784], seed=1)",
        "x.transpose() @ w",
        "[sum(x[l, i] * w[l, j] for l in 0..64) for i in 0..784, j in 0..128]",
        "let w = randn([64, 128], seed=2)",
        64 * 784 * 128,
    ),
    Case(
        "(a @ b).transpose(), indices permuted, 256x256x256",
        "randn([256, 256], seed=1)",
        "(x @ w).transpose()",
        "[sum(w[l, j] * x[i, l] for l in 0..256) for j in 0..256, i in 0..256]",
        "let w = randn([256, 256], seed=2)",
        256**3,
    ),
    Case(
        "batched, 16 of 128x64x128",
        "randn([16, 128, 64], seed=1)",
        "x @ w",
        "[sum(x[n, i, l] * w[n, l, j] for l in 0..64) for n in 0..16, i in 0..128, j in 0..128]",
        "let w = randn([16, 64, 128], seed=2)",
        16 * 128 * 64 * 128,
    ),
    Case(
        "factors in the body, 0.5 * a @ b, 256x256x256",
        "randn([256, 256], seed=1)",
        "0.5 * (x @ w)",
        "[sum(0.5 * x[i, l] * w[l, j] for l in 0..256) for i in 0..256, j in 0..256]",
        "let w = randn([256, 256], seed=2)",
        256**3,
    ),
    Case(
        "three factors, (a * d) @ b, 256x256x256",
        "randn([256, 256], seed=1)",
        "(x * d) @ w",
        "[sum(x[i, l] * w[l, j] * d[l] for l in 0..256) for i in 0..256, j in 0..256]",
        "let w = randn([256, 256], seed=2)\nlet d = randn([256], seed=3)",
        256**3,
    ),
    Case(
        "rows by index, take(a, p) @ b, 256x256x256",
        "randn([256, 256], seed=1)",
        "take(x, p, axis=0) @ w",
        "[sum(x[p[i], l] * w[l, j] for l in 0..256) for i in 0..256, j in 0..256]",
        "let w = randn([256, 256], seed=2)\nlet p = (arange(256) * 77) % 256",
        256**3,
    ),
    Case(
        "lower triangle, tril(a) @ b, 256x256x256",
        "randn([256, 256], seed=1)",
        "where(arange(256) <= arange(256)[:, new], x, 0) @ w",
        "[sum(x[i, l] * w[l, j] for l in 0..256 if l <= i) for i in 0..256, j in 0..256]",
        "let w = randn([256, 256], seed=2)",
        256**3,
    ),
    convolution(16, 16, 32, 14, 3),
    convolution(16, 1, 8, 28, 5),
    Case(
        "sum(axis=1), 1024x1024",
        "randn([1024, 1024], seed=1)",
        "sum(x, axis=1)",
        "[sum(x[i, j] for j in 0..1024) for i in 0..1024]",
        work=2**21,
    ),
    Case(
        "sum(axis=0), 1024x1024",
        "randn([1024, 1024], seed=1)",
        "sum(x, axis=0)",
        "[sum(x[i, j] for i in 0..1024) for j in 0..1024]",
        work=2**21,
    ),
    Case(
        "mean, max of rows, 1024x1024",
        "randn([1024, 1024], seed=1)",
        "mean(x, axis=1) + max(x, axis=1)",
        "[mean(x[i, j] for j in 0..1024) + max(x[i, j] for j in 0..1024) for i in 0..1024]",
        work=2**21,
    ),
    Case("outer, 1024x1024", "randn([1024], seed=1)", "outer(x, w)", "[x[i] * w[j] for i in 0..1024, j in 0..1024]", "let w = randn([1024], seed=2)", 2**22),
    Case(
        "take rows, 4096 of 1024x64",
        "randn([1024, 64], seed=1)",
        "take(x, p, axis=0)",
        "[x[p[i], j] for i in 0..4096, j in 0..64]",
        "let p = (arange(4096) * 77) % 1024",
        2**20,
    ),
    Case(
        "take elements, 65536",
        "randn([65536], seed=1)",
        "take(x, p)",
        "[x[p[i]] for i in 0..65536]",
        "let p = (arange(65536) * 7919) % 65536",
        2**19,
    ),
    Case(
        "gradient of take rows, 4096 of 1024x64",
        "randn([1024, 64], seed=1)",
        "grad(sum(take(x, p, axis=0) ** 2 * w), wrt=x)",
        "grad(sum(x[p[i], j] ** 2 * w[i, j] for i in 0..4096, j in 0..64), wrt=x)",
        "let p = (arange(4096) * 77) % 1024\nlet w = randn([4096, 64], seed=2)",
        2**21,
    ),
    gradient(64, 784, 128),
    gradient(256, 256, 256),
]
