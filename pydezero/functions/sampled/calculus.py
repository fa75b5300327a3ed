"""Differences, slopes and integrals of sampled functions."""

from __future__ import annotations

from typing import Any, Final, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.placing import like, operand_beside
from pydezero.core.primitive import Linear, define
from pydezero.core.snapshot import is_number
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber, Axis, Index, Listed
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.reductions.sums import sum
from pydezero.functions.shapes.shape import (
    as_operand,
    astype,
    broadcast_to,
    in_common_dtype,
    normalize_axes,
    ravel,
    reshape,
)

__all__ = [
    "diff",
    "ediff1d",
    "gradient",
    "trapezoid",
]


def _part(axis: int, start: int | None, stop: int | None) -> Index:
    """The index of a part of an axis."""
    return (*(slice(None),) * axis, slice(start, stop))


def _diff_rule(g: Array, x_shape: tuple[int, ...], axis: int) -> Array:
    if not g.shape[axis]:
        return like(np.zeros_like, g, x_shape)
    first, last = _part(axis, None, 1), _part(axis, -1, None)
    inner = g[_part(axis, None, -1)] - g[_part(axis, 1, None)]
    return np.concatenate([-g[first], inner, g[last]], axis=axis)


_NUMBERS: Final = (int, float, complex)

_diff_p: Final[Linear] = define(
    Linear,
    "diff",
    np.diff,
    _diff_rule,
    batch=lambda _, x, axis: bind(_diff_p, x, axis=axis + 1),
)


@array_function
@without_variables(np.diff)
def diff(
    a: Operand,
    n: int = 1,
    axis: int = -1,
    prepend: Operand | Listed | None = None,
    append: Operand | Listed | None = None,
) -> Array:
    """The differences of neighbours along an axis, and of those again, n times.

    `prepend` and `append` are joined to a first, before and behind it: numbers, or arrays of the shape of a but for
    the axis.

    Raises:
        ValueError: a has no axes, or n is negative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diff(Variable(np.array([1.0, 2.0, 4.0])))
    variable([1. 2.])
    """
    if n == 0:
        return a
    if n < 0:
        raise ValueError(f"diff: n must not be negative, got {n}")
    shape = shape_of(a)
    if not shape:
        raise ValueError("diff: a must have at least one axis, got the shape ()")
    axis = normalize_axis_index(axis, len(shape))
    one = (*shape[:axis], 1, *shape[axis + 1 :])
    given: list[Array] = [x for x in (prepend, a, append) if x is not None]
    parts = [x if x is a or shape_of(x) else broadcast_to(operand_beside(x, a), one) for x in given]
    differences = concatenate(parts, axis) if len(parts) > 1 else a
    for _ in range(n):
        differences = bind(_diff_p, differences, axis=axis)
    return differences


@array_function
@without_variables(np.ediff1d)
def ediff1d(ary: Operand, to_end: Operand | None = None, to_begin: Operand | None = None) -> Array:
    """The differences of neighbours among all elements in one axis, with `to_begin` before and `to_end` behind them.

    Raises:
        TypeError: `to_begin` or `to_end` does not convert to the dtype of ary, as a complex number to a float.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ediff1d(Variable(np.array([1.0, 2.0, 4.0])), to_end=0.0)
    variable([1. 2. 0.])
    """
    elements = ravel(ary)
    differences = bind(_diff_p, elements, axis=0)
    begin, end = _end(to_begin, "to_begin", elements), _end(to_end, "to_end", elements)
    return differences if not begin + end else concatenate([*begin, differences, *end])


def _end(x: Operand | None, name: str, ary: Array) -> list[Array]:
    """The elements that `ediff1d` puts at an end, in the dtype of the differences: one array or none."""
    if x is None:
        return []
    elements, dtype = ravel(operand_beside(x, ary)), ary.dtype
    if not np.can_cast(elements.dtype, dtype, "same_kind"):
        raise TypeError(f"ediff1d: {name} of {elements.dtype} does not convert to {dtype}, the dtype of ary")
    return [elements if elements.dtype == dtype else astype(elements, dtype)]


@array_function
@without_variables(np.__dict__["trapezoid"])  # which NumPy 2.0's stubs lack
def trapezoid(y: Operand, x: Operand | Listed | None = None, dx: Operand = 1.0, axis: int = -1) -> Array:
    """The integral along an axis, by the trapezoidal rule, of samples y at points x or at distances dx.

    x has one axis, or as many as y has. All of y, x and dx are differentiated.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trapezoid(Variable(np.array([1.0, 2.0, 3.0])), dx=2.0)
    variable(8.0)
    """
    samples: Array = as_operand(y)
    widths: Array = dx if is_number(dx) else as_operand(dx)
    ndim = len(samples.shape)
    i = normalize_axis_index(axis, ndim)
    if x is not None:
        points: Array = as_operand(operand_beside(x, samples))
        if len(shape_of(points)) == 1:
            widths = reshape(diff(points), (*(1,) * i, -1, *(1,) * (ndim - i - 1)))
        else:
            widths = diff(points, axis=axis)
    twice = getitem(samples, _part(i, 1, None)) + getitem(samples, _part(i, None, -1))
    if not shape_of(widths):
        return widths * sum(twice, axis=axis) / 2.0
    return sum(widths * twice, axis=axis) / 2.0


@overload
def gradient(f: Variable, *varargs: Operand | Listed, axis: Axis = None, edge_order: int = 1) -> Any: ...
@overload
def gradient(
    f: ArrayOrNumber, *varargs: Operand | Listed, axis: Axis = None, edge_order: int = 1
) -> NDArray[Any] | tuple[NDArray[Any], ...] | Variable | tuple[Variable, ...]: ...
@without_variables(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Axis = None, edge_order: int = 1) -> Any:
    """The slopes of sampled values along each axis, by differences; not a derivative (that is `pydezero.grad`).

    The differences are central inside, and at the ends one-sided, of the first order or the second.

    Args:
        f: the values.
        varargs: the distance of the samples (1 by default), the same along all axes, or one for each axis: a number,
            or the coordinates of the samples in an array of one axis. They are differentiated too.
        axis: the axis or axes; all of them by default.
        edge_order: 1 or 2.

    Returns:
        An array of the shape of f, or a tuple of one for each axis where there are several.

    Raises:
        ValueError: an axis has not more than `edge_order` elements, or not as many as coordinates.
        TypeError: there is neither one distance nor one for each axis.

    The formulas, for distances that differ too, are those on NumPy's page of `np.gradient`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> gradient(Variable(np.array([1.0, 2.0, 4.0])))
    variable([1.  1.5 2. ])
    """
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order must be 1 or 2, got {edge_order}")
    values = as_operand(f)
    if values.dtype.kind not in "fc":
        values = astype(values, np.float64)
    axes = normalize_axes(axis, len(values.shape))
    short = [i for i in axes if values.shape[i] <= edge_order]
    if short:
        raise ValueError(
            f"gradient: axis {short[0]} of f of shape {values.shape} is too short: "
            f"edge_order={edge_order} needs at least {edge_order + 1} elements"
        )
    distances = varargs or (1.0,)
    if len(distances) == 1 and not shape_of(distances[0]):
        distances *= len(axes)
    if len(distances) != len(axes):
        raise TypeError(f"gradient: needs one distance, or one for each of the {len(axes)} axes, got {len(varargs)}")
    slopes = [_slope(values, i, _widths(x, values, i), edge_order) for i, x in zip(axes, distances, strict=True)]
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def _widths(distances: Operand, f: Array, axis: int) -> Array:
    """The distances of neighbours along an axis of f: one for all pairs, or one for each."""
    distances = distances if type(distances) in _NUMBERS else operand_beside(distances, f)
    shape, length = shape_of(distances), f.shape[axis]
    if not shape:
        return distances if type(distances) in _NUMBERS else in_common_dtype(f, distances)[1]
    if shape != (length,):
        raise ValueError(
            f"gradient: the distances along an axis of length {length} must be a number "
            f"or as many coordinates, got the shape {shape}"
        )
    widths = diff(distances)
    if widths.dtype.kind not in "fc":
        widths = diff(astype(distances, np.float64))  # differences of unsigned integers would wrap around
    widths = in_common_dtype(f, widths)[1]
    if type(widths) is not Variable and (widths == widths[0]).all():
        return widths[0]
    return widths


def _slope(f: Array, axis: int, widths: Array, edge_order: int) -> Array:
    """The slopes along one axis."""
    is_even = not shape_of(widths)

    def at(start: int | None, stop: int | None) -> Array:
        return getitem(f, _part(axis, start, stop))

    def width(i: int) -> Array:
        return widths if is_even else getitem(widths, i)

    if is_even:
        inner = (at(2, None) - at(None, -2)) / (2.0 * widths)
    else:
        column = (-1, *(1,) * (len(f.shape) - axis - 1))
        before, after = reshape(widths[:-1], column), reshape(widths[1:], column)
        rise, next_rise = at(1, -1) - at(None, -2), at(2, None) - at(1, -1)
        inner = (rise * (after / before) + next_rise * (before / after)) / (before + after)
    first, second, last_but_one, last = at(0, 1), at(1, 2), at(-2, -1), at(-1, None)
    if edge_order == 1:
        ends = (second - first) / width(0), (last - last_but_one) / width(-1)
    else:
        start = _slope_at_end(width(0), width(1), second - first, at(2, 3) - first)
        end = _slope_at_end(width(-1), width(-2), last - last_but_one, last - at(-3, -2))
        ends = start, end
    slopes = concatenate([ends[0], inner, ends[1]], axis)
    return slopes if slopes.dtype == f.dtype else astype(slopes, f.dtype)


def _slope_at_end(h: Array, k: Array, one_step: Array, two_steps: Array) -> Array:
    """The slope of a parabola at its end, from its rise over a width h, and its rise over h and the next width k."""
    return one_step * ((h + k) / (h * k)) - two_steps * (h / (k * (h + k)))
