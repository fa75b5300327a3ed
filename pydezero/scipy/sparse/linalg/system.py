"""The matrix of linear equations, as their primitives take it: stored entries with a structure, or an operator."""

from __future__ import annotations

from typing import Any, Final, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from pydezero.core.types import Array
from pydezero.core.variable import Variable, shape_of
from pydezero.scipy.sparse.arrays import SparseArray, csr_array, entries
from pydezero.scipy.sparse.structure import Structure

# The dtypes in which SciPy solves; others become double precision.
_SOLVED: Final = "fdFD"


class System(Protocol):
    """A matrix, but for its entries."""

    @property
    def is_transposed(self) -> bool:
        """Whether it is the transpose of what the user gave."""

    @property
    def transpose(self) -> System:
        """The transpose."""

    def matrix(self, data: NDArray[Any], /) -> Any:  # what SciPy takes for a matrix
        """The matrix with these entries as SciPy takes it."""

    def products(self, g: Array, x: Array, /) -> Array:
        """The elements of g x^T at the places of the entries."""


@attrs.frozen(eq=False)
class Operator:
    """A constant operator: of the solver of symmetric equations it needs no adjoint, which is the operator itself."""

    operator: Any  # a LinearOperator of SciPy
    is_hermitian: bool
    is_transposed: bool = False

    def __repr__(self) -> str:
        rows, columns = self.operator.shape
        return f"<operator {rows} x {columns}>"

    @property
    def transpose(self) -> Operator:
        """The transpose."""
        return Operator(self.operator, self.is_hermitian, not self.is_transposed)

    def matrix(self, _: NDArray[Any]) -> Any:  # of SciPy
        """The operator, which has no entries."""
        if not self.is_transposed:
            return self.operator
        if not self.is_hermitian:
            return self.operator.T
        of = self.operator
        return LinearOperator(of.shape, lambda x: np.conjugate(of.matvec(np.conjugate(x))), dtype=of.dtype)

    @property
    def is_known(self) -> bool:
        """Whether it can be applied: the adjoint of an operator may not be known."""
        if not self.is_transposed or self.is_hermitian:
            return True
        try:
            self.operator.rmatvec(np.zeros(self.operator.shape[0], self.operator.dtype))
        except NotImplementedError:
            return False
        return True

    def products(self, g: Array, _: Array) -> Array:
        """Nothing: there are no entries."""
        return g[:0]


def as_operator(a: Any, is_hermitian: bool) -> Operator:
    """The operator of a constant matrix, of which a copy is taken, or of an operator of SciPy."""
    is_matrix = sparse.issparse(a) or isinstance(a, np.ndarray)
    matrix: Any = a  # of SciPy
    return Operator(aslinearoperator(matrix.copy() if is_matrix else matrix), is_hermitian)


def with_entries(name: str, a: Any) -> tuple[Array, Structure]:
    """The stored entries and the structure of a matrix that is no operator.

    Raises:
        TypeError: it is no matrix.
        ValueError: it is not square.
    """
    if isinstance(a, Variable):
        return _square(name, _of_dense(name, a))
    if not isinstance(a, SparseArray):
        if not sparse.issparse(a) and not isinstance(a, np.ndarray):
            raise TypeError(f"scipy.sparse.linalg.{name}: A must be a sparse array or a matrix, got {type(a).__name__}")
        given: Any = a  # Any: SciPy's stubs have no type for all of its sparse arrays
        matrix: Any = sparse.coo_array(given)
        a = csr_array(matrix)
    return _square(name, a)


def _square(name: str, a: SparseArray[Any]) -> tuple[Array, Structure]:
    rows, columns = a.shape
    if rows != columns:
        raise ValueError(f"scipy.sparse.linalg.{name}: A must be square, got the shape {a.shape}")
    return entries(a), a.structure


def _of_dense(name: str, a: Variable) -> SparseArray[Variable]:
    """A matrix of which all entries are stored."""
    shape = shape_of(a)
    if len(shape) != 2:
        raise ValueError(f"scipy.sparse.linalg.{name}: A must be a matrix, got the shape {shape}")
    rows, columns = np.indices((shape[0], shape[1]))
    return SparseArray(a.ravel(), Structure((shape[0], shape[1]), rows.ravel(), columns.ravel()))


def plain(a: Any) -> Any:
    """The matrix of SciPy for one without Variables."""
    return a.tocsr() if isinstance(a, SparseArray) else a


def solved_dtype(*dtypes: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of the solution of equations with these dtypes."""
    return np.result_type(*[dtype if dtype.char in _SOLVED else np.float64 for dtype in dtypes])
