"""Exponentials, logarithms and roots.

The derivatives are those of NIST's Digital Library of Mathematical Functions, 4.2 to 4.10 (https://dlmf.nist.gov/4).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from pydezero.core.elementwise import binary, unary
from pydezero.core.primitive import Elementwise, define
from pydezero.core.roots import of_square
from pydezero.core.typed import BinaryFunction, UnaryFunction
from pydezero.core.types import Array

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

exp: UnaryFunction = unary(np.exp, lambda t, out: t * out, "The exponential e ** x.")
exp2: UnaryFunction = unary(np.exp2, lambda t, out: t * (out * _LN2), "2 ** x.")
expm1: UnaryFunction = unary(np.expm1, lambda t, out: t * (out + 1), "exp(x) - 1, precise for small x.")
log: UnaryFunction = unary(np.log, lambda t, x: t / x, "The natural logarithm.")
log2: UnaryFunction = unary(np.log2, lambda t, x: t / (x * _LN2), "The logarithm to base 2.")
log10: UnaryFunction = unary(np.log10, lambda t, x: t / (x * _LN10), "The logarithm to base 10.")
log1p: UnaryFunction = unary(np.log1p, lambda t, x: t / (x + 1), "log(1 + x), precise for small x.")


def _power_of_sqrt(x: Array, n: float) -> Array:
    return np.sqrt(x) ** n


def _power_of_sqrt_rule(t: Array, out: Array, n: float) -> Array:
    return np.where(np.isnan(out), out, 0.5 * of_square(t, out, n))  # of a negative number there is no root


_power_of_sqrt_p: Final = define(Elementwise, "sqrt.power", _power_of_sqrt, _power_of_sqrt_rule)

sqrt: UnaryFunction = unary(
    np.sqrt,
    lambda t, out: 0.5 * t / out,
    "The square root; its derivative at 0 is infinite.",
    power=_power_of_sqrt_p,
)
cbrt: UnaryFunction = unary(
    np.cbrt, lambda t, out: t / (3 * out * out), "The real cube root; its derivative at 0 is infinite."
)


def difference(x: Array, out: Array) -> Array:
    """x - out, and 0 also where both are the same infinity: masked probabilities have logarithms of -inf."""
    same = np.equal(x, out)
    return np.where(same, 0, x) - np.where(same, 0, out)


def _part(x: Array, y: Array, out: Array) -> Array:
    """x / (x + y), of which the sum is 1 but for what `out` lost; x where `out` is -inf."""
    return x / np.where(np.isneginf(out), 1, x + y)


logaddexp: BinaryFunction = binary(
    np.logaddexp,
    lambda t, x, y, out: t * _part(np.exp(difference(x, out)), np.exp(difference(y, out)), out),
    lambda t, x, y, out: t * _part(np.exp(difference(y, out)), np.exp(difference(x, out)), out),
    "log(exp(x) + exp(y)), without overflow.",
)
logaddexp2: BinaryFunction = binary(
    np.logaddexp2,
    lambda t, x, y, out: t * _part(np.exp2(difference(x, out)), np.exp2(difference(y, out)), out),
    lambda t, x, y, out: t * _part(np.exp2(difference(y, out)), np.exp2(difference(x, out)), out),
    "log2(2 ** x + 2 ** y), without overflow.",
)
