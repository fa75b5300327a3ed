"""Functions with kinks and steps.

At a step the derivative is 0 on either side and is taken to be 0 at the step itself. At a kink where two branches meet
each of them gets half, which is what a central difference sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.elementwise import binary, unary
from pydezero.core.primitive import Elementwise, General, define, zero
from pydezero.core.roots import of_square
from pydezero.core.typed import unary_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.complex import conjugate
from pydezero.functions.elementwise.slopes import kinks, may_hold, no_slope, no_slope_of_tangent, varies

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

__all__ = [
    "abs",
    "absolute",
    "ceil",
    "copysign",
    "fabs",
    "fix",
    "floor",
    "heaviside",
    "rint",
    "sign",
    "trunc",
]


floor: UnaryFunction = unary(np.floor, zero, "The largest integer <= x; its derivative is 0.")
ceil: UnaryFunction = unary(np.ceil, zero, "The smallest integer >= x; its derivative is 0.")
rint: UnaryFunction = unary(np.rint, zero, "The nearest integer; its derivative is 0.")
trunc: UnaryFunction = unary(np.trunc, zero, "The nearest integer towards 0; its derivative is 0.")


def _power_of_absolute(x: Array, n: float) -> Array:
    return np.absolute(x) ** n


_power_of_absolute_p: Final = define(
    Elementwise, "absolute.power", _power_of_absolute, lambda t, x, n: of_square(t, np.absolute(x), n) * x
)
_power_of_complex_absolute_p: Final[General] = define(
    General,
    "complex_absolute.power",
    _power_of_absolute,
    lambda g, x, out, n: of_square(g, out, n) * conjugate(x),
    batch=lambda _, x, n: bind(_power_of_complex_absolute_p, x, n=n),
    keeps_dtype=False,
)


# Of a constant times |x| the second derivative at 0 is taken to be 0. Where what multiplies the slope varies, |x| may
# be part of a smooth function, such as cosh(|x|) or max(x, 0) + log1p(exp(-|x|)), and then it is not 0.
def _absolute_rule(t: Array, x: Array) -> Array:
    found = t * np.sign(x)
    if type(t) is not Variable or not varies(t):  # the first of these is quicker
        return found
    at_zero = undifferentiated(x) == 0
    return found + no_slope(x, at_zero) if may_hold(at_zero) else found


def _absolute_tangent(ts: list[Array], x: Array) -> Array:
    found = ts[0] * np.sign(x)
    if type(x) is not Variable or not varies(x):
        return found
    at_zero = undifferentiated(x) == 0
    return found + no_slope_of_tangent(x, ts[0], at_zero) if may_hold(at_zero) else found


_real_absolute: UnaryFunction = unary(
    np.absolute,
    _absolute_rule,
    "|x| of a real x.",
    tangent=_absolute_tangent,
    power=_power_of_absolute_p,
)
fabs: UnaryFunction = unary(
    np.fabs,
    _absolute_rule,
    "The absolute value of a real x; its derivative at 0 is taken to be 0.",
    tangent=_absolute_tangent,
    power=_power_of_absolute_p,
)
_real_sign: UnaryFunction = unary(np.sign, zero, "The sign of a real x.")


# What subnormal complex numbers are multiplied by before they are divided: NumPy takes the inverse, which overflows.
_OF_SUBNORMAL: Final = 2.0**60


def _are_subnormal(size: Array) -> Array:
    return np.less(undifferentiated(size), 4 * np.finfo(size.dtype).tiny)


def _complex_slope(x: Array, out: Array, at_zero: Array) -> Array:
    """conj(x) / |x|, and 0 at 0."""
    x, size = conjugate(x), np.where(at_zero, 1, out)
    subnormal = _are_subnormal(out)
    if may_hold(subnormal):
        x, size = [np.where(subnormal, _OF_SUBNORMAL * np.where(subnormal, y, 0), y) for y in (x, size)]
    return x / size


# d|z|/dRe(z) - i d|z|/dIm(z) = conj(z) / |z|, and 0 at 0 like the derivative of the real absolute.
def _complex_absolute_rule(g: Array, x: Array, out: Array) -> Array:
    at_zero = undifferentiated(out) == 0
    at = kinks(g, at_zero)
    found = g * _complex_slope(x, out, at_zero)
    return found if at is None else found + no_slope(conjugate(x), at)


def _complex_absolute_tangent(ts: list[Array], x: Array, out: Array) -> Array:
    at_zero = undifferentiated(out) == 0
    found = np.real(ts[0] * _complex_slope(x, out, at_zero))
    return found + np.real(no_slope_of_tangent(x, ts[0], at_zero)) if may_hold(at_zero) else found


_complex_absolute_p: Final[General] = define(
    General,
    "complex_absolute",
    np.absolute,
    _complex_absolute_rule,
    batch=lambda _, x: bind(_complex_absolute_p, x),
    tangent=_complex_absolute_tangent,
    power=_power_of_complex_absolute_p,
    keeps_dtype=False,
)


@unary_function
def absolute(x: Operand, /) -> Array:
    """The absolute value of a real or complex x, elementwise; its derivative at 0 is taken to be 0.

    The second derivative at 0 is 0 for a constant times |x|, right for its powers, and nan where |x| is inside of
    another function, which may be smooth: np.cosh(np.abs(x)).

    >>> from pydezero import as_variable
    >>> absolute(as_variable(-2.0))
    variable(2.0)
    """
    if type(x) is Variable and x.dtype.kind == "c":
        return bind(_complex_absolute_p, x)
    return _real_absolute(x)


# At infinity it does not turn. At 0 its derivative is taken to be 0, and how that changes is not known.
_sign_at_ends_p: Final = define(Elementwise, "sign_at_ends", np.sign, lambda t, x: t * no_slope(x, np.equal(x, 0)))


@unary_function
def sign(x: Operand, /) -> Array:
    """-1, 0 or 1 for a real x, with derivative 0; x / |x| for a complex one, and 0 at 0. Elementwise.

    >>> from pydezero import as_variable
    >>> sign(as_variable(-2.0))
    variable(-1.0)
    """
    if type(x) is Variable and x.dtype.kind == "c":
        size = np.absolute(undifferentiated(x))
        at_end = np.logical_or(size == 0, np.isinf(size))
        inside = where(at_end, 1, x)
        subnormal = _are_subnormal(size)
        if may_hold(subnormal):
            inside = where(subnormal, _OF_SUBNORMAL * where(subnormal, inside, 0), inside)
        return where(at_end, bind(_sign_at_ends_p, x), inside / absolute(inside))
    return _real_sign(x)


def _power_of_copysign(x: Array, y: Array, n: float) -> Array:
    return np.copysign(x, y) ** n


def _one_with_sign_of(y: Array) -> Array:
    value = undifferentiated(y)
    return np.copysign(np.ones_like(value), value)


_power_of_copysign_p: Final = define(
    Elementwise,
    "copysign.power",
    _power_of_copysign,
    lambda t, x, y, n: of_square(t, np.absolute(x), n) * x * _one_with_sign_of(y) ** n,
    zero,
)
# It is |x| but for its sign, and so are its derivatives.
copysign: BinaryFunction = binary(
    np.copysign,
    lambda t, x, y: _absolute_rule(t, x) * _one_with_sign_of(y),
    zero,
    "|x1| with the sign of x2; the derivative is sign(x1) sign(x2) with respect to x1, and 0 with respect to x2.",
    tangent=lambda ts, x, y: _absolute_tangent(ts, x) * _one_with_sign_of(y),
    power=_power_of_copysign_p,
)
heaviside: BinaryFunction = binary(
    np.heaviside,
    zero,
    lambda t, x: t * np.equal(x, 0),
    "0 where x1 < 0, 1 where x1 > 0, x2 where x1 is 0. The derivative with respect to x1 is 0.",
)


# NumPy's other names.
abs = absolute
fix = trunc
