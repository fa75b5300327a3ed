"""The matrix product, and its rules for cotangents and for batches. No rule conjugates anything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from pydezero.core.batching import with_ndim
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.elementwise import binary
from pydezero.core.primitive import Multilinear
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable, shape_of

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction

__all__ = [
    "matmul",
]


def _matmul_rule_x(g: Array, y: Array, x_shape: tuple[int, ...]) -> Array:
    if len(y.shape) == len(x_shape) == 2:
        return g @ y.T
    if len(y.shape) == 1:
        return unbroadcast(np.expand_dims(g, -1) * y, x_shape)
    if len(x_shape) == 1:
        if len(y.shape) == 2:
            return y @ g
        return unbroadcast((y @ np.expand_dims(g, -1))[..., 0], x_shape)
    return unbroadcast(g @ np.swapaxes(y, -1, -2), x_shape)


# From this size on, einsum computes an outer product faster than multiply does, and both are faster than BLAS.
_LARGE_OUTER: Final = 1 << 14


def _matmul_rule_y(g: Array, x: Array, y_shape: tuple[int, ...]) -> Array:
    if len(x.shape) == len(y_shape) == 2:
        if x.shape[0] != 1:
            return x.T @ g
        return np.einsum("ij,ik->jk", x, g) if math.prod(y_shape) >= _LARGE_OUTER else x.T * g
    if len(x.shape) == 1:
        if len(y_shape) == 2 and (type(x) is Variable or type(g) is Variable):
            return np.einsum("i,j->ij", x, g)  # one operation instead of three
        return unbroadcast(np.reshape(x, (-1, 1)) * np.expand_dims(g, -2), y_shape) if len(y_shape) > 1 else g * x
    if len(y_shape) == 1 and len(x.shape) == 2:
        return g @ x
    transposed = np.swapaxes(x, -1, -2)
    if len(y_shape) == 1:
        return unbroadcast((transposed @ np.expand_dims(g, -1))[..., 0], y_shape)
    return unbroadcast(transposed * g if x.shape[-2] == 1 else transposed @ g, y_shape)


def _matmul_marks(mark: Array, position: int, residual: Residual) -> Array:
    """The marks of a factor: an element has part in all products of its row or column, so that sums of these do."""
    other, shape = residual
    # The axis of the result that the other factor gives it, and that of this factor along which products are added up.
    axis = -2 if position and len(shape) > 1 else -1
    taken = np.not_equal(mark, 0).astype(np.float64)
    is_matrix = len(shape_of(other)) > 1
    taken = np.sum(taken, axis=axis, keepdims=True) if is_matrix else np.expand_dims(taken, axis)
    one_of = list(shape)
    one_of[axis] = 1
    return np.broadcast_to(unbroadcast(taken, tuple(one_of)), shape)


def _matmul_batched(batched: Sequence[bool], x: Array, y: Array) -> Array:
    """The batch rule of `np.matmul`: the fewest products that are possible, each of as many rows as possible."""
    x_shape, y_shape = shape_of(x), shape_of(y)
    x_batched, y_batched = batched
    x_ndim, y_ndim = len(x_shape) - x_batched, len(y_shape) - y_batched
    if not x_ndim or not y_ndim:
        raise ValueError("matmul: an operand is a scalar for each example; np.multiply multiplies by a scalar")
    if x_batched and y_batched:
        return _products_of_pairs(x, y, x_shape, y_shape)
    if x_batched:
        return _products_with_right(x, y, x_shape, y_shape)
    return _products_with_left(x, y, x_shape, y_shape)


def _products_of_pairs(x: Array, y: Array, x_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> Array:
    """Each left factor times its right factor."""
    is_row, is_column = len(x_shape) == 2, len(y_shape) == 2
    if is_row:
        x, x_shape = np.expand_dims(x, 1), (x_shape[0], 1, x_shape[1])
    if is_column:
        y, y_shape = np.expand_dims(y, 2), (*y_shape, 1)
    most = max(len(x_shape), len(y_shape)) - 1
    x = with_ndim(x, x_shape, most) if len(x_shape) <= most else x
    y = with_ndim(y, y_shape, most) if len(y_shape) <= most else y
    # BLAS is not the fastest at the product of a column with a row.
    out = x * y if x_shape[-1] == y_shape[-2] == 1 else np.matmul(x, y)
    if is_row or is_column:
        out = out[(..., 0 if is_row else slice(None), 0 if is_column else slice(None))]
    return out


def _products_with_right(x: Array, y: Array, x_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> Array:
    """Each left factor times one right factor: the rows of all examples at once."""
    if len(y_shape) > 2:
        if len(x_shape) == 2:
            return np.moveaxis(np.matmul(x, y), -2, 0)
        return np.matmul(with_ndim(x, x_shape, len(y_shape)) if len(x_shape) <= len(y_shape) else x, y)
    if len(x_shape) == 2:
        return np.matmul(x, y)
    rows = np.matmul(np.reshape(x, (math.prod(x_shape[:-1]), x_shape[-1])), y)
    return np.reshape(rows, (*x_shape[:-1], *y_shape[1:]))


def _products_with_left(x: Array, y: Array, x_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> Array:
    """One left factor times each right factor."""
    if len(y_shape) == 2:
        # The columns of all examples at once, as rows.
        if len(x_shape) <= 2:
            return np.matmul(y, np.transpose(x))
        return np.moveaxis(np.matmul(y, np.swapaxes(x, -1, -2)), -2, 0)
    if len(x_shape) == 2 and len(y_shape) == 3 and y_shape[2] == 1:
        return np.expand_dims(np.matmul(np.reshape(y, y_shape[:2]), np.transpose(x)), 2)
    return np.matmul(x, with_ndim(y, y_shape, len(x_shape)) if len(y_shape) <= len(x_shape) else y)


matmul: BinaryFunction = binary(
    np.matmul,
    _matmul_rule_x,
    _matmul_rule_y,
    "The matrix product over the last two axes. A vector is a row on the left and a column on the right.",
    kind=Multilinear,
    batch=_matmul_batched,
    marks=_matmul_marks,
)
