"""Functions that give the same elements in another shape, with other axes, of another dtype."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from pydezero.core.batching import shifted, with_ndim
from pydezero.core.bind import bind, weakly_promoted
from pydezero.core.broadcasting import cast, cotangent_dtype, unbroadcast
from pydezero.core.foreign import converted, is_convertible, placed
from pydezero.core.placing import as_plain, operand_beside
from pydezero.core.primitive import Linear, Nondifferentiable, define
from pydezero.core.snapshot import check_numeric, is_array
from pydezero.core.typed import array_function
from pydezero.core.types import Array, Axis, Listed, Shape
from pydezero.core.variable import Operand, Variable, shape_of

__all__ = [
    "astype",
    "broadcast_to",
    "expand_dims",
    "moveaxis",
    "permute_dims",
    "ravel",
    "reshape",
    "squeeze",
    "swapaxes",
    "transpose",
]


def _reshape(x: Array, shape: Shape, order: Any) -> Array:
    if order == "C":
        return np.reshape(x, shape)  # not every library knows another order
    return np.reshape(x, shape, order=order)  # by position: the parameter is called `shape` from NumPy 2.1 on


def _astype(x: Array, dtype: np.dtype[Any], from_dtype: np.dtype[Any]) -> Array:
    return x.astype(dtype)


def _astype_integer(x: Array, dtype: np.dtype[Any]) -> Array:
    return x.astype(dtype)


_reshape_p: Final[Linear] = define(
    Linear,
    "reshape",
    _reshape,
    lambda g, x_shape, order: np.reshape(g, x_shape) if order == "C" else np.reshape(g, x_shape, order=order),
    batch=lambda _, x, shape, order: _reshaped(x, shape, order),
)
_transpose_p: Final[Linear] = define(
    Linear,
    "transpose",
    np.transpose,
    lambda g, axes: np.transpose(g, _inverse(axes)),
    batch=lambda _, x, axes: bind(_transpose_p, x, axes=(0, *shifted(axes))),
)
_broadcast_to_p: Final = define(
    Linear,
    "broadcast_to",
    np.broadcast_to,
    lambda g, x_shape: unbroadcast(g, x_shape),
    batch=lambda _, x, shape: _broadcast(x, shape),
)
_astype_p: Final[Linear] = define(
    Linear,
    "astype",
    _astype,
    lambda g, from_dtype: cast(g, from_dtype),
    batch=lambda _, x, dtype, from_dtype: bind(_astype_p, x, dtype=dtype, from_dtype=from_dtype),
    keeps_dtype=False,
)
_astype_integer_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "astype_integer",
    _astype_integer,
    None,
    batch=lambda _batched, x, dtype: bind(_astype_integer_p, x, dtype=dtype),
)


def _lengths(shape: Shape) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int | np.integer) else tuple(shape)


def _reshaped(x: Array, shape: Shape, order: str) -> Array:
    """The examples of a batch in another shape."""
    lengths = _lengths(shape)
    if -1 in lengths:  # to be worked out from one example, because the batch may have none
        known = -math.prod(lengths)
        lengths = tuple([math.prod(x.shape[1:]) // (known or 1) if n == -1 else n for n in lengths])
    if order == "C":
        return reshape(x, (len(x), *lengths))
    # In reversed order of the axes, the one order is the other.
    reversed_axes = reshape(transpose(x, (0, *range(len(x.shape) - 1, 0, -1))), (len(x), *lengths[::-1]))
    return transpose(reversed_axes, (0, *range(len(lengths), 0, -1)))


def _broadcast(x: Array, shape: Shape) -> Array:
    """The examples of a batch repeated to a shape."""
    lengths = _lengths(shape)
    return broadcast_to(with_ndim(x, x.shape, len(lengths)), (len(x), *lengths))


def _inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    inverse = [0] * len(axes)
    for i, axis in enumerate(axes):
        inverse[axis] = i
    return tuple(inverse)


def as_operand(x: Operand | Listed) -> Array:
    """A Variable as it is, anything else as an array.

    Raises:
        TypeError: x has arithmetic of its own, as a masked array, a matrix, or an array with a unit.
    """
    if type(x) is Variable or type(x) is np.ndarray:
        return x
    if is_array(x):
        check_numeric(x, "an operand")
        return placed(x) if not isinstance(x, np.ndarray) else np.asarray(x)
    if is_convertible(x):
        return converted(x, "an operand")
    return np.asarray(x)


def in_dtype(x: Array, dtype: np.dtype[Any]) -> Array:
    """A Variable or array of a dtype, x itself if it has that dtype already."""
    return x if x.dtype == dtype else astype(x, dtype)


def in_double(x: Array) -> Array:
    """A Variable or array in double precision, real or complex: in it the difference of two `uint8` is no `uint8`."""
    return in_dtype(x, np.dtype(np.complex128 if x.dtype.kind == "c" else np.float64))


def in_common_dtype(x: Operand, y: Operand) -> tuple[Any, Any]:
    """Two arrays in the dtype in which NumPy computes with both, real ones in the real dtype of that precision.

    A rule that computes with one of them alone, `y - 1` of a `uint8`, would do so in its dtype.
    """
    x, y = weakly_promoted((x, y))
    a, b = as_operand(operand_beside(x, y)), as_operand(operand_beside(y, x))
    common = np.result_type(a.dtype, b.dtype)
    if common.kind not in "fc":
        return a, b
    real = np.finfo(common).dtype
    return in_dtype(a, common if a.dtype.kind == "c" else real), in_dtype(b, common if b.dtype.kind == "c" else real)


def normalize_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """The axes that an `axis` argument names, counted from the front: all of them for None.

    Raises:
        numpy.exceptions.AxisError: one of them does not exist.
        ValueError: one is named twice.
    """
    if axis is None:
        return tuple(range(ndim))
    # Not NumPy's normalize_axis_tuple, which does not know None, and whose message does not say which axes were given.
    axes = tuple([normalize_axis_index(i, ndim) for i in (axis if isinstance(axis, tuple | list) else (axis,))])
    if len(set(axes)) != len(axes):
        raise ValueError(f"axis {axis} names an axis twice")
    return axes


def axes_of_reduction(axis: Axis, ndim: int) -> tuple[int, ...]:
    """The axes that an `axis` argument of a ufunc's reduction names: as such of a number 0 and -1 name none.

    Raises:
        numpy.exceptions.AxisError: one of them does not exist.
        ValueError: one is named twice.
    """
    return () if not ndim and axis in (0, -1) else normalize_axes(axis, ndim)


def along(a: Operand, axis: int | None) -> tuple[Operand, int]:
    """An array and one of its axes, counted from the front, as `np.take` and others understand `axis`.

    None is the only axis of the raveled array, and a number is an array of one element.

    Raises:
        numpy.exceptions.AxisError: there is no such axis.
    """
    if axis is None or not shape_of(a):
        a, axis = ravel(a), 0 if axis is None else axis
    return a, normalize_axis_index(axis, len(shape_of(a)))


@array_function
def reshape(a: Operand, shape: Shape, order: str = "C") -> Array:
    """An array in another shape, of the same elements; one entry of `shape` may be -1, which is then worked out.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> reshape(Variable(np.arange(4.0)), (2, -1))
    variable([[0. 1.]
              [2. 3.]])
    """
    if order not in ("C", "F"):
        raise ValueError(f"reshape: order must be 'C' or 'F', got {order!r}")
    return bind(_reshape_p, a, shape=shape, order=order)


@array_function
def ravel(a: Operand, order: str = "C") -> Array:
    """All elements in one axis, row by row, or column by column where the order is "F".

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ravel(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([1. 2. 3. 4.])
    """
    return reshape(a, -1, order)


@array_function
def transpose(a: Operand, axes: Sequence[int] | None = None) -> Array:
    """The array with its axes in another order, reversed by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> transpose(Variable(np.ones((2, 3, 4))), (0, 2, 1)).shape
    (2, 4, 3)
    """
    ndim = len(shape_of(a))
    order = tuple(range(ndim - 1, -1, -1)) if axes is None else normalize_axes(tuple(axes), ndim)
    if len(order) != ndim:
        raise ValueError(f"transpose: axes {axes} must name each of the {ndim} axes once")
    return bind(_transpose_p, a, axes=order)


@array_function
def swapaxes(a: Operand, axis1: int, axis2: int) -> Array:
    """The array with two axes in each other's place.

    Raises:
        numpy.exceptions.AxisError: one of them does not exist.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> swapaxes(Variable(np.ones((2, 3, 4))), 0, 2).shape
    (4, 3, 2)
    """
    ndim = len(shape_of(a))
    order = list(range(ndim))
    i, j = normalize_axis_index(axis1, ndim), normalize_axis_index(axis2, ndim)
    order[i], order[j] = j, i
    return bind(_transpose_p, a, axes=tuple(order))


@array_function
def moveaxis(a: Operand, source: int | Sequence[int], destination: int | Sequence[int]) -> Array:
    """The array with axes moved to other places, and the rest in their order.

    Raises:
        ValueError: `source` and `destination` do not name equally many axes, or one of them names an axis twice.
        numpy.exceptions.AxisError: an axis does not exist.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> moveaxis(Variable(np.ones((2, 3, 4))), 0, -1).shape
    (3, 4, 2)
    """
    ndim = len(shape_of(a))
    sources, destinations = [
        normalize_axes(named if isinstance(named, int | np.integer) else tuple(named), ndim)
        for named in (source, destination)
    ]
    if len(sources) != len(destinations):
        raise ValueError(f"moveaxis: source {source} and destination {destination} must name equally many axes")
    order = [axis for axis in range(ndim) if axis not in sources]
    for place, axis in sorted(zip(destinations, sources, strict=True)):
        order.insert(place, axis)
    return bind(_transpose_p, a, axes=tuple(order))


@array_function
def expand_dims(a: Operand, axis: int | tuple[int, ...]) -> Array:
    """The array with new axes of length 1, at these places of the result.

    Raises:
        ValueError: a place is named twice.
        numpy.exceptions.AxisError: the result has no such place.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> expand_dims(Variable(np.ones(3)), (0, -1)).shape
    (1, 3, 1)
    """
    shape = shape_of(a)
    added = (axis,) if isinstance(axis, int | np.integer) else tuple(axis)
    axes = normalize_axes(added, len(shape) + len(added))
    lengths = iter(shape)
    return reshape(a, tuple(1 if i in axes else next(lengths) for i in range(len(shape) + len(added))))


@array_function
def squeeze(a: Operand, axis: Axis = None) -> Array:
    """The array without its axes of length 1, or without those that `axis` names.

    Raises:
        ValueError: an axis that `axis` names has another length than 1.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> squeeze(Variable(np.ones((1, 3, 1)))).shape
    (3,)
    """
    shape = shape_of(a)
    if axis is None:
        return reshape(a, tuple(n for n in shape if n != 1))
    axes = axes_of_reduction(axis, len(shape))
    if any(shape[i] != 1 for i in axes):
        raise ValueError(f"squeeze: axis {axis} of an array of shape {shape} has another length than 1")
    return reshape(a, tuple(n for i, n in enumerate(shape) if i not in axes))


@array_function
def broadcast_to(array: Operand, shape: Shape) -> Array:
    """An array repeated along new axes and along axes of length 1, to a shape.

    Raises:
        ValueError: the array does not broadcast to the shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> broadcast_to(Variable(np.array([1.0, 2.0])), (2, 2))
    variable([[1. 2.]
              [1. 2.]])
    """
    return bind(_broadcast_to_p, array, shape=shape)


@array_function
def astype(x: Operand, dtype: np.typing.DTypeLike) -> Array:
    """x with its elements converted to a dtype.

    The derivative is converted back. A conversion to integers or booleans has derivative 0, and gives a plain array.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> astype(Variable(np.ones(2)), np.float32).dtype
    dtype('float32')
    """
    target = np.dtype(dtype)
    if type(x) is not Variable:
        return as_plain(x).astype(target)
    if target.kind not in "fc":
        return bind(_astype_integer_p, x, dtype=target)
    return bind(_astype_p, x, dtype=target, from_dtype=cotangent_dtype(x.dtype))


# NumPy's other names.
permute_dims = transpose
