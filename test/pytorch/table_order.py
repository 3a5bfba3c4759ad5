"""What chooses by index or by order: take, gather, scatter_add, sort, argsort, topk."""

from rows import FLOATS, WHOLE, Row, edges, given, mask, meetings, numbers, places

F32 = ["f32", "i8"]


def sorted_():
    for axis in [0, 1, -1]:
        for descending in [False, True]:
            ours, theirs = f"(x, axis={axis}, descending={str(descending).lower()})", f"sort(x, {axis}, {descending})"
            yield Row("sort", f"sort{ours}", f"{theirs}.values", FLOATS, x=meetings())
            yield Row("argsort", f"argsort{ours}", f"{theirs}.indices", FLOATS, x=meetings())
    for k, axis in [(0, -1), (2, 0), (6, 1), (1, -1)]:
        theirs = f"sort(x, {axis}, True)"
        yield Row("topk", f"topk(x, {k}, axis={axis}).values", f"{theirs}.values.narrow({axis}, 0, {k})", FLOATS, x=meetings())
        yield Row("topk", f"topk(x, {k}, axis={axis}).indices", f"{theirs}.indices.narrow({axis}, 0, {k})", FLOATS,
                  x=meetings())
    for shape in [(1,), (0,), (5,), (2, 1), (3, 0), (2, 3, 2), (1, 2, 1, 3), (2, 1, 2, 1, 3)]:
        yield Row("sort", "sort(x)", "sort(x).values", ["f32"], x=numbers(*shape))
        yield Row("argsort", "x.argsort(axis=0)", "sort(x, 0).indices", ["f32"], x=numbers(*shape))
    for name, theirs in [("sort", "values"), ("argsort", "indices")]:
        for flag in [False, True]:
            yield Row(name, f"{name}(x, descending={str(flag).lower()})", f"sort(x, -1, {flag}).{theirs}", [*WHOLE, "bool"],
                      x=edges())
            yield Row(name, f"{name}(x, axis=1, descending={str(flag).lower()})", f"sort(x, 1, {flag}).{theirs}", WHOLE,
                      x=numbers(3, 7))
    yield Row("sort", "sort(x[::2, 1:].transpose(), axis=0)", "sort(x[::2, 1:].mT, 0).values", ["f32", "f16"], x=numbers(5, 4))
    yield Row("topk", "topk(x[:, ::2], 2).values[..., 0]", "sort(x[:, ::2], -1, True).values[..., 0]", ["f32"],
              x=numbers(2, 7, 3))


def taken():
    at = places(1, 0, -1, 1, shape=(2, 2))
    for axis in [0, 1, -1]:
        size = [3, 2, 4][axis]
        yield Row("take", f"take(x, at, axis={axis})",
                  f"x.index_select({axis}, at.flatten() % {size}).unflatten({axis}, [2, 2])", F32, x=numbers(3, 2, 4), at=at)
    yield Row("take", "take(x.transpose(), at)", "x.mT.take(at)", ["f32", "f16", "i64"], x=numbers(3, 4),
              at=places(5, 0, -6, 11))
    yield Row("take", "take(x, at, axis=1)", "x[:, at]", F32, x=numbers(2, 3), at=places(shape=(0,)))
    yield Row("take", "take(x, at, axis=0)", "x[at]", ["f32", "bool"], x=numbers(3), at=places(-1, shape=()))
    yield Row("take", "take(x, at)", "x.take(at)", FLOATS, x=edges(), at=places(0, 1, 2, 2, 5))
    yield Row("embedding", "embedding(at, x)", "F.embedding(at, x)", FLOATS, x=numbers(4, 3),
              at=places(3, 0, 1, 1, 2, 3, shape=(2, 3)))


def along():
    cases = [(0, (3, 4), (2, 4)), (1, (3, 4), (3, 5)), (-1, (3, 4), (2, 3)), (0, (5,), (3,)), (2, (2, 2, 3), (2, 1, 4)),
             (1, (2, 3), (2, 0)), (3, (1, 2, 1, 3), (1, 2, 1, 2)), (0, (2, 1, 2, 1, 2), (3, 1, 2, 1, 2))]
    for axis, shape, index in cases:
        count = 1
        for n in index:
            count *= n
        at = places(*((5 * i + 1) % shape[axis] for i in range(count)), shape=index)
        yield Row("gather", f"gather(x, at, {axis})", f"x.gather({axis}, at)", F32, x=numbers(*shape), at=at)
        yield Row("scatter_add", f"scatter_add(x, at, y, axis={axis})", f"x.scatter_add({axis}, at, y)", F32, x=numbers(*shape),
                  at=at, y=numbers(*index, start=30), loose=2, scale=1)
    yield Row("gather", "gather(x[::2].transpose(), at, axis=0)", "x[::2].mT.gather(0, at)", ["f32", "bf16", "bool"],
              x=numbers(6, 4), at=places(2, 0, 1, shape=(1, 3)))
    yield Row("scatter_add", "scatter_add(x, at, y, 0)", "x.scatter_add(0, at, y)", FLOATS, x=given(1.0, 2.0, float("inf")),
              at=places(0, 0, 1, 2), y=given(float("inf"), -float("inf"), float("nan"), 1.0))
    yield Row("where", "where(m, x, y)[::-1]", "torch.where(m, x, y).flip(0)", ["f32"], m=mask("101"), x=numbers(3),
              y=numbers(3, start=5))


ROWS = [*sorted_(), *taken(), *along()]
