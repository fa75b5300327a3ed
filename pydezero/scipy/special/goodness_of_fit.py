"""The distribution of Smirnov's statistic, the limit distribution of Kolmogorov's, and their inverses.

Smirnov's survival function for n numbers is d times the sum of C(n, j) (d + j / n)^(j - 1) (1 - d - j / n)^(n - j) over
j up to n (1 - d) (Z. Birnbaum, F. Tingey, "One-sided confidence contours for distribution functions", 1951). All
terms are positive, and are differentiated one by one.

For Kolmogorov's, the survival function is one series for large x and 1 less another one for small x, which are the same
theta function (W. Feller, "On the Kolmogorov-Smirnov limit theorems for empirical distributions", 1948; DLMF 20.7.32,
https://dlmf.nist.gov/20.7). Both are differentiated term by term, too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array
from pydezero.scipy.special.definition import elementwise, floating, refusal, unary
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = ["kolmogi", "kolmogorov", "smirnov", "smirnovi"]

_Floats: TypeAlias = NDArray[np.floating[Any]]


def _slope(x: Array) -> Array:
    """The derivative, less the density: at 1 four terms of either series have all digits."""
    small, none = x < 1, (x < 0.03) | (x > 20)  # there the terms underflow
    far, near = np.where(small | none, 1, x), np.where(small & ~none, x, 1)
    of_far = sum((-8.0 * (-1) ** (k - 1) * k * k) * (far * np.exp((-2.0 * k * k) * far * far)) for k in range(1, 6))
    inverse = 1 / (near * near)
    of_near = sum(
        (1 - (c * 0.25) * inverse) * np.exp((-c / 8) * inverse) for c in ((n * math.pi) ** 2 for n in range(1, 9, 2))
    )
    return np.where(none, 0, np.where(small, math.sqrt(2 * math.pi) * inverse * of_near, of_far))


kolmogorov: UnaryFunction = unary(
    special.kolmogorov,
    lambda t, x: t * _slope(x),
    "Kolmogorov's survival function, 2 times the sum of (-1)^(k - 1) exp(-2 k^2 x^2) over k > 0 (DLMF 20.2.4).",
)
kolmogi: UnaryFunction = unary(
    special.kolmogi,
    lambda t, out: t / _slope(out),
    "The inverse of `kolmogorov`, the x with kolmogorov(x) = p (DLMF 20.2.4).",
)


def _derivative_of_smirnov(n: Array, d: Array, order: int) -> Array:
    n, d = np.broadcast_arrays(*floating(n, d))
    lost = ~((d >= 0) & (d <= 1) & (n >= 1) & (n == np.floor(n)))
    n = np.where(lost, 1, n)
    first = (-1) ** order * np.prod([n - i for i in range(order)], axis=0) * (1 - d) ** np.maximum(n - order, 0)
    terms = _terms_of_smirnov(n[..., None], d[..., None], order)
    others = d[..., None] * terms[order] + (order * terms[order - 1] if order else 0)
    return np.where(lost, np.nan, first + np.sum(others, axis=-1)).astype(d.dtype)[()]


def _terms_of_smirnov(n: _Floats, d: _Floats, order: int) -> list[_Floats]:
    """The terms from j = 1 on, less the factor d, and their derivatives up to an order."""
    j = np.arange(1, max(int(np.max(n, initial=1)), 1))
    rising, falling = d + j / n, (n - j) / n - d
    within = (j < n) & (falling > 0)
    rest, falling = np.where(within, n - j, 0), np.where(within, falling, 1)
    size = special.gammaln(n + 1) - special.gammaln(j + 1) - special.gammaln(rest + 1)
    terms = [np.where(within, np.exp(size + (j - 1) * np.log(rising) + rest * np.log(falling)), 0)]

    def of_logarithm(m: int) -> _Floats:
        slope: _Floats = (-1) ** (m - 1) * (j - 1) / rising**m - rest / falling**m
        return math.factorial(m - 1) * slope

    for m in range(1, order + 1):
        terms.append(np.sum([math.comb(m - 1, i) * of_logarithm(m - i) * terms[i] for i in range(m)], axis=0))
    return terms


_refuse_n = refusal("smirnov", "n")
_smirnov_p: Final[Elementwise] = define(
    Elementwise,
    "smirnov.derivative",
    _derivative_of_smirnov,
    lambda t, order: _refuse_n(t),
    lambda t, x, y, order: t * bind(_smirnov_p, x, y, order=order + 1),
)
smirnov: BinaryFunction = elementwise(
    special.smirnov,
    {"n": None, "d": lambda t, x, y: t * bind(_smirnov_p, x, y, order=1)},
    "The probability that the distribution of n numbers is above its law by at least d somewhere (Smirnov 1944).",
)
smirnovi: BinaryFunction = elementwise(
    special.smirnovi,
    {"n": None, "p": lambda t, x, out: t / bind(_smirnov_p, x, out, order=1)},
    "The inverse of `smirnov` with respect to d: the d with smirnov(n, d) = p (Smirnov 1944).",
)
