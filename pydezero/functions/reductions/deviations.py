"""Variances and standard deviations along axes."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import DTypeLike

from pydezero.core.bind import bind
from pydezero.core.primitive import General, define
from pydezero.core.roots import of_square
from pydezero.core.typed import array_function
from pydezero.core.types import Array, Axis, KeepDims
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.elementwise.slopes import kinks, no_slope, no_slope_of_tangent
from pydezero.functions.reductions.sums import HALF, SINGLE, count_of, kept, of_examples, options
from pydezero.functions.shapes.shape import axes_of_reduction, in_dtype

__all__ = [
    "std",
    "var",
]


def _var_rule(g: Array, x: Array, axis: Axis, ddof: float) -> Array:
    if g.dtype == HALF:
        return in_dtype(_var_rule(in_dtype(g, SINGLE), in_dtype(x, SINGLE), axis, ddof), HALF)
    return _deviation(x, axis) * kept(g * _var_factor(x.shape, axis, ddof), x.shape, axis)


def _var_tangent(ts: list[Array], x: Array, axis: Axis, ddof: float, keepdims: KeepDims) -> Array:
    if ts[0].dtype == HALF:
        moved = _var_tangent([in_dtype(ts[0], SINGLE)], in_dtype(x, SINGLE), axis, ddof, keepdims)
        return in_dtype(moved, HALF)
    if axis is None and not keepdims:  # a product of vectors is quicker
        total = np.reshape(_deviation(x, axis), -1) @ np.reshape(ts[0], -1)
    else:
        total = np.sum(_deviation(x, axis) * ts[0], axis=axis, keepdims=keepdims)
    return total * _var_factor(x.shape, axis, ddof)


def _var_factor(x_shape: tuple[int, ...], axis: Axis, ddof: float) -> float:
    """The factor of a deviation; nan for so few elements that the variance is."""
    freedom = count_of(x_shape, axis) - float(ddof)  # a number of a narrow dtype would round or wrap around
    return 2 / freedom if freedom > 0 else math.nan


def _deviation(x: Array, axis: Axis) -> Array:
    """The difference of each element from the mean, conjugated."""
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    return np.conjugate(deviation) if deviation.dtype.kind == "c" else deviation


# Where all elements are equal there is no derivative; like that of absolute at 0, it is taken to be 0.
def _std_rule(g: Array, x: Array, out: Array, axis: Axis, ddof: float) -> Array:
    if g.dtype == HALF:
        x = in_dtype(x, SINGLE)
        out = np.reshape(np.std(x, axis=axis, ddof=ddof), out.shape)  # where that in half precision is infinite, too
        return in_dtype(_std_rule(in_dtype(g, SINGLE), x, out, axis, ddof), HALF)
    is_zero = _is_zero(x, out, axis)
    if is_zero is None:
        return _var_rule(0.5 * g / out, x, axis, ddof)
    found = _var_rule(np.where(is_zero, 0, 0.5 * g / np.where(is_zero, 1, out)), x, axis, ddof)
    at = kinks(g, is_zero)
    return found if at is None else found + no_slope(_deviation(x, axis), kept(at, x.shape, axis))


def _std_tangent(ts: list[Array], x: Array, out: Array, axis: Axis, ddof: float, keepdims: KeepDims) -> Array:
    if ts[0].dtype == HALF:
        x = in_dtype(x, SINGLE)
        out = np.std(x, axis=axis, ddof=ddof, keepdims=keepdims)
        return in_dtype(_std_tangent([in_dtype(ts[0], SINGLE)], x, out, axis, ddof, keepdims), HALF)
    is_zero = _is_zero(x, out, axis)
    moved = _var_tangent(ts, x, axis, ddof, keepdims) * 0.5
    if is_zero is None:
        return moved / out
    at, deviation = kept(is_zero, x.shape, axis), _deviation(x, axis)
    of_kinks = np.sum(np.real(no_slope_of_tangent(deviation, ts[0], at)), axis=axis, keepdims=keepdims)
    return np.where(is_zero, 0, moved / np.where(is_zero, 1, out)) + of_kinks


def _power_of_std(x: Array, axis: Axis, ddof: float, keepdims: KeepDims, n: float) -> Array:
    return np.std(x, axis=axis, ddof=ddof, keepdims=keepdims) ** n


def _power_of_std_rule(g: Array, x: Array, out: Array, axis: Axis, ddof: float, n: float) -> Array:
    return _var_rule(0.5 * of_square(g, out, n), x, axis, ddof)


def _power_of_std_tangent(
    ts: list[Array], x: Array, out: Array, axis: Axis, ddof: float, keepdims: KeepDims, n: float
) -> Array:
    return 0.5 * of_square(_var_tangent(ts, x, axis, ddof, keepdims), out, n)


def _is_zero(x: Array, deviation: Array, axis: Axis) -> Array | None:
    """A mask of where a standard deviation is zero but for rounding, that of their mean; None if nowhere."""
    if not count_of(x.shape, axis):
        return None
    values, size = undifferentiated(x), undifferentiated(deviation)
    if type(values) is not Variable and type(size) is not Variable:
        axes = axes_of_reduction(axis, len(values.shape))
        first = values[tuple([slice(0, 1) if i in axes else slice(None) for i in range(len(values.shape))])]
        # Far quicker than to look at all elements, and enough of nearly all arrays.
        if np.all(size > 1e-3 * np.reshape(abs(first), size.shape)):
            return None
    is_zero: Array = np.reshape(are_equal(values, axis), size.shape) & (size == size)
    return is_zero


def are_equal(x: Array, axis: Axis, mask: Array | None = None) -> Array:
    """Whether all elements along axes are equal, with the axes kept; those that a mask leaves out do not count."""
    if x.dtype.kind == "c":
        return are_equal(np.real(x), axis, mask) & are_equal(np.imag(x), axis, mask)
    lowest, highest = (x, x) if mask is None else (np.where(mask, x, np.inf), np.where(mask, x, -np.inf))
    equal: Array = np.max(highest, axis=axis, keepdims=True) <= np.min(lowest, axis=axis, keepdims=True)
    return equal


var_p: Final[General] = define(
    General,
    "var",
    np.var,
    _var_rule,
    batch=lambda _, x, axis, ddof, keepdims: bind(var_p, x, axis=of_examples(axis, x), ddof=ddof, keepdims=keepdims),
    tangent=_var_tangent,
)
_power_of_std_p: Final[General] = define(
    General,
    "std.power",
    _power_of_std,
    _power_of_std_rule,
    batch=lambda _, x, axis, ddof, keepdims, n: bind(
        _power_of_std_p, x, axis=of_examples(axis, x), ddof=ddof, keepdims=keepdims, n=n
    ),
    tangent=_power_of_std_tangent,
)
std_p: Final[General] = define(
    General,
    "std",
    np.std,
    _std_rule,
    batch=lambda _, x, axis, ddof, keepdims: bind(std_p, x, axis=of_examples(axis, x), ddof=ddof, keepdims=keepdims),
    tangent=_std_tangent,
    power=_power_of_std_p,
)


@array_function
def var(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    correction: float | None = None,
) -> Array:
    """The variance along some axes: the mean of the squared magnitudes of the deviations from the mean.

    The sum of squares is divided by the number of elements less `ddof` (or `correction`, its other name).

    Args:
        a: the elements.
        axis: the axis or axes; all of them by default.
        dtype: the dtype to compute in.
        ddof: the number that is subtracted from the number of elements.
        keepdims: whether the result keeps the axes, with length 1.
        where: a condition; only the elements where it holds count.
        mean: the mean, as `mean(a, axis, keepdims=True)` gives it, where it is known already. It is differentiated, so
            that the derivative is the usual one if it was computed from a.
        correction: the same as `ddof`.

    Raises:
        ValueError: `ddof` and `correction` are both given.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> var(Variable(np.array([1.0, 3.0])))
    variable(1.0)
    """
    if dtype is not None or where is not True or mean is not None or correction is not None:
        return options().var(
            a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean, correction=correction
        )
    return bind(var_p, a, axis=axis, ddof=ddof, keepdims=keepdims)


@array_function
def std(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    correction: float | None = None,
) -> Array:
    """The standard deviation along some axes, the root of `var`; where it is 0 its derivative is taken to be 0.

    The parameters are those of `var`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> std(Variable(np.array([1.0, 3.0])))
    variable(1.0)
    """
    if dtype is not None or where is not True or mean is not None or correction is not None:
        return options().std(
            a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean, correction=correction
        )
    return bind(std_p, a, axis=axis, ddof=ddof, keepdims=keepdims)
