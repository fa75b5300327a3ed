"""Functions of SciPy that take no Variables: the error names them, and says what there is; that works."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import fft as scipy_fft
from scipy import integrate, interpolate, linalg, ndimage, optimize, signal, sparse, spatial, special, stats

from pydezero import Variable, grad, vmap
from pydezero.compat.autograd.scipy import signal as compat_signal
from pydezero.core.operators import EscapeError
from pydezero.scipy import integrate as our_integrate
from pydezero.scipy import interpolate as our_interpolate
from pydezero.scipy import ndimage as our_ndimage
from pydezero.scipy import signal as our_signal
from pydezero.scipy import stats as pydezero_stats
from pydezero.testing import check_grads
from tests.versions import needs

T: Final = np.array([0.0, 1.0, 2.5, 3.0])
Y: Final = np.array([1.0, 2.0, 0.5, 4.0])


def _residuals(z: Any) -> Any:
    return z - 1.0


def _distance(v: Any) -> Callable[[Any], Any]:
    def distance(t: Any) -> Any:
        return np.sum((t - v) ** 2)

    return distance


# A call with a Variable x of shape () or v of shape (4,), and what the error says.
CALLS: Final[dict[str, tuple[Callable[[Any, Any], Any], str]]] = {
    "norm.logpdf": (
        lambda x, v: stats.norm.logpdf(v),
        r"pydezero\.scipy\.stats\.norm\.logpdf\(\.\.\.\), which is scipy",
    ),
    "norm.pdf loc": (lambda x, v: stats.norm.pdf(Y, loc=x), r"pydezero\.scipy\.stats\.norm\.pdf\(\.\.\.\)"),
    "norm frozen": (lambda x, v: stats.norm(loc=x).cdf(Y), r"pydezero\.scipy\.stats\.norm\.cdf\(\.\.\.\)"),
    "norm.isf": (lambda x, v: stats.norm.isf(v), r"pydezero\.scipy\.stats\.norm\.isf\(\.\.\.\), which"),
    "levy.pdf": (lambda x, v: stats.levy.pdf(v, 1.0), r"the density in NumPy.*scipy\.stats\.levy\.pdf, "),
    "poisson.logpmf": (lambda x, v: stats.poisson.logpmf(3, x), r"pydezero\.scipy\.stats\.poisson\.logpmf\(\.\.\.\)"),
    "multivariate_normal": (
        lambda x, v: stats.multivariate_normal.logpdf(Y, v),
        r"pydezero\.scipy\.stats\.multivariate_normal\.logpdf\(\.\.\.\)",
    ),
    "odeint": (lambda x, v: integrate.odeint(lambda y, t: -y, x, T), r"pydezero\.scipy\.integrate\.odeint\("),
    "solve_ivp": (
        lambda x, v: integrate.solve_ivp(lambda t, y: -y, (0, 1), v),
        r"pydezero\.scipy\.integrate\.solve_ivp\(",
    ),
    "simpson": (lambda x, v: integrate.simpson(v, x=T), r"pydezero\.scipy\.integrate\.simpson\("),
    "trapezoid": (lambda x, v: integrate.trapezoid(v, x=T), r"pydezero\.scipy\.integrate\.trapezoid\("),
    "cumulative_trapezoid": (
        lambda x, v: integrate.cumulative_trapezoid(v, T),
        r"pydezero\.scipy\.integrate\.cumulative_trapezoid\(",
    ),
    "cumulative_simpson": (
        lambda x, v: integrate.cumulative_simpson(v, x=T),
        r"pydezero\.scipy\.integrate\.cumulative_simpson\(",
    ),
    "quad": (lambda x, v: integrate.quad(lambda t: t * x, 0, 1), r"pydezero\.scipy\.integrate\.quad\("),
    "convolve": (lambda x, v: signal.convolve(v, Y), r"pydezero\.scipy\.signal\.convolve\(\.\.\.\), which"),
    "oaconvolve": (lambda x, v: signal.oaconvolve(v, Y), r"pydezero\.scipy\.signal\.oaconvolve\(\.\.\.\), which"),
    "lfilter": (
        lambda x, v: signal.lfilter([1.0], [1.0, 0.5], v),
        r"pydezero\.scipy\.signal\.lfilter\(\.\.\.\), which",
    ),
    "lfilter's state": (
        lambda x, v: signal.lfilter([1.0] * 5, [1.0], Y, zi=v),
        r"pydezero\.scipy\.signal\.lfilter\(\.\.\.\), which",
    ),
    "hilbert": (lambda x, v: signal.hilbert(v), r"pydezero\.scipy\.signal\.hilbert\(\.\.\.\), which"),
    "welch": (lambda x, v: signal.welch(v, nperseg=2), r"pydezero\.scipy\.signal\.welch\(\.\.\.\), which"),
    "czt": (lambda x, v: signal.czt(v), r"pydezero\.Function.*scipy\.signal\.czt"),
    "CubicSpline": (lambda x, v: interpolate.CubicSpline(T, v), r"pydezero\.scipy\.interpolate\.CubicSpline\(\.\.\.\)"),
    "CubicSpline at": (lambda x, v: interpolate.CubicSpline(T, Y)(x), r"pydezero\.scipy\.interpolate\.CubicSpline"),
    "uniform_filter": (
        lambda x, v: ndimage.uniform_filter(v, 3),
        r"pydezero\.scipy\.ndimage\.correlate.*scipy\.ndimage\.uniform_filter,",
    ),
    "shift": (lambda x, v: ndimage.shift(v, 0.5), r"map_coordinates.*scipy\.ndimage\.shift,"),
    "interp1d": (lambda x, v: interpolate.interp1d(T, v), r"np\.interp.*scipy\.interpolate\.interp1d"),
    "minimize": (
        lambda x, v: optimize.minimize(_residuals, v),
        r"pydezero\.scipy\.optimize\.minimize\(\.\.\.\), which is scipy\.optimize\.minimize for Variables",
    ),
    "least_squares": (
        lambda x, v: optimize.least_squares(partial(operator.sub, v), Y),
        r"pydezero\.scipy\.optimize\.least_squares",
    ),
    "curve_fit": (
        lambda x, v: optimize.curve_fit(lambda t, k: k * t, T, v),
        r"pydezero\.scipy\.optimize\.curve_fit\(\.\.\.\), which",
    ),
    "fft": (lambda x, v: scipy_fft.fft(v), r"np\.fft\.fft\(\.\.\.\).*scipy\.fft\.fft"),
    "svd": (lambda x, v: linalg.svd(v[:, None] * v), r"pydezero\.scipy\.linalg\.svd\(\.\.\.\), which"),
    "eigh": (lambda x, v: linalg.eigh(v[:, None] * v), r"pydezero\.scipy\.linalg\.eigh\(\.\.\.\), which"),
    "nnls": (lambda x, v: optimize.nnls(np.eye(4), v), r"pydezero\.scipy\.optimize\.nnls\(\.\.\.\), which"),
    "spsolve": (
        lambda x, v: sparse.linalg.spsolve(sparse.eye_array(4, format="csr"), v),
        r"pydezero\.scipy\.sparse\.linalg\.spsolve\(\.\.\.\), which",
    ),
    "cg": (lambda x, v: sparse.linalg.cg(np.eye(4), v), r"pydezero\.scipy\.sparse\.linalg\.cg\(\.\.\.\), which"),
    "minres": (
        lambda x, v: sparse.linalg.minres(np.eye(4), v),
        r"np\.linalg\.solve\(A\.toarray\(\), b\).*scipy\.sparse\.linalg\.minres",
    ),
    "csr_array": (
        lambda x, v: sparse.csr_array((v, [0, 1, 2, 3], [0, 1, 2, 3, 4])),
        r"pydezero\.scipy\.sparse\.csr_array\(\.\.\.\), which",
    ),
    "coo_array": (
        lambda x, v: sparse.coo_array((v, (np.arange(4), np.arange(4)))),
        r"pydezero\.scipy\.sparse\.coo_array",
    ),
    "a compiled function": (
        lambda x, v: optimize.linear_sum_assignment(v[:, None]),
        r"pydezero\.value\(x\).*scipy\.optimize\.linear_sum_assignment",
    ),
    "a compiled class": (lambda x, v: spatial.cKDTree(v[:, None]), r"pydezero\.value\(x\).*scipy\.spatial\.cKDTree"),
    "Fortran": (
        lambda x, v: linalg.lapack.dpotrf(v[:, None] * v),
        r"Function.*scipy\.linalg\.lapack\.dpotrf",
    ),
    "an index": (lambda x, v: scipy_fft.next_fast_len(x), r"a plain integer.*scipy\.fft\.next_fast_len"),
    "special": (lambda x, v: special.polygamma(1, x), r"pydezero\.scipy\.special\.polygamma"),
    "Polynomial": (lambda x, v: np.polynomial.Polynomial(v)(2.0), r"np\.polyval\(c\[::-1\], x\)"),
    "Polynomial at": (lambda x, v: np.polynomial.Polynomial(Y)(x), r"np\.polyval\(c\[::-1\], x\)"),
    "chebval": (lambda x, v: np.polynomial.chebyshev.chebval(0.5, v), r"chebvander\(t, n\) @ c"),
}


_NEWER: Final = {"lfilter": [needs("scipy>=1.15", "it lets an error of the conversion through")]}


@pytest.mark.parametrize(
    ("use", "advice"), [pytest.param(*call, marks=_NEWER.get(name, ()), id=name) for name, call in CALLS.items()]
)
def test_the_error_names_the_function_and_what_there_is(use: Callable[[Any, Any], Any], advice: str) -> None:
    with pytest.raises(EscapeError, match=f"(?s)Write .*{advice}") as raised:
        use(Variable(np.array(1.5)), Variable(Y))
    assert "np.asarray" not in str(raised.value)


# A call of which SciPy has an error of its own, and what the note on it says.
NOTED: Final[dict[str, tuple[Callable[[Any], Any], str]]] = {
    "eigsh": (
        lambda v: sparse.linalg.eigsh(v[:, None] * v, k=1),
        r"np\.linalg\.eigh\(A\).*sparse\.linalg\.eigsh",
    ),
    "cg": (lambda v: sparse.linalg.cg(v[:, None] * v, Y), r"pydezero\.scipy\.sparse\.linalg\.cg\(\.\.\.\), which"),
    "diags": (lambda v: sparse.diags(v), r"np\.diag\(x, k\).*scipy\.sparse\.diags"),
    "brentq's end": (lambda v: optimize.brentq(np.sin, 3.0, v[3]), r"pydezero\.scipy\.optimize\.brentq\(\.\.\.\)"),
    "root of what captures": (
        lambda v: optimize.differential_evolution(_distance(v), optimize.Bounds([0.0], [1.0]), maxiter=1),
        r"pydezero\.scipy\.optimize.*scipy\.optimize\.differential_evolution",
    ),
}


@pytest.mark.parametrize(("use", "note"), NOTED.values(), ids=list(NOTED))
def test_an_error_of_scipys_gets_a_note_of_the_function_and_what_there_is(use: Callable[[Any], Any], note: str) -> None:
    with pytest.raises((TypeError, ValueError, RuntimeError)) as raised:  # in SciPy's words
        grad(use)(Y)
    # Where SciPy's own code makes an array of a Variable, the error says it in place of a note.
    assert re.search(note, "".join([str(raised.value), *getattr(raised.value, "__notes__", [])]))


def test_an_error_of_scipys_with_arrays_gets_no_note() -> None:
    with pytest.raises(np.linalg.LinAlgError) as raised:
        grad(lambda v: np.sum(v) * linalg.cholesky(-np.eye(2))[0, 0])(Y)
    assert not getattr(raised.value, "__notes__", [])


# What the advice says to write, and what SciPy gives for arrays.
ADVICE: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "norm.logpdf": (lambda y: pydezero_stats.norm.logpdf(y), stats.norm.logpdf),
    "odeint": (
        lambda y: our_integrate.odeint(lambda y, t: -y, y, T, rtol=1e-9, atol=1e-9),
        lambda y: integrate.odeint(lambda y, t: -y, y, T),
    ),
    "simpson": (lambda y: our_integrate.simpson(y, x=T), lambda y: integrate.simpson(y, x=T)),
    "trapezoid": (lambda y: our_integrate.trapezoid(y, T), lambda y: integrate.trapezoid(y, T)),
    "cumulative_trapezoid": (
        lambda y: our_integrate.cumulative_trapezoid(y, T),
        lambda y: integrate.cumulative_trapezoid(y, T),
    ),
    "quad": (
        lambda y: our_integrate.quad(lambda t: np.exp(-y[0] * t), 0.0, y[1])[0],
        lambda y: integrate.quad(lambda t: np.exp(-y[0] * t), 0.0, y[1])[0],
    ),
    "convolve": (lambda y: our_signal.convolve(y, T), lambda y: signal.convolve(y, T)),
    "np.convolve": (lambda y: np.convolve(y, T, "same"), lambda y: signal.convolve(y, T, "same")),
    "compat convolve": (lambda y: compat_signal.convolve(y, T), lambda y: signal.convolve(y, T)),
    "correlate": (lambda y: np.correlate(y, T, "full"), lambda y: signal.correlate(y, T)),
    "compat correlate": (lambda y: compat_signal.convolve(y, T[::-1]), lambda y: signal.correlate(y, T)),
    "CubicSpline": (
        lambda y: our_interpolate.CubicSpline(T, y)(np.array([0.5, 2.0])),
        lambda y: interpolate.CubicSpline(T, y)(np.array([0.5, 2.0])),
    ),
    "uniform_filter": (
        lambda y: our_ndimage.correlate(y, np.full(3, 1 / 3)),
        lambda y: ndimage.uniform_filter(y, 3),
    ),
    "shift": (
        lambda y: our_ndimage.map_coordinates(y, [np.arange(4) - 0.5]),
        lambda y: ndimage.shift(y, 0.5),
    ),
    "interp1d": (lambda y: np.interp(0.7, T, y), lambda y: interpolate.interp1d(T, y)(0.7)),
    "fft": (lambda y: np.fft.fft(y), scipy_fft.fft),
    "Polynomial": (lambda y: np.polyval(y[::-1], y[0]), lambda y: np.polynomial.Polynomial(y)(y[0])),
    "chebval": (
        lambda y: np.polynomial.chebyshev.chebvander(T, 3) @ y,
        lambda y: np.polynomial.chebyshev.chebval(T, y),
    ),
}


@pytest.mark.parametrize(("written", "scipys"), ADVICE.values(), ids=list(ADVICE))
def test_the_advice_works(written: Callable[[Any], Any], scipys: Callable[[Any], Any]) -> None:
    assert_allclose(written(Variable(Y)).data, scipys(Y), rtol=1e-6)
    check_grads(written, (Y,))


def test_a_function_of_the_users_in_between_is_not_scipys() -> None:
    with pytest.raises(EscapeError, match=r"rather than float\(x\)"):
        grad(lambda x: optimize.brentq(lambda z: float(x) - z, 0.0, 5.0))(1.0)


def test_under_vmap_the_error_is_that_of_a_batch() -> None:
    with pytest.raises(EscapeError, match="under vmap"):
        vmap(lambda x: stats.norm.logpdf(x))(Y)
