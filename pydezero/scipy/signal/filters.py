"""Linear filters with rational transfer functions.

A filter of coefficients b and a computes y[n] = sum b[k] x[n - k] - sum a[k] y[n - k], the second sum over k >= 1, with
a[0] = 1. Its transpose is a filter with the same coefficients that runs backward in time: with the cotangents g of y,
it computes u[n] = g[n] - sum a[k] u[n + k], and sum b[k] u[n + k] is the cotangent of x[n]. In the form that SciPy
computes (the transposed direct form II, A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 6.3), the
state at time n holds what earlier x and y add to y[n], y[n + 1], ...: so its cotangents are u[n], u[n + 1], ...
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.batching import all_batched, looped
from pydezero.core.bind import bind
from pydezero.core.primitive import General, define
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.shapes.shape import in_dtype, normalize_axes
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.convolution import along_last
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["lfilter"]

Coefficients: TypeAlias = ArrayOrNumber | Sequence[complex]


def _lfilter(b: Array, a: Array, x: Array, zi: Array) -> Array:
    """The results along the last axis, and then the final state; a is without a[0], which is 1."""
    if not x.size:
        return np.concatenate([x, zi], axis=-1)
    one = np.ones(1, np.result_type(a.dtype, np.float16))  # of integers SciPy has no filters
    return np.concatenate(signal.lfilter(b, np.concatenate([one, a]), x, zi=zi), axis=-1)


def _backward(g: Array, a: Array, length: int) -> Array:
    """The u of the transposed filter for the cotangents of the results, and then those of the final state."""
    order = a.shape[0]
    of_results, of_state = g[..., :length], g[..., length:]
    # The state in which it starts, from what follows the last u: those cotangents.
    sums = np.arange(order)[:, np.newaxis] + np.arange(order)
    state = -(of_state[..., :order] @ np.concatenate([a, np.zeros_like(a)])[sums])
    reverse = bind(lfilter_p, np.ones(1, a.dtype), a, of_results[..., ::-1], state)
    return np.concatenate([reverse[..., :length][..., ::-1], of_state], axis=-1)


def _lagged_sums(u: Array, x: Array, count: int) -> Array:
    """The sums of x[n] u[n + k] over n and all examples, for each k below `count`."""
    length = x.shape[-1]
    if not count or not length:
        return np.zeros(count, u.dtype)
    sums = along_last(u[..., : length + count - 1], x[..., ::-1], "valid")
    return np.sum(sums, axis=tuple(range(len(sums.shape) - 1)))


def _rule_b(g: Array, y: Array, z: Array, x_shape: tuple[int, ...]) -> Array:
    return _lagged_sums(_backward(g, y, z.shape[-1]), z, x_shape[0])


def _rule_a(g: Array, y: Array, z_shape: tuple[int, ...], out: Array) -> Array:
    length = z_shape[-1]
    return -_lagged_sums(_backward(g, y, length)[..., 1:], out[..., :length], y.shape[0])


def _rule_x(g: Array, x: Array, y: Array, z_shape: tuple[int, ...]) -> Array:
    length = z_shape[-1]
    if not length:
        return g[..., :0]
    return along_last(_backward(g, y, length)[..., : length + x.shape[0] - 1], x[::-1], "valid")


def _rule_zi(g: Array, y: Array, z_shape: tuple[int, ...]) -> Array:
    return _backward(g, y, z_shape[-1])[..., : g.shape[-1] - z_shape[-1]]


def _batched(batched: Sequence[bool], b: Array, a: Array, x: Array, zi: Array) -> Array:
    if batched[0] or batched[1]:
        return looped(batched, lfilter_p, (b, a, x, zi), {})
    return bind(lfilter_p, b, a, *all_batched(batched[2:], (x, zi)))


lfilter_p: Final[General] = define(General, "lfilter", _lfilter, _rule_b, _rule_a, _rule_x, _rule_zi, batch=_batched)


@overload
def lfilter(b: Variable, a: Variable | Coefficients, x: Operand, axis: int = -1, zi: None = None) -> Variable: ...
@overload
def lfilter(b: Coefficients, a: Variable, x: Operand, axis: int = -1, zi: None = None) -> Variable: ...
@overload
def lfilter(b: Coefficients, a: Coefficients, x: Variable, axis: int = -1, zi: None = None) -> Variable: ...
@overload
def lfilter(b: Coefficients, a: Coefficients, x: ArrayOrNumber, axis: int = -1, zi: None = None) -> NDArray[Any]: ...
@overload
def lfilter(
    b: Variable, a: Variable | Coefficients, x: Operand, axis: int = -1, *, zi: Operand
) -> tuple[Variable, Variable]: ...
@overload
def lfilter(b: Coefficients, a: Variable, x: Operand, axis: int = -1, *, zi: Operand) -> tuple[Variable, Variable]: ...
@overload
def lfilter(
    b: Coefficients, a: Coefficients, x: Variable, axis: int = -1, *, zi: Operand
) -> tuple[Variable, Variable]: ...
@overload
def lfilter(
    b: Coefficients, a: Coefficients, x: ArrayOrNumber, axis: int = -1, *, zi: Variable
) -> tuple[Variable, Variable]: ...
@overload
def lfilter(
    b: Coefficients, a: Coefficients, x: ArrayOrNumber, axis: int = -1, *, zi: ArrayOrNumber
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@as_in_scipy(signal.lfilter)
def lfilter(b: Any, a: Any, x: Any, axis: int = -1, zi: Any = None) -> Any:
    """The results of a linear filter, y[n] = (sum b[k] x[n - k] - sum a[k] y[n - k]) / a[0], the second over k >= 1.

    Args:
        b: the coefficients of the numerator, a vector.
        a: the coefficients of the denominator, a vector.
        x: the array that is filtered, along an axis.
        axis: that axis.
        zi: the state to start in, with the shape of x but for the axis, which has max(len(a), len(b)) - 1 elements.

    Returns:
        y, of the shape of x; with zi, y and the final state.

    Raises:
        ValueError: b or a is no vector with elements, a[0] is 0, x has no axis, or zi has not that shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lfilter([1.0], np.array([1.0, -0.5]), Variable(np.array([1.0, 0.0, 0.0])))
    variable([1.   0.5  0.25])
    """
    b, a, x = (as_operand(y) for y in (b, a, x))
    b, a = (np.reshape(y, (1,)) if not y.shape else y for y in (b, a))
    for name, y in (("b", b), ("a", a)):
        if len(y.shape) != 1 or not y.shape[0]:
            raise ValueError(f"scipy.signal.lfilter: {name} must be a vector with elements, got the shape {y.shape}")
    if not x.shape:
        raise ValueError("scipy.signal.lfilter: x must have an axis to filter along, got a number")
    (axis,) = normalize_axes(axis, len(x.shape))
    state = None if zi is None else as_operand(zi)
    dtype = np.result_type(np.float16, *[y.dtype for y in (b, a, x, state) if y is not None])
    b, a, x = (in_dtype(y, dtype) for y in (b, a, x))
    check_leading("lfilter", a)
    b, a = b / a[0], a[1:] / a[0]
    x = np.moveaxis(x, axis, -1)
    order = max(b.shape[0], a.shape[0] + 1) - 1
    start = np.zeros((*x.shape[:-1], order), dtype) if state is None else _start(in_dtype(state, dtype), x, axis, order)
    out = bind(lfilter_p, b, a, x, start)
    y = np.moveaxis(out[..., : x.shape[-1]], -1, axis)
    return y if zi is None else (y, np.moveaxis(out[..., x.shape[-1] :], -1, axis))


def check_leading(name: str, a: Array) -> None:
    """Raise where the first of the coefficients is known to be 0."""
    lead = undifferentiated(a[0])
    if type(lead) is not Variable and lead == 0:
        raise ValueError(f"scipy.signal.{name}: a[0], by which the others are divided, is 0")


def _start(zi: Array, x: Array, axis: int, order: int) -> Array:
    """The state for each example, along the last axis; the axes of zi that have length 1 are repeated."""
    expected = (*x.shape[:-1], order)
    shape = shape_of(zi)
    if len(shape) == len(expected):
        state = np.moveaxis(zi, axis, -1)
        lengths = state.shape
        if lengths[-1] == order and all(n in (1, m) for n, m in zip(lengths, expected, strict=True)):
            return np.broadcast_to(state, expected)
    wanted = (*expected[:axis], order, *expected[axis:-1])
    raise ValueError(f"scipy.signal.lfilter: zi must have the shape {wanted}, got {shape}")
