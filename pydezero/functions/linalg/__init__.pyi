# Made by `python -m tests.stubs`, not by hand.
"""The differentiable functions of `numpy.linalg`, with NumPy's names, arguments and results.

Conventions that they share:

- Functions of stacks of matrices work on the last two axes, as in NumPy.
- In no rule is a cotangent conjugated: for f: C -> R the gradient is df/dRe(z) - i df/dIm(z).
- A function that reads one triangle of a Hermitian matrix (`cholesky`, `eigh`, `eigvalsh`; `svd` and `pinv` with
  `hermitian`) gives a derivative to that triangle alone, because NumPy's result depends on nothing else.
- Where there is no derivative (eigenvectors of equal eigenvalues, a defective matrix, ...) a LinAlgError says so."""

from collections.abc import Sequence
from numpy.typing import NDArray
from pydezero.core.typed import array_function, binary_array_function, binary_function, joining_function, unary_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.linalg.norms import Order
from pydezero.functions.linalg.results import EigResult, EighResult, LstsqResult, QRResult, SVDResult, SlogdetResult
from pydezero.functions.linalg.spectra import Triangle
from typing import Any, Literal, overload
from pydezero.functions.linalg.results import EigResult as EigResult
from pydezero.functions.linalg.results import EighResult as EighResult
from pydezero.functions.linalg.results import LstsqResult as LstsqResult
from pydezero.functions.linalg.results import QRResult as QRResult
from pydezero.functions.linalg.results import SVDResult as SVDResult
from pydezero.functions.linalg.results import SlogdetResult as SlogdetResult

__all__ = [
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]

@array_function
def cholesky(a: Operand, /, *, upper: bool = False) -> Array:
    """The lower triangular L with a = L @ L^H of a positive definite matrix, or of each of a stack of them.

    With `upper` it is the U with a = U^H @ U. As NumPy does, it reads the triangle of a that it returns. So the other
    triangle, and the imaginary parts on the diagonal, get the derivative 0, and each element of this one that of the
    two that it stands for. For a derivative that is symmetric write `cholesky((a + a.mT) / 2)`.

    Raises:
        LinAlgError: a matrix is not square, or not positive definite.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cholesky(Variable(np.array([[4.0, 0.0], [2.0, 5.0]])))
    variable([[2. 0.]
              [1. 2.]])
    """
    ...

@array_function
def cond(x: Array, p: Order = None) -> Array:
    """The condition number of a matrix, or of each of a stack of them: its norm times the norm of its inverse.

    `p` is the order of the norm (see `norm`); by default it is 2, for which the condition number is the largest
    singular value divided by the smallest. Of a matrix that is singular, up to rounding, it is infinite or as large as
    rounding leaves it, and the derivative is taken to be 0.

    Raises:
        LinAlgError: a matrix is empty; or p is not 2 or -2, and it is not square.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cond(Variable(np.array([[1.0, 0.0], [0.0, 4.0]])))
    variable(4.0)
    """
    ...

@binary_array_function
def cross(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Array:
    """The cross products of vectors of three elements along an axis; the other axes broadcast.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cross(Variable(np.array([1.0, 0.0, 0.0])), np.array([0.0, 1.0, 0.0]))
    variable([0. 0. 1.])
    """
    ...

@unary_function
def det(a: Operand) -> Array:
    """The determinant of a square matrix, or of each of a stack of them.

    The first and second derivative are right for singular matrices too: the first is the matrix of cofactors.

    Raises:
        LinAlgError: a matrix is not square; (in a third derivative) it is singular.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(det)(np.array([[1.0, 1.0], [1.0, 1.0]]))
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    ...

@array_function
def diagonal(x: Operand, /, *, offset: int = 0) -> Array:
    """The diagonal of a matrix, or of each of a stack of them; above the main one by `offset`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diagonal(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([1. 4.])
    """
    ...

@overload
def eig(a: Variable) -> EigResult[Variable]:
    """The eigenvalues and eigenvectors, of length 1, of a square matrix, or of each of a stack of them.

    As in NumPy they are real if all eigenvalues, of the whole stack, are real. An eigenvector is determined up to its
    sign or phase. The derivative is that of a vector that turns no further than it must (v^H dv = 0), and so it is
    right for whatever does not depend on the phases.

    Raises:
        LinAlgError: there is no derivative: the matrix is defective; or the result depends on eigenvectors of
            eigenvalues that are equal up to rounding (in forward mode, if only there are such: where the eigenvalues
            alone are needed, write `eigvals`).

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eig(Variable(np.array([[1.0, 0.0], [2.0, 3.0]]))).eigenvalues.real
    variable([3. 1.])
    """
    ...

@overload
def eig(a: ArrayOrNumber) -> EigResult[NDArray[Any]]: ...
@overload
def eigh(a: Variable, UPLO: Triangle = "L") -> EighResult[Variable]:
    """The eigenvalues, in ascending order, and orthonormal eigenvectors of a Hermitian matrix, or of a stack of them.

    Args:
        a: a matrix (n, n), or a stack of them.
        UPLO: the triangle that is read, "L" or "U". The matrix is taken to be Hermitian, so the other triangle, and the
            imaginary parts on the diagonal, get the derivative 0, and each element of this one that of the two that it
            stands for. For a derivative that is symmetric write `eigh((a + a.mT) / 2)`.

    An eigenvector is determined up to its sign, or for complex matrices its phase. The derivative is that of a vector
    that turns no further than it must (v^H dv = 0), and so it is right for whatever does not depend on the phases.

    Raises:
        LinAlgError: the eigenvectors have no derivative, because eigenvalues are equal up to rounding. In reverse mode
            this is so only where the result depends on those vectors. Forward mode computes the derivatives of all
            outputs, so where the eigenvalues alone are needed, write `eigvalsh`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigh(Variable(np.array([[1.0, 0.0], [2.0, 1.0]]))).eigenvalues
    variable([-1.  3.])
    """
    ...

@overload
def eigh(a: ArrayOrNumber, UPLO: Triangle = "L") -> EighResult[NDArray[Any]]: ...
@unary_function
def eigvals(a: Array) -> Array:
    """The eigenvalues of a square matrix, or of each of a stack of them, in no particular order.

    Among eigenvalues that are equal, each gets the derivative along the eigenvector that LAPACK returned for it, so
    that sums over them have the right one.

    Raises:
        LinAlgError: (in the derivative) the matrix is defective.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigvals(Variable(np.array([[0.0, 1.0], [-1.0, 0.0]])))
    variable([0.+1.j 0.-1.j])
    """
    ...

@array_function
def eigvalsh(a: Array, UPLO: Triangle = "L") -> Array:
    """The eigenvalues of a Hermitian matrix, or of each of a stack of them, in ascending order.

    As `eigh`, it reads one triangle. Among eigenvalues that are equal, each gets the derivative along the eigenvector
    that LAPACK returned for it, so that sums over them have the right one; a second derivative raises there.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> eigvalsh(Variable(np.array([[1.0, 0.0], [2.0, 1.0]])))
    variable([-1.  3.])
    """
    ...

@unary_function
def inv(a: Operand) -> Array:
    """The inverse of a square matrix, or of each of a stack of them.

    Raises:
        LinAlgError: a matrix is not square, or it is singular.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> inv(Variable(np.array([[2.0, 0.0], [0.0, 4.0]])))
    variable([[0.5  0.  ]
              [0.   0.25]])
    """
    ...

@overload
def lstsq(a: Variable, b: Operand, rcond: float | None = None) -> LstsqResult[Variable, int]:
    """The x of the least norm among those for which the norm of b - a @ x is the least.

    Args:
        a: a matrix (m, n).
        b: a vector (m,), or a matrix (m, k) of k right sides.
        rcond: singular values of a up to this times the largest are taken for 0; by default the precision of the
            dtype times the larger of m and n.

    Returns:
        The named tuple (x, residuals, rank, singular_values).

        - x: (n,) or (n, k), differentiable in a and b. For a matrix of full rank, and for one without, the derivative
          is that among matrices of the same rank (Golub and Pereyra 1973).
        - residuals: the sums of squares of b - a @ x, of shape (k,), or (1,) for a vector; as in NumPy an empty array
          where a has not rank n, or m is not larger than n.
        - rank: of a; not differentiated.
        - singular_values: those of a, see `svdvals`.

    Under `vmap` and in a trace, where no shape may depend on a value, the residuals are given for m > n whatever the
    rank is.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lstsq(Variable(np.array([[1.0], [1.0]])), np.array([1.0, 3.0])).x
    variable([2.])
    """
    ...

@overload
def lstsq(a: ArrayOrNumber, b: Variable, rcond: float | None = None) -> LstsqResult[Variable, int]: ...
@overload
def lstsq(a: ArrayOrNumber, b: ArrayOrNumber, rcond: float | None = None) -> LstsqResult[NDArray[Any], int]: ...
@binary_function
def matmul(x1: Operand, x2: Operand, /) -> Array:
    """The matrix product over the last two axes. A vector is a row on the left and a column on the right.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.matmul` gives.
    """
    ...

@array_function
def matrix_norm(x: Array, /, *, keepdims: bool = False, ord: Order = "fro") -> Array:
    """A norm of a matrix, or of each of a stack of them; see `norm` for the orders.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matrix_norm(Variable(np.array([[3.0, 0.0], [0.0, 4.0]])), ord="nuc")
    variable(7.0)
    """
    ...

@array_function
def matrix_power(a: Array, n: int) -> Array:
    """A square matrix, or each of a stack of them, to an integer power; a negative one is a power of the inverse.

    The power 0 is the identity, whose derivative is 0.

    Raises:
        LinAlgError: a matrix is not square; or it is singular, and n negative.
        TypeError: n is no integer.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matrix_power(Variable(np.array([[1.0, 1.0], [0.0, 1.0]])), 5)
    variable([[1. 5.]
              [0. 1.]])
    """
    ...

@unary_function
def matrix_transpose(x: Operand, /) -> Array:
    """The transpose of a matrix, or of each of a stack of them. Nothing is conjugated.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matrix_transpose(Variable(np.ones((4, 2, 3)))).shape
    (4, 3, 2)
    """
    ...

@joining_function
def multi_dot(arrays: Sequence[Operand]) -> Array:
    """The product of two or more matrices, in the order of the fewest multiplications.

    The first may be a vector, which is a row, and the last one, which is a column.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> multi_dot([Variable(np.array([1.0, 2.0])), np.eye(2), np.array([3.0, 4.0])])
    variable(11.0)
    """
    ...

@array_function
def norm(x: Array, ord: Order = None, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Array:
    """A norm of a vector or matrix, or of the vectors or matrices in one or two axes.

    Args:
        x: an array; without `axis` it has one or two axes, or any number if there is no `ord` either.
        ord: the order. Of vectors the sum of abs(x)**ord to the power of 1 / ord: any number, with inf the largest and
            -inf the smallest magnitude, 0 the number of elements that are not 0 (whose derivative is 0). Of matrices
            "fro" (the root of the sum of squares), "nuc" (the sum of the singular values), 2 and -2 (the largest and
            smallest of them), 1 and -1 (the largest and smallest sum of magnitudes of a column), inf and -inf (of a
            row). By default the root of the sum of squares.
        axis: the axis of the vectors, or the two axes of the matrices.
        keepdims: keep the axes that are reduced, with length 1.

    The derivative of a norm at 0 is taken to be 0, and so is that with respect to an element that is 0 where the order
    is below 2. Elements, and singular values, that tie for the largest or the smallest share the derivative evenly.
    The second derivative of a smooth function of a norm is nan where the norm is 0, and where an element of a norm of
    order 1 is; but that of powers (`norm(x) ** 2`) is right there for the default order.

    Raises:
        ValueError: there is no norm of this order, or of this number of axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> norm(Variable(np.array([3.0, 4.0])))
    variable(5.0)
    """
    ...

@binary_function
def outer(x1: Operand, x2: Operand, /) -> Array:
    """All products of an element of one vector with an element of another.

    Raises:
        ValueError: one of them is no vector; `np.outer` takes arrays of any shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> outer(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable([[3. 4.]
              [6. 8.]])
    """
    ...

@array_function
def pinv(a: Array, rcond: ArrayOrNumber | None = None, hermitian: bool = False, *, rtol: Any = ...) -> Array:
    """The pseudo-inverse of a matrix, or of each of a stack of them.

    Singular values up to `rcond` (or `rtol`) times the largest are taken for 0. The derivative is that among matrices
    of the same rank (Golub and Pereyra 1973), with a further term if the values that are cut off are not 0; where the
    rank changes there is none. With `hermitian`, as in NumPy, the lower triangle alone is read, and so it alone gets a
    derivative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> pinv(Variable(np.array([[2.0], [0.0]])))
    variable([[0.5 0. ]])
    """
    ...

@overload
def qr(a: Variable, mode: Literal["reduced", "complete"] = "reduced") -> QRResult[Variable]:
    """The decomposition a = Q @ R of a matrix (m, n), or of each of a stack of them.

    The columns of Q are orthonormal, and R is upper triangular. With k the smaller of m and n, the modes are:

    - "reduced": Q is (m, k) and R is (k, n);
    - "complete": Q is (m, m) and R is (m, n). The columns of Q beyond the n-th are any basis of a space; their
      derivative is that of a basis that turns no further than it must, right for whatever does not depend on which one
      it is;
    - "r": R alone, as in "reduced";
    - "raw": not for a Variable.

    Raises:
        LinAlgError: there is no derivative: the columns are linearly dependent (of a wide matrix, the first m); or the
            result depends on which basis the further columns of "complete" are.
        TypeError: the mode is "raw".
        ValueError: the mode is none of these.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> qr(Variable(np.array([[0.0, 1.0], [2.0, 3.0]])), mode="r")
    variable([[-2. -3.]
              [ 0. -1.]])
    """
    ...

@overload
def qr(a: Variable, mode: Literal["r"]) -> Variable: ...
@overload
def qr(a: ArrayOrNumber, mode: Literal["reduced", "complete"] = "reduced") -> QRResult[NDArray[Any]]: ...
@overload
def qr(a: ArrayOrNumber, mode: Literal["r"]) -> NDArray[Any]: ...
@overload
def qr(a: ArrayOrNumber, mode: Literal["raw"]) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def slogdet(a: Variable) -> SlogdetResult[Variable]:
    """The sign of the determinant, and the logarithm of its absolute value.

    The sign of a real determinant has derivative 0; of a complex one it is a number on the unit circle.

    Raises:
        LinAlgError: a matrix is not square; (in the derivative) it is singular.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda a: slogdet(a).logabsdet)(np.array([[2.0, 0.0], [0.0, 4.0]]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    ...

@overload
def slogdet(a: ArrayOrNumber) -> SlogdetResult[NDArray[Any]]: ...
@binary_function
def solve(a: Operand, b: Operand) -> Array:
    """The solution x of a @ x = b, for a square matrix or a stack of them.

    As in NumPy 2, b is a vector if it has one axis, and a matrix or a stack of them otherwise; stacks broadcast.

    Raises:
        LinAlgError: a is not square, or it is singular.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve(np.array([[2.0, 0.0], [0.0, 4.0]]), Variable(np.array([2.0, 2.0])))
    variable([1.  0.5])
    """
    ...

@overload
def svd(
    a: Variable, full_matrices: bool = True, compute_uv: Literal[True] = True, hermitian: bool = False
) -> SVDResult[Variable]:
    """The singular value decomposition of a matrix, or of each of a stack of them: a = U * S @ Vh.

    Args:
        a: a matrix (m, n), or a stack of them; k is the smaller of m and n.
        full_matrices: U is (m, m) and Vh (n, n), rather than (m, k) and (k, n).
        compute_uv: whether to return U and Vh beside the singular values S, which otherwise are those of `svdvals`.
        hermitian: a is Hermitian; as in NumPy its lower triangle alone is read, and so it alone gets a derivative.

    Singular vectors are determined up to a sign, or for complex matrices up to a phase that u and v of one singular
    value have in common. The derivative is that of vectors that turn no further than they must (the imaginary part of
    u^H du + v^H dv is 0), and so it is right for whatever does not depend on the phases. With `full_matrices` the same
    holds for the columns of U and the rows of Vh beyond the k-th, which are any basis of a space.

    Raises:
        LinAlgError: there is no derivative: of singular vectors for singular values that are equal up to rounding; of
            those for a singular value 0, if the matrix is not square or not real; of a function that depends on which
            basis the further columns of `full_matrices` are. In reverse mode only what the result depends on counts.
            In forward mode all outputs have their derivative computed, so where the singular values alone are needed,
            write `svdvals`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> svd(Variable(np.array([[0.0, 2.0], [3.0, 0.0]]))).S
    variable([3. 2.])
    """
    ...

@overload
def svd(a: Variable, full_matrices: bool, compute_uv: Literal[False], hermitian: bool = False) -> Variable: ...
@overload
def svd(
    a: Variable, full_matrices: bool = True, *, compute_uv: Literal[False], hermitian: bool = False
) -> Variable: ...
@overload
def svd(
    a: ArrayOrNumber, full_matrices: bool = True, compute_uv: Literal[True] = True, hermitian: bool = False
) -> SVDResult[NDArray[Any]]: ...
@overload
def svd(a: ArrayOrNumber, full_matrices: bool, compute_uv: Literal[False], hermitian: bool = False) -> NDArray[Any]: ...
@overload
def svd(
    a: ArrayOrNumber, full_matrices: bool = True, *, compute_uv: Literal[False], hermitian: bool = False
) -> NDArray[Any]: ...
@unary_function
def svdvals(x: Array, /) -> Array:
    """The singular values of a matrix, or of each of a stack of them, from the largest to the smallest.

    Among singular values that are equal, each gets the derivative along the vectors that LAPACK returned for it, so
    that sums over them have the right one. The derivative of a singular value that is 0 up to rounding is taken to be
    0, like that of `absolute`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> svdvals(Variable(np.array([[0.0, 2.0], [3.0, 0.0]])))
    variable([3. 2.])
    """
    ...

@binary_array_function
def tensordot(x1: Operand, x2: Operand, /, *, axes: int | Sequence[int | Sequence[int]] = 2) -> Array:
    """The sum of products over pairs of axes, as `np.tensordot`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tensordot(Variable(np.ones((2, 3, 4))), np.ones((3, 4, 5))).shape
    (2, 5)
    """
    ...

@array_function
def tensorinv(a: Array, ind: int = 2) -> Array:
    """The inverse with respect to `tensordot(a, x, ind)`: axes up to `ind` are those of a column, the rest of a row.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tensorinv(Variable(np.reshape(2 * np.eye(6), (6, 2, 3))), ind=1).shape
    (2, 3, 6)
    """
    ...

@binary_array_function
def tensorsolve(a: Array, b: Array, axes: Sequence[int] | None = None) -> Array:
    """The solution x of tensordot(a, x, x.ndim) = b; `axes` of a are moved to the end before.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tensorsolve(Variable(np.reshape(2 * np.eye(6), (2, 3, 6))), np.ones((2, 3))).shape
    (6,)
    """
    ...

@array_function
def trace(x: Operand, /, *, offset: int = 0) -> Array:
    """The sum along the diagonal of a matrix, or of each of a stack of them; above the main one by `offset`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trace(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable(5.0)
    """
    ...

@binary_array_function
def vecdot(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Array:
    """The sum of the products of conj(x1) and x2 along an axis; the other axes broadcast.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vecdot(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), np.array([1.0, 1.0]))
    variable([3. 7.])
    """
    ...

@array_function
def vector_norm(
    x: Array, /, *, axis: int | tuple[int, ...] | None = None, keepdims: bool = False, ord: Order = 2
) -> Array:
    """A norm of the elements along any number of axes, all of them by default; see `norm` for the orders.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vector_norm(Variable(np.array([[3.0, 0.0], [0.0, 4.0]])), ord=1)
    variable(7.0)
    """
    ...
