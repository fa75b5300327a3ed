"""Values of the densities of the gamma, beta and Student distributions.

The textbook's formulas are exponentials of differences of large numbers where a parameter is large. There the form of
C. Loader ("Fast and accurate computation of binomial probabilities", 2000) has all digits: Stirling's remainders, which
are small, and deviances, which say how far the argument is from the mean.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from pydezero.core.placing import everywhere
from pydezero.core.types import Array
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.scipy.special.definition import floating
from pydezero.scipy.special.log_moments import stirling
from pydezero.scipy.special.ufuncs import special

_LARGE: Final = 15.0
_NEAR: Final = 0.2  # the relative deviation from the mean up to which the deviance is summed as a series
_TERMS: Final = [1 / (2 * j + 3) for j in range(9, -1, -1)]


def _is_pole(a: Array) -> Array:
    return (a <= 0) & (a == np.floor(a))


def _deviance(share: Array, ratio: Array) -> Array:
    """-log(ratio) - share, where ratio is 1 - share: twice the logarithm is a series in share / (2 - share)."""
    near = abs(share) < _NEAR
    of_near = np.where(near, share, 0)
    v = of_near / (2 - of_near)
    series = of_near * v + 2 * v * v * v * np.polyval(_TERMS, v * v)
    return np.where(near, series, -np.log(np.where(near, 1, ratio)) - share)


def _of_large_gamma(a: Array, x: Array) -> Array:
    return np.sqrt(a / (2 * math.pi)) * np.exp(-stirling(a) - a * _deviance((a - x) / a, x / a) - np.log(x))


@everywhere
def gamma_density_value(a: Array, x: Array) -> Array:
    """x ** (a - 1) exp(-x) / gamma(a)."""
    a, x = floating(a, x)
    pole = _is_pole(a)
    large = (a > _LARGE) & (x > 0) & np.isfinite(a + x)
    b = np.where(pole | large, 1, a)
    usual = np.where(pole, 0, special.gammasgn(b) * np.exp(special.xlogy(b - 1, x) - x - special.gammaln(b)))
    if not may_hold(large):
        return usual
    found = _of_large_gamma(np.where(large, a, 1), np.where(large, x, 1))
    return np.where(large, found, usual).astype(usual.dtype)[()]


def _of_large_beta(a: Array, b: Array, x: Array) -> Array:
    n, rest = a + b, 1 - x
    excess = a * rest - b * x
    factor = np.sqrt(a / (2 * math.pi)) * np.sqrt(b / n)
    deviances = a * _deviance(excess / a, x * (n / a)) + b * _deviance(-excess / b, rest * (n / b))
    return factor * np.exp(stirling(n) - stirling(a) - stirling(b) - deviances - np.log(x) - np.log(rest))


@everywhere
def beta_density_value(a: Array, b: Array, x: Array) -> Array:
    """x ** (a - 1) (1 - x) ** (b - 1) / beta(a, b)."""
    a, b, x = floating(a, b, x)
    pole = _is_pole(a) | _is_pole(b)
    large = (np.maximum(a, b) > _LARGE) & (np.minimum(a, b) > 0) & np.isfinite(a + b) & (x > 0) & (x < 1)
    p, q = np.where(pole | large, 1, a), np.where(pole | large, 1, b)
    sign = special.gammasgn(p) * special.gammasgn(q) * special.gammasgn(p + q)
    exponent = special.xlogy(p - 1, x) + special.xlog1py(q - 1, -x) - special.betaln(p, q)
    usual = np.where(pole, 0, sign * np.exp(exponent))
    if not may_hold(large):
        return usual
    found = _of_large_beta(np.where(large, a, 1), np.where(large, b, 1), np.where(large, x, 0.5))
    return np.where(large, found, usual).astype(usual.dtype)[()]


@everywhere
def student_density_value(df: Array, t: Array) -> Array:
    """The density of Student's distribution."""
    df, t = floating(df, t)
    half = 0.5 * df
    return np.exp(log_half_step_value(half) - 0.5 * np.log(math.pi * df) - (half + 0.5) * np.log1p(t * t / df))


def log_half_step_value(z: Array) -> Array:
    """The logarithm of gamma(z + 1 / 2) / gamma(z)."""
    (z,) = floating(z)
    found = z * np.log1p(0.5 / z) + 0.5 * (np.log(z) - 1) + stirling(z + 0.5) - stirling(z)
    return found.astype(z.dtype)[()]
