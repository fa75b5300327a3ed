"""Sparse arrays of which the stored entries are Variables: products, transposes, containers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse as scipys

from pydezero import Variable, grad, jvp, trace, vmap
from pydezero.scipy import sparse
from pydezero.testing import check_grads

# Two entries at one place, rows out of order, and a row and a column without entries.
ROWS: Final = np.array([2, 0, 0, 2, 0])
COLUMNS: Final = np.array([1, 3, 0, 1, 1])
DATA: Final = np.array([1.0, -2.0, 0.5, 3.0, 0.7])
LEFT: Final = np.array([1.0, 2.0, -1.0, 0.5])
RIGHT: Final = np.array([0.4, -1.0, 3.0])


def coo(data: Any) -> Any:
    return sparse.coo_array((data, (ROWS, COLUMNS)), shape=(3, 4))


def csr(data: Any) -> Any:
    return sparse.csr_array((data, [1, 3, 0, 1, 1], [0, 2, 2, 5]), shape=(3, 4))


def csc(data: Any) -> Any:
    return sparse.csc_array((data, [2, 0, 0, 2, 0], [0, 1, 3, 3, 5]), shape=(3, 4))


def dense(a: Any) -> Any:
    """The matrix of a sparse array, from its parts."""
    out = np.zeros(a.shape, a.data.dtype)
    np.add.at(out, (a.structure.rows, a.structure.columns), a.data)
    return out


USES: Final[dict[str, tuple[Callable[[Any, Any], Any], Any]]] = {
    "A @ vector": (lambda a, x: a @ x, LEFT),
    "A @ matrix": (lambda a, x: a @ x, np.stack([LEFT, LEFT**2], axis=1)),
    "vector @ A": (lambda a, x: x @ a, RIGHT),
    "matrix @ A": (lambda a, x: x @ a, np.stack([RIGHT, RIGHT**2])),
    "A.T @ vector": (lambda a, x: a.T @ x, RIGHT),
    "toarray": (lambda a, x: a.toarray() @ x if type(a) is sparse.SparseArray else a @ x, LEFT),
}


@pytest.mark.parametrize(("use", "x"), USES.values(), ids=list(USES))
@pytest.mark.parametrize("make", [coo, csr, csc])
def test_products(make: Callable[[Any], Any], use: Callable[[Any, Any], Any], x: Any) -> None:
    def f(data: Any, x: Any) -> Any:
        return use(make(data), x)

    expected = use(dense(make(DATA)), x)
    for found in (f(DATA, x), f(Variable(DATA), x).data, f(DATA, Variable(x)).data):
        assert_allclose(found, expected)
    check_grads(f, (DATA, x))
    check_grads(f, (DATA * (1 + 2j), x * (1 - 1j)))
    datas, xs = np.stack([DATA, DATA**2]), np.stack([x, x + 1])
    assert_allclose(vmap(f)(datas, xs), [f(*pair) for pair in zip(datas, xs, strict=True)])
    assert_allclose(vmap(f, in_axes=(None, 0))(DATA, xs), [f(DATA, one) for one in xs])
    of_squares = grad(lambda data, x: np.sum(f(data, x) ** 2))
    assert_allclose(vmap(of_squares)(datas, xs), [of_squares(*pair) for pair in zip(datas, xs, strict=True)])
    graph = trace(f)(DATA, x)
    assert_allclose(graph(DATA + 1, x), f(DATA + 1, x))
    assert len(str(graph).splitlines()) < 8


def test_it_is_a_container_of_its_entries() -> None:
    def f(a: Any) -> Any:
        return np.sum((a @ LEFT) ** 2)

    a = coo(DATA)
    gradient = grad(f)(a)
    assert type(gradient) is sparse.SparseArray
    assert gradient.structure is a.structure
    assert_allclose(gradient.data, grad(lambda data: f(coo(data)))(DATA))
    assert_allclose(jvp(f, (a,), (coo(DATA**2),))[1], gradient.data @ DATA**2)
    assert_allclose(jvp(lambda x: coo(x * x), (DATA,), (np.ones(5),))[1].toarray(), dense(coo(2 * DATA)))
    copy = pickle.loads(pickle.dumps(a))
    assert_allclose(copy.T @ RIGHT, a.T @ RIGHT)


def test_it_is_made_of_what_scipys_are_made_of() -> None:
    matrix: Any = scipys.csr_array(np.array([[0.0, 2.0], [3.0, 4.0]]))
    a = sparse.csr_array(matrix)
    assert (a.shape, a.nnz) == ((2, 2), 3)
    back = a.tocsr()
    assert type(back) is scipys.csr_array
    assert_allclose(back.toarray(), matrix.toarray())
    matrix.data[:] = 0
    assert_allclose(a.data, [2.0, 3.0, 4.0])
    assert sparse.csr_array((DATA, (ROWS, COLUMNS))).shape == (3, 4)
    assert_allclose(dense(sparse.csc_array((DATA, (ROWS, COLUMNS)))), coo(DATA).toarray())
    empty = sparse.coo_array((np.zeros(0), (np.zeros(0, int), np.zeros(0, int))), shape=(2, 3))
    check_grads(lambda data, x: sparse.SparseArray(data, empty.structure) @ x, (empty.data, np.ones(3)))


wrongly: Final[Any] = sparse  # a type checker refuses what follows

WRONG: Final[dict[str, tuple[Callable[[Any], Any], type[Exception], str]]] = {
    "dense": (lambda v: sparse.csr_array(v), TypeError, r"csr_array: arg1 must be \(data, indices, indptr\)"),
    "three": (lambda v: wrongly.coo_array((v, ROWS, COLUMNS)), TypeError, "coo_array: arg1 must be"),
    "places": (lambda v: sparse.coo_array((DATA, (v, COLUMNS))), TypeError, "coo_array: the places .* are constant"),
    "length": (lambda v: coo(v[:4]), ValueError, r"coo_array: data of shape \(4,\) for 5 places"),
    "product": (lambda v: coo(v) @ RIGHT, ValueError, r"shape \(3, 4\) and an array of shape \(3,\)"),
    "from the left": (lambda v: LEFT @ coo(v), ValueError, r"shape \(4,\) and a sparse matrix of shape \(3, 4\)"),
    "two sparse ones": (lambda v: coo(v) @ coo(v), TypeError, r"write A @ B\.toarray\(\)"),
    "to SciPy's": (lambda v: coo(v).tocsr(), TypeError, "tocsr: the stored entries are a Variable"),
    "batch": (
        lambda v: sparse.SparseArray(np.ones((2, 5)), coo(v).structure) @ LEFT,
        ValueError,
        r"5 stored entries with data of shape \(2, 5\)",
    ),
}


@pytest.mark.parametrize(("use", "error", "message"), WRONG.values(), ids=list(WRONG))
def test_what_does_not_fit_is_named(use: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        use(Variable(DATA))
