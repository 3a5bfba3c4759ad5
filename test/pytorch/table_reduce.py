"""Reductions: rows where NaN, infinities and equal elements meet, in every type; then axes of ranks 0 to 5."""

from rows import FLOATS, WHOLE, Input, Row, edges, given, mask, meetings, numbers

# What one call is in PyTorch: of axes (a list, or None for all) and keepdim.
SEVERAL = {
    "sum": "torch.sum(x, {a}, keepdim={k})", "mean": "torch.mean(x, {a}, keepdim={k})", "prod": "prod(x, {a}, keepdim={k})",
    "max": "torch.amax(x, {a}, keepdim={k})", "min": "torch.amin(x, {a}, keepdim={k})",
    "var": "torch.var(x, {a}, correction=0, keepdim={k})", "std": "torch.std(x, {a}, correction=0, keepdim={k})",
}
ONE = {"argmax": "argmax(x, {a}, {k})", "argmin": "argmin(x, {a}, {k})"}
TRUTHS = {"any": "torch.any(x, {a}, keepdim={k})", "all": "torch.all(x, {a}, keepdim={k})"}
CHOOSING = ["max", "min", "argmax", "argmin"]  # No element can be chosen of none: an error here and there.
# Shapes with the axes that they are reduced over.
AXES = [((3,), [0]), ((1,), [-1]), ((2, 3), [0]), ((2, 3), [1]), ((2, 3), [-2]), ((2, 3), [0, 1]), ((2, 1), [1]),
        ((2, 3, 4), [1]), ((2, 3, 4), [0, -1]), ((1, 2, 1, 3), [-1, 1]), ((1, 2, 1, 3), [0]), ((2, 1, 2, 1, 2), [0, 2, 4]),
        ((2, 1, 2, 1, 2), [-2]), ((2, 0), [0]), ((2, 0), [1]), ((2, 0, 3), [0, 1])]


def call(name, axes, keep, argument="x"):
    parts = [argument]
    if axes is not None:
        parts.append(f"axis={axes if len(axes) != 1 else axes[0]}")
    if keep:
        parts.append("keepdims=true")
    return f"{name}({', '.join(parts)})"


def row(name, theirs, types, x, axes=None, keep=False, **others):
    a = axes if axes is None or name not in ONE else axes[0]
    if axes is None and name in ("max", "min"):
        a = []
    if axes is None and name in ("any", "all"):
        theirs = f"torch.{name}(x)"
    return Row(name, call(name, axes, keep), theirs.format(a=a, k=keep), types, x=x, **others)


def where_they_meet():
    for name, theirs in [*SEVERAL.items(), *ONE.items()]:
        # The spread of 1e38 over rounding errors is none; f16 and bf16 lose most of a variance.
        loose = {"var": 20, "std": 20}.get(name, 1)
        for axes, keep in [([1], False), ([0], False), ([-1], True)]:
            yield row(name, theirs, FLOATS, meetings(), axes, keep, loose=loose)
    for name in ["var", "std"]:
        theirs = f"torch.{name}(x, 1, correction=1)"
        yield Row(name, f"{name}(x, axis=1, ddof=1)", theirs, FLOATS, loose=20, x=meetings())


def axes_of_ranks():
    for name, theirs in [*SEVERAL.items(), *ONE.items()]:
        for shape, axes in AXES:
            if name in ONE and len(axes) != 1 or name in CHOOSING and any(shape[a] == 0 for a in axes):
                continue
            yield row(name, theirs, ["f32"], numbers(*shape), axes, keep=len(shape) % 2 == 0, loose=4)
        for shape in [(), (1,), (2, 3), (2, 1, 3), (1, 2, 1, 3), (2, 1, 2, 1, 2),
                      *([] if name in CHOOSING else [(0,), (2, 0)])]:
            yield row(name, theirs, ["f32"], numbers(*shape), loose=4)
        strided = theirs.format(a=0, k=False).replace("(x,", "(x[::2, 1:].mT,")
        if name == "prod":
            strided = "prod(x[::2, 1:].mT, [0])"
        yield Row(name, f"{name}(x[::2, 1:].transpose(), axis=0)", strided, ["f32", "bf16"], loose=4, x=numbers(5, 4))
    for name, theirs in TRUTHS.items():
        for shape, axes in AXES:
            yield row(name, theirs, ["bool"], numbers(*shape), axes, keep=len(shape) % 2 == 0)
        for shape in [(), (3,), (0,), (2, 1, 3)]:
            yield row(name, theirs, ["bool"], numbers(*shape))
        yield Row(name, f"{name}(isnan(x), axis=0)", f"torch.{name}(torch.isnan(x), 0)", FLOATS, x=meetings())
        yield Row(name, f"{name}(x[:, ::2], axis=1)", f"torch.{name}(x[:, ::2], 1)", ["bool"],
                  x=mask("101010111", shape=(3, 3)))


def of_whole_numbers():
    # Every type's ends in rows of three, so that sums and products wrap.
    ends = Input(lambda dtype: edges().elements(dtype)[:9], shape=(3, 3))
    for name in ["sum", "prod", "max", "min", "argmax", "argmin"]:
        theirs = {**SEVERAL, **ONE}[name]
        yield row(name, theirs, WHOLE, ends, [1], True)
        yield row(name, theirs, WHOLE, ends)
    for name in ["sum", "prod", "max", "min"]:
        yield row(name, SEVERAL[name], ["bool"], mask("110111", shape=(2, 3)), [1])
    yield Row("mean", "mean(x, axis=1)", "x.float().mean(1)", ["bool"], x=mask("110111", shape=(2, 3)))
    for name in ["mean", "var", "std"]:
        yield Row(name, f"{name}(x, axis=1)", SEVERAL[name].format(a=1, k=False).replace("(x", "(x.float()"),
                  ["i8", "u8", "i32"], x=numbers(2, 5), loose=4)


def running():
    for axis in [0, 1, -1]:
        yield Row("cumsum", f"cumsum(x, axis={axis})", f"torch.cumsum(x, {axis})", FLOATS, x=meetings(), loose=4)
        yield Row("cumsum", f"cumsum(x, axis={axis})", f"torch.cumsum(x, {axis})", [*WHOLE, "bool"], x=numbers(3, 4))
    for shape in [(1,), (0,), (2, 1), (2, 0), (2, 3, 4), (1, 2, 1, 3), (2, 1, 2, 1, 2)]:
        yield Row("cumsum", "cumsum(x, axis=0)", "torch.cumsum(x, 0)", ["f32"], x=numbers(*shape), loose=4, scale=1)
        yield Row("cumsum", "cumsum(x)", "torch.cumsum(x.flatten(), 0)", ["f32"], x=numbers(*shape), loose=4, scale=1)
    yield Row("cumsum", "cumsum(x[::2, 1:].transpose(), axis=1)", "torch.cumsum(x[::2, 1:].mT, 1)", ["f32"], x=numbers(5, 4),
              loose=4, scale=1)
    yield Row("cumsum", "cumsum(x)", "torch.cumsum(x, 0)", FLOATS, x=given(1.5, shape=(1,)))


def comprehensions():
    for name, theirs in SEVERAL.items():
        if name not in ("var", "std"):
            yield Row(name, f"[{name}(x[i, j] * 2 for i in 0..12) for j in 0..6]",
                      theirs.format(a=[0], k=False).replace("(x", "(x * 2"), ["f32", "bf16"], x=meetings())
    for name in TRUTHS:
        yield Row(name, f"[{name}(x[i, j] > 0 for j) for i in 0..12]", f"torch.{name}(x > 0, 1)", FLOATS, x=meetings())
    yield Row("sum", "[sum(x[i, l] * y[l, j] for l in 0..3) for i in 0..2, j in 0..4]", "x @ y", FLOATS, x=numbers(2, 3),
              y=numbers(3, 4, start=9), loose=2, scale=1)


ROWS = [*where_they_meet(), *axes_of_ranks(), *of_whole_numbers(), *running(), *comprehensions()]
