"""The places of the stored entries of a sparse matrix, and the products that are made with the entries.

A product of stored entries with an array is linear in both. Its transpose in the array is the product with the
transpose of the matrix; that in the entries takes the product of two vectors at the places of the entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pydezero.core.batching import as_rows, looped
from pydezero.core.bind import bind
from pydezero.core.primitive import Linear, Multilinear, define
from pydezero.core.types import Array

Places = NDArray[np.integer[Any]]


class Structure:
    """The shape of a sparse matrix, and the row and column of each stored entry; nothing in it changes.

    Entries at the same place are added up. It is no attrs class: to a transform it is one leaf beside the entries.
    """

    __slots__ = ("_columns", "_indices", "_indptr", "_order", "_rows", "_shape", "is_transposed")

    def __init__(self, shape: tuple[int, int], rows: Places, columns: Places) -> None:
        order = np.lexsort((columns, rows))
        self._shape = shape
        self._rows, self._columns = rows.copy(), columns.copy()
        self._order = None if np.array_equal(order, np.arange(order.size)) else order
        counts = np.bincount(rows, minlength=shape[0])
        matrix: Any = sparse.csr_array((order, columns[order], np.append(0, np.cumsum(counts))), shape=shape)
        self._indices, self._indptr = matrix.indices.copy(), matrix.indptr.copy()
        for array in (self._rows, self._columns, self._indices, self._indptr):
            array.flags.writeable = False
        self.is_transposed: bool = False

    def __repr__(self) -> str:
        rows, columns = self.shape
        return f"<sparse {rows} x {columns}, {self._rows.size} stored{', transposed' * self.is_transposed}>"

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and of columns."""
        return self._shape[::-1] if self.is_transposed else self._shape

    @property
    def rows(self) -> Places:
        """The row of each stored entry."""
        return self._columns if self.is_transposed else self._rows

    @property
    def columns(self) -> Places:
        """The column of each stored entry."""
        return self._rows if self.is_transposed else self._columns

    @property
    def transpose(self) -> Structure:
        """The structure of the transpose, of the same memory."""
        other = object.__new__(Structure)
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        other.is_transposed = not self.is_transposed
        return other

    def matrix(self, data: NDArray[Any]) -> Any:  # one of SciPy's arrays
        """SciPy's matrix with these entries, of the memory of this structure."""
        entries = data if self._order is None else data[self._order]
        matrix: Any = sparse.csr_array((entries, self._indices, self._indptr), shape=self._shape)
        return matrix.T if self.is_transposed else matrix

    def products(self, g: Array, x: Array) -> Array:
        """The elements of g x^T at the places of the entries: the cotangents of the entries for that g of `A @ x`."""
        return bind(_sampled_p, g, x, structure=self)


def _product(data: Array, x: Array, structure: Structure) -> Array:
    return structure.matrix(data) @ x


def _product_batched(batched: Sequence[bool], data: Array, x: Array, structure: Structure) -> Array:
    if batched[0]:
        return looped(batched, product_p, (data, x), {"structure": structure})
    columns = np.moveaxis(x, 0, -1)  # of all examples side by side
    out = bind(product_p, data, as_rows(columns), structure=structure)
    return np.moveaxis(np.reshape(out, (out.shape[0], *columns.shape[1:])), -1, 0)


product_p: Final[Multilinear] = define(
    Multilinear,
    "sparse_entries_matmul",
    _product,
    lambda g, y, structure: structure.products(g, y),
    lambda g, x, structure: bind(product_p, x, g, structure=structure.transpose),
    batch=_product_batched,
)


def _sampled(g: Array, x: Array, structure: Structure) -> Array:
    products = g[structure.rows] * x[structure.columns]
    return products if products.ndim == 1 else np.sum(products, axis=1)


_sampled_p: Final[Multilinear] = define(
    Multilinear,
    "sparse_sampled_product",
    _sampled,
    lambda h, y, structure: bind(product_p, h, y, structure=structure),
    lambda h, x, structure: bind(product_p, h, x, structure=structure.transpose),
    batch=lambda batched, g, x, structure: looped(batched, _sampled_p, (g, x), {"structure": structure}),
)


def _dense(data: Array, structure: Structure) -> Array:
    return structure.matrix(data).toarray()


dense_p: Final[Linear] = define(
    Linear,
    "sparse_toarray",
    _dense,
    lambda g, structure: g[structure.rows, structure.columns],
    batch=lambda batched, data, structure: looped(batched, dense_p, (data,), {"structure": structure}),
)
