# Made by `python -m tests.stubs`, not by hand.
"""The functions of `scipy.linalg` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Of their parameters `overwrite_...`, `check_finite`, and those that choose
an algorithm, as `lapack_driver`, change no value: they are taken, and of Variables not regarded. Stacks of matrices,
along the axes before the last two, are taken as in `numpy.linalg`. The functions that `numpy.linalg` has too
(eigenvalues, singular values, QR, least squares, norms) have the derivatives that they have there, and SciPy's
parameters and results."""

import numpy as np
from numpy.typing import NDArray
from pydezero.core.typed import array_function, binary_array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.linalg import norms
from pydezero.scipy.linalg.decompositions import Mode
from pydezero.scipy.linalg.powers import Method
from pydezero.scipy.linalg.riccati import _riccati_function
from pydezero.scipy.linalg.solving import Trans
from pydezero.scipy.linalg.special_matrices import ConvolutionMode, _column_and_row_function
from pydezero.scipy.linalg.spectra import Range, Type
from pydezero.scipy.linalg.sylvester import Method as Method_
from pydezero.scipy.linalg.toeplitz_systems import OfArray, OfVariable
from pydezero.scipy.linalg.tridiagonal import Select
from typing import Any, Literal, overload

__all__ = [
    "block_diag",
    "cho_factor",
    "cho_solve",
    "cho_solve_banded",
    "cholesky",
    "cholesky_banded",
    "circulant",
    "companion",
    "convolution_matrix",
    "coshm",
    "cosm",
    "det",
    "eig",
    "eigh",
    "eigh_tridiagonal",
    "eigvals",
    "eigvalsh",
    "eigvalsh_tridiagonal",
    "expm",
    "expm_frechet",
    "fractional_matrix_power",
    "hankel",
    "inv",
    "khatri_rao",
    "logm",
    "lstsq",
    "lu",
    "lu_factor",
    "lu_solve",
    "matmul_toeplitz",
    "norm",
    "orthogonal_procrustes",
    "pinv",
    "polar",
    "qr",
    "sinhm",
    "sinm",
    "solve",
    "solve_banded",
    "solve_circulant",
    "solve_continuous_are",
    "solve_continuous_lyapunov",
    "solve_discrete_are",
    "solve_discrete_lyapunov",
    "solve_sylvester",
    "solve_toeplitz",
    "solve_triangular",
    "solveh_banded",
    "sqrtm",
    "svd",
    "svdvals",
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
def cho_factor(
    a: Variable, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> tuple[Variable, bool]:
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
def cho_factor(
    a: ArrayOrNumber, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> tuple[NDArray[Any], bool]: ...
@overload
def cho_solve(
    c_and_lower: tuple[Variable, bool], b: Operand, overwrite_b: bool = False, check_finite: bool = True
) -> Variable:
    """The solution x of a @ x = b, for the result of `cho_factor(a)`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cho_solve((np.array([[2.0, 1.0], [0.0, 2.0]]), False), Variable(np.array([8.0, 12.0])))
    variable([1. 2.])
    """
    ...

@overload
def cho_solve(
    c_and_lower: tuple[ArrayOrNumber, bool], b: Variable, overwrite_b: bool = False, check_finite: bool = True
) -> Variable: ...
@overload
def cho_solve(
    c_and_lower: tuple[ArrayOrNumber, bool], b: ArrayOrNumber, overwrite_b: bool = False, check_finite: bool = True
) -> NDArray[Any]: ...
@overload
def cho_solve_banded(
    cb_and_lower: tuple[Variable, bool], b: Operand, overwrite_b: bool = False, check_finite: bool = True
) -> Variable:
    """The solution x of a @ x = b, for the factor `cholesky_banded(a, lower=lower)`, given with `lower` in a tuple.

    Raises:
        LinAlgError: the factor is singular.
        ValueError: the factor or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> factor = np.array([[0.0, 1.0], [2.0, 2.0]])
    >>> cho_solve_banded((factor, False), Variable(np.array([6.0, 7.0])))
    variable([1. 1.])
    """
    ...

@overload
def cho_solve_banded(
    cb_and_lower: tuple[ArrayOrNumber, bool], b: Variable, overwrite_b: bool = False, check_finite: bool = True
) -> Variable: ...
@overload
def cho_solve_banded(
    cb_and_lower: tuple[ArrayOrNumber, bool], b: ArrayOrNumber, overwrite_b: bool = False, check_finite: bool = True
) -> NDArray[Any]: ...
@array_function
def cholesky(a: Operand, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Array:
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

@overload
def cholesky_banded(
    ab: Variable, overwrite_ab: bool = False, *, lower: bool = False, check_finite: bool = True
) -> Variable:
    """The diagonals of the Cholesky factor of a banded matrix, given by its diagonals: the input of `cho_solve_banded`.

    `ab` and `lower` are those of `solveh_banded`, and the factor is that of `cholesky`, of the same bands. Outside of
    the matrix there are zeros; SciPy leaves arbitrary elements there. Stacks are taken, too. Of a Variable the factor
    is that of the whole matrix: it takes n^2 of memory, and n^3 of time.

    Raises:
        LinAlgError: the matrix is not positive definite.
        ValueError: ab is no matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cholesky_banded(Variable(np.array([[0.0, 2.0], [4.0, 5.0]])))
    variable([[0. 1.]
              [2. 2.]])
    """
    ...

@overload
def cholesky_banded(
    ab: ArrayOrNumber, overwrite_ab: bool = False, *, lower: bool = False, check_finite: bool = True
) -> NDArray[Any]: ...
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
    ...

@array_function
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
def det(a: Operand, overwrite_a: bool = False, check_finite: bool = True) -> Array:
    """The determinant of a square matrix, always in double precision.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> det(Variable(np.array([[2.0, 1.0], [0.0, 2.0]])))
    variable(4.0)
    """
    ...

@overload
def eig(
    a: Variable,
    *,
    right: Literal[True] = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> tuple[Variable, Variable]:
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
    ...

@overload
def eig(
    a: Variable,
    *,
    right: Literal[False],
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Variable: ...
@overload
def eig(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    left: bool = False,
    right: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> tuple[NDArray[Any], ...]: ...
@overload
def eigh(
    a: Variable,
    b: Operand | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[False] = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: Type = 1,
    check_finite: bool = True,
    subset_by_index: Range = None,
    driver: str | None = None,
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
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: Type = 1,
    check_finite: bool = True,
    subset_by_index: Range = None,
    driver: str | None = None,
) -> tuple[Variable, Variable]: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[False] = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: Type = 1,
    check_finite: bool = True,
    subset_by_index: Range = None,
    driver: str | None = None,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def eigh(
    a: Variable,
    b: Operand | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[True],
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: Type = 1,
    check_finite: bool = True,
    subset_by_index: Range = None,
    driver: str | None = None,
) -> Variable: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: Variable,
    *,
    lower: bool = True,
    eigvals_only: Literal[True],
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: Type = 1,
    check_finite: bool = True,
    subset_by_index: Range = None,
    driver: str | None = None,
) -> Variable: ...
@overload
def eigh(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    *,
    lower: bool = True,
    eigvals_only: Literal[True],
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: Type = 1,
    check_finite: bool = True,
    subset_by_index: Range = None,
    driver: str | None = None,
) -> NDArray[Any]: ...
@overload
def eigh_tridiagonal(
    d: Variable,
    e: Operand,
    eigvals_only: Literal[False] = False,
    select: Select = "a",
    select_range: Range = None,
    check_finite: bool = True,
    *,
    lapack_driver: str | None = "auto",
) -> tuple[Variable, Variable]:
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
    ...

@overload
def eigh_tridiagonal(
    d: ArrayOrNumber,
    e: Variable,
    eigvals_only: Literal[False] = False,
    select: Select = "a",
    select_range: Range = None,
    check_finite: bool = True,
    *,
    lapack_driver: str | None = "auto",
) -> tuple[Variable, Variable]: ...
@overload
def eigh_tridiagonal(
    d: ArrayOrNumber,
    e: ArrayOrNumber,
    eigvals_only: Literal[False] = False,
    select: Select = "a",
    select_range: Range = None,
    check_finite: bool = True,
    *,
    lapack_driver: str | None = "auto",
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def eigh_tridiagonal(
    d: Variable,
    e: Operand,
    eigvals_only: Literal[True],
    select: Select = "a",
    select_range: Range = None,
    check_finite: bool = True,
    *,
    lapack_driver: str | None = "auto",
) -> Variable: ...
@overload
def eigh_tridiagonal(
    d: ArrayOrNumber,
    e: Variable,
    eigvals_only: Literal[True],
    select: Select = "a",
    select_range: Range = None,
    check_finite: bool = True,
    *,
    lapack_driver: str | None = "auto",
) -> Variable: ...
@overload
def eigh_tridiagonal(
    d: ArrayOrNumber,
    e: ArrayOrNumber,
    eigvals_only: Literal[True],
    select: Select = "a",
    select_range: Range = None,
    check_finite: bool = True,
    *,
    lapack_driver: str | None = "auto",
) -> NDArray[Any]: ...
@overload
def eigvals(a: Variable, *, overwrite_a: bool = False, check_finite: bool = True) -> Variable:
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
    ...

@overload
def eigvals(
    a: ArrayOrNumber, b: ArrayOrNumber | None = None, overwrite_a: bool = False, check_finite: bool = True
) -> NDArray[Any]: ...
@overload
def eigvalsh(
    a: Variable,
    b: Operand | None = None,
    *,
    lower: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: Type = 1,
    check_finite: bool = True,
    subset_by_index: Range = None,
    driver: str | None = None,
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
    a: ArrayOrNumber,
    b: Variable,
    *,
    lower: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: Type = 1,
    check_finite: bool = True,
    subset_by_index: Range = None,
    driver: str | None = None,
) -> Variable: ...
@overload
def eigvalsh(
    a: ArrayOrNumber,
    b: ArrayOrNumber | None = None,
    *,
    lower: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: Type = 1,
    check_finite: bool = True,
    subset_by_index: Range = None,
    driver: str | None = None,
) -> NDArray[Any]: ...
@overload
def eigvalsh_tridiagonal(
    d: Variable,
    e: Operand,
    select: Select = "a",
    select_range: Range = None,
    check_finite: bool = True,
    *,
    lapack_driver: str | None = "auto",
) -> Variable:
    """The eigenvalues of `eigh_tridiagonal(d, e)`, with its arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigvalsh_tridiagonal(Variable(np.array([1.0, 1.0])), np.array([2.0]))
    variable([-1.  3.])
    """
    ...

@overload
def eigvalsh_tridiagonal(
    d: ArrayOrNumber,
    e: Variable,
    select: Select = "a",
    select_range: Range = None,
    check_finite: bool = True,
    *,
    lapack_driver: str | None = "auto",
) -> Variable: ...
@overload
def eigvalsh_tridiagonal(
    d: ArrayOrNumber,
    e: ArrayOrNumber,
    select: Select = "a",
    select_range: Range = None,
    check_finite: bool = True,
    *,
    lapack_driver: str | None = "auto",
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

@overload
def expm_frechet(
    A: Variable, E: Operand, method: Method = None, compute_expm: Literal[True] = True, check_finite: bool = True
) -> tuple[Variable, Variable]:
    """The exponential of a square matrix A, and its derivative in the direction E; or the derivative alone.

    Args:
        A: a square matrix, or a stack of them.
        E: a matrix of the same shape, or a stack of them.
        method: SciPy's algorithm for plain arrays; of Variables it is always that of "blockEnlarge".
        compute_expm: whether to return the exponential beside its derivative.

    Raises:
        ValueError: A is not square, or E has another shape, or the method is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> expm_frechet(np.zeros((2, 2)), Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), compute_expm=False)
    variable([[1. 2.]
              [3. 4.]])
    """
    ...

@overload
def expm_frechet(
    A: ArrayOrNumber, E: Variable, method: Method = None, compute_expm: Literal[True] = True, check_finite: bool = True
) -> tuple[NDArray[Any], Variable]: ...
@overload
def expm_frechet(
    A: ArrayOrNumber,
    E: ArrayOrNumber,
    method: Method = None,
    compute_expm: Literal[True] = True,
    check_finite: bool = True,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def expm_frechet(
    A: Variable, E: Operand, method: Method = None, *, compute_expm: Literal[False], check_finite: bool = True
) -> Variable: ...
@overload
def expm_frechet(
    A: ArrayOrNumber, E: Variable, method: Method = None, *, compute_expm: Literal[False], check_finite: bool = True
) -> Variable: ...
@overload
def expm_frechet(
    A: ArrayOrNumber,
    E: ArrayOrNumber,
    method: Method = None,
    *,
    compute_expm: Literal[False],
    check_finite: bool = True,
) -> NDArray[Any]: ...
@overload
def fractional_matrix_power(A: Variable, t: float | Operand) -> Variable:
    """The principal power t of a square matrix, or of each of a stack; of a real one complex where it has to be.

    For an integer t it is `numpy.linalg.matrix_power`, which needs no logarithm. A power has a derivative with respect
    to t, too. Where a real matrix has complex eigenvalues and a real power, SciPy returns that as complex numbers.

    Raises:
        LinAlgError: a matrix is singular, and t is no integer, or negative.
        ValueError: A is not square, or t is no number.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fractional_matrix_power(Variable(np.diag([4.0, 9.0])), -0.5)
    variable([[0.5        0.        ]
              [0.         0.33333333]])
    """
    ...

@overload
def fractional_matrix_power(A: ArrayOrNumber, t: Variable) -> Variable: ...
@overload
def fractional_matrix_power(A: ArrayOrNumber, t: float) -> NDArray[Any]: ...
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
def inv(a: Operand, overwrite_a: bool = False, check_finite: bool = True) -> Array:
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
def lstsq(
    a: Variable,
    b: Operand,
    cond: float | None = None,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = None,
) -> tuple[Variable, Variable, int, Variable]:
    """The x of the least norm among those for which the norm of b - a @ x is the least.

    Args:
        a: a matrix (m, n).
        b: a vector (m,), or a matrix (m, k) of k right sides.
        cond: singular values of a up to this times the largest are taken for 0; by default the precision of the dtype.

    Returns:
        The x (n,) or (n, k); the sums of squares of b - a @ x, of shape () or (k,), or an empty array where a has not
        rank n, or m is not larger than n; the rank of a, which has no derivative; and the singular values of a. The
        derivatives are those of `numpy.linalg.lstsq`.

    Raises:
        ValueError: a is no matrix, or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lstsq(Variable(np.array([[1.0], [1.0]])), np.array([1.0, 3.0]))[:2]
    (variable([2.]), variable(2.0))
    """
    ...

@overload
def lstsq(
    a: ArrayOrNumber,
    b: Variable,
    cond: float | None = None,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = None,
) -> tuple[Variable, Variable, int, Variable]: ...
@overload
def lstsq(
    a: ArrayOrNumber,
    b: ArrayOrNumber,
    cond: float | None = None,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = None,
) -> tuple[NDArray[Any], NDArray[Any], int, NDArray[Any]]: ...
@overload
def lu(
    a: Variable,
    permute_l: Literal[False] = False,
    overwrite_a: bool = False,
    check_finite: bool = True,
    *,
    p_indices: bool = False,
) -> tuple[NDArray[Any], Variable, Variable]:
    """The p, l and u with a = p @ l @ u: a permutation, and a lower and an upper triangular matrix.

    Args:
        a: a matrix (m, n), or a stack of them; k is the smaller of m and n.
        permute_l: return p @ l (m, k) and u, rather than p, l and u.
        p_indices: p is the index with a = l[p] @ u, rather than a matrix (m, m).

    The diagonal of l (m, k) is ones, and u is (k, n). The permutation has no derivative.

    Raises:
        LinAlgError: (in the derivative) the first k rows and columns of p^T @ a are singular.
        ValueError: a is no matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lu(Variable(np.array([[1.0, 4.0], [2.0, 4.0]])), permute_l=True)
    (variable([[0.5 1. ]
              [1.  0. ]]), variable([[2. 4.]
              [0. 2.]]))
    """
    ...

@overload
def lu(
    a: Variable,
    permute_l: Literal[True],
    overwrite_a: bool = False,
    check_finite: bool = True,
    *,
    p_indices: bool = False,
) -> tuple[Variable, Variable]: ...
@overload
def lu(
    a: ArrayOrNumber,
    permute_l: Literal[False] = False,
    overwrite_a: bool = False,
    check_finite: bool = True,
    *,
    p_indices: bool = False,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@overload
def lu(
    a: ArrayOrNumber,
    permute_l: Literal[True],
    overwrite_a: bool = False,
    check_finite: bool = True,
    *,
    p_indices: bool = False,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def lu_factor(a: Variable, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Variable, NDArray[Any]]:
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
def lu_factor(
    a: ArrayOrNumber, overwrite_a: bool = False, check_finite: bool = True
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def lu_solve(
    lu_and_piv: tuple[Variable, Operand],
    b: Operand,
    trans: Trans = 0,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Variable:
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
def lu_solve(
    lu_and_piv: tuple[ArrayOrNumber, Operand],
    b: Variable,
    trans: Trans = 0,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Variable: ...
@overload
def lu_solve(
    lu_and_piv: tuple[ArrayOrNumber, Operand],
    b: ArrayOrNumber,
    trans: Trans = 0,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> NDArray[Any]: ...
@overload
def matmul_toeplitz(
    c_or_cr: OfVariable, x: Operand, check_finite: bool = False, workers: int | None = None
) -> Variable:
    """The product toeplitz(c, r) @ x, by Fourier transforms and without the matrix.

    Args:
        c_or_cr: the first column c, or the tuple (c, r) with the first row r, which is conj(c) by default. The first
            element of r is not read.
        x: a vector of the length of r, or a matrix of so many rows, or a stack of these.

    Raises:
        ValueError: x does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matmul_toeplitz(np.array([2.0, 1.0]), Variable(np.array([1.0, -1.0])))
    variable([ 1. -1.])
    """
    ...

@overload
def matmul_toeplitz(
    c_or_cr: OfArray, x: Variable, check_finite: bool = False, workers: int | None = None
) -> Variable: ...
@overload
def matmul_toeplitz(
    c_or_cr: OfArray, x: ArrayOrNumber, check_finite: bool = False, workers: int | None = None
) -> NDArray[Any]: ...
@array_function
def norm(
    a: Operand,
    ord: norms.Order = None,
    axis: int | tuple[int, ...] | None = None,
    keepdims: bool = False,
    check_finite: bool = True,
) -> Array:
    """A norm of a vector or matrix, or of the vectors or matrices in one or two axes: that of `numpy.linalg.norm`.

    Raises:
        ValueError: there is no norm of this order, or of this number of axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> norm(Variable(np.array([3.0, 4.0])))
    variable(5.0)
    """
    ...

@overload
def orthogonal_procrustes(A: Variable, B: Operand, check_finite: bool = True) -> tuple[Variable, Variable]:
    """The unitary matrix R for which the norm of A @ R - B is the least, and the sum of the singular values of A^H @ B.

    R is the unitary factor of A^H @ B, see `polar` (P. Schönemann, "A generalized solution of the orthogonal Procrustes
    problem", 1966).

    Raises:
        LinAlgError: (in the derivative) A^H @ B is singular: another R is as good.
        ValueError: A and B are no matrices of the same shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> points = np.array([[1.0, 0.0], [0.0, 2.0]])
    >>> orthogonal_procrustes(Variable(points), points[:, ::-1])
    (variable([[0. 1.]
              [1. 0.]]), variable(5.0))
    """
    ...

@overload
def orthogonal_procrustes(A: ArrayOrNumber, B: Variable, check_finite: bool = True) -> tuple[Variable, Variable]: ...
@overload
def orthogonal_procrustes(
    A: ArrayOrNumber, B: ArrayOrNumber, check_finite: bool = True
) -> tuple[NDArray[Any], np.floating[Any]]: ...
@overload
def pinv(
    a: Variable,
    *,
    atol: None = None,
    rtol: float | None = None,
    return_rank: Literal[False] = False,
    check_finite: bool = True,
) -> Variable:
    """The pseudo-inverse of a matrix (m, n), or of each of a stack of them, and with `return_rank` the rank.

    Singular values up to `rtol` times the largest, by default the precision of the dtype times the larger of m and n,
    are taken for 0. The derivative is that of `numpy.linalg.pinv`; the rank has none.

    Raises:
        TypeError: `atol`, a tolerance that is not relative, is given with a Variable.
        ValueError: a is no matrix, or `rtol` is negative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> pinv(Variable(np.array([[2.0], [0.0]])))
    variable([[0.5 0. ]])
    """
    ...

@overload
def pinv(
    a: Variable, *, atol: None = None, rtol: float | None = None, return_rank: Literal[True], check_finite: bool = True
) -> tuple[Variable, int]: ...
@overload
def pinv(
    a: ArrayOrNumber,
    *,
    atol: float | None = None,
    rtol: float | None = None,
    return_rank: Literal[False] = False,
    check_finite: bool = True,
) -> NDArray[Any]: ...
@overload
def pinv(
    a: ArrayOrNumber,
    *,
    atol: float | None = None,
    rtol: float | None = None,
    return_rank: Literal[True],
    check_finite: bool = True,
) -> tuple[NDArray[Any], int]: ...
@overload
def polar(a: Variable, side: Literal["right", "left"] = "right") -> tuple[Variable, Variable]:
    """The u and p with a = u @ p, or with side="left" a = p @ u, where p is positive semidefinite.

    Of a square matrix u is unitary: a rotation, and a reflection at most. Of a matrix (m, n), or each of a stack of
    them, u is (m, n), with orthonormal columns, or rows where these are fewer.

    Raises:
        LinAlgError: (in the derivative) a has not full rank.
        ValueError: a is no matrix, or `side` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polar(Variable(np.array([[0.0, -2.0], [2.0, 0.0]])))
    (variable([[ 0. -1.]
              [ 1.  0.]]), variable([[2. 0.]
              [0. 2.]]))
    """
    ...

@overload
def polar(a: ArrayOrNumber, side: Literal["right", "left"] = "right") -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def qr(
    a: Variable,
    overwrite_a: bool = False,
    lwork: int | None = None,
    *,
    mode: Literal["full", "economic"] = "full",
    pivoting: Literal[False] = False,
    check_finite: bool = True,
) -> tuple[Variable, Variable]:
    """The decomposition a = q @ r of a matrix (m, n), or of each of a stack of them.

    Args:
        a: a matrix (m, n), or a stack of them; k is the smaller of m and n.
        mode: "full" for q (m, m) and r (m, n), "economic" for q (m, k) and r (k, n), or "r" for r (m, n) alone, in a
            tuple. "raw" is not for a Variable.
        pivoting: order the columns so that the diagonal of r does not grow: a[:, p] = q @ r, with p after r. The order
            has no derivative.

    Its derivative is that of `numpy.linalg.qr`, which says where there is none.

    Raises:
        LinAlgError: (in the derivative) the columns are linearly dependent (of a wide matrix, the first m), or the
            result depends on which basis the further columns of "full" are.
        TypeError: the mode is "raw".
        ValueError: a is no matrix, or the mode is none of these.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> qr(Variable(np.array([[0.0, 1.0], [2.0, 3.0]])), mode="r")
    (variable([[-2. -3.]
              [ 0. -1.]]),)
    """
    ...

@overload
def qr(
    a: Variable,
    overwrite_a: bool = False,
    lwork: int | None = None,
    *,
    mode: Literal["full", "economic"] = "full",
    pivoting: Literal[True],
    check_finite: bool = True,
) -> tuple[Variable, Variable, NDArray[Any]]: ...
@overload
def qr(
    a: Variable,
    overwrite_a: bool = False,
    lwork: int | None = None,
    *,
    mode: Literal["r"],
    pivoting: Literal[False] = False,
    check_finite: bool = True,
) -> tuple[Variable]: ...
@overload
def qr(
    a: Variable,
    overwrite_a: bool = False,
    lwork: int | None = None,
    *,
    mode: Literal["r"],
    pivoting: Literal[True],
    check_finite: bool = True,
) -> tuple[Variable, NDArray[Any]]: ...
@overload
def qr(
    a: ArrayOrNumber,
    overwrite_a: bool = False,
    lwork: int | None = None,
    *,
    mode: Mode = "full",
    pivoting: bool = False,
    check_finite: bool = True,
) -> tuple[Any, ...]: ...
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
    a: Operand,
    b: Operand,
    lower: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    *,
    assume_a: str | None = None,
    transposed: bool = False,
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
def solve_banded(
    l_and_u: tuple[int, int],
    ab: Variable,
    b: Operand,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Variable:
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
def solve_banded(
    l_and_u: tuple[int, int],
    ab: ArrayOrNumber,
    b: Variable,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Variable: ...
@overload
def solve_banded(
    l_and_u: tuple[int, int],
    ab: ArrayOrNumber,
    b: ArrayOrNumber,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> NDArray[Any]: ...
@binary_array_function
def solve_circulant(
    c: Operand,
    b: Operand,
    singular: Literal["raise", "lstsq"] = "raise",
    tol: float | None = None,
    caxis: int = -1,
    baxis: int = 0,
    outaxis: int = 0,
) -> Array:
    """The solution x of circulant(c) @ x = b, by Fourier transforms and without the matrix.

    Args:
        c: the first column, along the axis `caxis`.
        b: the right sides, along the axis `baxis`; the other axes broadcast against those of c.
        singular: for a matrix that is nearly singular, raise an error, or solve by least squares ("lstsq").
        tol: the magnitude up to which an eigenvalue is taken for 0, by default relative to the largest.
        caxis: an axis of c.
        baxis: an axis of b.
        outaxis: the axis of the solution that is along these.

    The derivative of a solution by least squares is that among circulant matrices with the same eigenvalues 0.

    Raises:
        LinAlgError: the matrix is nearly singular.
        ValueError: c and b do not fit, or `singular` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_circulant(Variable(np.array([2.0, 1.0])), np.array([4.0, 5.0]))
    variable([1. 2.])
    """
    ...

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
def solve_discrete_lyapunov(a: Operand, q: Operand, method: Method_ = None) -> Array:
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
@overload
def solve_toeplitz(c_or_cr: OfVariable, b: Operand, check_finite: bool = True) -> Variable:
    """The solution x of toeplitz(c, r) @ x = b.

    Args:
        c_or_cr: the first column c, or the tuple (c, r) with the first row r, which is conj(c) by default. The first
            element of r is not read.
        b: a vector, or a matrix whose columns are right sides.

    It is found by Levinson's recursion, in a time of n^2, and the derivative by one more, with the transpose. Stacks of
    vectors c and r are taken, too.

    Raises:
        LinAlgError: the matrix of the first rows and columns, as many of each, is singular for some number of them.
        ValueError: c and r are not vectors of the same length, or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_toeplitz(Variable(np.array([2.0, 1.0])), np.array([3.0, 3.0]))
    variable([1. 1.])
    """
    ...

@overload
def solve_toeplitz(c_or_cr: OfArray, b: Variable, check_finite: bool = True) -> Variable: ...
@overload
def solve_toeplitz(c_or_cr: OfArray, b: ArrayOrNumber, check_finite: bool = True) -> NDArray[Any]: ...
@binary_array_function
def solve_triangular(
    a: Operand,
    b: Operand,
    trans: Trans = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
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

@overload
def solveh_banded(
    ab: Variable,
    b: Operand,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    *,
    lower: bool = False,
    check_finite: bool = True,
) -> Variable:
    """The solution x of a @ x = b for a Hermitian, positive definite banded matrix, given by its diagonals.

    Args:
        ab: the diagonals (u + 1, n): a[i, j] is in ab[u + i - j, j] for i <= j, or with `lower` in ab[i - j, j] for
            i >= j. What lies outside of the matrix, and the imaginary part of the main diagonal, is not read, and gets
            the derivative 0.
        b: a vector, or a matrix whose columns are right sides.
        lower: whether ab has the diagonals below the main one, rather than those above.

    Raises:
        LinAlgError: the matrix is not positive definite.
        ValueError: ab or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solveh_banded(np.array([[0.0, 1.0], [2.0, 2.0]]), Variable(np.array([3.0, 3.0])))
    variable([1. 1.])
    """
    ...

@overload
def solveh_banded(
    ab: ArrayOrNumber,
    b: Variable,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    *,
    lower: bool = False,
    check_finite: bool = True,
) -> Variable: ...
@overload
def solveh_banded(
    ab: ArrayOrNumber,
    b: ArrayOrNumber,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    *,
    lower: bool = False,
    check_finite: bool = True,
) -> NDArray[Any]: ...
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

@overload
def svd(
    a: Variable,
    full_matrices: bool = True,
    compute_uv: Literal[True] = True,
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = "gesdd",
) -> tuple[Variable, Variable, Variable]:
    """The singular value decomposition U, s, Vh of a matrix, or of each of a stack of them: a = U * s @ Vh.

    Its parameters and its derivative are those of `numpy.linalg.svd`, which says where there is none; the results are
    a plain tuple.

    Raises:
        LinAlgError: (in the derivative) singular values are equal, and the vectors count.
        ValueError: a is no matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> u, s, vh = svd(Variable(np.array([[0.0, 2.0], [3.0, 0.0]])))
    >>> s
    variable([3. 2.])
    """
    ...

@overload
def svd(
    a: Variable,
    full_matrices: bool = True,
    *,
    compute_uv: Literal[False],
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = "gesdd",
) -> Variable: ...
@overload
def svd(
    a: Variable,
    full_matrices: bool,
    compute_uv: Literal[False],
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = "gesdd",
) -> Variable: ...
@overload
def svd(
    a: ArrayOrNumber,
    full_matrices: bool = True,
    compute_uv: Literal[True] = True,
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = "gesdd",
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@overload
def svd(
    a: ArrayOrNumber,
    full_matrices: bool = True,
    *,
    compute_uv: Literal[False],
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = "gesdd",
) -> NDArray[Any]: ...
@overload
def svd(
    a: ArrayOrNumber,
    full_matrices: bool,
    compute_uv: Literal[False],
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = "gesdd",
) -> NDArray[Any]: ...
@array_function
def svdvals(a: Operand, overwrite_a: bool = False, check_finite: bool = True) -> Array:
    """The singular values of a matrix, or of each of a stack of them, from the largest to the smallest.

    Its derivative is that of `numpy.linalg.svdvals`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> svdvals(Variable(np.array([[0.0, 2.0], [3.0, 0.0]])))
    variable([3. 2.])
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
