"""Taylor series of elementary and special functions: against mpmath, and against nested forward mode, to order 10."""

from __future__ import annotations

import math
from typing import Any, Final

import mpmath
import numpy as np
import pytest
from scipy import special

from pydezero import derivative, jet, nth_derivative, taylor
from tests.transforms.taylor.table import nested

ORDER: Final = 10

# The function, the same of mpmath's, and where. Any: mpmath has no types.
ELEMENTARY: Final[dict[str, tuple[Any, Any, float]]] = {
    "exp": (np.exp, mpmath.exp, 0.7),
    "exp2": (np.exp2, lambda x: mpmath.mpf(2) ** x, 0.7),
    "expm1": (np.expm1, mpmath.expm1, 1e-3),
    "log": (np.log, mpmath.log, 1.7),
    "log2": (np.log2, lambda x: mpmath.log(x, 2), 1.7),
    "log10": (np.log10, mpmath.log10, 1.7),
    "log1p": (np.log1p, mpmath.log1p, 0.3),
    "sqrt": (np.sqrt, mpmath.sqrt, 1.7),
    "cbrt": (np.cbrt, mpmath.cbrt, 1.7),
    "reciprocal": (np.reciprocal, lambda x: 1 / x, 1.7),
    "square": (np.square, lambda x: x * x, 1.7),
    "cube": (lambda x: x**3, lambda x: x**3, 1.7),
    "power": (lambda x: x**2.5, lambda x: x ** mpmath.mpf(2.5), 1.7),
    "negative power": (lambda x: x**-3, lambda x: x**-3, 1.7),
    "power of a number": (lambda x: 2.0**x, lambda x: mpmath.mpf(2) ** x, 0.7),
    "x ** x": (lambda x: x**x, lambda x: x**x, 1.7),
    "a power of two series": (lambda x: np.sin(x) ** np.cos(x), lambda x: mpmath.sin(x) ** mpmath.cos(x), 0.7),
    "sin": (np.sin, mpmath.sin, 0.7),
    "cos": (np.cos, mpmath.cos, 0.7),
    "tan": (np.tan, mpmath.tan, 0.7),
    "arcsin": (np.arcsin, mpmath.asin, 0.3),
    "arccos": (np.arccos, mpmath.acos, 0.3),
    "arctan": (np.arctan, mpmath.atan, 0.3),
    "arctan2": (lambda x: np.arctan2(x, 1 + x * x), lambda x: mpmath.atan(x / (1 + x * x)), 0.3),
    "hypot": (lambda x: np.hypot(x, 2.0), lambda x: mpmath.sqrt(x * x + 4), 0.3),
    "sinh": (np.sinh, mpmath.sinh, 0.7),
    "cosh": (np.cosh, mpmath.cosh, 0.7),
    "tanh": (np.tanh, mpmath.tanh, 0.7),
    "arcsinh": (np.arcsinh, mpmath.asinh, 0.7),
    "arccosh": (np.arccosh, mpmath.acosh, 1.7),
    "arctanh": (np.arctanh, mpmath.atanh, 0.3),
    "logaddexp": (lambda x: np.logaddexp(x, 0.5), lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(0.5)), 0.7),
    "sinc": (np.sinc, lambda x: mpmath.sincpi(x), 0.7),
    "expit": (special.expit, lambda x: 1 / (1 + mpmath.exp(-x)), 0.7),
    "erf": (special.erf, mpmath.erf, 0.7),
    "erfc": (special.erfc, mpmath.erfc, 0.7),
    "gamma": (special.gamma, mpmath.gamma, 2.3),
    "gammaln": (special.gammaln, mpmath.loggamma, 2.3),
    "digamma": (special.digamma, mpmath.digamma, 2.3),
    "j0": (special.j0, lambda x: mpmath.besselj(0, x), 0.7),
    "j1": (special.j1, lambda x: mpmath.besselj(1, x), 0.7),
    "gammainc": (lambda x: special.gammainc(1.5, x), lambda x: mpmath.gammainc(1.5, 0, x, regularized=True), 0.7),
    "betainc": (
        lambda x: special.betainc(1.5, 2.5, x),
        lambda x: mpmath.betainc(1.5, 2.5, 0, x, regularized=True),
        0.6,
    ),
    "airy": (lambda x: special.airy(x)[0], mpmath.airyai, 0.7),
    "lambertw": (lambda x: np.real(special.lambertw(x)), mpmath.lambertw, 0.7),
    "quotient": (lambda x: np.exp(x) / (1 + x * x), lambda x: mpmath.exp(x) / (1 + x * x), 0.4),
    "composition": (lambda x: np.exp(np.sin(x) ** 2), lambda x: mpmath.exp(mpmath.sin(x) ** 2), 0.4),
}


@pytest.mark.parametrize("name", ELEMENTARY)
def test_agrees_with_mpmath(name: str) -> None:
    f, reference, x = ELEMENTARY[name]
    with mpmath.workdps(17):
        expected = [float(mpmath.re(c)) for c in mpmath.taylor(reference, mpmath.mpf(x), ORDER)]
    # Relative to the largest of what a coefficient is a sum of: they fall as the powers of a radius.
    np.testing.assert_allclose(taylor(f, x, ORDER), expected, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", ["exp", "power", "tan", "erf", "x ** x", "a power of two series", "composition"])
def test_agrees_with_nested_forward_mode_along_a_curve(name: str) -> None:
    f, _, x = ELEMENTARY[name]
    series = [0.6, -0.8, 0.3, 0.5]
    y, y_series = jet(f, (x,), (series,))
    np.testing.assert_allclose([y, *y_series], nested(f, [np.array(x)], [[np.array(t) for t in series]], 4), rtol=1e-12)


@pytest.mark.parametrize("name", ["exp", "tan", "a power of two series"])
def test_agrees_with_nested_forward_mode_to_order_10(name: str) -> None:
    f, _, x = ELEMENTARY[name]
    expected = nth_of_nested(f, x, ORDER)
    np.testing.assert_allclose(nth_derivative(f, ORDER)(x), expected, rtol=1e-12)


def nth_of_nested(f: Any, x: float, n: int) -> Any:
    for _ in range(n):
        f = derivative(f)
    return f(x)


@pytest.mark.parametrize("name", ["sin", "tanh", "sqrt"])
def test_nth_derivative_is_that_of_derivatives(name: str) -> None:
    f, _, x = ELEMENTARY[name]
    xs = np.array([x, x / 2])
    g = f
    for n in range(5):
        np.testing.assert_allclose(nth_derivative(f, n)(xs), g(xs), rtol=1e-13)
        g = derivative(g)
    assert isinstance(nth_derivative(f, 3)(x), float)
    np.testing.assert_allclose(nth_derivative(f, 3)(x), math.factorial(3) * taylor(f, x, 3)[3])


def test_derivatives_of_a_power_whose_value_is_rounded_away() -> None:
    x = np.array([1e-300, 2.0, 1e300])
    with np.errstate(all="ignore"):
        value, (first, second, _) = jet(lambda x: x**1.5, (x,), ([np.ones(3), np.zeros(3), np.zeros(3)],))
    np.testing.assert_array_equal(value[[0, 2]], [0, np.inf])
    np.testing.assert_allclose(first, 1.5 * np.sqrt(x), rtol=1e-14)
    np.testing.assert_allclose(second, 0.75 / np.sqrt(x), rtol=1e-14)
