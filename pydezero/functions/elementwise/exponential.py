"""Exponentials, logarithms and roots.

The derivatives are those of NIST's Digital Library of Mathematical Functions, 4.2 to 4.10 (https://dlmf.nist.gov/4).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.elementwise import binary, unary
from pydezero.core.primitive import Elementwise, define
from pydezero.core.roots import of_square
from pydezero.core.types import Array

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "cbrt",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "sqrt",
]

_LN2 = math.log(2.0)
_LN10 = math.log(10.0)

exp: UnaryFunction = unary(
    np.exp,
    lambda t, out: t * out,
    "The exponential e ** x, which is its own derivative (DLMF 4.7).",
    is_product=True,
)
exp2: UnaryFunction = unary(
    np.exp2, lambda t, out: t * (out * _LN2), "2 ** x; its derivative is log(2) 2 ** x (DLMF 4.7)."
)
# Not t * (out + 1), which cancels for a negative x.
expm1: UnaryFunction = unary(
    np.expm1, lambda t, x: t * np.exp(x), "exp(x) - 1, precise for small x; its derivative is exp(x)."
)
log: UnaryFunction = unary(np.log, lambda t, x: t / x, "The natural logarithm; its derivative is 1 / x (DLMF 4.7).")
log2: UnaryFunction = unary(
    np.log2, lambda t, x: t / (x * _LN2), "The logarithm to base 2; its derivative is 1 / (x log(2))."
)
log10: UnaryFunction = unary(
    np.log10, lambda t, x: t / _LN10 / x, "The logarithm to base 10; its derivative is 1 / (x log(10))."
)
log1p: UnaryFunction = unary(
    np.log1p, lambda t, x: t / (x + 1), "log(1 + x), precise for small x; its derivative is 1 / (1 + x)."
)


def _power_of_sqrt(x: Array, n: float) -> Array:
    return np.sqrt(x) ** n


def _power_of_sqrt_rule(t: Array, out: Array, n: float) -> Array:
    return np.where(np.isnan(out), out, 0.5 * of_square(t, out, n))  # of a negative number there is no root


_power_of_sqrt_p: Final = define(Elementwise, "sqrt.power", _power_of_sqrt, _power_of_sqrt_rule)

sqrt: UnaryFunction = unary(
    np.sqrt,
    lambda t, out: 0.5 * t / out,
    "The square root; its derivative is 1 / (2 sqrt(x)), infinite at 0.",
    power=_power_of_sqrt_p,
)
cbrt: UnaryFunction = unary(
    np.cbrt, lambda t, out: t / (3 * out * out), "The real cube root; its derivative is cbrt(x) / (3 x), infinite at 0."
)


def _share(x: Array, y: Array, base: float) -> Array:
    """base ** x / (base ** x + base ** y), a logistic function of x - y; 1/2 where both are the same infinity."""
    same = np.equal(x, y)
    excess = np.where(same, 0, x) - np.where(same, 0, y)
    e = (np.exp2 if base == 2 else np.exp)(-abs(excess))
    return np.maximum(e, np.greater_equal(excess, 0)) / (1 + e)


# The derivative of logaddexp; its own is made of it, too, and so is the same to the last digit on either side.
_share_p: Final[Elementwise] = define(
    Elementwise,
    "share_of_exponential",
    _share,
    lambda t, x, y, out, base: t * math.log(base) * out * bind(_share_p, y, x, base=base),
    lambda t, x, y, out, base: t * -math.log(base) * out * bind(_share_p, y, x, base=base),
)


def _share_or_one(x: Array, y: Array, out: Array, base: float) -> Array:
    """The share, and 1 where both are the same infinity: the logarithm of a masked probability is the other's, too."""
    return np.where(np.isinf(out) & np.equal(x, y), 1, bind(_share_p, x, y, base=base))


logaddexp: BinaryFunction = binary(
    np.logaddexp,
    lambda t, x, y, out: t * _share_or_one(x, y, out, math.e),
    lambda t, x, y, out: t * _share_or_one(y, x, out, math.e),
    "z = log(exp(x1) + exp(x2)), without overflow; its derivatives are exp(x1 - z) and exp(x2 - z), and 1 each "
    "where both are the same infinity.",
)
logaddexp2: BinaryFunction = binary(
    np.logaddexp2,
    lambda t, x, y, out: t * _share_or_one(x, y, out, 2),
    lambda t, x, y, out: t * _share_or_one(y, x, out, 2),
    "z = log2(2 ** x1 + 2 ** x2), without overflow; its derivatives are 2 ** (x1 - z) and 2 ** (x2 - z), and 1 "
    "each where both are the same infinity.",
)
