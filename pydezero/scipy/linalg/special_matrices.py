"""Matrices composed of vectors and blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast, overload

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.typed import array_function, binary_array_function, without_variables
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.indexing.indexing import getitem
from pydezero.scipy.linalg.stacks import stacked_alike
from pydezero.scipy.operands import as_operand, takes_lists

__all__ = [
    "block_diag",
    "circulant",
    "hankel",
    "khatri_rao",
    "toeplitz",
]


class ColumnAndRowFunction(Protocol):
    """A function of a column and, if it is given, a row: a Variable for either gives a Variable."""

    __name__: str

    @overload
    def __call__(self, c: Variable, r: Operand | None = None) -> Variable: ...
    @overload
    def __call__(self, c: ArrayOrNumber, r: Variable) -> Variable: ...
    @overload
    def __call__(self, c: ArrayOrNumber, r: ArrayOrNumber | None = None) -> NDArray[Any]: ...


def _column_and_row_function(function: Callable[[Operand, Operand | None], Array]) -> ColumnAndRowFunction:
    return cast(ColumnAndRowFunction, function)  # cast: a checker cannot derive overloads


def _as_vector(x: Operand) -> Array:
    array = as_operand(x)
    return array if array.ndim else np.reshape(array, (1,))


def _windows(column: Array, row: Array, starts: NDArray[np.intp]) -> Array:
    """The matrix whose rows are taken from one sequence, the column and then the row without its first element.

    Each row of the matrix is as long as `row`, and begins at one of the places `starts` of the sequence.
    """
    parts = column, row[..., 1:]
    front = np.broadcast_shapes(*[x.shape[:-1] for x in parts])
    sequence = np.concatenate([np.broadcast_to(x, (*front, x.shape[-1])) for x in parts], axis=-1)
    return getitem(sequence, (..., starts[:, np.newaxis] + np.arange(row.shape[-1])))


@overload
def block_diag(*arrs: Variable) -> Variable: ...
@overload
def block_diag(*arrs: ArrayOrNumber) -> NDArray[Any]: ...  # type: ignore[overload-overlap]  # told apart by the first
@overload
def block_diag(*arrs: Operand) -> Variable: ...
@without_variables(scipy.linalg.block_diag)
def block_diag(*arrs: Any) -> Any:
    """The matrix with these blocks on its diagonal, and zeros elsewhere.

    A number is a block of shape (1, 1), and a vector one row; stacks of blocks broadcast in front.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> block_diag(Variable(np.array([[1.0, 2.0]])), 3.0)
    variable([[1. 2. 0.]
              [0. 0. 3.]])
    """
    blocks = [x if x.ndim > 1 else np.expand_dims(x, 0) for x in map(_as_vector, arrs)]
    front = np.broadcast_shapes(*[x.shape[:-2] for x in blocks])
    columns = [x.shape[-1] for x in blocks]
    rows = []
    for i, x in enumerate(blocks):
        shape = (*front, x.shape[-2])
        before, after = (np.zeros((*shape, sum(part)), x.dtype) for part in (columns[:i], columns[i + 1 :]))
        rows.append(np.concatenate([before, np.broadcast_to(x, (*shape, x.shape[-1])), after], axis=-1))
    return np.concatenate(rows, axis=-2)


@_column_and_row_function
@without_variables(scipy.linalg.toeplitz)
def toeplitz(c: Operand, r: Operand | None = None) -> Array:
    """The matrix with constant diagonals whose first column is c, and whose first row is r, or the conjugate of c.

    The first element of r is not read. Stacks of vectors, along the last axis, give stacks of matrices.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> toeplitz(Variable(np.array([1.0, 2.0])), np.array([1.0, 3.0, 4.0]))
    variable([[1. 3. 4.]
              [2. 1. 3.]])
    """
    column = _as_vector(c)
    row = np.conjugate(column) if r is None else _as_vector(r)
    return _windows(column[..., ::-1], row, np.arange(column.shape[-1])[::-1])


@_column_and_row_function
@without_variables(scipy.linalg.hankel)
def hankel(c: Operand, r: Operand | None = None) -> Array:
    """The matrix with constant antidiagonals whose first column is c, and whose last row is r, or zeros.

    The first element of r is not read. Stacks of vectors, along the last axis, give stacks of matrices.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hankel(Variable(np.array([1.0, 2.0])), np.array([0.0, 3.0, 4.0]))
    variable([[1. 2. 3.]
              [2. 3. 4.]])
    """
    column = _as_vector(c)
    row = np.zeros_like(column) if r is None else _as_vector(r)
    return _windows(column, row, np.arange(column.shape[-1]))


@array_function
@without_variables(scipy.linalg.circulant)
def circulant(c: Operand) -> Array:
    """The square matrix whose first column is c, and each further column the one before, shifted down by one.

    Stacks of vectors, along the last axis, give stacks of matrices.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> circulant(Variable(np.array([1.0, 2.0, 3.0])))
    variable([[1. 3. 2.]
              [2. 1. 3.]
              [3. 2. 1.]])
    """
    column = _as_vector(c)
    i = np.arange(column.shape[-1])
    return getitem(column, (..., (i[:, np.newaxis] - i) % max(len(i), 1)))


@binary_array_function
@without_variables(scipy.linalg.khatri_rao)
@takes_lists
def khatri_rao(a: Operand, b: Operand) -> Array:
    """The matrix whose columns are the Kronecker products of the columns of a and b.

    Raises:
        ValueError: a or b is no matrix, or they have different numbers of columns.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> khatri_rao(Variable(np.array([[1.0, 2.0]])), np.array([[1.0, 1.0], [3.0, 5.0]]))
    variable([[ 1.  2.]
              [ 3. 10.]])
    """
    left, right = as_operand(a), as_operand(b)
    if left.ndim < 2 or right.ndim < 2 or left.shape[-1] != right.shape[-1]:
        raise ValueError(
            f"scipy.linalg.khatri_rao: a and b have the shapes {left.shape} and {right.shape}; they must be matrices "
            "with the same number of columns"
        )
    left, right = stacked_alike(left, right)
    products = left[..., :, np.newaxis, :] * right[..., np.newaxis, :, :]
    return np.reshape(products, (*products.shape[:-3], left.shape[-2] * right.shape[-2], left.shape[-1]))
