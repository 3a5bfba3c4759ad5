"""Tensors as lists of numbers, for references that are too simple to be wrong."""

import itertools
import math


class Tensor:
    """Elements in row-major order; `dtype` is the element type of the IR."""

    def __init__(self, shape, data, dtype="f64"):
        self.shape, self.data, self.dtype = tuple(shape), list(data), dtype
        assert len(self.data) == math.prod(self.shape)

    def __getitem__(self, place):
        place = place if isinstance(place, tuple) else (place,)
        flat = 0
        for index, size in zip(place, self.shape):
            assert 0 <= index < size
            flat = flat * size + index
        return self.data[flat]

    @property
    def type(self):
        return "tensor<" + "".join(f"{size}x" for size in self.shape) + self.dtype + ">"


def places(shape):
    return itertools.product(*(range(size) for size in shape))


def make(shape, element, dtype="f64"):
    """The tensor whose element at a place is `element(place)`."""
    return Tensor(shape, [element(place) for place in places(shape)], dtype)


def each(function, dtype="f64"):
    """The elementwise reference of a function of numbers."""
    return lambda *tensors: make(tensors[0].shape, lambda p: function(*(t[p] for t in tensors)), dtype)


def vector(*numbers, dtype="f64"):
    return Tensor([len(numbers)], numbers, dtype)


def matrix(rows, columns, start=0.3, step=0.37):
    """Numbers without a pattern that an error could hide in."""
    return Tensor([rows, columns], [math.sin(start + step * i * i) * 2 for i in range(rows * columns)])


def reduce(axes, function):
    """The reference of a reduction: `function` of the list of elements along `axes`."""

    def run(x):
        kept = [a for a in range(len(x.shape)) if a not in axes]
        lists = {}
        for place in places(x.shape):
            lists.setdefault(tuple(place[a] for a in kept), []).append(x[place])
        shape = [x.shape[a] for a in kept]
        return make(shape, lambda p: function(lists[p]))

    return run


class Row:
    """One use of an operation: `ir` defines %r from {0}, {1}… of types {t0}, {t1}…; `reference` takes the same tensors.

    `gradient` says whether the derivative is compared with finite differences in all f64 inputs; where there are none,
    at infinities, it is PyTorch's derivative of a result that is one number. `check`, for random numbers, looks at the
    result instead of a reference.
    """

    def __init__(self, op, inputs, ir, reference=None, gradient=True, check=None, tolerance=1e-10):
        self.op, self.inputs, self.ir, self.reference = op, inputs, ir, reference
        self.gradient, self.check, self.tolerance = gradient, check, tolerance
