"""Functions with kinks and steps.

At a step the derivative is 0 on either side and is taken to be 0 at the step itself. At a kink where two branches meet
each of them gets half, which is what a central difference sees.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.elementwise import binary, unary
from pydezero.core.primitive import Elementwise, General, define, zero
from pydezero.core.roots import of_square
from pydezero.core.typed import BinaryFunction, UnaryFunction, array_function, unary_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.elementwise.complex import conjugate
from pydezero.functions.elementwise.slopes import kinks, may_hold, no_slope, no_slope_of_tangent

__all__ = [
    "abs",
    "absolute",
    "ceil",
    "clip",
    "copysign",
    "fabs",
    "fix",
    "floor",
    "fmax",
    "fmin",
    "heaviside",
    "maximum",
    "minimum",
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

_real_absolute: UnaryFunction = unary(
    np.absolute,
    lambda t, x: t * np.sign(x),
    "|x| of a real x.",
    power=_power_of_absolute_p,
)
fabs: UnaryFunction = unary(
    np.fabs,
    lambda t, x: t * np.sign(x),
    "The absolute value of a real x; its derivative at 0 is taken to be 0.",
    power=_power_of_absolute_p,
)
_real_sign: UnaryFunction = unary(np.sign, zero, "The sign of a real x.")


# d|z|/dRe(z) - i d|z|/dIm(z) = conj(z) / |z|, and 0 at 0 like the derivative of the real absolute.
def _complex_absolute_rule(g: Array, x: Array, out: Array) -> Array:
    at_zero = undifferentiated(out) == 0
    at = kinks(g, at_zero)
    found = g * (conjugate(x) / np.where(at_zero, 1, out))
    return found if at is None else found + no_slope(conjugate(x), at)


def _complex_absolute_tangent(ts: list[Array], x: Array, out: Array) -> Array:
    at_zero = undifferentiated(out) == 0
    found = np.real(ts[0] * (conjugate(x) / np.where(at_zero, 1, out)))
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

    >>> from pydezero import as_variable
    >>> absolute(as_variable(-2.0))
    variable(2.0)
    """
    if type(x) is Variable and x.dtype.kind == "c":
        return bind(_complex_absolute_p, x)
    return _real_absolute(x)


@unary_function
def sign(x: Operand, /) -> Array:
    """-1, 0 or 1 for a real x, with derivative 0; x / |x| for a complex one, and 0 at 0. Elementwise.

    >>> from pydezero import as_variable
    >>> sign(as_variable(-2.0))
    variable(-1.0)
    """
    if type(x) is Variable and x.dtype.kind == "c":
        magnitude = absolute(x)
        at_zero = undifferentiated(magnitude) == 0
        return where(at_zero, 0, x / where(at_zero, 1, magnitude))
    return _real_sign(x)


def _of_larger(t: Array, x: Array, y: Array) -> Array:
    return _split_at_ties(t, np.greater(x, y), np.equal(x, y))


def _of_smaller(t: Array, x: Array, y: Array) -> Array:
    return _split_at_ties(t, np.less(x, y), np.equal(x, y))


def _split_at_ties(t: Array, chosen: Array, tied: Array) -> Array:
    """The (co)tangent where an operand is chosen, half of it where it ties with the other, and 0 elsewhere."""
    if type(tied) is np.ndarray and not tied.any():
        return t * chosen.astype(t.dtype)  # quicker than by booleans, of which every product converts its own
    return t * chosen + 0.5 * t * tied


maximum: BinaryFunction = binary(
    np.maximum,
    lambda t, x, y: _of_larger(t, x, y),
    lambda t, x, y: _of_larger(t, y, x),
    "The larger of x and y, nan where one is nan. Where they are equal each gets half of the derivative.",
    chooses=True,
)
minimum: BinaryFunction = binary(
    np.minimum,
    lambda t, x, y: _of_smaller(t, x, y),
    lambda t, x, y: _of_smaller(t, y, x),
    "The smaller of x and y, nan where one is nan. Where they are equal each gets half of the derivative.",
    chooses=True,
)
fmax: BinaryFunction = binary(
    np.fmax,
    lambda t, x, y: _of_larger(t, x, y) + t * np.isnan(y),
    lambda t, x, y: _of_larger(t, y, x) + t * np.isnan(x),
    "The larger of x and y, or the one that is not nan. Where they are equal each gets half of the derivative.",
    chooses=True,
)
fmin: BinaryFunction = binary(
    np.fmin,
    lambda t, x, y: _of_smaller(t, x, y) + t * np.isnan(y),
    lambda t, x, y: _of_smaller(t, y, x) + t * np.isnan(x),
    "The smaller of x and y, or the one that is not nan. Where they are equal each gets half of the derivative.",
    chooses=True,
)
copysign: BinaryFunction = binary(
    np.copysign,
    lambda t, x, out: t * np.sign(x) * np.sign(out),
    zero,
    "|x| with the sign of y. The derivative with respect to y is 0.",
)
heaviside: BinaryFunction = binary(
    np.heaviside,
    zero,
    lambda t, x: t * np.equal(x, 0),
    "0 where x < 0, 1 where x > 0, y where x is 0. The derivative with respect to x is 0.",
)


def _clip_rule_x(t: Array, x: Array, y: Array, z: Array) -> Array:
    at_bounds = np.equal(x, y) | np.equal(x, z)
    if type(at_bounds) is np.ndarray and not at_bounds.any():
        inside = np.greater(x, y) & np.less(x, z)
        return t * inside.astype(t.dtype)
    return _of_smaller(_of_larger(t, x, y), np.maximum(x, y), z)


# np.minimum(np.maximum(x, y), z) in one operation.
_clip_p: Final = define(
    Elementwise,
    "clip",
    np.clip,
    _clip_rule_x,
    lambda t, x, y, z: _of_smaller(_of_larger(t, y, x), np.maximum(x, y), z),
    lambda t, x, y, z: _of_larger(t, np.maximum(x, y), z),
    chooses=True,
)


@array_function
def clip(a: Operand, a_min: Operand | None = None, a_max: Operand | None = None) -> Array:
    """a limited to the interval from `a_min` to `a_max`; either may be None, and all three broadcast.

    The derivative goes to a inside the interval and to the bound outside; at a bound each gets half.

    >>> from pydezero import as_variable
    >>> clip(as_variable(3.0), 0.0, 1.0)
    variable(1.0)
    """
    if a_min is not None and a_max is not None:
        return bind(_clip_p, a, a_min, a_max)
    if a_min is not None:
        return maximum(a, a_min)
    return positive(a) if a_max is None else minimum(a, a_max)


# NumPy's other names.
abs = absolute
fix = trunc
