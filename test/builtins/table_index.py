"""x[…] as NumPy reads it: places, slices and their bounds, `...`, `new`, tensors of whole numbers, masks; and assignments."""

from rows import Row, Tensor, make, numbers, permuted, reshaped, scalar, sliced, vector

# Python's own slices of a list are the reference of every combination of bounds and steps.
BOUNDS = ["", "0", "1", "3", "5", "7", "-1", "-2", "-5", "-9"]


def bound(text):
    return int(text.replace("two", "2")) if text else None


def slices(size, begins, ends, steps, dtype="f64"):
    for begin in begins:
        for end in ends:
            for step in steps:
                cut = slice(bound(begin), bound(end), bound(step))
                yield f"{begin}:{end}" + (f":{step}" if step else ""), list(range(size))[cut]


def all_slices():
    """One row of many slices each: `tell` prints their elements behind one another."""
    for steps in (["", "2", "3"], ["-1", "-2"]):
        for begin in BOUNDS:
            found = list(slices(5, [begin], BOUNDS, steps))
            yield Row("concat", "concat([" + ", ".join(f"x[{text}]" for text, _ in found) + "])",
                      lambda x, found=found: vector(*(x[i] for _, at in found for i in at)), gradient=steps[0] == "" and begin == "1",
                      x=numbers(5))


def run_time_slices():
    """Bounds and sizes that are known when the program runs; `two` is an option."""
    heads = ["two", "1", "-1", "two + 9", "two - 2", "two - 3", "two - 9", ":2", "two:2", "two + 9:2"]
    tails = ["-two", "-1", "-9", "-two - 9", "-9:", "-two::2", "1", "two"]
    others = [f"{a}:{b}{c}" for a in ["1", "two", "two - 1", "-two"] for b in ["", "two + 1", "-1"] for c in ["", ":2"]]
    backwards = ["::-1", "two::-1", "::-2", ":two:-1", "two:0:-1", "-1:-two:-1", "-two::-2"]
    at = lambda text: eval(text.replace("two", "2")) if text else None  # The tables' own text.
    for base, size in [("x", 5), ("x[:two + 1]", 3)]:
        for texts in [":" + text for text in heads], [(t + ":") if ":" not in t else t for t in tails], others, backwards:
            read = [i for text in texts for i in list(range(size))[slice(*map(at, text.split(":")))]]
            yield Row("concat", "concat([" + ", ".join(f"{base}[{text}]" for text in texts) + "])",
                      lambda x, read=read: vector(*(x[i] for i in read)), gradient=size == 3 and texts is not others, x=numbers(5))


def places_and_slices():
    x = numbers(3, 4, 2)
    whole = slice(None)
    yield Row("shape", "x[1]", lambda x: reshaped(sliced(x, slice(1, 2)), 4, 2), x=x)
    yield Row("shape", "x[-1, 2, -2]", lambda x: scalar(x[2, 2, 0]), x=x)
    yield Row("shape", "x[two, -two]", lambda x: reshaped(sliced(x, slice(2, 3), slice(2, 3)), 2), x=x)
    yield Row("shape", "x[..., 0]", lambda x: reshaped(sliced(x, whole, whole, slice(0, 1)), 3, 4), x=x)
    yield Row("shape", "x[1, ..., -1]", lambda x: reshaped(sliced(x, slice(1, 2), whole, slice(1, 2)), 4), x=x)
    yield Row("shape", "x[new, :, 1, new]", lambda x: reshaped(sliced(x, whole, slice(1, 2)), 1, 3, 1, 2), x=x)
    yield Row("shape", "x[..., new]", lambda x: reshaped(x, 3, 4, 2, 1), x=x)
    yield Row("shape", "x[::2, 1:-1, ::-1]",
              lambda x: sliced(x, slice(None, None, 2), slice(1, -1), slice(None, None, -1)), x=x)
    yield Row("shape", "x[::-1][1:][:, 3:0:-2]",
              lambda x: sliced(sliced(x, slice(None, None, -1)), slice(1, None), slice(3, 0, -2)), x=x)
    yield Row("shape", "x.transpose()[:, 1]", lambda x: make([3, 4], lambda p: x[p[0], p[1], 1]), x=x)
    yield Row("shape", "x[new]", lambda x: Tensor([1], x.data), x=scalar(2.5))
    yield Row("shape", "x[0, :1]", lambda x: Tensor([0], []), x=numbers(1, 0))
    yield Row("shape", "x[:, 2:2]", lambda x: Tensor([2, 0, 2], []), x=numbers(2, 4, 2))
    yield Row("shape", "x[0, -1, 0, 0, 1]", lambda x: scalar(x[0, 1, 0, 0, 1]), x=numbers(1, 2, 1, 1, 2))
    yield Row("shape", "x[:, 0, ..., ::-1]", lambda x: make([2, 1, 2, 3], lambda p: x[p[0], 0, p[1], p[2], 2 - p[3]]),
              x=numbers(2, 1, 1, 2, 3))


def places_of_tensors():
    x, at = numbers(4, 3), vector(2, -1, 0, 2, dtype="i64")
    yield Row("shape", "x[at]", lambda x, at: make([4, 3], lambda p: x[at[p[0]] % 4, p[1]]), x=x, at=at)
    yield Row("shape", "x[:, at]", lambda x, at: make([4, 3], lambda p: x[p[0], at[p[1]] % 3]), x=x,
              at=vector(2, 2, -3, dtype="i32"))
    yield Row("shape", "x[at[::2], at[:2]]", lambda x, at: make([2], lambda p: x[at[2 * p[0]], at[p[0]] % 3]), x=x, at=at)
    yield Row("shape", "x[at[:, new], [0, 1]]", lambda x, at: make([4, 2], lambda p: x[at[p[0]] % 4, p[1]]), x=x, at=at)
    yield Row("shape", "x[[[0, 1], [2, 3]]]", lambda x: make([2, 2, 3], lambda p: x[2 * p[0] + p[1], p[2]]), x=x)
    yield Row("shape", "x[at[:0]]", lambda x, at: Tensor([0, 3], []), x=x, at=at)
    yield Row("shape", "y[at, :, 0]", lambda y, at: make([4, 2], lambda p: y[at[p[0]] % 3, p[1], 0]), y=numbers(3, 2, 2), at=at)
    # NumPy puts the indices' axis in front where a slice stands between a number and a tensor.
    yield Row("shape", "y[0, :, at]", lambda y, at: make([4, 2], lambda p: y[0, p[1], at[p[0]] % 3]), y=numbers(2, 2, 3), at=at)
    yield Row("shape", "y[:, at, 1:]", lambda y, at: make([2, 4, 2], lambda p: y[p[0], at[p[1]] % 3, p[2] + 1]),
              y=numbers(2, 3, 3), at=at)
    yield Row("shape", "x[at][:, ::-1]", lambda x, at: make([4, 3], lambda p: x[at[p[0]] % 4, 2 - p[1]]), x=x, at=at)


def masks():
    x = numbers(2, 3)
    mask = Tensor([2, 3], [1, 0, 0, 1, 0, 1], "bool")
    yield Row("shape", "x[mask]", lambda x, mask: vector(x[0, 0], x[1, 0], x[1, 2]), x=x, mask=mask)
    yield Row("shape", "x[x > 100]", lambda x: Tensor([0], []), x=x)
    yield Row("shape", "x[mask[:, 0]]", lambda x, mask: x, x=x, mask=mask)
    yield Row("shape", "x[:, mask[0]]", lambda x, mask: Tensor([2, 1], [x[0, 0], x[1, 0]]), x=x, mask=mask)
    yield Row("shape", "x[mask] * y[mask] + sum(x[mask])", lambda x, y, mask: vector(*(
        x[p] * y[p] + x[0, 0] + x[1, 0] + x[1, 2] for p in [(0, 0), (1, 0), (1, 2)])), x=x, y=numbers(2, 3, start=20), mask=mask)
    yield Row("shape", "x[1:, mask[1]][:, ::-1]", lambda x, mask: Tensor([1, 2], [x[1, 2], x[1, 0]]), x=x, mask=mask)


def assigned(change):
    """`var a = x`, an assignment to a part of it, and a."""
    return "{\n    var a = x\n    " + change + "\n    a\n  }"


def assignments():
    x, y = numbers(3, 4), numbers(4, start=30)
    def put(at, value):
        return lambda x, y: make(x.shape, lambda p: value(x, y, p) if at(p) else x[p])
    cases = [
        ("a[1] = y", lambda p: p[0] == 1, lambda x, y, p: y[p[1]]),
        ("a[:, -1] = 2", lambda p: p[1] == 3, lambda x, y, p: 2.0),
        ("a[::2, 1:3] *= 3", lambda p: p[0] % 2 == 0 and p[1] in (1, 2), lambda x, y, p: 3 * x[p]),
        ("a[::-1] = a + y", lambda p: True, lambda x, y, p: x[2 - p[0], p[1]] + y[p[1]]),
        ("a[0, two] = y[0]", lambda p: p == (0, 2), lambda x, y, p: y[0]),
        ("a[:two] -= y", lambda p: p[0] < 2, lambda x, y, p: x[p] - y[p[1]]),
        ("a[-two:, 9:] = 5", lambda p: False, None),
        ("a[:two + 9] = 5", lambda p: True, lambda x, y, p: 5.0),
        ("a[[0, -1]] = y", lambda p: p[0] != 1, lambda x, y, p: y[p[1]]),
        ("a[:, [3, 0]] += 1", lambda p: p[1] in (0, 3), lambda x, y, p: x[p] + 1),
        ("a[[0, 1], [1, 2]] = y[:2]", lambda p: p in ((0, 1), (1, 2)), lambda x, y, p: y[p[0]]),
        ("a[a > 0] = 0", None, None),
        ("a[..., 1:] = y[new, :-1]", lambda p: p[1] > 0, lambda x, y, p: y[p[1] - 1]),
    ]
    for text, at, value in cases:
        reference = put(at, value) if at else lambda x, y: make(x.shape, lambda p: min(x[p], 0.0))
        yield Row("shape", assigned(text), reference, gradient=["x", "y"] if "y" in text else ["x"], x=x, y=y)


ROWS = [*all_slices(), *run_time_slices(), *places_and_slices(), *places_of_tensors(), *masks(), *assignments()]
