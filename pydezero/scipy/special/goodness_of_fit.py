"""The limit distribution of Kolmogorov's statistic, and its inverse.

The survival function is one series for large x and 1 less another one for small x, which are the same theta function
(W. Feller, "On the Kolmogorov-Smirnov limit theorems for empirical distributions", 1948; DLMF 20.7.32,
https://dlmf.nist.gov/20.7). Both are differentiated term by term.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from pydezero.core.typed import UnaryFunction
from pydezero.core.types import Array
from pydezero.scipy.special.definition import unary

__all__ = ["kolmogi", "kolmogorov"]


def _slope(x: Array) -> Array:
    """The derivative, less the density: at 1 four terms of either series have all digits."""
    small, none = x < 1, x <= 0
    far, near = np.where(small, 1, x), np.where(small & ~none, x, 1)
    of_far = sum((-8.0 * (-1) ** (k - 1) * k * k) * (far * np.exp((-2.0 * k * k) * far * far)) for k in range(1, 6))
    inverse = 1 / (near * near)
    of_near = sum(
        (1 - (c * 0.25) * inverse) * np.exp((-c / 8) * inverse) for c in ((n * math.pi) ** 2 for n in range(1, 9, 2))
    )
    return np.where(small, np.where(none, 0, math.sqrt(2 * math.pi) * inverse * of_near), of_far)


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
