"""Diagonals of matrices: read, summed, and put into a matrix."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.indexing.indexing import getitem, scatter
from pydezero.functions.reductions.reductions import sum
from pydezero.functions.shapes.shape import moveaxis, ravel

__all__ = [
    "diag",
    "diagflat",
    "diagonal",
    "trace",
]


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
    shape = shape_of(a)
    first, second = normalize_axis_index(axis1, len(shape)), normalize_axis_index(axis2, len(shape))
    if first == second:
        raise ValueError(f"diagonal: axis1 and axis2 are both {axis1}")
    rows, columns = shape[first], shape[second]
    i = np.arange(max(-offset, 0), max(min(rows, columns - offset), max(-offset, 0)))
    return getitem(moveaxis(a, (first, second), (-2, -1)), (..., i, i + offset))


@array_function
def trace(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sum along the diagonal of the matrices in two axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trace(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable(5.0)
    """
    return sum(diagonal(a, offset, axis1, axis2), axis=-1)


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
    i = np.arange(shape[0])
    n = shape[0] + abs(k)
    return scatter(v, (i + max(-k, 0), i + max(k, 0)), (n, n))
