"""Rows of ShapeOps.td and ControlOps.td."""

import math

from reference import Row, Tensor, make, matrix, vector

A = matrix(3, 4)
VECTOR = vector(1.5, -0.5, 2.0)
CUBE = Tensor([2, 3, 2], matrix(3, 4, 1.1).data)


def pad(x, value):
    def element(p):
        i, j = p[0] - 1, p[1]
        return x[i, j] if 0 <= i < 3 and j < 4 else value[()]
    return make([4, 6], element)


def update(dest, source):
    def element(p):
        inside = p[0] >= 1 and p[1] in (0, 2)
        return source[p[0] - 1, p[1] // 2] if inside else dest[p]
    return make(dest.shape, element)


ROWS = [
    Row("constant", [], "%r = mdl.constant dense<[[1.5, -2.0], [0.25, 4.0]]> : tensor<2x2xf64>",
        lambda: Tensor([2, 2], [1.5, -2.0, 0.25, 4.0]), False),
    Row("constant", [], "%r = mdl.constant dense<[0, 200, 255]> : tensor<3xui8>", lambda: vector(0, 200, 255), False),
    Row("iota", [], "%r = mdl.iota axis 1 : tensor<2x3xi64>", lambda: make([2, 3], lambda p: p[1]), False),
    Row("iota", [], "%r = mdl.iota axis 0 : tensor<3xf64>", lambda: make([3], lambda p: p[0]), False),
    Row("broadcast", [VECTOR], "%r = mdl.broadcast {0} to [1] : {t0} to tensor<2x3x2xf64>",
        lambda x: make([2, 3, 2], lambda p: x[p[1]])),
    Row("broadcast", [Tensor([], [2.5])], "%r = mdl.broadcast {0} to [] : {t0} to tensor<3xf64>",
        lambda x: make([3], lambda p: x[()])),
    Row("broadcast", [VECTOR], "%n = arith.constant 2 : index\n"
        "%b = mdl.broadcast {0} to [1] sizes(%n) : {t0} to tensor<?x3xf64>\n"
        "%r = tensor.cast %b : tensor<?x3xf64> to tensor<2x3xf64>", lambda x: make([2, 3], lambda p: x[p[1]])),
    Row("reshape", [A], "%r = mdl.reshape {0} : {t0} to tensor<2x6xf64>", lambda x: Tensor([2, 6], x.data)),
    Row("transpose", [CUBE], "%r = mdl.transpose {0} [2, 0, 1] : {t0}",
        lambda x: make([2, 2, 3], lambda p: x[p[1], p[2], p[0]])),
    Row("slice", [A], "%r = mdl.slice {0}[1, 0][2, 2][1, 2] : {t0}", lambda x: make([2, 2], lambda p: x[p[0] + 1, p[1] * 2])),
    Row("slice", [A], "%r = mdl.slice {0}[1, 1][2, 2][1, 1] : {t0}", lambda x: make([2, 2], lambda p: x[p[0] + 1, p[1] + 1])),
    Row("update_slice", [A, matrix(2, 2, 2.2)], "%r = mdl.update_slice {0}[1, 0][2, 2][1, 2], {1} : {t0}, {t1}", update),
    Row("reverse", [A], "%r = mdl.reverse {0} axes [0, 1] : {t0}", lambda x: make([3, 4], lambda p: x[2 - p[0], 3 - p[1]])),
    Row("pad", [A, Tensor([], [9.0])], "%r = mdl.pad {0}, {1} low [1, 0] high [0, 2] : {t0}, {t1}", pad),
    Row("concat", [A, matrix(2, 4, 3.1)], "%r = mdl.concat {0}, {1} axis 0 : {t0}, {t1}",
        lambda x, y: Tensor([5, 4], x.data + y.data)),
    Row("concat", [A, matrix(3, 2, 3.1)], "%r = mdl.concat {0}, {1} axis 1 : {t0}, {t1}",
        lambda x, y: make([3, 6], lambda p: x[p] if p[1] < 4 else y[p[0], p[1] - 4])),
    Row("stop_gradient", [A], "%r = mdl.stop_gradient {0} : {t0}", lambda x: x, False),
    Row("barrier", [A], "%r = mdl.barrier {0} after({0} : {t0}) : {t0}", lambda x: x),
    Row("barrier", [Tensor([], [1.5])], "%r = mdl.barrier {0} : {t0}", lambda x: x),
    Row("any_size", [A], "%s = mdl.any_size {0} : {t0} to tensor<?x4xf64>\n"
        "%r = tensor.cast %s : tensor<?x4xf64> to {t0}", lambda x: x),
    Row("custom_gradient", [A], "%s = mdl.exp {0} : {t0}\n"
        "%r = mdl.custom_gradient values(%s : {t0}) inputs({0} : {t0}) {{\n^bb0(%g: {t0}, %own: {t0}):\n"
        "%d = mdl.mul %g, %s : {t0}\nmdl.rule_yield %d : {t0}\n}} : {t0}", lambda x: make(x.shape, lambda p: math.exp(x[p]))),
    Row("rule_yield", [VECTOR], "%s = mdl.exp {0} : {t0}\n"
        "%r = mdl.custom_gradient values(%s : {t0}) inputs({0} : {t0}) {{\n^bb0(%g: {t0}, %own: {t0}):\n"
        "%d = mdl.mul %g, %s : {t0}\nmdl.rule_yield %d : {t0}\n}} : {t0}", lambda x: make(x.shape, lambda p: math.exp(x[p]))),
    # The derivative of a derivative: (x^3)' = 3 x^2, whose own gradient the harness checks.
    Row("grad", [Tensor([], [1.3])], "%c = mdl.mul {0}, {0} : {t0}\n%d = mdl.mul %c, {0} : {t0}\n"
        "%r = mdl.grad %d wrt({0} : {t0}) : tensor<f64>", lambda x: Tensor([], [3 * x[()]**2])),
]
