"""Roots and fixed points of functions of vectors, whose derivatives follow from the equation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Unpack, overload
from warnings import warn

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.scipy.optimize.problems import (
    Equation,
    ScipyReport,
    as_array,
    first_of,
    guarded,
    numbers_in,
    parameters,
    refuse,
    result,
    scipys,
)
from pydezero.scipy.optimize.signatures import FsolveOptions, OfNumbers, Report, Variables
from pydezero.transforms.implicit.solution import Guard
from pydezero.tree import Tree

__all__ = [
    "fixed_point",
    "fsolve",
    "root",
]


@overload
def root(
    fun: Callable[..., Any],
    x0: Any,
    args: Variables,
    method: str = ...,
    jac: Any = ...,
    tol: float | None = ...,
    callback: Callable[..., Any] | None = ...,
    options: Any = ...,
) -> Report[Variable]: ...
@overload
def root(
    fun: OfNumbers,
    x0: Any,
    args: Any = ...,
    method: str = ...,
    jac: Any = ...,
    tol: float | None = ...,
    callback: Callable[..., Any] | None = ...,
    options: Any = ...,
) -> Report[NDArray[np.float64]]: ...
@overload
def root(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = ...,
    method: str = ...,
    jac: Any = ...,
    tol: float | None = ...,
    callback: Callable[..., Any] | None = ...,
    options: Any = ...,
) -> Report[Any]: ...
def root(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = (),
    method: str = "hybr",
    jac: Any = None,
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: Any = None,
) -> Any:
    """The solution x of fun(x, *args) = 0 for vectors, with its derivative with respect to args and what fun refers to.

    The arguments are those of `scipy.optimize.root`. x0 only chooses among the roots, and so does jac the way there:
    their derivatives are zero.

    Returns:
        SciPy's `OptimizeResult`. With Variables, x and fun have their derivatives, and beside them there is what SciPy
        reports in words and whole numbers (success, message, nfev, ...), and nothing else.

    Raises:
        TypeError: there is a Variable in tol or options.
        RuntimeError: (where it is differentiated) SciPy has found no solution; the message is SciPy's.
        LinAlgError: (where it is differentiated) the Jacobian of fun is singular at x.

    >>> import numpy as np
    >>> from pydezero import jacobian
    >>> def f(x, a):
    ...     return np.stack([x[0] + x[1] - a, x[0] * x[1] - 2.0])
    >>> jacobian(lambda a: root(f, [1.0, 3.0], args=(a,)).x)(3.0)
    array([-1.,  2.])
    """
    where = "scipy.optimize.root"
    refuse(where, tol=tol, options=options)
    equation = first_of(fun) if jac is True else fun

    def run(guard: Guard, start: Tree, params: tuple[Any, ...]) -> ScipyReport:
        given_jac = guarded(guard, jac)
        return scipys.root(guard.of(fun), start, params, method, given_jac, tol, callback, options)

    problem = Equation(where, equation, run)
    params = parameters(args)
    return result(problem, (x0, params), lambda x: {"fun": as_array(equation(x, *params))})


@overload
def fixed_point(
    func: Callable[..., Any], x0: Any, args: Variables, xtol: float = ..., maxiter: int = ..., method: str = ...
) -> Variable: ...
@overload
def fixed_point(
    func: OfNumbers, x0: Any, args: Any = ..., xtol: float = ..., maxiter: int = ..., method: str = ...
) -> NDArray[np.float64]: ...
@overload
def fixed_point(
    func: Callable[..., Any], x0: Any, args: Any = ..., xtol: float = ..., maxiter: int = ..., method: str = ...
) -> Any: ...
def fixed_point(
    func: Callable[..., Any],
    x0: Any,
    args: Any = (),
    xtol: float = 1e-8,
    maxiter: int = 500,
    method: str = "del2",
) -> Any:
    """The solution x of func(x, *args) = x, with its derivative with respect to args and what func refers to.

    The arguments are those of `scipy.optimize.fixed_point`. x0 only chooses among the solutions: its derivative is
    zero.

    Raises:
        TypeError: there is a Variable in xtol.
        RuntimeError: SciPy has found no solution.
        LinAlgError: (where it is differentiated) the Jacobian of func(x, *args) - x is singular there.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> round(grad(lambda a: fixed_point(lambda x, a: np.cos(a * x), 1.0, args=(a,)))(1.0), 6)
    np.float64(-0.297474)
    """
    where = "scipy.optimize.fixed_point"
    refuse(where, xtol=xtol)

    def run(guard: Guard, start: Tree, params: tuple[Any, ...]) -> ScipyReport:
        x = scipys.fixed_point(guard.of(func), start, params, xtol, maxiter, method)
        return scipys.OptimizeResult(x=x, success=True)

    def residual(x: Any, *params: Any) -> list[Array]:
        return [y - x for y in numbers_in(as_array(func(x, *params)))]

    return result(Equation(where, residual, run), (x0, tuple(args)), lambda x: {}).x


@overload
def fsolve(
    func: Callable[..., Any],
    x0: Any,
    args: Variables,
    *,
    full_output: Literal[False] = ...,
    **options: Unpack[FsolveOptions],
) -> Variable: ...
@overload
def fsolve(
    func: Callable[..., Any], x0: Any, args: Variables, *, full_output: Literal[True], **options: Unpack[FsolveOptions]
) -> tuple[Variable, dict[str, Any], int, str]: ...
@overload
def fsolve(
    func: OfNumbers, x0: Any, args: Any = ..., *, full_output: Literal[False] = ..., **options: Unpack[FsolveOptions]
) -> NDArray[np.float64]: ...
@overload
def fsolve(
    func: OfNumbers, x0: Any, args: Any = ..., *, full_output: Literal[True], **options: Unpack[FsolveOptions]
) -> tuple[NDArray[np.float64], dict[str, Any], int, str]: ...
@overload
def fsolve(
    func: Callable[..., Any],
    x0: Any,
    args: Any = ...,
    fprime: Callable[..., Any] | None = ...,
    full_output: bool = ...,
    col_deriv: bool = ...,
    xtol: float = ...,
    maxfev: int = ...,
    band: tuple[int, int] | None = ...,
    epsfcn: float | None = ...,
    factor: float = ...,
    diag: Any = ...,
) -> Any: ...
def fsolve(
    func: Callable[..., Any],
    x0: Any,
    args: Any = (),
    fprime: Callable[..., Any] | None = None,
    full_output: bool = False,
    col_deriv: bool = False,
    xtol: float = 1.49012e-8,
    maxfev: int = 0,
    band: tuple[int, int] | None = None,
    epsfcn: float | None = None,
    factor: float = 100,
    diag: Any = None,
) -> Any:
    """The solution x of func(x, *args) = 0, with its derivative with respect to args and what func refers to.

    The arguments are those of `scipy.optimize.fsolve`. x0 only chooses among the roots, and so does fprime the way
    there: their derivatives are zero.

    Returns:
        The root; and with full_output what SciPy has beside it: a dict, a whole number and a message. With Variables
        the dict has `nfev` and `fvec`, the value of func, alone.

    Raises:
        TypeError: there is a Variable in an option.
        RuntimeError: (where it is differentiated) SciPy has found no solution; the message is SciPy's.
        LinAlgError: (where it is differentiated) the Jacobian of func is singular at x.

    Warns:
        RuntimeWarning: SciPy has found no solution, and full_output is not asked for.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda a: fsolve(lambda x: x**2 - a, 1.0)[0])(4.0).round(6)
    np.float64(0.25)
    """
    where = "scipy.optimize.fsolve"
    refuse(where, xtol=xtol, epsfcn=epsfcn, factor=factor, diag=diag)

    def run(guard: Guard, start: Tree, params: tuple[Any, ...]) -> ScipyReport:
        options = (col_deriv, xtol, maxfev, band, epsfcn, factor, diag)
        found = scipys.fsolve(guard.of(func), start, params, guarded(guard, fprime), True, *options)
        x, info, status, message = found
        return scipys.OptimizeResult(
            x=x, info=info, status=status, message=message, success=status == 1, nfev=info["nfev"]
        )

    def others(x: Any) -> dict[str, Any]:
        return {"fun": as_array(func(x, *params))} if full_output else {}

    params = parameters(args)
    found = result(Equation(where, func, run), (x0, params), others)
    if full_output:
        info = found.get("info") or {"nfev": found.nfev, "fvec": found.fun}
        return found.x, info, found.status, found.message
    if type(found.success) is bool and not found.success:
        warn(found.message, RuntimeWarning, stacklevel=2)
    return found.x
