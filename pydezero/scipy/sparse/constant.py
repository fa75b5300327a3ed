"""Products of a constant sparse matrix of `scipy.sparse` with a Variable: `A @ x` and `x @ A`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
from scipy import sparse

from pydezero.core.batching import as_rows
from pydezero.core.bind import bind
from pydezero.core.primitive import Linear, define
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.functions.shapes.shape import transpose


@attrs.frozen(eq=False)
class SparseMatrix:
    """A sparse matrix that nobody else can change, with its transpose."""

    matrix: Any
    is_transposed: bool = False

    def __repr__(self) -> str:
        rows, columns = self.matrix.shape[::-1] if self.is_transposed else self.matrix.shape
        return f"<sparse {rows} x {columns}>"

    def times(self, x: Array) -> Array:
        """The product with a vector, or with the columns of a matrix."""
        return (self.matrix.T if self.is_transposed else self.matrix) @ x

    @property
    def transpose(self) -> SparseMatrix:
        """The transpose, of the same memory."""
        return SparseMatrix(self.matrix, not self.is_transposed)


def _product(x: Array, matrix: SparseMatrix) -> Array:
    return matrix.times(x)


def _product_batched(batched: Sequence[bool], x: Array, matrix: SparseMatrix) -> Array:
    columns = np.moveaxis(x, 0, -1)  # of all examples side by side
    out = bind(_product_p, as_rows(columns), matrix=matrix)
    return np.moveaxis(np.reshape(out, (out.shape[0], *columns.shape[1:])), -1, 0)


_product_p: Final[Linear] = define(
    Linear,
    "sparse_matmul",
    _product,
    lambda g, matrix: bind(_product_p, g, matrix=matrix.transpose),
    batch=_product_batched,
)


def operator(name: str, x: Any, y: Any) -> Any:
    """The operator with the name of a primitive of a sparse matrix and a Variable, one on either side.

    Raises:
        TypeError: the operator is no matrix product.
        ValueError: the Variable has no axis, or more than two, or another length than the matrix.
    """
    matrix, variable, is_left = (y, x, False) if type(x) is Variable else (x, y, True)
    of_matrices = isinstance(matrix, sparse.spmatrix) and name == "multiply" and variable.ndim > 0
    if name != "matmul" and not of_matrices:
        raise TypeError(
            f"{name}: of a sparse matrix A and a Variable x there are the products A @ x and x @ A; "
            "write A.toarray() for other operations"
        )
    rows, columns = matrix.shape
    length = columns if is_left else rows
    axis = 0 if is_left else variable.ndim - 1
    if variable.ndim not in (1, 2) or variable.shape[axis] != length:
        raise ValueError(f"matmul: a sparse matrix of shape {matrix.shape} and a Variable of shape {variable.shape}")
    kept = SparseMatrix(matrix.tocsr(copy=True))
    if is_left:
        return bind(_product_p, variable, matrix=kept)
    return transpose(bind(_product_p, transpose(variable), matrix=kept.transpose))
