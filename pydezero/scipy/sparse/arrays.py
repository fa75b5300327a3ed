"""Sparse arrays of which the stored entries may be Variables."""

from __future__ import annotations

from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from pydezero.core.bind import bind
from pydezero.core.typed import has_variable
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.shape import in_common_dtype, transpose
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signatures import takes_scipys_arguments
from pydezero.scipy.sparse.structure import Structure, dense_p, product_p

__all__ = [
    "SparseArray",
    "coo_array",
    "csc_array",
    "csr_array",
]

# A Variable or an array: the stored entries.
D = TypeVar("D")

Places: TypeAlias = tuple[ArrayLike, ArrayLike]
Shape: TypeAlias = tuple[int, int] | None


class ScipysSparse(Protocol):
    """A sparse array or matrix of SciPy, in any format."""

    def tocoo(self, copy: bool = ...) -> Any:  # Any: SciPy has stubs only where the user has installed them
        """The array in the format of coordinates."""


_FORMS: Final = "(data, indices, indptr), (data, (rows, columns)) or a sparse array of SciPy"


@attrs.frozen(eq=False, repr=False)
class SparseArray(Generic[D]):
    """A sparse matrix: its stored entries `data`, a Variable or an array of one axis, and where they are.

    It is made by `csr_array`, `csc_array` or `coo_array`. It is a container of `data` alone: the gradient with respect
    to it is a SparseArray of the same structure, with the derivatives with respect to the stored entries.

    Attributes:
        data: the stored entries, in the order in which they were given. Entries at the same place are added up.
        structure: the shape and the places, which are constant.
    """

    data: D
    structure: Structure

    __array_ufunc__ = None  # so that x @ A of a NumPy array x is left to it

    def __repr__(self) -> str:
        return f"SparseArray(data={self.data!r}, structure={self.structure!r})"

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and of columns."""
        return self.structure.shape

    @property
    def nnz(self) -> int:
        """The number of stored entries."""
        return self.structure.rows.size

    @property
    def T(self) -> SparseArray[D]:  # noqa: N802  # NumPy's name
        """The transpose, of the same entries."""
        return SparseArray(self.data, self.structure.transpose)

    @overload
    def __matmul__(self: SparseArray[Variable], x: Operand) -> Variable: ...
    @overload
    def __matmul__(self, x: Variable) -> Variable: ...
    @overload
    def __matmul__(self: SparseArray[NDArray[Any]], x: ArrayOrNumber) -> NDArray[Any]: ...
    def __matmul__(self, x: Any) -> Any:
        """The product with a vector, or with the columns of a matrix.

        Raises:
            ValueError: x has no axis, or more than two, or another length than a row.
        """
        if isinstance(x, SparseArray) or sparse.issparse(x):
            raise TypeError("matmul: a SparseArray times a sparse matrix; write A @ B.toarray()")
        x = as_operand(x)
        shape = shape_of(x)
        if len(shape) not in (1, 2) or shape[0] != self.shape[1]:
            raise ValueError(f"matmul: a sparse matrix of shape {self.shape} and an array of shape {shape}")
        return bind(product_p, *in_common_dtype(entries(self), x), structure=self.structure)

    @overload
    def __rmatmul__(self: SparseArray[Variable], x: Operand) -> Variable: ...
    @overload
    def __rmatmul__(self, x: Variable) -> Variable: ...
    @overload
    def __rmatmul__(self: SparseArray[NDArray[Any]], x: ArrayOrNumber) -> NDArray[Any]: ...
    def __rmatmul__(self, x: Any) -> Any:
        """The product with a vector, or with the rows of a matrix.

        Raises:
            ValueError: x has no axis, or more than two, or another length than a column.
        """
        shape = shape_of(x)
        if len(shape) not in (1, 2) or shape[-1] != self.shape[0]:
            raise ValueError(f"matmul: an array of shape {shape} and a sparse matrix of shape {self.shape}")
        return transpose(self.T @ transpose(x))

    @overload
    def toarray(self: SparseArray[Variable]) -> Variable: ...
    @overload
    def toarray(self: SparseArray[NDArray[Any]]) -> NDArray[Any]: ...
    def toarray(self: SparseArray[Any]) -> Any:
        """The matrix as an array with its zeros."""
        return bind(dense_p, entries(self), structure=self.structure)

    def tocsr(self: SparseArray[NDArray[Any]]) -> Any:  # Any: SciPy has stubs only where the user has installed them
        """The sparse array of SciPy, for entries that are no Variables.

        Raises:
            TypeError: the entries are a Variable.
        """
        if has_variable(self.data):
            raise TypeError("tocsr: the stored entries are a Variable, which SciPy's sparse arrays cannot hold")
        return self.structure.matrix(entries(self)).tocsr(copy=True)


def entries(a: SparseArray[Any]) -> Array:
    """The stored entries.

    Raises:
        ValueError: they do not fit the structure, as those of a batch of sparse arrays.
    """
    data = as_operand(a.data)
    if shape_of(data) != (a.nnz,):
        raise ValueError(f"a SparseArray of {a.nnz} stored entries with data of shape {shape_of(data)}")
    return data


@overload
def csr_array(arg1: tuple[Variable, ArrayLike, ArrayLike], shape: Shape = None) -> SparseArray[Variable]: ...
@overload
def csr_array(arg1: tuple[Variable, Places], shape: Shape = None) -> SparseArray[Variable]: ...
@overload
def csr_array(
    arg1: tuple[ArrayOrNumber, ArrayLike, ArrayLike], shape: Shape = None
) -> SparseArray[NDArray[np.float64]]: ...
@overload
def csr_array(arg1: tuple[ArrayOrNumber, Places], shape: Shape = None) -> SparseArray[NDArray[np.float64]]: ...
@overload
def csr_array(arg1: ScipysSparse, shape: Shape = None) -> SparseArray[NDArray[np.float64]]: ...
@takes_scipys_arguments(sparse.csr_array)
def csr_array(arg1: Any, shape: Shape = None) -> SparseArray[Any]:
    """A sparse matrix of stored entries that may be a Variable, row by row.

    Args:
        arg1: `(data, indices, indptr)`: the entries of row i are those from indptr[i] to indptr[i + 1], and `indices`
            has their columns; or `(data, (rows, columns))`; or a sparse array of SciPy.
        shape: the numbers of rows and columns; by default the smallest that fit.

    Returns:
        The SparseArray, whose `data` is the data that was given.

    Raises:
        TypeError: `arg1` is none of these, or a Variable is among the places.
        ValueError: data has not one element for each place, or the places do not fit the shape.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> x = np.array([1.0, 2.0])
    >>> grad(lambda data: (csr_array((data, [0, 1, 1], [0, 2, 3])) @ x).sum())(np.ones(3))
    array([1., 2., 2.])
    """
    return _made("csr_array", sparse.csr_array, arg1, shape)


@overload
def csc_array(arg1: tuple[Variable, ArrayLike, ArrayLike], shape: Shape = None) -> SparseArray[Variable]: ...
@overload
def csc_array(arg1: tuple[Variable, Places], shape: Shape = None) -> SparseArray[Variable]: ...
@overload
def csc_array(
    arg1: tuple[ArrayOrNumber, ArrayLike, ArrayLike], shape: Shape = None
) -> SparseArray[NDArray[np.float64]]: ...
@overload
def csc_array(arg1: tuple[ArrayOrNumber, Places], shape: Shape = None) -> SparseArray[NDArray[np.float64]]: ...
@overload
def csc_array(arg1: ScipysSparse, shape: Shape = None) -> SparseArray[NDArray[np.float64]]: ...
@takes_scipys_arguments(sparse.csc_array)
def csc_array(arg1: Any, shape: Shape = None) -> SparseArray[Any]:
    """A sparse matrix of stored entries that may be a Variable, column by column: what `csr_array` says of rows.

    >>> import numpy as np
    >>> csc_array((np.array([1.0, 2.0, 3.0]), [0, 1, 1], [0, 2, 3])).toarray()
    array([[1., 0.],
           [2., 3.]])
    """
    return _made("csc_array", sparse.csc_array, arg1, shape)


@overload
def coo_array(arg1: tuple[Variable, Places], shape: Shape = None) -> SparseArray[Variable]: ...
@overload
def coo_array(arg1: tuple[ArrayOrNumber, Places], shape: Shape = None) -> SparseArray[NDArray[np.float64]]: ...
@overload
def coo_array(arg1: ScipysSparse, shape: Shape = None) -> SparseArray[NDArray[np.float64]]: ...
@takes_scipys_arguments(sparse.coo_array)
def coo_array(arg1: Any, shape: Shape = None) -> SparseArray[Any]:
    """A sparse matrix of stored entries that may be a Variable, from `(data, (rows, columns))`.

    Entries at the same place are added up. It raises what `csr_array` raises.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> coo_array((Variable(np.array([1.0, 2.0, 3.0])), ([0, 1, 0], [1, 0, 1]))).toarray()
    variable([[0. 4.]
              [2. 0.]])
    """
    return _made("coo_array", sparse.coo_array, arg1, shape)


def _made(name: str, scipys: Any, arg1: Any, shape: Shape) -> SparseArray[Any]:
    if hasattr(arg1, "tocoo"):
        matrix = arg1.tocoo()
        arg1 = matrix.data.copy(), (matrix.row, matrix.col)
        shape = matrix.shape
    if not isinstance(arg1, tuple) or len(arg1) not in (2, 3) or (len(arg1) == 3 and name == "coo_array"):
        raise TypeError(
            f"{name}: arg1 must be {_FORMS}, got {type(arg1).__name__}; of a matrix x the entries are given"
        )
    data, *places = arg1
    if has_variable(places):
        raise TypeError(f"{name}: the places of the stored entries are constant, and a Variable is among them")
    if len(places) == 1:
        scipys = sparse.coo_array
    data = as_operand(data)
    size = np.size(places[0][0] if len(places) == 1 else places[0])
    if shape_of(data) != (size,):
        raise ValueError(f"{name}: data of shape {shape_of(data)} for {size} places; it must have one element for each")
    numbered = scipys((np.arange(size), *places), shape=shape).tocoo()  # it checks the places
    return SparseArray(data, Structure(numbered.shape, numbered.row, numbered.col))
