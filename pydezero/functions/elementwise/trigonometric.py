"""Trigonometric and hyperbolic functions and their inverses; angles are in radians unless the name says otherwise.

The derivatives are those of NIST's Digital Library of Mathematical Functions, 4.20, 4.24, 4.34 and 4.38
(https://dlmf.nist.gov/4).
"""

from __future__ import annotations

import math
from typing import Final, cast

import numpy as np

from pydezero.core.elementwise import binary, unary
from pydezero.core.primitive import Elementwise, define
from pydezero.core.roots import of_square
from pydezero.core.typed import BinaryFunction, UnaryFunction
from pydezero.core.types import Array
from pydezero.core.variable import undifferentiated
from pydezero.functions.elementwise.slopes import kinks, may_hold, no_slope, no_slope_of_tangent

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

sin: UnaryFunction = unary(np.sin, lambda t, x: t * np.cos(x), "The sine of x.")
cos: UnaryFunction = unary(np.cos, lambda t, x: -t * np.sin(x), "The cosine of x.")
tan: UnaryFunction = unary(np.tan, lambda t, out: t * (1 + out * out), "The tangent of x.")
arcsin: UnaryFunction = unary(np.arcsin, lambda t, x: t / np.sqrt(1 - x * x), "The inverse sine, in [-pi/2, pi/2].")
arccos: UnaryFunction = unary(np.arccos, lambda t, x: -t / np.sqrt(1 - x * x), "The inverse cosine, in [0, pi].")
arctan: UnaryFunction = unary(np.arctan, lambda t, x: t / (1 + x * x), "The inverse tangent, in [-pi/2, pi/2].")
sinh: UnaryFunction = unary(np.sinh, lambda t, x: t * np.cosh(x), "The hyperbolic sine.")
cosh: UnaryFunction = unary(np.cosh, lambda t, x: t * np.sinh(x), "The hyperbolic cosine.")
tanh: UnaryFunction = unary(np.tanh, lambda t, out: t * (1 - out * out), "The hyperbolic tangent.")
arcsinh: UnaryFunction = unary(np.arcsinh, lambda t, x: t / np.sqrt(x * x + 1), "The inverse hyperbolic sine.")
# Two roots, not one of the product: the derivative has the branch cut of arccosh itself.
arccosh: UnaryFunction = unary(
    np.arccosh, lambda t, x: t / (np.sqrt(x - 1) * np.sqrt(x + 1)), "The inverse hyperbolic cosine."
)
arctanh: UnaryFunction = unary(np.arctanh, lambda t, x: t / (1 - x * x), "The inverse hyperbolic tangent.")

deg2rad: UnaryFunction = unary(np.deg2rad, lambda t: t * _DEGREE, "From degrees to radians.")
rad2deg: UnaryFunction = unary(np.rad2deg, lambda t: t / _DEGREE, "From radians to degrees.")


def _distance(x: Array, y: Array) -> Array:
    """The distance of a point from the origin, and 1 at the origin, where a derivative divided by it is to be 0."""
    distance = np.hypot(x, y)
    return np.where(np.equal(distance, 0), 1, distance)


def _quotient(t: Array, x: Array, distance: Array) -> Array:
    """t x / distance^2, without overflow."""
    return t * (x / distance) / distance


# At the origin there is no derivative; like that of absolute, it is taken to be 0.
arctan2: BinaryFunction = binary(
    np.arctan2,
    lambda t, x, y: _quotient(t, y, _distance(x, y)),
    lambda t, x, y: _quotient(-t, x, _distance(x, y)),
    "The angle of the point with ordinate x and abscissa y (NumPy calls them x1 and x2), in [-pi, pi]; "
    "the derivative at the origin is taken to be 0.",
)


def _hypot_rule(t: Array, x: Array, out: Array) -> Array:
    at_zero = undifferentiated(out) == 0
    at = kinks(t, at_zero)
    found = t * x / np.where(at_zero, 1, out)
    return found if at is None else found + no_slope(x, at)


def _hypot_tangent(ts: list[Array], x: Array, y: Array, out: Array) -> Array:
    at_zero = undifferentiated(out) == 0
    found = (ts[0] * x + ts[1] * y) / np.where(at_zero, 1, out)
    if may_hold(at_zero):
        found = found + no_slope_of_tangent(x, ts[0], at_zero) + no_slope_of_tangent(y, ts[1], at_zero)
    return found


def _power_of_hypot(x: Array, y: Array, n: float) -> Array:
    return np.hypot(x, y) ** n


_power_of_hypot_p: Final = define(
    Elementwise,
    "hypot.power",
    _power_of_hypot,
    lambda t, x, out, n: of_square(t, out, n) * x,
    lambda t, y, out, n: of_square(t, out, n) * y,
)
hypot: BinaryFunction = binary(
    np.hypot,
    _hypot_rule,
    lambda t, y, out: _hypot_rule(t, y, out),  # its names say what is kept
    "sqrt(x ** 2 + y ** 2), without overflow; the derivative at the origin is taken to be 0.",
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
    closed = (np.cos(math.pi * apart) - np.sinc(apart)) / apart
    return np.where(near, series * near_zero, closed)


sinc: UnaryFunction = unary(
    cast(np.ufunc, np.sinc), lambda t, x: t * _sinc_derivative(x), "sin(pi x) / (pi x), and 1 at 0."
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
