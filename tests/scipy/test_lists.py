"""Lists of numbers and Variables, where SciPy takes lists of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse as scipys

import pydezero.scipy
from pydezero import Variable
from pydezero.testing import check_grads
from tests.versions import needs

untyped: Any = pydezero.scipy  # annotations ask for arrays
integrate, interpolate, signal, stats = untyped.integrate, untyped.interpolate, untyped.signal, untyped.stats
ndimage, sparse, special = untyped.ndimage, untyped.sparse, untyped.special
linalg, optimize = untyped.linalg, untyped.optimize
fft, distance = untyped.fft, untyped.spatial.distance

PLACES: Final = [0.0, 1.0, 2.0, 3.0]
SQUARES: Final = np.arange(16.0).reshape(4, 4) ** 2
TWICE: Final = scipys.csr_array(2 * np.eye(2))

# A function of a number.
LISTS: Final[dict[str, Callable[[Any], Any]]] = {
    "odeint": lambda v: integrate.odeint(lambda y, t: [-y[0], y[0]], [v, 1.0], [0.0, 1.0, v]),
    "trapezoid": lambda v: integrate.trapezoid([v, v * v, 1.0], [0.0, 1.0, v + 1]),
    "simpson": lambda v: integrate.simpson((v, v * v, 1.0)),
    "cumulative_trapezoid": lambda v: integrate.cumulative_trapezoid([v, v * v, 1.0]),
    "CubicSpline": lambda v: interpolate.CubicSpline([0.0, v, 2.0, 3.0], [v, 1.0, v * v, 2.0])([0.2, v + 0.1]),
    "PchipInterpolator": lambda v: interpolate.PchipInterpolator(PLACES, [v, v * v, 4.0, 6.0])([0.2, 0.9]),
    "make_interp_spline": lambda v: interpolate.make_interp_spline(PLACES, [v, v * v, 4.0, 6.0])([0.2, v]),
    "RegularGridInterpolator": lambda v: interpolate.RegularGridInterpolator((PLACES,), [v, 2.0, v * v, 1.0])([[v]]),
    "convolve": lambda v: signal.convolve([v, 2.0, v * v], [1.0, v]),
    "fftconvolve": lambda v: signal.fftconvolve([[v, 2.0, v * v]], [[1.0, v]]),
    "lfilter": lambda v: signal.lfilter([v, 1.0], [1.0, v / 9], [1.0, v, 2.0], zi=[v])[0],
    "ndimage.convolve": lambda v: ndimage.convolve([v, 2.0, v * v], [1.0, v, 0.5]),
    "gaussian_filter": lambda v: ndimage.gaussian_filter([[v, 2.0], [v * v, 1.0]], [v, 1.0]),
    "map_coordinates": lambda v: ndimage.map_coordinates(SQUARES, [[0.3, v], [1.2, 0.1]]),
    "norm": lambda v: stats.norm.logpdf([v, 2.0], [0.0, v], 1.0),
    "multivariate_normal": lambda v: stats.multivariate_normal.logpdf([1.0, 2.0], [v, 1.0], [[1.0, 0.1], [0.1, v]]),
    "poisson": lambda v: stats.poisson.logpmf([1, 2], [v, 1.0]),
    "spsolve": lambda v: sparse.linalg.spsolve(sparse.csr_array(([v, 2.0], [0, 1], [0, 1, 2]), (2, 2)), [1.0, v]),
    "cg": lambda v: sparse.linalg.cg(TWICE, [v, 1.0])[0],
    "gammaln": lambda v: special.gammaln([v, 2.5]),
    "betaln": lambda v: special.betaln((v, 1.0), v),
    "hyp2f1": lambda v: special.hyp2f1(1.0, 2.0, 3.0, [v / 4, 0.5]),
    "jv": lambda v: special.jv([2, 1], [v, 0.5]),
    "ive": lambda v: special.ive(1, [v, 0.5]),
    "comb": lambda v: special.comb([v + 2, 5.0], 2),
    "polygamma": lambda v: special.polygamma(1, [v, 0.5]),
    "zeta": lambda v: special.zeta(2.0, [[v, 0.5]]),
    "lambertw": lambda v: special.lambertw([v, 0.5]).real,
    "ellipj": lambda v: special.ellipj([v, 0.5], 0.3)[1],
    "airy": lambda v: special.airy([v, 0.5])[0],
    "spherical_jn": lambda v: special.spherical_jn(2, [v, 0.5], derivative=True),
    "sph_harm_y": lambda v: special.sph_harm_y(2, 1, [v, 0.5], v).real,
    "sosfilt": lambda v: signal.sosfilt([[v, 1.0, 0.0, 1.0, v / 9, 0.0]], [1.0, v, 2.0]),
    "filtfilt": lambda v: signal.filtfilt([v, 1.0], [1.0, v / 9], [1.0, v, 2.0], padlen=1),
    "curve_fit": lambda v: optimize.curve_fit(lambda t, a: a * t, [1.0, 2.0], [v, 1.0])[0],
    "solve": lambda v: linalg.solve([[v, 1.0], [0.5, 3.0]], [1.0, v], assume_a="sym"),
    "solve_triangular": lambda v: linalg.solve_triangular([[3.0, 1.0], [0.0, 2.0]], (v, 1.0)),
    "cho_solve": lambda v: linalg.cho_solve((np.eye(2), True), [v, 1.0]),
    "solve_sylvester": lambda v: linalg.solve_sylvester([[v]], [[1.0, 0.0], [v, 2.0]], [[1.0, v]]),
    "expm": lambda v: linalg.expm([[v, 1.0], [0.0, v]]),
    "cosm": lambda v: linalg.cosm([[v, 1.0], [0.0, v]]),
    "solve_banded": lambda v: linalg.solve_banded((1, 0), [[v, 2.0], [1.0, 0.0]], [1.0, v]),
    "eigvalsh": lambda v: linalg.eigvalsh([[v, 0.5], [0.5, 3.0]], [[2.0, 0.1], [0.1, v]]),
    "lu_solve": lambda v: linalg.lu_solve(linalg.lu_factor([[v, 1.0], [0.5, 3.0]]), [1.0, v]),
    "solve_discrete_lyapunov": lambda v: linalg.solve_discrete_lyapunov(
        [[v / 4, 0.1], [0.0, 0.2]], [[1.0, v], [v, 2.0]]
    ),
    "solve_continuous_are": lambda v: linalg.solve_continuous_are(
        [[v, 1.0], [0.0, v]], np.eye(2), np.eye(2), [[v, 0], [0, v]]
    ),
    "lu": lambda v: linalg.lu([[v, 1.0], [0.5, 3.0]])[2],
    "polar": lambda v: linalg.polar([[v, 1.0], [0.5, 3.0]])[1],
    "linalg.norm": lambda v: linalg.norm([v, v * v, 1.0], 3),
    "eigvalsh_tridiagonal": lambda v: linalg.eigvalsh_tridiagonal([v, 1.0], [v]),
    "solveh_banded": lambda v: linalg.solveh_banded([[0.0, v / 9], [v, 1.0]], [1.0, v]),
    "cho_solve_banded": lambda v: linalg.cho_solve_banded(([[0.0, v], [v, 1.0]], False), [1.0, v]),
    "solve_toeplitz": lambda v: linalg.solve_toeplitz(([v, 0.5], [v, v / 2]), [1.0, v]),
    "matmul_toeplitz": lambda v: linalg.matmul_toeplitz([v, 0.5], [1.0, v]),
    "solve_circulant": lambda v: linalg.solve_circulant([v, 0.5], [1.0, v]),
    "companion": lambda v: linalg.companion([v, 1.0, v * v]),
    "expm_frechet": lambda v: linalg.expm_frechet([[v, 1.0], [0.0, v]], [[1.0, v], [v, 0.0]])[1],
    "dctn": lambda v: fft.dctn([[v, 1.0], [0.5, v * v]]),
    "cdist": lambda v: distance.cdist([[v, 1.0]], [[0.5, v * v]], "cityblock", w=[1.0, v]),
    "nnls": lambda v: optimize.nnls([[v, 1.0], [0.5, 2.0]], [1.0, v])[0],
    "lsq_linear": lambda v: optimize.lsq_linear([[v, 1.0], [0.5, 3.0]], [1.0, v]).x,
    "savgol_filter": lambda v: signal.savgol_filter([v, 1.0, v * v, 2.0], 3, 1),
    "freqz": lambda v: np.abs(signal.freqz([v, 1.0], [1.0, v / 9], [0.1, v])[1]),
    "freqz_zpk": lambda v: np.abs(signal.freqz_zpk([v, 1.0], [v / 9], v, [0.1, v])[1]),
    "group_delay": lambda v: signal.group_delay(([v, 1.0], [1.0, v / 9]), [0.1, v])[1],
    "welch": lambda v: signal.periodogram([v, 1.0, v * v, 2.0], detrend="linear")[1],
    "csd": lambda v: np.abs(signal.csd([v, 1.0, v * v, 2.0], [v, 2.0, 0.5, 1.0], nperseg=3)[1]),
    "stft": lambda v: np.abs(signal.stft([v, 1.0, v * v, 2.0], window=[1.0, v, 0.5], nperseg=None)[2]),
    "istft": lambda v: signal.istft([[v, 1.0], [2.0, v], [0.1, 0.3]], window=[1.0, v, 1.0, 0.5])[1],
    "upfirdn": lambda v: signal.upfirdn([v, 1.0], [v, 2.0, v * v], 3, 2),
    "resample": lambda v: signal.resample([v, 2.0, v * v], 4),
    "resample_poly": lambda v: signal.resample_poly([v, 2.0, v * v], 3, 2, window=[1.0, v, 0.5]),
    "hilbert": lambda v: signal.hilbert([v, 2.0, v * v]).imag,
    "logsumexp": lambda v: special.logsumexp([v, 2.0], b=[1.0, v]),
}


_NEWER: Final = {"solve_sylvester": [needs("scipy>=1.17", "it takes lists of numbers")]}


@pytest.mark.parametrize("f", [pytest.param(f, id=name, marks=_NEWER.get(name, ())) for name, f in LISTS.items()])
def test_a_list_is_an_array(f: Callable[[Any], Any]) -> None:
    if f is not LISTS["spsolve"]:  # a SparseArray of numbers in lists
        assert_allclose(f(Variable(np.array(1.3))).data, f(1.3), rtol=1e-6)
    check_grads(f, (1.3,))
