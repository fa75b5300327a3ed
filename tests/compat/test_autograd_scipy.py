"""`pydezero.compat.autograd.scipy`: values as SciPy's, derivatives against differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import scipy.signal
import scipy.stats
from numpy.testing import assert_allclose

import pydezero.compat.autograd as ag
from pydezero.compat.autograd.scipy import integrate, linalg, signal, special, stats
from pydezero.compat.autograd.test_util import check_grads
from pydezero.scipy import special as librarys

rng = np.random.default_rng(0)
REAL = rng.normal(size=4)
OTHERS = rng.normal(size=4)
POSITIVE = rng.uniform(0.5, 2.5, 4)
UNIT = rng.uniform(0.1, 0.9, 4)
COUNTS = np.array([0.0, 1.0, 4.0, 2.0])
SIMPLEX = np.array([0.2, 0.3, 0.5])
MATRIX = np.eye(3) + 0.2 * np.ones((3, 3))
SINGULAR = np.diag([1.0, 2.0, 0.0])
POINTS = rng.normal(size=(5, 3))

theirs: Any = scipy.stats  # the stubs know no distribution by such arguments

# Ours, SciPy's, the arguments, and which of them are differentiated.
STATS: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...], tuple[int, ...]]] = {
    **{
        f"norm.{name}": (getattr(stats.norm, name), getattr(theirs.norm, name), (REAL, OTHERS, POSITIVE), (0, 1, 2))
        for name in ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf")
    },
    **{
        f"t.{name}": (getattr(stats.t, name), getattr(theirs.t, name), (REAL, 3 * POSITIVE, OTHERS, POSITIVE), argnums)
        for name, argnums in (
            ("logpdf", (0, 1, 2, 3)),
            ("pdf", (0, 1, 2, 3)),
            ("cdf", (0, 2, 3)),
            ("logcdf", (0, 2, 3)),
        )
    },
    **{
        f"beta.{name}": (getattr(stats.beta, name), getattr(theirs.beta, name), (UNIT, POSITIVE, 1.5), argnums)
        for name, argnums in (("logpdf", (0, 1, 2)), ("pdf", (0, 1, 2)), ("cdf", (0,)))
    },
    **{
        f"gamma.{name}": (getattr(stats.gamma, name), getattr(theirs.gamma, name), (POSITIVE, 1.5), argnums)
        for name, argnums in (("logpdf", (0, 1)), ("pdf", (0, 1)), ("cdf", (0,)))
    },
    **{
        f"chi2.{name}": (getattr(stats.chi2, name), getattr(theirs.chi2, name), (POSITIVE, 3.5), argnums)
        for name, argnums in (("logpdf", (0, 1)), ("pdf", (0, 1)), ("cdf", (0,)))
    },
    **{
        f"poisson.{name}": (getattr(stats.poisson, name), getattr(theirs.poisson, name), (COUNTS, POSITIVE), (1,))
        for name in ("logpmf", "pmf", "cdf")
    },
    "dirichlet.logpdf": (stats.dirichlet.logpdf, theirs.dirichlet.logpdf, (SIMPLEX, POSITIVE[:3]), (1,)),
    "dirichlet.pdf": (stats.dirichlet.pdf, theirs.dirichlet.pdf, (SIMPLEX, POSITIVE[:3]), (1,)),
    "dirichlet.logpdf of many": (
        stats.dirichlet.logpdf,
        theirs.dirichlet.logpdf,
        (np.stack([SIMPLEX, SIMPLEX[::-1]], axis=1), POSITIVE[:3]),
        (1,),
    ),
    "multivariate_normal.logpdf": (
        stats.multivariate_normal.logpdf,
        theirs.multivariate_normal.logpdf,
        (POINTS, REAL[:3], MATRIX),
        (0, 1, 2),
    ),
    "multivariate_normal.pdf": (
        stats.multivariate_normal.pdf,
        theirs.multivariate_normal.pdf,
        (POINTS[0], REAL[:3], MATRIX),
        (0, 1, 2),
    ),
    "multivariate_normal.entropy": (
        stats.multivariate_normal.entropy,
        theirs.multivariate_normal.entropy,
        (REAL[:3], MATRIX),
        (1,),
    ),
}


@pytest.mark.parametrize(("ours", "scipys", "args", "argnums"), STATS.values(), ids=list(STATS))
def test_a_distribution(
    ours: Callable[..., Any], scipys: Callable[..., Any], args: tuple[Any, ...], argnums: tuple[int, ...]
) -> None:
    assert_allclose(ours(*args), scipys(*args), rtol=1e-10)
    check_grads(ours, argnums)(*args)


def test_counts_that_are_no_integers() -> None:
    assert stats.poisson.pmf(1.5, 2.0) == 0.0
    assert ag.grad(stats.poisson.pmf, 1)(1.5, 2.0) == 0.0


def test_a_singular_covariance() -> None:
    x, mean = np.array([0.5, -1.0, 0.0]), np.zeros(3)
    of_scipy = theirs.multivariate_normal.logpdf(x, mean, SINGULAR, allow_singular=True)
    assert_allclose(stats.multivariate_normal.logpdf(x, mean, SINGULAR, allow_singular=True), of_scipy)

    def in_the_plane(x: Any, mean: Any) -> Any:
        plane = np.array([1.0, 1.0, 0.0])
        return stats.multivariate_normal.logpdf(x * plane, mean * plane, SINGULAR, allow_singular=True)

    check_grads(in_the_plane, (0, 1))(x, mean)


def test_a_covariance_that_is_not_positive_definite() -> None:
    for cov in (SINGULAR, np.diag([1.0, -1.0, -1.0])):
        with pytest.raises(np.linalg.LinAlgError):
            stats.multivariate_normal.logpdf(POINTS, REAL[:3], cov)


def test_random_numbers_are_constants() -> None:
    found = ag.grad(lambda a: np.sum(a) + np.sum(stats.dirichlet.rvs(a, size=2)))(POSITIVE)
    assert_allclose(found, np.ones(4))


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(("m", "n"), [((5,), (3,)), ((3,), (5,)), ((4, 5), (2, 3)), ((5, 4), (4, 1)), ((3,), (3,))])
def test_convolve(mode: Any, m: tuple[int, ...], n: tuple[int, ...]) -> None:
    a, b = rng.normal(size=m), rng.normal(size=n)
    assert_allclose(signal.convolve(a, b, mode=mode), scipy.signal.convolve(a, b, mode), rtol=1e-12)
    check_grads(lambda a, b: signal.convolve(a, b, mode=mode), (0, 1))(a, b)


def test_convolve_along_some_axes() -> None:
    a, b = rng.normal(size=(2, 5, 4, 3)), rng.normal(size=(2, 4, 2, 3, 2))
    found = signal.convolve(a, b, axes=([1, 2], [2, 4]), dot_axes=([0, 3], [0, 3]))
    assert found.shape == (4, 6, 5)
    expected = sum(scipy.signal.convolve(a[i, :, :, j], b[i, 2, :, j, :]) for i in range(2) for j in range(3))
    assert_allclose(found[2], expected, rtol=1e-12)
    assert_allclose(signal.convolve(a[0], b[0, :, :, :, 0], axes=([], []), dot_axes=([1], [0])).shape, (5, 3, 2, 3))
    with pytest.raises(ValueError, match="valid"):
        signal.convolve(np.ones((2, 5)), np.ones((3, 2)), mode="valid")
    with pytest.raises(ValueError, match="must be 'full', 'same' or 'valid'"):
        signal.convolve(a, b, mode="wide")


@pytest.mark.parametrize("bands", [(1, 1), (2, 1), (0, 2), (1, 0)])
@pytest.mark.parametrize("columns", [(), (2,)])
def test_solve_banded(bands: tuple[int, int], columns: tuple[int, ...]) -> None:
    ab = rng.normal(size=(sum(bands) + 1, 5))
    ab[bands[1]] += 4.0
    b = rng.normal(size=(5, *columns))
    assert_allclose(linalg.solve_banded(bands, ab, b), scipy.linalg.solve_banded(bands, ab, b))
    check_grads(linalg.solve_banded, (1, 2))(bands, ab, b)


def rate(y: Any, t: Any, k: Any, a: Any) -> Any:
    return -k * y + np.sin(a * t)


def test_odeint() -> None:
    y0, t, args = np.array([1.0, -0.5]), np.linspace(0.1, 0.7, 4), (2.0, np.array([1.0, 3.0]))
    assert_allclose(integrate.odeint(rate, y0, t, args), scipy.integrate.odeint(rate, y0, t, args))

    def solution(y0: Any, t: Any, args: Any) -> Any:
        return integrate.odeint(rate, y0, t, args, rtol=1e-10, atol=1e-10)

    check_grads(solution, (0, 1, 2), modes=["rev"], order=1)(y0, t, args)
    # dy/dt = -k y, whose derivatives are known.
    decay = lambda k: integrate.odeint(lambda y, t, k: -k * y, np.ones(1), np.array([0.0, 2.0]), (k,))[1, 0]
    assert_allclose(ag.grad(decay)(0.5), -2.0 * np.exp(-1.0), rtol=1e-6)
    assert_allclose(ag.grad(ag.grad(decay))(0.5), 4.0 * np.exp(-1.0), rtol=1e-5)


def test_the_special_functions_are_the_librarys() -> None:
    assert special.gammaln is librarys.gammaln


def test_functions_of_scipy_linalg_without_a_derivative_take_rules() -> None:
    namespace: Any = linalg  # whose stubs are those of functions with a derivative
    matrix = np.array([[2.0, 0.5], [0.5, 1.0]])
    assert_allclose(namespace.hessenberg(matrix), scipy.linalg.hessenberg(matrix))
    with pytest.raises(NotImplementedError, match="VJP of hessenberg"):
        ag.grad(lambda x: np.sum(namespace.hessenberg(x)))(matrix)
    assert namespace.LinAlgError is np.linalg.LinAlgError
