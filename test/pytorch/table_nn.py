"""Functions and layers of `nn`, losses and metrics."""

from rows import FLOATS, INF, NAN, Row, given, meetings, numbers, places, positive

F32 = ["f32"]
# f16 and bf16 round after every operation of a formula, PyTorch's kernels only at their end.
SUMS = {"loose": 4, "scale": 1}


def normalised():
    for name, theirs in [("softmax", "torch.softmax(x, {a})"), ("log_softmax", "torch.log_softmax(x, {a})")]:
        for axis in [1, 0]:
            yield Row(name, f"{name}(x, axis={axis})", theirs.format(a=axis), FLOATS, x=meetings(), **SUMS)
        for shape in [(1,), (3,), (2, 1), (2, 3), (0, 3), (2, 3, 4), (1, 2, 1, 3), (2, 1, 2, 1, 3)]:
            yield Row(name, f"{name}(x)", theirs.format(a=-1), F32, x=numbers(*shape), **SUMS)
        yield Row(name, f"{name}(x[::2, 1:].transpose(), axis=0)", theirs.format(a=0).replace("(x", "(x[::2, 1:].mT"), FLOATS,
                  x=numbers(5, 4), **SUMS)
        yield Row(name, f"{name}(x)", theirs.format(a=-1), FLOATS, x=given(1000.0, 1001.0, -1000.0, 0.0), **SUMS)
    for shape in [(5,), (2, 4), (2, 1, 3), (1, 2, 1, 2, 3)]:
        yield Row("layer_norm", "layer_norm(x)", "F.layer_norm(x, x.shape[-1:])", F32, x=numbers(*shape), loose=10, scale=1)
    yield Row("layer_norm", "layer_norm(x, w, b, axis=[1, 2])", "F.layer_norm(x, x.shape[1:], w, b)", FLOATS,
              x=numbers(2, 3, 4), w=numbers(3, 4, start=50), b=numbers(3, 4, start=70), loose=10, scale=1)
    for shape in [(3, 2), (2, 2, 3), (2, 2, 1, 2), (1, 2, 2, 1, 2)]:
        yield Row("batch_norm", "batch_norm(x, m, v, w, b)", "F.batch_norm(x, m, v, w, b)", F32, ["x", "w", "b"],
                  x=numbers(*shape),
                  m=numbers(2, start=50), v=positive(2, start=60), w=numbers(2, start=70), b=numbers(2, start=80), loose=4,
                  scale=1)


def looked_up():
    q, k, v = numbers(2, 3, 4), numbers(2, 5, 4, start=30), numbers(2, 5, 2, start=60)
    yield Row("attention", "attention(q, k, v)", "F.scaled_dot_product_attention(q, k, v)", FLOATS, q=q, k=k, v=v, loose=8,
              scale=4)
    yield Row("attention", "attention(q, k, q, causal=true)", "F.scaled_dot_product_attention(q, k, q, is_causal=True)", F32,
              q=q, k=numbers(2, 3, 4, start=30), loose=8, scale=4)
    yield Row("dropout", "dropout(x, 0.5)", "F.dropout(x, 0.5, training=False)", F32, x=numbers(2, 3))


def windows():
    spots = [NAN if i == 0 else INF if i == 93 else -INF if i == 50 else (i * 7) % 3 for i in range(144)]
    for size, stride, padding in [(2, 2, 0), (3, 1, 1), (2, 3, 0), (3, 2, 1)]:
        for name in ["max_pool2d", "avg_pool2d"]:
            yield Row(name, f"{name}(x, {size}, {stride}, {padding})", f"F.{name}(x, {size}, {stride}, {padding})", FLOATS,
                      x=given(*spots, shape=(2, 2, 6, 6)), **SUMS)
    for name in ["max_pool2d", "avg_pool2d"]:
        yield Row(name, f"{name}(x, (3, 2), stride=(1, 2), padding=(1, 0))", f"F.{name}(x, (3, 2), (1, 2), (1, 0))", F32,
                  x=numbers(1, 2, 6, 5), **SUMS)
        yield Row(name, f"{name}(x[:, :, ::2].transpose(), 2)", f"F.{name}(x[:, :, ::2].mT, 2)", F32, x=numbers(1, 2, 8, 5),
                  **SUMS)
        yield Row(name, f"{name}(x, 1)", f"F.{name}(x, 1)", F32, x=numbers(1, 1, 1, 3))
    for shape, filters, options in [((2, 2, 6, 5), (3, 2, 3, 2), ""), ((2, 2, 6, 6), (3, 2, 3, 3), "padding=1"),
                                    ((1, 1, 5, 5), (1, 1, 1, 1), ""),
                                    ((1, 2, 7, 7), (2, 2, 3, 3), "stride=2, padding=1"),
                                    ((1, 4, 5, 5), (4, 2, 2, 2), "groups=2"),
                                    ((1, 2, 7, 8), (2, 2, 2, 3), "stride=(2, 1), padding=(0, 2), dilation=(3, 2)")]:
        options = ", " + options if options else ""
        yield Row("conv2d", f"conv2d(x, w{options})", f"F.conv2d(x, w{options})", FLOATS, x=numbers(*shape),
                  w=numbers(*filters, start=17), loose=4, scale=16)
    yield Row("conv2d", "conv2d(x, w)", "F.conv2d(x, w)", ["f32", "bf16"], x=given(*spots, shape=(2, 2, 6, 6)),
              w=numbers(2, 2, 2, 2), loose=4, scale=16)
    for options in ["", ", stride=2, padding=1", ", dilation=2, groups=2"]:
        yield Row("conv1d", f"conv1d(x, w{options})", f"F.conv1d(x, w{options})", ["f32", "f64"], x=numbers(2, 4, 9),
                  w=numbers(4, 2 if "groups" in options else 4, 3, start=17), loose=4, scale=16)


LOSSES = {"mse": "F.mse_loss(x, y)", "l1": "F.l1_loss(x, y)",
          "binary_cross_entropy": "F.binary_cross_entropy_with_logits(x, y)"}
OF_CLASSES = {"cross_entropy": "F.cross_entropy(x, t)", "nll": "F.nll_loss(x, t)"}


def losses():
    for name, theirs in LOSSES.items():
        for shape in [(1,), (5,), (2, 3), (2, 1, 3)]:
            yield Row(name, f"{name}(x, y)", theirs, F32, x=numbers(*shape), y=numbers(*shape, start=40), **SUMS)
        yield Row(name, f"{name}(x[::2], y.transpose())", theirs.replace("(x, y", "(x[::2], y.mT"), FLOATS, x=numbers(5, 4),
                  y=numbers(4, 3, start=40), **SUMS)
        yield Row(name, f"{name}(x, y)", theirs, FLOATS, x=given(NAN, 1.0), y=given(1.0, 0.0))
        yield Row(name, f"{name}(x, y)", theirs, FLOATS, x=given(INF, -INF, 0.0), y=given(1.0, 0.0, 0.0))
        yield Row(name, f"{name}(x, y)", theirs, FLOATS, x=given(100.0, -100.0, 1.0), y=given(0.0, 1.0, 1.0))
    for name, theirs in OF_CLASSES.items():
        yield Row(name, f"{name}(x, t)", theirs, FLOATS, x=numbers(4, 3), t=places(0, 2, 2, 1), **SUMS)
        yield Row(name, f"{name}(x, t)", theirs, F32, x=numbers(1, 1), t=places(0))
        yield Row(name, f"{name}(x, t)", theirs.replace("(x, t", "(x.flatten(0, 1), t.flatten()"), F32, x=numbers(2, 2, 3),
                  t=places(0, 2, 2, 1, shape=(2, 2)), **SUMS)
        yield Row(name, f"{name}(x[:, ::2], t[::2])", theirs.replace("(x, t", "(x[:, ::2], t[::2]"), F32, x=numbers(2, 7),
                  t=places(0, 1, 3), **SUMS)
        yield Row(name, f"{name}(x, t)", theirs, FLOATS, x=given(1000.0, -1000.0, 0.0, -INF, 1.0, 2.0, shape=(2, 3)),
                  t=places(0, 2), **SUMS)
        yield Row(name, f"{name}(x, t)", theirs, FLOATS, x=given(1.0, NAN, 0.0, INF, 1.0, 2.0, shape=(2, 3)), t=places(0, 2),
                  **SUMS)
    yield Row("accuracy", "accuracy(x, t)", "(x.argmax(-1) == t).float().mean()", FLOATS, x=numbers(4, 3), t=places(0, 2, 2, 1))
    yield Row("error_rate", "error_rate(x, t)", "(x.argmax(-1) != t).float().mean()", FLOATS, x=numbers(4, 3),
              t=places(0, 2, 2, 1))


def layers():
    """A layer with the parameters p, in the order in which they are declared."""
    def layer(name, make, theirs, count, call="(x)", **inputs):
        return Row(name, f"let net = unpack(p, {make}); net{call}", theirs, F32, p=numbers(count, start=23), loose=8, scale=4,
                   **inputs)
    yield layer("Linear", "Linear(3, 2)", "x @ p[:6].view(3, 2) + p[6:]", 8, x=numbers(4, 3))
    yield layer("Conv1d", "Conv1d(2, 3, 2, padding=1)", "F.conv1d(x, p[:12].view(3, 2, 2), p[12:], padding=1)", 15,
                x=numbers(2, 2, 5))
    yield layer("Conv2d", "Conv2d(2, 3, 2, stride=2)", "F.conv2d(x, p[:24].view(3, 2, 2, 2), p[24:], stride=2)", 27,
                x=numbers(2, 2, 5, 4))
    yield layer("LayerNorm", "LayerNorm(3)", "F.layer_norm(x, [3], p[:3], p[3:])", 6, x=numbers(4, 3))
    yield layer("Embedding", "Embedding(4, 2)", "F.embedding(t, p.view(4, 2))", 8, call="(t)", t=places(3, 0, 3))
    for name, shape in [("BatchNorm1d", (5, 2)), ("BatchNorm1d", (3, 2, 3)), ("BatchNorm2d", (3, 2, 2, 2))]:
        yield Row(name, f"in_training(() => {name}(2)(x))", "F.batch_norm(x, None, None, training=True)", F32,
                  x=numbers(*shape), loose=16, scale=1)
        yield Row(name, f"{name}(2)(x)", "F.batch_norm(x, x.new_zeros(2), x.new_ones(2))", F32, x=numbers(*shape), loose=4)
    size, hidden = 3, 2
    for name, gates, call in [("LSTM", 4, "(x).outputs"), ("LSTM", 4, "(x).c"), ("GRU", 3, "(x).outputs"), ("GRU", 3, "(x).h")]:
        count = gates * hidden * (size + hidden + (1 if name == "LSTM" else 2))
        yield layer(name, f"{name}({size}, {hidden})", f"recurrent('{name}', x, p, {size}, {hidden}, '{call[4:]}')", count,
                    call=call, x=numbers(2, 4, size))
    for causal in ["false", "true"]:
        yield layer("MultiHeadAttention", f"MultiHeadAttention(4, 2, causal={causal})", f"heads(x, p, 4, 2, {causal.title()})",
                    80, x=numbers(2, 3, 4))


ROWS = [*normalised(), *looked_up(), *windows(), *losses(), *layers()]
