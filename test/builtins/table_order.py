"""Elements chosen by index or by order: take, gather, scatter_add, sort, argsort, topk."""

import math

from rows import INF, NAN, OTHER, SPECIAL, Row, Tensor, along, integers, make, numbers, permuted, places, reshaped, sliced, vector

TIES = Tensor([2, 5], [3, 1, 3, 1, 2, 0, 0, 0, 5, 5], "i64")


def ordered(values, descending=False):
    """The stable order; NaN counts as largest."""
    key = lambda i: (math.isnan(values[i]), 0 if math.isnan(values[i]) else values[i])
    if not descending:
        return sorted(range(len(values)), key=key)
    return sorted(range(len(values)), key=lambda i: (not math.isnan(values[i]), 0 if math.isnan(values[i]) else -values[i]))


def sorted_along(axis, descending=False):
    return lambda x: along(x, axis, lambda v: [v[i] for i in ordered(v, descending)])


def order_along(axis, descending=False):
    return lambda x: along(x, axis, lambda v: ordered(v, descending), "i64")


def sorts():
    for shape in [(1,), (0,), (5,), (2, 1), (3, 0), (3, 4), (2, 3, 2), (1, 2, 1, 3), (2, 1, 2, 1, 3)]:
        yield Row("sort", "sort(x)", sorted_along(-1), x=numbers(*shape))
        yield Row("argsort", "argsort(x, axis=0)", order_along(0), gradient=False, x=numbers(*shape))
    for descending in [False, True]:
        flag = str(descending).lower()
        yield Row("sort", f"sort(x, axis=0, descending={flag})", sorted_along(0, descending), x=numbers(4, 3))
        for x in [SPECIAL, OTHER]:
            yield Row("sort", f"sort(x, descending={flag})", sorted_along(0, descending), gradient=False, x=x)
            yield Row("argsort", f"argsort(x, descending={flag})", order_along(0, descending), gradient=False, x=x)
        yield Row("argsort", f"argsort(x, axis=1, descending={flag})", order_along(1, descending), x=TIES)
        yield Row("sort", f"sort(x, descending={flag})", sorted_along(-1, descending),
                  x=Tensor([5], [200, 3, 255, 0, 128], "u8"))
    yield Row("sort", "sort(x)", sorted_along(-1), x=Tensor([2, 3], [1, 0, 1, 0, 1, 0], "bool"))
    yield Row("sort", "sort(x.transpose()[::-1, ::2], axis=0)", lambda x: sorted_along(0)(
        sliced(permuted(x, [1, 0]), slice(None, None, -1), slice(None, None, 2))), x=numbers(3, 4))


def best(k, axis=-1, indices=False):
    def pick(v):
        chosen = ordered(v, True)[:k]
        return chosen if indices else [v[i] for i in chosen]
    return lambda x: along(x, axis, pick, "i64" if indices else None)


def largest():
    for k, axis in [(0, -1), (1, 0), (2, -1), (3, 0), (4, 1)]:
        yield Row("topk", f"topk(x, {k}, axis={axis}).values", best(k, axis), x=numbers(3, 4))
        yield Row("topk", f"topk(x, {k}, axis={axis}).indices", best(k, axis, True), gradient=False, x=numbers(3, 4))
    yield Row("topk", "topk(x, two).values", best(2), x=numbers(2, 1, 3))
    yield Row("topk", "topk(x, 3).values", best(3), gradient=False, x=SPECIAL)
    yield Row("topk", "topk(x, 3).indices", best(3, indices=True), gradient=False, x=OTHER)
    yield Row("topk", "topk(x[::-1], 2).values[:, 0]", lambda x: vector(*reversed([max(x.data[:4]), max(x.data[4:])])),
              x=numbers(2, 4))


def taken(axis):
    def run(x, at):
        axis_ = axis % len(x.shape)
        rank = len(at.shape)
        shape = x.shape[:axis_] + at.shape + x.shape[axis_ + 1:]
        def element(p):
            place = at[p[axis_:axis_ + rank]] % x.shape[axis_]
            return x[p[:axis_] + (place,) + p[axis_ + rank:]]
        return make(shape, element, x.dtype)
    return run


def takes():
    at = Tensor([2, 2], [1, 0, -1, 1], "i64")
    for axis in [0, 1, -1]:
        yield Row("take", f"take(x, at, axis={axis})", taken(axis), x=numbers(3, 2, 4), at=at)
    yield Row("take", "take(x, at)", lambda x, at: taken(0)(reshaped(x, 6), at), x=numbers(2, 3),
              at=vector(5, 0, -6, 3, dtype="i32"))
    yield Row("take", "take(x, at, axis=0)", taken(0), x=numbers(3), at=Tensor([], [1], "i64"))
    yield Row("take", "take(x, at, axis=1)", taken(1), x=numbers(2, 3), at=Tensor([0], [], "i64"))
    yield Row("take", "take(x[:, ::-1], at, axis=1)", lambda x, at: taken(1)(sliced(x, slice(None), slice(None, None, -1)), at),
              x=numbers(2, 3), at=vector(0, 2, 0, dtype="u8"))
    yield Row("embedding", "embedding(at, x)", lambda x, at: taken(0)(x, at), x=numbers(4, 3), at=Tensor([2, 3],
              [3, 0, 1, 1, 2, 3], "i64"))


def gathered(axis):
    def run(x, at):
        return make(at.shape, lambda p: x[p[:axis] + (at[p] % x.shape[axis],) + p[axis + 1:]], x.dtype)
    return run


def scattered(axis):
    def run(x, at, y):
        result = x.copy()
        for p in places(at.shape):
            place, flat = p[:axis] + (at[p] % x.shape[axis],) + p[axis + 1:], 0
            for i, n in zip(place, x.shape):
                flat = flat * n + i
            result.data[flat] += y[p]
        return result
    return run


def along_axes():
    cases = [(0, (3, 4), (2, 4), "i64"), (1, (3, 4), (3, 5), "i64"), (0, (5,), (3,), "i32"), (2, (2, 2, 3), (2, 1, 4), "i64"),
             (1, (2, 3), (2, 0), "i64"), (3, (1, 2, 1, 3), (1, 2, 1, 2), "i64"), (0, (2, 1, 2, 1, 2), (3, 1, 2, 1, 2), "i64")]
    for axis, shape, index, dtype in cases:
        at = integers(*index, below=shape[axis], dtype=dtype)
        yield Row("gather", f"gather(x, at, {axis - len(shape) if axis else axis})", gathered(axis), x=numbers(*shape), at=at)
        yield Row("scatter_add", f"scatter_add(x, at, y, axis={axis})", scattered(axis), x=numbers(*shape), at=at,
                  y=numbers(*index, start=30))
    yield Row("gather", "gather(x, at, axis=1)", gathered(1), x=numbers(2, 3), at=Tensor([2, 2], [-1, 0, -3, 2], "i64"))
    yield Row("gather", "gather(x.transpose(), at, axis=0)", lambda x, at: gathered(0)(permuted(x, [1, 0]), at), x=numbers(2, 3),
              at=Tensor([1, 2], [2, 0], "i64"))
    yield Row("gather", "gather(x, at, axis=0)", gathered(0), gradient=False, x=SPECIAL, at=vector(0, 1, 2, 0, dtype="i64"))
    yield Row("scatter_add", "scatter_add(x, at, 1, 0)", lambda x, at: Tensor([3], [2, 0, 2], "i64"), x=vector(0, 0, 0,
              dtype="i64"), at=vector(2, 0, 0, 2, dtype="i64"))
    yield Row("scatter_add", "scatter_add(x, at, y, 0)", scattered(0), gradient=False, x=numbers(3), at=vector(1, 1, 2, dtype="i64"),
              y=vector(INF, -INF, NAN))


ROWS = [*sorts(), *largest(), *takes(), *along_axes()]
