"""Products summed over axes: matmul, einsum, dot, outer."""

from rows import INF, NAN, Row, Tensor, make, numbers, permuted, places, reshaped, scalar, sliced, vector


def einsum(how):
    """The definition: sums over every value of every letter; sizes of 1 broadcast."""
    inputs, result = how.replace(" ", "").split("->")
    def run(*tensors):
        sizes = {}
        for letters, t in zip(inputs.split(","), tensors):
            for letter, n in zip(letters, t.shape):
                sizes[letter] = n if sizes.get(letter, 1) == 1 else sizes[letter]
        summed = [letter for letter in sizes if letter not in result]
        def element(p):
            at, total = dict(zip(result, p)), 0.0
            for q in places([sizes[letter] for letter in summed]):
                at.update(zip(summed, q))
                product = 1.0
                for letters, t in zip(inputs.split(","), tensors):
                    product *= t[tuple(at[letter] if n != 1 else 0 for letter, n in zip(letters, t.shape))]
                total += product
            return total
        return make([sizes[letter] for letter in result], element)
    return run


def two(x, y):
    return {"x": numbers(*x), "y": numbers(*y, start=29)}


def matrices():
    for how, x, y in [("i,i->", (3,), (3,)), ("ik,k->i", (2, 3), (3,)), ("k,kj->j", (3,), (3, 2)), ("ik,kj->ij", (2, 3), (3, 4)),
                      ("ik,kj->ij", (1, 1), (1, 1)), ("ik,kj->ij", (2, 0), (0, 3)), ("ik,kj->ij", (0, 2), (2, 3)),
                      ("bik,kj->bij", (2, 2, 3), (3, 2)), ("bik,bkj->bij", (2, 2, 3), (2, 3, 2)),
                      ("abik,bkj->abij", (2, 1, 2, 3), (3, 3, 1)), ("abcik,ckj->abcij", (1, 2, 2, 2, 2), (2, 2, 1)),
                      ("bik,k->bi", (2, 2, 3), (3,)), ("ik,bkj->bij", (2, 3), (2, 3, 2))]:
        yield Row("matmul", "x @ y", einsum(how), **two(x, y))
    yield Row("matmul", "matmul(x.transpose(), y[::-1, ::2])", lambda x, y: einsum("ki,kj->ij")(
        x, sliced(y, slice(None, None, -1), slice(None, None, 2))), **two((3, 2), (3, 4)))
    yield Row("matmul", "x @ x.transpose()", lambda x: einsum("ik,jk->ij")(x, x), x=numbers(3, 2))
    yield Row("matmul", "x[:two] @ y", lambda x, y: einsum("ik,kj->ij")(sliced(x, slice(2)), y), **two((3, 4), (4, 2)))
    yield Row("matmul", "x @ y", lambda x, y: vector(NAN, INF, NAN), gradient=False,
              x=Tensor([3, 2], [NAN, 1, INF, 1, INF, -INF]), y=vector(2.0, 3.0))
    yield Row("matmul", "x @ y", lambda x, y: Tensor([2], [5, 11], "i64"), x=Tensor([2, 2], [1, 2, 3, 4], "i64"),
              y=vector(1, 2, dtype="i64"))


def sums():
    for how, x, y in [("ij,jk->ik", (2, 3), (3, 2)), ("ij,kj->ki", (2, 3), (4, 3)), ("i,j->ij", (2,), (3,)), ("ij,ij->", (2, 3), (2, 3)),
                      ("ij,ij->j", (2, 3), (2, 3)), ("ijk,jkl->il", (2, 3, 2), (3, 2, 2)), ("bij,bjk->ikb", (2, 2, 3), (2, 3, 2)),
                      ("ij,j->ij", (1, 3), (3,)), ("ij,jk->ik", (2, 1), (3, 2)), ("ij,jk->ik", (2, 0), (0, 2)),
                      ("ii,i->i", (3, 3), (3,)), ("abcde,ce->bd", (1, 2, 2, 1, 2), (2, 2))]:
        yield Row("einsum", f'einsum("{how}", x, y)', einsum(how), **two(x, y))
    for how, shape in [("ij->ji", (2, 3)), ("ii->i", (3, 3)), ("ii->", (3, 3)), ("ijk->j", (2, 3, 2)), ("iij->j", (2, 2, 3)),
                       ("->", ()), ("ijklm->mjl", (1, 2, 2, 1, 3))]:
        yield Row("einsum", f'einsum("{how}", x)', einsum(how), x=numbers(*shape))
    yield Row("einsum", 'einsum("i,ij,j", x, y, x[:2])', lambda x, y: einsum("i,ij,j->")(x, y, sliced(x, slice(2))), **two((3,),
              (3, 2)))
    yield Row("einsum", 'einsum("...ij,...jk->...ik", x, y)', einsum("aij,ajk->aik"), **two((2, 2, 3), (1, 3, 2)))
    yield Row("einsum", 'einsum("b...i,i->...b", x, y)', einsum("bcdi,i->cdb"), **two((2, 3, 1, 2), (2,)))
    yield Row("einsum", 'einsum("ij, jk", x, y)', einsum("ij,jk->ik"), **two((2, 3), (3, 2)))
    yield Row("einsum", 'einsum("ba", x)', einsum("ba->ab"), x=numbers(2, 3))


def products():
    for how, x, y in [("i,i->", (3,), (3,)), ("ij,jk->ik", (2, 3), (3, 2)), ("ij,j->i", (2, 3), (3,)),
                      ("ijk,lkm->ijlm", (2, 1, 3), (2, 3, 2)), ("k,lkm->lm", (3,), (2, 3, 2)), ("ij,->ij", (2, 3), ())]:
        yield Row("dot", "dot(x, y)", einsum(how), **two(x, y))
    for x, y in [((2,), (3,)), ((1,), (1,)), ((0,), (3,)), ((2, 2), (3,)), ((), (2,))]:
        yield Row("outer", "outer(x, y)",
                  lambda x, y: einsum("i,j->ij")(reshaped(x, len(x.data)), reshaped(y, len(y.data))), **two(x, y))
    yield Row("outer", "outer(x[::-1], x)", lambda x: make([3, 3], lambda p: x[2 - p[0]] * x[p[1]]), x=numbers(3))


ROWS = [*matrices(), *sums(), *products()]
