"""Linear systems, inverses, determinants and Cholesky factors of small matrices in programs, against NumPy."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import cond, fori_loop, grad, hessian, jit, scan, trace, value_and_grad, vmap, while_loop
from pydezero.transforms.jit import systems
from pydezero.transforms.jit.compile import Program, compiled
from pydezero.transforms.jit.program import Call
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import simplify

pytest.importorskip("numba")

_RNG: Final = np.random.default_rng(0)


def _program(f: Callable[..., Any], *examples: Any) -> Program:
    return compiled(simplify(trace(f)(*examples)))


def _calls(program: Program) -> list[str]:
    return [part.equation.name for part in program.plan.parts if isinstance(part, Call)]


def _run(program: Program, *args: NDArray[Any]) -> list[Any]:
    """The results, which share no memory with each other or an argument."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = program.run(args)
    arrays = [y for y in results if isinstance(y, np.ndarray)]
    for i, y in enumerate(arrays):
        assert y.flags.writeable
        assert not any(np.shares_memory(y, x) for x in (*args, *arrays[:i]))
    return results


def _check(program: Program, *args: NDArray[Any]) -> None:
    """The program gives what the graph does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = program.graph.run(args)
    for i, (got, y) in enumerate(zip(_run(program, *args), expected, strict=True)):
        assert (np.shape(got), got.dtype) == (np.shape(y), y.dtype)
        size = np.max(np.abs(y), initial=0, where=np.isfinite(y))
        tolerance = 2000 * float(np.finfo(y.dtype).eps)
        np.testing.assert_allclose(got, y, tolerance, tolerance * float(size), err_msg=f"result {i}")


def _all(a: Any, b: Any, c: Any) -> Any:
    """All operations of a matrix or a stack of them, with right sides c, and a stack of two of them, b."""
    square = a @ a.mT + 2 * np.eye(a.shape[-1], dtype=a.dtype)
    v = c[:, 0]
    return (
        np.linalg.solve(a, v),
        np.linalg.solve(a, c),
        np.linalg.solve(a, b),
        np.linalg.solve(a.mT, v[::-1]) * 2,
        np.linalg.solve(np.flip(a, -1), b[..., ::-1, 1:]),
        np.linalg.solve(square, np.ones_like(c)),
        np.linalg.inv(a),
        np.linalg.det(a) + 1,
        np.linalg.det(square.mT),
        *np.linalg.slogdet(a),
        np.linalg.cholesky(square),
        np.linalg.cholesky(square, upper=True) + 1,
        grad(lambda x: np.sum(np.linalg.det(x)))(a),
    )


def _matrices(n: int, stack: tuple[int, ...], dtype: type[np.floating[Any]]) -> list[NDArray[Any]]:
    a = _RNG.normal(size=(*stack, n, n)) / max(1, n / 6) + np.eye(n)
    b, c = _RNG.normal(size=(2, n, 3)), _RNG.normal(size=(n, 2))
    return [x.astype(dtype) for x in (a, b, c)]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("n", "stack"), [(1, (2,)), (2, ()), (3, (3, 1)), (4, (2,)), (5, ()), (6, ()), (40, (2,))])
def test_matrices(n: int, stack: tuple[int, ...], dtype: type[np.floating[Any]]) -> None:
    a, b, c = _matrices(n, stack, dtype)
    program = _program(_all, a, b, c)
    assert not _calls(program)
    _check(program, a, b, c)
    _check(program, a[..., ::-1, :], b, np.asfortranarray(c))  # other pivots, and other layouts
    for place in ((0, 0), (0, -1), (-1, 0)):
        for value in (np.nan, np.inf):
            x = c.copy()
            x[place] = value
            assert not np.isfinite(np.linalg.solve(a, x)).all()
            _check(program, a, b, x)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n", [3, 40])
def test_triangular_matrices(n: int, dtype: type[np.floating[Any]]) -> None:
    linalg = pytest.importorskip("pydezero.scipy.linalg")
    a, b, c = _matrices(n, (2,), dtype)
    a = a / n**0.5 + 3 * np.eye(n, dtype=dtype)

    def f(a: Any, b: Any, c: Any) -> Any:
        lower = [(True, False), (True, True), (False, False), (False, True)]
        of_all = [
            linalg.solve_triangular(a, x, lower=low, unit_diagonal=unit) for low, unit in lower for x in (b, c[:, 0])
        ]
        of_one = [linalg.solve_triangular(a[0], c, lower=low, unit_diagonal=unit, trans=1) for low, unit in lower]
        return of_all, of_one, linalg.cho_solve((a[0], True), c)

    program = _program(f, a, b, c)
    assert not _calls(program)
    _check(program, a, b, c)
    c[1, 1] = np.nan
    _check(program, a, b, c)
    a[0, 1, 1] = 0
    with pytest.raises(np.linalg.LinAlgError, match="singular matrix"):
        _run(program, a, b, c)
    roots = grad(lambda a: np.sum(fori_loop(0, 3, lambda i, x: linalg.solve_triangular(a, x, lower=True), np.ones(3))))
    program = _program(roots, _A)
    assert not _calls(program)
    _check(program, _A)


def test_matrices_of_complex_numbers_stay_calls() -> None:
    z = np.eye(2) + 1j

    def f(z: Any) -> Any:
        return np.linalg.det(z), np.linalg.inv(z)

    program = _program(f, z)
    assert sorted(_calls(program)) == ["det", "inv"]
    for got, y in zip(_run(program, z), f(z), strict=True):
        np.testing.assert_allclose(got, y)


def test_large_matrices_that_are_singular() -> None:
    """What LAPACK finds to be singular, to rounding or not positive definite is computed by NumPy."""
    a = _RNG.normal(size=(40, 40))
    program = _program(lambda a: (np.linalg.inv(a), np.linalg.solve(a, a[:, :2])), a)
    of_factor = _program(np.linalg.cholesky, np.eye(40))
    of_determinant = _program(lambda a: (np.linalg.det(a), *np.linalg.slogdet(a)), a)
    _check(program, a)
    nearly, singular = a.copy(), a.copy()
    nearly[3], singular[3] = 2 * nearly[4], 0
    for x in (singular, np.zeros((40, 40))):
        with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
            _run(program, x)
        _check(of_determinant, x)
    _check(program, nearly)
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        _run(of_factor, -np.eye(40))


_SINGULAR: Final = np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 1.0], [3.0, 6.0, 5.0]])
_TO_ROUNDING: Final = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
_STACK: Final = np.stack([np.eye(3), _SINGULAR, np.eye(3)])
_NAN: Final = np.array([[1.0, 0.0, 0.0], [np.nan, 1.0, 0.0], [0.0, 0.0, 1.0]])
_HUGE: Final = np.diag([1e200, 1e200, 1e-300])

_UNTIL: Final = 1e-9


def _while(a: Any) -> Any:
    """A loop that does not end with what is no number."""
    step = lambda x: np.linalg.solve(a, x)
    return while_loop(lambda x: ~(np.sum(x * x) < _UNTIL), step, np.ones(3))


_FUNCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "solve": lambda a: np.linalg.solve(a, np.ones(3)),
    "inv": np.linalg.inv,
    "det": np.linalg.det,
    "slogdet": np.linalg.slogdet,
    "cofactors": grad(lambda a: np.sum(np.linalg.det(a))),
    "cholesky": np.linalg.cholesky,
    "scan": lambda a: scan(lambda c, _: (np.linalg.solve(a, c), c), np.ones(3), None, 4),
    "while": _while,
    "cond": lambda a: cond(np.sum(a) > -1e9, lambda x: np.linalg.solve(x, np.ones(3)), lambda x: x[0], a),
}


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_what_numpy_raises_is_raised(name: str) -> None:
    """Where a matrix is singular, or no numbers are in it, the result and the error are those without jit."""
    f = _FUNCTIONS[name]
    program = _program(f, np.eye(3) * 2)
    assert not _calls(program)
    growing = () if name == "while" else (_TO_ROUNDING, _NAN, _NAN.T, _HUGE)  # by which the loop would never end
    for a in (np.diag([2.0, 3.0, 4.0]), _SINGULAR, 0 * _SINGULAR, -np.eye(3) * 3, *growing):
        error: Exception | None = None
        with np.errstate(all="ignore"):
            try:
                f(a)
            except np.linalg.LinAlgError as found:
                error = found
        if error is None:
            _check(program, a)
        else:
            with pytest.raises(np.linalg.LinAlgError) as raised:
                _run(program, a)
            assert str(raised.value) == str(error)


def test_zeros_are_determinants_without_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A matrix with a row or a column of zeros is singular whatever the rounding."""
    program = _program(lambda a: (np.linalg.det(a), *np.linalg.slogdet(a)), np.eye(3))
    row, column = np.diag([1.0, -2.0, 3.0]) + 1, np.diag([1.0, -2.0, 3.0]) + 1
    row[1], column[:, 1] = 0, 0
    monkeypatch.setattr(Graph, "run", None)
    for a in (row, column, np.zeros((3, 3))):
        assert repr(_run(program, a)) == repr([0.0 * np.float64(1), np.float64(0), -np.float64(np.inf)])


def test_one_singular_matrix_of_a_stack() -> None:
    program = _program(lambda a: (np.linalg.det(a), np.sum(a)), np.stack([np.eye(3)] * 3))
    _check(program, _STACK)
    program = _program(np.linalg.inv, np.stack([np.eye(3)] * 3))
    with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
        _run(program, _STACK)


_A: Final = np.eye(3) + 0.1 * _RNG.normal(size=(3, 3))
_X: Final = _RNG.normal(size=3)


def _filter(a: Any, x: Any) -> Any:
    """A Kalman filter, which ends with a sum of logarithms of determinants."""

    def step(c: Any, y: Any) -> Any:
        m, p = c
        p = a @ p @ a.T + np.eye(3)
        s = p[:2, :2] + np.eye(2)
        r = y - (a @ m)[:2]
        k = np.linalg.solve(s, p[:2]).T
        part = r @ np.linalg.solve(s, r) + np.linalg.slogdet(s)[1] + np.log(np.linalg.det(s))
        return (a @ m + k @ r, p - k @ s @ k.T), part

    _, parts = scan(step, (x, np.eye(3)), np.linspace(0, 1, 8).reshape(4, 2))
    return np.sum(parts)


def _roots(a: Any, x: Any) -> Any:
    return np.sum(fori_loop(0, 3, lambda i, c: np.linalg.cholesky(c @ c.T + np.eye(3)) @ a, a) @ x)


def _newton(a: Any, x: Any) -> Any:
    return np.sum(while_loop(lambda y: np.sum(y * y) > 1, lambda y: np.linalg.solve(a + 2 * np.eye(3), y), 5 * x))


def _inverse(a: Any, x: Any) -> Any:
    return np.sum(fori_loop(0, 3, lambda i, c: np.linalg.inv(a + np.eye(3)) @ c, x) ** 2)


@pytest.mark.parametrize("f", [_filter, _roots, _inverse])
def test_loops_are_compiled_with_their_derivatives(f: Callable[..., Any]) -> None:
    for of_f in (f, value_and_grad(f, (0, 1))):
        program = _program(of_f, _A, _X)
        assert not _calls(program)
        _check(program, _A, _X)
    program = _program(hessian(f, 1), _A, _X)
    assert f is _filter or not _calls(program)  # the second derivative of a determinant looks at singular values
    _check(program, _A, _X)


def test_loops_until_a_condition_are_compiled_in_batches() -> None:
    many = np.stack([_X, 2 * _X])
    for program, x in ((_program(_newton, _A, _X), _X), (_program(vmap(_newton, (None, 0)), _A, many), many)):
        assert not _calls(program)
        _check(program, _A, x)


@pytest.mark.parametrize("axes", [(0, None), (None, 0), (0, 0)])
def test_batches(axes: tuple[int | None, int | None]) -> None:
    a, b = np.stack([_A, _A.T, 2 * _A]), _RNG.normal(size=(3, 3))
    args = (a if axes[0] == 0 else _A, b if axes[1] == 0 else _X)

    def f(a: Any, b: Any) -> Any:
        return np.sum(np.linalg.solve(a, b) ** 2) * np.linalg.det(a + np.eye(3))

    program = _program(vmap(lambda a, b: value_and_grad(f, (0, 1))(a, b), axes), *args)
    assert not _calls(program)
    _check(program, *args)


def test_jit_raises_as_numpy() -> None:
    f = jit(lambda a, b: np.linalg.solve(a, b))
    np.testing.assert_allclose(f(_A, _X), np.linalg.solve(_A, _X))
    with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
        f(_SINGULAR, _X)
    np.testing.assert_allclose(f(_A, _X), np.linalg.solve(_A, _X))


def test_routines_as_python() -> None:
    """The routines are also functions of Python, with the same results."""
    a, b = _RNG.normal(size=(4, 4)), _RNG.normal(size=(4, 2))
    x, state, out, root = np.empty(8), np.zeros(2, np.int64), np.empty(1), np.empty(16)
    systems.solve(a.ravel(), b.ravel(), x, state, 4, 2, 4, 1, 2, 1)
    np.testing.assert_allclose(x.reshape(4, 2), np.linalg.solve(a, b))
    systems.det(a.ravel(), out, state, 4, 1, 4)
    np.testing.assert_allclose(out[0], np.linalg.det(a))
    square = a @ a.T
    systems.cholesky(square.ravel(), root, state, 4, 4, 1)
    np.testing.assert_allclose(root.reshape(4, 4), np.linalg.cholesky(square))
    assert not state[0]
    with np.errstate(all="ignore"):
        systems.solve(np.zeros(16), b.ravel(), x, state, 4, 2, 4, 1, 2, 1)
    assert state[0]


def _nearly(matrix: NDArray[Any]) -> NDArray[Any]:
    """A matrix that differs from one by less than can be told from rounding."""
    found: NDArray[Any] = matrix + 1e-17 * np.arange(matrix.size).reshape(matrix.shape)
    return found


_OF_RANK_TWO: Final = _nearly(np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]))
_WITH_A_PAIR: Final = _nearly(np.diag([1.0, 1.0, 3.0]))


@pytest.mark.parametrize(
    ("f", "refused"),
    [
        (lambda a: np.linalg.slogdet(a)[1], _OF_RANK_TWO),
        (lambda a: np.sum(np.linalg.eigh(a)[1] * np.arange(9.0).reshape(3, 3)), _WITH_A_PAIR),
        (lambda a: np.sum(np.linalg.svd(a)[0] * np.arange(9.0).reshape(3, 3)), _WITH_A_PAIR),
        (lambda a: np.sum(np.linalg.qr(a)[0] * np.arange(9.0).reshape(3, 3)), _OF_RANK_TWO),
        (lambda a: scan(lambda c, _: (c + np.linalg.slogdet(a)[1] * c, None), 1.0, None, 3)[0], _OF_RANK_TWO),
    ],
    ids=["slogdet", "eigh", "svd", "qr", "slogdet in a scan"],
)
def test_what_is_refused_stays_refused(f: Callable[[Any], Any], refused: NDArray[Any]) -> None:
    """A graph that is made for a regular matrix keeps the checks, which nothing uses."""
    regular = np.diag([1.0, 2.0, 4.0]) + 0.1 * np.arange(9.0).reshape(3, 3)
    with pytest.raises(np.linalg.LinAlgError, match="derivative") as eager:
        grad(f)(refused)
    of_compiled = jit(f)
    ways: list[Callable[[Any], Any]] = [
        jit(grad(f)),
        simplify(trace(grad(f))(regular)),
        lambda a: grad(of_compiled)(a),
    ]
    for g in ways:
        np.testing.assert_allclose(g(regular), grad(f)(regular), rtol=1e-9, atol=1e-12)
        with pytest.raises(np.linalg.LinAlgError) as raised:
            g(refused)
        assert str(raised.value) == str(eager.value)
