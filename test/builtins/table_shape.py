"""Sizes, and the same elements in another shape or order."""

from rows import SHAPES, Row, Tensor, broadcast, make, numbers, permuted, reshaped, scalar, sliced, transposed, vector


def sizes():
    for shape in SHAPES:
        x = numbers(*shape)
        yield Row("shape", "i64(shape(x))" if shape else "len(shape(x))",
                  lambda x: vector(*x.shape, dtype="i64") if x.shape else scalar(0, "i64"), gradient=False, x=x)
        yield Row("rank", "rank(x)", lambda x: scalar(len(x.shape), "i64"), gradient=False, x=x)
        if shape:
            yield Row("len", "len(x)", lambda x: scalar(x.shape[0], "i64"), gradient=False, x=x)
    yield Row("len", "len((x, x, 1))", lambda x: scalar(3, "i64"), gradient=False, x=numbers(2))
    yield Row("len", "len(\"naïve\") + len(\"\")", lambda: scalar(5, "i64"))
    yield Row("shape", "shape(x[:two, new])[0] + x.shape()[-1]", lambda x: scalar(5, "i64"), gradient=False, x=numbers(4, 3))
    yield Row("dtype", "dtype(x)(y)", lambda x, y: Tensor(y.shape, [float(n) for n in y.data]), gradient=False, x=scalar(1.0),
              y=vector(1, 2, dtype="u8"))


def reshapes():
    for shape in SHAPES:
        x = numbers(*shape)
        flat = len(x.data)
        yield Row("flatten", "flatten(x)", lambda x: reshaped(x, len(x.data)), x=x)
        yield Row("squeeze", "squeeze(x)", lambda x: reshaped(x, *(n for n in x.shape if n != 1)), x=x)
        yield Row("reshape", f"reshape(x, [1, {flat}, 1])", lambda x: reshaped(x, 1, len(x.data), 1), x=x)
        if flat:
            yield Row("reshape", "x.reshape([-1])", lambda x: reshaped(x, len(x.data)), x=x)
    x = numbers(2, 3, 4)
    yield Row("flatten", "flatten(x, start=1)", lambda x: reshaped(x, 2, 12), x=x)
    yield Row("flatten", "flatten(x, start=-2)", lambda x: reshaped(x, 2, 12), x=x)
    yield Row("flatten", "flatten(x, start=2)", lambda x: x, x=x)
    yield Row("reshape", "reshape(x, [4, -1])", lambda x: reshaped(x, 4, 6), x=x)
    yield Row("reshape", "reshape(x, (two, -1))", lambda x: reshaped(x, 2, 12), x=x)
    yield Row("reshape", "reshape(x, 24)", lambda x: reshaped(x, 24), x=x)
    yield Row("reshape", "reshape(x[::-1, ::2].transpose(), [-1])",
              lambda x: reshaped(transposed(sliced(x, slice(None, None, -1), slice(None, None, 2))), 16), x=x)
    yield Row("squeeze", "squeeze(x, axis=-2)", lambda x: reshaped(x, 2, 1, 3), x=numbers(2, 1, 1, 3))
    yield Row("squeeze", "squeeze(x, axis=[1, -2])", lambda x: reshaped(x, 2, 3), x=numbers(2, 1, 1, 3))
    yield Row("squeeze", "x[:, :1].squeeze(1)", lambda x: reshaped(sliced(x, slice(None), slice(1)), 2), x=numbers(2, 3))


def orders():
    for shape in SHAPES:
        if len(shape) >= 2:
            yield Row("transpose", "x.transpose()", transposed, x=numbers(*shape))
            order = [-1, *range(len(shape) - 1)]
            yield Row("permute", f"permute(x, {order})", lambda x, order=order: permuted(x, order), x=numbers(*shape))
    yield Row("permute", "permute(x, [])", lambda x: x, x=scalar(1.5))
    yield Row("permute", "permute(x, (2, 0, 1))[..., ::-1]",
              lambda x: sliced(permuted(x, [2, 0, 1]), slice(None), slice(None), slice(None, None, -1)), x=numbers(2, 3, 4))


def broadcasts():
    for shape, to in [((), (2, 3)), ((1,), (0,)), ((3,), (2, 3)), ((2, 1), (4, 2, 3)), ((1, 1), (1, 1)), ((2, 0), (3, 2, 0)),
                      ((1, 2, 1, 2), (2, 3, 2, 2, 2))]:
        yield Row("broadcast_to", f"broadcast_to(x, {list(to)})", lambda x, to=to: broadcast(x, make(to, lambda p: 0))[0],
                  x=numbers(*shape))
    yield Row("broadcast_to", "broadcast_to(x[:, :1], [two, 3, two])", lambda x: make((2, 3, 2), lambda p: x[p[1], 0]),
              x=numbers(3, 2))


def structures():
    yield Row("map", "map(a => 2 * a, {u: x, v: (y, 1.0)}).v[0]", lambda x, y: make(y.shape, lambda p: 2 * y[p]), gradient=["y"],
              x=numbers(2), y=numbers(3))
    yield Row("map", "map((a, b) => a * b, (x, y), (y, x))[0]", lambda x, y: make([2], lambda p: x[p] * y[p]), x=numbers(2),
              y=numbers(2, start=7))
    yield Row("stop_gradient", "x * stop_gradient(x)", lambda x: make(x.shape, lambda p: x[p] ** 2), gradient=False, x=numbers(3))
    yield Row("stop_gradient", "grad(sum(x * stop_gradient(x)), wrt=x)", lambda x: x, gradient=False, x=numbers(3))
    yield Row("grad", "grad(a => sum(a ** 3))(x)", lambda x: make(x.shape, lambda p: 3 * x[p] ** 2), x=numbers(2, 3))
    yield Row("grad", "grad(sum(grad(sum(sin(x)), wrt=x)), wrt=x) + sin(x)", lambda x: make([3], lambda p: 0.0), x=numbers(3))
    yield Row("value_and_grad", "value_and_grad(a => sum(a * a))(x)[1]", lambda x: make([4], lambda p: 2 * x[p]), x=numbers(4))
    yield Row("value_and_grad", "value_and_grad(a => sum(a * a))(x)[0]", lambda x: scalar(sum(a * a for a in x.data)), x=numbers(4))


ROWS = [*sizes(), *reshapes(), *orders(), *broadcasts(), *structures()]
