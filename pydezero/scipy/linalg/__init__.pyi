# Made by `python -m tests.stubs`, not by hand.
"""The functions of `scipy.linalg` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Of their parameters `overwrite_...` and `check_finite` are left out: nothing
is ever overwritten here. Stacks of matrices, along the axes before the last two, are taken as in `numpy.linalg`. The
functions that `numpy.linalg` has too (eigenvalues, singular values, QR, least squares, norms) are differentiable by
their names there."""

from numpy.typing import NDArray
from pydezero.core.typed import array_function, binary_array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.linalg.riccati import _riccati_function
from pydezero.scipy.linalg.solving import Trans
from pydezero.scipy.linalg.special_matrices import _column_and_row_function
from pydezero.scipy.linalg.spectra import Range, Type
from pydezero.scipy.linalg.sylvester import Method
from typing import Any, Literal, overload

__all__ = [
    "block_diag",
    "cho_factor",
    "cho_solve",
    "cholesky",
    "circulant",
    "coshm",
    "cosm",
    "det",
    "eigh",
    "eigvalsh",
    "expm",
    "hankel",
    "inv",
    "khatri_rao",
    "logm",
    "lu_factor",
    "lu_solve",
    "sinhm",
    "sinm",
    "solve",
    "solve_banded",
    "solve_continuous_are",
    "solve_continuous_lyapunov",
    "solve_discrete_are",
    "solve_discrete_lyapunov",
    "solve_sylvester",
    "solve_triangular",
    "sqrtm",
    "tanhm",
    "tanm",
    "toeplitz",
]

@overload
def block_diag(*arrs: Variable) -> Variable:
    """The matrix with these blocks on its diagonal, and zeros elsewhere.

    A number is a block of shape (1, 1), and a vector one row; stacks of blocks broadcast in front.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> block_diag(Variable(np.array([[1.0, 2.0]])), 3.0)
    variable([[1. 2. 0.]
              [0. 0. 3.]])
    """
    ...

@overload
def block_diag(  # type: ignore[overload-overlap]
    *arrs: ArrayOrNumber,
) -> NDArray[Any]: ...
@overload
def block_diag(*arrs: Operand) -> Variable: ...
@overload
def cho_factor(a: Variable, lower: bool = False) -> tuple[Variable, bool]:
    """The Cholesky factor of a positive definite matrix, and whether it is the lower one: the input of `cho_solve`.

    The other triangle of the factor of a Variable is zeros; SciPy leaves arbitrary elements there.

    Raises:
        LinAlgError: a is not square, or not positive definite.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> factor = cho_factor(Variable(np.array([[4.0, 2.0], [2.0, 5.0]])))
    >>> cho_solve(factor, np.array([8.0, 12.0]))
    variable([1. 2.])
    """
    ...

@overload
def cho_factor(a: ArrayOrNumber, lower: bool = False) -> tuple[NDArray[Any], bool]: ...
@overload
def cho_solve(c_and_lower: tuple[Variable, bool], b: Operand) -> Variable:
    """The solution x of a @ x = b, for the result of `cho_factor(a)`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cho_solve((np.array([[2.0, 1.0], [0.0, 2.0]]), False), Variable(np.array([8.0, 12.0])))
    variable([1. 2.])
    """
    ...

@overload
def cho_solve(c_and_lower: tuple[ArrayOrNumber, bool], b: Variable) -> Variable: ...
@overload
def cho_solve(c_and_lower: tuple[ArrayOrNumber, bool], b: ArrayOrNumber) -> NDArray[Any]: ...
@array_function
def cholesky(a: Operand, lower: bool = False) -> Array:
    """The upper triangular U with a = U^H @ U of a positive definite matrix, or with `lower` the L with a = L @ L^H.

    The other triangle of a is not read, and gets the derivative 0. For a derivative that is symmetric write
    `cholesky((a + a.mT) / 2)`.

    Raises:
        LinAlgError: a is not square, or not positive definite.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cholesky(Variable(np.array([[4.0, 2.0], [2.0, 5.0]])))
    variable([[2. 1.]
              [0. 2.]])
    """
    ...

@array_function
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
    ...

@array_function
def coshm(A: Operand) -> Array:
    """The hyperbolic cosine of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> coshm(Variable(np.zeros((2, 2))))
    variable([[1. 0.]
              [0. 1.]])
    """
    ...

@array_function
def cosm(A: Operand) -> Array:
    """The cosine of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cosm(Variable(np.zeros((2, 2))))
    variable([[1. 0.]
              [0. 1.]])
    """
    ...

@array_function
def det(a: Operand) -> Array:
    """The determinant of a square matrix, always in double precision.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> det(Variable(np.array([[2.0, 1.0], [0.0, 2.0]])))
    variable(4.0)
    """
    ...

@overload
def eigh(
    a: Variable,
    b: Operand | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[False] = False,
    type: Type = 1,
    subset_by_index: Range = None,
) -> tuple[Variable, Variable]:
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
    ...

@overload
def eigh(
    a: ArrayOrNumber,
    b: Variable,
    *,
    lower: bool = True,
    eigvals_only: Literal[False] = False,
    type: Type = 1,
    subset_by_index: Range = None,
) -> tuple[Variable, Variable]: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[False] = False,
    type: Type = 1,
    subset_by_index: Range = None,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def eigh(
    a: Variable,
    b: Operand | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[True],
    type: Type = 1,
    subset_by_index: Range = None,
) -> Variable: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: Variable,
    *,
    lower: bool = True,
    eigvals_only: Literal[True],
    type: Type = 1,
    subset_by_index: Range = None,
) -> Variable: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[True],
    type: Type = 1,
    subset_by_index: Range = None,
) -> NDArray[Any]: ...
@overload
def eigvalsh(
    a: Variable, b: Operand | None = None, *, lower: bool = True, type: Type = 1, subset_by_index: Range = None
) -> Variable:
    """The eigenvalues of `eigh(a, b)`, with its arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigvalsh(np.diag([8.0, 3.0]), Variable(np.diag([2.0, 1.0])))
    variable([3. 4.])
    """
    ...

@overload
def eigvalsh(
    a: ArrayOrNumber, b: Variable, *, lower: bool = True, type: Type = 1, subset_by_index: Range = None
) -> Variable: ...
@overload
def eigvalsh(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    *,
    lower: bool = True,
    type: Type = 1,
    subset_by_index: Range = None,
) -> NDArray[Any]: ...
@array_function
def expm(A: Operand) -> Array:
    """The exponential of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> expm(Variable(np.zeros((2, 2))))
    variable([[1. 0.]
              [0. 1.]])
    """
    ...

@_column_and_row_function
def hankel(c: Operand, r: Operand | None = None) -> Array:
    """The matrix with constant antidiagonals whose first column is c, and whose last row is r, or zeros.

    The first element of r is not read. Stacks of vectors, along the last axis, give stacks of matrices.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hankel(Variable(np.array([1.0, 2.0])), np.array([0.0, 3.0, 4.0]))
    variable([[1. 2. 3.]
              [2. 3. 4.]])
    """
    ...

@array_function
def inv(a: Operand) -> Array:
    """The inverse of a square matrix.

    Raises:
        LinAlgError: a is not square, or it is singular.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> inv(Variable(np.array([[2.0, 0.0], [0.0, 4.0]])))
    variable([[0.5  0.  ]
              [0.   0.25]])
    """
    ...

@binary_array_function
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
    ...

@array_function
def logm(A: Operand) -> Array:
    """The principal logarithm of a square matrix; of a real matrix complex where it has to be.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> logm(Variable(np.eye(2)))
    variable([[0. 0.]
              [0. 0.]])
    """
    ...

@overload
def lu_factor(a: Variable) -> tuple[Variable, NDArray[Any]]:
    """The factors of a square matrix whose rows are exchanged, and the pivots that say how: the input of `lu_solve`.

    The first of the results has the upper triangular factor in its upper triangle, and below the diagonal the lower
    triangular one, whose diagonal is ones. The pivots have no derivative.

    Raises:
        LinAlgError: (in the derivative) the matrix is singular.
        ValueError: a is not square.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lu, piv = lu_factor(Variable(np.array([[1.0, 4.0], [2.0, 4.0]])))
    >>> lu, piv
    (variable([[2.  4. ]
              [0.5 2. ]]), array([1, 1], dtype=int32))
    """
    ...

@overload
def lu_factor(a: ArrayOrNumber) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def lu_solve(lu_and_piv: tuple[Variable, Operand], b: Operand, trans: Trans = 0) -> Variable:
    """The solution x of a @ x = b, for the result of `lu_factor(a)`; `trans` as in `solve_triangular`.

    Raises:
        LinAlgError: a is singular.
        ValueError: b or the pivots do not fit, or these are no indices of rows.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lu_solve(lu_factor(np.array([[1.0, 4.0], [2.0, 4.0]])), Variable(np.array([5.0, 6.0])))
    variable([1. 1.])
    """
    ...

@overload
def lu_solve(lu_and_piv: tuple[ArrayOrNumber, Operand], b: Variable, trans: Trans = 0) -> Variable: ...
@overload
def lu_solve(lu_and_piv: tuple[ArrayOrNumber, Operand], b: ArrayOrNumber, trans: Trans = 0) -> NDArray[Any]: ...
@array_function
def sinhm(A: Operand) -> Array:
    """The hyperbolic sine of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sinhm(Variable(np.zeros((2, 2))))
    variable([[0. 0.]
              [0. 0.]])
    """
    ...

@array_function
def sinm(A: Operand) -> Array:
    """The sine of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sinm(Variable(np.zeros((2, 2))))
    variable([[0. 0.]
              [0. 0.]])
    """
    ...

@binary_array_function
def solve(
    a: Operand, b: Operand, lower: bool = False, *, assume_a: str | None = None, transposed: bool = False
) -> Array:
    """The solution x of a @ x = b, or with `transposed` of a.T @ x = b.

    As in `scipy.linalg`, b is a vector if it has one axis, and a matrix or a stack of them otherwise. `assume_a` says
    what is known of a, and so what is read of it: for "sym", "her" and "pos" one triangle, the lower one with `lower`;
    for "upper triangular", "lower triangular", "diagonal" and "tridiagonal" these elements. The others get the
    derivative 0.

    Raises:
        LinAlgError: a is singular, or for "pos" not positive definite.
        ValueError: a is not square, or b does not fit, or `assume_a` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve(np.array([[2.0, 0.0], [0.0, 4.0]]), Variable(np.array([2.0, 2.0])), assume_a="pos")
    variable([1.  0.5])
    """
    ...

@overload
def solve_banded(l_and_u: tuple[int, int], ab: Variable, b: Operand) -> Variable:
    """The solution x of a @ x = b for a banded matrix, which is given by its diagonals.

    Args:
        l_and_u: the numbers of diagonals below and above the main one.
        ab: the diagonals, from the uppermost: a[i, j] is in ab[u + i - j, j]. What lies outside of the matrix is not
            read, and gets the derivative 0.
        b: a vector, or a matrix whose columns are right sides.

    Raises:
        LinAlgError: the matrix is singular.
        ValueError: ab or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_banded((1, 0), np.array([[2.0, 4.0], [1.0, 0.0]]), Variable(np.array([2.0, 5.0])))
    variable([1. 1.])
    """
    ...

@overload
def solve_banded(l_and_u: tuple[int, int], ab: ArrayOrNumber, b: Variable) -> Variable: ...
@overload
def solve_banded(l_and_u: tuple[int, int], ab: ArrayOrNumber, b: ArrayOrNumber) -> NDArray[Any]: ...
@_riccati_function
def solve_continuous_are(
    a: Operand,
    b: Operand,
    q: Operand,
    r: Operand,
    e: Operand | None = None,
    s: Operand | None = None,
    balanced: bool = True,
) -> Array:
    """The stabilising solution x of a^H x e + e^H x a - (e^H x b + s) r^-1 (b^H x e + s^H) + q = 0.

    It gives the cost of the best control of x' = a x + b u, with the feedback u = -r^-1 (b^H x e + s^H) x.

    Args:
        a: the matrix of the system, (n, n), or a stack of them, as may be all.
        b: the matrix of the control, (n, m).
        q: the cost of the state, Hermitian, (n, n).
        r: the cost of the control, Hermitian and regular, (m, m).
        e: a regular matrix, (n, n); the identity by default.
        s: the cost of products of state and control, (n, m); zeros by default.
        balanced: whether SciPy scales the equation before it is solved.

    Raises:
        LinAlgError: there is no stabilising solution.
        ValueError: a matrix has a wrong shape, or q or r is not Hermitian.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_continuous_are(np.zeros((1, 1)), np.eye(1), Variable(np.array([[9.0]])), np.eye(1))
    variable([[3.]])
    """
    ...

@binary_array_function
def solve_continuous_lyapunov(a: Operand, q: Operand) -> Array:
    """The solution x of the continuous Lyapunov equation, a @ x + x @ a^H = q.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_continuous_lyapunov(np.eye(2), Variable(np.array([[2.0, 4.0], [4.0, 8.0]])))
    variable([[1. 2.]
              [2. 4.]])
    """
    ...

@_riccati_function
def solve_discrete_are(
    a: Operand,
    b: Operand,
    q: Operand,
    r: Operand,
    e: Operand | None = None,
    s: Operand | None = None,
    balanced: bool = True,
) -> Array:
    """The stabilising solution x of a^H x a - e^H x e - (a^H x b + s) (r + b^H x b)^-1 (b^H x a + s^H) + q = 0.

    It gives the cost of the best control in discrete time. The arguments are those of `solve_continuous_are`; r may be
    singular.

    Raises:
        LinAlgError: there is no stabilising solution.
        ValueError: a matrix has a wrong shape, or q or r is not Hermitian.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_discrete_are(np.ones((1, 1)), np.eye(1), Variable(np.array([[0.5]])), np.eye(1))
    variable([[1.]])
    """
    ...

@binary_array_function
def solve_discrete_lyapunov(a: Operand, q: Operand, method: Method = None) -> Array:
    """The solution x of the discrete Lyapunov equation, a @ x @ a^H - x + q = 0.

    The derivative solves an equation with the same a, and the cotangent of q one with its transpose. `method` is
    SciPy's: of the equations for all elements ("direct", for matrices of less than 10 rows by default), or of a
    continuous equation that is made of this one ("bilinear").

    Raises:
        LinAlgError: there is no unique solution.
        ValueError: a is not square, or q has another shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_discrete_lyapunov(np.diag([0.5, 0.0]), Variable(np.diag([3.0, 1.0])))
    variable([[4. 0.]
              [0. 1.]])
    """
    ...

@overload
def solve_sylvester(a: Variable, b: Operand, q: Operand) -> Variable:
    """The solution x of Sylvester's equation, a @ x + x @ b = q.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_sylvester(np.eye(2), np.eye(2), Variable(np.array([[2.0, 4.0], [6.0, 8.0]])))
    variable([[1. 2.]
              [3. 4.]])
    """
    ...

@overload
def solve_sylvester(a: ArrayOrNumber, b: Variable, q: Operand) -> Variable: ...
@overload
def solve_sylvester(a: ArrayOrNumber, b: ArrayOrNumber, q: Variable) -> Variable: ...
@overload
def solve_sylvester(a: ArrayOrNumber, b: ArrayOrNumber, q: ArrayOrNumber) -> NDArray[Any]: ...
@binary_array_function
def solve_triangular(
    a: Operand, b: Operand, trans: Trans = 0, lower: bool = False, unit_diagonal: bool = False
) -> Array:
    """The solution x of a @ x = b for a triangular matrix a; the other triangle is not read.

    As in `scipy.linalg`, b is a vector if it has one axis, and a matrix or a stack of them otherwise. `trans` takes the
    transpose of a (1 or "T") or its adjoint (2 or "C"), and `lower` says which triangle a has before that. With
    `unit_diagonal` the diagonal is not read either, and taken for ones.

    Raises:
        LinAlgError: there is a 0 on the diagonal.
        ValueError: a is not square, or b does not fit, or `trans` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_triangular(np.array([[2.0, 0.0], [1.0, 4.0]]), Variable(np.array([2.0, 5.0])), lower=True)
    variable([1. 1.])
    """
    ...

@array_function
def sqrtm(A: Operand) -> Array:
    """The principal square root of a square matrix; of a real matrix complex where it has to be.

    Raises:
        LinAlgError: (in the derivative) the matrix is singular, up to rounding.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sqrtm(Variable(np.array([[4.0, 0.0], [0.0, 9.0]])))
    variable([[2. 0.]
              [0. 3.]])
    """
    ...

@array_function
def tanhm(A: Operand) -> Array:
    """The hyperbolic tangent of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tanhm(Variable(np.zeros((2, 2))))
    variable([[0. 0.]
              [0. 0.]])
    """
    ...

@array_function
def tanm(A: Operand) -> Array:
    """The tangent of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tanm(Variable(np.zeros((2, 2))))
    variable([[0. 0.]
              [0. 0.]])
    """
    ...

@_column_and_row_function
def toeplitz(c: Operand, r: Operand | None = None) -> Array:
    """The matrix with constant diagonals whose first column is c, and whose first row is r, or the conjugate of c.

    The first element of r is not read. Stacks of vectors, along the last axis, give stacks of matrices.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> toeplitz(Variable(np.array([1.0, 2.0])), np.array([1.0, 3.0, 4.0]))
    variable([[1. 3. 4.]
              [2. 1. 3.]])
    """
    ...
