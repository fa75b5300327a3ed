# Made by `python -m tests.stubs`, not by hand.
"""Linear equations with a sparse matrix, differentiated in the right side and in the stored entries.

The names and arguments are those of `scipy.sparse.linalg`. Of arrays alone the functions compute what SciPy's do."""

from collections.abc import Callable
from numpy.typing import NDArray
from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.sparse.arrays import SparseArray
from pydezero.scipy.sparse.linalg.direct import Permutation
from typing import Any, overload

__all__ = ["bicgstab", "cg", "gmres", "spsolve"]

@overload
def bicgstab(
    A: SparseArray[Variable] | Variable,
    b: Operand,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], object] | None = None,
) -> tuple[Variable, int]:
    """The solution x of A @ x = b for any regular A, by stabilized biconjugate gradients; and 0.

    The arguments are those of `cg`, and it keeps few vectors, where `gmres` keeps one for each step. A LinearOperator A
    needs an rmatvec for the derivative.

    Returns:
        The solution, a vector, and SciPy's number that says how it ended: 0 for one that has converged.

    Raises:
        LinAlgError: with a Variable, the solution has not converged, or that of the equation of the derivative.
        TypeError: M is a Variable; or A is a LinearOperator without an rmatvec.
        ValueError: A is not square, or b or x0 does not fit.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> a = np.array([[2.0, 1.0], [0.0, 4.0]])
    >>> np.round(grad(lambda b: bicgstab(a, b, rtol=1e-12)[0][0])(np.array([1.0, 2.0])), 6)
    array([ 0.5  , -0.125])
    """
    ...

@overload
def bicgstab(
    A: Any,
    b: Variable,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], object] | None = None,
) -> tuple[Variable, int]: ...
@overload
def bicgstab(
    A: Any,
    b: ArrayOrNumber,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], object] | None = None,
) -> tuple[NDArray[Any], int]: ...
@overload
def cg(
    A: SparseArray[Variable] | Variable,
    b: Operand,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], object] | None = None,
) -> tuple[Variable, int]:
    """The solution x of A @ x = b for a symmetric (Hermitian), positive definite A, by conjugate gradients; and 0.

    Args:
        A: a sparse array of SciPy, a SparseArray or a matrix, of which the entries are differentiated, or a
            LinearOperator, which is constant. The derivative is that of the solution for any change of the entries.
        b: the right side, a vector.
        x0: where the iteration starts, zeros by default; its derivative is 0.
        rtol: the iteration ends when the norm of b - A @ x is below rtol times that of b,
        atol: or below atol. The equation of the derivative is solved to rtol, relative to its own right side.
        maxiter: the number of steps after which it fails.
        M: the preconditioner, an approximate inverse of A: a matrix or LinearOperator, which is constant.
        callback: is called with x after each step.

    Returns:
        The solution, a vector, and SciPy's number that says how it ended: 0 for one that has converged.

    Raises:
        LinAlgError: with a Variable, the solution has not converged, or that of the equation of the derivative.
        TypeError: M is a Variable.
        ValueError: A is not square, or b or x0 does not fit.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> a = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> np.round(grad(lambda b: cg(a, b, rtol=1e-12)[0][1])(np.array([1.0, 2.0])), 6)
    array([-0.2,  0.4])
    """
    ...

@overload
def cg(
    A: Any,
    b: Variable,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], object] | None = None,
) -> tuple[Variable, int]: ...
@overload
def cg(
    A: Any,
    b: ArrayOrNumber,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], object] | None = None,
) -> tuple[NDArray[Any], int]: ...
@overload
def gmres(
    A: SparseArray[Variable] | Variable,
    b: Operand,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    restart: int | None = None,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], object] | None = None,
    callback_type: str | None = None,
) -> tuple[Variable, int]:
    """The solution x of A @ x = b for any regular A, by generalized minimal residuals; and 0.

    The arguments are those of `cg`, and `restart`, the number of steps after which the method starts anew, `maxiter`
    being that of such rounds, and `callback_type`, "x", "pr_norm" or "legacy", which says with what SciPy calls the
    `callback`. A LinearOperator A needs an rmatvec for the derivative. If M has none, the equation of the derivative is
    solved without a preconditioner.

    Returns:
        The solution, a vector, and SciPy's number that says how it ended: 0 for one that has converged.

    Raises:
        LinAlgError: with a Variable, the solution has not converged, or that of the equation of the derivative.
        TypeError: M is a Variable; or A is a LinearOperator without an rmatvec.
        ValueError: A is not square, or b or x0 does not fit.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> from pydezero.scipy.sparse import coo_array
    >>> places = np.array([0, 0, 1]), np.array([0, 1, 1])
    >>> b = np.array([4.0, 2.0])
    >>> f = lambda data: gmres(coo_array((data, places)), b, rtol=1e-12)[0][0]
    >>> np.round(grad(f)(np.array([2.0, 1.0, 1.0])), 6)
    array([-0.5, -1. ,  1. ])
    """
    ...

@overload
def gmres(
    A: Any,
    b: Variable,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    restart: int | None = None,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], object] | None = None,
    callback_type: str | None = None,
) -> tuple[Variable, int]: ...
@overload
def gmres(
    A: Any,
    b: ArrayOrNumber,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-05,
    atol: float = 0.0,
    restart: int | None = None,
    maxiter: int | None = None,
    M: Any = None,
    callback: Callable[[Any], object] | None = None,
    callback_type: str | None = None,
) -> tuple[NDArray[Any], int]: ...
@overload
def spsolve(
    A: SparseArray[Variable], b: Operand, permc_spec: Permutation | None = None, use_umfpack: bool = True
) -> Variable:
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
    ...

@overload
def spsolve(A: Any, b: Variable, permc_spec: Permutation | None = None, use_umfpack: bool = True) -> Variable: ...
@overload
def spsolve(
    A: Any, b: ArrayOrNumber, permc_spec: Permutation | None = None, use_umfpack: bool = True
) -> NDArray[Any]: ...
