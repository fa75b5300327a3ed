"""Reductions with the options that few programs need: a dtype, an initial value, a mask.

The functions of `reductions` call these only where such an option is given, so that the usual call stays short.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from pydezero.core.bind import bind
from pydezero.core.placing import beside
from pydezero.core.primitive import Primitive
from pydezero.core.snapshot import is_array
from pydezero.core.typed import without_variables
from pydezero.core.types import Array, Axis
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.choosing.piecewise import where as choose
from pydezero.functions.elementwise.arithmetic import add, divide, multiply, square, subtract
from pydezero.functions.elementwise.complex import imag, real
from pydezero.functions.elementwise.exponential import sqrt
from pydezero.functions.elementwise.extremes import maximum, minimum
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.reductions.deviations import are_equal
from pydezero.functions.reductions.extremes import max_p, min_p
from pydezero.functions.reductions.products import prod_p
from pydezero.functions.reductions.sums import count_of, mean_p, sum_p
from pydezero.functions.shapes.shape import as_operand, astype, broadcast_to, in_dtype

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction


def _of_variables(numpys: Callable[..., Array]) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """A decorator: where there is no Variable, it is NumPy's own function, which takes only what is given."""

    def decorate(function: Callable[..., Array]) -> Callable[..., Array]:
        reduction = without_variables(numpys)(function)

        @wraps(function)
        def decorated(a: Operand, *, where: Operand | bool = True, **options: Any) -> Array:
            given = {name: x for name, x in options.items() if x is not None}
            return reduction(a, **given) if where is True else reduction(a, where=where, **given)

        return decorated

    return decorate


@_of_variables(np.sum)
def sum(a: Operand, **options: Any) -> Array:
    """`np.sum` with all of its options."""
    return _reduced(sum_p, add, lambda dtype: 0, a, **options)


@_of_variables(np.prod)
def prod(a: Operand, **options: Any) -> Array:
    """`np.prod` with all of its options."""
    return _reduced(prod_p, multiply, lambda dtype: 1, a, **options)


@_of_variables(np.max)
def max(a: Operand, **options: Any) -> Array:
    """`np.max` with all of its options."""
    return _extreme(max_p, maximum, _lowest, a, **options)


@_of_variables(np.min)
def min(a: Operand, **options: Any) -> Array:
    """`np.min` with all of its options."""
    return _extreme(min_p, minimum, _highest, a, **options)


@_of_variables(np.mean)
def mean(
    a: Operand,
    *,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
    where: Operand | bool = True,
) -> Array:
    """`np.mean` with all of its options."""
    x, result = _dtypes(a, dtype)
    return in_dtype(_mean(x, axis, keepdims, None if where is True else _mask(where, x.shape)), result)


@_of_variables(np.var)
def var(
    a: Operand,
    *,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    ddof: float = 0,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    correction: float | None = None,
) -> Array:
    """`np.var` with all of its options."""
    if correction is not None:
        if ddof:
            raise ValueError("var: ddof and correction are two names of one parameter; give one of them")
        ddof = correction
    x, result = _dtypes(a, dtype)
    mask = None if where is True else _mask(where, x.shape)
    # NumPy computes the mean and the sum in the dtype, and the deviations in that of the elements.
    center = _mean(x, axis, True, mask) if mean is None else mean
    center = center if dtype is None or mean is not None else in_dtype(center, result)
    deviation = subtract(x if dtype is None and mean is None else as_operand(a), center)
    result = np.result_type(result, deviation.dtype) if dtype is None and mean is not None else result
    if mask is not None:
        deviation = choose(mask, deviation, 0)
    squares = square(deviation)
    if deviation.dtype.kind == "c":
        squares = add(square(real(deviation)), square(imag(deviation)))
        result = squares.dtype if dtype is None and result.kind == "c" else result
    squares = squares if dtype is None else astype(squares, result)
    total = bind(sum_p, squares, axis=axis, keepdims=keepdims)
    total = total if dtype is None else in_dtype(total, result)
    freedom = maximum(_count(x, axis, keepdims, mask) - float(ddof), 0)
    return in_dtype(divide(total, beside(astype(freedom, total.dtype), total)), result)


@_of_variables(np.std)
def std(
    a: Operand,
    *,
    axis: Axis = None,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    **options: Any,
) -> Array:
    """`np.std` with all of its options, those of `var`."""
    variance = var(a, axis=axis, keepdims=keepdims, where=where, mean=mean, **options)
    value, x = undifferentiated(variance), undifferentiated(as_operand(a))
    is_zero = value == 0
    size = real(value) if value.dtype.kind == "c" else value
    if x.dtype.kind in "fc" and count_of(x.shape, axis):
        # Of equal elements it is zero but for rounding, that of their mean.
        mask = None if where is True else _mask(where, x.shape)
        largest = np.max(abs(x if mask is None else choose(mask, x, 0)), axis=axis, keepdims=True, initial=0)
        noise = np.square(largest * (_rounding(x.dtype, value.dtype) * count_of(x.shape, axis)))
        equal = are_equal(x, axis, mask) & (size.reshape(noise.shape) <= noise)
        is_zero = is_zero | equal.reshape(value.shape)
    root = sqrt(choose(is_zero, 1, variance))
    few = has_few(x, axis, keepdims, where, **options)
    if type(few) is Variable or np.any(few):  # the derivative is that of the variance there, nan
        root = choose(few, variance, root)
    return in_dtype(choose(is_zero, 0, root), variance.dtype)


def _rounding(*dtypes: np.dtype[Any]) -> float:
    """The largest relative error of rounding in some dtypes, of which the first is inexact."""
    return builtins.max([float(np.finfo(dtype).eps) for dtype in dtypes if dtype.kind in "fc"])


def has_few(
    x: Array,
    axis: Axis,
    keepdims: bool,
    where: Operand | bool,
    ddof: float = 0,
    correction: float | None = None,
    dtype: DTypeLike | None = None,
) -> Array:
    """A mask of the places where there are no more than `ddof` elements, and so no variance."""
    count = _count(x, axis, keepdims, None if where is True else _mask(where, x.shape))
    return nondifferentiable(np.less_equal, count, ddof if correction is None else correction)


def _reduced(
    primitive: Primitive,
    combine: BinaryFunction,
    identity: Callable[[np.dtype[Any]], complex],
    a: Operand,
    *,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """A reduction in which the identity, which changes no result, takes the place of the elements that are left out."""
    x = as_operand(a) if dtype is None else astype(a, dtype)
    if where is not True:
        x = choose(_mask(where, x.shape), x, identity(x.dtype))
    out = bind(primitive, x, axis=axis, keepdims=keepdims)
    if dtype is not None:  # NumPy adds small integers up in large ones
        out = in_dtype(out, np.dtype(dtype))
    return out if initial is None else combine(out, _scalar(initial, out.dtype, primitive.name))


def _extreme(
    primitive: Primitive,
    combine: BinaryFunction,
    identity: Callable[[np.dtype[Any]], complex],
    a: Operand,
    *,
    initial: Operand | None = None,
    **options: Any,
) -> Array:
    if initial is None:
        raise ValueError(
            f"{primitive.name}: where= may leave no element, so initial= has to say what the result is then"
        )
    x = as_operand(a)
    axis, keepdims = options.get("axis"), options.get("keepdims", False)
    if not count_of(x.shape, axis):
        nothing = bind(sum_p, x, axis=axis, keepdims=keepdims)
        return add(nothing, _scalar(initial, x.dtype, primitive.name))
    return _reduced(primitive, combine, identity, a, initial=initial, **options)


def _lowest(dtype: np.dtype[Any]) -> complex:
    if dtype.kind in "fc":
        return complex(-np.inf, -np.inf) if dtype.kind == "c" else -np.inf
    return False if dtype.kind == "b" else int(np.iinfo(dtype).min)


def _highest(dtype: np.dtype[Any]) -> complex:
    if dtype.kind in "fc":
        return complex(np.inf, np.inf) if dtype.kind == "c" else np.inf
    return True if dtype.kind == "b" else int(np.iinfo(dtype).max)


def _scalar(initial: Operand, dtype: np.dtype[Any], name: str) -> Array:
    """An initial value in the dtype of the result."""
    if shape_of(initial):
        raise ValueError(f"{name}: initial must be a scalar, got the shape {shape_of(initial)}")
    if type(initial) is Variable or (is_array(initial) and not isinstance(initial, np.ndarray | np.generic)):
        return astype(as_operand(initial), dtype)
    return np.full((), initial, dtype)


def _mask(where: Operand | bool, shape: tuple[int, ...]) -> Array:
    """A condition repeated to a shape."""
    return broadcast_to(undifferentiated(where), shape)


def _dtypes(a: Operand, dtype: DTypeLike | None) -> tuple[Array, np.dtype[Any]]:
    """The elements of a in the dtype that a mean is computed in, and the dtype of the result; both are NumPy's."""
    x = as_operand(a)
    if dtype is not None:
        return astype(x, dtype), np.dtype(dtype)
    if x.dtype.kind not in "fc":
        return astype(x, np.float64), np.dtype(np.float64)
    return (astype(x, np.float32) if x.dtype == np.float16 else x), np.result_type(x.dtype)


def _mean(a: Array, axis: Axis, keepdims: bool, mask: Array | None) -> Array:
    if mask is None and a.dtype.kind in "fc":
        return bind(mean_p, a, axis=axis, keepdims=keepdims)
    elements = a if mask is None else choose(mask, a, 0)
    total = in_dtype(bind(sum_p, elements, axis=axis, keepdims=keepdims), elements.dtype)  # of integers modulo its size
    if mask is None:
        return divide(total, count_of(a.shape, axis))
    return divide(total, astype(_count(a, axis, keepdims, mask), total.dtype))


def _count(a: Array, axis: Axis, keepdims: bool, mask: Array | None) -> Array:
    """The number of elements that are reduced to one."""
    if mask is None:
        return count_of(a.shape, axis)
    return nondifferentiable(np.count_nonzero, mask, axis=axis, keepdims=keepdims)
