"""Integrals of samples: by the trapezoidal rule and by Simpson's, whole or cumulative.

They are linear in the samples, and differentiable in the places of these, too. For distances that differ Simpson's rule
is that of the parabola through three points (K. Cartwright, "Simpson's rule cumulative integration with MS Excel and
irregularly-spaced data", 2017).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.integrate

from pydezero.core.snapshot import as_constant
from pydezero.core.typed import array_function, has_variable
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.sampled.calculus import trapezoid as trapezoid_of_samples
from pydezero.functions.shapes.shape import astype
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["cumulative_simpson", "cumulative_trapezoid", "simpson", "trapezoid"]


@array_function
@as_in_scipy(scipy.integrate.trapezoid)
def trapezoid(y: Operand, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1) -> Array:
    """The integral along an axis, by the trapezoidal rule, of samples y at points x or at distances dx.

    It is differentiable in y, in x and in dx. x has one axis, or as many as y has.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trapezoid(Variable(np.array([1.0, 2.0, 3.0])), dx=2.0)
    variable(8.0)
    """
    return trapezoid_of_samples(_array(y), None if x is None else _array(x), dx, axis)


@array_function
@as_in_scipy(scipy.integrate.cumulative_trapezoid)
def cumulative_trapezoid(
    y: Operand, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1, initial: Any = None
) -> Array:
    """The integrals up to each sample but the first, by the trapezoidal rule; with `initial=0` up to that as well.

    It is differentiable in y, in x and in dx.

    Raises:
        ValueError: there is no sample; x does not fit; `initial` is neither None nor 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumulative_trapezoid(Variable(np.array([1.0, 2.0, 3.0])), initial=0)
    variable([0.  1.5 4. ])
    """
    name = "cumulative_trapezoid"
    if initial is not None and (not np.isscalar(initial) or initial != 0):
        raise ValueError(f"{name}: initial must be None or 0, got {initial!r}")
    samples = _samples(name, y, axis)
    widths = dx if x is None else _widths(name, x, y, axis)
    sums = np.cumsum(widths * (samples[..., 1:] + samples[..., :-1]) / 2.0, axis=-1)
    if initial is not None:
        sums = np.concatenate([np.zeros((*sums.shape[:-1], 1), sums.dtype), sums], axis=-1)
    return np.moveaxis(sums, -1, axis)


@array_function
@as_in_scipy(scipy.integrate.simpson)
def simpson(y: Operand, x: Operand | None = None, *, dx: Operand = 1.0, axis: int = -1) -> Array:
    """The integral along an axis, by Simpson's rule, of samples y at points x or at distances dx.

    It is differentiable in y, in x and in dx. Where the number of samples is even, the last distance has a rule of its
    own, as in SciPy.

    Raises:
        ValueError: x does not fit, or there is no sample.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> simpson(Variable(np.array([0.0, 3.0, 12.0])))
    variable(8.0)
    """
    samples = _samples("simpson", y, axis)
    count = samples.shape[-1]
    if x is not None:
        # As in SciPy: the products of distances are too large for small integers and half precision.
        return _by_parabolas(samples, astype(_widths("simpson", x, y, axis), np.float64))
    if count == 2:
        return dx * _by_parabolas(samples, np.ones(1, samples.real.dtype))
    total = _by_parabolas(samples, np.ones(max(count - 1, 0), samples.real.dtype))
    return astype(total * dx, total.dtype)


def _by_parabolas(samples: Array, widths: Array) -> Array:
    """Simpson's rule along the last axis."""
    count = samples.shape[-1]
    if count == 2:
        return np.sum(widths * (samples[..., 1:] + samples[..., :-1]), axis=-1) / 2.0
    pairs = (count - 1) // 2 * 2
    h, k = widths[..., 0:pairs:2], widths[..., 1:pairs:2]
    first, second, third = (samples[..., i : pairs + max(i - 1, 0) : 2] for i in range(3))
    parabolas = (
        (2.0 - _quotient(k, h)) * first + (h + k) * _quotient(h + k, h * k) * second + (2.0 - _quotient(h, k)) * third
    )
    total = np.sum((h + k) / 6.0 * parabolas, axis=-1)
    if count % 2:
        return total
    h, k = widths[..., -2], widths[..., -1]
    return (
        total
        + _quotient(2 * k**2 + 3 * h * k, 6 * (h + k)) * samples[..., -1]
        + _quotient(k**2 + 3 * h * k, 6 * h) * samples[..., -2]
        - _quotient(k**3, 6 * h * (h + k)) * samples[..., -3]
    )


@array_function
@as_in_scipy(scipy.integrate.cumulative_simpson)
def cumulative_simpson(
    y: Operand, *, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1, initial: Operand | None = None
) -> Array:
    """The integrals up to each sample but the first, by Simpson's rule; with `initial` that, added to all.

    It is differentiable in y, x, dx and `initial`. dx and `initial` are numbers, or have one element along the axis.
    Where there are less than three samples it is the trapezoidal rule.

    Raises:
        ValueError: there is no sample; x does not fit, or does not increase; or dx or `initial` has another shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumulative_simpson(Variable(np.array([0.0, 1.0, 4.0])), initial=1.0)
    variable([1.         1.33333333 3.66666667])
    """
    name = "cumulative_simpson"
    samples = _samples(name, y, axis)
    if x is None:
        width = _one_along(name, "dx", dx if samples.shape[-1] < 3 else _inexact(dx), y, axis)
        like_width = np.ones((1,) * (samples.ndim - 1) + (max(samples.shape[-1] - 1, 1),), np.result_type(width))
        widths = like_width * width
    else:
        widths = _widths(name, _inexact(x), y, axis)
        if np.any(np.less_equal(widths, 0)):
            raise ValueError(f"{name}: x must increase strictly")
    if samples.shape[-1] < 3:
        parts = widths * (samples[..., 1:] + samples[..., :-1]) / 2.0
    else:
        forward = _first_parts(samples, widths)
        # The second distance of three points is the first one from behind.
        backward = _first_parts(samples[..., ::-1], widths[..., ::-1])[..., ::-1]
        is_even = np.arange(samples.shape[-1] - 1) % 2 == 0
        at_even = np.concatenate([forward, backward[..., -1:]], axis=-1)
        at_odd = np.concatenate([backward[..., :1], backward], axis=-1)
        # The last distance has no points behind it.
        is_first = is_even & (np.arange(len(is_even)) < len(is_even) - 1)
        parts = np.where(is_first, at_even, at_odd)
    sums = np.cumsum(parts, axis=-1)
    if initial is not None:
        start = _one_along(name, "initial", initial, y, axis) * np.ones((*sums.shape[:-1], 1), sums.dtype)
        sums = np.concatenate([start, sums + start], axis=-1)
    return np.moveaxis(sums, -1, axis)


def _first_parts(samples: Array, widths: Array) -> Array:
    """The integral over the first distance of each three neighbours, of the parabola through them."""
    h, k = widths[..., :-1], widths[..., 1:]
    ratio, part = h / k, h / (h + k)
    return (
        h
        / 6.0
        * (
            (3.0 - part) * samples[..., :-2]
            + (3.0 + part * ratio + part) * samples[..., 1:-1]
            - part * ratio * samples[..., 2:]
        )
    )


def _quotient(x: Array, y: Array) -> Array:
    """x / y, and 0 where y is 0."""
    is_zero = np.equal(y, 0)
    return np.where(is_zero, 0.0, x / np.where(is_zero, 1.0, y))


def _array(x: Operand) -> Array:
    return as_operand(x) if has_variable(x) else np.asarray(as_constant(x, "scipy.integrate"))


def _inexact(x: Operand) -> Array:
    """Whole numbers as float64: differences and sums of small ones wrap around in a dtype of theirs."""
    array = _array(x)
    return array if array.dtype.kind in "fc" else astype(array, np.float64)


def _samples(name: str, y: Operand, axis: int) -> Array:
    samples = _with_axis_last(y, axis)
    if not samples.shape[-1]:
        raise ValueError(f"{name}: y needs at least one sample along axis {axis}, got the shape {shape_of(y)}")
    return samples


def _with_axis_last(y: Operand, axis: int) -> Array:
    samples = _array(y)
    return np.moveaxis(samples, axis, -1)


def _widths(name: str, x: Operand, y: Operand, axis: int) -> Array:
    """The distances of neighbours along the last axis, from points along an axis of y.

    Raises:
        ValueError: there are not as many points as samples, or not as many axes.
    """
    points, shape = _array(x), shape_of(y)
    length = shape[axis]
    if len(points.shape) == 1:
        fits = points.shape[0] == length
    else:
        fits = len(points.shape) == len(shape) and points.shape[axis] == length
        points = _with_axis_last(points, axis) if fits else points
    if not fits:
        raise ValueError(
            f"{name}: x must have one axis of the length {length}, or the shape of y, {shape}; got {shape_of(x)}"
        )
    return np.diff(points, axis=-1)


def _one_along(name: str, argument: str, x: Operand, y: Operand, axis: int) -> Array:
    """A number, or an array like y with one element along the axis, as one that has this axis last.

    Raises:
        ValueError: it has another shape.
    """
    shape = list(shape_of(y))
    shape[axis] = 1
    if shape_of(x) == ():
        return _array(x)
    if shape_of(x) != tuple(shape):
        raise ValueError(f"{name}: {argument} must be a number or have the shape {tuple(shape)}, got {shape_of(x)}")
    return _with_axis_last(x, axis)
