"""Bessel functions, of any order.

They are differentiated with respect to the argument, and not with respect to the order. The derivatives are those of
NIST's Digital Library of Mathematical Functions, 10.6, 10.29 and 11.4 (https://dlmf.nist.gov/10), in the form that
holds at 0, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from pydezero.core.composition import composed
from pydezero.core.placing import everywhere
from pydezero.core.power_series import (
    ConditionalRule,
    Further,
    Series,
    by_recurrence,
    convolved,
    of_exponential,
    scaled,
)
from pydezero.core.primitive import Rule
from pydezero.core.typed import binary_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.functions.shapes.shape import as_operand
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.special.definition import TernaryFunction, elementwise, named, typed, unary
from pydezero.scipy.special.ufuncs import special

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "hankel1",
    "hankel1e",
    "hankel2",
    "hankel2e",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "iv",
    "ive",
    "j0",
    "j1",
    "jn",
    "jv",
    "jve",
    "k0",
    "k0e",
    "k1",
    "k1e",
    "kn",
    "kv",
    "kve",
    "modstruve",
    "struve",
    "y0",
    "y1",
    "yn",
    "yv",
    "yve",
]


def _scaled_slope(v: Array, x: Array, out: Array, closed: Array, sign: int) -> Array:
    """The derivative of exp(-|x|) I(v, x), or of exp(x) K(v, x), whose closed form is a difference.

    For large x that cancels. There the derivative follows from the asymptotic series (DLMF 10.40.1 and 10.40.2), which
    in 1 / x is the same for both but for its `sign`: -1 for I, 1 for K.
    """
    far = abs(np.real(x)) > 50 * (1 + v * v)
    if type(far) is np.ndarray and not far.any():
        return closed
    distance = np.where(far, x if sign == 1 else abs(x), 1)
    term: Array = 1.0
    total: Array = 1.0
    slope: Array = 0.5
    for k in range(1, 10):
        term = term * (sign * (4 * v * v - (2 * k - 1) ** 2) / (8 * k)) / distance
        total = total + term
        slope = slope + (k + 0.5) * term
    of_far = -out * slope / (distance * total)
    return np.where(far, of_far if sign == 1 else of_far * np.sign(x), closed)[()]


# Of order 0 and 1.
j0: UnaryFunction = unary(
    special.j0,
    lambda t, x: -t * special.j1(x),
    "The Bessel function of the first kind J0, the solution of x w'' + w' + x w = 0 that is 1 at 0 (DLMF 10.2.2).",
)
j1: UnaryFunction = unary(
    special.j1,
    lambda t, x: 0.5 * t * (special.j0(x) - everywhere(special.jv)(2.0, x)),
    "The Bessel function of the first kind J1, which is -J0' (DLMF 10.6.3).",
)
y0: UnaryFunction = unary(
    special.y0,
    lambda t, x: -t * special.y1(x),
    "The Bessel function of the second kind Y0, like 2 log(x / 2) / pi near 0 (DLMF 10.2.3, 10.8.2).",
)
y1: UnaryFunction = unary(
    special.y1,
    lambda t, x: 0.5 * t * (special.y0(x) - everywhere(special.yv)(2.0, x)),
    "The Bessel function of the second kind Y1, which is -Y0' (DLMF 10.6.3).",
)
i0: UnaryFunction = unary(
    special.i0,
    lambda t, x: t * special.i1(x),
    "The modified Bessel function I0, the solution of x w'' + w' = x w that is 1 at 0 (DLMF 10.25.2).",
    "special.i0",
)
i1: UnaryFunction = unary(
    special.i1,
    lambda t, x: 0.5 * t * (special.i0(x) + everywhere(special.iv)(2.0, x)),
    "The modified Bessel function I1, which is I0' (DLMF 10.29.3).",
)
k0: UnaryFunction = unary(
    special.k0,
    lambda t, x: -t * special.k1(x),
    "The modified Bessel function K0, like sqrt(pi / (2 x)) exp(-x) for large x (DLMF 10.25.3).",
)
# By K0 and K1 (DLMF 10.29.2): order 2 underflows in SciPy before they do.
k1: UnaryFunction = unary(
    special.k1,
    lambda t, x, out: -t * (special.k0(x) + out / x),
    "The modified Bessel function K1, which is -K0' (DLMF 10.29.3).",
)
i0e: UnaryFunction = unary(
    special.i0e,
    lambda t, x, out: t * _scaled_slope(0.0, x, out, special.i1e(x) - np.sign(x) * out, -1),
    "exp(-|x|) I0(x); at its kink, at 0, the derivative is taken to be 0 (DLMF 10.25.2).",
)
i1e: UnaryFunction = unary(
    special.i1e,
    lambda t, x, out: (
        t * _scaled_slope(1.0, x, out, 0.5 * (special.i0e(x) + everywhere(special.ive)(2.0, x)) - np.sign(x) * out, -1)
    ),
    "exp(-|x|) I1(x), which does not grow for large x (DLMF 10.25.2).",
)
k0e: UnaryFunction = unary(
    special.k0e,
    lambda t, x, out: t * _scaled_slope(0.0, x, out, out - special.k1e(x), 1),
    "exp(x) K0(x), which decays slowly for large x (DLMF 10.25.3).",
)
k1e: UnaryFunction = unary(
    special.k1e,
    lambda t, x, out: t * _scaled_slope(1.0, x, out, out - special.k0e(x) - out / x, 1),
    "exp(x) K1(x), which decays slowly for large x (DLMF 10.25.3).",
)


def _difference(f: Callable[..., Array]) -> Rule:
    """The rule of J, Y and the Hankel functions."""
    return lambda t, x, y: 0.5 * t * (f(x - 1, y) - f(x + 1, y))


def _yn(n: Array, x: Array) -> Array:
    """The function by that of the order |n|, which not all libraries have for others (DLMF 10.4.1)."""
    return special.yn(abs(n), x) * np.where(np.less(n, 0) & np.equal(n % 2, 1), -1, 1)


def _yn_rule(t: Array, x: Array, y: Array) -> Array:
    n = np.trunc(x)  # as SciPy takes the order
    return 0.5 * t * (_yn(n - 1, y) - _yn(n + 1, y))


def _kn_rule(t: Array, x: Array, y: Array) -> Array:
    n = np.trunc(x)
    return -0.5 * t * (special.kn(abs(n - 1), y) + special.kn(n + 1, y))


jv: BinaryFunction = elementwise(
    special.jv,
    {"v": None, "z": _difference(special.jv)},
    "The Bessel function J of order v, the solution like (z/2)^v / gamma(v + 1) near 0 (DLMF 10.2.2).",
)
jn: BinaryFunction = jv
yn: BinaryFunction = elementwise(
    special.yn,
    {"n": None, "x": _yn_rule},
    "The Bessel function Y of integer order n, yv(n, x) (DLMF 10.2.3).",
)
yv: BinaryFunction = elementwise(
    special.yv,
    {"v": None, "z": _difference(special.yv)},
    "The Bessel function Y of order v, (jv(v, z) cos(pi v) - jv(-v, z)) / sin(pi v) (DLMF 10.2.3).",
)
hankel1: BinaryFunction = elementwise(
    special.hankel1,
    {"v": None, "z": _difference(special.hankel1)},
    "The Hankel function of the first kind, jv(v, z) + i yv(v, z) (DLMF 10.4.3).",
    keeps_dtype=False,
)
hankel2: BinaryFunction = elementwise(
    special.hankel2,
    {"v": None, "z": _difference(special.hankel2)},
    "The Hankel function of the second kind, jv(v, z) - i yv(v, z) (DLMF 10.4.3).",
    keeps_dtype=False,
)
hankel1e: BinaryFunction = elementwise(
    special.hankel1e,
    {
        "v": None,
        "z": lambda t, x, y, out: t * (0.5 * (special.hankel1e(x - 1, y) - special.hankel1e(x + 1, y)) - 1j * out),
    },
    "exp(-i z) hankel1(v, z), which does not oscillate for large z (DLMF 10.17.5).",
    keeps_dtype=False,
)
hankel2e: BinaryFunction = elementwise(
    special.hankel2e,
    {
        "v": None,
        "z": lambda t, x, y, out: t * (0.5 * (special.hankel2e(x - 1, y) - special.hankel2e(x + 1, y)) + 1j * out),
    },
    "exp(i z) hankel2(v, z), which does not oscillate for large z (DLMF 10.17.6).",
    keeps_dtype=False,
)
iv: BinaryFunction = elementwise(
    special.iv,
    {"v": None, "z": lambda t, x, y: 0.5 * t * (special.iv(x - 1, y) + special.iv(x + 1, y))},
    "The modified Bessel function I of order v, the solution like (z/2)^v / gamma(v + 1) near 0 (DLMF 10.25.2).",
)
kn: BinaryFunction = elementwise(
    special.kn,
    {"n": None, "x": _kn_rule},
    "The modified Bessel function K of integer order n, kv(n, x) (DLMF 10.25.3).",
)
kv: BinaryFunction = elementwise(
    special.kv,
    {"v": None, "z": lambda t, x, y: -0.5 * t * (special.kv(x - 1, y) + special.kv(x + 1, y))},
    "The modified Bessel function K of order v, like sqrt(pi / (2 z)) exp(-z) for large z (DLMF 10.25.3).",
)
kve: BinaryFunction = elementwise(
    special.kve,
    {
        "v": None,
        "z": lambda t, x, y, out: (
            t * _scaled_slope(x, y, out, out - 0.5 * (special.kve(x - 1, y) + special.kve(x + 1, y)), 1)
        ),
    },
    "exp(z) kv(v, z), which decays slowly for large z (DLMF 10.25.3).",
)


def _ive(v: Array, z: Array, part: Array) -> Array:
    return special.ive(v, z)


def _jve(v: Array, z: Array, part: Array) -> Array:
    return special.jve(v, z)


def _yve(v: Array, z: Array, part: Array) -> Array:
    return special.yve(v, z)


def _scaled_series(f: Callable[..., Array], sign: int, out: Series, v: Series, z: Series, part: Series) -> Further:
    """The coefficients of f(v, z) where z and its part move: the product of the series of a function and of its factor.

    Derivative n of the function is 2^-n times the sum of sign^k n! / (k! (n - k)!) f(v - n + 2 k, z) over k from 0 to n
    (DLMF 10.6.7 and 10.29.5).
    """
    at: dict[int, Array] = {0: out(0)}

    def coefficient(n: int) -> Array:
        total: Array = 0.0
        for k in range(n + 1):
            shift = 2 * k - n
            if shift not in at:
                at[shift] = f(v(0) + shift, z(0))
            total = total + sign**k / (2**n * math.factorial(k) * math.factorial(n - k)) * at[shift]
        return total

    exponent = Series([None], scaled(part, -np.sign(part(0))))
    factor = by_recurrence(1.0, of_exponential, exponent)
    return partial(convolved, Series([out(0)], composed(coefficient, z)), factor)


def _scaled(
    f: Callable[..., Array],
    with_part: Callable[[Array, Array, Array], Array],
    sign: int,
    part: Callable[[Array], Array],
    part_name: str,
    summary: str,
    of_real: BinaryFunction | None = None,
) -> BinaryFunction:
    """A Bessel function times exp(-|part of z|), where its derivative is (f(v - 1, z) + sign f(v + 1, z)) / 2.

    The factor has no complex derivative. So the function is differentiated with respect to z and to the part of z, as
    two arguments, by the rules for `with_part(v, z, part)`, which is f(v, z). For a real z there may be another way.
    """
    name = f.__name__
    of_both: TernaryFunction = elementwise(
        with_part,
        {
            "v": None,
            "z": lambda t, x, y: 0.5 * t * (f(x - 1, y) + sign * f(x + 1, y)),
            part_name: lambda t, z, out: -t * np.sign(z) * out,
        },
        summary,
        name,
        coefficient=ConditionalRule(
            partial(_scaled_series, f, sign), lambda moving, v, z, part: list(moving) == [1, 2]
        ),
    )

    @binary_function
    @takes_lists
    def apply(v: Operand, z: Operand, /) -> Array:
        if Variable not in (type(v), type(z)):
            return f(v, z)
        v, z = typed(f, (v, z))
        if of_real is not None and as_operand(z).dtype.kind != "c":
            return of_real(v, z)
        return of_both(v, z, part(z))

    return named(apply, name, summary)


def _real_ive(v: Array, z: Array) -> Array:
    return special.ive(v, z)


_ive_of_real: BinaryFunction = elementwise(
    _real_ive,
    {
        "v": None,
        "z": lambda t, x, y, out: (
            t * _scaled_slope(x, y, out, 0.5 * (special.ive(x - 1, y) + special.ive(x + 1, y)) - np.sign(y) * out, -1)
        ),
    },
    "exp(-|z|) iv(v, z) of a real z.",
    "ive.of_real",
)
ive: BinaryFunction = _scaled(
    special.ive,
    _ive,
    1,
    np.real,
    "the real part",
    "exp(-|Re z|) iv(v, z), which does not grow for large z (DLMF 10.25.2).",
    _ive_of_real,
)
jve: BinaryFunction = _scaled(
    special.jve,
    _jve,
    -1,
    np.imag,
    "the imaginary part",
    "exp(-|Im z|) jv(v, z), which does not grow for large z (DLMF 10.2.2).",
)
yve: BinaryFunction = _scaled(
    special.yve,
    _yve,
    -1,
    np.imag,
    "the imaginary part",
    "exp(-|Im z|) yv(v, z), which does not grow for large z (DLMF 10.2.3).",
)


def _struve_term(v: Array, x: Array) -> Array:
    return (0.5 * x) ** v * (special.rgamma(v + 1.5) / math.sqrt(math.pi))


def _struve_slope(v: Array, x: Array, out: Array) -> Array:
    """The derivative of H(v, x), whose form that holds at 0 is a difference of large numbers for large x."""
    far = np.greater(abs(x), 10 + 2 * abs(v))
    near_x = np.where(far, 0, x) if may_hold(far) else x
    near = 0.5 * (special.struve(v - 1, near_x) - special.struve(v + 1, near_x) + _struve_term(v, near_x))
    if not may_hold(far):
        return near
    of_far = special.struve(v - 1, x) - v * out / np.where(far, x, 1)
    return np.where(far, of_far, near)


struve: BinaryFunction = elementwise(
    special.struve,
    {
        "v": None,
        "x": lambda t, x, y, out: t * _struve_slope(x, y, out),
    },
    "Struve's function H, the sum of (-1)^k (x/2)^(2 k + v + 1) / (gamma(k + 3/2) gamma(k + v + 3/2)) (DLMF 11.2.1).",
)
modstruve: BinaryFunction = elementwise(
    special.modstruve,
    {
        "v": None,
        "x": lambda t, x, y: 0.5 * t * (special.modstruve(x - 1, y) + special.modstruve(x + 1, y) + _struve_term(x, y)),
    },
    "The modified Struve function L of order v, -i exp(-i pi v / 2) struve(v, i x) (DLMF 11.2.2).",
)
