"""A constant of a narrow dtype gives the derivative that the same numbers give in float64, as in NumPy's functions.

Where SciPy's own value with the constant is another one (differences of `uint8` wrap around), a function that calls
SciPy has that value, and one of our own the value that the numbers have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pydezero import jvp, value_and_grad
from pydezero.scipy import fft, integrate, interpolate, linalg, ndimage, optimize, signal, stats
from pydezero.scipy.spatial import distance

LEVELS: Final = np.array([200.0, 7.0, 100.0, 3.0, 250.0, 90.0])
RISING: Final = np.array([1.0, 3.0, 40.0, 100.0, 200.0, 255.0])
SQUARE: Final = np.array([[9.0, 1.0, 0.0], [200.0, 100.0, 3.0], [2.0, 250.0, 40.0]])
GRAM: Final = np.array([[200.0, 3.0, 1.0], [3.0, 100.0, 2.0], [1.0, 2.0, 30.0]])
WEIGHTS: Final = np.array([3.0, 200.0, 100.0])
X: Final = np.array([1.0, -0.5, 0.3])
LONG: Final = np.array([1.0, -0.5, 0.3, 0.7, 2.0, -1.0])
POINTS: Final = np.array([[1.0, -2.0, 0.3], [0.3, 1.0, 0.1]])

# A function of a constant and of x, the constant, and x.
ROWS: Final[dict[str, tuple[Callable[[Any, Any], Any], Any, Any]]] = {
    "filtfilt, x": (lambda c, b: signal.filtfilt(b, [1.0, -0.5], c, padlen=3), LEVELS, X),
    "filtfilt, b": (lambda c, x: signal.filtfilt(c, [400.0, 30.0], x, padlen=3), WEIGHTS, LONG),
    "sosfiltfilt, x": (
        lambda c, b: signal.sosfiltfilt(np.stack([np.append(b, [1.0, -0.5, 0.1])]), c, padlen=3),
        LEVELS,
        X,
    ),
    "lfilter, x": (lambda c, b: signal.lfilter(b, [1.0, -0.5], c), LEVELS, X),
    "lfilter, a": (lambda c, x: signal.lfilter([1.0, 2.0], c, x), WEIGHTS[::-1], LONG),
    "lfilter, zi": (lambda c, x: signal.lfilter([1.0, 2.0, 3.0], [1.0], x, zi=c)[0], LEVELS[:2], LONG),
    "lfilter_zi, a": (lambda c, b: signal.lfilter_zi(b, c), WEIGHTS, X),
    "convolve": (lambda c, x: signal.convolve(c, x), LEVELS, X),
    "fftconvolve": (lambda c, x: signal.fftconvolve(x, c), LEVELS, X),
    "euclidean, w": (lambda c, x: distance.cdist(x, x + 1, w=c), WEIGHTS, POINTS),
    "minkowski, w": (lambda c, x: distance.pdist(x, "minkowski", p=3, w=c), WEIGHTS, POINTS),
    "correlation, w": (lambda c, x: distance.pdist(x, "correlation", w=c), WEIGHTS, POINTS),
    "cosine, points": (lambda c, x: distance.cdist(x, c, "cosine"), SQUARE, POINTS),
    "mahalanobis, VI": (
        lambda c, x: distance.pdist(x, "mahalanobis", VI=c),
        GRAM,
        POINTS,
    ),
    "lu_solve": (lambda c, b: linalg.lu_solve((c, np.array([1, 1, 2])), b), SQUARE, X),
    "solve_banded": (lambda c, b: linalg.solve_banded((1, 1), c, b), SQUARE[[0, 2, 1]], X),
    "solve_sylvester": (lambda c, q: linalg.solve_sylvester(c, c, q), SQUARE, np.outer(X, X)),
    "solve_discrete_lyapunov": (lambda c, q: linalg.solve_discrete_lyapunov(c, q), SQUARE, np.outer(X, X)),
    "eigvalsh": (lambda c, b: linalg.eigvalsh(c, b @ b.T + 9 * np.eye(3)), SQUARE, np.outer(X, LONG[:3])),
    "eigvalsh, b": (lambda c, a: linalg.eigvalsh(a, c), GRAM / 30, np.outer(X, X) + np.eye(3)),
    "eigh, b": (lambda c, a: linalg.eigh(a, c, lower=False)[1] ** 2, GRAM / 30, np.outer(X, X) + np.diag(X)),
    "solve, symmetric": (lambda c, b: linalg.solve(c, b, assume_a="sym"), GRAM / 30, X),
    "solve, positive definite": (lambda c, b: linalg.solve(c, b, assume_a="pos"), GRAM / 30, X),
    "solve_triangular": (lambda c, b: linalg.solve_triangular(c, b), GRAM / 30, X),
    "cho_solve": (lambda c, b: linalg.cho_solve((c, True), b), GRAM / 30, X),
    "riccati": (lambda c, a: linalg.solve_continuous_are(a, np.eye(3), c, np.eye(3)), GRAM, np.outer(X, X)),
    "khatri_rao": (lambda c, x: linalg.khatri_rao(c, x), SQUARE, POINTS),
    "toeplitz": (lambda c, x: linalg.toeplitz(c, x), WEIGHTS, X),
    "CubicSpline, x": (lambda c, y: interpolate.CubicSpline(c, y)(50.5), RISING, LONG),
    "CubicSpline, y": (lambda c, x: interpolate.CubicSpline(np.arange(6.0), c)(x), LEVELS, X + 2),
    "Pchip, x": (lambda c, y: interpolate.PchipInterpolator(c, y)(50.5), RISING, LONG),
    "Pchip, y": (lambda c, x: interpolate.PchipInterpolator(np.arange(6.0), c)(x), LEVELS, X + 2),
    "Akima, x": (lambda c, y: interpolate.Akima1DInterpolator(c, y)(50.5), RISING, LONG),
    "Akima, y": (lambda c, x: interpolate.Akima1DInterpolator(np.arange(6.0), c)(x), LEVELS, X + 2),
    "makima, y": (lambda c, x: interpolate.Akima1DInterpolator(np.arange(6.0), c, method="makima")(x), LEVELS, X + 2),
    "grid, values": (lambda c, x: interpolate.RegularGridInterpolator((np.arange(6.0),), c)(x), LEVELS, X[:, None] + 2),
    "grid, points": (lambda c, y: interpolate.RegularGridInterpolator((c,), y)([50.5]), RISING, LONG),
    "make_interp_spline": (lambda c, x: interpolate.make_interp_spline(np.arange(6.0), c)(x), LEVELS, X + 2),
    "make_interp_spline, x": (lambda c, y: interpolate.make_interp_spline(c, y)(50.5), RISING, LONG),
    "ndimage.convolve": (lambda c, x: ndimage.convolve(x, c), WEIGHTS, LONG),
    "ndimage.correlate": (lambda c, w: ndimage.correlate(c.astype(float), w), LEVELS, X),
    "map_coordinates": (lambda c, x: ndimage.map_coordinates(c.astype(float), x[None] + 2), LEVELS, X),
    "trapezoid, x": (lambda c, y: integrate.trapezoid(y, c), LEVELS, LONG),
    "trapezoid, y": (lambda c, x: integrate.trapezoid(c, x), LEVELS, LONG),
    "simpson, x": (lambda c, y: integrate.simpson(y, x=c), RISING, LONG),
    "simpson, y": (lambda c, x: integrate.simpson(c, x=np.cumsum(x**2)), LEVELS, LONG),
    "cumulative_trapezoid": (lambda c, y: integrate.cumulative_trapezoid(y, c), LEVELS, LONG),
    "nnls": (lambda c, b: optimize.nnls(c, b)[0], GRAM, np.array([9.0, 5.0, 2.0])),
    "norm.logpdf": (lambda c, loc: stats.norm.logpdf(c, loc, 50.0), LEVELS, LONG),
    "f.logpdf": (lambda c, dfn: stats.f.logpdf(c, dfn, c), LEVELS, LONG**2),
    "gamma.logcdf": (lambda c, a: stats.gamma.logcdf(c, a), LEVELS, LONG**2),
    "poisson.logpmf": (lambda c, mu: stats.poisson.logpmf(c, mu), LEVELS, LONG**2),
    "binom.logpmf": (lambda c, p: stats.binom.logpmf(c, c + c, p), LEVELS[1:2], np.array([0.3])),
    "multinomial.logpmf": (
        lambda c, p: stats.multinomial.logpmf(c, 303, p / np.sum(p)),
        WEIGHTS,
        np.array([1.0, 2.0, 3.0]),
    ),
    "multivariate_normal.logpdf": (lambda c, m: stats.multivariate_normal.logpdf(c, m, 900 * np.eye(3)), SQUARE, X),
    "dct": (lambda c, x: fft.dct(c * x), WEIGHTS, X),
}

# Functions whose value is SciPy's.
FROM_SCIPY: Final = {"trapezoid, x", "trapezoid, y", "cumulative_trapezoid"}


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "u8", "f2", "f4"])
@pytest.mark.parametrize("name", ROWS)
def test_constants_of_narrow_dtypes(name: str, dtype: str) -> None:
    f, constant, x = ROWS[name]

    def summed(x: Any, c: Any) -> Any:
        found = f(c, x)
        return np.sum(found * np.cos(np.arange(float(np.size(found)))).reshape(np.shape(found)))

    narrow = constant.astype(dtype)
    constant = narrow.astype(np.float64)
    value, found = value_and_grad(summed)(x, narrow)
    right, expected = value_and_grad(summed)(x, constant)
    if np.isclose(value, right, rtol=1e-9):
        assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
        moved = jvp(lambda x: summed(x, narrow), (x,), (np.ones_like(x),))[1]
        assert_allclose(moved, np.sum(expected), rtol=1e-8, atol=1e-10)
    else:
        assert name in FROM_SCIPY
        assert_allclose(value, summed(x, narrow), rtol=1e-12)
