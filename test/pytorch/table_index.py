"""Indexing, and assigning to what an index chooses."""

from rows import Row, given, mask, numbers, places

# Indices of a tensor of a shape, as .mdl writes them. i and k are i64 of rank 1 and 2, u is i8, m a mask of the first
# axis, w one of the first two.
INDICES = {
    (5,): ["0", "-1", "1:3", "-3:-1", ":0", "2:100", "::2", "1::3", "::-1", "4:0:-2", "-1:-4:-1", "...", "new", ":, new", "i",
           "k", "u", "[0, 0, -1]", "m", "x > 0", "i[::2]", "..., new, i"],
    (4, 3): ["1", "-1, -1", ":, 1", "1:, :2", "::2, ::-1", "..., 0", "new, 1", ":, new", "i", "k", ":, i", "i, 1:", "i, i",
             "k, i[0]", "[[0], [1]], [0, 2]", "m", "m, 0", ":, x[0] > 0", "w", "x > 0", "1:3, [2, 0, 0]", "-2:, -1"],
    (4, 3, 2): ["1", "..., 1", "0, ..., 1", ":, 1:2", "::-2, :, new, 0", "i", ":, i", "i, :, 0", "i, i", ":, i, [0, 1, 1]",
                "i, ..., 1", "m", "w", "w, 1", "m, ..., ::-1", ":, k", "k, :, new, 1", "1, :, [0, 1]"],
    (4, 1, 2, 1, 3): ["0, 0", "..., 0", "::2, :, -1, ..., ::-1", ":, new, 0", "i, 0", "..., i", "m, ..., 0", ":, 0, [1, 0, 1]",
                      "1:3, ..., [0, 2]"],
    (4, 0): ["1", ":, :0", "::-1", "i", "m", "new"],
}
# Indices that name a place twice: which value stays is not PyTorch's promise.
RECURRING = ["[0, 0, -1]", "1:3, [2, 0, 0]", ":, i, [0, 1, 1]", ":, k", ":, 0, [1, 0, 1]"]
# The rules of indices are one code for all element types; some stand for the rest.
TYPES = ["f32", "u8"]


def helpers(text, shape):
    """The inputs besides x that an index names."""
    inputs = {"i": places(1, 0, -1), "k": places(0, -1, 1, 2, shape=(2, 2)), "u": places(1, -1, dtype="i8"),
              "m": mask("10110"[:shape[0]]), "w": mask("110010011101", shape=(4, 3))}
    return {name: x for name, x in inputs.items() if name in text.replace("new", "")}


def python(text):
    return text.replace("new", "None")


def got():
    for shape, texts in INDICES.items():
        for text in texts:
            # PyTorch has no negative steps, no i8 as an index, and takes numbers beside index tensors first, unlike NumPy.
            numpy = "::-" in text or ":0:-" in text or ":-4:-" in text or text in ("1, :, [0, 1]", "u")
            theirs = f"part(x, np.s_[{python(text)}])" if numpy else f"x[{python(text)}]"
            yield Row("[]", f"x[{text}]", theirs, TYPES, x=numbers(*shape), **helpers(text, shape))
    yield Row("[]", "x[i, ::-1][..., 1:]", "part(x, np.s_[i]).flip(-1)[..., 1:]", ["bf16", "f64"], x=numbers(4, 3),
              i=places(2, 0, 2))
    yield Row("[]", "x[i] + x[i]", "x[i] + x[i]", ["f16", "f32"], x=given(float("nan"), float("inf"), 0.0, 1.0),
              i=places(0, 1, 1, 3))


def assigned():
    for shape, texts in INDICES.items():
        for text in texts:
            if text in RECURRING:
                continue
            helper = helpers(text, shape)
            where = f"np.s_[{python(text)}]"
            yield Row("[]=", f"var v = x; v[{text}] = y; v", f"updated(x, {where}, y)", TYPES, x=numbers(*shape),
                      y=numbers(start=40), **helper)
            yield Row("[]=", f"var v = x; v[{text}] *= v[{text}]; v", f"updated(x, {where}, part(x, {where}) ** 2)", ["f32"],
                      x=numbers(*shape), **helper)
    for text, other in [("1:, ::2", (3, 2)), ("::-1, 0", (4,)), ("i", (3, 3)), (":, [2, 0]", (4, 2)), ("m", (3, 3)),
                        ("m, 1", (3,)), ("1:3", (3,)), ("..., new, 1:", (4, 1, 2))]:
        helper = helpers(text, (4, 3))
        where = f"np.s_[{python(text)}]"
        # How many a mask chooses is known when the program runs: it says what it expects.
        promise = f"assert len(x[{text}]) == len(y); " if "m" in text else ""
        yield Row("[]=", f"var v = x; {promise}v[{text}] = y; v", f"updated(x, {where}, y)", ["f32", "f16", "i64"],
                  x=numbers(4, 3), y=numbers(*other, start=40), **helper)
        yield Row("[]+=", f"var v = x; {promise}v[{text}] += y; v", f"updated(x, {where}, y, add=True)", ["f32", "bf16"],
                  x=numbers(4, 3), y=numbers(*other, start=40), **helper)
    yield Row("[]=", "var v = x; v[1:] = v[:-1]; v[0] = v[-1] * 2; v",
              "v = torch.cat([x[:1], x[:-1]]); torch.cat([v[-1:] * 2, v[1:]])", ["f32"], x=numbers(5, 2))
    yield Row("[]=", "var v = x; v[v < 0] = 0; v[isnan(v)] = 1; v",
              "torch.where(torch.isnan(x), 1.0, torch.where(x < 0, 0.0, x))",
              ["f16", "bf16", "f32", "f64"], x=given(float("nan"), -1.0, 2.0, float("inf"), -float("inf")))


ROWS = [*got(), *assigned()]
