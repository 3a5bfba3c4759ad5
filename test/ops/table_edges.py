"""Rows for the edges that every operation has: ranks 0 to 5, axes of size 0 and 1, the last and the first axis, NaN and
infinities. One representative of each way in which operations are lowered; the other tables have a row for each."""

import math

from reference import Row, Tensor, each, make

SHAPES = [(), (1,), (0,), (3,), (2, 1), (2, 0), (1, 3), (2, 3, 1), (1, 2, 1, 3), (2, 1, 2, 1, 2), (2, 2, 2, 2, 2)]
INF, NAN = math.inf, math.nan
SPECIAL = Tensor([7], [NAN, INF, -INF, 0.0, 1.5, -2.0, 3.0])
OTHER = Tensor([7], [1.0, INF, 2.0, NAN, -INF, -2.0, 0.5])


def numbers(shape, start=0.4):
    count = math.prod(shape)
    return Tensor(shape, [math.sin(start + 1.3 * i * i) * 2 for i in range(count)])


def kind(shape, dtype="f64"):
    return "tensor<" + "".join(f"{size}x" for size in shape) + dtype + ">"


def reduced(axes, function):
    def run(x):
        kept = [size for axis, size in enumerate(x.shape) if axis not in axes]
        def element(place):
            inner, found = iter(place), []
            ranges = [range(size) if axis in axes else [next(inner)] for axis, size in enumerate(x.shape)]
            def walk(prefix, rest):
                if not rest:
                    found.append(x[tuple(prefix)] if prefix else x.data[0])
                    return
                for index in rest[0]:
                    walk(prefix + [index], rest[1:])
            walk([], ranges)
            return function(found)
        return make(kept, element)
    return run


def maximum(a, b):
    return NAN if math.isnan(a) or math.isnan(b) else max(a, b)


def largest(values):
    return NAN if any(math.isnan(value) for value in values) else max(values)


def elementwise_rows():
    for shape in SHAPES:
        x, y = numbers(shape), numbers(shape, 2.1)
        yield Row("mul", [x, y], "%r = mdl.mul {0}, {1} : {t0}", each(lambda a, b: a * b))
        yield Row("tanh", [x], "%r = mdl.tanh {0} : {t0}", each(math.tanh))
    yield Row("maximum", [SPECIAL, OTHER], "%r = mdl.maximum {0}, {1} : {t0}", each(maximum), False)
    yield Row("add", [SPECIAL, OTHER], "%r = mdl.add {0}, {1} : {t0}", each(lambda a, b: a + b), False)
    yield Row("isnan", [SPECIAL], "%r = mdl.isnan {0} : {t0}", each(lambda a: float(math.isnan(a)), "i1"), False)
    for name, test in [("eq", lambda a, b: a == b), ("ne", lambda a, b: a != b), ("lt", lambda a, b: a < b),
                       ("le", lambda a, b: a <= b), ("gt", lambda a, b: a > b), ("ge", lambda a, b: a >= b)]:
        yield Row("compare", [SPECIAL, OTHER], f"%r = mdl.compare {name} {{0}}, {{1}} : {{t0}}",
                  each(lambda a, b, test=test: float(test(a, b)), "i1"), False)


def floor_rest(a, b):
    """Python's `%` where it has one; NaN for a divisor 0 and for an infinite dividend, as PyTorch."""
    return NAN if b == 0 or math.isinf(a) or math.isnan(a) or math.isnan(b) else a % b


def power(a, b):
    try:
        result = math.pow(a, b)
        return math.copysign(INF, result) if abs(result) >= 2.0 ** 128 else result
    except ValueError:  # a pole, or no real number
        return INF if a == 0 else NAN


def logarithm(x):
    return -INF if x == 0 else NAN if x < 0 else math.log(x)


def single_rows():
    """f32 has polynomials of our own: their edges, and what a fast operation would take for granted."""
    ends = [NAN, INF, -INF, 0.0, 2.0 ** -140, 1.0, -2.5, 2.0 ** 127]
    x = Tensor([8], ends, "f32")
    def row(op, text, reference):
        return Row(op, [x], text, reference, False, tolerance=1e-6)
    single = lambda function: each(function, "f32")
    yield row("exp", "%r = mdl.exp {0} : {t0}", single(lambda v: INF if v > 100 else math.exp(v)))
    yield row("log", "%r = mdl.log {0} : {t0}", single(logarithm))
    yield row("tanh", "%r = mdl.tanh {0} : {t0}", single(math.tanh))
    yield row("erf", "%r = mdl.erf {0} : {t0}", single(math.erf))
    yield row("sub", "%r = mdl.sub {0}, {0} : {t0}", single(lambda v: v - v))
    yield row("div", "%r = mdl.div {0}, {0} : {t0}", single(lambda v: NAN if v == 0 else v / v))
    yield row("isnan", "%d = mdl.sub {0}, {0} : {t0}\n%r = mdl.isnan %d : {t0}", each(lambda v: float(math.isnan(v - v)), "i1"))
    for op, reference in [("mod", floor_rest), ("pow", power)]:
        for y in [INF, -INF, 2.0, -0.5, 0.0, NAN]:
            yield Row(op, [x, Tensor([8], [y] * 8, "f32")], f"%r = mdl.{op} {{0}}, {{1}} : {{t0}}", single(reference), False,
                      tolerance=1e-5)


def reduction_rows():
    for shape in SHAPES:
        for axes in [[0], [len(shape) - 1], list(range(len(shape)))]:
            if shape:
                yield Row("sum", [numbers(shape)], f"%r = mdl.sum {{0}} axes {axes} : {{t0}}", reduced(axes, sum))
                if 0 not in shape:
                    yield Row("max", [numbers(shape)], f"%r = mdl.max {{0}} axes {axes} : {{t0}}", reduced(axes, max))
    yield Row("max", [SPECIAL], "%r = mdl.max {0} axes [0] : {t0}", reduced([0], largest), False)
    yield Row("sum", [SPECIAL], "%r = mdl.sum {0} axes [0] : {t0}", reduced([0], sum), False)
    # What PyTorch gives for prod(dim=0): p / x without a zero, else the product of the others.
    for x, slopes in [([INF, 2, 3], [NAN, INF, INF]), ([INF, -INF, 3], [NAN, NAN, -INF]), ([NAN, 2, 3], [NAN] * 3),
                      ([0, INF, 2], [INF, 0, NAN]), ([0, INF, INF], [INF, NAN, NAN]), ([0, NAN, 2], [NAN, 0, NAN]),
                      ([0, 3, 2], [6, 0, 0]), ([0, 0, 2], [0, 0, 0]), ([0, 0, INF], [NAN, NAN, 0]),
                      ([-INF, 2, 0], [0, NAN, -INF])]:
        yield Row("prod", [Tensor([3], x)], "%r = mdl.prod {0} axes [0] : {t0}", reduced([0], math.prod), slopes)
    yield Row("prod", [numbers((2, 0))], "%r = mdl.prod {0} axes [1] : {t0}", reduced([1], math.prod))
    yield Row("argmax", [SPECIAL], "%r = mdl.argmax {0} axis 0 : {t0}", lambda x: Tensor([], [0], "i64"), False)
    yield Row("argmax", [OTHER], "%r = mdl.argmax {0} axis 0 : {t0}", lambda x: Tensor([], [3], "i64"), False)
    yield Row("argmin", [OTHER], "%r = mdl.argmin {0} axis 0 : {t0}", lambda x: Tensor([], [3], "i64"), False)
    yield Row("cumsum", [numbers((2, 1, 3))], "%r = mdl.cumsum {0} axis 2 : {t0}",
              lambda x: make(x.shape, lambda p: sum(x[p[0], p[1], k] for k in range(p[2] + 1))))


def moved_rows():
    for shape in SHAPES:
        x, rank = numbers(shape), len(shape)
        if not rank:
            continue
        turned = [*range(1, rank), 0]
        yield Row("transpose", [x], f"%r = mdl.transpose {{0}} {turned} : {{t0}}",
                  lambda x: make(x.shape[1:] + x.shape[:1], lambda p: x[p[-1:] + p[:-1]]))
        yield Row("reverse", [x], f"%r = mdl.reverse {{0}} axes [{rank - 1}] : {{t0}}",
                  lambda x: make(x.shape, lambda p: x[p[:-1] + (x.shape[-1] - 1 - p[-1],)]))
        flat = kind([math.prod(shape)])
        yield Row("reshape", [x], f"%r = mdl.reshape {{0}} : {{t0}} to {flat}", lambda x: Tensor([len(x.data)], x.data))
        yield Row("concat", [x, x], f"%r = mdl.concat {{0}}, {{1}} axis {rank - 1} : {{t0}}, {{t1}}",
                  lambda x, y: make(x.shape[:-1] + (2 * x.shape[-1],),
                                    lambda p: (x if p[-1] < x.shape[-1] else y)[p[:-1] + (p[-1] % x.shape[-1],)]))
        wide = kind((2,) + shape)
        yield Row("broadcast", [x], f"%r = mdl.broadcast {{0}} to {list(range(1, rank + 1))} : {{t0}} to {wide}",
                  lambda x: make((2,) + x.shape, lambda p: x[p[1:]]))


ROWS = [*elementwise_rows(), *single_rows(), *reduction_rows(), *moved_rows()]
