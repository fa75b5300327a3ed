"""Sums and means along axes, and what the rules of all reductions along axes share.

Where an option (a dtype, an initial value, a mask) is given, the function of `options` of the same name computes a
reduction.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import Final

import numpy as np

from pydezero.core.batching import shifted
from pydezero.core.bind import bind
from pydezero.core.primitive import Linear, define
from pydezero.core.typed import array_function
from pydezero.core.types import Array, Axis, DTypeLike, KeepDims
from pydezero.core.variable import Operand
from pydezero.functions.shapes.shape import axes_of_reduction, in_dtype, normalize_axes
from pydezero.lazy import load

__all__ = [
    "mean",
    "sum",
]

# Up to this many elements NumPy takes longer to set up a broadcast view than to write the elements out.
_SMALL: Final = 1 << 10

# As a tuple: a union would be made anew in every call that asks for one.
_ARRAYS: Final = (np.ndarray, np.generic)

HALF: Final = np.dtype(np.float16)
# In half precision no count above 65,504 is finite, and none above 2,048 exact. NumPy reduces it in single precision,
# and so do the rules.
SINGLE: Final = np.dtype(np.float32)
_DOUBLE: Final = np.dtype(np.float64)


def kept(g: Array, x_shape: tuple[int, ...], axis: Axis) -> Array:
    """A result or cotangent of a reduction in the shape that keepdims gives it; a scalar broadcasts as it is."""
    if len(g.shape) in (0, len(x_shape)):
        return g
    axes = normalize_axes(axis, len(x_shape))
    return np.reshape(g, tuple([1 if i in axes else n for i, n in enumerate(x_shape)]))


def restored(g: Array, x_shape: tuple[int, ...], axis: Axis) -> Array:
    """The cotangent of a reduction, repeated along the axes that were reduced."""
    g = kept(g, x_shape, axis)
    if isinstance(g, _ARRAYS) and math.prod(x_shape) <= _SMALL:
        full = np.empty(x_shape, g.dtype)
        full[...] = g  # as np.full does, which takes twice as long
        return full
    if isinstance(g, np.generic):  # a view that repeats a number, made in a tenth of the time of np.broadcast_to
        return np.ndarray(x_shape, g.dtype, g, 0, (0,) * len(x_shape))
    return np.broadcast_to(g, x_shape)


def of_batch(axis: Axis, x: Array) -> tuple[int, ...]:
    """The axes of the examples of a batch that an `axis` argument of a ufunc's reduction names."""
    ndim = len(x.shape)
    return tuple(range(1, ndim)) if axis is None else shifted(axes_of_reduction(axis, ndim - 1))


def of_examples(axis: Axis, x: Array) -> tuple[int, ...]:
    """The same for `np.mean` and its like, to which a number has no axis 0."""
    ndim = len(x.shape)
    return tuple(range(1, ndim)) if axis is None else shifted(normalize_axes(axis, ndim - 1))


def count_of(x_shape: tuple[int, ...], axis: Axis) -> int:
    """The number of elements that are reduced to one."""
    count = 1
    for i in axes_of_reduction(axis, len(x_shape)):
        count *= x_shape[i]
    return count


def _mean(x: Array, axis: Axis, keepdims: KeepDims) -> Array:
    """`np.mean`; of doubles in its own words, as three functions in Python take longer than to add up a few of them."""
    if type(x) is np.ndarray and x.dtype is _DOUBLE and x.ndim and x.size:
        return np.add.reduce(x, axis=axis, keepdims=keepdims) / count_of(x.shape, axis)
    return np.mean(x, axis=axis, keepdims=keepdims)


def _mean_rule(g: Array, x_shape: tuple[int, ...], axis: Axis) -> Array:
    count = count_of(x_shape, axis)
    g = in_dtype(in_dtype(g, SINGLE) / count, HALF) if g.dtype == HALF else g / count
    return restored(g, x_shape, axis)


sum_p: Final[Linear] = define(
    Linear,
    "sum",
    np.add.reduce,  # which np.sum would call after two functions in Python
    lambda g, x_shape, axis: restored(g, x_shape, axis),
    batch=lambda _, x, axis, keepdims: bind(sum_p, x, axis=of_batch(axis, x), keepdims=keepdims),
)
mean_p: Final[Linear] = define(
    Linear,
    "mean",
    _mean,
    _mean_rule,
    batch=lambda _, x, axis, keepdims: bind(mean_p, x, axis=of_examples(axis, x), keepdims=keepdims),
)


def options() -> ModuleType:
    """The module of the functions that compute a reduction with an option; imported when one is first given."""
    module: ModuleType = load("pydezero.functions.reductions", "options")
    return module


@array_function
def sum(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The sum of the elements along some axes, all of them by default.

    `dtype` is the dtype to compute in, `initial` a value that is added, which is differentiated, too, and `where` a
    condition; only the elements where it holds count.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sum(Variable(np.ones((2, 3))), axis=0)
    variable([2. 2. 2.])
    """
    if dtype is not None or initial is not None or where is not True:
        return options().sum(a, axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)
    return bind(sum_p, a, axis=axis, keepdims=keepdims)


@array_function
def mean(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    where: Operand | bool = True,
) -> Array:
    """The arithmetic mean of the elements along some axes, all of them by default.

    `dtype` is the dtype to compute in, and `where` a condition; only the elements where it holds count.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> mean(Variable(np.array([1.0, 3.0])))
    variable(2.0)
    """
    if dtype is not None or where is not True:
        return options().mean(a, axis=axis, dtype=dtype, keepdims=keepdims, where=where)
    return bind(mean_p, a, axis=axis, keepdims=keepdims)
