"""The cost of series: operations of NumPy by the order, of functions whose rules refer to new functions without end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import mpmath
import numpy as np
import pytest

from pydezero import jet, taylor
from pydezero.diagnostics.observer import Observer, Step
from pydezero.scipy import special

# Any: of one array or Variable.
_FUNCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "bessel": lambda x: special.jv(1.5, x),
    "i0": special.i0,
    "gammaln": special.gammaln,
    "beta": lambda x: special.beta(x, x * x),
    "rgamma": special.rgamma,
    "ellipk": special.ellipk,
    "ellipe": special.ellipe,
    "ellipkm1": special.ellipkm1,
    "exprel": special.exprel,
    "hyp2f1": lambda x: special.hyp2f1(0.5, 1.2, 2.0, x),
    "spherical_jn": lambda x: special.spherical_jn(2, x),
    "legendre": lambda x: special.eval_legendre(6, x),
    "entr": special.entr,
    "xlogy": lambda x: special.xlogy(x, x),
    "kl_div": lambda x: special.kl_div(x, x * x),
    "rel_entr": lambda x: special.rel_entr(x * x, x),
    "ellipkinc": lambda x: special.ellipkinc(x, x * x),
    "ellipeinc": lambda x: special.ellipeinc(x, x * x),
    "ellipj": lambda x: special.ellipj(x, x * x)[0],
    "agm": lambda x: special.agm(x, x * x),
    "powm1": lambda x: special.powm1(x, x * x),
    "ive": lambda x: np.real(special.ive(1.5, (1 + 0.5j) * x)),
    "jve": lambda x: np.imag(special.jve(0.5, (1 + 0.5j) * x)),
    "yve": lambda x: np.imag(special.yve(0.5, (1 + 0.5j) * x)),
    "gammainc": lambda x: special.gammainc(x, x * x),
    "gammaincinv": lambda x: special.gammaincinv(1 + x, x * x),
    "betainc by a": lambda x: special.betainc(x, 2.0, x * x),
    "betainc by b": lambda x: special.betainc(2.0, x, x * x),
    "stdtr": lambda x: special.stdtr(1 + x, x * x),
}


class _Counter(Observer):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def see(self, step: Step) -> Any:
        self.count += 1
        return super().see(step)


def _derivatives(order: int) -> list[float]:
    """Of a curve that is no line."""
    return [0.7, *[0.2 / k for k in range(1, order)]]


def _operations(f: Callable[[Any], Any], order: int) -> int:
    counter = _Counter()
    with np.errstate(all="ignore"):
        jet(f, (counter.lifted(0.4),), (counter.lifted(_derivatives(order)),))
    return counter.count


def _student(df: Any, t: Any) -> Any:
    """Student's distribution function (Abramowitz and Stegun 26.7)."""
    scale = mpmath.sqrt(mpmath.pi * df) * mpmath.gamma(df / 2)
    return 0.5 + t * mpmath.gamma((df + 1) / 2) / scale * mpmath.hyp2f1(0.5, (df + 1) / 2, 1.5, -t * t / df)


@pytest.mark.parametrize("name", [name for name in _FUNCTIONS if name not in ("beta", "rgamma")])  # which take seconds
def test_operations_grow_with_the_square_of_the_order(name: str) -> None:
    assert _operations(_FUNCTIONS[name], 12) < 5 * _operations(_FUNCTIONS[name], 6)


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_series_along_a_curve_is_that_along_a_line_composed(name: str) -> None:
    f, order, x = _FUNCTIONS[name], 9, np.array([0.4, 0.7])
    _, series = jet(f, (x,), ([np.full(2, t) for t in _derivatives(order)],))
    curve = np.polynomial.Polynomial([0.0, *[t / math.factorial(k) for k, t in enumerate(_derivatives(order), 1)]])
    for i in range(2):
        line: list[float] = taylor(f, float(x[i]), order).tolist()
        composed = sum((c * curve**n for n, c in enumerate(line)), np.polynomial.Polynomial([0.0]))
        found: Any = np.array([float(t[i]) / math.factorial(k) for k, t in enumerate(series, 1)])
        expected: Any = composed.coef[1 : order + 1]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * np.max(np.abs(found)))


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (special.ellipk, mpmath.ellipk),
        (special.ellipe, mpmath.ellipe),
        (special.ellipkm1, lambda p: mpmath.ellipk(1 - p)),
        (special.gammaln, mpmath.loggamma),
        (lambda x: special.ellipkinc(x, x * x), lambda x: mpmath.ellipf(x, x * x)),
        (lambda x: special.ellipeinc(2 * x, -x), lambda x: mpmath.ellipe(2 * x, -x)),
        (lambda x: special.ellipj(x, x * x)[1], lambda x: mpmath.ellipfun("cn", x, m=x * x)),
        (lambda x: special.agm(x, x + 1), lambda x: mpmath.agm(x, x + 1)),
        (lambda x: special.powm1(x, x + 1), lambda x: x ** (x + 1) - 1),
        (lambda x: special.gammainc(x + 1, x), lambda x: mpmath.gammainc(x + 1, 0, x, regularized=True)),
        (lambda x: special.betainc(1 + x, 2.0, x), lambda x: mpmath.betainc(1 + x, 2, 0, x, regularized=True)),
        (lambda x: special.stdtr(2 + x, x - 0.6), lambda x: _student(2 + x, x - 0.6)),
    ],
    ids=[
        *("ellipk", "ellipe", "ellipkm1", "gammaln", "ellipkinc", "ellipeinc", "ellipj", "agm", "powm1"),
        *("gammainc", "betainc", "stdtr"),
    ],
)
def test_agrees_with_mpmath(f: Callable[[Any], Any], expected: Callable[[Any], Any]) -> None:
    for x in (0.05, 0.6, 0.95):
        wanted = [float(c) for c in mpmath.taylor(expected, x, 10)]
        np.testing.assert_allclose(taylor(f, x, 10), wanted, rtol=1e-9)


def test_infinite_where_the_function_is() -> None:
    with np.errstate(all="ignore"):
        assert not np.isfinite(taylor(special.ellipk, 1.0, 3)).any()
        assert not np.isfinite(taylor(special.ellipe, 1.0, 3)[1:]).any()
        assert not np.isfinite(taylor(special.entr, 0.0, 3)[1:]).any()
