"""Linear equations with a sparse matrix, solved by a factorization of it.

For A x = b and the cotangent g of x, the cotangent of b is u with A^T u = g, and that of the entry (i, j) of A is
-u[i] x[j]: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008), 2.2.4. The second equation is solved by the factors of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.linalg import LinAlgError
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg as scipys

from pydezero.core.batching import as_rows, looped
from pydezero.core.bind import bind
from pydezero.core.primitive import General, define
from pydezero.core.typed import has_variable
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand
from pydezero.scipy.sparse.arrays import SparseArray
from pydezero.scipy.sparse.linalg.system import plain, solved_dtype, with_entries
from pydezero.scipy.sparse.structure import Structure

__all__ = ["spsolve"]

Permutation: TypeAlias = Literal["NATURAL", "MMD_ATA", "MMD_AT_PLUS_A", "COLAMD"]

# Of so many matrices the factors are kept: the examples of a batch, and what a graph was applied to last.
_KEPT: Final = 32


class Factors:
    """The factors of the matrices of one application of `spsolve`, for its derivatives.

    They depend on the entries alone, so that what is kept changes no result.
    """

    __slots__ = ("_kept", "_permutation")

    def __init__(self, permutation: Permutation | None) -> None:
        self._permutation = permutation
        self._kept: list[tuple[NDArray[Any], Any]] = []

    def __repr__(self) -> str:
        return "<factors>"

    def __reduce__(self) -> Any:  # what `object.__reduce__` may return is as various as that
        return Factors, (self._permutation,)  # the factors are in memory of SciPy's, and can be made again

    def solve(self, data: NDArray[Any], structure: Structure, b: NDArray[Any]) -> NDArray[Any]:
        """The solution of A x = b.

        Raises:
            LinAlgError: A is singular.
        """
        factors = self._of(data, structure)
        # What is stored by rows is the transpose of something stored by columns, and that was factorized.
        trans = "N" if structure.is_transposed else "T"
        if b.dtype.kind == "c" and data.dtype.kind != "c":
            solution: NDArray[Any] = factors.solve(b.real.copy(), trans) + 1j * factors.solve(b.imag.copy(), trans)
        else:
            solution = factors.solve(np.ascontiguousarray(b), trans)
        return solution

    def _of(self, data: NDArray[Any], structure: Structure) -> Any:
        for kept, factors in self._kept:
            if kept.dtype == data.dtype and np.array_equal(kept, data):
                return factors
        rows = structure.transpose if structure.is_transposed else structure
        try:
            # A copy, because SciPy sorts the places, and adds up entries, in the memory that it is given.
            factors = scipys.splu(rows.matrix(data).T.copy(), permc_spec=self._permutation)
        except RuntimeError as error:
            raise LinAlgError(f"scipy.sparse.linalg.spsolve: {error}") from error
        self._kept = [*self._kept[1 - _KEPT :], (data.copy(), factors)]
        return factors


def _solve(data: Array, b: Array, structure: Structure, factors: Factors) -> Array:
    return factors.solve(data, structure, b)


def _rule_b(g: Array, x: Array, structure: Structure, factors: Factors) -> Array:
    return bind(solve_p, x, g, structure=structure.transpose, factors=factors)


def _rule_data(g: Array, x: Array, out: Array, structure: Structure, factors: Factors) -> Array:
    return -structure.products(_rule_b(g, x, structure, factors), out)


def _batched(batched: Sequence[bool], data: Array, b: Array, **params: Any) -> Array:
    if batched[0]:
        return looped(batched, solve_p, (data, b), params)
    columns = np.moveaxis(b, 0, -1)  # the right sides of all examples are the columns of one
    out = bind(solve_p, data, as_rows(columns), **params)
    return np.moveaxis(np.reshape(out, columns.shape), -1, 0)


solve_p: Final[General] = define(General, "spsolve", _solve, _rule_data, _rule_b, batch=_batched)


@overload
def spsolve(
    A: SparseArray[Variable],  # noqa: N803  # SciPy's name
    b: Operand,
    permc_spec: Permutation | None = None,
    use_umfpack: bool = True,
) -> Variable: ...
@overload
def spsolve(
    A: Any,  # noqa: N803  # SciPy's name
    b: Variable,
    permc_spec: Permutation | None = None,
    use_umfpack: bool = True,
) -> Variable: ...
@overload
def spsolve(
    A: Any,  # noqa: N803  # SciPy's name
    b: ArrayOrNumber,
    permc_spec: Permutation | None = None,
    use_umfpack: bool = True,
) -> NDArray[Any]: ...
def spsolve(
    A: Any,  # noqa: N803  # SciPy's name
    b: Any,
    permc_spec: Permutation | None = None,
    use_umfpack: bool = True,
) -> Any:
    """The solution x of A @ x = b for a sparse matrix A.

    Args:
        A: a sparse array of SciPy, or a SparseArray, whose stored entries are differentiated.
        b: a vector, or a matrix whose columns are right sides.
        permc_spec: how the columns of A are permuted, see SciPy.
        use_umfpack: whether UMFPACK is used where it is installed; for Variables it is always SuperLU.

    Returns:
        An array of the shape of b, but a vector for a matrix of one column.

    Raises:
        TypeError: A is no matrix, or b is sparse and A a Variable.
        ValueError: A is not square, or b does not fit.
        LinAlgError: A is singular. (Without Variables SciPy warns, and returns nan.)

    >>> import numpy as np
    >>> from pydezero import grad
    >>> from pydezero.scipy.sparse import csr_array
    >>> b = np.array([2.0, 8.0])
    >>> grad(lambda data: spsolve(csr_array((data, [0, 1], [0, 1, 2])), b).sum())(np.array([1.0, 2.0]))
    array([-2., -2.])
    """
    data_or_matrix = A.data if isinstance(A, SparseArray) else A
    if not has_variable([data_or_matrix, b]):
        return scipys.spsolve(plain(A), b, permc_spec, use_umfpack)
    if sparse.issparse(b) or isinstance(b, SparseArray):
        raise TypeError("scipy.sparse.linalg.spsolve: b is sparse, and A a Variable; write b.toarray()")
    if isinstance(A, Variable):
        raise TypeError(
            "scipy.sparse.linalg.spsolve: A is a Variable with its zeros; write np.linalg.solve(A, b), or "
            "pydezero.scipy.sparse.csr_array((data, indices, indptr)) of its stored entries"
        )
    data, structure = with_entries("spsolve", A)
    b = as_operand(b)
    shape = shape_of(b)
    if len(shape) not in (1, 2) or shape[0] != structure.shape[0]:
        raise ValueError(f"scipy.sparse.linalg.spsolve: A of shape {structure.shape} and b of shape {shape}")
    dtype = solved_dtype(data.dtype, b.dtype)
    if shape[1:] == (1,):
        b = np.reshape(b, shape[0])
    return bind(solve_p, in_dtype(data, dtype), in_dtype(b, dtype), structure=structure, factors=Factors(permc_spec))
