"""Trigonometric and hyperbolic functions and their inverses; angles are in radians unless the name says otherwise.

The derivatives are those of NIST's Digital Library of Mathematical Functions, 4.20, 4.24, 4.34 and 4.38
(https://dlmf.nist.gov/4).
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.elementwise import binary, unary
from pydezero.core.primitive import Elementwise, define, zero
from pydezero.core.roots import of_square
from pydezero.core.types import Array
from pydezero.core.variable import undifferentiated
from pydezero.functions.elementwise.slopes import kinks, may_hold, no_slope, no_slope_of_tangent, unknown, varies
from pydezero.functions.shapes.shape import in_dtype

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "acos",
    "acosh",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "deg2rad",
    "degrees",
    "hypot",
    "rad2deg",
    "radians",
    "sin",
    "sinc",
    "sinh",
    "tan",
    "tanh",
]

_DEGREE = math.pi / 180.0

sin: UnaryFunction = unary(np.sin, lambda t, x: t * np.cos(x), "The sine of x; its derivative is cos(x) (DLMF 4.20).")
cos: UnaryFunction = unary(
    np.cos, lambda t, x: -t * np.sin(x), "The cosine of x; its derivative is -sin(x) (DLMF 4.20)."
)


def _root_of_rest(x: Array) -> Array:
    """sqrt(1 - x ** 2), of a complex x as two roots: as such it has no overflow, and the branch cuts of arcsin.

    On the cuts the side is told by the sign of an imaginary part of 0, which 1 - x and x + 1 would lose.
    """
    return np.sqrt(-(x - 1)) * np.sqrt(x - (-1)) if x.dtype.kind == "c" else np.sqrt(1 - x * x)


def _arctan_rule(t: Array, x: Array) -> Array:
    if x.dtype.kind == "c":
        return t / (1 + 1j * x) / (1 - 1j * x)
    if x.dtype == np.float16:  # in which the square of 256 overflows
        return in_dtype(t / (1 + in_dtype(x, np.dtype(np.float32)) ** 2), x.dtype)
    with np.errstate(over="ignore"):  # 1 / inf is 0, which is right
        return t / (1 + x * x)


def _arctanh_rule(t: Array, x: Array) -> Array:
    return t / (1 + x) / (1 - x) if x.dtype.kind == "c" else t / (1 - x * x)


def _tan_rule(t: Array, x: Array, out: Array) -> Array:
    if x.dtype.kind == "c":  # far from the real axis tan(x) ** 2 is near -1
        return t * bind(_sech_squared_p, x * 1j, out * 1j)
    return t * (1 + out * out)


tan: UnaryFunction = unary(np.tan, _tan_rule, "The tangent of x; its derivative is 1 + tan(x) ** 2 (DLMF 4.20).")
arcsin: UnaryFunction = unary(
    np.arcsin,
    lambda t, x: t / _root_of_rest(x),
    "The inverse sine, in [-pi/2, pi/2]; its derivative is 1 / sqrt(1 - x ** 2) (DLMF 4.24).",
)
arccos: UnaryFunction = unary(
    np.arccos,
    lambda t, x: -t / _root_of_rest(x),
    "The inverse cosine, in [0, pi]; its derivative is -1 / sqrt(1 - x ** 2) (DLMF 4.24).",
)
arctan: UnaryFunction = unary(
    np.arctan, _arctan_rule, "The inverse tangent, in [-pi/2, pi/2]; its derivative is 1 / (1 + x ** 2) (DLMF 4.24)."
)
sinh: UnaryFunction = unary(
    np.sinh, lambda t, x: t * np.cosh(x), "The hyperbolic sine; its derivative is cosh(x) (DLMF 4.34)."
)
cosh: UnaryFunction = unary(
    np.cosh, lambda t, x: t * np.sinh(x), "The hyperbolic cosine; its derivative is sinh(x) (DLMF 4.34)."
)


@cache
def _saturation(dtype: np.dtype[Any]) -> float:
    """The 1 - tanh(x) ** 2 below which it has lost 30 percent of the digits of a dtype."""
    limit: float = float(np.finfo(dtype).eps) ** 0.3
    return limit


def _sech_squared(x: Array, y: Array) -> Array:
    if x.dtype.kind == "c":
        with np.errstate(over="ignore", invalid="ignore"):  # far out it is 0, which is right
            e = np.exp(2 * np.where(np.real(x) < 0, x, -x))
        return 4 * e / (1 + e) ** 2
    on_host = isinstance(y, np.ndarray | np.generic)
    if on_host:  # elsewhere to look at the numbers takes longer than to compute others
        found = 1 - y * y
        if np.minimum.reduce(found, axis=None, initial=1) >= _saturation(found.dtype):
            return found
    with np.errstate(over="ignore"):  # 1 / inf is 0, which is right
        sech = 1 / np.cosh(x)
    return sech * sech


# The derivative of tanh, whose value y is given to it, as it is known. It is twice as quick to compute of y; but then
# it has lost all its digits at 19.
_sech_squared_p: Final = define(Elementwise, "sech_squared", _sech_squared, lambda t, x, y, out: -2 * t * out * y, zero)
tanh: UnaryFunction = unary(
    np.tanh,
    lambda t, x, out: t * bind(_sech_squared_p, x, out),
    "The hyperbolic tangent; its derivative is 1 - tanh(x) ** 2 (DLMF 4.34).",
)
# cosh(arcsinh(x)) is sqrt(x ** 2 + 1), without the overflow of the square.
arcsinh: UnaryFunction = unary(
    np.arcsinh,
    lambda t, out: t / np.cosh(out),
    "The inverse hyperbolic sine; its derivative is 1 / sqrt(x ** 2 + 1) (DLMF 4.38).",
)
# Two roots, not one of the product: the derivative has the branch cut of arccosh itself. (x + 1 would lose the sign of
# an imaginary part of 0.)
arccosh: UnaryFunction = unary(
    np.arccosh,
    lambda t, x: t / (np.sqrt(x - 1) * np.sqrt(x - (-1))),
    "The inverse hyperbolic cosine; its derivative is 1 / (sqrt(x - 1) sqrt(x + 1)) (DLMF 4.38).",
)
arctanh: UnaryFunction = unary(
    np.arctanh, _arctanh_rule, "The inverse hyperbolic tangent; its derivative is 1 / (1 - x ** 2) (DLMF 4.38)."
)

deg2rad: UnaryFunction = unary(np.deg2rad, lambda t: t * _DEGREE, "x degrees in radians; the derivative is pi / 180.")
rad2deg: UnaryFunction = unary(np.rad2deg, lambda t: t / _DEGREE, "x radians in degrees; the derivative is 180 / pi.")


def _nonzero(distance: Array) -> Array:
    """The distance, and 1 at the origin, where what is divided by it is 0."""
    return np.where(np.equal(distance, 0), 1, distance)


def _inverse_part(x: Array, y: Array) -> Array:
    """x / (x ** 2 + y ** 2), without overflow, and 0 at the origin."""
    distance = _nonzero(np.hypot(x, y))
    return x / distance / distance


# The real part of 1 / (x + iy), whose derivatives are parts of its square. So are all derivatives of the angle.
_inverse_part_p: Final[Elementwise] = define(
    Elementwise,
    "part_of_inverse",
    _inverse_part,
    lambda t, x, y, out: _but_at_origin(t, x, y, _of_square(t, out, bind(_inverse_part_p, y, x))),
    lambda t, x, y, out: _but_at_origin(t, x, y, -2 * t * out * bind(_inverse_part_p, y, x)),
)


def _but_at_origin(t: Array, x: Array, y: Array, found: Array) -> Array:
    """The result of a rule, with nan at the origin, where no derivative is known."""
    at_origin = np.equal(x, 0) & np.equal(y, 0)
    return np.where(at_origin, unknown(t), found) if may_hold(at_origin) else found


def _of_square(t: Array, p: Array, q: Array) -> Array:
    """t (q ** 2 - p ** 2)."""
    return t * (q - p) * (q + p)


def _of_angle(t: Array, x: Array, y: Array) -> Array:
    """t x / (x ** 2 + y ** 2), of which no derivative is known at the origin, even if t is 0 there, like r ** 2."""
    found = t * bind(_inverse_part_p, x, y)
    if not varies(t):
        return found
    at = kinks(t, np.equal(x, 0) & np.equal(y, 0))
    return found if at is None else found + no_slope(x + y, at)


def _angle_tangent(ts: list[Array], x: Array, y: Array) -> Array:
    found = ts[0] * bind(_inverse_part_p, y, x) - ts[1] * bind(_inverse_part_p, x, y)
    if not varies(x) and not varies(y):
        return found
    at = np.equal(x, 0) & np.equal(y, 0)
    moves = np.absolute(undifferentiated(ts[0])) + np.absolute(undifferentiated(ts[1]))
    return found + no_slope_of_tangent(x + y, moves, at) if may_hold(at) else found


# At the origin there is no derivative; like that of absolute, it is taken to be 0.
arctan2: BinaryFunction = binary(
    np.arctan2,
    lambda t, x, y: _of_angle(t, y, x),
    lambda t, x, y: -_of_angle(t, x, y),
    "The angle of the point with ordinate x1 and abscissa x2, in [-pi, pi]; its derivatives are x2 / r and -x1 / r\n"
    "    with r = x1 ** 2 + x2 ** 2, and taken to be 0 at the origin.",
    tangent=_angle_tangent,
)


def _cosine(x: Array, y: Array, z: Array) -> Array:
    return x / _nonzero(z)


def _times_sine_squared(t: Array, sine: Array, distance: Array) -> Array:
    """t sine ** 2 / distance, of which no square underflows."""
    return t * sine * (sine / _nonzero(distance))


# x / hypot(x, y), the cosine of the angle. The distance z is given to it, as it is known; y says how it changes. As a
# quotient its derivative would be a difference of two numbers that are nearly equal where y is small.
_cosine_p: Final[Elementwise] = define(
    Elementwise,
    "cosine_of_point",
    _cosine,
    lambda t, x, y, z: _times_sine_squared(t, bind(_cosine_p, y, x, z), z),
    lambda t, x, y, z: -t * bind(_cosine_p, x, y, z) * bind(_cosine_p, y, x, z) / _nonzero(z),
    zero,
)


def cosine_of_point(x: Array, y: Array, distance: Array) -> Array:
    """x / hypot(x, y), of which the distance is known; 0 at the origin."""
    return bind(_cosine_p, x, y, distance)


def _hypot_rule(t: Array, x: Array, y: Array, out: Array) -> Array:
    at = kinks(t, undifferentiated(out) == 0)
    found = t * bind(_cosine_p, x, y, out)
    return found if at is None else found + no_slope(x, at)


def _hypot_tangent(ts: list[Array], x: Array, y: Array, out: Array) -> Array:
    at_zero = undifferentiated(out) == 0
    found = ts[0] * bind(_cosine_p, x, y, out) + ts[1] * bind(_cosine_p, y, x, out)
    if may_hold(at_zero):
        found = found + no_slope_of_tangent(x, ts[0], at_zero) + no_slope_of_tangent(y, ts[1], at_zero)
    return found


def _power_of_hypot(x: Array, y: Array, n: float) -> Array:
    return np.hypot(x, y) ** n


_power_of_hypot_p: Final = define(
    Elementwise,
    "hypot.power",
    _power_of_hypot,
    lambda t, x, y, out, n: of_square(t, out, n) * x,
    lambda t, x, y, out, n: of_square(t, out, n) * y,
)
hypot: BinaryFunction = binary(
    np.hypot,
    _hypot_rule,
    lambda t, x, y, out: _hypot_rule(t, y, x, out),
    "z = sqrt(x1 ** 2 + x2 ** 2), without overflow; its derivatives are x1 / z and x2 / z, taken to be 0 at 0.",
    tangent=_hypot_tangent,
    power=_power_of_hypot_p,
)


# np.sinc is no ufunc, but elementwise like one.
# d sinc(x) / dx = sum over k >= 1 of (-1)^k 2k pi^(2k) x^(2k-1) / (2k+1)!, the termwise derivative of the power series.
_SINC_SERIES = [(-1) ** k * 2 * k * math.pi ** (2 * k) / math.factorial(2 * k + 1) for k in range(9, 0, -1)]


def _sinc_derivative(x: Array) -> Array:
    # Near 0 the closed form cancels, and at 0 it is 0 / 0; the series is right there, and so are its own derivatives.
    near = abs(x) < 0.15
    apart = np.where(near, 1, x)
    near_zero = np.where(near, x, 0)
    square = near_zero * near_zero
    series = square * 0
    for coefficient in _SINC_SERIES:
        series = series * square + coefficient
    angle = math.pi * (apart - 2 * np.rint(0.5 * np.real(apart)))  # without whole turns, which cost it its digits
    closed = (np.cos(angle) - np.sin(angle) / (math.pi * apart)) / apart
    return np.where(near, series * near_zero, closed)


sinc: UnaryFunction = unary(
    cast(np.ufunc, np.sinc),
    lambda t, x: t * _sinc_derivative(x),
    "sin(pi x) / (pi x), and 1 at 0; its derivative is (cos(pi x) - sinc(x)) / x, and 0 at 0.",
)

# NumPy's other names.
acos = arccos
acosh = arccosh
asin = arcsin
asinh = arcsinh
atan = arctan
atan2 = arctan2
atanh = arctanh
degrees = rad2deg
radians = deg2rad
