"""Writes pydezero/transforms/jit/vector_math/polynomials.py: `python -m tests.transforms.jit.polynomials`.

Each polynomial interpolates a function at Chebyshev nodes, in 150 digits, and has as many terms as its error bound asks
for: such a polynomial is within a small factor of the best one (Muller, Elementary Functions, chapter 3).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs
import mpmath as mp

TARGET: Final = Path(__file__).parents[3] / "pydezero/transforms/jit/vector_math/polynomials.py"


@attrs.frozen
class Polynomial:
    """A function on an interval, with the largest error that its polynomial may have."""

    name: str
    formula: str
    function: Callable[[Any], Any]  # Any: mpmath's numbers
    low: str
    high: str
    error: float


def _of_square(f: Callable[[Any], Any], leading: Callable[[Any], Any], power: int) -> Callable[[Any], Any]:
    """(f(t) - leading(t)) / t ** power as a function of t ** 2."""
    return lambda z: (f(mp.sqrt(z)) - leading(mp.sqrt(z))) / mp.sqrt(z) ** power


def _stirling(x: Any) -> Any:
    return mp.loggamma(x) - ((x - 0.5) * mp.log(x) - x + mp.log(2 * mp.pi) / 2)


@cache
def _digamma_root() -> Any:
    return mp.findroot(mp.digamma, 1.4616321449683622)


POLYNOMIALS: Final = (
    Polynomial(
        "exp_rest", "(exp(x) - 1 - x) / x ** 2", lambda x: (mp.exp(x) - 1 - x) / x**2, "-0.3467", "0.3467", 2e-17
    ),
    Polynomial(
        "log_rest",
        "(2 arctanh(s) - 2 s) / s ** 3 of s ** 2",
        _of_square(lambda s: mp.log((1 + s) / (1 - s)), lambda s: 2 * s, 3),
        "0",
        "0.02945",
        2e-17,
    ),
    Polynomial(
        "log_second_rest",
        "(2 arctanh(s) - 2 s - 2 s ** 3 / 3) / s ** 5 of s ** 2",
        _of_square(lambda s: mp.log((1 + s) / (1 - s)), lambda s: 2 * s + mp.mpf(2) / 3 * s**3, 5),
        "0",
        "0.02945",
        2e-17,
    ),
    Polynomial(
        "sin_rest",
        "(sin(x) - x) / x ** 3 of x ** 2, to pi / 2",
        _of_square(mp.sin, lambda x: x, 3),
        "0",
        "2.5",
        4e-18,
    ),
    Polynomial(
        "short_sin_rest",
        "(sin(x) - x) / x ** 3 of x ** 2, to pi / 4",
        _of_square(mp.sin, lambda x: x, 3),
        "0",
        "0.63",
        1e-17,
    ),
    Polynomial(
        "short_cos_rest",
        "(cos(x) - 1 + x ** 2 / 2) / x ** 4 of x ** 2, to pi / 4",
        _of_square(mp.cos, lambda x: 1 - x**2 / 2, 4),
        "0",
        "0.63",
        1e-17,
    ),
    Polynomial(
        "arctan_rest", "(arctan(x) - x) / x ** 3 of x ** 2", _of_square(mp.atan, lambda x: x, 3), "0", "0.1722", 4e-17
    ),
    Polynomial(
        "arcsin_rest", "(arcsin(x) - x) / x ** 3 of x ** 2", _of_square(mp.asin, lambda x: x, 3), "0", "0.25", 4e-17
    ),
    Polynomial("cbrt_start", "x ** (1 / 3)", mp.cbrt, "0.353", "2.83", 2e-4),
    Polynomial(
        "erf_rest",
        "erf(x) / x - 1 of x ** 2",
        lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1,
        "0",
        "1",
        1e-17,
    ),
    Polynomial(
        "erfc_scaled",
        "(1 + 2 x) exp(x ** 2) erfc(x) of (x - 3) / (x + 3), for x >= 0.5",
        lambda t: (lambda x: (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x))(3 * (1 + t) / (1 - t)),
        "-0.715",
        "0.81",
        2e-17,
    ),
    Polynomial(
        "gammaln_middle",
        "(log(gamma(2 + x)) - (1 - gamma) x) / x ** 2, gamma being Euler's constant",
        lambda x: (mp.loggamma(2 + x) / x - (1 - mp.euler)) / x,
        "-0.5",
        "0.5",
        2e-17,
    ),
    Polynomial(
        "gammaln_rest",
        "x (log(gamma(x)) - (x - 1/2) log(x) + x - log(2 pi) / 2) of 1 / x ** 2",
        lambda z: _stirling(1 / mp.sqrt(z)) / mp.sqrt(z),
        "0",
        "0.0626",
        1e-17,
    ),
    Polynomial(
        "digamma_middle",
        "(digamma(1.5 + x) / (1.5 + x - its root) - its value at 0) / x",
        lambda x: (mp.digamma(x + 1.5) / (x + 1.5 - _digamma_root()) - mp.digamma(1.5) / (1.5 - _digamma_root())) / x,
        "-0.5",
        "0.5",
        2e-17,
    ),
    Polynomial(
        "digamma_rest",
        "x ** 2 (log(x) - 1 / (2 x) - digamma(x)) of 1 / x ** 2",
        lambda z: (mp.log(1 / z) / 2 - mp.sqrt(z) / 2 - mp.digamma(1 / mp.sqrt(z))) / z,
        "0",
        "0.0626",
        2e-16,
    ),
)


def coefficients(polynomial: Polynomial) -> list[float]:
    """The coefficients, from the highest power to the constant."""
    interval = [mp.mpf(polynomial.low), mp.mpf(polynomial.high)]
    # At 0 the functions are 0 / 0; so near to it, they are what they are there.
    function = cache(lambda x: polynomial.function(x or mp.mpf("1e-20")))
    for count in range(5, 45):
        with warnings.catch_warnings():
            # mpmath 1.4 recommends an order of the coefficients that earlier versions do not know.
            warnings.simplefilter("ignore", DeprecationWarning)
            found, error = mp.chebyfit(function, interval, count, error=True)
        if error < polynomial.error:
            return [float(c) for c in found]
    raise ValueError(f"{polynomial.name}: no polynomial of 44 terms is within {polynomial.error}")


def text(polynomial: Polynomial) -> str:
    """The function of a polynomial, by Horner's scheme."""
    first, *others = coefficients(polynomial)
    lines = [
        f"def {polynomial.name}(x: float) -> float:",
        f'    """Approximates {polynomial.formula}, for {polynomial.low} <= x <= {polynomial.high}."""',
        f"    p = fma({first!r}, x, {others[0]!r})",
        *[f"    p = fma(p, x, {c!r})" for c in others[1:-1]],
        f"    return fma(p, x, {others[-1]!r})",
    ]
    return "\n".join(lines)


def precision() -> AbstractContextManager[None]:
    """In which polynomials are made."""
    found: AbstractContextManager[None] = mp.workdps(150)
    return found


def module() -> str:
    """The text of the module."""
    with precision():
        functions = [text(polynomial) for polynomial in POLYNOMIALS]
    head = (
        '"""The polynomials of the functions; `python -m tests.transforms.jit.polynomials` has written them."""\n\n'
        "from __future__ import annotations\n\n"
        "from pydezero.transforms.jit.vector_math.bits import fma"
    )
    return "\n\n\n".join([head, *functions]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(module(), encoding="utf-8")
