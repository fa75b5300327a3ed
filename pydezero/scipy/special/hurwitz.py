"""The Hurwitz zeta function, which all derivatives of the digamma function are made of.

SciPy has it for real numbers. For complex ones it is summed here by the formula of Euler and Maclaurin (DLMF 25.11.5,
https://dlmf.nist.gov/25.11), on the left half of the plane by the reflection of the polygamma function (DLMF 5.15.6).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray

from pydezero.core.composition import composed
from pydezero.core.placing import everywhere
from pydezero.core.power_series import ConditionalRule, Further, Series
from pydezero.core.types import Array
from pydezero.scipy.special.definition import elementwise
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction

# The first terms of the sum are added up as they are; for the rest, this many terms of the asymptotic series.
_TERMS: Final = 14
_CORRECTIONS: Final = 12
_BERNOULLI: Final[list[float]] = special.bernoulli(2 * _CORRECTIONS).tolist()


@everywhere
def _zeta(s: Array, q: Array) -> Array:
    if np.ndim(s) or np.result_type(q).kind != "c":
        return special.zeta(s, q)
    n = int(s) - 1  # only as a derivative of psi
    left = np.real(q) < 0.5
    right = _sum(n, np.where(left, 1 - q, q))
    cotangent = 1 / np.tan(np.pi * np.where(left, q, 0.5))
    reflected = (-1) ** n * (right + np.pi ** (n + 1) / math.factorial(n) * _derivative_of_cotangent(n)(cotangent))
    return np.where(left, reflected, right).astype(q.dtype)


def _sum(n: int, q: NDArray[Any]) -> NDArray[Any]:
    """The sum of (k + q) ** -(n + 1) for complex numbers q on the right half of the plane."""
    s = n + 1
    total = sum((1 / (k + q)) ** s for k in range(_TERMS))
    inverse = 1 / (q + _TERMS)  # its powers underflow where those of q + _TERMS would overflow, to nan
    total = total + inverse**n / n + 0.5 * inverse**s
    rising = 1.0  # s (s + 1) ... (s + 2 j - 2) / (2 j)!
    for j in range(1, _CORRECTIONS + 1):
        rising *= s / 2 if j == 1 else (s + 2 * j - 3) * (s + 2 * j - 2) / ((2 * j - 1) * (2 * j))
        total = total + _BERNOULLI[2 * j] * rising * inverse ** (s + 2 * j - 1)
    return total


def _derivative_of_cotangent(n: int) -> Polynomial:
    """The n-th derivative of the cotangent, as a polynomial in the cotangent."""
    c = Polynomial([0.0, 1.0])
    p = c
    for _ in range(n):
        p = -(1 + c**2) * p.deriv()
    return p


def _series(out: Series, s: Series, q: Series) -> Further:
    """The coefficients of zeta(s, q(t)); that of index n in q is (-1)^n (s)_n / n! zeta(s + n, q)."""
    order, at = s(0), q(0)
    factors: list[Array] = [1.0]

    def coefficient(n: int) -> Array:
        while len(factors) <= n:
            j = len(factors)
            factors.append(-factors[-1] * (order + (j - 1)) / j)
        return factors[n] * hurwitz(order + n, at)

    return composed(coefficient, q)


hurwitz: BinaryFunction = elementwise(
    _zeta,
    {"x": None, "q": lambda t, x, y: -t * x * hurwitz(x + 1, y)},
    "The Hurwitz zeta function, for complex q, too, as long as x is a single integer.",
    "zeta",
    coefficient=ConditionalRule(_series, lambda moving, s, q: list(moving) == [1]),
)
