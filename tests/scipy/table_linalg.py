"""The functions of `scipy.linalg`, at matrices that have an inverse and eigenvalues apart."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Final

import numpy as np

from tests.functions.case import Argument, ArrayCallable, Results, any_case, case, complex_case, needing, real, unit


def identity(x: Results) -> Results:
    return np.eye(x.shape[-1], dtype=np.float32)


def regular(x: Results) -> Results:
    """A matrix with a large diagonal."""
    return x + 5 * identity(x)


def _adjoint(x: Results) -> Results:
    return np.conjugate(np.swapaxes(x, -1, -2))


def definite(x: Results) -> Results:
    """A positive definite matrix."""
    product = x @ _adjoint(x)
    return product + 3 * identity(product)


def _double(x: Results) -> Results:
    """Of single precision SciPy says that the logarithm may be inaccurate."""
    return x.astype(np.result_type(x.dtype, np.float64))


def _alike(*matrices: Results) -> list[Results]:
    """SciPy's solution is wrong where a real matrix with complex eigenvalues is among complex ones."""
    dtype = np.result_type(*[x.dtype for x in matrices])
    return [x.astype(dtype) for x in matrices]


_OF_MATRIX: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("inv", lambda m, x: m.inv(regular(x))),
    ("det", lambda m, x: m.det(regular(x))),
    ("cholesky", lambda m, x: m.cholesky(definite(x))),
    ("cholesky lower", lambda m, x: m.cholesky(definite(x), lower=True)),
    ("cholesky of one triangle", lambda m, x: m.cholesky(regular(_real_diagonal(x)))),
    ("expm", lambda m, x: m.expm(x)),
    ("sqrtm", lambda m, x: m.sqrtm(regular(x))),
)

# All made of the exponential.
_OF_REAL_MATRIX: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("cosm", lambda m, x: m.cosm(x)),
    ("sinm", lambda m, x: m.sinm(x)),
    ("tanm", lambda m, x: m.tanm(x)),
    ("coshm", lambda m, x: m.coshm(x)),
    ("sinhm", lambda m, x: m.sinhm(x)),
    ("tanhm", lambda m, x: m.tanhm(x)),
)

# With a vector and with a matrix as right sides.
_EQUATIONS: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("lu_solve", lambda m, a, b: m.lu_solve(m.lu_factor(a), b)),
    ("solve", lambda m, a, b: m.solve(regular(a), b)),
    ("solve_triangular", lambda m, a, b: m.solve_triangular(regular(a), b)),
    ("cho_solve", lambda m, a, b: m.cho_solve(m.cho_factor(definite(a)), b)),
)
_FURTHER_EQUATIONS: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("solve sym", lambda m, a, b: m.solve(regular(a), b, assume_a="sym")),
    ("solve sym lower", lambda m, a, b: m.solve(regular(a), b, lower=True, assume_a="sym")),
    ("solve her", lambda m, a, b: m.solve(_real_diagonal(regular(a)), b, assume_a="her")),
    ("solve pos lower", lambda m, a, b: m.solve(definite(a), b, lower=True, assume_a="pos")),
    ("solve_triangular lower", lambda m, a, b: m.solve_triangular(regular(a), b, lower=True)),
    ("solve_triangular trans=1", lambda m, a, b: m.solve_triangular(regular(a), b, trans=1)),
    ("solve_triangular trans=C", lambda m, a, b: m.solve_triangular(regular(a), b, trans="C", lower=True)),
    ("solve_triangular unit", lambda m, a, b: m.solve_triangular(a, b, unit_diagonal=True)),
    ("lu_solve trans=1", lambda m, a, b: m.lu_solve(m.lu_factor(a), b, trans=1)),
    ("lu_solve trans=2", lambda m, a, b: m.lu_solve(m.lu_factor(a), b, 2)),
    ("cho_solve lower", lambda m, a, b: m.cho_solve((regular(a), True), b)),
)
_REAL_EQUATIONS: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("solve transposed", lambda m, a, b: m.solve(regular(a), b, transposed=True)),
    ("solve pos transposed", lambda m, a, b: m.solve(definite(a), b, assume_a="pos", transposed=True)),
)


def _real_diagonal(x: Results) -> Results:
    return np.where(identity(x) > 0, np.real(x), x)


def _with_diagonal(ab: Results, row: int) -> Results:
    """Diagonals of a matrix, of which the main one is large."""
    return ab + 9 * (np.arange(ab.shape[0])[:, np.newaxis] == row).astype(np.float32)


def _projected(values: Results, vectors: Results) -> tuple[Results, ...]:
    """What does not depend on the phases of eigenvectors."""
    return values, (vectors * values[..., np.newaxis, :]) @ _adjoint(vectors)


# Of a Hermitian matrix, and of that with respect to a definite one.
_SPECTRA: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("eigh", lambda m, a, b: _projected(*m.eigh(_real_diagonal(a + b)))),
    ("eigh upper", lambda m, a, b: _projected(*m.eigh(_real_diagonal(a - b), lower=False, subset_by_index=(1, 2)))),
    ("eigh of two", lambda m, a, b: _projected(*m.eigh(_real_diagonal(a), definite(b / 8) / 4))),
    ("eigh type=2", lambda m, a, b: _projected(*m.eigh(_real_diagonal(a), definite(b / 8) / 4, lower=False, type=2))),
    ("eigh type=3", lambda m, a, b: _projected(*m.eigh(_real_diagonal(a), definite(b / 8) / 4, type=3))),
    ("eigh eigvals_only", lambda m, a, b: m.eigh(_real_diagonal(a), definite(b), eigvals_only=True)),
    ("eigvalsh", lambda m, a, b: m.eigvalsh(_real_diagonal(a + b), subset_by_index=(0, 1))),
    ("eigvalsh of two", lambda m, a, b: m.eigvalsh(_real_diagonal(a), definite(b), lower=False)),
)


def _cost(x: Results) -> Results:
    """A definite matrix, Hermitian to double precision, as SciPy asks for."""
    return definite(_double(x))


# Of control in continuous and discrete time. SciPy's balancing fails for some complex e.
_RICCATI: Final[tuple[tuple[str, Callable[..., ArrayCallable], tuple[Argument, ...]], ...]] = (
    (
        "",
        lambda name: lambda m, a, b, q: getattr(m, name)(a, b, _cost(q), _cost(_adjoint(b))),
        (unit(2, 2), unit(2, 1), unit(2, 2)),
    ),
    (
        " generalised",
        lambda name: (
            lambda m, a, e, s: getattr(m, name)(a, s, _cost(e), _cost(_adjoint(s)), regular(e), s / 8, balanced=False)
        ),
        (unit(2, 2), unit(2, 2), unit(2, 1)),
    ),
)


# Without the signs of the vectors, which two libraries may choose otherwise.
_OF_ANY_MATRIX: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("lu", lambda m, x: tuple(m.lu(x)[1:])),
    ("lu permute_l", lambda m, x: tuple(m.lu(x, permute_l=True))),
    ("polar", lambda m, x: tuple(m.polar(x))),
    ("polar left", lambda m, x: tuple(m.polar(x, side="left"))),
    ("qr", lambda m, x: _up_to_signs(*m.qr(x, mode="economic"))),
    ("qr pivoting", lambda m, x: _up_to_signs(*m.qr(x, mode="economic", pivoting=True)[:2])),
    ("svd", lambda m, x: _product_of_squares(*m.svd(x, full_matrices=False))),
    ("svdvals", lambda m, x: m.svdvals(x)),
    ("pinv", lambda m, x: m.pinv(x)),
    ("norm nuc", lambda m, x: m.norm(x, "nuc")),
)


def _up_to_signs(q: Results, r: Results) -> tuple[Results, ...]:
    """What does not depend on the phases of the columns of q."""
    k = q.shape[-1]
    first = r[..., :k]
    return q @ first, _adjoint(first) @ r


def _product_of_squares(u: Results, s: Results, vh: Results) -> tuple[Results, ...]:
    return s, (u * s[..., np.newaxis, :] ** 2) @ vh


def _of_lstsq(x: Results, residuals: Results, *_: Results) -> tuple[Results, ...]:
    """The solution and the sums of squares, which SciPy 1.18 returns as complex numbers of complex matrices."""
    return x, np.real(residuals)


def _of_eig(values: Results, vectors: Results) -> tuple[Results, ...]:
    return values, np.abs(vectors)


def _inside(ab: Results, lower: bool) -> Results:
    """Diagonals with zeros outside of the matrix."""
    row, j = np.indices(ab.shape)
    i = j + row - (0 if lower else len(ab) - 1)
    return ab * ((i >= 0) & (i < ab.shape[1])).astype(np.float32)


_TRIDIAGONAL: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("eigh_tridiagonal", lambda m, d, e: _projected(*m.eigh_tridiagonal(d, e))),
    ("eigh_tridiagonal select", lambda m, d, e: m.eigh_tridiagonal(d + 5, e, True, select="i", select_range=(1, 2))),
    ("eigvalsh_tridiagonal", lambda m, d, e: m.eigvalsh_tridiagonal(d, e)),
)

# Of the diagonals of a Hermitian matrix, those on one side of it.
_OF_BANDS: Final[tuple[tuple[str, Callable[[bool], ArrayCallable]], ...]] = (
    ("solveh_banded", lambda lower: lambda m, ab, b: m.solveh_banded(ab, b, lower=lower)),
    ("cho_solve_banded", lambda lower: lambda m, ab, b: m.cho_solve_banded((ab, lower), b)),
)


def _of_banded(f: ArrayCallable, row: int) -> ArrayCallable:
    return lambda m, ab, b: f(m, _with_diagonal(ab, row), b)


def _leading(x: Results) -> Results:
    """A vector whose first element is large."""
    return x + 9 * (np.arange(x.shape[-1]) == 0).astype(np.float32)


_WITH_TOEPLITZ: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("solve_toeplitz", lambda m, c, b: m.solve_toeplitz((_leading(c), c[::-1]), b)),
    ("solve_toeplitz of one", lambda m, c, b: m.solve_toeplitz(_leading(c), b)),
    ("matmul_toeplitz", lambda m, c, b: m.matmul_toeplitz((c, c[::-1]), b)),
    ("matmul_toeplitz of one", lambda m, c, b: m.matmul_toeplitz(c, b)),
    ("solve_circulant", lambda m, c, b: m.solve_circulant(_leading(c), b)),
)


_ARRANGED: Final[tuple[tuple[str, ArrayCallable, tuple[int, ...], tuple[int, ...]], ...]] = (
    ("toeplitz", lambda m, c, r: m.toeplitz(c, r), (3,), (2,)),
    ("khatri_rao", lambda m, a, b: m.khatri_rao(a, b), (2, 3), (3, 3)),
    ("hankel", lambda m, c, r: m.hankel(c, r), (2,), (4,)),
    ("block_diag", lambda m, a, b: m.block_diag(a, b, a), (2, 3), (1, 2)),
    ("block_diag of a vector and a number", lambda m, a, b: m.block_diag(a, b), (2,), ()),
)

LINALG: Final = [
    *chain.from_iterable(any_case(name, f, Argument((2, 2), ((-1.0, 1.0),))) for name, f in _OF_MATRIX),
    *needing(
        "scipy>=1.17",  # before, in extended precision in between
        any_case("logm", lambda m, x: m.logm(regular(_double(x))), Argument((2, 2), ((-1.0, 1.0),))),
    ),
    *chain.from_iterable(case(name, f, Argument((2, 2), ((-0.6, 0.6),))) for name, f in _OF_REAL_MATRIX),
    *complex_case("cosm", lambda m, x: m.cosm(x), unit(2, 2)),
    *complex_case("sinm", lambda m, x: m.sinm(x), unit(2, 2)),
    *case("expm of a stack", lambda m, x: m.expm(x), unit(2, 2, 2)),
    *needing(
        "scipy>=1.17",
        case("solve of stacks", lambda m, a, b: m.solve(regular(a), b, assume_a="pos"), unit(2, 2, 2), real(2, 1)),
    ),
    *needing(
        "scipy>=1.17",
        case(
            "solve_triangular of stacks", lambda m, a, b: m.solve_triangular(regular(a), b), unit(2, 2), real(2, 2, 1)
        ),
    ),
    *needing(
        "scipy>=1.15",
        case("solve diagonal", lambda m, a, b: m.solve(regular(a), b, assume_a="diagonal"), real(3, 3), real(3)),
    ),
    *needing(
        "scipy>=1.15",
        case("solve tridiagonal", lambda m, a, b: m.solve(regular(a), b, assume_a="tridiagonal"), real(4, 4), real(4)),
    ),
    *needing(
        "scipy>=1.15",
        case(
            "solve lower triangular",
            lambda m, a, b: m.solve(regular(a), b, assume_a="lower triangular", transposed=True),
            real(3, 3),
            real(3),
        ),
    ),
    *needing("scipy>=1.17", case("toeplitz of a stack", lambda m, c: m.toeplitz(c), real(2, 3))),
    *chain.from_iterable(any_case(f"{name} vector", f, real(3, 3), real(3)) for name, f in _EQUATIONS),
    *chain.from_iterable(any_case(f"{name} matrix", f, real(3, 3), real(3, 2)) for name, f in _EQUATIONS),
    *chain.from_iterable(any_case(name, f, real(3, 3), real(3)) for name, f in _FURTHER_EQUATIONS),
    *chain.from_iterable(case(name, f, real(3, 3), real(3)) for name, f in _REAL_EQUATIONS),
    *any_case(
        "cho_factor", lambda m, a: m.cho_factor(definite(a))[0] * np.triu(np.ones((3, 3), np.float32)), real(3, 3)
    ),
    *any_case(
        "solve_sylvester",
        lambda m, a, b, q: m.solve_sylvester(*_alike(regular(a), b, q)),
        real(3, 3),
        Argument((2, 2), ((-0.5, 0.5),)),
        real(3, 2),
    ),
    *any_case(
        "solve_continuous_lyapunov",
        lambda m, a, q: m.solve_continuous_lyapunov(*_alike(regular(a), q)),
        real(3, 3),
        real(3, 3),
    ),
    *chain.from_iterable(any_case(name, f, real(3, 3), real(3, 3)) for name, f in _SPECTRA),
    *any_case("lu_factor", lambda m, a: m.lu_factor(a)[0], real(3, 3)),
    *chain.from_iterable(
        any_case(
            f"solve_discrete_lyapunov {method}",
            lambda m, a, q, method=method: m.solve_discrete_lyapunov(*_alike(a / 4, q), method),
            real(2, 2),
            real(2, 2),
        )
        for method in (None, "bilinear")
    ),
    *chain.from_iterable(
        any_case(f"{name}{what}", of_name(name), *arguments)
        for name in ("solve_continuous_are", "solve_discrete_are")
        for what, of_name, arguments in _RICCATI
    ),
    *chain.from_iterable(any_case(name, f, real(*x), real(*y)) for name, f, x, y in _ARRANGED),
    *chain.from_iterable(
        any_case(
            f"solve_banded {lower}{upper}",
            lambda m, ab, b, bands=(lower, upper): m.solve_banded(bands, _with_diagonal(ab, bands[1]), b),
            real(lower + upper + 1, 4),
            real(4, *columns),
        )
        for lower, upper, columns in ((1, 1, ()), (2, 1, (2,)), (0, 2, ()), (1, 0, (1,)), (4, 5, ()))
    ),
    *chain.from_iterable(
        any_case(f"{name} {rows}x{columns}", f, real(rows, columns))
        for name, f in _OF_ANY_MATRIX
        for rows, columns in ((3, 3), (4, 2), (2, 3))
    ),
    *any_case("qr full", lambda m, x: _up_to_signs(*m.qr(regular(x))), real(3, 3)),
    *any_case("qr r", lambda m, x: np.abs(m.qr(x, mode="r")[0]), real(3, 2)),
    *case("lu of a stack", lambda m, x: tuple(m.lu(x)[1:]), real(2, 3, 2)),
    *any_case("pinv rtol", lambda m, x: m.pinv(x, rtol=0.3), real(3, 2)),
    *case("norm", lambda m, x: m.norm(x) * np.ones(1, x.dtype), real(3)),  # SciPy's own is a float
    *case("norm axis", lambda m, x: m.norm(x, 3, axis=1, keepdims=True), real(2, 3)),
    *any_case("eig", lambda m, x: _of_eig(*m.eig(x + np.diag(np.arange(3, dtype=np.float32)))), real(3, 3)),
    *any_case("eigvals", lambda m, x: m.eigvals(x), real(3, 3)),
    *any_case("lstsq", lambda m, a, b: _of_lstsq(*m.lstsq(a, b)), real(4, 2), real(4)),
    *any_case("lstsq matrix", lambda m, a, b: _of_lstsq(*m.lstsq(a, b)), real(4, 2), real(4, 2)),
    *any_case("lstsq wide", lambda m, a, b: m.lstsq(a, b)[0], real(2, 3), real(2)),
    *needing(
        "scipy>=1.15",  # before, of a complex A without its conjugate
        any_case("orthogonal_procrustes", lambda m, a, b: tuple(m.orthogonal_procrustes(a, b)), real(4, 2), real(4, 2)),
    ),
    *any_case(
        "fractional_matrix_power", lambda m, x: m.fractional_matrix_power(definite(_double(x)), -1.3), unit(2, 2)
    ),
    *any_case("fractional_matrix_power of an integer", lambda m, x: m.fractional_matrix_power(x, 3), unit(2, 2)),
    *case("expm_frechet with expm", lambda m, a: tuple(m.expm_frechet(_double(a), _double(a) @ a)), unit(2, 2)),
    *any_case("expm_frechet", lambda m, a, e: m.expm_frechet(_double(a), _double(e))[1], unit(2, 2), unit(2, 2)),
    *chain.from_iterable(case(name, f, real(4), unit(3)) for name, f in _TRIDIAGONAL),
    *chain.from_iterable(
        any_case(
            f"{name} {'lower' if lower else 'upper'} {count}",
            _of_banded(of_side(lower), 0 if lower else count),
            real(count + 1, 4),
            real(4, *columns),
        )
        for name, of_side in _OF_BANDS
        for lower, count, columns in ((False, 1, ()), (True, 2, (2,)), (True, 1, ()), (False, 2, ()))
    ),
    *chain.from_iterable(
        any_case(
            f"cholesky_banded {'lower' if lower else 'upper'}",
            lambda m, ab, lower=lower: _inside(
                m.cholesky_banded(_with_diagonal(ab, 0 if lower else 2), lower=lower), lower
            ),
            real(3, 4),
        )
        for lower in (False, True)
    ),
    *chain.from_iterable(any_case(f"{name} vector", f, unit(3), real(3)) for name, f in _WITH_TOEPLITZ),
    *chain.from_iterable(any_case(f"{name} matrix", f, unit(3), real(3, 2)) for name, f in _WITH_TOEPLITZ),
    *any_case("matmul_toeplitz wide", lambda m, c, r: m.matmul_toeplitz((c, r), r), real(2), real(4)),
    *any_case("companion", lambda m, a: m.companion(_leading(a)), unit(4)),
    *chain.from_iterable(
        any_case(f"convolution_matrix {mode}", lambda m, a, mode=mode: m.convolution_matrix(a, 3, mode), real(4))
        for mode in ("full", "valid", "same")
    ),
    *any_case("toeplitz of one", lambda m, c: m.toeplitz(c), real(3)),
    *any_case("hankel of one", lambda m, c: m.hankel(c), real(3)),
    *any_case("circulant", lambda m, c: m.circulant(c), real(3)),
]

NAMES: Final = frozenset(row.name.split()[0] for row in LINALG)
