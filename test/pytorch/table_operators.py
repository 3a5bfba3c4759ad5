"""Operators and functions of several elements: every pair of edges in every type, then broadcast shapes, then constants."""

from rows import FLOATS, INF, TYPES, WHOLE, Row, edges, given, mask, numbers, pair, positive

ARITHMETIC = {"+": "x + y", "-": "x - y", "*": "x * y", "/": "x / y", "//": "torch.div(x, y, rounding_mode='floor')",
              "%": "torch.remainder(x, y)", "**": "torch.pow(x, y)"}
COMPARISONS = ["<", "<=", ">", ">=", "==", "!="]
CHOICES = {"maximum": "torch.maximum(x, y)", "minimum": "torch.minimum(x, y)"}
# Axes that broadcast: against a scalar, both ways, an empty one, new ones in front.
BROADCASTS = [((), (3,)), ((2, 1), (1, 3)), ((0,), (1,)), ((2, 0, 3), (1, 3)), ((2, 1, 3), (4, 1)), ((1,), (1, 1, 1, 1, 1)),
              ((2, 1, 2, 1, 3), (2, 1, 3))]


def of_pairs():
    for symbol, theirs in ARITHMETIC.items():
        gradient = symbol != "//"
        yield Row(symbol, f"x {symbol} y", theirs, FLOATS, gradient, x=pair(0), y=pair(1))
    for symbol in "+-*/":
        yield Row(symbol, f"x {symbol} y", ARITHMETIC[symbol], WHOLE, x=pair(0), y=pair(1))
    yield Row("//", "x // y", "whole_divide(x, y)", WHOLE, x=pair(0), y=pair(1))
    yield Row("%", "x % y", "whole_remainder(x, y)", WHOLE, x=pair(0), y=pair(1))
    for symbol in COMPARISONS:
        yield Row(symbol, f"x {symbol} y", f"x {symbol} y", TYPES, x=pair(0), y=pair(1))
        yield Row("where", f"where(x {symbol} y, x, y)", f"torch.where(x {symbol} y, x, y)", FLOATS, x=pair(0), y=pair(1))
    for name, theirs in CHOICES.items():
        yield Row(name, f"{name}(x, y)", theirs, [*FLOATS, *WHOLE], x=pair(0), y=pair(1))
    yield Row("clamp", "clamp(x, y, 2)", "torch.clamp(x, y, torch.full_like(y, 2))", FLOATS, ["x"], x=pair(0), y=pair(1))
    for name, theirs in CHOICES.items():
        yield Row(name, f"{name}(x, y)", theirs, ["bool"], x=mask("0011"), y=mask("0101"))
    for symbol, theirs in {"and": "x & y", "or": "x | y", "==": "x == y"}.items():
        yield Row(symbol, f"x {symbol} y", theirs, ["bool"], x=mask("0011"), y=mask("0101"))
    yield Row("not", "not x", "~x", ["bool"], x=mask("01"))
    # What a compiler that took floats for real numbers would simplify.
    for text in ["x - x", "x / x", "x * 0", "x + 0", "0 - x", "(x + y) - y", "x * y / y", "x - y == x - y"]:
        yield Row("-", text, text, FLOATS, x=pair(0), y=pair(1))
    yield Row("not", "not (x < y)", "~(x < y)", FLOATS, x=pair(0), y=pair(1))
    yield Row("isnan", "isnan(x * y)", "torch.isnan(x * y)", FLOATS, x=pair(0), y=pair(1))


def on_shapes():
    operators = {**{f"x {symbol} y": theirs for symbol, theirs in ARITHMETIC.items() if symbol not in "//%"},
                 "maximum(x, y)": "torch.maximum(x, y)", "where(x < y, x, y)": "torch.where(x < y, x, y)", "x <= y": "x <= y"}
    for ours, theirs in operators.items():
        name = next(n for n in ["maximum", "where", "<=", "**", *"+-*/"] if n in ours)
        make = positive if name == "**" else numbers
        for left, right in BROADCASTS:
            yield Row(name, ours, theirs, ["f32"], x=make(*left), y=make(*right, start=50))
        yield Row(name, ours.replace("x", "x[::2].transpose()").replace("y", "y[:, 1:]"),
                  theirs.replace("x", "x[::2].mT").replace("ma.mTimum", "maximum").replace("y", "y[:, 1:]"),
                  ["f32"], x=make(5, 4), y=make(4, 4, start=50)) if name in "+-*/<=**" else None
    yield Row("where", "where(m, x.transpose(), 0)", "torch.where(m, x.mT, 0.0)", FLOATS, x=numbers(3, 2), m=mask("101"))
    yield Row("clamp", "clamp(x[::2], -1, y)", "torch.clamp(x[::2], torch.full_like(y, -1), y)", FLOATS, x=numbers(5, 3),
              y=positive(3))


def with_constants():
    for e in ["2", "3", "0", "1", "0.5", "-1", "-2", "-0.5", "1.5", "4"]:
        yield Row("**", f"x ** {e}", f"x ** float({e})", FLOATS, x=edges())
    for e in ["0", "1", "2", "3", "7"]:
        yield Row("**", f"x ** {e}", f"x ** {e}", WHOLE, x=edges())
    for e in ["2", "0", "-1", "0.5"]:
        yield Row("**", f"({e}) ** x", f"torch.pow(torch.tensor(float({e}), dtype=x.dtype), x)", FLOATS, x=edges())
        yield Row("%", f"x % {e}", f"x % float({e})", FLOATS, x=edges())
        yield Row("%", f"{e} % x", f"torch.remainder(torch.tensor(float({e}), dtype=x.dtype), x)", FLOATS, x=edges())
        yield Row("//", f"x // {e}", f"torch.div(x, float({e}), rounding_mode='floor')", FLOATS, False, x=edges())
        yield Row("/", f"x / {e}", f"x / float({e})", FLOATS, x=edges())
        yield Row("/", f"{e} / x", f"torch.tensor(float({e}), dtype=x.dtype) / x", FLOATS, x=edges())
    for e in [1, 2, 3, 7, -1, -3, 0]:
        types = WHOLE if e >= 0 else [t for t in WHOLE if t != "u8"]
        yield Row("//", f"x // ({e})", f"whole_divide(x, {e})", types, x=edges())
        yield Row("%", f"x % ({e})", f"whole_remainder(x, {e})", types, x=edges())
    yield Row("-", "-x", "-x", [*FLOATS, *WHOLE], x=edges())
    yield Row("*", "x * 1.5", "x * 1.5", ["i8", "i64", "f16", "bf16", "f32", "f64"], x=numbers(7))
    for low, high in [(-1, 2), (2, -1), (0, INF)]:
        yield Row("clamp", f"clamp(x, {low}, {high})", f"torch.clamp(x, {low}, {high})", FLOATS, x=edges())
    yield Row("clamp", "clamp(x, 1, 5)", "torch.clamp(x, 1, 5)", WHOLE, x=edges())
    yield Row("where", "where(x > 0, log(x), x)", "torch.where(x > 0, torch.log(x), x)", FLOATS, x=edges())
    for text in ["log(exp(x))", "exp(log(x))", "sqrt(x) * sqrt(x)", "abs(x) * abs(x)"]:
        theirs = text.replace("log(", "torch.log(").replace("exp(", "torch.exp(")
        theirs = theirs.replace("sqrt(", "torch.sqrt(").replace("abs(", "torch.abs(")
        yield Row(text[:text.index("(")], text, theirs, FLOATS, x=edges())
    for values in [given(2.0, shape=()), given(-3.0, shape=()), given(INF, shape=()), given(0.0, shape=())]:
        for symbol, theirs in ARITHMETIC.items():
            yield Row(symbol, f"x {symbol} y", theirs, ["f32"], symbol != "//", x=given(-2.5, shape=()), y=values)


ROWS = [row for row in [*of_pairs(), *on_shapes(), *with_constants()] if row]
