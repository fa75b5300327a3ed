"""`nnls` and `lsq_linear`: linear least squares within bounds.

What a bound holds moves with the bound, and the rest solves the equations of the columns that are free.
"""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
import scipy.optimize
from numpy.typing import NDArray
from scipy.optimize import Bounds

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.shape import in_double
from pydezero.scipy.operands import as_operand, joined, takes_lists
from pydezero.scipy.optimize.bounds import Ends, ends_of
from pydezero.scipy.optimize.minima import Minimum
from pydezero.scipy.optimize.problems import ScipyReport, given, refuse, result, scipys
from pydezero.scipy.optimize.signatures import Report
from pydezero.scipy.signatures import as_in_scipy
from pydezero.transforms.implicit.solution import Guard
from pydezero.tree import Tree

__all__ = ["lsq_linear", "nnls"]


def _cost(x: Array, a: Array, b: Array) -> Array:
    misfit = a @ x - b
    return 0.5 * np.sum(misfit * misfit)


def _check_shapes(where: str, a: Any, b: Any) -> None:
    of_a, of_b = shape_of(a), shape_of(b)
    if len(of_a) != 2 or of_b != of_a[:1] or not of_a[1]:
        raise ValueError(f"{where}: A has the shape {of_a}, and b {of_b}; they must be (m, n) and (m,), with n > 0")
    for name, x in (("A", a), ("b", b)):
        if as_operand(x).dtype.kind == "c":
            raise TypeError(f"{where}: {name} is complex; stack np.real({name}) and np.imag({name}) as more rows")


@overload
def nnls(
    A: Variable,  # noqa: N803  # SciPy's name
    b: Operand,
    *,
    maxiter: int | None = None,
) -> tuple[Variable, Variable]: ...
@overload
def nnls(
    A: ArrayOrNumber,  # noqa: N803  # likewise
    b: Variable,
    *,
    maxiter: int | None = None,
) -> tuple[Variable, Variable]: ...
@overload
def nnls(
    A: ArrayOrNumber,  # noqa: N803  # likewise
    b: ArrayOrNumber,
    *,
    maxiter: int | None = None,
) -> tuple[NDArray[np.float64], float]: ...
@as_in_scipy(scipy.optimize.nnls)
@takes_lists
def nnls(A: Any, b: Any, *, maxiter: int | None = None) -> Any:  # noqa: N803  # likewise
    """The x of which no element is negative and for which the norm of A @ x - b is least, and that norm.

    An element that is zero stays so, and has the derivative zero. Where it is zero without being held there, x has a
    kink; the derivative is that of one side.

    Raises:
        RuntimeError: SciPy has found no solution in `maxiter` iterations.
        LinAlgError: (where it is differentiated) the columns of A whose elements are positive are dependent.
        ValueError: A is no matrix, or b does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nnls(np.diag([1.0, 2.0]), Variable(np.array([3.0, -1.0])))
    (variable([3. 0.]), variable(1.0))
    """
    where = "scipy.optimize.nnls"
    _check_shapes(where, A, b)
    A, b = in_double(as_operand(A)), in_double(as_operand(b))  # an older SciPy multiplies in the dtype of A

    def run(guard: Guard, start: Tree, params: tuple[Any, ...], ends: Ends) -> ScipyReport:
        x, _ = scipys.nnls(*params, maxiter=maxiter)
        return scipys.OptimizeResult(x=x, success=True)

    start = np.zeros(shape_of(A)[1])
    report = result(Minimum(where, _cost, run), (start, (A, b), (0.0, np.inf)), lambda x: {})
    return report.x, np.linalg.norm(A @ report.x - b)


@overload
def lsq_linear(  # type: ignore[overload-overlap]  # arguments without Variables come first
    A: ArrayOrNumber,  # noqa: N803  # likewise
    b: ArrayOrNumber,
    bounds: tuple[ArrayOrNumber, ArrayOrNumber] | Bounds = ...,
    method: Literal["trf", "bvls"] = ...,
    tol: float = ...,
    lsq_solver: str | None = ...,
    lsmr_tol: Any = ...,
    max_iter: int | None = ...,
    verbose: int = ...,
    *,
    lsmr_maxiter: int | None = ...,
) -> Report[NDArray[np.float64]]: ...
@overload
def lsq_linear(
    A: Operand,  # noqa: N803  # likewise
    b: Operand,
    bounds: tuple[Operand, Operand] | Bounds = ...,
    method: Literal["trf", "bvls"] = ...,
    tol: float = ...,
    lsq_solver: str | None = ...,
    lsmr_tol: Any = ...,
    max_iter: int | None = ...,
    verbose: int = ...,
    *,
    lsmr_maxiter: int | None = ...,
) -> Report[Variable]: ...
def lsq_linear(
    A: Any,  # noqa: N803  # likewise
    b: Any,
    bounds: Any = (-np.inf, np.inf),
    method: str = "trf",
    tol: float = 1e-10,
    lsq_solver: str | None = None,
    lsmr_tol: Any = None,
    max_iter: int | None = None,
    verbose: int = 0,
    *,
    lsmr_maxiter: int | None = None,
) -> Any:
    """The x within bounds for which the sum of squares of A @ x - b is least, with its derivative.

    The arguments are those of `scipy.optimize.lsq_linear`. A, b and the bounds have derivatives. An element that a
    bound holds moves with the bound, and with nothing else.

    Returns:
        SciPy's `OptimizeResult`. With Variables, x, fun and cost have their derivatives, and beside them there is what
        SciPy reports in words and whole numbers (success, message, nit, active_mask, ...), and nothing else.

    Raises:
        TypeError: there is a Variable in tol.
        RuntimeError: (where it is differentiated) SciPy has found no minimum; the message is SciPy's.
        LinAlgError: (where it is differentiated) the columns of A that no bound holds are dependent.
        ValueError: A is no matrix, or b does not fit.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> slopes = grad(lambda b: lsq_linear(np.diag([1.0, 2.0]), b, bounds=(0.0, 2.0)).x.sum())(np.array([3.0, 1.0]))
    >>> slopes.round(6) + 0.0
    array([0. , 0.5])
    """
    where = "scipy.optimize.lsq_linear"
    refuse(where, tol=tol, lsmr_tol=lsmr_tol)
    A, b = joined(A), joined(b)
    _check_shapes(where, A, b)
    ends = ends_of(bounds) if isinstance(bounds, Bounds) else tuple(bounds)
    others = given(lsq_solver=lsq_solver, lsmr_tol=lsmr_tol, max_iter=max_iter, lsmr_maxiter=lsmr_maxiter)

    def run(guard: Guard, start: Tree, params: tuple[Any, ...], values: Ends) -> ScipyReport:
        return scipys.lsq_linear(*params, values, method, tol, verbose=verbose, **others)

    def of_solution(x: Array) -> dict[str, Array]:
        return {"fun": A @ x - b, "cost": _cost(x, A, b)}

    return result(Minimum(where, _cost, run), (np.zeros(shape_of(A)[1]), (A, b), ends), of_solution)
