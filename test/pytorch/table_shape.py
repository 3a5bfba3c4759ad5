"""Tensors from sizes, and the same elements in another shape or order."""

from rows import SHAPES, Row, edges, given, numbers

F32 = ["f32"]
MIXED = ["f16", "i8", "bool"]  # What only moves elements is one code for all types: some stand for the rest.


def moved(name, ours, theirs, *shape, types=("f32",), **inputs):
    return Row(name, ours, theirs, list(types), x=numbers(*shape), **inputs)


def made():
    for shape in [(), (0,), (3,), (2, 1, 3), (1, 2, 1, 2, 1)]:
        size = list(shape)
        for name in ["zeros", "ones"]:
            yield Row(name, f"{name}({size})", f"torch.{name}({size})", F32)
            for to in ["i64", "bool", "bf16"]:
                yield Row(name, f"{name}({size}, dtype={to})", f"torch.{name}({size}, dtype=DTYPES['{to}'])", F32)
            yield Row(name + "_like", f"{name}_like(x)", f"torch.{name}_like(x)", ["f16", "i32", "bool"], x=numbers(*shape))
        yield Row("full", f"full({size}, 2.5)", f"torch.full({size}, 2.5)", F32)
        yield Row("full", f"full({size}, 7)", f"torch.full({size}, 7)", F32)
        yield Row("full", f"full({size}, x)", f"x.expand({size})", F32, x=given(2.5, shape=()))
    for text in ["5", "0", "2, 7", "7, 2, -2", "1, 8, 3", "0, 1, 0.25", "1.0, -1.0, -0.5"]:
        yield Row("arange", f"arange({text})", f"torch.arange({text})", F32)
    for to in ["f16", "f64", "u8"]:
        yield Row("arange", f"arange(5, dtype={to})", f"torch.arange(5, dtype=DTYPES['{to}'])", F32)
    for text in ["-1, 2, 5", "0, 1, 2", "3, -4, 1", "0, 1, 0", "0.1, 0.7, 9"]:
        start, stop, n = text.split(", ")
        yield Row("linspace", f"linspace({text})", f"torch.linspace({text})", F32, loose=0.1)
        yield Row("linspace", f"linspace({text}, dtype=f64)", f"torch.linspace({text}, dtype=torch.float64)", F32)
    for n, m in [(0, 0), (1, 1), (3, 3), (2, 4), (3, 0)]:
        yield Row("eye", f"eye({n}, {m})", f"torch.eye({n}, {m})", F32)
    for shape in [(), (0,), (4,), (2, 1, 2)]:
        yield Row("one_hot", "one_hot(x, 11)", "F.one_hot(x.long(), 11).float()", ["u8", "i64"], x=numbers(*shape, dtype="u8"))
    for shape in SHAPES:
        yield moved("shape", "ones(shape(x))", "torch.ones(x.shape)", *shape)
        yield moved("rank", "i64(rank(x))", "torch.tensor(x.dim())", *shape)
        if shape:
            yield moved("len", "i64(len(x))", "torch.tensor(len(x))", *shape)


def reshaped():
    for shape in SHAPES:
        yield moved("flatten", "flatten(x)", "x.flatten()", *shape)
        yield moved("squeeze", "squeeze(x)", "x.squeeze()", *shape)
        yield moved("reshape", "reshape(x, [1, -1, 1])" if 0 not in shape else "reshape(x, [3, 0])",
                    "x.reshape([1, -1, 1])" if 0 not in shape else "x.reshape([3, 0])", *shape)
    yield moved("flatten", "flatten(x, start=1)", "x.flatten(1)", 2, 3, 4, types=["f32", *MIXED])
    yield moved("flatten", "flatten(x, start=-2)", "x.flatten(-2)", 2, 3, 4)
    yield moved("reshape", "reshape(x[:, ::2].transpose(), [2, -1])", "x[:, ::2].mT.reshape([2, -1])", 4, 5,
                types=["f32", *MIXED])
    yield moved("squeeze", "squeeze(x, axis=-2)", "x.squeeze(-2)", 2, 1, 1, 3)
    yield moved("squeeze", "squeeze(x, axis=[1, -2])", "x.squeeze([1, -2])", 2, 1, 1, 3)


def ordered():
    for shape in SHAPES:
        if len(shape) >= 2:
            yield moved("transpose", "x.transpose()", "x.mT", *shape, types=["f32", *MIXED])
            order = [-1, *range(len(shape) - 1)]
            yield moved("permute", f"permute(x, {order})", f"x.permute({order})", *shape)
        if shape:
            yield moved("flip", "flip(x, axis=-1)", "x.flip(-1)", *shape, types=["f32", *MIXED])
        yield moved("flip", "flip(x)", "x.flip(list(range(x.dim())))", *shape)
    yield moved("permute", "permute(x, [2, 0, 1])[..., ::2]", "x.permute([2, 0, 1])[..., ::2]", 2, 3, 4)
    yield moved("flip", "flip(x[::2], axis=[0, -1])", "x[::2].flip([0, -1])", 5, 2, 3)
    for shift, axis in [("2", 0), ("-1", 1), ("7", -1), ("0", 0)]:
        yield moved("roll", f"roll(x, {shift}, axis={axis})", f"x.roll({shift}, {axis})", 3, 4, types=["f32", *MIXED])
    yield moved("roll", "roll(x, [1, -2], axis=[0, 1])", "x.roll([1, -2], [0, 1])", 3, 4)
    yield moved("roll", "roll(x.transpose(), 5)", "x.mT.roll(5)", 3, 4)
    yield moved("roll", "roll(x, 1, axis=1)", "x.roll(1, 1)", 2, 0)
    for shape, times in [((2,), [3]), ((2, 3), [2, 1]), ((2, 3), [2, 1, 2]), ((2, 3), [2]), ((2, 0), [3, 2]), ((1,), [0])]:
        yield moved("tile", f"tile(x, {times})", f"x.tile({times})", *shape, types=["f32", *MIXED])


def widened():
    for shape, to in [((), (2, 3)), ((1,), (0,)), ((3,), (2, 3)), ((2, 1), (4, 2, 3)), ((2, 0), (3, 2, 0)),
                      ((1, 2, 1, 2), (2, 3, 2, 2, 2))]:
        yield moved("broadcast_to", f"broadcast_to(x, {list(to)})", f"x.expand({list(to)})", *shape)
    for shape, ours, theirs in [((3,), "[1, 2]", "[1, 2]"), ((2, 3), "[[1, 0], [0, 2]]", "[0, 2, 1, 0]"),
                                ((2, 3), "1", "[1, 1, 1, 1]"), ((2, 0), "[[0, 0], [1, 1]]", "[1, 1, 0, 0]"),
                                ((1, 2, 1, 2, 1), "[[0, 0], [0, 0], [1, 0], [0, 0], [0, 1]]", "[0, 1, 0, 0, 1, 0]")]:
        yield moved("pad", f"pad(x, {ours})", f"F.pad(x, {theirs})", *shape, types=["f32", "f16", "i8"])
    yield moved("pad", "pad(x[::2], [[1, 1], [0, 1]], value=-inf)", "F.pad(x[::2], [0, 1, 1, 1], value=-inf)", 5, 2)
    for axis in [0, 1, -1]:
        shapes = {0: [(1, 3, 2), (2, 3, 2), (0, 3, 2)], 1: [(2, 1, 2), (2, 3, 2), (2, 0, 2)],
                  -1: [(2, 3, 1), (2, 3, 2), (2, 3, 4)]}
        x, y, z = (numbers(*shape, start=10 * i) for i, shape in enumerate(shapes[axis]))
        yield Row("concat", f"concat([x, y, z], axis={axis})", f"torch.cat([x, y, z], {axis})", ["f32", *MIXED], x=x, y=y, z=z)
        yield Row("stack", f"stack([x, y, x[::-1]], axis={axis})", f"torch.stack([x, y, x.flip(0)], {axis})", ["f32", *MIXED],
                  x=numbers(2, 3), y=numbers(2, 3, start=9))
        yield Row("split", f"split(x, 2, axis={axis})[1]", f"x.chunk(2, {axis})[1]", ["f32", *MIXED], x=numbers(4, 2, 6))
        yield Row("split", f"let (a, b, c) = split(x, [1, 0, 3], axis={axis}); c * 2",
                  f"a, b, c = x.split([1, 0, 3], {axis}); c * 2", ["f32", "i8"], x=numbers(4, 4, 4))
    yield Row("concat", "concat([x[::2], x[1::2]]) * x", "torch.cat([x[::2], x[1::2]]) * x", ["f32"], x=numbers(5, 2))
    yield Row("stack", "stack([x, x])", "torch.stack([x, x])", ["f32", "bf16"], x=edges())
    yield Row("stop_gradient", "stop_gradient(x) * x", "x.detach() * x", ["f32"], x=numbers(3))
    yield Row("map", "let (a, b) = map((u, v) => u * v, (x, y), (y, y)); a + b", "x * y + y * y", ["f32"], x=numbers(3),
              y=numbers(3, start=9))


ROWS = [*made(), *reshaped(), *ordered(), *widened()]
