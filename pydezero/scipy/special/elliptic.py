"""Elliptic integrals in the form of Legendre, Jacobi's elliptic functions, and the arithmetic-geometric mean.

The derivatives are those of NIST's Digital Library of Mathematical Functions, 19.4, 19.8 and 22.13
(https://dlmf.nist.gov/19), written in Carlson's integrals (19.25), in which nothing cancels.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.composition import composed, composed_along, in_shape, integrals_of_powers, sine_and_cosine
from pydezero.core.placing import everywhere
from pydezero.core.power_series import (
    ConditionalRule,
    Further,
    Series,
    by_recurrence,
    of_power,
    of_product,
    of_quotient,
    of_square,
    plus,
    scaled,
)
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.special.carlson import carlson_integral
from pydezero.scipy.special.definition import apart, binary, elementwise, one_output, unary
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "agm",
    "ellipe",
    "ellipeinc",
    "ellipj",
    "ellipk",
    "ellipkinc",
    "ellipkm1",
]


def _ellipk_rule(t: Array, x: Array) -> Array:
    near, m = apart(x)
    closed = (everywhere(special.ellipe)(m) / (1 - m) - special.ellipk(m)) / (2 * m)
    return t * np.where(near, math.pi / 8 * everywhere(special.hyp2f1)(1.5, 1.5, 2.0, np.where(near, x, 0)), closed)


def _ellipe_rule(t: Array, x: Array) -> Array:
    near, m = apart(x)
    closed = 0.5 * (special.ellipe(m) - special.ellipk(m)) / m
    return t * np.where(near, -math.pi / 8 * special.hyp2f1(0.5, 1.5, 2.0, np.where(near, x, 0)), closed)


def _complete(a: float, sign: int = 1) -> ConditionalRule:
    """The series of pi / 2 hyp2f1(a, 1/2, 1, m), where m is the argument, or 1 less it for the sign -1 (DLMF 19.5.1).

    By Euler's transformation (DLMF 15.8.1) all terms of what is left of the hypergeometric function are positive.
    """

    def start(out: Series, x: Series) -> Further:
        m = x(0) if sign > 0 else 1 - x(0)
        rest = 1 - x(0) if sign > 0 else x(0)
        factors = [math.pi / 2]

        def coefficient(n: int) -> Array:
            while len(factors) <= n:
                j = len(factors)
                factors.append(factors[-1] * sign * (a + j - 1) * (j - 0.5) / j**2)
            of_rest = everywhere(special.hyp2f1)(n + 1 - a - n, 0.5, n + 1.0, m)
            return factors[n] * of_rest * rest ** (0.5 - a - n)

        return composed(coefficient, x)

    return ConditionalRule(start, lambda moving, x: True)


ellipk: UnaryFunction = unary(
    special.ellipk,
    _ellipk_rule,
    "The complete elliptic integral of the first kind, that of (1 - m sin(u)^2)^(-1/2) from 0 to pi/2 (DLMF 19.2.8).",
    coefficient=_complete(0.5),
)
ellipe: UnaryFunction = unary(
    special.ellipe,
    _ellipe_rule,
    "The complete elliptic integral of the second kind, that of (1 - m sin(u)^2)^(1/2) from 0 to pi/2 (DLMF 19.2.8).",
    coefficient=_complete(-0.5),
)
ellipkm1: UnaryFunction = unary(
    special.ellipkm1,
    lambda t, x: t * (everywhere(special.elliprd)(np.zeros_like(x), np.ones_like(x), x) * (-1 / 6)),
    "ellipk(1 - p), precise for small p (DLMF 19.2.8).",
    coefficient=_complete(0.5, -1),
)


@everywhere
def _incomplete(x: Array, y: Array, a: int, b: int) -> Array:
    """The integral of sin(u)^(2 a) (1 - m sin(u)^2)^(-b / 2) for u from 0 to x, with m = y."""
    x, y = np.asarray(x), np.asarray(y)
    halves = np.round(x / math.pi)
    rest = x - halves * math.pi
    sine, square = np.sin(rest), np.cos(rest) ** 2
    powers = (0.0, 0.5, 0.5 * b, a + 1 - 0.5 * b, 0.0)
    part = 0.5 * sine ** (2 * a + 1) * carlson_integral(powers, square, square + (1 - y) * sine**2, 1.0)
    whole = np.where(halves != 0, carlson_integral(powers, 0.0, 1 - y, 1.0), 0)
    return part + np.where(halves != 0, halves * whole, 0)


def _of_square(x: Array, y: Array) -> Array:
    return np.cos(x) ** 2 + (1 - y) * np.sin(x) ** 2


# 1 - m sin(x)^2, and its derivatives, without loss of digits where these are small.
_delta_p: Final[Elementwise] = define(
    Elementwise,
    "elliptic_delta",
    _of_square,
    lambda t, x, y: t * (-y * np.sin(2 * x)),
    lambda t, x: -t * np.sin(x) ** 2,
)


def _delta(x: Array, y: Array) -> Array:
    return bind(_delta_p, x, y)


def _incomplete_slope(t: Array, x: Array, y: Array, a: int, b: int) -> Array:
    return t * (np.sin(x) ** (2 * a) * _delta(x, y) ** (-0.5 * b))


def _incomplete_series(out: Series, x: Series, y: Series, a: int, b: int) -> Further:
    """The coefficients of the integral where the amplitude x and the parameter y = m move.

    Its derivative of order n with respect to m is (b / 2)_n times the integral of f g^n, where f is the integrand and g
    is sin(u)^2 / (1 - m sin(u)^2). For the m at the start, these integrals are series in x(t).
    """
    shape = out(0).shape
    angle, m = in_shape(x, shape), in_shape(y, shape)
    sine, _ = sine_and_cosine(angle)
    square = by_recurrence(sine(0) ** 2, of_square, sine)
    delta = Series([_delta(angle(0), m(0))], scaled(square, -m(0)))
    ratio = by_recurrence(square(0) / delta(0), of_quotient, square, delta)
    integrand = by_recurrence(delta(0) ** (-0.5 * b), partial(of_power, n=-0.5 * b), delta)
    for _ in range(a):
        integrand = by_recurrence(integrand(0) * square(0), of_product, integrand, square)

    def at_start(n: int) -> Array:
        return bind(_incomplete_p, angle(0), m(0), a=a + n, b=b + 2 * n)

    def factor(n: int) -> float:
        return math.prod([(0.5 * b + i) / (i + 1) for i in range(n)])

    return composed_along(integrals_of_powers(integrand, ratio, angle, at_start, factor), m)


_incomplete_p: Final[Elementwise] = define(
    Elementwise,
    "elliptic_integral",
    _incomplete,
    _incomplete_slope,
    lambda t, x, y, a, b: t * (0.5 * b * bind(_incomplete_p, x, y, a=a + 1, b=b + 2)),
    coefficient=ConditionalRule(_incomplete_series, lambda moving, x, y, a, b: list(moving) == [0, 1]),
)

ellipkinc: BinaryFunction = binary(
    special.ellipkinc,
    lambda t, x, y: t / np.sqrt(_delta(x, y)),
    lambda t, x, y: t * (0.5 * bind(_incomplete_p, x, y, a=1, b=3)),
    "The elliptic integral of the first kind, that of (1 - m sin(u)^2)^(-1/2) from 0 to phi (DLMF 19.2.4).",
    ("phi", "m"),
)
ellipeinc: BinaryFunction = binary(
    special.ellipeinc,
    lambda t, x, y: t * np.sqrt(_delta(x, y)),
    lambda t, x, y: t * (-0.5 * bind(_incomplete_p, x, y, a=1, b=1)),
    "The elliptic integral of the second kind, that of (1 - m sin(u)^2)^(1/2) from 0 to phi (DLMF 19.2.5).",
    ("phi", "m"),
)


_ellipj_sn = one_output(special.ellipj, 0, "_ellipj_sn")
_ellipj_cn = one_output(special.ellipj, 1, "_ellipj_cn")
_ellipj_dn = one_output(special.ellipj, 2, "_ellipj_dn")
_ellipj_ph = one_output(special.ellipj, 3, "_ellipj_ph")


def _amplitude_in_m(x: Array, y: Array) -> Array:
    """The derivative of the amplitude with respect to m: that of the integral of which it is the inverse."""
    return _dn(x, y) * (-0.5 * bind(_incomplete_p, _ph(x, y), y, a=1, b=3))


def _dn_in_m(t: Array, x: Array, y: Array, out: Array) -> Array:
    sn = _sn(x, y)
    return t * (-0.5 * sn * (sn + 2 * y * _cn(x, y) * _amplitude_in_m(x, y)) / out)


_sn: BinaryFunction = elementwise(
    _ellipj_sn,
    {
        "u": lambda t, x, y: t * _cn(x, y) * _dn(x, y),
        "m": lambda t, x, y: t * _cn(x, y) * _amplitude_in_m(x, y),
    },
    "",
    "ellipj.sn",
)
_cn: BinaryFunction = elementwise(
    _ellipj_cn,
    {
        "u": lambda t, x, y: -t * _sn(x, y) * _dn(x, y),
        "m": lambda t, x, y: -t * _sn(x, y) * _amplitude_in_m(x, y),
    },
    "",
    "ellipj.cn",
)
_dn: BinaryFunction = elementwise(
    _ellipj_dn,
    {"u": lambda t, x, y: -t * y * _sn(x, y) * _cn(x, y), "m": _dn_in_m},
    "",
    "ellipj.dn",
)
_ph: BinaryFunction = elementwise(
    _ellipj_ph,
    {"u": lambda t, x, y: t * _dn(x, y), "m": lambda t, x, y: t * _amplitude_in_m(x, y)},
    "",
    "ellipj.ph",
)


@overload
def ellipj(u: Variable, m: Operand, /) -> tuple[Variable, Variable, Variable, Variable]: ...
@overload
def ellipj(u: ArrayOrNumber, m: Variable, /) -> tuple[Variable, Variable, Variable, Variable]: ...
@overload
def ellipj(u: ArrayOrNumber, m: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@takes_lists
def ellipj(u: Any, m: Any, /) -> tuple[Any, Any, Any, Any]:
    """Jacobi's elliptic functions sn, cn and dn, and the amplitude ph with u = ellipkinc(ph, m) (DLMF 22.2, 22.16).

    The parameter m is between 0 and 1. Both arguments are differentiated.

    >>> from pydezero import grad
    >>> grad(lambda u: ellipj(u, 0.5)[0])(0.0)
    np.float64(1.0)
    """
    if Variable not in (type(u), type(m)):
        return special.ellipj(u, m)
    return _sn(u, m), _cn(u, m), _dn(u, m), _ph(u, m)


def _agm_rule(t: Array, x: Array, y: Array, out: Array) -> Array:
    mean = undifferentiated(out)  # the derivative does not change with the scale, which keeps the squares in range
    scale = np.where(np.equal(mean, 0), 1, abs(mean))
    a, b, m = abs(x) / scale, y / scale, out / scale
    return t * (2 / (3 * math.pi) * m * m * a * special.elliprd(np.zeros_like(x), b * b, a * a))


def _agm_series(out: Series, x: Series, y: Series) -> Further:
    """The coefficients of pi / 4 (a + b) / ellipkm1(4 a b / (a + b)^2)."""
    total = Series([x(0) + y(0)], lambda k: plus(x(k), y(k)))
    shares = [by_recurrence(s(0) / total(0), of_quotient, s, total) for s in (x, y)]
    product = by_recurrence(shares[0](0) * shares[1](0), of_product, *shares)
    p = Series([4 * product(0)], scaled(product, 4.0))
    integral = Series([special.ellipkm1(p(0))])
    integral.define(_complete(0.5, -1).start(integral, p))
    mean = by_recurrence(total(0) / integral(0), of_quotient, total, integral)
    return scaled(mean, math.pi / 4)


agm: BinaryFunction = binary(
    special.agm,
    _agm_rule,
    lambda t, x, y, out: _agm_rule(t, y, x, out),
    "The arithmetic-geometric mean of a and b, pi/2 over the integral R_F(0, a^2, b^2) (DLMF 19.8.5, 19.25.1).",
    ("a", "b"),
    coefficient=ConditionalRule(_agm_series, lambda moving, x, y: list(moving) == [0, 1]),
)
