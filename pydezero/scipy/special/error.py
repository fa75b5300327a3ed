"""Error functions, and the normal distribution.

The derivatives are those of NIST's Digital Library of Mathematical Functions, chapter 7 (https://dlmf.nist.gov/7).
"""

from __future__ import annotations

import math
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pydezero.core.typed import BinaryFunction, UnaryFunction
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable
from pydezero.scipy.special.definition import binary, elementwise, unary

__all__ = [
    "dawsn",
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfi",
    "erfinv",
    "fresnel",
    "log_ndtr",
    "ndtr",
    "ndtri",
    "ndtri_exp",
    "owens_t",
    "wofz",
]

_OF_ERF: Final = 2 / math.sqrt(math.pi)
_OF_NDTR: Final = 1 / math.sqrt(2 * math.pi)

# From here on the series in 1 / x ** 2 has all digits, while the closed form loses the more of them the larger x is.
_FAR: Final = 12.0
_SERIES: Final = [math.prod(range(1, 2 * n + 2, 2)) / 2**n for n in range(12, -1, -1)]  # (2 n + 1)!! / 2 ** n


def _series(x: Array, sign: int) -> Array:
    """The sum of (2 n + 1)!! (sign / (2 x ** 2)) ** n, over x ** 2 (DLMF 7.12.1, termwise differentiated)."""
    inverse = 1 / x
    square = sign * inverse * inverse
    total = 0 * square
    for coefficient in _SERIES:
        total = total * square + coefficient
    return total * inverse * inverse


def _of_erfcx(x: Array, out: Array) -> Array:
    """The derivative of erfcx."""
    far = (abs(x) > _FAR) & (np.real(x) > 0)
    closed = 2 * np.where(far, 0, x) * out - _OF_ERF
    return np.where(far, -0.5 * _OF_ERF * _series(np.where(far, x, 1), -1), closed)


def _dawsn_rule(t: Array, x: Array, out: Array) -> Array:
    far = (abs(x) > _FAR) & (abs(np.real(x)) > abs(np.imag(x)))
    return t * np.where(far, -0.5 * _series(np.where(far, x, 1), 1), 1 - 2 * np.where(far, 0, x) * out)


erf: UnaryFunction = unary(special.erf, lambda t, x: t * (_OF_ERF * np.exp(-x * x)), "The error function.")
erfc: UnaryFunction = unary(
    special.erfc, lambda t, x: t * (-_OF_ERF * np.exp(-x * x)), "1 - erf(x), precise for large x."
)
erfi: UnaryFunction = unary(special.erfi, lambda t, x: t * (_OF_ERF * np.exp(x * x)), "-i erf(i x).")
erfcx: UnaryFunction = unary(special.erfcx, lambda t, x, out: t * _of_erfcx(x, out), "exp(x ** 2) erfc(x).")
wofz: UnaryFunction = unary(
    special.wofz,
    lambda t, x, out: t * (-1j * _of_erfcx(-1j * x, out)),
    "The Faddeeva function, exp(-x ** 2) erfc(-i x).",
    keeps_dtype=False,
)
dawsn: UnaryFunction = unary(special.dawsn, _dawsn_rule, "Dawson's integral.")
erfinv: UnaryFunction = unary(
    special.erfinv,
    lambda t, out: t * (np.exp(out * out) / _OF_ERF),
    "The inverse of `erf`; its derivative at -1 and 1 is infinite.",
)
erfcinv: UnaryFunction = unary(
    special.erfcinv,
    lambda t, out: t * (np.exp(out * out) / -_OF_ERF),
    "The inverse of `erfc`; its derivative at 0 and 2 is infinite.",
)
ndtr: UnaryFunction = unary(
    special.ndtr,
    lambda t, x: t * (_OF_NDTR * np.exp(-0.5 * x * x)),
    "The distribution function of the standard normal distribution.",
)
ndtri: UnaryFunction = unary(
    special.ndtri,
    lambda t, out: t * (np.exp(0.5 * out * out) / _OF_NDTR),
    "The quantiles of the standard normal distribution; the derivative at 0 and 1 is infinite.",
)


def _hazard_of_normal(x: Array) -> Array:
    """The density of the normal distribution over its distribution function, precise where both underflow."""
    return math.sqrt(2 / math.pi) / special.erfcx(x * -math.sqrt(0.5))


def _hazard_rule(t: Array, x: Array, out: Array) -> Array:
    # On the left x + out cancels: there it is made of the derivative of erfcx.
    left = np.real(x) < 0
    mirrored = np.where(left, x, 0) * -math.sqrt(0.5)
    of_left = 0.5 * math.sqrt(math.pi) * out * _of_erfcx(mirrored, special.erfcx(mirrored))
    return t * out * np.where(left, of_left, -x - out)


_hazard: UnaryFunction = elementwise(
    _hazard_of_normal,
    {"x": _hazard_rule},
    "The derivative of `log_ndtr`.",
    "hazard",
)
log_ndtr: UnaryFunction = unary(special.log_ndtr, lambda t, x: t * _hazard(x), "log(ndtr(x)), precise for small x.")
ndtri_exp: UnaryFunction = unary(special.ndtri_exp, lambda t, out: t / _hazard(out), "The inverse of `log_ndtr`.")
owens_t: BinaryFunction = binary(
    special.owens_t,
    lambda t, x, y: t * (-0.5 * _OF_NDTR) * np.exp(-0.5 * x * x) * special.erf(math.sqrt(0.5) * x * y),
    lambda t, x, y: t * np.exp(-0.5 * x * x * (1 + y * y)) / (2 * math.pi * (1 + y * y)),
    "Owen's T function of h and a, the probability that X > h and 0 < Y < a X for independent normal X and Y.",
)


def _fresnel_s(z: Array) -> Array:
    return special.fresnel(z)[0]


def _fresnel_c(z: Array) -> Array:
    return special.fresnel(z)[1]


_sine: UnaryFunction = elementwise(_fresnel_s, {"z": lambda t, x: t * np.sin(0.5 * math.pi * x * x)}, "", "fresnel.s")
_cosine: UnaryFunction = elementwise(_fresnel_c, {"z": lambda t, x: t * np.cos(0.5 * math.pi * x * x)}, "", "fresnel.c")


@overload
def fresnel(z: Variable, /) -> tuple[Variable, Variable]: ...
@overload
def fresnel(z: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
def fresnel(z: Any, /) -> tuple[Any, Any]:
    """The pair of Fresnel's integrals S and C, of sin(pi t ** 2 / 2) and of cos(pi t ** 2 / 2).

    >>> from pydezero import grad
    >>> grad(lambda z: fresnel(z)[1])(0.0)
    np.float64(1.0)
    """
    return (_sine(z), _cosine(z)) if type(z) is Variable else special.fresnel(z)
