"""PyTorch's side: what the expressions `theirs` of the tables may name besides torch, F and their inputs, and how a case is
evaluated. Only this file and compare.py need PyTorch."""

import functools
import math
import warnings

import numpy as np
import torch
import torch.nn.functional as F

warnings.filterwarnings("ignore", "(var|std).*degrees of freedom")

DTYPES = {"f16": torch.float16, "bf16": torch.bfloat16, "f32": torch.float32, "f64": torch.float64, "i8": torch.int8,
          "u8": torch.uint8, "i32": torch.int32, "i64": torch.int64, "bool": torch.bool}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def tensor(given, dtype):
    """The tensor of an Input for the element type of a row."""
    dtype = given.dtype or dtype
    exact = torch.float64 if DTYPES[dtype].is_floating_point else DTYPES[dtype]
    made = torch.tensor(given.elements(dtype), dtype=exact).to(DTYPES[dtype])
    return made if given.shape is None else made.reshape(given.shape)


def weights(shape):
    """The loss of a case is the sum of its elements with these weights; `weigh` in the programs says the same."""
    count = math.prod(shape)
    return ((torch.arange(count) * 5 % 7 + 1) / 4).reshape(shape)


def evaluate(row, inputs):
    """The value of a row's `theirs`, and the gradients of its weighted sum, by the names of the inputs."""
    inputs = {name: x.clone() for name, x in inputs.items()}
    wanted = row.gradient if isinstance(row.gradient, list) else list(inputs) if row.gradient else []
    wanted = [name for name in wanted if inputs[name].is_floating_point()]
    for name in wanted:
        inputs[name].requires_grad_()
    *statements, expression = row.theirs.split("; ")
    scope = {**globals(), "inf": math.inf, "nan": math.nan, **inputs}
    exec("; ".join(statements), scope)
    value = eval(expression, scope)
    if not value.requires_grad:
        return value, {}
    loss = (value * weights(value.shape).to(value.dtype)).sum()
    found = torch.autograd.grad(loss, [inputs[name] for name in wanted], allow_unused=True)
    return value.detach(), {name: torch.zeros_like(inputs[name]) if g is None else g for name, g in zip(wanted, found)}


def at(x, place):
    """The numbers of the elements x[place], by NumPy's rules, whose steps may be negative."""
    place = place if isinstance(place, tuple) else (place,)
    place = tuple(p.detach().numpy() if isinstance(p, torch.Tensor) else p for p in place)
    return torch.from_numpy(np.array(np.arange(x.numel()).reshape(x.shape)[place]))


def part(x, place):
    """x[place]; differentiable."""
    return x.flatten()[at(x, place)]


def updated(x, place, value, add=False):
    """x with x[place] = value (or +=)."""
    places, flat = at(x, place), x.flatten()
    values = torch.as_tensor(value, dtype=x.dtype).expand(places.shape)
    return flat.index_put((places,), flat[places] + values if add else values).reshape(x.shape)


def numbered(function):
    """A function of Python's unlimited numbers on whole tensors, reduced to the type's range."""
    def run(x, y):
        info = torch.iinfo(x.dtype)
        x, y = torch.broadcast_tensors(x, torch.as_tensor(y, dtype=x.dtype))
        values = [function(a, b) if b else 0 for a, b in zip(x.flatten().tolist(), y.flatten().tolist())]
        span = info.max - info.min + 1
        return torch.tensor([(v - info.min) % span + info.min for v in values], dtype=x.dtype).reshape(x.shape)
    return run


# Of whole numbers PyTorch refuses a divisor 0 (or ends the process); here it gives 0.
whole_divide = numbered(lambda a, b: a // b)
whole_remainder = numbered(lambda a, b: a % b)


def prod(x, axes=None, keepdim=False):
    """torch.prod takes one axis."""
    axes = sorted((a % x.dim() for a in (range(x.dim()) if axes is None else axes)), reverse=True)
    product = functools.reduce(lambda y, a: torch.prod(y, a, keepdim=True), axes, x * 1 if x.is_floating_point() else x.long())
    return product if keepdim else product.squeeze(axes)


def first(name):
    """argmax or argmin with the first of equal elements, or the first NaN; PyTorch promises neither."""
    def run(x, axis=None, keepdim=False):
        wide = x.detach().double().numpy() if x.is_floating_point() else x.numpy()
        keep = {"keepdims": True} if keepdim else {}
        return torch.from_numpy(np.asarray(getattr(np, name)(wide, axis=axis, **keep)))
    return run


argmax, argmin = first("argmax"), first("argmin")


def sort(x, axis=-1, descending=False):
    """{values, indices} of the stable sort."""
    return torch.sort(x, dim=axis, descending=descending, stable=True)


def recurrent(name, x, p, size, hidden, part):
    """An LSTM or GRU with the parameters p in mdl's order and layout (transposed; LSTM has one bias)."""
    gates = {"LSTM": 4, "GRU": 3}[name] * hidden
    into, between, bias, *other = torch.split(p, [gates * size, gates * hidden] + [gates] * (1 if name == "LSTM" else 2))
    weights = {"weight_ih_l0": into.view(size, gates).mT, "weight_hh_l0": between.view(hidden, gates).mT, "bias_ih_l0": bias,
               "bias_hh_l0": other[0] if other else torch.zeros_like(bias)}
    net = getattr(torch.nn, name)(size, hidden, batch_first=True, dtype=x.dtype)
    outputs, last = torch.func.functional_call(net, weights, (x,))
    return {"outputs": outputs, "c": last[-1][0], "h": last[0]}[part]


def heads(x, p, size, count, causal):
    """Self-attention with the parameters p: weight and bias of q, k, v and out."""
    w, b = p.view(4, size * (size + 1)).split([size * size, size], 1)
    w = w.view(4, size, size)
    q, k, v = ((x @ w[i] + b[i]).unflatten(-1, (count, -1)).transpose(1, 2) for i in range(3))
    mixed = F.scaled_dot_product_attention(q, k, v, is_causal=causal).transpose(1, 2).flatten(-2)
    return mixed @ w[3] + b[3]
