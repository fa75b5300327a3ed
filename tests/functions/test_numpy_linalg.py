"""`numpy.linalg` where there is no derivative or only by convention, and laws that hold for matrices of all sizes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.linalg import LinAlgError
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, checkpoint, grad, hessian, jacobian, jvp, numerical_diff, trace, vjp, vmap
from pydezero.functions import linalg
from pydezero.functions.linalg.results import EighResult
from pydezero.testing import check_grads
from tests.functions.case import Array

# Two equal eigenvalues, and one that differs.
TURN: Final = np.linalg.qr(np.arange(9.0).reshape(3, 3) ** 1.3 - 4)[0]
DEGENERATE: Final = TURN @ np.diag([1.0, 1.0, 3.0]) @ TURN.T
DIRECTION: Final = np.array([[0.3, 1.0, -0.5], [1.0, -0.2, 0.7], [-0.5, 0.7, 0.4]])


_laws: Final = settings(max_examples=25)


def _total(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda a: np.sum(f(a))


def _first_row(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda a: np.sum(f(a)[0])


def _random(seed: int, *shape: int, is_complex: bool = False) -> Array:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, shape)
    return x + 1j * rng.uniform(-1, 1, shape) if is_complex else x


# Equal eigenvalues and singular values.

_VALUES: Final[dict[str, Callable[[Any], Any]]] = {
    "eigvalsh": np.linalg.eigvalsh,
    "eigvals": lambda a: np.real(np.linalg.eigvals(a)),
    "svdvals": np.linalg.svdvals,
    "svd compute_uv=False": lambda a: np.linalg.svd(a, compute_uv=False),
    "eigh": lambda a: np.linalg.eigh(a).eigenvalues,
    "eig": lambda a: np.real(np.linalg.eig(a).eigenvalues),
    "svd": lambda a: np.linalg.svd(a).S,
}
_VECTORS: Final[dict[str, tuple[Callable[[Any], Any], str]]] = {
    "eigh": (lambda a: np.linalg.eigh(a).eigenvectors, "eigvalsh"),
    "eig": (lambda a: np.real(np.linalg.eig(a).eigenvectors), "eigvals"),  # NumPy 2.5 has complex ones for all
    "svd U": (lambda a: np.linalg.svd(a).U, "svdvals"),
    "svd Vh": (lambda a: np.linalg.svd(a).Vh.T, "svdvals"),
}


@pytest.mark.parametrize("name", _VALUES)
def test_sums_over_equal_values_have_a_derivative(name: str) -> None:
    def f(a: Any) -> Any:
        return np.sum(_VALUES[name](a) ** 2)  # the sum of squares of all elements

    if name in ("eigvalsh", "eigh"):  # of one triangle
        assert_allclose(grad(lambda a: f((a + a.T) / 2))(DEGENERATE), 2 * DEGENERATE, atol=1e-13)
    else:
        assert_allclose(np.real(grad(f)(DEGENERATE)), 2 * DEGENERATE, atol=1e-13)


@pytest.mark.parametrize("name", [name for name in _VALUES if name not in ("eigh", "eig", "svd")])
def test_forward_mode_of_equal_values(name: str) -> None:
    _, tangent = jvp(lambda a: np.sum(_VALUES[name](a)), (DEGENERATE,), (DIRECTION,))
    assert_allclose(tangent, np.trace(DIRECTION), rtol=1e-12)


@pytest.mark.parametrize("matrix", [DEGENERATE, np.eye(3), DEGENERATE.astype(np.float32)], ids=["turned", "1", "f4"])
@pytest.mark.parametrize("name", _VECTORS)
def test_vectors_of_equal_values_have_no_derivative(name: str, matrix: Array) -> None:
    f, instead = _VECTORS[name]
    with pytest.raises(LinAlgError, match=rf"are equal.*{instead}"):
        grad(_first_row(f))(matrix)
    with pytest.raises(LinAlgError, match=rf"are equal.*{instead}"):
        jvp(f, (matrix,), (DIRECTION.astype(matrix.dtype),))
    with pytest.raises(LinAlgError, match="are equal"):
        vmap(grad(_first_row(f)))(np.stack([np.diag([1.0, 2.0, 3.0]).astype(matrix.dtype), matrix]))

    def real_row(a: Any) -> Any:
        return np.real(_first_row(f)(a))

    # A trace refuses eigenvectors that are real or complex as the values say.
    at = matrix.astype(np.result_type(matrix, np.complex64)) if name == "eig" else matrix
    with pytest.raises(LinAlgError, match="are equal"):
        trace(grad(real_row))(at)


@pytest.mark.parametrize("name", ["eigvalsh", "svdvals"])
def test_a_second_derivative_at_equal_values_raises(name: str) -> None:
    with pytest.raises(LinAlgError, match="are equal"):
        hessian(lambda a: np.sum(_VALUES[name](a) ** 2))(DEGENERATE)


def test_vectors_of_other_values_have_a_derivative() -> None:
    def f(a: Any) -> Any:
        return np.abs(np.linalg.eigh(a).eigenvectors[:, -1])

    check_grads(f, (DEGENERATE,), order=1, modes=("rev",))
    check_grads(lambda a: np.abs(np.linalg.svd(a).U[:, 0]), (DEGENERATE,), order=1, modes=("rev",))
    # The two are turned in proportion, so they stay equal.
    _, tangent = jvp(np.linalg.eigvalsh, (DEGENERATE,), (DEGENERATE,))
    assert_allclose(tangent, [1, 1, 3], rtol=1e-12)
    _, (_, turned) = jvp(lambda a: tuple(np.linalg.eigh(a)), (DEGENERATE,), (DEGENERATE,))
    assert_allclose(turned, 0, atol=1e-13)


@pytest.mark.parametrize("matrix", [[[0.0, 1.0], [0.0, 0.0]], [[2.0, 1.0], [0.0, 2.0]]], ids=str)
def test_a_defective_matrix(matrix: list[list[float]]) -> None:
    a = np.array(matrix)
    for f in (lambda a: np.real(np.linalg.eigvals(a)), lambda a: np.real(np.linalg.eig(a).eigenvectors)):
        with pytest.raises(LinAlgError, match="defective"):
            grad(_first_row(f))(a)
        with pytest.raises(LinAlgError, match="defective"):
            jvp(f, (a,), (np.ones((2, 2)),))


# Singular values that are zero, and bases that are free.


def test_the_derivative_of_a_singular_value_that_is_zero_is_zero() -> None:
    assert_array_equal(grad(lambda a: np.sum(np.linalg.svdvals(a)))(np.zeros((2, 3))), np.zeros((2, 3)))
    _, tangent = jvp(np.linalg.svdvals, (np.diag([2.0, 0.0]),), (np.ones((2, 2)),))
    assert_array_equal(tangent, [1, 0])


def test_singular_vectors_of_zero() -> None:
    tall = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    with pytest.raises(LinAlgError, match="singular value 0"):
        grad(lambda a: np.linalg.svd(a, full_matrices=False).U[2, 1])(tall)
    with pytest.raises(LinAlgError, match="singular value 0"):
        jvp(lambda a: np.linalg.svd(a, False).U, (tall,), (np.ones((3, 2)),))
    # In a square matrix they are what is left over.
    assert_allclose(
        grad(lambda a: np.sum(_product_of_svd(np.linalg.svd(a)) * DIRECTION[:2, :2]))(np.diag([2.0, 0.0])),
        DIRECTION[:2, :2],
        atol=1e-13,
    )


def _product_of_svd(parts: Any) -> Any:
    u, s, vh = parts
    return u * s @ vh


@pytest.mark.parametrize("shape", [(4, 2), (2, 4)], ids=str)
def test_the_further_columns_of_full_matrices_are_any_basis(shape: tuple[int, int]) -> None:
    a = _random(0, *shape)
    with pytest.raises(LinAlgError, match="full_matrices=False"):
        grad(lambda a: (np.linalg.svd(a).U if shape[0] > 2 else np.linalg.svd(a).Vh.T)[0, -1])(a)
    if shape[0] > 2:
        with pytest.raises(LinAlgError, match="mode='reduced'"):
            grad(lambda a: np.linalg.qr(a, "complete").Q[0, -1])(a)
    _, tangents = jvp(lambda a: tuple(np.linalg.svd(a)), (a,), (_random(1, *shape),))
    u, _, vh = np.linalg.svd(a)
    for basis, moved in ((u, tangents[0]), (vh.T, tangents[2].T)):
        turn = basis.T @ moved
        assert_allclose(turn, -turn.T, atol=1e-13)
        assert_allclose(turn[2:, 2:], 0, atol=1e-13)  # no further than it must


# The phases of complex vectors.


@pytest.mark.parametrize("seed", range(3))
def test_vectors_turn_no_further_than_they_must(seed: int) -> None:
    a, t = _random(seed, 3, 3, is_complex=True), _random(seed + 10, 3, 3, is_complex=True)
    for f in (lambda a: tuple(np.linalg.eigh(a)), lambda a: tuple(np.linalg.eig(a))):
        (_, vectors), (_, moved) = jvp(f, (a,), (t,))
        assert_allclose(np.sum(np.conj(vectors) * moved, axis=0), 0, atol=1e-13)
    (u, _, vh), (u_moved, _, vh_moved) = jvp(lambda a: tuple(np.linalg.svd(a)), (a,), (t,))
    of_u, of_v = np.sum(np.conj(u) * u_moved, axis=0), np.sum(vh * np.conj(vh_moved), axis=1)
    assert_allclose(np.real([of_u, of_v]), 0, atol=1e-13)
    assert_allclose(np.imag(of_u + of_v), 0, atol=1e-13)


# One triangle is read.


def test_the_other_triangle_has_derivative_zero() -> None:
    a = np.diag([4.0, 6.0, 9.0]) + _random(0, 3, 3)
    for f, upper in (
        (lambda a: np.sum(np.linalg.cholesky(a)), False),
        (lambda a: np.sum(np.linalg.cholesky(a, upper=True)), True),
        (lambda a: np.linalg.eigvalsh(a)[0], False),
        (lambda a: np.linalg.eigvalsh(a, "U")[0], True),
        (lambda a: np.sum(np.linalg.pinv(a, hermitian=True)), False),
    ):
        g = grad(f)(a)
        assert_array_equal(np.tril(g, -1) if upper else np.triu(g, 1), 0)
        assert_allclose(g, numerical_diff(f, a), rtol=1e-6, atol=1e-8)
    symmetric = grad(lambda a: np.linalg.eigvalsh((a + a.T) / 2)[0])(a)
    assert_allclose(symmetric, symmetric.T, atol=1e-14)


def test_the_singular_vectors_of_a_singular_hermitian_matrix_are_unitary() -> None:
    a: Any = Variable(np.diag([1.0, 0.0, -2.0]))  # Any: NumPy's stubs know no Variable
    found: Any = np.linalg.svd(a, hermitian=True)
    assert_array_equal(np.abs(found.Vh.data), np.abs(found.U.data.T))


# Determinants.

SINGULAR: Final = {
    "rank 2": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [0.0, 0.0, 0.0]]),
    "rank 1": np.ones((3, 3)) * [[1.0], [2.0], [0.0]],
    "rank 0": np.zeros((3, 3)),
    "equal singular values": np.diag([1.0, 1.0, 0.0]),
    "complex": np.array([[1.0, 2.0j], [1.0, 2.0j]]),
    "1 x 1": np.zeros((1, 1)),
    "4 x 4": np.diag([2.0, 3.0, 0.0, 0.0]) @ np.triu(np.ones((4, 4))),
}


def _minors(a: Array) -> Array:
    """The cofactors, by deleting a row and a column for each."""
    n = len(a)
    found = np.empty_like(a)
    for i, j in np.ndindex(n, n):
        rest = np.delete(np.delete(a, i, 0), j, 1)
        found[i, j] = (-1) ** (i + j) * (np.linalg.det(rest) if n > 1 else 1)
    return found


@pytest.mark.parametrize("name", SINGULAR)
def test_the_determinant_of_a_singular_matrix(name: str) -> None:
    a = SINGULAR[name]
    assert np.linalg.det(a) == 0
    _, pullback = vjp(np.linalg.det, a)
    (found,) = pullback(np.ones((), a.dtype))
    assert_allclose(found, _minors(a), atol=1e-13)
    direction = _random(0, *a.shape, is_complex=a.dtype.kind == "c")
    _, tangent = jvp(np.linalg.det, (a,), (direction,))
    assert_allclose(tangent, np.sum(_minors(a) * direction), atol=1e-13)
    _, second = jvp(lambda x: vjp(np.linalg.det, x)[1](np.ones((), a.dtype))[0], (a,), (direction,))
    step = 1e-4
    expected = (_minors(a + step * direction) - _minors(a - step * direction)) / (2 * step)
    assert_allclose(second, expected, atol=1e-7)
    with pytest.raises(LinAlgError, match="singular"):
        grad(grad(grad(_determinant_along(a, direction))))(0.0)


def _determinant_along(a: Array, direction: Array) -> Callable[[Any], Any]:
    return lambda t: np.real(np.linalg.det(a + t * direction))


def test_singular_matrices_among_others() -> None:
    stack = np.stack([SINGULAR["rank 2"], np.diag([1.0, 2.0, 3.0]), SINGULAR["rank 0"], DEGENERATE])
    expected = np.stack([_minors(a) for a in stack])
    assert_allclose(grad(lambda a: np.sum(np.linalg.det(a)))(stack), expected, atol=1e-12)
    assert_allclose(vmap(grad(np.linalg.det))(stack), expected, atol=1e-12)
    seconds = vmap(hessian(np.linalg.det))(stack)
    for second, a in zip(seconds, stack, strict=True):
        assert_allclose(second, hessian(np.linalg.det)(a), atol=1e-12)
        assert_allclose(second, jacobian(_minors_of_variables)(a), atol=1e-12)
    thirds = jacobian(hessian(np.linalg.det))(stack[1])
    assert_allclose(vmap(jacobian(hessian(np.linalg.det)))(stack[1:2])[0], thirds, atol=1e-12)


def _minors_of_variables(a: Any) -> Any:
    """The cofactors of a matrix of order 3: the cross products of its rows."""
    return np.stack([np.linalg.cross(a[(i + 1) % 3], a[(i + 2) % 3]) for i in range(3)])


def test_singular_matrices_that_have_no_derivative() -> None:
    functions: list[Callable[[Any], Any]] = [
        np.linalg.inv,
        lambda a: np.linalg.slogdet(a).logabsdet,
        lambda a: np.linalg.solve(a, np.ones(3)),
    ]
    for f in functions:
        with pytest.raises(LinAlgError, match=r"[Ss]ingular"):
            grad(_total(f))(SINGULAR["rank 2"])


def test_dependent_columns_have_no_qr() -> None:
    for f in (lambda a: np.linalg.qr(a).Q, lambda a: np.linalg.qr(a, "r"), lambda a: np.linalg.qr(a.T).R):
        with pytest.raises(LinAlgError, match="linearly independent"):
            grad(_total(f))(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]))


# Norms at zero.


@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("order", [None, 0, 1, 1.5, 2, 3, np.inf, -np.inf, -1, 0.5])
@pytest.mark.filterwarnings("ignore:divide by zero")  # NumPy's own, in 0 ** -1
def test_the_derivative_of_a_norm_of_vectors_at_zero_is_zero(order: Any, is_complex: bool) -> None:
    for x in (np.zeros(3), np.array([[0.0, 0.0], [3.0, 4.0]])):
        z = x + 0j if is_complex else x
        g = grad(lambda x: np.sum(np.linalg.norm(x, order, axis=-1)))(z)
        assert_array_equal(g.reshape(-1, g.shape[-1])[0], 0)
        assert np.all(np.isfinite(g))
        assert_array_equal(jvp(lambda x: np.linalg.norm(x, order, axis=-1), (z,), (z + 1,))[1].ravel()[0], 0)


@pytest.mark.parametrize("order", ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
def test_the_derivative_of_a_norm_of_matrices_at_zero_is_zero(order: Any) -> None:
    assert_array_equal(grad(lambda x: np.linalg.norm(x, order))(np.zeros((2, 3))), np.zeros((2, 3)))


def test_an_element_that_is_zero() -> None:
    x = np.array([3.0, 0.0, 4.0])
    for order in (None, 1, 1.5, 2, 3, 0.5):
        assert jacobian(lambda x, order=order: np.linalg.norm(x, order))(x)[1] == 0
    assert_array_equal(hessian(np.linalg.norm)(np.zeros(2)), np.zeros((2, 2)))


def test_large_orders_do_not_overflow() -> None:
    assert_allclose(grad(lambda x: np.linalg.norm(x, 300.0))(np.array([0.1, 0.2, 9.0])), [0, 0, 1], atol=1e-14)


def test_ties() -> None:
    assert_array_equal(grad(lambda x: np.linalg.norm(x, np.inf))(np.array([2.0, -2.0, 1.0])), [0.5, -0.5, 0])
    assert_allclose(grad(lambda x: np.linalg.norm(x, 2))(np.eye(2)), 0.5 * np.eye(2), atol=1e-15)


@pytest.mark.parametrize("p", [None, 2, 1, "fro", np.inf])
def test_the_condition_number_of_a_singular_matrix(p: Any) -> None:
    cond: Callable[[Any], Any] = lambda a: np.linalg.cond(a, p)
    value, pullback = vjp(cond, np.diag([1.0, 0.0]))
    assert value == np.inf
    assert_array_equal(pullback(np.float64(1))[0], 0)


# Least squares.


def test_lstsq_gives_what_numpy_gives() -> None:
    tall, b = _random(0, 4, 2), _random(1, 4, 3)
    low = tall[:, :1] @ np.ones((1, 2))
    for a, right in ((tall, b), (tall, b[:, 0]), (low, b), (tall.T, b[:2]), (tall, b[:, :0])):
        found: list[Any] = list(linalg.lstsq(Variable(a), Variable(right)))
        expected = np.linalg.lstsq(a, right)
        assert [y.shape for y in found] == [y.shape for y in expected]
        assert found[2] == expected[2]
        assert not isinstance(found[2], Variable)
        for i in (0, 1, 3):
            assert_allclose(found[i].data, expected[i], atol=1e-13)
    result = linalg.lstsq(Variable(tall), b)
    assert result._fields == ("x", "residuals", "rank", "singular_values")
    assert result.rank == 2


@pytest.mark.parametrize("rcond", [0.5, -1])
def test_lstsq_cuts_singular_values_off(rcond: float) -> None:
    a, b = np.diag([4.0, 1.0]), np.array([1.0, 1.0])
    found = linalg.lstsq(Variable(a), b, rcond)
    expected = np.linalg.lstsq(a, b, rcond)
    assert_allclose(found.x.data, expected[0])
    assert found.rank == expected[2]
    check_grads(lambda b: np.linalg.lstsq(a, b, rcond)[0], (b,))


def test_lstsq_of_batches() -> None:
    a, b = _random(0, 5, 4, 2), _random(1, 5, 4)
    batches: list[Any] = list(vmap(lambda a, b: tuple(np.linalg.lstsq(a, b)))(a, b))
    for k in range(5):
        expected = np.linalg.lstsq(a[k], b[k])
        for found, e in zip(batches, expected, strict=True):
            assert_allclose(found[k], e, atol=1e-13)


# Results, and mistakes.


def test_results_have_the_names_of_numpys() -> None:
    a = DEGENERATE + np.diag([0.0, 1.0, 2.0])
    for name in ("eigh", "eig", "svd", "qr", "slogdet"):
        of_variable, of_array, numpys = (
            getattr(linalg, name)(Variable(a)),
            getattr(linalg, name)(a),
            getattr(np.linalg, name)(a),
        )
        assert type(of_variable).__name__ == type(numpys).__name__
        assert of_variable._fields == of_array._fields == numpys._fields
        for x, y, z in zip(of_variable, of_array, numpys, strict=True):
            assert type(x) is Variable
            assert_array_equal(x.data, z)
            assert_array_equal(y, z)
    # A container of its type goes in and out of a transform.
    result, _ = vjp(linalg.eigh, a)
    assert type(result) is EighResult


def test_functions_of_arrays_are_numpys() -> None:
    a = DEGENERATE
    assert_array_equal(linalg.svd(a, compute_uv=False), np.linalg.svd(a, compute_uv=False))
    assert_array_equal(linalg.qr(a, "r"), np.linalg.qr(a, "r"))
    for x, y in zip(linalg.qr(a, "raw"), np.linalg.qr(a, "raw"), strict=True):
        assert_array_equal(x, y)
    for ours, numpys in zip(linalg.lstsq(a, a), np.linalg.lstsq(a, a), strict=True):
        assert_array_equal(ours, numpys)


@pytest.mark.parametrize("dtype", [np.int64, np.int8, bool])
def test_integers(dtype: Any) -> None:
    a = np.array([[1, 1], [0, 1]], dtype)
    for f in (
        np.linalg.inv,
        np.linalg.det,
        lambda a: np.linalg.svd(a).S,
        np.linalg.eigvalsh,
        np.linalg.norm,
        lambda a: np.linalg.norm(a, 3, axis=0),
        lambda a: np.linalg.solve(a, a),
        lambda a: np.linalg.lstsq(a, a)[0],
    ):
        expected = grad(_total(f))(a.astype(float))
        found = grad(_total(f))(a)
        assert found.dtype == np.float64
        assert_allclose(found, expected, atol=1e-14)


def _of_first_row(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: f(x[0])


_MISTAKES: Final[dict[str, tuple[Callable[[Any], Any], str]]] = {
    **{
        f"{name} of a matrix that is not square": (
            getattr(np.linalg, name),
            rf"linalg\.{name}: .*\(2, 3\).*same length",
        )
        for name in ("inv", "det", "slogdet", "cholesky", "eig", "eigh", "eigvals", "eigvalsh")
    },
    **{
        f"{name} of a vector": (
            _of_first_row(getattr(np.linalg, name)),
            rf"linalg\.{name}: .*\(3,\).*stack of matrices",
        )
        for name in ("inv", "det", "svd", "svdvals", "qr", "pinv", "cond", "matrix_norm", "matrix_transpose", "trace")
    },
    "solve": (lambda x: np.linalg.solve(x, np.ones(2)), r"linalg\.solve: .*\(2, 3\)"),
    "matrix_power": (lambda x: np.linalg.matrix_power(x, 2), r"linalg\.matrix_power: .*\(2, 3\)"),
    "tensorsolve": (lambda x: np.linalg.tensorsolve(x, np.ones(2)), r"linalg\.tensorsolve: .*\(2, 3\).*\(2,\)"),
    "lstsq": (lambda x: np.linalg.lstsq(x, np.ones(3)), r"linalg\.lstsq: .*\(2, 3\).*\(3,\)"),
    "multi_dot of a stack": (lambda x: np.linalg.multi_dot([x, x[None], x]), r"linalg\.multi_dot: .*\(1, 2, 3\)"),
}


@pytest.mark.parametrize("name", _MISTAKES)
def test_shapes_that_do_not_fit(name: str) -> None:
    f, message = _MISTAKES[name]
    with pytest.raises(LinAlgError, match=f"(?s){message}"):
        f(Variable(np.ones((2, 3))))
    with pytest.raises(LinAlgError, match=f"(?s){message}"):
        vmap(f)(np.ones((3, 2, 3)))


_untyped: Final[Any] = np.linalg  # to a checker, too, some of these are mistakes

_OTHER_MISTAKES: Final[dict[str, tuple[Callable[[Any], Any], type[Exception], str]]] = {
    "qr raw": (lambda x: np.linalg.qr(x, "raw"), TypeError, "'reduced'"),
    "qr mode": (lambda x: _untyped.qr(x, "full"), ValueError, "'full'"),
    "eigh UPLO": (lambda x: _untyped.eigh(x, "M"), ValueError, "'M'"),
    "eigvalsh UPLO": (lambda x: _untyped.eigvalsh(x, UPLO="lower"), ValueError, "'lower'"),
    "matrix_power": (lambda x: _untyped.matrix_power(x, 0.5), TypeError, "0.5"),
    "pinv": (lambda x: np.linalg.pinv(x, 1e-3, rtol=1e-3), ValueError, "not both"),
    "norm of matrices": (lambda x: np.linalg.norm(x, 3), ValueError, "3 is no norm of matrices"),
    "norm of vectors": (lambda x: np.linalg.norm(x[0], "nuc"), ValueError, "'nuc' is a norm of matrices"),
    "norm of three axes": (lambda x: np.linalg.norm(x[None], 2), ValueError, "vector_norm"),
    "cond": (lambda x: np.linalg.cond(x, 7), ValueError, "norm"),
    "outer": (lambda x: np.linalg.outer(x, x[0]), ValueError, r"\(2, 2\).*np\.outer"),
    "vecdot": (lambda x: np.linalg.vecdot(x, np.ones(3)), ValueError, r"\(2, 2\).*\(3,\)"),
    "cross": (lambda x: np.linalg.cross(x, x), ValueError, "length 3"),
    "multi_dot": (lambda x: np.linalg.multi_dot([x]), ValueError, "two arrays"),
    "multi_dot out": (lambda x: np.linalg.multi_dot([x, x], out=np.ones((2, 2))), TypeError, "would write"),
    "tensorinv": (lambda x: np.linalg.tensorinv(x, 0), ValueError, "positive"),
}


@pytest.mark.parametrize("name", _OTHER_MISTAKES)
def test_other_mistakes(name: str) -> None:
    f, error, message = _OTHER_MISTAKES[name]
    with pytest.raises(error, match=f"(?s){message}"):
        f(Variable(np.diag([1.0, 2.0])))


def test_a_matrix_that_is_not_positive_definite() -> None:
    with pytest.raises(LinAlgError, match="positive definite"):
        grad(lambda a: np.sum(np.linalg.cholesky(a)))(np.diag([1.0, -1.0]))


def test_one_matrix_and_many_right_sides() -> None:
    a, b = _random(0, 3, 3), _random(1, 5, 3)
    assert_allclose(vmap(np.linalg.solve, (None, 0))(a, b), np.linalg.solve(a, b.T).T, atol=1e-12)
    assert_allclose(vmap(np.linalg.solve, (None, 1), 1)(a, b.T), np.linalg.solve(a, b.T), atol=1e-12)
    assert vmap(np.linalg.solve, (None, 0))(a, b[:0]).shape == (0, 3)


def test_the_rank_is_plain_for_batches_too() -> None:
    matrices = np.stack([np.eye(2), np.ones((2, 2)), np.zeros((2, 2))])
    assert_array_equal(vmap(np.linalg.matrix_rank)(matrices), [2, 1, 0])
    assert_array_equal(vmap(np.linalg.matrix_rank)(matrices[0]), [1, 1])
    assert_array_equal(vmap(lambda a: np.linalg.matrix_rank(a, tol=1.5))(matrices), [0, 1, 0])
    assert grad(lambda a: np.sum(a) * np.linalg.matrix_rank(a))(np.eye(2))[0, 0] == 2


# Factorizations in transforms of every kind: they are one operation, with several outputs.


def _loss(a: Any) -> Any:
    u, s, vh = np.linalg.svd(a)
    values, vectors = np.linalg.eigh(a)
    q, r = np.linalg.qr(a)
    return np.sum(np.abs(u * s**2) + np.abs(vectors * values) + np.abs(q @ q) @ r**2) + np.sum(vh[0, 0] ** 2)


def test_in_a_graph_and_in_a_checkpoint() -> None:
    a, b = _random(0, 3, 3), _random(1, 3, 3)
    expected = grad(_loss)(b)
    assert_allclose(grad(trace(_loss)(a))(b), expected, atol=1e-13)
    assert_allclose(trace(grad(_loss))(a)(b), expected, atol=1e-13)
    assert_allclose(trace(vmap(grad(_loss)))(np.stack([a, b]))(np.stack([b, a]))[0], expected, atol=1e-13)
    assert_allclose(grad(checkpoint(_loss))(b), expected, atol=1e-13)
    assert "svd" in str(trace(_loss)(a))


def test_all_orders_agree() -> None:
    check_grads(_loss, (_random(3, 3, 3),), order=2)
    second = hessian(_loss)(_random(3, 2, 2))
    assert_allclose(jacobian(grad(_loss))(_random(3, 2, 2)), second, atol=1e-10)


# Laws: what a matrix is factored into makes it up again, and so do the derivatives.


def _definite(a: Any) -> Any:
    return a @ np.conj(a.mT) + np.eye(a.shape[-1])


_RECONSTRUCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "svd": lambda a: _product_of_svd(np.linalg.svd(a, full_matrices=False)),
    "svd full": lambda a: _product_of_full_svd(*np.linalg.svd(a)),
    "qr": lambda a: np.matmul(*np.linalg.qr(a)),
    "qr complete": lambda a: np.matmul(*np.linalg.qr(a, "complete")),
    "pinv": lambda a: np.linalg.pinv(np.linalg.pinv(a)),
}
_SQUARE_RECONSTRUCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "eig": lambda a: _product_of_eig(*np.linalg.eig(a)),
    "inv": lambda a: np.linalg.inv(np.linalg.inv(a)),
    "solve": lambda a: a @ np.linalg.solve(a, a),
    "matrix_power": lambda a: a @ a @ np.linalg.matrix_power(a, -1),
}
_HERMITIAN_RECONSTRUCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "eigh": lambda a: _product_of_eigh(*np.linalg.eigh(a)),
    "eigh U": lambda a: _product_of_eigh(*np.linalg.eigh(a, "U")),
    "cholesky": lambda a: np.linalg.cholesky(a) @ np.conj(np.linalg.cholesky(a).mT),
    "cholesky upper": lambda a: np.conj(np.linalg.cholesky(a, upper=True).mT) @ np.linalg.cholesky(a, upper=True),
    "svd hermitian": lambda a: _product_of_svd(np.linalg.svd(a, hermitian=True)),
}


def _product_of_full_svd(u: Any, s: Any, vh: Any) -> Any:
    k = s.shape[-1]
    return u[:, :k] * s @ vh[:k]


def _product_of_eig(values: Any, vectors: Any) -> Any:
    return np.real(vectors * values @ np.linalg.inv(vectors))


def _product_of_eigh(values: Any, vectors: Any) -> Any:
    return vectors * values @ np.conj(vectors.mT)


_SIZES: Final = st.tuples(st.integers(1, 5), st.integers(1, 5))


@pytest.mark.parametrize("name", _RECONSTRUCTIONS)
@_laws
@given(shape=_SIZES, is_complex=st.booleans(), seed=st.integers(0, 99))
def test_the_derivative_of_what_is_the_identity(name: str, shape: tuple[int, int], is_complex: bool, seed: int) -> None:
    _check_identity(_RECONSTRUCTIONS[name], _well_conditioned(seed, shape, is_complex))


@pytest.mark.parametrize("name", _SQUARE_RECONSTRUCTIONS)
@_laws
@given(n=st.integers(1, 5), is_complex=st.booleans(), seed=st.integers(0, 99))
def test_the_derivative_of_what_is_the_identity_of_square_matrices(
    name: str, n: int, is_complex: bool, seed: int
) -> None:
    a = _well_conditioned(seed, (n, n), is_complex and name != "eig")
    _check_identity(_SQUARE_RECONSTRUCTIONS[name], a + np.diag(np.arange(n)))


@pytest.mark.parametrize("name", _HERMITIAN_RECONSTRUCTIONS)
@_laws
@given(n=st.integers(1, 5), is_complex=st.booleans(), seed=st.integers(0, 99))
def test_the_derivative_of_what_is_the_identity_of_hermitian_matrices(
    name: str, n: int, is_complex: bool, seed: int
) -> None:
    f = _HERMITIAN_RECONSTRUCTIONS[name]
    a = _well_conditioned(seed, (n, n), is_complex)
    a = _definite(a) + np.diag(np.arange(n))
    _check_identity(lambda a: f((a + np.conj(a.mT)) / 2), a, lambda g: (g + np.conj(g.mT)) / 2)


def _well_conditioned(seed: int, shape: tuple[int, int], is_complex: bool) -> Array:
    """A matrix whose singular values are 1, 2, 3, ..., and whose first columns are independent."""
    m, n = shape
    u, _, vh = np.linalg.svd(_random(seed, m, n, is_complex=is_complex), full_matrices=False)
    a: Array = u * np.arange(1.0, min(m, n) + 1) @ vh
    return a


def _check_identity(f: Callable[[Any], Any], a: Array, part: Callable[[Array], Array] = lambda g: g) -> None:
    g = _random(1, *a.shape, is_complex=a.dtype.kind == "c")
    y, pullback = vjp(f, a)
    size = float(np.linalg.cond(a[:, : a.shape[0]])) ** 2  # of the part that qr takes apart, too
    assert_allclose(y, a, atol=1e-13 * size)
    assert_allclose(pullback(g)[0], part(g), atol=1e-12 * size)
    assert_allclose(jvp(f, (a,), (g,))[1], part(g), atol=1e-12 * size)


@_laws
@given(shape=_SIZES, seed=st.integers(0, 99), order=st.sampled_from([1.0, 1.5, 2.0, 3.0, 4.5, np.inf, 0.5, -1.0]))
def test_a_norm_is_the_sum_of_its_derivatives_times_the_elements(
    shape: tuple[int, int], seed: int, order: float
) -> None:
    """As for every function with f(t x) = t f(x)."""
    x = _random(seed, *shape)
    value, pullback = vjp(lambda x: np.linalg.vector_norm(x, ord=order), x)
    (g,) = pullback(np.float64(1))
    assert_allclose(np.sum(g * x), float(value), rtol=1e-9)


@_laws
@given(lengths=st.lists(st.integers(1, 6), min_size=3, max_size=7), seed=st.integers(0, 9))
def test_the_order_of_a_chain_of_products(lengths: list[int], seed: int) -> None:
    arrays = [_random(seed + i, m, n) for i, (m, n) in enumerate(pairwise(lengths))]
    found = linalg.multi_dot([Variable(arrays[0]), *arrays[1:]])
    assert_allclose(found.data, np.linalg.multi_dot(arrays), atol=1e-12)


@pytest.mark.parametrize("p", [1, np.inf, "fro"])
def test_the_condition_number_of_what_is_not_finite_is_nan(p: Any) -> None:
    x = np.array([[[np.nan, 1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0, 4.0]]])
    value, pullback = vjp(lambda x: np.linalg.cond(x, p), x)
    np.testing.assert_allclose(value, np.linalg.cond(x, p))
    of_second = grad(lambda x: np.linalg.cond(x, p))(x[1])
    np.testing.assert_allclose(pullback(np.ones(2))[0][1], of_second)
