"""Where mdl and PyTorch differ on purpose, each with its reason (docs/decisions.md, "Where numbers differ from PyTorch's"), and
the functions that cannot be compared."""

import fnmatch


class Known:
    """Explains differences of the functions `names`: in the cases whose expression is `ours` (a pattern of the shell; without
    one, all), for the element `types`, in the `parts` (value, gradient), at the elements where `at` holds, an expression of
    Python over the inputs; where PyTorch uses the vectors of `cpu`, if one is given."""

    def __init__(self, names, reason, ours="*", types=None, parts="value gradient", at="True", cpu=None):
        self.names, self.reason, self.ours, self.types, self.parts = names.split(), reason, ours, types, parts.split()
        self.at, self.cpu, self.used = at, cpu, False

    def __str__(self):
        return f"{' '.join(self.names)}, {self.ours}: {self.reason}"

    def fits(self, case):
        return case.row.name in self.names and fnmatch.fnmatchcase(case.row.ours, self.ours) and \
            (not self.types or case.dtype in self.types)


KNOWN = [
    Known("%", "`%` of floats is exact; PyTorch's quotient overflows", parts="value",
          at="(x.abs() > 1e37) | (x.abs() < 1e-30) & (x != 0)"),
    Known("**", "`x ** 0.5` is `sqrt(x)`, also at -inf, and so are its derivative and those of odd multiples", types=["f16"],
          at="torch.isinf(x) | (x == 0)"),
    Known("clamp", "at a bound, and of NaN, the derivative is 0, as PyTorch's is where bounds are numbers; of tensors it is shared",
          ours="clamp(x, y, 2)", parts="gradient", at="(x == y) | (x == 2) | torch.isnan(x) | torch.isnan(y)"),
    Known("gelu", "the limit, x; PyTorch's with AVX-512 multiplies what overflows", ours="gelu(x)",
          types=["f32", "bf16"], parts="value", at="x > 1e38", cpu="AVX512"),
    Known("prod", "of a row without zeros p / x, NaN at infinities; PyTorch's as soon as any row has a zero the product of the others",
          ours="prod(x, axis=*1*", parts="gradient", at="~torch.isfinite(x).all(-1, keepdim=True)"),
    Known("silu", "PyTorch's e^-x overflows; a subnormal result is no result there", types=["f64"], at="x < -709"),
    Known("sigmoid", "the derivative keeps its digits where PyTorch's `1 - y` has none left", parts="gradient", at="x > 15"),
]

# Functions of `mdl doc` without rows, and why.
WITHOUT = {name: reason for names, reason in [
    ("uniform randn bernoulli permutation kaiming_uniform Dropout random_seed with_seed", "random numbers"),
    ("per_channel but_channels pair window_count window_max inputs_of_group", "parts of batch_norm, conv2d and the pools"),
    ("print plot show csv idx images rows batches save load interrupted", "reads, writes or draws"),
    ("fit with_state sgd adam constant cosine one_cycle",
     "trains; bench/mlp compares that"),
] for name in names.split()}


def explained(case, part, wrong):
    """A mask of the elements of a part that may differ."""
    import torch

    mask = torch.zeros_like(wrong)
    for entry in KNOWN:
        if not entry.fits(case) or part.split()[0] not in entry.parts:
            continue
        here = torch.as_tensor(eval(entry.at, {"torch": torch, **case.inputs})).expand(wrong.shape)
        entry.used = entry.used or bool((here & wrong).any())
        mask = mask | here
    return mask
