"""Rows of ElementwiseOps.td."""

import math

from reference import Row, Tensor, each, vector

X = vector(-1.7, -0.4, 0.3, 1.2, 2.6)
Y = vector(0.8, -1.1, 2.3, 1.9, -0.6)
POSITIVE = vector(0.2, 0.7, 1.0, 1.9, 3.4)
HALVES = vector(-2.5, -1.5, -0.2, 0.5, 1.5, 2.5, 2.7)
WITH_NAN = vector(1.0, float("nan"), -2.0)
INTS = vector(-7, -1, 0, 5, 9, dtype="i64")
DIVISORS = vector(2, -3, 4, -2, 0, dtype="i64")
BYTES = vector(0, 3, 127, 200, 255, dtype="ui8")
OTHER_BYTES = vector(1, 200, 127, 7, 254, dtype="ui8")
BOOLS, OTHER_BOOLS = vector(0, 0, 1, 1, dtype="i1"), vector(0, 1, 0, 1, dtype="i1")


def sign(x):
    return (x > 0) - (x < 0)


def unary(op, inputs, function, gradient=True, tolerance=1e-10):
    return Row(op, [inputs], f"%r = mdl.{op} {{0}} : {{t0}}", each(function), gradient, tolerance=tolerance)


def binary(op, x, y, function, gradient=True):
    return Row(op, [x, y], f"%r = mdl.{op} {{0}}, {{1}} : {{t0}}", each(function), gradient)


def compare(predicate, x, y, function):
    return Row("compare", [x, y], f"%r = mdl.compare {predicate} {{0}}, {{1}} : {{t0}}", each(function), False)


def cast(x, to, function, gradient=False):
    result = Tensor(x.shape, x.data, to).type
    return Row("cast", [x], f"%r = mdl.cast {{0}} : {{t0}} to {result}", each(function), gradient, tolerance=1e-6)


def floor_divide(x, y):
    return x // y if y else 0


ROWS = [
    unary("neg", X, lambda x: -x), unary("neg", INTS, lambda x: -x, False),
    unary("abs", X, abs), unary("abs", INTS, abs, False), unary("abs", BYTES, abs, False),
    unary("sign", X, sign), unary("sign", INTS, sign, False), unary("sign", BYTES, sign, False),
    unary("exp", X, math.exp), unary("log", POSITIVE, math.log), unary("sqrt", POSITIVE, math.sqrt),
    unary("rsqrt", POSITIVE, lambda x: x**-0.5), unary("sin", X, math.sin), unary("cos", X, math.cos),
    unary("tanh", X, math.tanh), unary("erf", X, math.erf),
    unary("floor", X, math.floor), unary("ceil", X, math.ceil), unary("round", X, round),
    unary("round", HALVES, round, False),
    unary("not", BOOLS, lambda x: not x, False), unary("isnan", WITH_NAN, math.isnan, False),
    binary("add", X, Y, lambda x, y: x + y), binary("add", BYTES, OTHER_BYTES, lambda x, y: (x + y) % 256, False),
    binary("sub", X, Y, lambda x, y: x - y), binary("sub", INTS, DIVISORS, lambda x, y: x - y, False),
    binary("mul", X, Y, lambda x, y: x * y), binary("mul", INTS, DIVISORS, lambda x, y: x * y, False),
    binary("div", X, Y, lambda x, y: x / y),
    binary("floordiv", X, Y, lambda x, y: x // y), binary("floordiv", INTS, DIVISORS, floor_divide, False),
    binary("floordiv", BYTES, OTHER_BYTES, floor_divide, False),
    binary("mod", X, Y, lambda x, y: x % y),
    binary("mod", INTS, DIVISORS, lambda x, y: x % y if y else 0, False),
    binary("pow", POSITIVE, Y, lambda x, y: x**y),
    binary("pow", INTS, vector(3, 5, 0, 2, 1, dtype="i64"), lambda x, y: x**y, False),
    binary("minimum", X, Y, min), binary("minimum", BYTES, OTHER_BYTES, min, False),
    binary("maximum", X, Y, max), binary("maximum", BYTES, OTHER_BYTES, max, False),
    binary("and", BOOLS, OTHER_BOOLS, lambda x, y: x and y, False),
    binary("or", BOOLS, OTHER_BOOLS, lambda x, y: x or y, False),
    compare("eq", X, X, lambda x, y: x == y), compare("ne", WITH_NAN, WITH_NAN, lambda x, y: x != y),
    compare("lt", BYTES, OTHER_BYTES, lambda x, y: x < y), compare("le", INTS, DIVISORS, lambda x, y: x <= y),
    compare("gt", X, Y, lambda x, y: x > y), compare("ge", BOOLS, OTHER_BOOLS, lambda x, y: x >= y),
    Row("select", [vector(1, 0, 0, 1, 1, dtype="i1"), X, Y], "%r = mdl.select {0}, {1}, {2} : {t0}, {t1}",
        each(lambda c, x, y: x if c else y)),
    cast(X, "f32", float, gradient=True), cast(X, "i64", math.trunc), cast(X, "i1", bool),
    cast(BYTES, "f64", float), cast(BOOLS, "f64", float), cast(INTS, "ui8", lambda x: x % 256),
    cast(BYTES, "i64", int), cast(INTS, "i1", bool),
    # Scalars are computed by the host.
    unary("exp", Tensor([], [0.7]), math.exp), binary("mul", Tensor([], [0.7]), Tensor([], [-3.0]), lambda x, y: x * y),
    binary("floordiv", Tensor([], [-7], "i64"), Tensor([], [2], "i64"), floor_divide, False),
]
