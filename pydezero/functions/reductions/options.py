"""Reductions with the parameters of NumPy that few programs need: a dtype, an initial value, a mask.

The functions of `reductions` turn to these only where such a parameter is given, so that the usual call stays short.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

from pydezero.core.bind import bind
from pydezero.core.primitive import Primitive
from pydezero.core.typed import BinaryFunction, without_variables
from pydezero.core.types import Array, Axis
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.arithmetic import add, divide, multiply, square, subtract
from pydezero.functions.elementwise.complex import imag, real
from pydezero.functions.elementwise.exponential import sqrt
from pydezero.functions.elementwise.kinks import maximum, minimum
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.reductions.rules import count_of, max_p, mean_p, min_p, prod_p, sum_p
from pydezero.functions.shapes.shape import astype, broadcast_to


def given(**params: Any) -> dict[str, Any]:
    """The parameters that are not what NumPy takes for nothing given."""
    return {key: x for key, x in params.items() if x is not None and x is not True}


def as_operand(a: Operand) -> Array:
    """A Variable or an array."""
    return a if type(a) is Variable else np.asarray(a)


def in_dtype(x: Array, dtype: np.dtype[Any]) -> Array:
    """x in a dtype; x itself, if it is already."""
    return x if x.dtype == dtype else astype(x, dtype)


def _mask(where: Operand | bool, shape: tuple[int, ...]) -> Array:
    """A condition of this shape."""
    return broadcast_to(undifferentiated(where), shape)


def _scalar(initial: Operand, dtype: np.dtype[Any], name: str) -> Array:
    """An initial value, in the dtype of the result."""
    if shape_of(initial):
        raise ValueError(f"{name}: initial must be a scalar, got the shape {shape_of(initial)}")
    return astype(initial, dtype) if type(initial) is Variable else np.full((), initial, dtype)


def _reduction(
    primitive: Primitive, combine: BinaryFunction, identity: Callable[[np.dtype[Any]], complex]
) -> Callable[..., Array]:
    """A reduction of the elements where a condition holds, beginning with an initial value.

    What is masked out is replaced by the value that changes no result.
    """

    def reduce(
        a: Operand,
        *,
        axis: Axis = None,
        dtype: DTypeLike | None = None,
        keepdims: bool = False,
        initial: Operand | None = None,
        where: Operand | bool = True,
    ) -> Array:
        """The reduction, with all of its parameters."""
        x = as_operand(a) if dtype is None else astype(a, dtype)
        if where is not True:
            x = _chosen(where, x, identity(x.dtype))
        out = bind(primitive, x, axis=axis, keepdims=keepdims)
        if dtype is not None:  # NumPy adds small integers up in large ones
            out = in_dtype(out, np.dtype(dtype))
        return out if initial is None else combine(out, _scalar(initial, out.dtype, primitive.name))

    return reduce


def _chosen(condition: Operand | bool, a: Array, other: complex) -> Array:
    return where(_mask(condition, a.shape), a, other)


def _lowest(dtype: np.dtype[Any]) -> complex:
    if dtype.kind in "fc":
        return complex(-np.inf, -np.inf) if dtype.kind == "c" else -np.inf
    return False if dtype.kind == "b" else int(np.iinfo(dtype).min)


def _highest(dtype: np.dtype[Any]) -> complex:
    if dtype.kind in "fc":
        return complex(np.inf, np.inf) if dtype.kind == "c" else np.inf
    return True if dtype.kind == "b" else int(np.iinfo(dtype).max)


def _with_initial(name: str, reduce: Callable[..., Array]) -> Callable[..., Array]:
    """An extreme value of some elements: there may be none, so an initial value is needed."""

    def checked(a: Operand, *, initial: Operand | None = None, **params: Any) -> Array:
        """The reduction, with all of its parameters."""
        if initial is None:
            raise ValueError(f"{name}: where= may leave no element, so initial= has to say what the result is then")
        return reduce(a, initial=initial, **params)

    return checked


masked_sum: Final = without_variables(np.sum)(_reduction(sum_p, add, lambda dtype: 0))
masked_prod: Final = without_variables(np.prod)(_reduction(prod_p, multiply, lambda dtype: 1))
masked_max: Final = without_variables(np.max)(_with_initial("max", _reduction(max_p, maximum, _lowest)))
masked_min: Final = without_variables(np.min)(_with_initial("min", _reduction(min_p, minimum, _highest)))


def _dtypes(a: Operand, dtype: DTypeLike | None) -> tuple[Array, np.dtype[Any]]:
    """The elements of a in the dtype that a mean is computed in, and the dtype of the result; both are NumPy's."""
    x = as_operand(a)
    if dtype is not None:
        return astype(x, dtype), np.dtype(dtype)
    if x.dtype.kind not in "fc":
        return astype(x, np.float64), np.dtype(np.float64)
    return (astype(x, np.float32) if x.dtype == np.float16 else x), x.dtype


def _mean(a: Array, axis: Axis, keepdims: bool, mask: Array | None) -> Array:
    if mask is None:
        return bind(mean_p, a, axis=axis, keepdims=keepdims)
    total = bind(sum_p, where(mask, a, 0), axis=axis, keepdims=keepdims)
    return divide(total, astype(_count(a, axis, keepdims, mask), total.dtype))


def _count(a: Array, axis: Axis, keepdims: bool, mask: Array | None) -> Array:
    """How many elements are reduced to one."""
    if mask is None:
        return count_of(a.shape, axis)
    return nondifferentiable(np.count_nonzero, mask, axis=axis, keepdims=keepdims)


@without_variables(np.mean)
def masked_mean(
    a: Operand,
    *,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
    where: Operand | bool = True,
) -> Array:
    """`mean` of the elements where a condition holds."""
    x, result = _dtypes(a, dtype)
    return in_dtype(_mean(x, axis, keepdims, None if where is True else _mask(where, x.shape)), result)


def _var(
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
    """`var` with all of its parameters."""
    if correction is not None:
        if ddof:
            raise ValueError("var: ddof and correction are two names of one parameter; give one of them")
        ddof = correction
    x, result = _dtypes(a, dtype)
    mask = None if where is True else _mask(where, x.shape)
    deviation = subtract(x, _mean(x, axis, True, mask) if mean is None else mean)
    result = np.result_type(result, deviation.dtype) if dtype is None and mean is not None else result
    if mask is not None:
        deviation = _chosen(mask, deviation, 0)
    squares = square(deviation)
    if deviation.dtype.kind == "c":
        squares = add(square(real(deviation)), square(imag(deviation)))
        result = squares.dtype if result.kind == "c" else result
    total = bind(sum_p, squares, axis=axis, keepdims=keepdims)
    freedom = maximum(_count(x, axis, keepdims, mask) - ddof, 0)
    return in_dtype(divide(total, astype(freedom, total.dtype)), result)


def _std(a: Operand, **params: Any) -> Array:
    """`std` with all of its parameters, those of `var`."""
    variance = _var(a, **params)
    is_zero = undifferentiated(variance) == 0
    return where(is_zero, 0, sqrt(where(is_zero, 1, variance)))


masked_var: Final = without_variables(np.var)(_var)
masked_std: Final = without_variables(np.std)(_std)
