"""The Bessel functions that NumPy has: the modified one of the first kind and order 0, which makes Kaiser windows."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define
from pydezero.core.typed import unary_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand

__all__ = [
    "i0",
]

# From here on exp(x) is infinite, in double precision.
_OVERFLOW: Final = 710.0


def _modified(x: Array, n: int) -> Array:
    """The modified Bessel function of the first kind and integer order n.

    It is the midpoint rule for the integral of exp(x cos(t)) cos(nt) / pi from 0 to pi (NIST's Digital Library of
    Mathematical Functions, 10.32.3, https://dlmf.nist.gov/10.32); by symmetry a quarter of the circle is enough. For
    periodic functions the rule converges exponentially: with m points on the circle the error is about I_m(x).
    """
    if not n:
        return np.i0(x)
    largest = float(np.fmin(np.max(np.abs(x)), _OVERFLOW)) if np.size(x) else 0.0
    count = math.ceil((24 + n + math.sqrt(80 * largest)) / 4)
    even_or_odd = np.sinh if n % 2 else np.cosh
    angles = [(j + 0.5) * math.pi / (2 * count) for j in range(count)]
    return sum(even_or_odd(x * math.cos(t)) * (math.cos(n * t) / count) for t in angles)


def _modified_rule(t: Array, x: Array, n: int) -> Array:
    """The derivative is the mean of the neighbouring orders (the same, 10.29.1); I_-1 is I_1."""
    if not n:
        return t * bind(_modified_p, x, n=1)
    return t * (0.5 * (bind(_modified_p, x, n=n - 1) + bind(_modified_p, x, n=n + 1)))


_modified_p: Final[Elementwise] = define(Elementwise, "i0", _modified, _modified_rule)


@unary_function
def i0(x: Operand, /) -> Array:
    """The modified Bessel function of the first kind and order 0, elementwise; its derivative is that of order 1.

    >>> from pydezero import as_variable
    >>> i0(as_variable(0.0))
    variable(1.0)
    """
    return bind(_modified_p, x, n=0)
