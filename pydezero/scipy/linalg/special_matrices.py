"""Matrices that are put together from vectors and blocks."""

from __future__ import annotations

from typing import Any, overload

import numpy as np
import scipy.linalg
from numpy.typing import ArrayLike, NDArray

from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array, Operand
from pydezero.core.variable import Variable
from pydezero.functions.indexing.indexing import getitem

__all__ = [
    "block_diag",
    "circulant",
    "hankel",
    "toeplitz",
]


def _as_vector(x: Array) -> Array:
    x = x if type(x) is Variable else np.asarray(x)
    return x if x.ndim else np.reshape(x, (1,))


def _joined(first: Array, second: Array) -> Array:
    """Two vectors, or stacks of them, one behind the other."""
    front = np.broadcast_shapes(first.shape[:-1], second.shape[:-1])
    return np.concatenate(
        [np.broadcast_to(x, (*front, x.shape[-1])) for x in (first, second)],
        axis=-1,
    )


@overload
def block_diag(*arrs: Variable) -> Variable: ...
@overload
def block_diag(*arrs: ArrayLike) -> NDArray[Any]: ...  # type: ignore[overload-overlap]  # told apart by the first
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


@overload
def toeplitz(c: Variable, r: Operand | None = None) -> Variable: ...
@overload
def toeplitz(c: ArrayLike, r: Variable) -> Variable: ...
@overload
def toeplitz(c: ArrayLike, r: ArrayLike | None = None) -> NDArray[Any]: ...
@without_variables(scipy.linalg.toeplitz)
def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with constant diagonals whose first column is c, and whose first row is r, or the conjugate of c.

    The first element of r is not read. Stacks of vectors, along the last axis, give stacks of matrices.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> toeplitz(Variable(np.array([1.0, 2.0])), np.array([1.0, 3.0, 4.0]))
    variable([[1. 3. 4.]
              [2. 1. 3.]])
    """
    c = _as_vector(c)
    r = np.conjugate(c) if r is None else _as_vector(r)
    n, m = c.shape[-1], r.shape[-1]
    places = n - 1 - np.arange(n)[:, np.newaxis] + np.arange(m)
    return getitem(_joined(c[..., ::-1], r[..., 1:]), (..., places))


@overload
def hankel(c: Variable, r: Operand | None = None) -> Variable: ...
@overload
def hankel(c: ArrayLike, r: Variable) -> Variable: ...
@overload
def hankel(c: ArrayLike, r: ArrayLike | None = None) -> NDArray[Any]: ...
@without_variables(scipy.linalg.hankel)
def hankel(c: Any, r: Any = None) -> Any:
    """The matrix with constant antidiagonals whose first column is c, and whose last row is r, or zeros.

    The first element of r is not read. Stacks of vectors, along the last axis, give stacks of matrices.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hankel(Variable(np.array([1.0, 2.0])), np.array([0.0, 3.0, 4.0]))
    variable([[1. 2. 3.]
              [2. 3. 4.]])
    """
    c = _as_vector(c)
    r = np.zeros_like(c) if r is None else _as_vector(r)
    places = np.arange(c.shape[-1])[:, np.newaxis] + np.arange(r.shape[-1])
    return getitem(_joined(c, r[..., 1:]), (..., places))


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
