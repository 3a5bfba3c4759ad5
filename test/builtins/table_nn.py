"""Activations over axes, norms, convolutions, pools, attention, losses and metrics of the standard library."""

import math

from rows import INF, NAN, Row, Tensor, along, each, integers, make, numbers, permuted, places, positive, scalar, sliced, vector


def softmax(values):
    if not values:
        return []
    if any(math.isnan(x) for x in values) or INF in values:
        return [NAN] * len(values)
    top = max(values)
    if top == -INF:
        return [NAN] * len(values)
    e = [math.exp(x - top) for x in values]
    return [x / sum(e) for x in e]


def log_softmax(values):
    if not values:
        return []
    top = max(values)
    return [x - top - math.log(sum(math.exp(y - top) for y in values)) for x in values]


def normed(values, eps=1e-5):
    mean = sum(values) / len(values)
    variance = sum((x - mean) ** 2 for x in values) / len(values)
    return [(x - mean) / math.sqrt(variance + eps) for x in values]


def along_axes():
    for shape, axis in [((4,), -1), ((1,), 0), ((2, 3), 0), ((2, 1, 3), 1), ((2, 3, 2), -2), ((2, 0, 3), -1), ((2, 0), 1),
                        ((1, 2, 1, 2, 3), 4)]:
        yield Row("softmax", f"softmax(x, axis={axis})", lambda x, axis=axis: along(x, axis, softmax), x=numbers(*shape))
        yield Row("log_softmax", f"log_softmax(x, axis={axis})", lambda x, axis=axis: along(x, axis, log_softmax), x=numbers(*shape))
    yield Row("softmax", "softmax(x[:, ::-2])", lambda x: along(sliced(x, slice(None), slice(None, None, -2)), 1, softmax),
              x=numbers(2, 5))
    yield Row("softmax", "softmax(x)", lambda x: along(x, 1, softmax), gradient=False,
              x=Tensor([4, 3], [-INF, 1, 2, INF, 1, 2, -INF, -INF, -INF, NAN, 0, 1]))
    yield Row("softmax", "softmax(x)", lambda x: along(x, 0, softmax), x=vector(1000.0, 1001.0, -1000.0))
    for shape in [(5,), (2, 4), (2, 1, 3)]:
        yield Row("layer_norm", "layer_norm(x)", lambda x: along(x, -1, normed), x=numbers(*shape), tolerance=1e-6)
    yield Row("layer_norm", "layer_norm(x, w, b, axis=1, eps=0.1)", lambda x, w, b: make(
        x.shape, lambda p: along(x, 1, lambda v: normed(v, 0.1))[p] * w[p[1]] + b[p[1]]), x=numbers(2, 3), w=numbers(3, start=50),
        b=numbers(3, start=60), tolerance=1e-6)


def channels():
    def normed_channels(x, m, v, w, b):
        return make(x.shape, lambda p: (x[p] - m[p[1]]) / math.sqrt(v[p[1]] + 1e-5) * w[p[1]] + b[p[1]])
    for shape in [(3, 2), (2, 2, 3), (2, 2, 1, 2), (1, 2, 2, 1, 2)]:
        yield Row("batch_norm", "batch_norm(x, m, v, w, b)", normed_channels, x=numbers(*shape), m=numbers(2, start=50),
                  v=positive(2, start=60), w=numbers(2, start=70), b=numbers(2, start=80), tolerance=1e-6)
        yield Row("per_channel", "per_channel(v, x) * x", lambda x, v: make(x.shape, lambda p: x[p] * v[p[1]]), x=numbers(*shape),
                  v=numbers(2, start=50))
        yield Row("but_channels", "sum(x, axis=but_channels(x))",
                  lambda x: make([2], lambda p: sum(x[q] for q in places(x.shape) if q[1] == p[0])), x=numbers(*shape))
    yield Row("pair", "i64([pair(3)[0], pair(3)[1], pair((1, 2))[0], pair((1, 2))[1]])", lambda: vector(3, 3, 1, 2, dtype="i64"))
    yield Row("inputs_of_group", "i64([inputs_of_group(6, 4, 2), inputs_of_group(6, 9, 3), inputs_of_group(5, 7, 1)])",
              lambda: vector(3, 2, 5, dtype="i64"))
    yield Row("window_count", "i64([window_count(5, 3, 1, 0, 1), window_count(5, 3, 2, 1, 1), window_count(7, 2, 2, 0, 3)])",
              lambda: vector(3, 3, 2, dtype="i64"))


def conv2d(x, w, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    n, _, h, width = x.shape
    outputs, inner, kh, kw = w.shape
    sizes = [(size + 2 * p - d * (k - 1) - 1) // s + 1
             for size, p, d, k, s in zip((h, width), padding, dilation, (kh, kw), stride)]
    def element(at):
        b, o, y, z = at
        first, total = o // (outputs // groups) * inner, 0.0
        for c, i, j in places((inner, kh, kw)):
            row, column = y * stride[0] + i * dilation[0] - padding[0], z * stride[1] + j * dilation[1] - padding[1]
            if 0 <= row < h and 0 <= column < width:
                total += x[b, first + c, row, column] * w[o, c, i, j]
        return total
    return make((n, outputs, *sizes), element)


def convolutions():
    for text, options in [("", {}), (", stride=2, padding=1", {"stride": (2, 2), "padding": (1, 1)}),
                          (", stride=(1, 2), padding=(0, 1), dilation=(2, 1)",
                           {"stride": (1, 2), "padding": (0, 1), "dilation": (2, 1)})]:
        yield Row("conv2d", f"conv2d(x, w{text})", lambda x, w, options=options: conv2d(x, w, **options), x=numbers(2, 2, 5, 4),
                  w=numbers(3, 2, 3, 2, start=90))
    yield Row("conv2d", "conv2d(x, w, groups=2)", lambda x, w: conv2d(x, w, groups=2), x=numbers(1, 4, 3, 3),
              w=numbers(2, 2, 2, 2, start=60))
    yield Row("conv2d", "conv2d(x, w)", conv2d, x=numbers(1, 1, 1, 1), w=numbers(1, 1, 1, 1, start=7))
    def conv1d(x, w, stride=1, padding=0):
        flat = conv2d(Tensor((x.shape[0], x.shape[1], 1, x.shape[2]), x.data), Tensor((w.shape[0], w.shape[1], 1, w.shape[2]),
                      w.data), (1, stride), (0, padding))
        return Tensor((flat.shape[0], flat.shape[1], flat.shape[3]), flat.data)
    yield Row("conv1d", "conv1d(x, w)", conv1d, x=numbers(2, 2, 5), w=numbers(3, 2, 2, start=50))
    yield Row("conv1d", "conv1d(x, w, stride=2, padding=1)", lambda x, w: conv1d(x, w, 2, 1), x=numbers(1, 2, 6),
              w=numbers(1, 2, 3, start=50))


def pooled(reduce, border, size, stride=None, padding=0):
    stride = stride or size
    def run(x):
        n, c, h, w = x.shape
        def element(p):
            rows, columns = ([p[a] * stride + i - padding for i in range(size)] for a in (2, 3))
            return reduce([x[p[0], p[1], i, j] if 0 <= i < h and 0 <= j < w else border for i in rows for j in columns])
        return make((n, c, (h + 2 * padding - size) // stride + 1, (w + 2 * padding - size) // stride + 1), element)
    return run


def pools():
    mean = lambda values: sum(values) / len(values)
    largest = lambda values: NAN if any(math.isnan(x) for x in values) else max(values)
    for text, size, stride, padding in [("2", 2, None, 0), ("3, stride=1, padding=1", 3, 1, 1), ("2, stride=3", 2, 3, 0)]:
        yield Row("max_pool2d", f"max_pool2d(x, {text})", pooled(largest, -INF, size, stride, padding), x=numbers(2, 1, 5, 4))
        yield Row("avg_pool2d", f"avg_pool2d(x, {text})", pooled(mean, 0.0, size, stride, padding), x=numbers(2, 1, 5, 4))
    yield Row("max_pool2d", "max_pool2d(x, 2)", pooled(largest, -INF, 2), gradient=False,
              x=Tensor([1, 1, 2, 4], [NAN, 1, INF, 2, 0, 3, -INF, 1]))


def tied_windows():
    """A window's gradient goes to its first largest element, or to its first NaN: exact numbers, for no differences tell ties."""
    ties = Tensor([1, 1, 2, 4], [2, 2, 1, NAN, 1, 2, NAN, 3])
    g = lambda *at: Tensor([1, 1, 2, 4], [float(i in at) for i in range(8)])
    yield Row("max_pool2d", "grad(sum(max_pool2d(x, 2)), wrt=x)", lambda x: g(0, 3), gradient=False, x=ties)
    yield Row("window_max", "window_max(x, 2, 2, 1, 1, 1, 3)", pooled(lambda v: NAN if any(math.isnan(x) for x in v) else max(v), 0.0, 2, 1),
              gradient=False, x=ties)
    yield Row("window_max", "grad(sum(window_max(x, 2, 2, 2, 2, 1, 1)), wrt=x)", lambda x: g(0), gradient=False, x=ties)


def attended(causal):
    def run(q, k, v):
        def element(p):
            *batch, i, j = p
            scores = [sum(q[(*batch, i, d)] * k[(*batch, t, d)] for d in range(q.shape[-1])) / math.sqrt(q.shape[-1])
                      for t in range(k.shape[-2])]
            weights = softmax([s if not causal or t <= i else -INF for t, s in enumerate(scores)])
            return sum(w * v[(*batch, t, j)] for t, w in enumerate(weights))
        return make((*q.shape[:-1], v.shape[-1]), element)
    return run


def attentions():
    for shape in [(3, 2), (2, 3, 2), (1, 2, 3, 2)]:
        three = {name: numbers(*shape, start=30 * i) for i, name in enumerate("qkv")}
        yield Row("attention", "attention(q, k, v)", attended(False), tolerance=1e-6, **three)
        yield Row("attention", "attention(q, k, v, causal=true)", attended(True), tolerance=1e-6, **three)


def losses():
    """In f32, as their signatures say; derivatives by the f64 functions that they are made of."""
    single = lambda *values: vector(*values, dtype="f32")
    mean = lambda values: sum(values) / len(values)
    x, y = single(0.5, -1.25, 2.0), single(1.0, 0.25, -0.5)
    scores = Tensor([2, 3], [0.5, -1.0, 2.0, 800.0, 0.0, -800.0], "f32")
    right = vector(2, 1, dtype="i64")
    near = {"tolerance": 1e-6}
    yield Row("mse", "mse(x, y)", lambda x, y: scalar(mean([(a - b) ** 2 for a, b in zip(x.data, y.data)]), "f32"), x=x, y=y, **near)
    yield Row("l1", "l1(x, y)", lambda x, y: scalar(mean([abs(a - b) for a, b in zip(x.data, y.data)]), "f32"), x=x, y=y, **near)
    yield Row("mse", "grad(mse(x, y), wrt=x)", lambda x, y: single(*(2 * (a - b) / 3 for a, b in zip(x.data, y.data))), x=x, y=y,
              **near)
    yield Row("l1", "grad(l1(x, y), wrt=y)", lambda x, y: single(*(((b > a) - (b < a)) / 3 for a, b in zip(x.data, y.data))), x=x,
              y=y, **near)
    yield Row("mse", "mse(x, y)", lambda x, y: scalar(NAN, "f32"), x=single(NAN, 1), y=single(1, 2))
    rows = lambda x: [log_softmax([x[i, j] for j in range(3)]) for i in range(2)]
    yield Row("cross_entropy", "cross_entropy(x, at)", lambda x, at: scalar(-mean([r[at[i]] for i, r in enumerate(rows(x))]), "f32"),
              x=scores, at=right, **near)
    yield Row("cross_entropy", "grad(cross_entropy(x, at), wrt=x)", lambda x, at: make((2, 3), lambda p: (
        softmax([x[p[0], j] for j in range(3)])[p[1]] - (at[p[0]] == p[1])) / 2, "f32"), x=scores, at=right, **near)
    yield Row("nll", "nll(x, at)", lambda x, at: scalar(-mean([x[i, at[i]] for i in range(2)]), "f32"), x=scores, at=right, **near)
    bce = lambda x, y: mean([max(a, 0) + math.log1p(math.exp(-abs(a))) - a * b for a, b in zip(x.data, y.data)])
    logits, targets = single(0.5, -200.0, 90.0), single(1.0, 0.25, 0.0)
    yield Row("binary_cross_entropy", "binary_cross_entropy(x, y)", lambda x, y: scalar(bce(x, y), "f32"), x=logits, y=targets, **near)
    yield Row("binary_cross_entropy", "grad(binary_cross_entropy(x, y), wrt=x)", lambda x, y: single(*(
        ((1 / (1 + math.exp(-a)) if a > -90 else 0.0) - b) / 3 for a, b in zip(x.data, y.data))), x=logits, y=targets, **near)
    yield Row("accuracy", "accuracy(x, at)", lambda x, at: scalar(0.5, "f32"), x=scores, at=right)
    yield Row("error_rate", "error_rate(x, at)", lambda x, at: scalar(0.5, "f32"), x=scores, at=right)


def in_double():
    """The same losses where every declared f32 stands for f64, so that finite differences can be taken."""
    mean = lambda values: sum(values) / len(values)
    x, y, at = numbers(4), numbers(4, start=40), vector(2, 0, 1, dtype="i64")
    crossed = lambda x, at: scalar(-mean([log_softmax([x[i, j] for j in range(4)])[at[i]] for i in range(3)]))
    yield Row("in_f64", "in_f64(() => mse(x, y))", lambda x, y: scalar(mean([(a - b) ** 2 for a, b in zip(x.data, y.data)])), x=x, y=y)
    yield Row("in_f64", "in_f64(() => l1(x, y))", lambda x, y: scalar(mean([abs(a - b) for a, b in zip(x.data, y.data)])), x=x, y=y)
    yield Row("in_f64", "in_f64(() => cross_entropy(x, at))", crossed, x=numbers(3, 4), at=at)
    yield Row("in_f64", "in_f64(() => nll(x, at))", lambda x, at: scalar(-mean([x[i, at[i]] for i in range(3)])), x=numbers(3, 4),
              at=at)
    yield Row("in_f64", "in_f64(() => binary_cross_entropy(x, y))", lambda x, y: scalar(mean([
        max(a, 0) + math.log1p(math.exp(-abs(a))) - a * b for a, b in zip(x.data, y.data)])), x=x, y=y)


def structures():
    x, y = numbers(2, 3), numbers(2, start=40)
    yield Row("pack", "pack({a: x, b: (y,)})", lambda x, y: vector(*x.data, *y.data), x=x, y=y)
    yield Row("unpack", "unpack(z, {a: y, b: x}).b", lambda z, x, y: Tensor([2, 3], z.data[2:]), gradient=["z"], z=numbers(8), x=x,
              y=y)
    yield Row("inner", "inner((x, y), (2 * x, y))", lambda x, y: scalar(2 * sum(a * a for a in x.data) + sum(b * b for b in y.data)),
              x=x, y=y)


def training():
    yield Row("cosine", "cosine(x, 2.0, y)", lambda x, y: scalar(x.data[0] + (2 - x.data[0]) * (1 - math.cos(math.pi * y.data[0])) / 2),
              x=scalar(0.5), y=scalar(0.3), tolerance=1e-7)
    yield Row("constant", "constant(lr=0.5)(0.3).lr", lambda: scalar(0.5, "f32"))
    for at, lr, momentum in [("0.0", 1 / 25, 0.95), ("0.25", 1.0, 0.85), ("1.0", 1e-5, 0.95)]:
        yield Row("one_cycle", f"one_cycle(1.0)({at}).lr", lambda lr=lr: scalar(lr, "f32"), tolerance=1e-6)
        yield Row("one_cycle", f"one_cycle(1.0)({at}).momentum", lambda momentum=momentum: scalar(momentum, "f32"), tolerance=1e-6)
    yield Row("sgd", "sgd().step(x, y, sgd().init(x), {lr: 0.5, momentum: 0.9})[0]",
              lambda x, y: each(lambda a, b: a - 0.5 * b)(x, y), x=numbers(3), y=numbers(3, start=9))
    for momentum, share in [("false", 0.0), ("true", 0.9), ("0.5", 0.5)]:
        two_steps = f"sgd(momentum={momentum}).step(x, y, {{average: y}}, {{lr: 0.5, momentum: 0.9}})[0]"
        yield Row("sgd", two_steps, lambda x, y, share=share: each(lambda a, b: a - 0.5 * (share * b + b))(x, y),
                  x=numbers(3), y=numbers(3, start=9), tolerance=1e-6)
    yield Row("Conv1d", "(l => l(ones([1, 2, 5])) - conv1d(ones([1, 2, 5]), l.w) - l.b[:, new])(Conv1d(2, 3, 2))",
              lambda: make((1, 3, 4), lambda p: 0.0, "f32"))


ROWS = [*along_axes(), *channels(), *convolutions(), *pools(), *tied_windows(), *attentions(), *losses(), *in_double(), *structures(),
        *training()]
