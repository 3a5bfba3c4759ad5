"""Functions and operators of one element each, and what they do at NaN, infinities and the edges of whole numbers."""

import math

from rows import INF, NAN, OTHER, SHAPES, SPECIAL, Row, Tensor, each, numbers, positive, reversed_axis, scalar, sliced, vector

WHOLE = Tensor([6], [-3, -2, -1, 1, 2, 7], "i64")
DIVISOR = Tensor([6], [2, -3, 3, -2, 5, -7], "i64")
BYTES = Tensor([4], [0, 1, 200, 255], "u8")
BOOLS = Tensor([4], [1, 0, 1, 0], "bool")


def ieee(function):
    """Where Python raises, IEEE arithmetic has infinities and NaN."""
    def run(x):
        try:
            return function(x)
        except OverflowError:
            return INF
        except ValueError:
            return NAN
    return run


def log(x):
    return -INF if x == 0 else math.log(x) if x > 0 else NAN


def rsqrt(x):
    return INF if x == 0 else 1 / math.sqrt(x) if x >= 0 else NAN


def sign(x):
    return float((x > 0) - (x < 0))  # Of NaN 0, as PyTorch.


def whole(function):
    return lambda x: function(x) if math.isfinite(x) else x


def maximum(a, b):
    return NAN if math.isnan(a) or math.isnan(b) else max(a, b)


def minimum(a, b):
    return NAN if math.isnan(a) or math.isnan(b) else min(a, b)


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def softplus(x):
    return x if math.isnan(x) else max(x, 0) + math.log1p(math.exp(-abs(x)))


def times(x, factor):
    return 0.0 if x == -INF and factor == 0 else x * factor


FUNCTIONS = {
    "exp": ieee(math.exp), "log": log, "sqrt": lambda x: math.sqrt(x) if x >= 0 else NAN, "rsqrt": rsqrt, "abs": abs,
    "sign": sign, "sin": ieee(math.sin), "cos": ieee(math.cos), "tanh": math.tanh, "erf": math.erf, "floor": whole(math.floor),
    "ceil": whole(math.ceil), "round": whole(round), "relu": lambda x: x if math.isnan(x) else max(x, 0.0), "sigmoid": sigmoid,
    "softplus": softplus,
}


def one_operand():
    for name, function in FUNCTIONS.items():
        x = positive(2, 4) if name in ("log", "sqrt", "rsqrt") else numbers(2, 4)
        yield Row(name, f"{name}(x)", each(function), x=x)
        yield Row(name, f"{name}(x)", each(function), gradient=False, x=SPECIAL)
    for name, at in [("silu", lambda x: x * sigmoid(x)), ("gelu", lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))))]:
        yield Row(name, f"{name}(x)", each(at), x=numbers(2, 4))
        # At -inf PyTorch gives NaN for both: -inf * 0.
        yield Row(name, f"{name}(x)", each(at), gradient=False, x=vector(NAN, INF, -INF, 0.0, 800.0, -800.0))
    yield Row("round", "round(x)", each(round), gradient=False, x=vector(0.5, 1.5, 2.5, -0.5, -1.5, 3.49))
    yield Row("round", "round(x, 2)", each(lambda x: round(x * 100) / 100), gradient=False, x=vector(1.234, -2.675, 0.0, 7.5))
    yield Row("round", "round(x, decimals=-2)", each(lambda x: round(x / 100) * 100), gradient=False, x=vector(1234.0, -250.0, 49.0))
    yield Row("round", "round(x, -1)", each(lambda x: round(x / 10) * 10, "i64"), x=WHOLE)
    yield Row("isnan", "isnan(x)", each(math.isnan, "bool"), gradient=False, x=SPECIAL)
    yield Row("floor", "floor(x)", each(lambda x: x, "i64"), x=WHOLE)
    yield Row("abs", "abs(x)", each(abs, "i64"), x=WHOLE)
    yield Row("sign", "sign(x)", each(sign, "i64"), x=WHOLE)
    yield Row("sqrt", "sqrt(x)", each(math.sqrt, "f32"), x=BYTES, tolerance=1e-6)


def shapes():
    for shape in SHAPES:
        x, y = numbers(*shape), numbers(*shape[-2:], start=50)
        yield Row("tanh", "tanh(x) * y", each(lambda a, b: math.tanh(a) * b), x=x, y=y)
    x = numbers(4, 3)
    yield Row("exp", "exp(x[::-1, ::2])", lambda x: each(math.exp)(sliced(x, slice(None, None, -1), slice(None, None, 2))), x=x)
    yield Row("sin", "sin(x.transpose()) + x[1:, new, 0]",
              lambda x: each(lambda a, b: math.sin(a) + b)(
                  Tensor([3, 4], [x[i, j] for j in range(3) for i in range(4)]),
                  Tensor([3, 1], [x[i, 0] for i in range(1, 4)])), x=x)
    yield Row("flip", "flip(x, axis=-1) - x", lambda x: each(lambda a, b: a - b)(reversed_axis(x, 1), x), x=x)


def several_operands():
    for name, at in [("maximum", maximum), ("minimum", minimum)]:
        yield Row(name, f"{name}(x, y)", each(at), x=numbers(2, 4), y=numbers(4, start=9))
        yield Row(name, f"{name}(x, y)", each(at), gradient=False, x=SPECIAL, y=OTHER)
        yield Row(name, f"{name}(x, y)", each(lambda a, b, at=at: at(a, b), "i64"), x=WHOLE, y=DIVISOR)
    yield Row("clamp", "clamp(x, -1, 1.5)", each(lambda x: min(max(x, -1.0), 1.5)), x=numbers(2, 4))
    yield Row("clamp", "clamp(x, -1, 2)", each(lambda x: x if math.isnan(x) else min(max(x, -1.0), 2.0)), gradient=False,
              x=SPECIAL)
    yield Row("clamp", "clamp(x, -1, 2)", each(lambda x: min(max(x, -1), 2), "i64"), x=WHOLE)
    yield Row("clamp", "clamp(x, max=y, min=-y)", each(lambda x, y: min(max(x, -y), y)), x=numbers(3, 4), y=positive(4))
    yield Row("where", "where(x > 0, x, y)", each(lambda x, y: x if x > 0 else y), x=numbers(2, 4), y=numbers(4, start=9))
    yield Row("where", "where(c, x, 1)", each(lambda c, x: x if c else 1.0), c=BOOLS, x=numbers(3, 4))
    yield Row("where", "where(c, x, y)", each(lambda c, x, y: x if c else y), gradient=False, c=Tensor([7], [1, 0] * 3 + [1],
              "bool"), x=SPECIAL, y=OTHER)


def operators():
    def divide(a, b):
        return a / b if b else NAN if a == 0 or math.isnan(a) else math.copysign(INF, a) * math.copysign(1, b)
    for symbol, at in [("+", lambda a, b: a + b), ("-", lambda a, b: a - b), ("*", lambda a, b: a * b), ("/", divide)]:
        yield Row("where", f"x {symbol} y", each(at), x=numbers(2, 1, 3), y=numbers(4, 1, start=9))
        yield Row("where", f"x {symbol} y", each(at), gradient=False, x=SPECIAL, y=OTHER)
    yield Row("where", "x / y", each(lambda a, b: a / b, "f32"), x=WHOLE, y=DIVISOR, tolerance=1e-6)
    yield Row("where", "x // y", each(lambda a, b: a // b, "i64"), x=WHOLE, y=DIVISOR)
    yield Row("where", "x % y", each(lambda a, b: a % b, "i64"), x=WHOLE, y=DIVISOR)
    yield Row("where", "x // y", each(lambda a, b: a // b), gradient=False, x=numbers(2, 4), y=numbers(4, start=9))
    yield Row("where", "x % y", each(lambda a, b: a % b), gradient=["x"], x=numbers(2, 4), y=positive(4, start=20))
    yield Row("where", "x ** y", each(lambda a, b: a ** b), x=positive(2, 4), y=numbers(4, start=9))
    yield Row("where", "x ** 3", each(lambda a: a ** 3), x=numbers(2, 4))
    yield Row("where", "x ** 2", each(lambda a: a ** 2, "i64"), x=WHOLE)
    for symbol, at in [("==", lambda a, b: a == b), ("!=", lambda a, b: a != b), ("<", lambda a, b: a < b),
                       (">=", lambda a, b: a >= b)]:
        yield Row("where", f"x {symbol} y", each(at, "bool"), gradient=False, x=SPECIAL, y=OTHER)
    yield Row("where", "x and not y or y == x", each(lambda a, b: (a and not b) or a == b, "bool"), x=BOOLS,
              y=Tensor([2, 1], [1, 0], "bool"))
    yield Row("where", "x + x", each(lambda a: (a + a) % 256, "u8"), x=BYTES)
    yield Row("where", "x - 1.5", each(lambda a: a - 1.5), x=scalar(2.25))


ROWS = [*one_operand(), *shapes(), *several_operands(), *operators()]
