"""`scipy.linalg` where the tables do not go: what is read of a matrix, stacks, and what raises."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import scipy.linalg
import scipy.linalg.lapack

from pydezero import Variable, grad, jit, jvp, vjp, vmap
from pydezero import functions as F
from pydezero.core.operators import EscapeError
from pydezero.scipy import linalg
from pydezero.scipy.linalg import solving
from tests.functions.case import generator
from tests.versions import needs

A: Final = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 5.0]])
B: Final = np.array([1.0, 2.0, -1.0])


@pytest.mark.parametrize(
    "name", ["solve", "solve_triangular", "cho_factor", "eigh", "expm", "sqrtm", "logm", "lu_factor", "toeplitz", "det"]
)
def test_scipys_functions_name_ours(name: str) -> None:
    x: Any = Variable(A)
    arguments = (x, B) if "solve" in name else (x,)
    with pytest.raises(EscapeError, match=rf"pydezero\.scipy\.linalg\.{name}"):
        getattr(scipy.linalg, name)(*arguments)


@pytest.mark.parametrize(
    ("f", "is_read"),
    [
        (lambda a: linalg.cholesky(a), np.triu(np.ones((3, 3)))),
        (lambda a: linalg.cholesky(a, lower=True), np.tril(np.ones((3, 3)))),
        (lambda a: linalg.solve(a, B, assume_a="pos"), np.triu(np.ones((3, 3)))),
        (lambda a: linalg.solve(a, B, lower=True, assume_a="symmetric"), np.tril(np.ones((3, 3)))),
        (lambda a: linalg.solve(a, B, assume_a="diagonal"), np.eye(3)),
        (lambda a: linalg.solve_triangular(a, B, unit_diagonal=True), np.triu(np.ones((3, 3)), 1)),
        (lambda a: linalg.cho_solve((a, True), B), np.tril(np.ones((3, 3)))),
    ],
)
def test_what_is_not_read_gets_no_derivative(f: Callable[[Any], Any], is_read: Any) -> None:
    found = grad(lambda a: np.sum(np.sin(f(a))))(A)
    np.testing.assert_array_equal(found != 0, is_read.astype(bool))


def test_gaussian_likelihood() -> None:
    """What Cholesky factors are for: the logarithm of a density, and its gradient in closed form."""

    def likelihood(a: Any) -> Any:
        factor, lower = linalg.cho_factor((a + a.T) / 2)
        half_log_det = F.sum(F.log(F.diagonal(factor)))
        return -0.5 * (B @ linalg.cho_solve((factor, lower), B)) - half_log_det

    inverse = np.linalg.inv(A)
    expected = 0.5 * (np.outer(inverse @ B, inverse @ B) - inverse)
    np.testing.assert_allclose(grad(likelihood)(A), expected, rtol=1e-12, atol=1e-14)


def test_the_exponential_of_a_large_cotangent() -> None:
    _, pullback = vjp(linalg.expm, A)
    g = generator("expm").normal(size=(3, 3))
    (expected,) = pullback(g)
    (found,) = pullback(1e8 * g)
    np.testing.assert_allclose(found, 1e8 * expected, rtol=1e-12)
    np.testing.assert_allclose(expected, scipy.linalg.expm_frechet(A.T, g, compute_expm=False), rtol=1e-12)
    np.testing.assert_array_equal(pullback(np.zeros((3, 3)))[0], np.zeros((3, 3)))


@pytest.mark.parametrize("f", [linalg.logm, linalg.sqrtm])
def test_a_real_matrix_whose_function_is_complex(f: Callable[[Any], Any]) -> None:
    a = np.array([[-1.0, 0.3], [0.1, 2.0]])
    found = grad(lambda a: np.sum(f(a)).imag)(a)
    step = 1e-6 * np.eye(4).reshape(2, 2, 2, 2)
    expected = [[np.sum(f(a + h) - f(a - h)).imag / 2e-6 for h in row] for row in step]
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("f", [linalg.logm, linalg.sqrtm, linalg.expm])
def test_a_matrix_with_one_eigenvector(f: Callable[[Any], Any]) -> None:
    a, e = np.array([[2.0, 1.0], [0.0, 2.0]]), np.array([[0.3, -0.2], [0.5, 0.1]])
    slope: Any = grad(lambda a: np.sum(f(a) * e))(a)
    found = np.sum(slope * e)
    assert found == pytest.approx(np.sum((f(a + 1e-5 * e) - f(a - 1e-5 * e)) * e) / 2e-5, rel=1e-7)


@needs("scipy>=1.17", "sqrtm warns of singular matrices")
def test_the_root_of_a_singular_matrix() -> None:
    with pytest.warns(scipy.linalg.LinAlgWarning), pytest.raises(np.linalg.LinAlgError, match="singular"):
        grad(lambda a: F.sum(linalg.sqrtm(a)))(np.diag([0.0, 1.0]))


@pytest.mark.parametrize("f", [linalg.sqrtm, linalg.expm, lambda a: linalg.lu(a)[2], lambda a: linalg.polar(a)[1]])
def test_bytes_in_the_other_order(f: Callable[[Any], Any]) -> None:
    """Some of SciPy's own functions misread them."""
    swapped = A.astype(A.dtype.newbyteorder())
    np.testing.assert_allclose(f(Variable(swapped)).data, f(Variable(A)).data, rtol=1e-13)


def test_an_equation_without_a_unique_solution() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="no unique solution"):
        linalg.solve_sylvester(Variable(np.diag([1.0, 2.0])), np.diag([-1.0, 3.0]), np.ones((2, 2)))


@pytest.mark.filterwarnings("ignore:Input .a. has an eigenvalue pair")  # before our error
@pytest.mark.parametrize("method", ["direct", "bilinear"])
def test_a_discrete_equation_without_a_unique_solution(method: Any) -> None:
    with pytest.raises(np.linalg.LinAlgError, match="product of an eigenvalue"):
        linalg.solve_discrete_lyapunov(Variable(np.diag([2.0, 0.5])), np.ones((2, 2)), method)


def test_a_singular_matrix_has_no_derivative_of_its_factors() -> None:
    def of_factors(a: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SciPy's
            return F.sum(linalg.lu_factor(a)[0])

    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        grad(of_factors)(np.ones((2, 2)))


def test_the_permutation_is_no_variable() -> None:
    wide = np.concatenate([A[::-1], A], axis=1)
    for a in (A[::-1], wide, wide.T):
        order, lower, upper = linalg.lu(Variable(a), p_indices=True)
        np.testing.assert_array_equal(order, scipy.linalg.lu(a, p_indices=True)[0])
        np.testing.assert_allclose((lower @ upper).data[order], a, rtol=1e-13)
        np.testing.assert_array_equal(linalg.lu(Variable(a))[0], scipy.linalg.lu(a)[0])
    _, columns = linalg.qr(Variable(A), mode="r", pivoting=True)
    np.testing.assert_array_equal(columns, scipy.linalg.qr(A, mode="r", pivoting=True)[1])
    inverse, rank = linalg.pinv(Variable(A), return_rank=True)
    assert (rank, inverse.shape) == (3, (3, 3))


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3)])
def test_lu_of_empty_matrices(shape: tuple[int, int]) -> None:
    _, lower, upper = linalg.lu(Variable(np.ones(shape)))
    assert (lower.shape, upper.shape) == ((shape[0], 0), (0, shape[1]))
    assert grad(lambda a: F.sum(linalg.lu(a)[2]))(np.ones(shape)).shape == shape


def test_the_polar_factors_of_a_rotation() -> None:
    """All its singular values are equal, and the factors have a derivative: a small turn, and no stretch."""
    turn = np.array([[0.0, -1.0, 0.5], [1.0, 0.0, 2.0], [-0.5, -2.0, 0.0]])
    u, p = jvp(linalg.polar, (np.eye(3),), (turn,))[1]
    np.testing.assert_allclose(u, turn, atol=1e-14)
    np.testing.assert_allclose(p, 0 * turn, atol=1e-14)
    with pytest.raises(np.linalg.LinAlgError, match="without full rank"):
        grad(lambda a: F.sum(linalg.polar(a)[0]))(np.diag([1.0, 2.0, 0.0]))


def test_the_exponent_of_a_power_is_differentiated() -> None:
    slope = grad(lambda t: F.sum(linalg.fractional_matrix_power(A, t)))(0.7)
    assert slope == pytest.approx(np.sum(scipy.linalg.logm(A) @ scipy.linalg.fractional_matrix_power(A, 0.7)))


def test_eigenvalues_are_complex_as_in_scipy() -> None:
    single = A.astype(np.float32)
    assert linalg.eigvals(Variable(single)).dtype == np.complex64
    assert [x.dtype for x in linalg.eig(Variable(A))] == [np.complex128, np.linalg.eig(A)[1].dtype]
    np.testing.assert_allclose(linalg.eig(Variable(A), right=False).data, scipy.linalg.eigvals(A))


def test_least_squares_without_full_rank_or_rows() -> None:
    flat = np.array([[1.0, 2.0], [2.0, 4.0], [0.0, 0.0]])
    for a in (flat, flat.T, np.ones((0, 2))):
        b = np.arange(1.0, len(a) + 1)
        x, residuals, rank, values = linalg.lstsq(Variable(a), b)
        expected = scipy.linalg.lstsq(a, b)
        assert (residuals.shape, rank) == ((0,), expected[2])
        np.testing.assert_allclose(x.data, expected[0], atol=1e-14)
        np.testing.assert_allclose(values.data, expected[3], atol=1e-14)


def test_a_singular_circulant_matrix_is_solved_by_least_squares() -> None:
    ones, b = np.ones(3), np.array([1.0, 2.0, 6.0])
    np.testing.assert_allclose(linalg.solve_circulant(ones, Variable(b), singular="lstsq").data, ones, rtol=1e-14)
    slope = grad(lambda b: F.sum(linalg.solve_circulant(ones, b, singular="lstsq")))(b)
    np.testing.assert_allclose(slope, ones / 3, rtol=1e-14)


def test_equal_eigenvalues_of_two_matrices() -> None:
    a, b = np.diag([4.0, 4.0, 1.0]), np.diag([2.0, 2.0, 1.0])
    np.testing.assert_allclose(grad(lambda a: F.sum(linalg.eigvalsh(a, b)))(a), np.linalg.inv(b))
    with pytest.raises(np.linalg.LinAlgError, match="eigenvalues are equal"):
        grad(lambda a: linalg.eigh(a, b)[1][0, 1])(a)


def test_the_pivots_are_no_variables() -> None:
    lu, pivots = linalg.lu_factor(Variable(A[::-1]))
    assert isinstance(lu, Variable)
    np.testing.assert_array_equal(pivots, scipy.linalg.lu_factor(A[::-1])[1])
    found = jit(vmap(grad(lambda a: F.sum(linalg.lu_solve(linalg.lu_factor(a), B)))))(np.stack([A, A[::-1]]))
    expected = [-np.outer(np.linalg.solve(a.T, np.ones(3)), np.linalg.solve(a, B)) for a in (A, A[::-1])]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_real_matrix_among_complex_ones() -> None:
    a, b = np.array([[1.0, 2.0], [-2.0, 1.0]]), np.array([[3.0, 1j], [0.0, 2.0]])
    x = linalg.solve_sylvester(Variable(a), b, np.ones((2, 2))).data
    np.testing.assert_allclose(a @ x + x @ b, np.ones((2, 2)), atol=1e-14)


def test_stacks() -> None:
    a = A + 0.1 * generator("stacks").normal(size=(2, 1, 3, 3))
    b = generator("right sides").normal(size=(4, 3, 2))
    solutions = linalg.solve(Variable(a), b).data
    assert solutions.shape == (2, 4, 3, 2)
    np.testing.assert_allclose(a @ solutions, np.broadcast_to(b, (2, 4, 3, 2)))
    np.testing.assert_allclose(
        linalg.solve_triangular(Variable(a), b).data, np.linalg.solve(np.triu(a), np.broadcast_to(b, (2, 4, 3, 2)))
    )
    none = linalg.sqrtm(Variable(np.ones((0, 3, 3))))
    assert none.shape == (0, 3, 3)
    np.testing.assert_allclose(linalg.logm(Variable(a)).data[1, 0], scipy.linalg.logm(a[1, 0]))
    assert linalg.block_diag(Variable(a), np.ones((2, 2))).shape == (2, 1, 5, 5)
    assert linalg.circulant(Variable(b)).shape == (4, 3, 2, 2)


@pytest.mark.parametrize(
    "f",
    [
        linalg.expm,
        pytest.param(linalg.sqrtm, marks=needs("scipy>=1.17", "sqrtm takes empty matrices")),
        linalg.inv,
        linalg.circulant,
    ],
)
def test_empty_matrices(f: Callable[[Any], Any]) -> None:
    x = np.ones(0) if f is linalg.circulant else np.ones((0, 0))
    assert f(Variable(x)).shape == (0, 0)
    assert grad(lambda x: np.sum(f(x)).real)(x).shape == x.shape


@pytest.mark.parametrize(("a", "b"), [((2, 3, 3), (2, 3, 0)), ((3, 3), (3, 0)), ((0, 0), (0, 2)), ((2, 0, 0), (0, 1))])
def test_equations_without_elements(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    matrix, right = np.broadcast_to(np.eye(a[-1]), a), np.ones(b)
    shape = np.broadcast_shapes(a[:-2], b[:-2]) + b[-2:]
    for solved in (linalg.solve_triangular, linalg.solve, lambda a, b: linalg.cho_solve((a, True), b)):
        assert solved(Variable(matrix), right).shape == shape
        assert grad(lambda b, f=solved: np.sum(f(matrix, b)))(right).shape == b
        assert vmap(solved, in_axes=(None, 0))(matrix, np.stack([right, right])).shape == (2, *shape)


def test_one_matrix_for_all_examples_is_solved_with_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, ...]] = []
    lapacks = scipy.linalg.lapack.dtrtrs

    def counted(a: Any, b: Any, **options: Any) -> Any:
        calls.append(b.shape)
        return lapacks(a, b, **options)

    monkeypatch.setattr(solving, "dtrtrs", counted)
    bs = generator("examples").normal(size=(5, 3))
    found = vmap(lambda b: linalg.solve_triangular(A, b))(bs)
    assert calls == [(3, 5)]
    np.testing.assert_allclose(found, np.linalg.solve(np.triu(A), bs.T).T)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: linalg.solve(x[:2], B), r"solve: a has the shape \(2, 3\)"),
        (lambda x: linalg.solve(x, B[:2]), r"solve: b of shape \(2,\) does not fit"),
        (lambda x: linalg.solve(x, B, assume_a="round"), "assume_a is 'round'"),
        (lambda x: linalg.solve_triangular(x, B, trans=3), "trans is 3"),  # type: ignore[call-overload]
        (lambda x: linalg.solve_triangular(x, x[0, 0]), "does not fit"),
        (lambda x: linalg.solve_banded((1, 0), x, B), "ab has the shape .* it must have 2 rows"),
        (lambda x: linalg.solve_banded((1, 1), x, np.ones(7)), r"b of shape \(7,\) does not fit ab"),
        (lambda x: linalg.solve_sylvester(x, x, B), r"q has the shape \(3,\)"),
        (lambda x: linalg.expm(x[0]), r"expm: A has the shape \(3,\)"),
        (lambda x: linalg.sqrtm(x[:, :2]), r"sqrtm: A has the shape \(3, 2\)"),
        (lambda x: linalg.sinm(x[:, :2]), r"sinm: A has the shape \(3, 2\)"),
        (lambda x: linalg.tanhm(x[0]), r"tanhm: A has the shape \(3,\)"),
        (lambda x: linalg.solve_continuous_lyapunov(x[:, :2], x), r"lyapunov: a has the shape \(3, 2\)"),
        (lambda x: linalg.solve_continuous_lyapunov(x, B), r"lyapunov: q of shape \(3,\) does not fit \(3, 3\)"),
        (lambda x: linalg.eigh(x[0]), r"eigh: a has the shape \(3,\)"),
        (lambda x: linalg.eigh(x, x[:2, :2]), r"eigh: b of shape \(2, 2\) does not fit a of shape \(3, 3\)"),
        (lambda x: linalg.eigvalsh(x, x, type=4), r"eigvalsh: type is 4; it must be 1"),  # type: ignore[call-overload]
        (lambda x: linalg.eigh(x, subset_by_index=(1, 3)), r"eigh: subset_by_index is \(1, 3\); .* from 0 to 2"),
        (lambda x: linalg.eigvalsh(x, subset_by_index=(-1, 2)), r"eigvalsh: subset_by_index is \(-1, 2\)"),
        (lambda x: linalg.eigh(x, lower="U"), "lower is 'U'; it must be True or False"),  # type: ignore[call-overload]
        (lambda x: linalg.lu_solve((x, np.array([0, 1, -1])), B), r"pivots are \[ 0  1 -1\]; they must be integers"),
        (lambda x: linalg.lu_solve((x, B), B), "they must be integers from 0 to 2"),
        (lambda x: linalg.solve_banded((-1, 1), x[:1], B), "neither of which may be negative"),
        (lambda x: linalg.lu_factor(x[:2]), r"lu_factor: a has the shape \(2, 3\)"),
        (lambda x: linalg.lu_solve((x, np.arange(2)), B), r"lu_solve: the pivots have the shape \(2,\)"),
        (lambda x: linalg.lu_solve((x, np.arange(3)), B, trans=3), "trans is 3"),  # type: ignore[call-overload]
        (lambda x: linalg.khatri_rao(x, B), r"khatri_rao: a and b have the shapes \(3, 3\) and \(3,\)"),
        (lambda x: linalg.solve_discrete_lyapunov(x, B), r"q of shape \(3,\) does not fit \(3, 3\)"),
        (lambda x: linalg.solve_continuous_are(x, x[:, :1], x, x), r"solve_continuous_are: b has the shape \(3, 1\)"),
        (lambda x: linalg.solve_discrete_are(x, x, B, x), r"solve_discrete_are: q has the shape \(3,\)"),
        (lambda x: linalg.solve_discrete_are(x, x, np.tri(3), x), "q should be symmetric"),
        (lambda x: linalg.lu(x[0]), r"lu: a has the shape \(3,\); it must be a matrix or a stack"),
        (lambda x: linalg.svd(x[0]), r"svd: a has the shape \(3,\)"),
        (lambda x: linalg.qr(x, mode="reduced"), "mode is 'reduced'; it must be 'full'"),  # type: ignore[call-overload]
        (lambda x: linalg.polar(x, side="up"), "side is 'up'; it must be"),  # type: ignore[call-overload]
        (lambda x: linalg.orthogonal_procrustes(x, x[:2]), r"A and B have the shapes \(3, 3\) and \(2, 3\)"),
        (lambda x: linalg.pinv(x, rtol=-1.0), "rtol is -1.0; it must not be negative"),
        (lambda x: linalg.lstsq(x, B[:2]), r"lstsq: a has the shape \(3, 3\) and b the shape \(2,\)"),
        (lambda x: linalg.eigvals(x[:2]), r"eigvals: a has the shape \(2, 3\)"),
        (lambda x: linalg.eigvalsh_tridiagonal(x[0], B), r"d and e have the shapes \(3,\) and \(3,\)"),
        (
            lambda x: linalg.eigvalsh_tridiagonal(x[0], x[0, 1:], select="v"),  # type: ignore[call-overload]
            "how many there are in an interval depends on their values",
        ),
        (
            lambda x: linalg.eigvalsh_tridiagonal(x[0], B[1:], select="i", select_range=(0, 3)),
            r"eigvalsh_tridiagonal: select_range is \(0, 3\); .* from 0 to 2",
        ),
        (lambda x: linalg.solveh_banded(x, B[:2]), r"solveh_banded: b of shape \(2,\) does not fit"),
        (lambda x: linalg.cho_solve_banded((x[0], False), B), r"cho_solve_banded: the diagonals have the shape \(3,\)"),
        (lambda x: linalg.cholesky_banded(-x), "not positive definite"),
        (lambda x: linalg.solve_toeplitz((x[0], B[:2]), B), r"c and r have the shapes \(3,\) and \(2,\)"),
        (lambda x: linalg.matmul_toeplitz(x[0], B[:2]), r"x of shape \(2,\) does not fit the first row, of length 3"),
        (lambda x: linalg.solve_circulant(x[0], B[:2]), "c has 3 elements along its axis -1, and b 2"),
        (lambda x: linalg.solve_circulant(0 * x[0] + 1, B), "the circulant matrix is nearly singular"),
        (lambda x: linalg.solve_circulant(x[0], B, "no"), "singular is 'no'"),  # type: ignore[call-overload]
        (lambda x: linalg.companion(x[0, :1]), r"companion: a has the shape \(1,\)"),
        (lambda x: linalg.companion(0 * x[0]), "the first coefficient of a is 0"),
        (lambda x: linalg.convolution_matrix(x[0], 0), "n is 0"),
        (lambda x: linalg.fractional_matrix_power(x, B), r"t has the shape \(3,\)"),
        (lambda x: linalg.expm_frechet(x, x[:2]), r"expm_frechet: E has the shape \(2, 3\)"),
    ],
)
def test_mistakes(f: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        f(Variable(A))


@pytest.mark.parametrize(
    ("f", "instead"),
    [
        (lambda x: linalg.qr(x, mode="raw"), "what LAPACK works with"),
        (lambda x: linalg.eig(x, A), r"eig\(solve\(b, a\)\)"),
        (lambda x: linalg.eig(x, left=True), r"inv\(v\)\.conj\(\)\.mT"),
        (lambda x: linalg.eigvals(A, x), r"eigvals\(solve\(b, a\)\)"),
        (lambda x: linalg.pinv(x, atol=0.1), "write rtol"),
        (lambda x: linalg.eigvalsh_tridiagonal(x[0] + 1j, B[1:]), "both must be real"),
    ],
)
def test_what_is_not_for_variables(f: Callable[[Any], Any], instead: str) -> None:
    with pytest.raises(TypeError, match=instead):
        f(Variable(A))
