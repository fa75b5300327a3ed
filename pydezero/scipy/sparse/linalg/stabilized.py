"""Linear equations solved by biconjugate gradients that are stabilized (H. van der Vorst, 1992)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from numpy.typing import NDArray
from scipy.sparse import linalg as scipys

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.signatures import takes_scipys_arguments
from pydezero.scipy.sparse.arrays import SparseArray
from pydezero.scipy.sparse.linalg.iterative import solved_by

__all__ = ["bicgstab"]


@overload
def bicgstab(
    A: SparseArray[Variable] | Variable,  # noqa: N803  # SciPy's name
    b: Operand,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
) -> tuple[Variable, int]: ...
@overload
def bicgstab(
    A: Any,  # noqa: N803  # SciPy's name
    b: Variable,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
) -> tuple[Variable, int]: ...
@overload
def bicgstab(
    A: Any,  # noqa: N803  # SciPy's name
    b: ArrayOrNumber,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
) -> tuple[NDArray[Any], int]: ...
@takes_scipys_arguments(scipys.bicgstab)
def bicgstab(
    A: Any,  # noqa: N803  # SciPy's name
    b: Any,
    x0: Any = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
) -> tuple[Any, int]:
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
    return solved_by("bicgstab", A, b, x0, M, {"rtol": rtol, "atol": atol, "maxiter": maxiter, "callback": callback})
