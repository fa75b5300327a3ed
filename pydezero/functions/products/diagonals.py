"""Diagonals of matrices: read, summed, and put into a matrix."""

from __future__ import annotations

import operator
from functools import partial
from typing import Final

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from pydezero.arrays import WORDS
from pydezero.core.bind import bind
from pydezero.core.primitive import Linear, define
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.shapes.shape import moveaxis, ravel

__all__ = [
    "diag",
    "diagflat",
    "diagonal",
    "trace",
]


def _diagonal(x: Array, offset: int) -> Array:
    return np.diagonal(x, offset, -2, -1)


def _from_diagonal(x: Array, offset: int, shape: tuple[int, int]) -> Array:
    return _with_diagonal(x, x.shape[-1], offset, shape)


def _with_diagonal(x: Array, length: int, offset: int, shape: tuple[int, int]) -> Array:
    """Matrices of zeros with x, which broadcasts along the last axis, as a diagonal of this length."""
    by_dense = WORDS[type(x)].by_dense
    if by_dense is not None:
        made: Array = by_dense(partial(_with_diagonal, length=length, offset=offset, shape=shape), x)
        return made
    out = np.zeros_like(x, shape=(*x.shape[:-1], *shape))
    # In a row of all elements of the matrix, the diagonal has every n-th, counted from the first one.
    columns = shape[1]
    first = offset if offset >= 0 else -offset * columns
    out.reshape((*x.shape[:-1], shape[0] * columns))[..., first :: columns + 1][..., :length] = x
    return out


def _trace(x: Array, offset: int) -> Array:
    return np.add.reduce(np.diagonal(x, offset, -2, -1), axis=-1)


def _from_trace(x: Array, offset: int, shape: tuple[int, int]) -> Array:
    rows, columns = shape
    length = max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    return _with_diagonal(x[..., None], length, offset, shape)


_diagonal_p: Final[Linear] = define(
    Linear,
    "diagonal",
    _diagonal,
    lambda g, x_shape, offset: bind(_from_diagonal_p, g, offset=offset, shape=x_shape[-2:]),
    batch=lambda _, x, offset: bind(_diagonal_p, x, offset=offset),
)
_from_diagonal_p: Final[Linear] = define(
    Linear,
    "from_diagonal",
    _from_diagonal,
    lambda g, offset: bind(_diagonal_p, g, offset=offset),
    batch=lambda _, x, offset, shape: bind(_from_diagonal_p, x, offset=offset, shape=shape),
)

_trace_p: Final[Linear] = define(
    Linear,
    "trace",
    _trace,
    lambda g, x_shape, offset: bind(_from_trace_p, g, offset=offset, shape=x_shape[-2:]),
    batch=lambda _, x, offset: bind(_trace_p, x, offset=offset),
)
_from_trace_p: Final[Linear] = define(
    Linear,
    "from_trace",
    _from_trace,
    lambda g, offset: bind(_trace_p, g, offset=offset),
    batch=lambda _, x, offset, shape: bind(_from_trace_p, x, offset=offset, shape=shape),
)


@array_function
@without_variables(np.diagflat)
def diagflat(v: Operand, k: int = 0) -> Array:
    """The matrix with all elements of v on its k-th diagonal, and zeros elsewhere.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diagflat(Variable(np.array([[1.0], [2.0]])))
    variable([[1. 0.]
              [0. 2.]])
    """
    return diag(ravel(v), k)


@array_function
def diagonal(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonal of the matrices in two axes, as the last axis.

    `offset` is how far it lies above the main diagonal; a negative offset is a distance below.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diagonal(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([1. 4.])
    """
    return bind(_diagonal_p, _with_matrices_last("diagonal", a, axis1, axis2), offset=operator.index(offset))


def _with_matrices_last(name: str, a: Operand, axis1: int, axis2: int) -> Operand:
    """a with two of its axes as the last ones."""
    ndim = len(shape_of(a))
    first, second = normalize_axis_index(axis1, ndim), normalize_axis_index(axis2, ndim)
    if first == second:
        raise ValueError(f"{name}: axis1 and axis2 are both {axis1}")
    return a if (first, second) == (ndim - 2, ndim - 1) else moveaxis(a, (first, second), (-2, -1))


@array_function
def trace(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sum along the diagonal of the matrices in two axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trace(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable(5.0)
    """
    return bind(_trace_p, _with_matrices_last("trace", a, axis1, axis2), offset=operator.index(offset))


@array_function
def diag(v: Operand, k: int = 0) -> Array:
    """The k-th diagonal of a matrix; of a vector the matrix with it as the k-th diagonal and zeros elsewhere.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diag(Variable(np.array([1.0, 2.0])))
    variable([[1. 0.]
              [0. 2.]])
    """
    shape = shape_of(v)
    if len(shape) == 2:
        return diagonal(v, k)
    if len(shape) != 1:
        raise ValueError(f"diag: v must have one or two axes, got the shape {shape}")
    n = shape[0] + abs(k)
    return bind(_from_diagonal_p, v, offset=operator.index(k), shape=(n, n))
