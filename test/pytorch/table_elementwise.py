"""Functions of one element: at edges in every type, then on every shape."""

from rows import ENDS, FLOATS, SHAPES, TYPES, WHOLE, Row, edges, given, numbers, positive

FUNCTIONS = {
    "exp": "torch.exp(x)", "log": "torch.log(x)", "sqrt": "torch.sqrt(x)", "rsqrt": "torch.rsqrt(x)", "abs": "torch.abs(x)",
    "sign": "torch.sign(x)", "sin": "torch.sin(x)", "cos": "torch.cos(x)", "tanh": "torch.tanh(x)", "erf": "torch.erf(x)",
    "floor": "torch.floor(x)", "ceil": "torch.ceil(x)", "round": "torch.round(x)", "isnan": "torch.isnan(x)",
    "relu": "F.relu(x)", "gelu": "F.gelu(x)", "silu": "F.silu(x)", "sigmoid": "torch.sigmoid(x)", "softplus": "F.softplus(x)",
}
OF_WHOLE = ["exp", "log", "sqrt", "sin", "tanh", "abs", "sign", "floor", "ceil", "round", "isnan", "relu"]
# Differences of numbers around 1: 1 + erf(x) of gelu, x * (1 - s) of silu's derivative, 1 - y * y of tanh's.
SCALES = {"gelu": {"scale": 1}, "silu": {"slope": 1}, "tanh": {"slope": 1}}
LOGARITHMS = ["log", "sqrt", "rsqrt"]


def at_edges():
    for name, theirs in FUNCTIONS.items():
        yield Row(name, f"{name}(x)", theirs, FLOATS, x=edges(), **SCALES.get(name, {}))
        if name in OF_WHOLE:
            yield Row(name, f"{name}(x)", theirs, WHOLE, x=edges())
    yield Row("round", "round(x)", "torch.round(x)", FLOATS, x=given(0.5, 1.5, 2.5, 3.5, -0.5, -1.5, 3.49, 1023.5))
    yield Row("round", "round(x, 2)", "torch.round(x, decimals=2)", ["f32", "f64"], x=given(1.234, -2.675, 0.0, 7.5))
    yield Row("sin", "sin(x)", "torch.sin(x)", ["f32", "f64"], x=given(1e3, -1e4, 12345.678, 1e5))
    yield Row("cos", "cos(x)", "torch.cos(x)", ["f32", "f64"], x=given(1e3, -1e4, 12345.678, 1e5))


def on_shapes():
    """Ranks 0 to 5, empty, sizes 1; parts of tensors that do not lie together."""
    for name, theirs in FUNCTIONS.items():
        make = positive if name in LOGARITHMS else numbers
        for shape in SHAPES:
            yield Row(name, f"x.{name}()", theirs, ["f32"], x=make(*shape))
        yield Row(name, f"{name}(x[::2, 1:].transpose())", theirs.replace("(x", "(x[::2, 1:].mT"), ["f16", "f32"], x=make(5, 4),
                  **SCALES.get(name, {}))


def conversions():
    fractions = [0.0, 0.5, 0.75, 1.5, 2.5, 100.75, 127.0]
    rounding = [0.1, 1e-30, 65504.0, 65519.0, 65520.0, 2.0**-24, 2.0**-25, 3 * 2.0**-26, 1.0009765625, 1.00048828125,
                1.00390625, 1.001953125, 3e38, 1e300]
    for to in TYPES:
        row = lambda types, x, to=to: Row("dtype", f"{to}(x)", f"x.to(DTYPES['{to}'])", types, x=x)
        yield row([t for t in TYPES if t not in FLOATS], edges())
        yield row(FLOATS, given(*fractions, *([] if to == "u8" else [-x for x in fractions])))
        if to in [*FLOATS, "bool"]:
            yield row(FLOATS, given(*rounding, *[-x for x in rounding]))
            yield row(FLOATS, edges())
    yield Row("dtype", "dtype(y)(x)", "x.to(y.dtype)", ["f32"], x=numbers(2, 3), y=numbers(1, dtype="f16"))


ROWS = [*at_edges(), *on_shapes(), *conversions()]
