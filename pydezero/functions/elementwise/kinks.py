"""Functions with kinks and steps.

At a step the derivative is 0 on either side and is taken to be 0 at the step itself. At a kink where two branches meet
each of them gets half, which is what a central difference sees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.elementwise import binary, unary
from pydezero.core.primitive import Elementwise, General, Primitive, define, zero
from pydezero.core.roots import of_square
from pydezero.core.typed import BinaryFunction, UnaryFunction, array_function, unary_function
from pydezero.core.types import Array
from pydezero.core.variable import Node, Operand, Variable, new_node, new_variable, reverse_node, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.elementwise.complex import conjugate
from pydezero.functions.elementwise.slopes import kinks, may_hold, no_slope, no_slope_of_tangent, varies

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

# The part of a (co)tangent of an extreme of two that the first of them gets.
Share: TypeAlias = Callable[[Array, Array, Array], Array]

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

    The second derivative at 0 is 0 for a constant times |x|, right for its powers, and nan where |x| is inside of
    another function, which may be smooth: np.cosh(np.abs(x)).

    >>> from pydezero import as_variable
    >>> absolute(as_variable(-2.0))
    variable(2.0)
    """
    if type(x) is Variable and x.dtype.kind == "c":
        return bind(_complex_absolute_p, x)
    return _real_absolute(x)


def _sign_of_zero(x: Array) -> Array:
    return np.zeros_like(x)


# Its derivative is taken to be 0, and how that changes is not known.
_sign_of_zero_p: Final = define(
    Elementwise, "sign_of_zero", _sign_of_zero, lambda t, x: t * no_slope(x, np.equal(x, 0))
)


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
        return where(at_zero, bind(_sign_of_zero_p, x), x / where(at_zero, 1, magnitude))
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


def _of_fmax(t: Array, x: Array, y: Array) -> Array:
    return _of_larger(t, x, y) + t * np.isnan(y)


def _of_fmin(t: Array, x: Array, y: Array) -> Array:
    return _of_smaller(t, x, y) + t * np.isnan(y)


def _with_ties(found: Array, g: Array, slope: Array | None, x: Array, y: Array) -> Array:
    """A cotangent of x, with a derivative that is not known where the tie of two that vary is a kink.

    Two such kinks may cancel, as in max(x, y) * min(x, y), and no rule can know. Where g is 0 the share does not count:
    in the logarithm of a sum of exponentials, of which max(x, y) is taken out first.
    """
    if not varies(g) or not varies(y):
        return found
    is_kink = np.equal(x, y) & (undifferentiated(g if slope is None else g * slope) != 0)
    return found + no_slope(x - y, is_kink) if may_hold(is_kink) else found


def _extreme_of_two(ufunc: np.ufunc, share: Share, power: Primitive, summary: str) -> BinaryFunction:
    """The larger or smaller of two; `share` is the part of a (co)tangent that the first of its two operands gets."""

    def tangent(ts: list[Array], x: Array, y: Array) -> Array:
        found = share(ts[0], x, y) + share(ts[1], y, x)
        if not varies(x) and not varies(y):
            return found
        tied = np.equal(x, y)
        return found + no_slope_of_tangent(x - y, ts[0] - ts[1], tied) if may_hold(tied) else found

    return binary(
        ufunc,
        lambda t, x, y: _with_ties(share(t, x, y), t, None, x, y),
        lambda t, x, y: _with_ties(share(t, y, x), t, None, y, x),
        f"{summary} Where they are equal each gets half of the derivative.",
        tangent=tangent,
        power=power,
        chooses=True,
    )


def _power_of_extreme(ufunc: np.ufunc, raw: Callable[[Array, Array, float], Array], share: Share) -> Elementwise:
    """A power of the larger or smaller of two."""

    def of_first(t: Array, x: Array, y: Array, n: float) -> Array:
        slope = _slope_of_power(ufunc, x, y, n)
        return _with_ties(share(t * slope, x, y), t, slope, x, y)

    return define(
        Elementwise,
        f"{ufunc.__name__}.power",
        raw,
        lambda t, x, y, n: of_first(t, x, y, n),
        lambda t, x, y, n: of_first(t, y, x, n),
    )


def _power_of_maximum(x: Array, y: Array, n: float) -> Array:
    return np.maximum(x, y) ** n


def _power_of_minimum(x: Array, y: Array, n: float) -> Array:
    return np.minimum(x, y) ** n


def _power_of_fmax(x: Array, y: Array, n: float) -> Array:
    return np.fmax(x, y) ** n


def _power_of_fmin(x: Array, y: Array, n: float) -> Array:
    return np.fmin(x, y) ** n


def _slope_of_power(ufunc: np.ufunc, x: Array, y: Array, n: float) -> Array:
    """The derivative of a power of an extreme, where x is that.

    The base is the operand and not the result, so that each of two that tie gets half of a second derivative, too: that
    of max(x, -x) ** 2 is 2, and that of max(x, 0) ** 2 is 1 at 0.
    """
    return _slope_of_choice(x, ufunc(undifferentiated(x), undifferentiated(y)), n)


def _slope_of_choice(x: Array, chosen: Array, n: float) -> Array:
    base = chosen
    if varies(x):
        base = np.where(np.not_equal(x, chosen) & (chosen == chosen), 0, x)
    return n * (base if n == 2 else base ** (n - 1))


maximum: BinaryFunction = _extreme_of_two(
    np.maximum,
    _of_larger,
    _power_of_extreme(np.maximum, _power_of_maximum, _of_larger),
    "The larger of x1 and x2, nan where one is nan.",
)
minimum: BinaryFunction = _extreme_of_two(
    np.minimum,
    _of_smaller,
    _power_of_extreme(np.minimum, _power_of_minimum, _of_smaller),
    "The smaller of x1 and x2, nan where one is nan.",
)
fmax: BinaryFunction = _extreme_of_two(
    np.fmax,
    _of_fmax,
    _power_of_extreme(np.fmax, _power_of_fmax, _of_fmax),
    "The larger of x1 and x2, or the one that is not nan.",
)
fmin: BinaryFunction = _extreme_of_two(
    np.fmin,
    _of_fmin,
    _power_of_extreme(np.fmin, _power_of_fmin, _of_fmin),
    "The smaller of x1 and x2, or the one that is not nan.",
)


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


def _clip_rule_x(t: Array, x: Array, y: Array, z: Array) -> Array:
    at_bounds = np.equal(x, y) | np.equal(x, z)
    if type(at_bounds) is np.ndarray and not at_bounds.any():
        return t * (np.greater(x, y) & np.less(x, z))
    return _of_smaller(_of_larger(t, x, y), np.maximum(x, y), z)


def _clip(x: Array, y: Array, z: Array) -> Array:
    # The method finds NumPy's loop in a quarter of the time.
    return x.clip(y, z) if type(x) is np.ndarray else np.clip(x, y, z)


def _clip_rule_low(t: Array, x: Array, y: Array, z: Array) -> Array:
    return _of_smaller(_of_larger(t, y, x), np.maximum(x, y), z)


def _clip_rule_high(t: Array, x: Array, y: Array, z: Array) -> Array:
    return _of_larger(t, np.maximum(x, y), z)


def _power_of_clip(x: Array, y: Array, z: Array, n: float) -> Array:
    return _clip(x, y, z) ** n


def _slope_of_clip(chosen: Array, x: Array, y: Array, z: Array, n: float) -> Array:
    """The derivative of a power of what is clipped, where it is `chosen`, one of the three."""
    return _slope_of_choice(chosen, np.clip(undifferentiated(x), undifferentiated(y), undifferentiated(z)), n)


_power_of_clip_p: Final = define(
    Elementwise,
    "clip.power",
    _power_of_clip,
    lambda t, x, y, z, n: _clip_rule_x(t * _slope_of_clip(x, x, y, z, n), x, y, z),
    lambda t, x, y, z, n: _clip_rule_low(t * _slope_of_clip(y, x, y, z, n), x, y, z),
    lambda t, x, y, z, n: _clip_rule_high(t * _slope_of_clip(z, x, y, z, n), x, y, z),
)
# np.minimum(np.maximum(x, y), z) in one operation.
_clip_p: Final = define(
    Elementwise,
    "clip",
    _clip,
    _clip_rule_x,
    _clip_rule_low,
    _clip_rule_high,
    chooses=True,
    power=_power_of_clip_p,
)


def _clip_between(x: Variable, low: float, high: float) -> Variable:
    """What `bind` does with two numbers, which it has more questions about."""
    value = x._value
    out = clip(value, low, high) if type(value) is Variable else _clip(value, low, high)
    residual = _clip_p.arguments[0].pick((value, low, high), out, {}, 0)
    return new_variable(out, new_node(_clip_p, reverse_node(x), residual, level=x.node.level))


@array_function
def clip(a: Operand, a_min: Operand | None = None, a_max: Operand | None = None) -> Array:
    """a limited to the interval from `a_min` to `a_max`; either may be None, and all three broadcast.

    The derivative goes to a inside the interval and to the bound outside; at a bound each gets half.

    >>> from pydezero import as_variable
    >>> clip(as_variable(3.0), 0.0, 1.0)
    variable(1.0)
    """
    low: Any = a_min  # Any: a checker takes no number for a float by its type alone
    high: Any = a_max
    if type(low) is float and type(high) is float and type(a) is Variable and type(a.node) is Node:
        return _clip_between(a, low, high)
    if a_min is not None and a_max is not None:
        return bind(_clip_p, a, a_min, a_max)
    if a_min is not None:
        return maximum(a, a_min)
    return positive(a) if a_max is None else minimum(a, a_max)


# NumPy's other names.
abs = absolute
fix = trunc
