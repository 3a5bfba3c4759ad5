"""Tensors joined, taken apart, moved along their axes and given a border."""

from rows import NAN, SHAPES, Row, Tensor, along, broadcast, make, numbers, permuted, places, reshaped, reversed_axis, scalar, sliced, vector


def concat(axis):
    def run(*tensors):
        at = axis % len(tensors[0].shape)
        shape = list(tensors[0].shape)
        shape[at] = sum(t.shape[at] for t in tensors)
        def element(p):
            k = p[at]
            for t in tensors:
                if k < t.shape[at]:
                    return t[p[:at] + (k,) + p[at + 1:]]
                k -= t.shape[at]
        return make(shape, element, tensors[0].dtype)
    return run


def stack(axis):
    def run(*tensors):
        at = axis % (len(tensors[0].shape) + 1)
        shape = list(tensors[0].shape)
        shape.insert(at, len(tensors))
        return make(shape, lambda p: tensors[p[at]][p[:at] + p[at + 1:]], tensors[0].dtype)
    return run


def joined():
    for shape in SHAPES:
        x, y = numbers(*shape), numbers(*shape, start=40)
        yield Row("stack", "stack([x, y], axis=-1)", stack(-1), x=x, y=y)
        yield Row("stack", "stack((x, y))", stack(0), x=x, y=y)
        if shape:
            yield Row("concat", "concat([x, y, x], axis=-1)", lambda x, y: concat(-1)(x, y, x), x=x, y=y)
    yield Row("concat", "concat([x, y])", concat(0), x=numbers(2, 3), y=numbers(0, 3))
    yield Row("concat", "concat([x[:, ::2], y.transpose()], axis=1)",
              lambda x, y: concat(1)(sliced(x, slice(None), slice(None, None, 2)), permuted(y, [1, 0])), x=numbers(2, 3),
              y=numbers(4, 2))
    yield Row("concat", "concat([x, y])", lambda x, y: vector(1, 2, *y.data), x=vector(1, 2, dtype="i64"), y=vector(0.5))
    yield Row("stack", "stack([x, x * 2], axis=1)", lambda x: stack(1)(x, make([3], lambda p: 2 * x[p])), x=numbers(3))


def parts():
    for axis, n in [(0, 4), (1, 3), (-1, 2)]:
        def half(x, axis=axis, n=n):
            size = x.shape[axis] // n
            ranges = [slice(None)] * 3
            ranges[axis] = slice(size, 2 * size)
            return sliced(x, *ranges)
        yield Row("split", f"split(x, {n}, axis={axis})[1]", half, x=numbers(4, 3, 2))
    yield Row("split", "split(x, [1, 0, 3])[2]", lambda x: sliced(x, slice(1, 4)), x=numbers(4, 2))
    yield Row("split", "split(x, [1, 0, 3])[1]", lambda x: sliced(x, slice(1, 1)), x=numbers(4, 2))
    yield Row("split", "len(split(x, 1))", lambda x: scalar(1, "i64"), gradient=False, x=numbers(4, 2))
    yield Row("split", "concat(split(x[::-1], [two, 2]))", lambda x: make(x.shape, lambda p: x[3 - p[0], p[1]]),
              x=numbers(4, 2))


def rolled(shift, axes):
    def run(x):
        for by, axis in zip(shift, axes):
            n = x.shape[axis]
            x = along(x, axis, lambda v, by=by, n=n: [v[(k - by) % n] for k in range(n)])
        return x
    return run


def moved():
    for shape in SHAPES:
        if not shape:
            continue
        x = numbers(*shape)
        yield Row("flip", "flip(x, axis=-1)", lambda x: reversed_axis(x, len(x.shape) - 1), x=x)
        yield Row("flip", "flip(x)", lambda x: Tensor(x.shape, x.data[::-1]), x=x)
        yield Row("roll", "roll(x, 1, axis=0)", rolled([1], [0]), x=x)
        yield Row("tile", "tile(x, 2)", lambda x: concat(-1)(x, x), x=x)
    x = numbers(3, 4)
    yield Row("flip", "flip(x, axis=[0, -1])", lambda x: Tensor(x.shape, x.data[::-1]), x=x)
    yield Row("flip", "flip(x)", lambda x: x, x=scalar(1.5))
    for shift in [0, 2, -1, 5, -9]:
        yield Row("roll", f"roll(x, {shift}, axis=-1)", rolled([shift], [1]), x=x)
        yield Row("roll", f"roll(x, {shift})",
                  lambda x, shift=shift: reshaped(rolled([shift], [0])(reshaped(x, 12)), 3, 4), x=x)
    yield Row("roll", "roll(x, two, axis=1)", rolled([2], [1]), x=x)
    yield Row("roll", "roll(x, -two, axis=0)", rolled([-2], [0]), x=x)
    yield Row("roll", "roll(x, (1, -1), axis=(0, 1))", rolled([1, -1], [0, 1]), x=x)
    yield Row("roll", "roll(x[:, ::2], 1, axis=1)", lambda x: rolled([1], [1])(sliced(x, slice(None), slice(None, None, 2))), x=x)
    for repeats in [(2, 3), (0, 1), (1, 1), (2, 1, 2), (2,)]:
        def tiled(x, repeats=repeats):
            full = (1,) * (2 - len(repeats)) + repeats
            own = reshaped(x, *(1,) * (len(full) - 2), *x.shape)
            shape = [n * r for n, r in zip(own.shape, full)]
            return make(shape, lambda p: own[tuple(i % n for i, n in zip(p, own.shape))])
        yield Row("tile", f"tile(x, {list(repeats)})", tiled, x=x)
    yield Row("tile", "tile(x, [two, 1])", lambda x: concat(0)(x, x), x=x)


def padded(amounts, value=0.0):
    def run(x):
        shape = [n + a + b for n, (a, b) in zip(x.shape, amounts)]
        def element(p):
            at = tuple(i - a for i, (a, _) in zip(p, amounts))
            return x[at] if all(0 <= i < n for i, n in zip(at, x.shape)) else value
        return make(shape, element, x.dtype)
    return run


def borders():
    for shape in SHAPES:
        if shape:
            yield Row("pad", "pad(x, [1, 0], value=0.5)", padded([(1, 0)] * len(shape), 0.5), x=numbers(*shape))
    x = numbers(2, 3)
    yield Row("pad", "pad(x, 1)", padded([(1, 1)] * 2), x=x)
    yield Row("pad", "pad(x, 0)", padded([(0, 0)] * 2), x=x)
    yield Row("pad", "pad(x, [[0, 2], [1, 0]])", padded([(0, 2), (1, 0)]), x=x)
    yield Row("pad", "pad(x, [[0, two], [two, 0]], value=nan)", padded([(0, 2), (2, 0)], NAN), gradient=False, x=x)
    yield Row("pad", "pad(x, [[0, two], [two, 0]])", padded([(0, 2), (2, 0)]), x=x)
    yield Row("pad", "pad(x.transpose()[::-1], [[0, 0], [1, 1]])",
              lambda x: padded([(0, 0), (1, 1)])(sliced(permuted(x, [1, 0]), slice(None, None, -1))), x=x)
    yield Row("pad", "pad(x, 1, value=9)", padded([(1, 1)], 9), x=vector(1, 2, dtype="u8"))
    yield Row("pad", "pad(x, y, value=2)", lambda x, y: padded([(1, 1)], 2.0)(x), gradient=["x"], x=numbers(2), y=scalar(1, "i64"))
    yield Row("pad", "pad(x, 2, value=y)", lambda x, y: padded([(2, 2)], y.data[0])(x), x=numbers(2), y=scalar(1.5))


ROWS = [*joined(), *parts(), *moved(), *borders()]
