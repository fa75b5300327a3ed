"""Eigenvalues and eigenvectors: of Hermitian matrices also with respect to another one.

With a Cholesky factor of b the equation a v = w b v is one of eigenvalues alone (G. Golub and C. Van Loan, "Matrix
Computations", 2013, section 8.7); LAPACK solves it so, too.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, overload

import attrs
import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.linalg.spectra import Eigh, Eigvalsh
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.linalg.solving import cholesky_factor, filled, triangular_solution
from pydezero.scipy.linalg.stacks import (
    adjoint,
    as_array,
    check_square,
    in_one_dtype,
    over_stack,
    several_over_stack,
    stacked_alike,
)
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["eig", "eigh", "eigvals", "eigvalsh"]

Type: TypeAlias = Literal[1, 2, 3]
Range: TypeAlias = tuple[int, int] | None


@attrs.frozen(eq=False)
class _Eigh(Eigh):
    """With SciPy's choice of a driver of LAPACK, on which the signs of the vectors depend."""

    driver: Literal["evd"] | None

    def compute(self, a: Array) -> Any:
        return several_over_stack(lambda x: scipy.linalg.eigh(x, lower=self.uplo == "L", driver=self.driver), a)


@attrs.frozen(eq=False)
class _Eigvalsh(Eigvalsh):
    def compute(self, a: Array) -> Any:
        return over_stack(scipy.linalg.eigvalsh, a, lower=self.uplo == "L")


_TRIANGLES: Final[tuple[Literal["L", "U"], ...]] = "L", "U"
# By whether the lower triangle is read.
_OF_ONE: Final = {uplo == "L": _Eigh(f"scipy.linalg.eigh_{uplo}", uplo, None) for uplo in _TRIANGLES}
_OF_TWO: Final = {uplo == "L": _Eigh(f"scipy.linalg.eigh_{uplo}_of_two", uplo, "evd") for uplo in _TRIANGLES}
_VALUES: Final = {
    lower: _Eigvalsh(f"scipy.linalg.eigvalsh_{whole.uplo}", whole, 0, whole.uplo) for lower, whole in _OF_ONE.items()
}


def _with_one_matrix(name: str, a: Array, b: Array, lower: bool, kind: int) -> tuple[Array, Array]:
    """The matrix of the equation of eigenvalues that two matrices make, and the lower Cholesky factor of b.

    Raises:
        ValueError: a or b is not square, or they do not fit, or the type is none that there is.
    """
    check_square(name, "b", b)
    if b.shape[-1] != a.shape[-1]:
        raise ValueError(f"scipy.linalg.{name}: b of shape {b.shape} does not fit a of shape {a.shape}")
    if kind not in (1, 2, 3):
        raise ValueError(f"scipy.linalg.{name}: type is {kind!r}; it must be 1 (a v = w b v), 2 (a b v) or 3 (b a v)")
    a, b = stacked_alike(*in_one_dtype(filled(a, lower, "her"), b))
    factor = cholesky_factor(b, True) if lower else adjoint(cholesky_factor(b, False))
    if kind != 1:
        return adjoint(factor) @ a @ factor, factor
    half = triangular_solution(factor, a, lower=True)
    return triangular_solution(factor, adjoint(half), lower=True), factor


@overload
def eigh(
    a: Variable,
    b: Operand | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[False] = False,
    type: Type = 1,  # SciPy's name
    subset_by_index: Range = None,
) -> tuple[Variable, Variable]: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: Variable,
    *,
    lower: bool = True,
    eigvals_only: Literal[False] = False,
    type: Type = 1,  # likewise
    subset_by_index: Range = None,
) -> tuple[Variable, Variable]: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[False] = False,
    type: Type = 1,  # likewise
    subset_by_index: Range = None,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def eigh(
    a: Variable,
    b: Operand | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[True],
    type: Type = 1,  # likewise
    subset_by_index: Range = None,
) -> Variable: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: Variable,
    *,
    lower: bool = True,
    eigvals_only: Literal[True],
    type: Type = 1,  # likewise
    subset_by_index: Range = None,
) -> Variable: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[True],
    type: Type = 1,  # likewise
    subset_by_index: Range = None,
) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.eigh)
@takes_lists
def eigh(
    a: Any,
    b: Any = None,
    *,
    lower: bool = True,
    eigvals_only: bool = False,
    type: Any = 1,  # likewise
    subset_by_index: Range = None,
) -> Any:
    """The eigenvalues, in ascending order, and eigenvectors of a Hermitian matrix a, with b of a v = w b v.

    Args:
        a: a Hermitian matrix (n, n), or a stack of them.
        b: a Hermitian, positive definite matrix of the same shape; the identity by default.
        lower: which triangle of both is read; it alone gets a derivative.
        eigvals_only: whether the result is that of `eigvalsh`.
        type: the equation: 1 for a v = w b v, 2 for a b v = w v, 3 for b a v = w v.
        subset_by_index: the first and the last of the indices of the eigenvalues that are wanted.

    As for `numpy.linalg.eigh` the derivative is right for whatever does not depend on the signs or phases of vectors.

    Raises:
        LinAlgError: b is not positive definite; or (in the derivative of vectors) eigenvalues are equal.
        ValueError: a or b is not square, or they do not fit; or `type` or an index is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> w, v = eigh(Variable(np.diag([8.0, 3.0])), np.diag([2.0, 1.0]))
    >>> w
    variable([3. 4.])
    """
    if eigvals_only:
        return eigvalsh(a, b, lower=lower, type=type, subset_by_index=subset_by_index)
    check_square("eigh", "a", a)
    matrix = as_array(a)
    lower, kept = _checked("eigh", lower), _kept("eigh", subset_by_index, matrix)
    if b is None:
        values, vectors = _OF_ONE[lower](matrix)
    else:
        matrix, factor = _with_one_matrix("eigh", matrix, as_array(b), lower, type)
        values, vectors = _OF_TWO[lower](matrix)
        vectors = factor @ vectors if type == 3 else triangular_solution(factor, vectors, trans=2, lower=True)
    return values[..., kept], vectors[..., kept]


def _checked(name: str, lower: object) -> bool:
    if lower not in (True, False):
        raise ValueError(f"scipy.linalg.{name}: lower is {lower!r}; it must be True or False")
    return bool(lower)


def _kept(name: str, indices: Range, a: Array) -> slice:
    return slice(None) if indices is None else chosen(name, "subset_by_index", indices, a.shape[-1])


def chosen(name: str, parameter: str, indices: tuple[int, int], n: int) -> slice:
    """The slice of the eigenvalues from the first index to the last.

    Raises:
        ValueError: these are no indices of n eigenvalues in ascending order.
    """
    if np.shape(indices) != (2,) or not 0 <= indices[0] <= indices[1] < n:
        raise ValueError(
            f"scipy.linalg.{name}: {parameter} is {indices}; it must be the first and the last of the indices, from 0 "
            f"to {n - 1}"
        )
    return slice(int(indices[0]), int(indices[1]) + 1)


@overload
def eigvalsh(
    a: Variable,
    b: Operand | None = None,
    *,
    lower: bool = True,
    type: Type = 1,  # likewise
    subset_by_index: Range = None,
) -> Variable: ...
@overload
def eigvalsh(
    a: ArrayOrNumber,
    b: Variable,
    *,
    lower: bool = True,
    type: Type = 1,  # likewise
    subset_by_index: Range = None,
) -> Variable: ...
@overload
def eigvalsh(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    *,
    lower: bool = True,
    type: Type = 1,  # likewise
    subset_by_index: Range = None,
) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.eigvalsh)
@takes_lists
def eigvalsh(
    a: Any,
    b: Any = None,
    *,
    lower: bool = True,
    type: Any = 1,  # likewise
    subset_by_index: Range = None,
) -> Any:
    """The eigenvalues of `eigh(a, b)`, with its arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigvalsh(np.diag([8.0, 3.0]), Variable(np.diag([2.0, 1.0])))
    variable([3. 4.])
    """
    check_square("eigvalsh", "a", a)
    matrix = as_array(a)
    lower, kept = _checked("eigvalsh", lower), _kept("eigvalsh", subset_by_index, matrix)
    if b is not None:
        matrix, _ = _with_one_matrix("eigvalsh", matrix, as_array(b), lower, type)
    return _VALUES[lower](matrix)[..., kept]


@overload
def eig(a: Variable, *, right: Literal[True] = True) -> tuple[Variable, Variable]: ...
@overload
def eig(a: Variable, *, right: Literal[False]) -> Variable: ...
@overload
def eig(
    a: ArrayOrNumber, b: ArrayOrNumber | None = None, left: bool = False, right: bool = True
) -> tuple[NDArray[Any], ...]: ...
@as_in_scipy(scipy.linalg.eig)
@takes_lists
def eig(a: Any, b: Any = None, left: bool = False, right: bool = True) -> Any:
    """The eigenvalues, which are complex, and eigenvectors of a square matrix, or of each of a stack of them.

    The derivative is that of `numpy.linalg.eig`: of vectors of length 1, and right for whatever does not depend on
    their signs or phases. Of Variables there are no eigenvalues with respect to b (write `eig(solve(b, a))`), and no
    left eigenvectors (which are the columns of `inv(v).conj().mT`).

    Raises:
        LinAlgError: (in the derivative) the matrix is defective; or eigenvalues are equal, and the vectors count.
        TypeError: there is a Variable, and b or `left` is given.
        ValueError: a is not square.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> w, v = eig(Variable(np.array([[1.0, 0.0], [2.0, 3.0]])))
    >>> w
    variable([3.+0.j 1.+0.j])
    """
    check_square("eig", "a", a)
    if b is not None:
        raise TypeError("scipy.linalg.eig: b is for plain arrays; of Variables write eig(solve(b, a))")
    if left:
        raise TypeError(
            "scipy.linalg.eig: left=True is for plain arrays; of Variables write inv(v).conj().mT, whose columns are "
            "left eigenvectors"
        )
    if not right:
        return eigvals(a)
    values, vectors = np.linalg.eig(as_array(a))
    return _as_complex(values), vectors


@overload
def eigvals(a: Variable) -> Variable: ...
@overload
def eigvals(a: ArrayOrNumber, b: ArrayOrNumber | None = None) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.eigvals)
@takes_lists
def eigvals(a: Any, b: Any = None) -> Any:
    """The eigenvalues of `eig(a)`: complex, in no particular order.

    Raises:
        LinAlgError: (in the derivative) the matrix is defective.
        TypeError: there is a Variable, and b is given.
        ValueError: a is not square.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigvals(Variable(np.array([[0.0, 1.0], [-1.0, 0.0]])))
    variable([0.+1.j 0.-1.j])
    """
    check_square("eigvals", "a", a)
    if b is not None:
        raise TypeError("scipy.linalg.eigvals: b is for plain arrays; of Variables write eigvals(solve(b, a))")
    return _as_complex(np.linalg.eigvals(as_array(a)))


def _as_complex(x: Array) -> Array:
    return in_dtype(x, np.result_type(x.dtype, np.complex64))
