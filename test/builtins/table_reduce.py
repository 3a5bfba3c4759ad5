"""Reductions: one axis, several, negative ones, all; keepdims; axes of size 0 and 1; NaN and infinities; whole numbers."""

import math

from rows import INF, NAN, OTHER, SHAPES, SPECIAL, Row, Tensor, along, integers, make, numbers, permuted, places, reshaped, sliced

BOOLS = Tensor([2, 3], [1, 0, 1, 1, 1, 1], "bool")


def reduced(function, axes=None, keep=False, dtype=None):
    """The reference: `function` of the list of the elements along the axes."""
    def run(x):
        rank = len(x.shape)
        gone = set(range(rank)) if axes is None else {a % rank for a in axes}
        lists = {p: [] for p in places([1 if a in gone else n for a, n in enumerate(x.shape)])}
        for p in places(x.shape):
            lists[tuple(0 if a in gone else i for a, i in enumerate(p))].append(x[p])
        shape = [1 if a in gone else n for a, n in enumerate(x.shape)]
        whole = make(shape, lambda p: function(lists[p]), dtype or x.dtype)
        return whole if keep else reshaped(whole, *(n for a, n in enumerate(x.shape) if a not in gone))
    return run


def mean(values):
    return sum(values) / len(values) if values else NAN


def variance(ddof):
    def run(values):
        centre = mean(values)
        squares = sum((x - centre) ** 2 for x in values)
        return squares / (len(values) - ddof) if len(values) > ddof else INF if squares > 0 else NAN
    return run


def largest(values):
    return NAN if any(math.isnan(x) for x in values) else max(values)


def smallest(values):
    return NAN if any(math.isnan(x) for x in values) else min(values)


def first(best):
    def run(values):
        bad = [i for i, x in enumerate(values) if math.isnan(x)]
        return bad[0] if bad else values.index(best(values))
    return run


FUNCTIONS = {"sum": sum, "mean": mean, "prod": math.prod, "max": largest, "min": smallest, "var": variance(0),
             "std": lambda values: math.sqrt(variance(0)(values))}
AXES = [("", None, False), (", axis=-1", [-1], False), (", axis=[0, -1], keepdims=true", [0, -1], True),
        (", axis=(1,)", [1], False), (", axis=0, keepdims=true", [0], True)]


def everywhere():
    for name, function in FUNCTIONS.items():
        for text, axes, keep in AXES:
            yield Row(name, f"{name}(x{text})", reduced(function, axes, keep), x=numbers(2, 3, 4), tolerance=1e-9)
        yield Row(name, f"{name}(x.permute([2, 0, 1])[::-1, :, ::2], axis=[0, 2])", lambda x, function=function: reduced(
            function, [0, 2])(sliced(permuted(x, [2, 0, 1]), slice(None, None, -1), slice(None), slice(None, None, 2))),
            x=numbers(2, 3, 4), tolerance=1e-9)
        if name != "std":
            yield Row(name, f"{name}(x)", reduced(function), gradient=False, x=SPECIAL)
    for shape in SHAPES:
        yield Row("sum", "x.sum()", reduced(sum), x=numbers(*shape))
        if shape and 0 not in shape:
            yield Row("max", "max(x, axis=0)", reduced(largest, [0]), x=numbers(*shape))
            yield Row("mean", "mean(x, axis=-1, keepdims=true)", reduced(mean, [-1], True), x=numbers(*shape))


def edges():
    empty = numbers(2, 0)
    yield Row("sum", "sum(x, axis=1)", reduced(sum, [1]), x=empty)
    yield Row("prod", "prod(x, axis=1)", reduced(math.prod, [1]), x=empty)
    yield Row("mean", "mean(x, axis=1)", reduced(mean, [1]), gradient=False, x=empty)
    yield Row("max", "max(x, axis=0)", reduced(largest, [0]), x=empty)
    yield Row("argmax", "argmax(x, axis=0)", reduced(first(max), [0], dtype="i64"), gradient=False, x=empty)
    yield Row("var", "var(x, axis=1, ddof=1)", reduced(variance(1), [1]), x=numbers(2, 3), tolerance=1e-9)
    yield Row("std", "std(x, ddof=1, keepdims=true)", reduced(lambda v: math.sqrt(variance(1)(v)), None, True), x=numbers(2, 3))
    yield Row("var", "var(x, ddof=1)", reduced(variance(1)), gradient=False, x=numbers(1))
    yield Row("var", "var(x, axis=1, ddof=5)", reduced(variance(5), [1]), gradient=False, x=Tensor([2, 2], [1, 2, 3, 3]))
    yield Row("max", "max(x, axis=1, initial=0.5)", reduced(lambda v: max(v + [0.5]), [1]), x=empty)
    yield Row("max", "max(x, axis=1, initial=-inf)", reduced(lambda v: max(v + [-INF]), [1]), x=empty)
    yield Row("max", "max(x, initial=2.5, keepdims=true)", reduced(lambda v: max(v + [2.5]), None, True), x=Tensor([2, 2], [1, 2, 4, 3]))
    yield Row("min", "min(x, axis=0, initial=2.5)", reduced(lambda v: min(v + [2.5]), [0]), x=Tensor([2, 2], [1, 2, 4, 3]))
    # As PyTorch: the mean of infinities takes no share of the gradient; a constant has a deviation without a slope.
    for x, slopes in [([INF, 2, 3], [NAN, -INF, -INF]), ([INF, -INF, 3], [NAN] * 3), ([NAN, 2, 3], [NAN] * 3)]:
        yield Row("var", "var(x)", reduced(variance(0)), x=Tensor([3], x), slopes=slopes)
        yield Row("std", "std(x)", lambda x: Tensor([], [NAN]), x=Tensor([3], x), slopes=[NAN] * 3)
    yield Row("std", "std(x)", lambda x: Tensor([], [0]), x=Tensor([3], [2, 2, 2]), slopes=[0, 0, 0])
    yield Row("std", "std(x, ddof=1)", lambda x: Tensor([], [NAN]), x=numbers(1), slopes=[NAN])
    yield Row("any", "any(x, axis=0)", reduced(any, [0]), x=BOOLS)
    yield Row("all", "all(x, axis=-1, keepdims=true)", reduced(all, [-1], True), x=BOOLS)
    yield Row("any", "any(x)", reduced(any), x=Tensor([0], [], "bool"))
    yield Row("all", "all(x)", reduced(all), x=Tensor([0], [], "bool"))
    # A product with zeros in it, whose derivative leaves each factor out.
    yield Row("prod", "prod(x, axis=1)", reduced(math.prod, [1]), x=Tensor([3, 3], [2, 0, 3, 0, 0, 1, 2, 3, 4]))
    yield Row("max", "max(x)", reduced(largest), gradient=False, x=OTHER)
    yield Row("sum", "sum(x)", reduced(sum), gradient=False, x=Tensor([2], [INF, 1]))


def places_of_extremes():
    for name, best in [("argmax", max), ("argmin", min)]:
        at = first(best)
        for text, axes, keep in AXES[:2] + AXES[4:]:
            yield Row(name, f"{name}(x{text})", reduced(at, axes, keep, "i64"), gradient=False, x=numbers(3, 4))
        yield Row(name, f"{name}(x)", reduced(at, dtype="i64"), gradient=False, x=SPECIAL)
        yield Row(name, f"{name}(x, axis=0)", reduced(at, [0], dtype="i64"), x=Tensor([5, 1], [1, 3, 1, 3, 2], "i64"))
        yield Row(name, f"{name}(x[::-1], axis=0)",
                  lambda x, at=at: reduced(at, [0], dtype="i64")(sliced(x, slice(None, None, -1))), gradient=False, x=numbers(3, 4))


def whole_numbers():
    """PyTorch sums whole numbers and bools as i64."""
    for dtype in ["u8", "i32", "i64", "bool"]:
        x = integers(2, 3, below=2 if dtype == "bool" else 250 if dtype == "u8" else 9, dtype=dtype)
        x.data[-1] = x.data[-1] or 1
        yield Row("sum", "sum(x, axis=1)", reduced(sum, [1], dtype="i64"), x=x)
        yield Row("prod", "prod(x, axis=0)", reduced(math.prod, [0], dtype="i64"), x=x)
        yield Row("cumsum", "cumsum(x, axis=1)", lambda x: along(x, 1, lambda v: [sum(v[:k + 1]) for k in range(len(v))], "i64"),
                  x=x)
    x = integers(2, 3, dtype="i64")
    yield Row("max", "max(x, axis=1)", reduced(max, [1]), x=x)
    yield Row("min", "min(x)", reduced(min), x=integers(4, below=250, dtype="u8"))
    yield Row("mean", "mean(x, axis=0)", reduced(mean, [0], dtype="f32"), x=x, tolerance=1e-6)
    yield Row("var", "var(x)", reduced(variance(0), dtype="f32"), x=x, tolerance=1e-6)


def running(values):
    return [sum(values[:k + 1]) for k in range(len(values))]


def sums():
    for shape in [(), (1,), (0,), (4,), (2, 0), (2, 3), (2, 3, 2)]:
        yield Row("cumsum", "cumsum(x)", lambda x: along(reshaped(x, len(x.data)), 0, running), x=numbers(*shape))
    for axis in [0, 1, -1]:
        yield Row("cumsum", f"cumsum(x, axis={axis})", lambda x, axis=axis: along(x, axis, running), x=numbers(2, 3, 2))
    yield Row("cumsum", "cumsum(x[::-1, ::2], axis=0)", lambda x: along(
        sliced(x, slice(None, None, -1), slice(None, None, 2)), 0, running), x=numbers(3, 5))
    yield Row("cumsum", "cumsum(x)", lambda x: along(x, 0, running), gradient=False, x=Tensor([4], [1, INF, 2, -INF]))


ROWS = [*everywhere(), *edges(), *places_of_extremes(), *whole_numbers(), *sums()]
