"""Interpolation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.batching import looped
from pydezero.core.bind import bind
from pydezero.core.placing import operand_beside
from pydezero.core.primitive import General, define
from pydezero.core.typed import without_variables
from pydezero.core.types import Array, ArrayOrNumber, Listed
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.kinks import absolute
from pydezero.functions.indexing.indexing import scatter, take
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.shapes.shape import as_operand, astype, in_double

__all__ = [
    "interp",
]


def _sides(x: Array, xp: Array) -> list[Array]:
    """The number of points before each x, without and with those at x; one array if no point is at an x."""
    at, points = undifferentiated(x), undifferentiated(xp)
    up_to = nondifferentiable(np.searchsorted, points, at, side="right")
    if Variable not in map(type, (at, points, up_to)) and not np.any(points[np.maximum(up_to, 1) - 1] == at):
        return [up_to]
    return [nondifferentiable(np.searchsorted, points, at, side="left"), up_to]


def _piece(xp: Array, before: Array) -> tuple[Array, Array, Array]:
    """The piece that begins with the last of so many points: the indices of its ends, and its width.

    Before and behind all points both ends are the same point, and the width is taken to be 1.
    """
    n = shape_of(xp)[0]
    lower, upper = np.clip(before - 1, 0, n - 1), np.clip(before, 0, n - 1)
    width = take(xp, upper) - take(xp, lower)
    return lower, upper, np.where(np.equal(lower, upper), 1, width)


def _fraction(x: Array, xp: Array, lower: Array, upper: Array, width: Array) -> Array:
    """The place of x in its piece, from 0 at the lower end to 1 at the upper."""
    return np.where(np.equal(lower, upper), 0, x - take(xp, lower)) / width


def _slope(fp: Array, lower: Array, upper: Array, width: Array) -> Array:
    return (take(fp, upper) - take(fp, lower)) / width


def _interp_rule_x(g: Array, x: Array, y: Array, z: Array) -> Array:
    slopes = [_slope(z, *_piece(y, before)) for before in _sides(x, y)]
    return g * (slopes[0] if len(slopes) == 1 else 0.5 * (slopes[0] + slopes[1]))


def _interp_rule_xp(g: Array, x: Array, y: Array, z: Array) -> Array:
    sides = _sides(x, y)
    total: Array = 0
    for before in sides:
        piece = _piece(y, before)
        of_points = g * _slope(z, *piece) / -len(sides)
        total = total + _shared(of_points, _fraction(x, y, *piece), *piece[:2], shape_of(y))
    return total


def _interp_rule_fp(g: Array, x: Array, y: Array, z_shape: tuple[int, ...]) -> Array:
    sides = _sides(x, y)
    total: Array = 0
    for before in sides:
        piece = _piece(y, before)
        total = total + _shared(g / len(sides), _fraction(x, y, *piece), *piece[:2], z_shape)
    return total


def _shared(g: Array, fraction: Array, lower: Array, upper: Array, shape: tuple[int, ...]) -> Array:
    """A cotangent divided between the points at either end of a piece."""
    of_upper = g * fraction
    return scatter(g - of_upper, (lower,), shape) + scatter(of_upper, (upper,), shape)


def _interp_batched(batched: Sequence[bool], x: Array, xp: Array, fp: Array) -> Array:
    if batched[1] or batched[2]:
        return looped(batched, _interp_p, (x, xp, fp), {})
    return bind(_interp_p, x, xp, fp)


_interp_p: Final[General] = define(
    General,
    "interp",
    np.interp,
    _interp_rule_x,
    _interp_rule_xp,
    _interp_rule_fp,
    batch=_interp_batched,
)


@overload
def interp(
    x: Variable,
    xp: Operand | Listed,
    fp: Operand | Listed,
    left: Operand | None = None,
    right: Operand | None = None,
    period: Operand | None = None,
) -> Variable: ...
@overload
def interp(
    x: ArrayOrNumber | Listed,
    xp: Variable,
    fp: Operand | Listed,
    left: Operand | None = None,
    right: Operand | None = None,
    period: Operand | None = None,
) -> Variable: ...
@overload
def interp(
    x: ArrayOrNumber | Listed,
    xp: ArrayOrNumber | Listed,
    fp: Variable,
    left: Operand | None = None,
    right: Operand | None = None,
    period: Operand | None = None,
) -> Variable: ...
@overload
def interp(
    x: ArrayOrNumber | Listed,
    xp: ArrayOrNumber | Listed,
    fp: ArrayOrNumber | Listed,
    left: Operand | None = None,
    right: Operand | None = None,
    period: Operand | None = None,
) -> NDArray[Any]: ...
@without_variables(np.interp)
def interp(
    x: Operand | Listed,
    xp: Operand | Listed,
    fp: Operand | Listed,
    left: Operand | None = None,
    right: Operand | None = None,
    period: Operand | None = None,
) -> Any:
    """The values at x of the function that is linear between the points (xp, fp), of which xp increases.

    Its value before the first point is `left`, by default the first of fp, and behind the last one `right`, by default
    the last of fp. With a `period` x and xp are taken modulo it, and xp need not be in order.

    The function has a kink at each point, where the derivative is the mean of those of the two pieces that meet; at the
    first and the last point one of the two is constant. Under vmap, points that differ between the examples are
    computed in a loop.

    Raises:
        ValueError: xp and fp do not have one axis and the same length, or are empty; `period` is 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> interp(Variable(np.array([0.5, 9.0])), np.array([0.0, 1.0, 3.0]), np.array([2.0, 4.0, 0.0]))
    variable([3. 0.])
    """
    at, points, values = (in_double(as_operand(operand_beside(v, x, xp, fp))) for v in (x, xp, fp))
    if period is not None:
        if period == 0:
            raise ValueError("interp: period must not be 0")
        return bind(_interp_p, *_unrolled(at, points, values, absolute(period)))
    y = bind(_interp_p, at, points, values)
    if left is not None:
        y = where(at < points[0], left, y)
    return y if right is None else where(at > points[-1], right, y)


def _unrolled(x: Array, xp: Array, fp: Array, period: Array) -> tuple[Array, Array, Array]:
    """The arguments within one period, with the last point repeated before it and the first one behind it."""
    x, xp = astype(x, np.float64) % period, astype(xp, np.float64) % period
    order = nondifferentiable(np.argsort, xp)
    xp, fp = take(xp, order), take(fp, order)
    xp = concatenate([xp[-1:] - period, xp, xp[:1] + period])
    return x, xp, concatenate([fp[-1:], fp, fp[:1]])
