"""Products: matmul, dot, outer, einsum on ranks 0 to 5, empty and of size 1, and with NaN and infinities."""

from rows import FLOATS, Row, given, meetings, numbers

PRODUCTS = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((1, 3), (3, 1)), ((2, 1), (1, 3)),
            ((2, 0), (0, 3)),
            ((0, 3), (3, 2)), ((5, 2, 3), (3, 4)), ((5, 2, 3), (5, 3, 4)), ((2, 3), (5, 3, 4)), ((3,), (5, 3, 4)),
            ((5, 2, 3), (3,)), ((2, 1, 2, 3), (3, 3, 2)), ((2, 1, 3, 2, 2), (2, 1, 2, 3))]
SUMS = [("ij,jk->ik", (2, 3), (3, 4)), ("ij,kj->ik", (2, 3), (4, 3)), ("ij,jk", (2, 3), (3, 4)), ("i,i->", (3,), (3,)),
        ("i,j->ij", (2,), (3,)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)), ("...ij,...jk->...ik", (2, 2, 3), (1, 3, 2)),
        ("ij,ij->j", (2, 3), (2, 3)),
        ("ij,->ji", (2, 3), ()), ("ij,jk->ik", (2, 0), (0, 2)), ("abcde,ce->bd", (1, 2, 2, 1, 2), (2, 2))]
ALONE = [("ij->ji", (2, 3)), ("ii->i", (3, 3)), ("ii", (3, 3)), ("ijk->j", (2, 3, 2)), ("ijklm->mjl", (1, 2, 2, 1, 3)),
         ("ba", (2, 3))]
# Rounding of a sum of products relates to the size of its terms.
SUM = {"loose": 2, "scale": 4}


def two(x, y, start=40):
    return {"x": numbers(*x), "y": numbers(*y, start=start)}


def products():
    for x, y in PRODUCTS:
        yield Row("@", "x @ y", "x @ y", ["f32"], **SUM, **two(x, y))
    yield Row("matmul", "matmul(x, y)", "torch.matmul(x, y)", [*FLOATS, "i32", "i64"], **SUM, **two((7, 5), (5, 9)))
    yield Row("@", "x[::2].transpose() @ y[:, 1:]", "x[::2].mT @ y[:, 1:]", FLOATS, **SUM, **two((6, 4), (3, 5)))
    yield Row("@", "x @ y", "x.long() @ y.long()", ["bool"], **two((2, 3), (3, 4)))
    yield Row("@", "x @ x.transpose()", "x @ x.mT", ["f32"], **SUM, x=numbers(2, 3, 4))
    yield Row("@", "x @ y", "x @ y", FLOATS, x=meetings(), y=given(1, 0, 0, 1, 1, 1, 0, -1, 2, 0, 1, 0, shape=(6, 2)), **SUM)
    yield Row("relu", "relu(x @ y)", "F.relu(x @ y)", FLOATS, x=meetings(),
              y=given(1, 0, 0, 1, 1, 1, 0, -1, 2, 0, 1, 0, shape=(6, 2)), **SUM)
    for x, y in [((3,), (3,)), ((2, 3), (3, 2)), ((2, 3), (3,))]:
        yield Row("dot", "dot(x, y)", "x @ y", ["f32", "f16"], **SUM, **two(x, y))
    yield Row("dot", "dot(x, y)", "torch.einsum('ijk,lkm->ijlm', x, y)", ["f32"], **SUM, **two((2, 1, 3), (2, 3, 2)))
    for x, y in [((2,), (3,)), ((1,), (1,)), ((0,), (3,)), ((2, 2), (3,)), ((), (2,))]:
        yield Row("outer", "outer(x, y)", "torch.outer(x.flatten(), y.flatten())", ["f32", "bf16", "i32"], **SUM, **two(x, y))


def sums():
    for how, x, y in SUMS:
        yield Row("einsum", f'einsum("{how}", x, y)', f"torch.einsum('{how}', x, y)", ["f32"], **SUM, **two(x, y))
    for how, x in ALONE:
        yield Row("einsum", f'einsum("{how}", x)', f"torch.einsum('{how}', x)", ["f32"], **SUM, x=numbers(*x))
    yield Row("einsum", 'einsum("ij,jk,k->i", x, y, x[0, :2])', "torch.einsum('ij,jk,k->i', x, y, x[0, :2])", FLOATS, loose=4,
              scale=8, **two((2, 3), (3, 2)))
    yield Row("einsum", 'einsum("ij,j->i", x[:, ::2], y)', "torch.einsum('ij,j->i', x[:, ::2], y)", ["f32"], **SUM,
              **two((2, 6), (3,)))


ROWS = [*products(), *sums()]
