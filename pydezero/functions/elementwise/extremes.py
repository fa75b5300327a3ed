"""The larger and the smaller of two arrays; where they are equal each gets half of the derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from pydezero.core.elementwise import binary
from pydezero.core.primitive import Elementwise, Primitive, define
from pydezero.core.types import Array
from pydezero.core.variable import undifferentiated
from pydezero.functions.elementwise.slopes import may_hold, no_slope, no_slope_of_tangent, varies

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction

__all__ = [
    "fmax",
    "fmin",
    "maximum",
    "minimum",
]

# The part of a (co)tangent of an extreme of two that the first of them gets.
Share: TypeAlias = Callable[[Array, Array, Array], Array]


def of_larger(t: Array, x: Array, y: Array) -> Array:
    """The part of a (co)tangent of the larger of x and y that x gets."""
    return _split_at_ties(t, np.greater(x, y), np.equal(x, y))


def of_smaller(t: Array, x: Array, y: Array) -> Array:
    """The part of a (co)tangent of the smaller of x and y that x gets."""
    return _split_at_ties(t, np.less(x, y), np.equal(x, y))


def _split_at_ties(t: Array, chosen: Array, tied: Array) -> Array:
    """The (co)tangent where an operand is chosen, half of it where it ties with the other, and 0 elsewhere."""
    if type(tied) is np.ndarray and not tied.any():
        return t * chosen.astype(t.dtype)  # quicker than by booleans, of which every product converts its own
    return t * (0.5 * tied.astype(t.dtype) + chosen)  # of one factor, as an infinite t times 0 is nan


def _of_fmax(t: Array, x: Array, y: Array) -> Array:
    return _split_at_ties(t, np.greater(x, y) | np.isnan(y), np.equal(x, y))


def _of_fmin(t: Array, x: Array, y: Array) -> Array:
    return _split_at_ties(t, np.less(x, y) | np.isnan(y), np.equal(x, y))


def _with_ties(found: Array, g: Array, slope: Array | None, x: Array, y: Array) -> Array:
    """A cotangent of x, with a derivative that is not known where the tie of two that vary is a kink.

    Two such kinks may cancel, as in max(x, y) * min(x, y), and no rule can know. Where g is 0 the share does not count:
    in the logarithm of a sum of exponentials, of which max(x, y) is taken out first. One value with itself has no kink.
    """
    if x is y or not varies(g) or not varies(y):
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
    """The derivative of the n-th power of the extreme of x and y, for the elements where x is the extreme.

    The base is the operand and not the result, so that each of two that tie gets half of a second derivative, too: that
    of max(x, -x) ** 2 is 2, and that of max(x, 0) ** 2 is 1 at 0.
    """
    return slope_of_choice(x, ufunc(undifferentiated(x), undifferentiated(y)), n)


def slope_of_choice(x: Array, chosen: Array, n: float) -> Array:
    """The derivative of the n-th power of the chosen operand, for the elements where x is that operand."""
    base = chosen
    if varies(x):
        base = np.where(np.equal(x, chosen), x, chosen)
    return n * (base if n == 2 else base ** (n - 1))


maximum: BinaryFunction = _extreme_of_two(
    np.maximum,
    of_larger,
    _power_of_extreme(np.maximum, _power_of_maximum, of_larger),
    "The larger of x1 and x2, nan where one is nan.",
)
minimum: BinaryFunction = _extreme_of_two(
    np.minimum,
    of_smaller,
    _power_of_extreme(np.minimum, _power_of_minimum, of_smaller),
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
