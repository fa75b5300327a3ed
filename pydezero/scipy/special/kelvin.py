"""Kelvin functions of order 0, which are Bessel functions on a diagonal of the complex plane, and Wright's function.

Their second derivatives follow from the differential equation (DLMF 10.61.3, https://dlmf.nist.gov/10.61).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from pydezero.core.types import Array
from pydezero.scipy.special.definition import TernaryFunction, elementwise, unary
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import UnaryFunction

__all__ = [
    "bei",
    "beip",
    "ber",
    "berp",
    "kei",
    "keip",
    "ker",
    "kerp",
    "wright_bessel",
]


def _second(t: Array, x: Array, other: Array, first: Array, limit: float) -> Array:
    """The second derivative, `other` less the first over x, of which the limit at 0 is known.

    A finite limit is taken of subnormal numbers, too, of which the first derivative has lost its digits.
    """
    at_zero = np.less(abs(x), np.finfo(x.dtype).tiny) if math.isfinite(limit) else np.equal(x, 0)
    return t * np.where(at_zero, limit, other - first / np.where(at_zero, 1, x))


def _derivative(ufunc: np.ufunc, of: str, other: Callable[[Array], Array], sign: int, limit: float) -> UnaryFunction:
    """The derivative of a Kelvin function, whose own is made of the other one with a sign."""
    return unary(
        ufunc,
        lambda t, x, out: _second(t, x, sign * other(x), out, limit),
        f"The derivative of the Kelvin function {of} (DLMF 10.61).",
    )


ber: UnaryFunction = unary(
    special.ber, lambda t, x: t * special.berp(x), "The Kelvin function ber, Re J0(x exp(3 pi i / 4)) (DLMF 10.61.1)."
)
bei: UnaryFunction = unary(
    special.bei, lambda t, x: t * special.beip(x), "The Kelvin function bei, Im J0(x exp(3 pi i / 4)) (DLMF 10.61.1)."
)
ker: UnaryFunction = unary(
    special.ker, lambda t, x: t * special.kerp(x), "The Kelvin function ker, Re K0(x exp(pi i / 4)) (DLMF 10.61.2)."
)
kei: UnaryFunction = unary(
    special.kei, lambda t, x: t * special.keip(x), "The Kelvin function kei, Im K0(x exp(pi i / 4)) (DLMF 10.61.2)."
)
berp: UnaryFunction = _derivative(special.berp, "ber", special.bei, -1, 0.0)
beip: UnaryFunction = _derivative(special.beip, "bei", special.ber, 1, 0.5)
kerp: UnaryFunction = _derivative(special.kerp, "ker", special.kei, -1, np.inf)
keip: UnaryFunction = _derivative(special.keip, "kei", special.ker, 1, np.inf)

wright_bessel: TernaryFunction = elementwise(
    special.wright_bessel,
    {"a": None, "b": None, "x": lambda t, x, y, z: t * special.wright_bessel(x, x + y, z)},
    "Wright's generalized Bessel function, the sum of x^k / (k! gamma(a k + b)) over k = 0, 1, ... (DLMF 10.46.1).",
)
