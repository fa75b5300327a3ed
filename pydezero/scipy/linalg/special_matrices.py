"""Matrices composed of vectors and blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias, cast, overload

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.typed import array_function, binary_array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.linalg.matrices import unless
from pydezero.scipy.linalg.stacks import stacked_alike
from pydezero.scipy.operands import as_operand, takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = [
    "block_diag",
    "circulant",
    "companion",
    "convolution_matrix",
    "hankel",
    "khatri_rao",
    "toeplitz",
]


ConvolutionMode: TypeAlias = Literal["full", "valid", "same"]


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
@as_in_scipy(scipy.linalg.block_diag)
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
@as_in_scipy(scipy.linalg.toeplitz)
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
@as_in_scipy(scipy.linalg.hankel)
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
@as_in_scipy(scipy.linalg.circulant)
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


@array_function
@as_in_scipy(scipy.linalg.companion)
@takes_lists
def companion(a: Operand) -> Array:
    """The companion matrix of a polynomial, whose eigenvalues are the roots: its coefficients a, the highest first.

    Stacks of vectors, along the last axis, give stacks of matrices.

    Raises:
        ValueError: there are less than two coefficients, or the first is 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> companion(Variable(np.array([2.0, -6.0, 4.0])))
    variable([[ 3. -2.]
              [ 1.  0.]])
    """
    coefficients = _as_vector(a)
    *front, count = coefficients.shape
    if count < 2:
        raise ValueError(
            f"scipy.linalg.companion: a has the shape {coefficients.shape}; it must have two coefficients at least"
        )
    leading = coefficients[..., :1]
    is_zero = undifferentiated(leading) == 0
    leading = unless(is_zero, "scipy.linalg.companion: the first coefficient of a is 0", leading)
    row = np.expand_dims(-coefficients[..., 1:] / leading, -2)
    below = np.eye(count - 2, count - 1, dtype=row.dtype)
    return np.concatenate([row, np.broadcast_to(below, (*front, count - 2, count - 1))], axis=-2)


@array_function
@as_in_scipy(scipy.linalg.convolution_matrix)
@takes_lists
def convolution_matrix(a: Operand, n: int, mode: ConvolutionMode = "full") -> Array:
    """The matrix whose product with a vector of n elements is the convolution `np.convolve(a, vector, mode)`.

    Stacks of vectors, along the last axis, give stacks of matrices.

    Raises:
        ValueError: a is empty, n is not positive, or the mode is none of "full", "valid" and "same".

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> convolution_matrix(Variable(np.array([1.0, 2.0])), 2)
    variable([[1. 0.]
              [2. 1.]
              [0. 2.]])
    """
    vector = _as_vector(a)
    count = vector.shape[-1]
    if not count or n <= 0 or mode not in ("full", "valid", "same"):
        raise ValueError(
            f"scipy.linalg.convolution_matrix: a has the shape {vector.shape}, n is {n} and mode {mode!r}; a must "
            "not be empty, n must be positive, and mode 'full', 'valid' or 'same'"
        )
    short = min(count, n) - 1
    rows = {"full": count + n - 1, "valid": count + n - 1 - 2 * short, "same": count + n - 1 - short}[mode]
    first = {"full": 0, "valid": short, "same": short // 2}[mode]
    places = first + np.arange(rows)[:, np.newaxis] - np.arange(n)
    is_there = (places >= 0) & (places < count)
    return np.where(is_there, getitem(vector, (..., np.where(is_there, places, 0))), 0)


@binary_array_function
@as_in_scipy(scipy.linalg.khatri_rao)
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
