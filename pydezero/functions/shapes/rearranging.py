"""Functions that reverse, shift and turn an array, and that keep one triangle of its matrices.

Each is linear, and its transpose is a function of the same kind: the way back.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from pydezero.core.batching import shifted
from pydezero.core.bind import bind
from pydezero.core.primitive import Linear, define
from pydezero.core.typed import array_function
from pydezero.core.types import Array, Axis
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.shapes.shape import (
    broadcast_to,
    normalize_axes,
    ravel,
    reshape,
    swapaxes,
    transpose,
)

__all__ = [
    "flip",
    "fliplr",
    "flipud",
    "matrix_transpose",
    "roll",
    "rollaxis",
    "rot90",
    "tril",
    "triu",
]

_flip_p: Final[Linear] = define(
    Linear,
    "flip",
    np.flip,
    lambda g, axis: np.flip(g, axis=axis),
    batch=lambda _, x, axis: bind(_flip_p, x, axis=shifted(axis)),
)
_roll_p: Final[Linear] = define(
    Linear,
    "roll",
    np.roll,
    lambda g, shift, axis: np.roll(g, tuple([-n for n in shift]), axis=axis),
    batch=lambda _, x, shift, axis: bind(_roll_p, x, shift=shift, axis=shifted(axis)),
)
_rot90_p: Final[Linear] = define(
    Linear,
    "rot90",
    np.rot90,
    lambda g, k, axes: np.rot90(g, -k, axes),
    batch=lambda _, x, k, axes: bind(_rot90_p, x, k=k, axes=shifted(axes)),
)
_tril_p: Final[Linear] = define(
    Linear,
    "tril",
    np.tril,
    lambda g, k: np.tril(g, k),
    batch=lambda _, x, k: bind(_tril_p, x, k=k),
)
_triu_p: Final[Linear] = define(
    Linear,
    "triu",
    np.triu,
    lambda g, k: np.triu(g, k),
    batch=lambda _, x, k: bind(_triu_p, x, k=k),
)


@array_function
def flip(m: Operand, axis: Axis = None) -> Array:
    """The elements in reverse order along an axis, several axes, or all of them by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> flip(Variable(np.array([1.0, 2.0, 3.0])))
    variable([3. 2. 1.])
    """
    return bind(_flip_p, m, axis=normalize_axes(axis, len(shape_of(m))))


@array_function
def fliplr(m: Operand) -> Array:
    """The columns in reverse order: `flip` along the second axis.

    Raises:
        ValueError: m has less than two axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fliplr(Variable(np.array([[1.0, 2.0]])))
    variable([[2. 1.]])
    """
    if len(shape_of(m)) < 2:
        raise ValueError(f"fliplr: m must have at least two axes, got the shape {shape_of(m)}; flip takes any")
    return flip(m, 1)


@array_function
def flipud(m: Operand) -> Array:
    """The rows in reverse order: `flip` along the first axis.

    Raises:
        ValueError: m has no axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> flipud(Variable(np.array([1.0, 2.0])))
    variable([2. 1.])
    """
    if not shape_of(m):
        raise ValueError("flipud: m must have at least one axis, got the shape ()")
    return flip(m, 0)


@array_function
def rot90(m: Operand, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """The plane of two axes turned by k right angles, from the first of them towards the second.

    Raises:
        ValueError: `axes` does not name two different axes of m.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> rot90(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[2. 4.]
              [1. 3.]])
    """
    plane = normalize_axes(tuple(axes), len(shape_of(m)))
    if len(plane) != 2:
        raise ValueError(f"rot90: axes must be the two axes of a plane, got {axes}")
    return bind(_rot90_p, m, k=int(k), axes=plane)


@array_function
def roll(a: Operand, shift: int | tuple[int, ...], axis: Axis = None) -> Array:
    """The elements moved on by `shift` places along an axis; those that leave at its end come in at its beginning.

    A tuple of shifts goes with a tuple of axes; a single shift is for all of them. Without an axis the elements are
    moved as if they stood in one row, and get their shape back.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> roll(Variable(np.array([1.0, 2.0, 3.0])), 1)
    variable([3. 1. 2.])
    """
    shape = shape_of(a)
    if axis is None:
        return reshape(roll(ravel(a), shift, 0), shape)
    pairs = np.broadcast(shift, axis)
    if pairs.ndim > 1:
        raise ValueError(f"roll: shift and axis must be integers or tuples of integers, got {shift} and {axis}")
    moves = [(int(n), normalize_axis_index(int(i), len(shape))) for n, i in pairs]  # none of an array without axes
    return bind(_roll_p, a, shift=tuple([n for n, _ in moves]), axis=tuple([i for _, i in moves]))


@array_function
def rollaxis(a: Operand, axis: int, start: int = 0) -> Array:
    """An axis moved back until it lies in front of the axis `start`; `moveaxis` says the same more clearly.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> rollaxis(Variable(np.ones((2, 3, 4))), 2).shape
    (4, 2, 3)
    """
    # Of an array with the lengths 0, 1, 2, ... the shape of the result is the order of its axes.
    return transpose(a, np.rollaxis(np.empty(range(len(shape_of(a)))), axis, start).shape)


@array_function
def matrix_transpose(x: Operand, /) -> Array:
    """The last two axes swapped: the transpose of each matrix.

    Raises:
        ValueError: x has less than two axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matrix_transpose(Variable(np.ones((2, 3, 4)))).shape
    (2, 4, 3)
    """
    if len(shape_of(x)) < 2:
        raise ValueError(f"matrix_transpose: x must have at least two axes, got the shape {shape_of(x)}")
    return swapaxes(x, -1, -2)


@array_function
def tril(m: Operand, k: int = 0) -> Array:
    """Matrices with zeros above the k-th diagonal, k > 0 being above the main one; a vector is all rows of a matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tril(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[1. 0.]
              [3. 4.]])
    """
    return bind(_tril_p, _matrices(m, "tril"), k=k)


@array_function
def triu(m: Operand, k: int = 0) -> Array:
    """Matrices with zeros below the k-th diagonal, k > 0 being above the main one; a vector is all rows of a matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> triu(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[1. 2.]
              [0. 4.]])
    """
    return bind(_triu_p, _matrices(m, "triu"), k=k)


def _matrices(m: Operand, name: str) -> Array:
    shape = shape_of(m)
    if not shape:
        raise ValueError(f"{name}: m must have at least one axis, got the shape ()")
    return broadcast_to(m, 2 * shape) if len(shape) == 1 else m
