"""Rows of IndexOps.td and RandomOps.td."""

from reference import Row, Tensor, make, matrix, places, vector

A = matrix(4, 3)
ROWS_READ = Tensor([3], [2, 0, 2], "i64")
COLUMNS_READ = Tensor([3], [1, 1, 2], "i64")
UPDATES = matrix(3, 3, 1.7)
UNSORTED = Tensor([2, 4], [0.3, -1.0, 2.5, 0.1, 4.0, 3.0, -2.0, 3.5])
TIES = Tensor([5], [3, 1, 3, 1, 2], "i64")


def scatter_add(dest, indices, updates):
    result = list(dest.data)
    for i, j in places(updates.shape):
        result[indices[i] * dest.shape[1] + j] += updates[i, j]
    return Tensor(dest.shape, result)


def scatter(dest, indices, updates):
    result = list(dest.data)
    for i, j in places(updates.shape):
        result[indices[i] * dest.shape[1] + j] = updates[i, j]
    return Tensor(dest.shape, result, dest.dtype)


def affine_scatter(updates):
    result = [0.0] * 5
    for i, j in places(updates.shape):
        result[i + j] += updates[i, j]
    return Tensor([5], result)


def order(numbers, descending):
    return sorted(range(len(numbers)), key=lambda i: -numbers[i] if descending else numbers[i])


def sort(x, descending=False, indices=False):
    *batch, size = x.shape
    def element(place):
        row = [x[place[:-1] + (k,)] for k in range(size)]
        k = order(row, descending)[place[-1]]
        return k if indices else row[k]
    return make(x.shape, element)


def normal_like(numbers):
    return len(set(numbers)) == len(numbers) and all(abs(x) < 7 for x in numbers) and abs(sum(numbers)) < 5 * len(numbers)**0.5


ROWS = [
    Row("affine_gather", [matrix(2, 6)],
        "%r = mdl.affine_gather {0} map affine_map<(i, j) -> (j, i * 2 + 1)> : {t0} to tensor<3x2xf64>",
        lambda x: make([3, 2], lambda p: x[p[1], p[0] * 2 + 1])),
    Row("affine_gather", [vector(1.0, 2.5, -0.5, 4.0, 0.2)],
        "%s = arith.constant 1 : index\n"
        "%r = mdl.affine_gather {0}[%s] map affine_map<(i, j)[s] -> (i + j + s)> : {t0} to tensor<2x3xf64>",
        lambda x: make([2, 3], lambda p: x[p[0] + p[1] + 1])),
    Row("affine_scatter", [matrix(3, 3)],
        "%r = mdl.affine_scatter {0} map affine_map<(i, j) -> (i + j)> : {t0} to tensor<5xf64>", affine_scatter),
    Row("gather", [A, ROWS_READ], "%r = mdl.gather {0}[{1}] axes [0] : {t0}[{t1}]",
        lambda x, i: make([3, 3], lambda p: x[i[p[0]], p[1]])),
    Row("gather", [A, ROWS_READ, COLUMNS_READ], "%r = mdl.gather {0}[{1}, {2}] axes [0, 1] : {t0}[{t1}, {t2}]",
        lambda x, i, j: make([3], lambda p: x[i[p], j[p]])),
    Row("gather", [A, COLUMNS_READ], "%r = mdl.gather {0}[{1}] axes [1] : {t0}[{t1}]",
        lambda x, i: make([3, 4], lambda p: x[p[1], i[p[0]]])),
    Row("scatter_add", [A, ROWS_READ, UPDATES],
        "%r = mdl.scatter_add {0}[{1}], {2} axes [0] : {t0}[{t1}], {t2}", scatter_add),
    Row("scatter", [A, ROWS_READ, UPDATES],
        "%r = mdl.scatter {0}[{1}], {2} axes [0] : {t0}[{t1}], {t2}", scatter),
    Row("scatter", [Tensor([3, 1], [1, 0, 1], "i1"), Tensor([1], [-1], "i64"), Tensor([1, 1], [0], "i1")],
        "%r = mdl.scatter {0}[{1}], {2} axes [0] : {t0}[{t1}], {t2}",
        lambda d, i, u: Tensor([3, 1], [1, 0, 0], "i1"), False),
    Row("sort", [UNSORTED], "%r, %i = mdl.sort {0} : {t0}", sort),
    Row("sort", [UNSORTED], "%v, %r = mdl.sort {0} descending : {t0}", lambda x: sort(x, True, True), False),
    Row("sort", [TIES], "%v, %r = mdl.sort {0} descending : {t0}", lambda x: sort(x, True, True), False),
    Row("nonzero", [vector(0, 1, 1, 0, 1, dtype="i1")],
        "%n = mdl.nonzero {0} : {t0}\n%r = tensor.cast %n : tensor<?xi64> to tensor<3xi64>",
        lambda mask: vector(1, 2, 4), False),
    Row("uniform", [], "%s = arith.constant 7 : i64\n%r = mdl.uniform %s : tensor<20xf64>",
        check=lambda x: len(set(x)) == 20 and all(0 <= n < 1 for n in x) and max(x) - min(x) > 0.3),
    Row("normal", [], "%s = arith.constant 7 : i64\n%r = mdl.normal %s : tensor<20xf64>", check=normal_like),
    Row("permutation", [], "%s = arith.constant 7 : i64\n%r = mdl.permutation %s : tensor<20xi64>",
        check=lambda x: sorted(x) == list(range(20)) and x != sorted(x)),
]
