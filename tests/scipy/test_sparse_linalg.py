"""Solutions of sparse equations: values, derivatives of both orders, batches, factors, failures."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.linalg import LinAlgError
from numpy.testing import assert_allclose
from scipy import sparse as scipys
from scipy.sparse import linalg as scipys_linalg

from pydezero import Variable, grad, hvp, jacfwd, jacrev, trace, vmap
from pydezero.scipy import sparse
from pydezero.scipy.sparse import linalg
from pydezero.testing import check_grads

# By rows, not sorted, and with two entries at one place.
INDICES: Final = [2, 0, 1, 3, 1, 2, 0, 3, 3]
INDPTR: Final = [0, 2, 4, 7, 9]
DATA: Final = np.array([0.5, 4.0, 3.0, -1.0, 0.8, 5.0, 1.0, 2.0, 2.5])
B: Final = np.array([1.0, -2.0, 0.5, 3.0])
RIGHT_SIDES: Final = np.stack([B, B**2, np.cos(B)], axis=1)
MATRIX: Final[Any] = scipys.csr_array((DATA, INDICES, INDPTR))
SYMMETRIC: Final[Any] = MATRIX.toarray() @ MATRIX.toarray().T


def general(data: Any) -> Any:
    return sparse.csr_array((data, INDICES, INDPTR))


TRIANGLE: Final = np.tril_indices(4)


def symmetric(lower: Any) -> Any:
    """The symmetric matrix with a lower triangle."""
    halved = lower * np.where(TRIANGLE[0] == TRIANGLE[1], 0.5, 1.0)
    rows, columns = TRIANGLE
    places = np.concatenate([rows, columns]), np.concatenate([columns, rows])
    return sparse.coo_array((np.concatenate([halved, halved]), places))


def operator(matrix: Any, **adjoint: Any) -> Any:
    return scipys_linalg.LinearOperator(matrix.shape, lambda x: matrix @ x, dtype=matrix.dtype, **adjoint)


def with_adjoint(matrix: Any) -> Any:
    return operator(matrix, rmatvec=lambda x: matrix.conj().T @ x)


def loss(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: np.sum(f(*args) ** 2)


TIGHT: Final = 1e-13
HERMITIAN: Final = SYMMETRIC + 0.3j * (np.triu(SYMMETRIC, 1) - np.tril(SYMMETRIC, -1))
LOWER: Final = SYMMETRIC[TRIANGLE]
DIAGONAL: Final = scipys.diags_array(1 / np.diag(SYMMETRIC))

# A function of arguments, and where.
SOLUTIONS: Final[dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]] = {
    "spsolve": (lambda data, b: linalg.spsolve(general(data), b), (DATA, B)),
    "spsolve matrix": (lambda data, b: linalg.spsolve(general(data).T, b), (DATA, RIGHT_SIDES)),
    "spsolve column": (lambda data, b: linalg.spsolve(general(data), b), (DATA, B[:, None])),
    "spsolve complex": (lambda data, b: linalg.spsolve(general(data), b), (DATA * (1 + 0.5j), B)),
    "spsolve of real": (lambda data, b: linalg.spsolve(general(data), b), (DATA, B * (1 + 0.5j))),
    "spsolve constant": (lambda b: linalg.spsolve(MATRIX.tocsc(), b, "NATURAL"), (B,)),
    "cg": (lambda lower, b: linalg.cg(symmetric(lower), b, rtol=TIGHT)[0], (LOWER, B)),
    "cg loose": (lambda b: linalg.cg(SYMMETRIC, b)[0], (B,)),
    "cg x0 M": (lambda lower, b, x0: linalg.cg(symmetric(lower), b, x0, rtol=TIGHT, M=DIAGONAL)[0], (LOWER, B, B)),
    "cg dense": (lambda a, b: linalg.cg((a + a.T) / 2, b, rtol=TIGHT)[0], (SYMMETRIC, B)),
    "cg hermitian": (lambda b: linalg.cg(HERMITIAN, b, rtol=TIGHT, M=DIAGONAL)[0], (B * (1 + 0.5j),)),
    "cg operator": (lambda b: linalg.cg(operator(HERMITIAN), b, rtol=TIGHT)[0], (B * 1j,)),
    "cg atol": (lambda b: linalg.cg(SYMMETRIC, b, rtol=0.0, atol=1e-12)[0], (B,)),
    "gmres": (lambda data, b: linalg.gmres(general(data), b[:, None], rtol=TIGHT)[0], (DATA, B)),
    "bicgstab": (lambda data, b: linalg.bicgstab(general(data), b, rtol=TIGHT)[0], (DATA, B)),
    "gmres dense": (lambda a, b: linalg.gmres(a, b, rtol=TIGHT, restart=4)[0], (MATRIX.toarray(), B)),
    "gmres complex": (lambda data, b: linalg.gmres(general(data), b, rtol=TIGHT)[0], (DATA * (1 + 0.5j), B)),
    "gmres M without adjoint": (
        lambda data, b: linalg.gmres(general(data), b, rtol=TIGHT, M=operator(MATRIX.toarray().T / 20))[0],
        (DATA, B),
    ),
    "gmres operator": (
        lambda b: linalg.gmres(with_adjoint(MATRIX), b, rtol=TIGHT, M=with_adjoint(MATRIX.toarray().T / 20))[0],
        (B,),
    ),
}


@pytest.mark.parametrize(("f", "args"), SOLUTIONS.values(), ids=list(SOLUTIONS))
def test_solutions(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    expected = f(*args)
    for i, x in enumerate(args):
        assert_allclose(f(*args[:i], Variable(x), *args[i + 1 :]).data, expected, rtol=1e-11)
    check_grads(f, args)
    batch = [np.stack([x, x * 1.1]) for x in args]
    examples = list(zip(*batch, strict=True))
    assert_allclose(vmap(f)(*batch), [f(*one) for one in examples], rtol=1e-11)
    last = len(args) - 1
    axes = (*(None,) * last, 0)
    assert_allclose(vmap(f, in_axes=axes)(*args[:-1], batch[-1]), [f(*args[:-1], x) for x in batch[-1]], rtol=1e-11)
    if not np.iscomplexobj(expected):
        assert_allclose(vmap(grad(loss(f)))(*batch), [grad(loss(f))(*one) for one in examples], rtol=1e-8)
    graph = trace(f)(*args)
    assert_allclose(graph(*[x * 1.1 for x in args]), f(*[x * 1.1 for x in args]), rtol=1e-11)


def test_the_modes_agree() -> None:
    f, args = SOLUTIONS["spsolve"]
    for i in (0, 1):
        assert_allclose(jacfwd(f, i)(*args), jacrev(f, i)(*args), rtol=1e-12)


def test_one_factorization_serves_both_equations(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0
    splu: Any = scipys_linalg.splu

    def counted(*args: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        return splu(*args, **options)

    monkeypatch.setattr(scipys_linalg, "splu", counted)
    f = loss(SOLUTIONS["spsolve"][0])
    grad(f, (0, 1))(DATA, B)
    assert count == 1
    hvp(f, (DATA, B), (DATA, B))
    assert count == 2
    vmap(grad(f))(np.stack([DATA, DATA + 1, DATA * 2]), np.stack([B, B, B]))
    assert count == 5


def test_factors_are_those_of_the_entries_at_hand() -> None:
    f = grad(loss(SOLUTIONS["spsolve"][0]))
    graph = trace(f)(DATA, B)
    for scale in (1.0, 2.0, 1.0):
        assert_allclose(graph(DATA * scale + 1, B), f(DATA * scale + 1, B))
    copy: Callable[..., Any] = pickle.loads(pickle.dumps(graph))
    assert_allclose(copy(DATA + 1, B), f(DATA + 1, B))


def test_single_precision_is_kept() -> None:
    data, b = DATA.astype(np.float32), B.astype(np.float32)
    functions: list[Callable[..., Any]] = [SOLUTIONS["spsolve"][0], lambda data, b: linalg.gmres(general(data), b)[0]]
    for f in functions:
        assert f(Variable(data), b).dtype == grad(loss(f))(data, b).dtype == np.float32


def test_on_arrays_it_is_scipys() -> None:
    assert_allclose(linalg.spsolve(general(DATA), B), scipys_linalg.spsolve(MATRIX, B), rtol=0)
    found, info = linalg.cg(SYMMETRIC, B, maxiter=1)
    expected, of_scipy = scipys_linalg.cg(SYMMETRIC, B, maxiter=1)
    assert info == of_scipy == 1
    assert_allclose(found, expected, rtol=0)
    seen: list[Any] = []
    linalg.cg(SYMMETRIC, Variable(B), callback=seen.append)
    assert len(seen) > 1
    assert linalg.gmres(MATRIX, Variable(np.zeros(4)))[1] == 0


WRONG: Final[dict[str, tuple[Callable[[Any], Any], type[Exception], str]]] = {
    "singular": (lambda b: linalg.spsolve(general(DATA * 0), b), LinAlgError, "spsolve: Factor is exactly singular"),
    "dense": (lambda b: linalg.spsolve(b * np.eye(4), B), TypeError, r"spsolve: A is a Variable .*np\.linalg\.solve"),
    "sparse b": (lambda b: linalg.spsolve(symmetric(b[np.zeros(10, int)]), MATRIX), TypeError, r"write b\.toarray\(\)"),
    "fit": (lambda b: linalg.spsolve(MATRIX, b[:3]), ValueError, r"A of shape \(4, 4\) and b of shape \(3,\)"),
    "square": (lambda b: linalg.spsolve(MATRIX[:3], b), ValueError, r"spsolve: A must be square, got the shape \(3, 4"),
    "kind": (lambda b: linalg.spsolve(operator(MATRIX), b), TypeError, "spsolve: A must be a sparse array or a matrix"),
    "steps": (lambda b: linalg.cg(SYMMETRIC, b, maxiter=1), LinAlgError, "cg: convergence to tolerance not .*A x = b"),
    "rounds": (lambda b: linalg.gmres(MATRIX, b, maxiter=1, restart=1), LinAlgError, "gmres: convergence to tolerance"),
    "adjoint": (
        lambda b: grad(lambda b: linalg.gmres(operator(MATRIX), b)[0][0])(b.data),
        TypeError,
        r"gmres: the derivative needs the adjoint .*rmatvec",
    ),
    "gmres fit": (lambda b: linalg.gmres(MATRIX, b[:2]), ValueError, r"gmres: .*\(4, 4\) and b of shape \(2,\)"),
    "cg square": (lambda b: linalg.cg(MATRIX[:3], b), ValueError, r"cg: A must be square .*\(3, 4\)"),
    "x0": (lambda b: linalg.cg(SYMMETRIC, b, b[:2]), ValueError, r"cg: x0 must have the shape \(4,\), got \(2,\)"),
    "captured": (
        lambda b: linalg.cg(scipys_linalg.LinearOperator((4, 4), lambda x: b * x, dtype=float), b),
        TypeError,
        "cannot be turned into an array|would write a Variable into an array",  # as SciPy's version does it
    ),
}


@pytest.mark.parametrize(("use", "error", "message"), WRONG.values(), ids=list(WRONG))
def test_what_cannot_be_solved_is_named(use: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        use(Variable(B))


def test_a_derivative_that_is_not_reached_raises() -> None:
    def f(b: Any) -> Any:
        return linalg.cg(SYMMETRIC, b, np.linalg.solve(SYMMETRIC, B), maxiter=1)[0][0]

    with pytest.raises(LinAlgError, match="the equation of its derivative, with the transpose of A"):
        grad(f)(B)
