"""What the tables are made of: rows, and the inputs that they take. Nothing here needs PyTorch until an input is made."""

import itertools
import math

INF, NAN = math.inf, math.nan

FLOATS = ["f16", "bf16", "f32", "f64"]
WHOLE = ["i8", "u8", "i32", "i64"]
TYPES = [*FLOATS, *WHOLE, "bool"]

# Ranks 0 to 5, axes of size 0 and 1.
SHAPES = [(), (1,), (0,), (3,), (2, 1), (2, 0), (2, 3), (2, 3, 1), (2, 0, 3), (1, 2, 1, 3), (2, 1, 2, 1, 2)]

# The smallest subnormal number that is more than one bit, and a large finite one.
SMALL = {"f16": 2.0**-23, "bf16": 2.0**-130, "f32": 2.0**-147, "f64": 2.0**-1072}
LARGE = {"f16": 60000.0, "bf16": 3e38, "f32": 3e38, "f64": 1e308}

# The ends of a whole type and what lies around 0.
ENDS = {"i8": [-128, -127, -5, -1, 0, 1, 2, 7, 127], "u8": [0, 1, 2, 7, 127, 128, 200, 254, 255],
        "i32": [-2**31, -2**31 + 1, -70000, -1, 0, 1, 2, 7, 2**31 - 1],
        "i64": [-2**63, -2**63 + 1, -2**40, -1, 0, 1, 2, 7, 2**63 - 1], "bool": [False, True]}


class Input:
    """A tensor: a function that gives its elements in row-major order for an element type, and its shape (one axis where it
    is not given). `dtype` is its type, where it is not that of the row."""

    def __init__(self, elements, shape=None, dtype=None):
        self.elements, self.shape, self.dtype = elements, shape, dtype


def plain(count, start, dtype):
    """Numbers without a pattern that an error could hide in, exact in every type; the floats are between -3.2 and 3.2, all
    different, and none of them is 0."""
    if dtype == "bool":
        return [(5 * (i + start) + 1) % 7 < 4 for i in range(count)]
    if dtype in WHOLE:
        return [(7 * (i + start) + 3) % 11 - (0 if dtype == "u8" else 4) for i in range(count)]
    return [((37 * (i + start) + 11) % 101 - 50) / 16 + 1 / 32 for i in range(count)]


def numbers(*shape, start=0, dtype=None):
    return Input(lambda t: plain(math.prod(shape), start, t), shape, dtype)


def positive(*shape, start=0):
    return Input(lambda t: [abs(x) + 0.25 for x in plain(math.prod(shape), start, t)], shape)


def given(*values, shape=None, dtype=None):
    return Input(lambda t: list(values), shape, dtype)


def places(*values, shape=None, dtype="i64"):
    return given(*values, shape=shape, dtype=dtype)


def mask(text, shape=None):
    """Ones and zeros as bools."""
    return given(*(c == "1" for c in text), shape=shape, dtype="bool")


def edge_values(dtype):
    if dtype not in FLOATS:
        return ENDS[dtype]
    small, large = SMALL[dtype], LARGE[dtype]
    return [NAN, INF, -INF, 0.0, -0.0, small, -small, large, -large, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -1.5, -2.5, 0.3, -0.7,
            3.25,
            -3.25, 6.0, -6.0, 10.0, -10.0, 20.0, -20.0, 88.0, -88.0, 100.0, -104.0, 1e-3, -1e-3, 1e-5, 709.5, -745.0, 0.9999]


def edges():
    """NaN, infinities, zeros, subnormal and large numbers, and where functions bend; of a whole type its ends."""
    return Input(edge_values)


def pair(which, floats=(NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 3e4, 1e-3, -7.0)):
    """The first or second of every pair of edge values."""
    def elements(dtype):
        values = floats if dtype in FLOATS else ENDS[dtype]
        return [both[which] for both in itertools.product(values, values)]
    return Input(elements)


# Rows of six in which NaN, infinities, equal elements and zeros meet.
MEETINGS = [[NAN, 1, 2, 3, 4, 5], [INF, 1, INF, 2, -INF, 3], [INF, 1, 2, INF, INF, 3], [-INF] * 6, [1, 3, 2, 3, 3, 1],
            [0.0, -0.0, 0.0, -0.0, -1, -1], [-0.0] * 6, [1] * 6, [0, 2, 3, 0, 1, 1], [0, 2, 3, 4, 1, 1],
            [1.5, NAN, -2, NAN, 7, INF], [-1, -2, -3, -4, -5, -6]]


def meetings():
    return given(*itertools.chain(*MEETINGS), shape=(12, 6))


class Row:
    """A use of a function of the language. `ours` is an expression of .mdl in the inputs, or a block; `theirs` is one of
    Python over the same names (reference.py says what else it may name), and may have statements before it, parted by `;`.
    `gradient` says whether derivatives are compared (in all inputs of float type, if the result has any), or names the
    inputs. `loose` multiplies the tolerance of the element type; `scale` is the size of the numbers that a result is a
    difference of, to which its error relates rather than to itself, and `slope` the same for gradients."""

    def __init__(self, name, ours, theirs, types, gradient=True, loose=1, scale=0, slope=0, **inputs):
        self.name, self.ours, self.theirs, self.types, self.inputs = name, ours, theirs, types, inputs
        self.gradient, self.loose, self.scale, self.slope = gradient, loose, scale, slope or scale
