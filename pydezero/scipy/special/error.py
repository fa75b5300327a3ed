"""Error functions, and the normal distribution.

The derivatives are those of NIST's Digital Library of Mathematical Functions, chapter 7 (https://dlmf.nist.gov/7).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.special.definition import TernaryFunction, binary, elementwise, one_output, unary
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

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
    "voigt_profile",
    "wofz",
]

_OF_ERF: Final = 2 / math.sqrt(math.pi)
_OF_NDTR: Final = 1 / math.sqrt(2 * math.pi)

# From here on the series in 1 / x ** 2 has all digits, while the closed form loses the more of them the larger x is.
_FAR: Final = 12.0
# From here on an exponential of the square of a complex number is 0, or its angle is not known.
_WITH_PHASE: Final = 1e8
_SERIES: Final = [math.prod(range(1, 2 * n + 2, 2)) / 2**n for n in range(12, -1, -1)]  # (2 n + 1)!! / 2 ** n


def _gaussian(x: Array, factor: float = -1.0) -> Array:
    """exp(factor x^2) for a negative factor, and 0 where the square overflows, of a complex number to the right."""
    if x.dtype.kind != "c":
        with np.errstate(over="ignore"):
            return np.exp(factor * x * x)
    vanishes = (abs(x) > _WITH_PHASE) & (abs(np.real(x)) > abs(np.imag(x)))
    at = np.where(vanishes, 0, x)
    return np.where(vanishes, 0, np.exp(factor * at * at))


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
    far = (abs(x) > _FAR) & ((np.real(x) > 0) | (abs(np.imag(x)) > abs(np.real(x))))
    closed = 2 * np.where(far, 0, x) * out - _OF_ERF
    found = np.where(far, -0.5 * _OF_ERF * _series(np.where(far, x, 1), -1), closed)
    if x.dtype.kind != "c":
        return found
    # On the left erfcx(x) is 2 exp(x^2) - erfcx(-x), on the imaginary axis half that exponential is in it (DLMF 7.4.3).
    left = np.where(far & (abs(x) < _WITH_PHASE) & (np.real(x) <= 0), x, 0)
    return found + 2 * (1 - np.sign(np.real(left))) * left * np.exp(left * left)


def _dawsn_rule(t: Array, x: Array, out: Array) -> Array:
    far = (abs(x) > _FAR) & (abs(np.real(x)) > abs(np.imag(x)))
    found = np.where(far, -0.5 * _series(np.where(far, x, 1), 1), 1 - 2 * np.where(far, 0, x) * out)
    if (
        x.dtype.kind == "c"
    ):  # beside the series it has an exponential, which is not small near the diagonals (DLMF 7.5.1)
        aside = np.where(far & (abs(x) < _WITH_PHASE), x, 0)
        found = found - (1j * math.sqrt(math.pi)) * np.sign(np.imag(aside)) * aside * np.exp(-aside * aside)
    return t * found


erf: UnaryFunction = unary(
    special.erf,
    lambda t, x: t * (_OF_ERF * _gaussian(x)),
    "The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x (DLMF 7.2.1).",
)
erfc: UnaryFunction = unary(
    special.erfc,
    lambda t, x: t * (-_OF_ERF * _gaussian(x)),
    "1 - erf(x), precise for large x: 2 / sqrt(pi) times the integral of exp(-t^2) from x on (DLMF 7.2.2).",
)
erfi: UnaryFunction = unary(
    special.erfi,
    lambda t, x: t * (_OF_ERF * np.exp(x * x)),
    "-i erf(i x), 2 / sqrt(pi) times the integral of exp(t^2) from 0 to x (DLMF 7.2.1).",
)
erfcx: UnaryFunction = unary(
    special.erfcx, lambda t, x, out: t * _of_erfcx(x, out), "exp(x^2) erfc(x), which is wofz(i x) (DLMF 7.2.3)."
)
wofz: UnaryFunction = unary(
    special.wofz,
    lambda t, x, out: t * (-1j * _of_erfcx(x * -1j, out)),
    "The Faddeeva function, exp(-x^2) erfc(-i x) (DLMF 7.2.3).",
    keeps_dtype=False,
)
dawsn: UnaryFunction = unary(
    special.dawsn, _dawsn_rule, "Dawson's integral, exp(-x^2) times the integral of exp(t^2) from 0 to x (DLMF 7.2.5)."
)
erfinv: UnaryFunction = unary(
    special.erfinv,
    lambda t, out: t * (np.exp(out * out) / _OF_ERF),
    "The inverse of `erf`, the x with erf(x) = y; its derivative at -1 and 1 is infinite (DLMF 7.17.1).",
)
erfcinv: UnaryFunction = unary(
    special.erfcinv,
    lambda t, out: t * (np.exp(out * out) / -_OF_ERF),
    "The inverse of `erfc`, the x with erfc(x) = y; its derivative at 0 and 2 is infinite (DLMF 7.17.1).",
)
ndtr: UnaryFunction = unary(
    special.ndtr,
    lambda t, x: t * (_OF_NDTR * _gaussian(x, -0.5)),
    "The standard normal distribution function, erfc(-x / sqrt(2)) / 2 (DLMF 7.20.1).",
)
ndtri: UnaryFunction = unary(
    special.ndtri,
    lambda t, out: t * (np.exp(0.5 * out * out) / _OF_NDTR),
    "The inverse of `ndtr`, the x with ndtr(x) = p; its derivative at 0 and 1 is infinite (DLMF 7.20.1).",
)


def _hazard_of_normal(x: Array) -> Array:
    """The density of the normal distribution over its distribution function, precise where both underflow."""
    if x.dtype.kind != "c":
        return math.sqrt(2 / math.pi) / special.erfcx(x * -math.sqrt(0.5))
    # Where the density is small, on the right, erfcx overflows.
    right = np.real(x) > abs(np.imag(x))
    of_right = np.where(right, x, 0)
    quotient = _OF_NDTR * _gaussian(of_right, -0.5) / special.ndtr(of_right)
    return np.where(right, quotient, math.sqrt(2 / math.pi) / special.erfcx(np.where(right, 0, x) * -math.sqrt(0.5)))


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
log_ndtr: UnaryFunction = unary(
    special.log_ndtr,
    lambda t, x: t * _hazard(x),
    "log(ndtr(x)) = log(erfc(-x / sqrt(2)) / 2), precise for x far to the left (DLMF 7.20.1).",
)
ndtri_exp: UnaryFunction = unary(
    special.ndtri_exp,
    lambda t, out: t / _hazard(out),
    "The inverse of `log_ndtr`, the x with log(ndtr(x)) = y (DLMF 7.20.1).",
)


def _owens_rule_a(t: Array, x: Array, y: Array) -> Array:
    with np.errstate(over="ignore"):
        return t * np.exp(-0.5 * (x * x + (x * y) ** 2)) / (2 * math.pi * (1 + y * y))


owens_t: BinaryFunction = binary(
    special.owens_t,
    lambda t, x, y: t * (-0.5 * _OF_NDTR) * _gaussian(x, -0.5) * special.erf(math.sqrt(0.5) * x * y),
    _owens_rule_a,
    "The probability that X > h and 0 < Y < a X for independent normal X and Y (D. B. Owen, 1956).",
)


# The coefficients (2 n - 1)!! / 2 ** n of the asymptotic series of wofz in 1 / z ** 2 (DLMF 7.12.1).
_OF_WOFZ: Final = [math.prod(range(1, 2 * n, 2)) / 2**n for n in range(12, -1, -1)]
_FIRST_OF_WOFZ: Final = [-(2 * n + 1) * c for n, c in zip(range(12, -1, -1), _OF_WOFZ, strict=True)]
_SECOND_OF_WOFZ: Final = [-(2 * n + 2) * c for n, c in zip(range(12, -1, -1), _FIRST_OF_WOFZ, strict=True)]


def _slopes_of_wofz(x: Array, sigma: Array, gamma: Array) -> tuple[Array, Array]:
    """The first and the second derivative of the Faddeeva function where the profile takes it."""
    z = (x + 1j * gamma) / (math.sqrt(2) * sigma)
    far = abs(z) > 9
    near, inverse = np.where(far, 0, z), 1 / np.where(far, z, 1)
    # On the real axis the series has no real part: there it is that of the normal distribution.
    on_axis = far & (np.imag(z) < 1e-3)
    at = np.where(on_axis, z, 1)
    normal = np.where(on_axis, np.exp(-at * at), 0)
    w = special.wofz(near)
    first = _OF_ERF * 1j - 2 * near * w
    scaled = 0.5j * _OF_ERF * inverse * inverse
    of_far = scaled * _in_squares(_FIRST_OF_WOFZ, inverse) - 2 * at * normal
    second_of_far = scaled * inverse * _in_squares(_SECOND_OF_WOFZ, inverse) + (4 * at * at - 2) * normal
    return np.where(far, of_far, first), np.where(far, second_of_far, -2 * (w + near * first))


def _in_squares(coefficients: list[float], x: Array) -> Array:
    total: Array = 0
    for coefficient in coefficients:
        total = total * (x * x) + coefficient
    return total


def _voigt_rule_x(t: Array, x: Array, y: Array, z: Array) -> Array:
    return t * (0.25 * _OF_ERF * np.real(_slopes_of_wofz(x, y, z)[0]) / (y * y))


def _voigt_rule_sigma(t: Array, x: Array, y: Array, z: Array) -> Array:
    # sigma times the second derivative in x, as of the normal distribution.
    return t * (0.5 * _OF_NDTR * np.real(_slopes_of_wofz(x, y, z)[1]) / (y * y))


def _voigt_rule_gamma(t: Array, x: Array, y: Array, z: Array) -> Array:
    return t * (-0.25 * _OF_ERF * np.imag(_slopes_of_wofz(x, y, z)[0]) / (y * y))


voigt_profile: TernaryFunction = elementwise(
    special.voigt_profile,
    {"x": _voigt_rule_x, "sigma": _voigt_rule_sigma, "gamma": _voigt_rule_gamma},
    "Voigt's profile, the density of the sum of a normal variable (sigma) and a Cauchy variable (gamma) (DLMF 7.19.1).",
)


_fresnel_s = one_output(special.fresnel, 0, "_fresnel_s")
_fresnel_c = one_output(special.fresnel, 1, "_fresnel_c")
_sine: UnaryFunction = elementwise(_fresnel_s, {"z": lambda t, x: t * np.sin(0.5 * math.pi * x * x)}, "", "fresnel.s")
_cosine: UnaryFunction = elementwise(_fresnel_c, {"z": lambda t, x: t * np.cos(0.5 * math.pi * x * x)}, "", "fresnel.c")


@overload
def fresnel(z: Variable, /) -> tuple[Variable, Variable]: ...
@overload
def fresnel(z: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@takes_lists
def fresnel(z: Any, /) -> tuple[Any, Any]:
    """Fresnel's integrals S and C, of sin(pi t^2 / 2) and cos(pi t^2 / 2) from 0 to z (DLMF 7.2.7, 7.2.8).

    >>> from pydezero import grad
    >>> grad(lambda z: fresnel(z)[1])(0.0)
    np.float64(1.0)
    """
    return (_sine(z), _cosine(z)) if type(z) is Variable else special.fresnel(z)
