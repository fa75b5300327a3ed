"""Eigenvalues and eigenvectors of symmetric tridiagonal matrices, by SciPy's own solvers for these.

The rules are those of `eigh`: the matrix of the eigenvectors is as large as the whole one.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, overload

import attrs
import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.indexing.indexing import getitem
from pydezero.functions.linalg.spectra import Eigh, Eigvalsh
from pydezero.scipy.linalg.spectra import Range, chosen
from pydezero.scipy.linalg.stacks import as_array, in_one_dtype, over_stack, several_over_stack
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["eigh_tridiagonal", "eigvalsh_tridiagonal"]

Select: TypeAlias = Literal["a", "i"]


def _diagonals(a: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    return np.diagonal(a), np.diagonal(a, -1)


@attrs.frozen(eq=False)
class _EighTridiagonal(Eigh):
    def compute(self, a: Array) -> Any:
        return several_over_stack(lambda x: scipy.linalg.eigh_tridiagonal(*_diagonals(x)), a)


@attrs.frozen(eq=False)
class _EigvalshTridiagonal(Eigvalsh):
    def compute(self, a: Array) -> Any:
        return over_stack(lambda x: scipy.linalg.eigvalsh_tridiagonal(*_diagonals(x)), a)


_WHOLE: Final = _EighTridiagonal("eigh_tridiagonal", "L")
_VALUES: Final = _EigvalshTridiagonal("eigvalsh_tridiagonal", _WHOLE, 0, "L")


def _lower_triangle(name: str, d: Operand, e: Operand) -> Array:
    """The matrix with these diagonals, of which the lower triangle alone is read.

    Raises:
        TypeError: d or e is complex.
        ValueError: d and e are no vectors, or they do not fit.
    """
    diagonal, below = in_one_dtype(as_array(d), as_array(e))
    if diagonal.dtype.kind == "c":
        raise TypeError(f"scipy.linalg.{name}: d or e is complex; both must be real (`eigh` takes complex matrices)")
    n = diagonal.shape[-1] if diagonal.ndim else 0
    if not n or not below.ndim or below.shape[-1] != n - 1:
        raise ValueError(
            f"scipy.linalg.{name}: d and e have the shapes {diagonal.shape} and {below.shape}; they must be a vector "
            "and one with an element less, or stacks of them"
        )
    front = np.broadcast_shapes(diagonal.shape[:-1], below.shape[:-1])
    rows, columns = np.indices((n, n))
    parts = [np.broadcast_to(x, (*front, x.shape[-1])) for x in (diagonal, below)]
    elements = np.concatenate([*parts, np.zeros((*front, 1), diagonal.dtype)], axis=-1)
    places = np.where(rows == columns, columns, np.where(rows == columns + 1, n + columns, 2 * n - 1))
    return getitem(elements, (..., places))


def _chosen(name: str, select: object, indices: Range, n: int) -> slice:
    if select == "a":
        return slice(None)
    if select != "i" or indices is None:
        raise ValueError(
            f"scipy.linalg.{name}: select is {select!r} and select_range {indices}; of Variables select must be 'a' "
            "(all eigenvalues) or 'i' with a select_range (those with these indices): how many there are in an "
            "interval depends on their values"
        )
    return chosen(name, "select_range", indices, n)


@overload
def eigh_tridiagonal(
    d: Variable, e: Operand, eigvals_only: Literal[False] = False, select: Select = "a", select_range: Range = None
) -> tuple[Variable, Variable]: ...
@overload
def eigh_tridiagonal(
    d: ArrayOrNumber,
    e: Variable,
    eigvals_only: Literal[False] = False,
    select: Select = "a",
    select_range: Range = None,
) -> tuple[Variable, Variable]: ...
@overload
def eigh_tridiagonal(
    d: ArrayOrNumber,
    e: ArrayOrNumber,
    eigvals_only: Literal[False] = False,
    select: Select = "a",
    select_range: Range = None,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def eigh_tridiagonal(
    d: Variable, e: Operand, eigvals_only: Literal[True], select: Select = "a", select_range: Range = None
) -> Variable: ...
@overload
def eigh_tridiagonal(
    d: ArrayOrNumber, e: Variable, eigvals_only: Literal[True], select: Select = "a", select_range: Range = None
) -> Variable: ...
@overload
def eigh_tridiagonal(
    d: ArrayOrNumber, e: ArrayOrNumber, eigvals_only: Literal[True], select: Select = "a", select_range: Range = None
) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.eigh_tridiagonal)
@takes_lists
def eigh_tridiagonal(
    d: Any, e: Any, eigvals_only: bool = False, select: Select = "a", select_range: Range = None
) -> Any:
    """The eigenvalues, in ascending order, and eigenvectors of a real symmetric tridiagonal matrix.

    Args:
        d: the diagonal (n,), or a stack of them.
        e: the elements beside the diagonal (n - 1,), likewise.
        eigvals_only: whether the result is that of `eigvalsh_tridiagonal`.
        select: "a" for all eigenvalues, or "i" for those of `select_range`; "v" is not for Variables.
        select_range: the first and the last of the indices of the eigenvalues that are wanted.

    As for `numpy.linalg.eigh` the derivative is right for whatever does not depend on the signs of vectors.

    Raises:
        LinAlgError: (in the derivative) eigenvalues are equal, and the vectors count.
        TypeError: d or e is complex.
        ValueError: d and e do not fit; or `select` or an index is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> w, v = eigh_tridiagonal(Variable(np.array([1.0, 1.0])), np.array([2.0]))
    >>> w
    variable([-1.  3.])
    """
    if eigvals_only:
        return eigvalsh_tridiagonal(d, e, select, select_range)
    matrix = _lower_triangle("eigh_tridiagonal", d, e)
    chosen = _chosen("eigh_tridiagonal", select, select_range, matrix.shape[-1])
    values, vectors = _WHOLE(matrix)
    return values[..., chosen], vectors[..., chosen]


@overload
def eigvalsh_tridiagonal(d: Variable, e: Operand, select: Select = "a", select_range: Range = None) -> Variable: ...
@overload
def eigvalsh_tridiagonal(
    d: ArrayOrNumber, e: Variable, select: Select = "a", select_range: Range = None
) -> Variable: ...
@overload
def eigvalsh_tridiagonal(
    d: ArrayOrNumber, e: ArrayOrNumber, select: Select = "a", select_range: Range = None
) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.eigvalsh_tridiagonal)
@takes_lists
def eigvalsh_tridiagonal(d: Any, e: Any, select: Select = "a", select_range: Range = None) -> Any:
    """The eigenvalues of `eigh_tridiagonal(d, e)`, with its arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigvalsh_tridiagonal(Variable(np.array([1.0, 1.0])), np.array([2.0]))
    variable([-1.  3.])
    """
    matrix = _lower_triangle("eigvalsh_tridiagonal", d, e)
    return _VALUES(matrix)[..., _chosen("eigvalsh_tridiagonal", select, select_range, matrix.shape[-1])]
