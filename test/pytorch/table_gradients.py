"""Derivatives as functions: of second order, in directions, with and without keeping, through loops and branches."""

from rows import Row, numbers, places, positive
from table_elementwise import FUNCTIONS, LOGARITHMS
from table_reduce import SEVERAL

F64 = ["f64"]


def gradient(of, wrt="x"):
    """PyTorch's gradient of a sum, which can be differentiated again."""
    return f"torch.autograd.grad(({of}).sum(), {wrt}, create_graph=True)[0]"


def second():
    """The derivative of a function as a value, whose own derivative is compared, too."""
    flat = ["sign", "floor", "ceil", "round", "isnan"]  # PyTorch's derivative is a constant without a derivative.
    for name, theirs in FUNCTIONS.items():
        if name not in flat:
            x = positive(2, 4) if name in LOGARITHMS else numbers(2, 4)
            yield Row(name, f"grad(sum({name}(x) * {name}(x)), wrt=x)", gradient(f"{theirs} * {theirs}"), ["f32", "f64"],
                      loose=4, scale=4, x=x)
    for text, theirs in [("x * y", "x * y"), ("x / y", "x / y"), ("x ** y", "x ** y"), ("x ** 3", "x ** 3"), ("x % y", "x % y"),
                         ("maximum(x, y) ** 2", "torch.maximum(x, y) ** 2"),
                         ("where(x < y, x, y) ** 2", "torch.where(x < y, x, y) ** 2")]:
        yield Row("grad", f"grad(sum({text}), wrt=x)", gradient(theirs), F64, loose=4, scale=1, x=positive(2, 3),
                  **({"y": positive(2, 3, start=50)} if "y" in text else {}))
    for name, theirs in SEVERAL.items():
        theirs = theirs.format(a=[1] if name == "prod" else 1, k=False)
        yield Row(name, f"grad(sum({name}(x, axis=1) ** 2), wrt=x)", gradient(f"{theirs} ** 2"), ["f32", "f64"],
                  x=numbers(3, 4), loose=8, scale=4)
    for text, theirs in [("softmax(x)", "torch.softmax(x, -1)"), ("log_softmax(x)", "torch.log_softmax(x, -1)"),
                         ("layer_norm(x)", "F.layer_norm(x, x.shape[-1:])"), ("sort(x)", "sort(x).values"),
                         ("cumsum(x, axis=0)", "x.cumsum(0)"),
                         ("x[i] * x[j]", "x[i] * x[j]"), ("x @ x.transpose()", "x @ x.mT"), ("x[::2, 1:]", "x[::2, 1:]")]:
        helpers = {"i": places(0, 2, 0), "j": places(1, 1, 0)} if "[i]" in text else {}
        yield Row("grad", f"grad(sum(({text}) ** 3), wrt=x)", gradient(f"({theirs}) ** 3"), F64, x=numbers(3, 4), loose=8,
                  scale=16, **helpers)
    image, filters = numbers(1, 2, 4, 4), numbers(2, 2, 2, 2, start=17)
    for text, theirs in [("conv2d(x, w)", "F.conv2d(x, w)"),
                         ("max_pool2d(x * w[0, 0, 0, 0], 2)", "F.max_pool2d(x * w[0, 0, 0, 0], 2)"),
                         ("avg_pool2d(x * w[0, 0, 0, 0], 2)", "F.avg_pool2d(x * w[0, 0, 0, 0], 2)")]:
        yield Row("grad", f"grad(sum(({text}) ** 2), wrt=x)", gradient(f"({theirs}) ** 2"), F64, x=image, w=filters, loose=8,
                  scale=16)


def functions():
    x, v = numbers(2, 3), numbers(2, 3, start=30)
    cube = "sum(sin(a) * a ** 2)"
    torch_cube = "lambda a: (torch.sin(a) * a ** 2).sum()"
    yield Row("grad", f"grad(a => {cube})(x)", f"torch.func.grad({torch_cube})(x)", F64, x=x)
    yield Row("value_and_grad", f"value_and_grad(a => {cube})(x)[1]", f"torch.func.grad({torch_cube})(x)", F64, x=x)
    yield Row("value_and_grad", f"value_and_grad(a => {cube})(x)[0]", f"({torch_cube})(x)", F64, x=x)
    yield Row("jvp", "jvp(a => sin(a) * a ** 2, x, v)", "(torch.cos(x) * x ** 2 + 2 * x * torch.sin(x)) * v", F64, x=x, v=v,
              loose=4)
    yield Row("checkpoint", "checkpoint(a => tanh(a) * a)(x)", "torch.tanh(x) * x", F64, x=x)
    yield Row("numeric_grad", f"numeric_grad(a => {cube}, x)", f"torch.func.grad({torch_cube})(x)", F64, gradient=False, x=x,
              loose=1e6)
    yield Row("check_grad", f"check_grad(a => {cube}, x).gradient", f"torch.func.grad({torch_cube})(x).flatten()[0]", F64,
              gradient=False, x=numbers(1))
    yield Row("in_f64", "in_f64(() => zeros([2]) + x[0, :2])", "x[0, :2] * 1", F64, x=x)
    yield Row("inner", "inner((x, v), (v, v))", "(x * v + v * v).sum()", F64, x=x, v=v)
    yield Row("pack", "pack({a: x, b: (v, x)}) ** 2", "torch.cat([x.flatten(), v.flatten(), x.flatten()]) ** 2", F64, x=x, v=v)
    yield Row("unpack", "unpack(x.flatten(), (zeros([2]), zeros([2, 2])))[1]", "x.flatten()[2:].view(2, 2)", F64, x=x)
    yield Row("zip", "[a * b for a, b in zip(x.flatten(), v[:, 0])]", "x.flatten()[:2] * v[:, 0]", F64, x=x, v=v)
    yield Row("enumerate", "[i * a for i, a in enumerate(v[0])]", "torch.arange(3) * v[0]", F64, v=v)
    yield Row("in_training", "in_training(() => dropout(x, 0))", "x * 1", F64, x=x)


def control():
    x = numbers(4)
    yield Row("grad", "var s = x; for i in 0..3 { s = sin(s) * x + i }; s",
              "s = x; s = torch.sin(s) * x; s = torch.sin(s) * x + 1; torch.sin(s) * x + 2", F64, x=x, loose=8, scale=1)
    yield Row("grad", "var s = x[0]; while abs(s) < 5 { s *= 1.7 }; s * x",
              "s = x[0]; s = s * 1.7 ** math.ceil(math.log(5 / abs(s.item()), 1.7)); s * x", F64, x=x, loose=8)
    yield Row("grad", "if x[0] > 0 { exp(x) } else { x * x }", "torch.exp(x) if x[0] > 0 else x * x", F64, x=x)
    yield Row("grad", "[if x[i] > 0 { log(x[i]) } else { x[i] ** 2 } for i in 0..4]",
              "torch.stack([torch.log(e) if e > 0 else e ** 2 for e in x])", F64, x=x)
    yield Row("grad", "[x[i] * x[3 - i] for i in 0..4]", "x * x.flip(0)", F64, x=x)


ROWS = [*second(), *functions(), *control()]
