"""Tensors from sizes and from random numbers, whose rows look at their distribution."""

from rows import SHAPES, Row, Tensor, integers, make, numbers, scalar, vector


def constant(shape, value, dtype):
    return lambda *_: make(shape, lambda p: value, dtype)


def known():
    for shape in [(), (0,), (3,), (2, 0), (2, 1, 3), (1, 2, 1, 2, 1)]:
        yield Row("zeros", f"zeros({list(shape)})", constant(shape, 0.0, "f32"))
        yield Row("ones", f"ones({list(shape)}, dtype=i32)", constant(shape, 1, "i32"))
        yield Row("full", f"full({list(shape)}, x)", lambda x, shape=shape: make(shape, lambda p: x.data[0]), x=scalar(2.5))
        yield Row("zeros_like", "zeros_like(x)", constant(shape, 0.0, "f64"), gradient=False, x=numbers(*shape))
        yield Row("ones_like", "ones_like(x, dtype=bool)", constant(shape, 1, "bool"), gradient=False, x=numbers(*shape))
    yield Row("full", "full([two, 2], 7)", constant((2, 2), 7, "i64"))
    yield Row("full", "full([2], 3, dtype=f64)", constant((2,), 3, "f64"))


def ranges():
    for text, values in [("5", range(5)), ("0", []), ("-2", []), ("2, 7", range(2, 7)), ("7, 2", []), ("7, 2, -2", [7, 5, 3]),
                         ("1, 8, 3", [1, 4, 7]), ("two, 5", [2, 3, 4]), ("5, two, -1", [5, 4, 3]), ("two, 7, 2", [2, 4, 6])]:
        yield Row("arange", f"arange({text})", lambda values=values: vector(*values, dtype="i64"))
    yield Row("arange", "arange(0, 1, 0.25)", lambda: vector(0, 0.25, 0.5, 0.75, dtype="f32"))
    yield Row("arange", "arange(1.0, -1.0, -0.5)", lambda: vector(1, 0.5, 0, -0.5, dtype="f32"))
    yield Row("arange", "arange(3, dtype=f64)", lambda: vector(0, 1, 2))
    for n in [0, 1, 2, 5]:
        yield Row("linspace", f"linspace(-1, 2, {n}, dtype=f64)",
                  lambda n=n: vector(*(-1 + 3 * i / max(n - 1, 1) for i in range(n))))
    yield Row("linspace", "linspace(x, y, 4, dtype=f64)", lambda x, y: vector(*(x.data[0] + (y.data[0] - x.data[0]) * i / 3
              for i in range(4))), x=scalar(0.5), y=scalar(-2.5))
    yield Row("linspace", "linspace(2, 1, 3)", lambda: vector(2, 1.5, 1, dtype="f32"))
    for n, m in [(0, 0), (1, 1), (3, 3), (2, 4), (3, 0)]:
        yield Row("eye", f"eye({n}, {m})" if n != m else f"eye({n})",
                  lambda n=n, m=m: make((n, m), lambda p: float(p[0] == p[1]), "f32"))
    yield Row("eye", "eye(two, dtype=i64)", lambda: Tensor((2, 2), [1, 0, 0, 1], "i64"))


def classes():
    def hot(count, dtype="f32"):
        return lambda x: make(x.shape + (count,), lambda p: float(x[p[:-1]] == p[-1]), dtype)
    for shape in [(), (0,), (4,), (2, 3), (2, 1, 2)]:
        yield Row("one_hot", "one_hot(x, 5)", hot(5), x=integers(*shape, below=5))
    yield Row("one_hot", "one_hot(x[::-1], 300, dtype=i64)[:, ::100]", lambda x: make((3, 3),
              lambda p: int(x[2 - p[0]] == 100 * p[1]), "i64"), x=vector(100, 7, 200, dtype="u8"))


def uniform_between(low, high):
    def check(found):
        mean = sum(found) / len(found)
        return all(low <= x < high for x in found) and abs(mean - (low + high) / 2) < 0.1 * (high - low) \
            and len(set(found)) > 0.9 * len(found)
    return check


def normal(mean, std):
    def check(found):
        centre = sum(found) / len(found)
        spread = (sum((x - centre) ** 2 for x in found) / len(found)) ** 0.5
        return abs(centre - mean) < 0.2 * std and abs(spread - std) < 0.2 * std and max(abs(x - mean) for x in found) < 6 * std
    return check


def random_numbers():
    yield Row("uniform", "uniform([20, 10], dtype=f64)", check=uniform_between(0, 1))
    yield Row("uniform", "uniform([200], low=-3, high=-1, seed=4)", check=uniform_between(-3, -1))
    yield Row("uniform", "uniform([two, 0, 3])", constant((2, 0, 3), 0.0, "f32"))
    yield Row("randn", "randn([200])", check=normal(0, 1))
    yield Row("randn", "randn([two, 5, 20], mean=5, std=0.5, dtype=f64)", check=normal(5, 0.5))
    yield Row("randn", "all(randn([3, 4], seed=1) == randn([3, 4], seed=1))", lambda: scalar(1, "bool"))
    yield Row("randn", "any(randn([9], seed=1) == randn([9], seed=2)) or any(randn([9]) == randn([9]))", lambda: scalar(0, "bool"))
    yield Row("kaiming_uniform", "kaiming_uniform([16, 20])", check=uniform_between(-0.25, 0.25))
    yield Row("kaiming_uniform", "kaiming_uniform([10, 20], inputs=4)", check=uniform_between(-0.5, 0.5))
    yield Row("bernoulli", "bernoulli([400], p=0.25)", check=lambda f: set(f) == {0.0, 1.0} and 60 < sum(f) < 140)
    yield Row("bernoulli", "bernoulli([3], p=1, dtype=i64)", constant((3,), 1, "i64"))
    yield Row("bernoulli", "any(bernoulli([3], p=0, dtype=bool))", lambda: scalar(0, "bool"))
    for n in [0, 1, 7]:
        yield Row("permutation", f"sort(permutation({n}))", lambda n=n: vector(*range(n), dtype="i64"))
    yield Row("permutation", "permutation(30, seed=2)", check=lambda f: f != sorted(f))
    yield Row("dropout", "dropout(x, 0.5)", lambda x: x, x=numbers(2, 3))
    yield Row("in_training", "in_training(() => dropout(ones([400]), 0.25))",
              check=lambda f: {round(x, 5) for x in f} == {0.0, 1.33333} and 60 < f.count(0.0) < 140)


ROWS = [*known(), *ranges(), *classes(), *random_numbers()]
