"""What goes over several things side by side: zip, enumerate."""

from rows import Row, integers, numbers, scalar, vector


def zips():
    short = lambda x, y: vector(*[a * b for a, b in zip(x.data, y.data)])
    yield Row("zip", "[a * b for a, b in zip(x, y)]", short, x=numbers(4), y=numbers(4, start=9))
    yield Row("zip", "[a * b for (a, b) in zip(x, y)]", short, x=numbers(3), y=numbers(5, start=9))
    yield Row("zip", "[a * b for a, b in zip(x, y)]", short, x=numbers(0), y=numbers(2))
    yield Row("zip", "sum(a * (i - two) for a, i in zip(x, two..9))",
              lambda x: scalar(sum(a * i for i, a in enumerate(x.data))), x=numbers(3))
    yield Row("zip", "[sum(a * b) for a, b in zip(x, y)]",
              lambda x, y: vector(*[sum(x[i, j] * y[i] for j in range(2)) for i in range(3)]), x=numbers(3, 2), y=numbers(3))
    yield Row("enumerate", "[i * a * a for i, a in enumerate(x)]", lambda x: vector(*[i * a * a for i, a in enumerate(x.data)]),
              x=numbers(4))
    yield Row("enumerate", "sum(i * a for i, a in enumerate(x, start=-two))",
              lambda x: scalar(sum((i - 2) * a for i, a in enumerate(x.data))), x=numbers(5))
    yield Row("enumerate", "[i + a for i, a in enumerate(x, 1)]",
              lambda x: vector(*[i + a for i, a in enumerate(x.data, 1)], dtype="i64"), x=integers(3, below=9))


ROWS = [*zips()]
