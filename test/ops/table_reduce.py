"""Rows of ReduceOps.td and ContractOps.td."""

import math

from reference import Row, Tensor, make, matrix, places, reduce, vector

A, B = matrix(3, 4), matrix(4, 2, 0.9)
CUBE = Tensor([2, 3, 2], matrix(3, 4, 1.1).data)
TIES = Tensor([2, 3], [1.0, 3.0, 3.0, -1.0, -2.0, -1.0])
INTS = Tensor([2, 3], [4, -2, 7, 0, 3, 3], "i64")
BOOLS = Tensor([2, 3], [1, 0, 1, 1, 1, 1], "i1")


def reduction(op, x, axes, function, gradient=True):
    return Row(op, [x], f"%r = mdl.{op} {{0}} axes {list(axes)} : {{t0}}", reduce(axes, function), gradient)


def first_of(best):
    return lambda numbers: numbers.index(best(numbers))


def running_sum(axis, reverse):
    def element(x, place):
        indices = range(place[axis], x.shape[axis]) if reverse else range(place[axis] + 1)
        return sum(x[place[:axis] + (i,) + place[axis + 1:]] for i in indices)
    return lambda x: make(x.shape, lambda place: element(x, place))


def einsum(equation):
    def run(a, b):
        operands, result = equation.split("->")
        left, right = operands.split(",")
        sizes = dict(zip(left, a.shape)) | dict(zip(right, b.shape))
        letters = list(sizes)
        sums = {}
        for place in places(sizes.values()):
            at = dict(zip(letters, place))
            key = tuple(at[c] for c in result)
            sums[key] = sums.get(key, 0) + a[tuple(at[c] for c in left)] * b[tuple(at[c] for c in right)]
        return make([sizes[c] for c in result], lambda p: sums[p])
    return run


def contraction(equation, a, b):
    return Row("einsum", [a, b], f'%r = mdl.einsum "{equation}" {{0}}, {{1}} : {{t0}}, {{t1}}', einsum(equation))


ROWS = [
    reduction("sum", A, [0], sum), reduction("sum", CUBE, [0, 2], sum), reduction("sum", A, [0, 1], sum),
    reduction("sum", INTS, [1], sum, False),
    reduction("prod", A, [1], math.prod), reduction("prod", Tensor([3], [2.0, 0.0, 4.0]), [0], math.prod),
    reduction("max", A, [1], max), reduction("max", TIES, [1], max, False), reduction("max", INTS, [0], max, False),
    reduction("min", CUBE, [1], min), reduction("min", INTS, [0], min, False),
    reduction("any", BOOLS, [0], any, False), reduction("all", BOOLS, [1], all, False),
    Row("argmax", [TIES], "%r = mdl.argmax {0} axis 1 : {t0}", reduce([1], first_of(max)), False),
    Row("argmin", [TIES], "%r = mdl.argmin {0} axis 1 : {t0}", reduce([1], first_of(min)), False),
    Row("cumsum", [A], "%r = mdl.cumsum {0} axis 1 : {t0}", running_sum(1, False)),
    Row("cumsum", [A], "%r = mdl.cumsum {0} axis 0 reverse : {t0}", running_sum(0, True)),
    contraction("mk,kn->mn", A, B), contraction("mk,kn->nm", A, B), contraction("ij,ij->ij", A, A),
    contraction("ij,ij->", A, A), contraction("i,j->ij", vector(1.0, -2.0), vector(0.5, 3.0, 1.5)),
    contraction("bmk,bkn->bmn", CUBE, Tensor([2, 2, 3], matrix(3, 4, 2.0).data)),
    # A letter that one operand alone has is summed, and its gradient is repeated.
    contraction("ij,k->k", A, vector(2.0, -1.0)),
]
