"""What a table of the harness is made of: tensors, rows, and the program that runs them."""

import itertools
import math

INF, NAN = math.inf, math.nan


# Functions without rows, and the tests that they have instead: they print, draw, read files or train.
EXEMPT = {
    "print": "run/print-tensors.mdl", "plot": "run/plot.mdl", "show": "run/show.mdl",
    "csv": "run/example-digits.test", "idx": "run/example-three-or-seven.test", "images": "run/images.test", "rows": "run/example-digits.test",
    "batches": "run/example-linear-regression.test", "interrupted": "run/interrupt.test", "fit": "run/example-digits.test",
    "with_state": "run/layers.mdl", "random_seed": "run/random-seed.test", "with_seed": "run/check-grad-random.mdl",
    "checkpoint": "run/checkpoint.mdl", "jvp": "run/jvp.mdl", "numeric_grad": "run/check-grad.mdl",
    "check_grad": "run/check-grad.mdl", "save": "run/save-load.mdl", "load": "run/save-load.mdl", "adam": "run/example-digits.test",
    "BatchNorm1d": "run/layers.mdl", "BatchNorm2d": "run/layers.mdl", "Conv2d": "run/layers.mdl", "Dropout": "run/layers.mdl",
    "Embedding": "run/layers.mdl", "GRU": "run/layers.mdl", "LSTM": "run/layers.mdl", "LayerNorm": "run/layers.mdl",
    "Linear": "run/layers.mdl", "MultiHeadAttention": "run/layers.mdl",
}


class RowError(Exception):
    """A program of rows that does not compile or run."""


class Tensor:
    """Elements in row-major order; `dtype` is an element type of the language."""

    def __init__(self, shape, data, dtype="f64"):
        self.shape, self.data, self.dtype = tuple(shape), list(data), dtype
        assert len(self.data) == math.prod(self.shape), f"{len(self.data)} elements for {self.shape}"

    def __getitem__(self, place):
        place = place if isinstance(place, tuple) else (place,)
        assert len(place) == len(self.shape)
        flat = 0
        for index, size in zip(place, self.shape):
            assert 0 <= index < size
            flat = flat * size + index
        return self.data[flat]

    def copy(self):
        return Tensor(self.shape, self.data, self.dtype)


def places(shape):
    return itertools.product(*(range(size) for size in shape))


def make(shape, element, dtype="f64"):
    """The tensor whose element at a place, a tuple, is `element(place)`."""
    return Tensor(shape, [element(place) for place in places(shape)], dtype)


def vector(*numbers, dtype="f64"):
    return Tensor([len(numbers)], numbers, dtype)


def scalar(number, dtype="f64"):
    return Tensor([], [number], dtype)


def numbers(*shape, start=0, dtype="f64"):
    """Numbers between -3.2 and 3.2, all different, none of them 0, without a pattern that an error could hide in."""
    return Tensor(shape, [((37 * (i + start) + 11) % 101 - 50) / 16 + 1 / 32 for i in range(math.prod(shape))], dtype)


def integers(*shape, start=0, below=10, dtype="i64"):
    return Tensor(shape, [(7 * (i + start) + 3) % below for i in range(math.prod(shape))], dtype)


def positive(*shape, start=0):
    return Tensor(shape, [abs(x) + 0.25 for x in numbers(*shape, start=start).data])


# Ranks 0 to 5, axes of size 0 and 1.
SHAPES = [(), (1,), (0,), (3,), (2, 1), (2, 0), (2, 3), (2, 3, 1), (1, 2, 1, 3), (2, 1, 2, 1, 2)]
SPECIAL = vector(NAN, INF, -INF, 0.0, 1.5, -2.0, 3.0)
OTHER = vector(1.0, INF, 2.0, NAN, -INF, -2.0, 0.5)


def reversed_axis(x, axis):
    n = x.shape[axis]
    return make(x.shape, lambda p: x[p[:axis] + (n - 1 - p[axis],) + p[axis + 1:]], x.dtype)


def transposed(x):
    return permuted(x, [*range(len(x.shape) - 2), -1, -2])


def permuted(x, axes):
    axes = [a % len(x.shape) for a in axes]
    shape = [x.shape[a] for a in axes]
    def element(p):
        place = [0] * len(axes)
        for at, a in zip(p, axes):
            place[a] = at
        return x[tuple(place)]
    return make(shape, element, x.dtype)


def sliced(x, *ranges):
    """x read at Python's slices, one for each of the first axes."""
    lists = [list(range(n))[r] for n, r in itertools.zip_longest(x.shape, ranges, fillvalue=slice(None))]
    return make([len(one) for one in lists], lambda p: x[tuple(one[i] for one, i in zip(lists, p))], x.dtype)


def reshaped(x, *shape):
    return Tensor(shape, x.data, x.dtype)


def along(x, axis, function, dtype=None):
    """`function` of the list of elements along an axis gives the list that takes its place."""
    axis %= len(x.shape)
    lists = {}
    for p in places(x.shape[:axis] + x.shape[axis + 1:]):
        lists[p] = function([x[p[:axis] + (k,) + p[axis:]] for k in range(x.shape[axis])])
    size = len(next(iter(lists.values()))) if lists else len(function([0] * x.shape[axis]))
    return make(x.shape[:axis] + (size,) + x.shape[axis + 1:], lambda p: lists[p[:axis] + p[axis + 1:]][p[axis]],
                dtype or x.dtype)


def broadcast(*tensors):
    """NumPy's rules: the tensors in their common shape."""
    rank = max(len(t.shape) for t in tensors)
    padded = [(1,) * (rank - len(t.shape)) + t.shape for t in tensors]
    shape = [next((n for n in column if n != 1), 1) for column in zip(*padded)]
    def spread(t):
        def element(p):
            own = p[rank - len(t.shape):]
            return t[tuple(i if n != 1 else 0 for i, n in zip(own, t.shape))]
        return make(shape, element, t.dtype)
    return [spread(t) for t in tensors]


def each(function, dtype="f64"):
    """The elementwise reference of a function of numbers."""
    def run(*tensors):
        spread = broadcast(*tensors)
        return Tensor(spread[0].shape, [function(*xs) for xs in zip(*(t.data for t in spread))], dtype)
    return run


def weights(count):
    """The loss of a row is the sum of its elements with these weights; `weigh` in the programs says the same."""
    return [math.cos(1 + i) + 0.2 for i in range(count)]


class Row:
    """A use of function `name`: `expr` is an expression in the inputs, which stand in it by their names; `reference` takes
    them in their order. `gradient` says whether the derivative is compared with finite differences in all f64 inputs, or names
    the inputs of which. `slopes`, where there are no differences, at infinities, is PyTorch's derivative of a result that is one
    number. `check` looks at the numbers, where no reference can tell them."""

    def __init__(self, name, expr, reference=None, gradient=True, check=None, tolerance=1e-10, slopes=None, **inputs):
        self.name, self.expr, self.reference, self.inputs = name, expr, reference, inputs
        self.check, self.tolerance, self.slopes = check, tolerance, slopes
        floats = [n for n, t in inputs.items() if t.dtype == "f64"]
        self.wrt = floats if gradient is True else gradient or []


def literal(x):
    def one(value):
        if x.dtype == "bool":
            return "true" if value else "false"
        return str(value) if isinstance(value, int) or not math.isfinite(value) else repr(float(value))
    def nest(shape, data):
        if not shape:
            return one(data[0])
        step = len(data) // shape[0]
        return "[" + ", ".join(nest(shape[1:], data[i * step:(i + 1) * step]) for i in range(shape[0])) + "]"
    return nest(x.shape, x.data) if x.data else f"zeros([{', '.join(map(str, x.shape))}], dtype={x.dtype})"


class Program:
    """The text of a program that prints the results of rows, each as `<type [shape] [numbers]>`."""

    def __init__(self):
        # What no simplification sees through: a constant chosen by a random number.
        self.lines = ["import nn", "option two = 2", "let yes = uniform([], seed=1) < 2",
                      "fn hide(x) = where(yes, x, zeros_like(x))",
                      "fn weigh(x) = sum(x.flatten() * (cos(1.0 + arange(len(x.flatten())).f64()) + 0.2))",
                      'fn tell(x) { print("<{dtype(x)} {shape(x)} {x.f64().flatten():.17e}>") }']
        self.prints = 0

    def add(self, number, row):
        """Adds a row; gives the inputs whose gradients it prints."""
        body = [f"fn row{number}() {{"]
        for name, x in row.inputs.items():
            kind = x.dtype + (f"[{', '.join(map(str, x.shape))}]" if x.shape else "")
            body += [f"  let {name}_given: {kind} = {literal(x)}", f"  let {name} = hide({name}_given)"]
        body += [f"  let result = {row.expr}", "  tell(result)"]
        body += [f"  tell(grad(weigh(result), wrt={name}))" for name in row.wrt]
        self.lines += body + ["}", f"row{number}()"]
        self.prints += 1 + len(row.wrt)
        return row.wrt

    def text(self):
        return "\n".join(self.lines) + "\n"
