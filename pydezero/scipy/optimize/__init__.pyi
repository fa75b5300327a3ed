# Made by `python -m tests.stubs`, not by hand.
"""The functions of `scipy.optimize` whose solutions have derivatives, with SciPy's names and arguments.

The solution is SciPy's own; its derivative with respect to what the function depends on follows from the equation that
it solves (the implicit function theorem), by one system of linear equations in forward or reverse mode. See
`pydezero.custom_root` for other solvers."""

import numpy as np
from collections.abc import Callable, Sequence
from numpy.typing import NDArray
from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.optimize.signatures import (
    BrentqOptions,
    FsolveOptions,
    LeastSquaresOptions,
    MinimizeOptions,
    NewtonOptions,
    OfNumbers,
    Report,
    RootReport,
    RootScalarOptions,
    Variables,
)
from scipy.optimize import Bounds
from typing import Any, Literal, Unpack, overload

__all__ = [
    "brentq",
    "curve_fit",
    "fixed_point",
    "fsolve",
    "least_squares",
    "lsq_linear",
    "minimize",
    "minimize_scalar",
    "newton",
    "nnls",
    "root",
    "root_scalar",
]

@overload
def brentq(
    f: Callable[..., Any],
    a: Any,
    b: Any,
    args: Variables,
    *,
    full_output: Literal[False] = ...,
    **options: Unpack[BrentqOptions],
) -> Variable:
    """The solution x of f(x, *args) = 0 between a and b, with its derivative with respect to args and what f refers to.

    The arguments are those of `scipy.optimize.brentq`. a and b only choose among the roots: their derivatives are zero.
    Under `vmap` the roots of all examples are found together, by the same steps, if f can be evaluated for all at once.

    Returns:
        The root, and with full_output SciPy's `RootResults` beside it.

    Raises:
        TypeError: there is a Variable in xtol or rtol.
        ValueError: f(a) and f(b) have the same sign.
        RuntimeError: SciPy has found no root (with `disp`, or where it is differentiated).
        LinAlgError: (where it is differentiated) the derivative of f is zero there.

    >>> from pydezero import grad
    >>> grad(lambda a: brentq(lambda x: x**2 - a, 0.0, 3.0))(4.0)
    np.float64(0.25)
    """
    ...

@overload
def brentq(
    f: Callable[..., Any],
    a: Any,
    b: Any,
    args: Variables,
    *,
    full_output: Literal[True],
    **options: Unpack[BrentqOptions],
) -> tuple[Variable, RootReport[Variable]]: ...
@overload
def brentq(
    f: OfNumbers,
    a: Any,
    b: Any,
    args: Any = ...,
    *,
    full_output: Literal[False] = ...,
    **options: Unpack[BrentqOptions],
) -> float: ...
@overload
def brentq(
    f: OfNumbers, a: Any, b: Any, args: Any = ..., *, full_output: Literal[True], **options: Unpack[BrentqOptions]
) -> tuple[float, RootReport[float]]: ...
@overload
def brentq(
    f: Callable[..., Any],
    a: Any,
    b: Any,
    args: Any = ...,
    xtol: float = ...,
    rtol: float = ...,
    maxiter: int = ...,
    full_output: bool = ...,
    disp: bool = ...,
) -> Any: ...
@overload
def curve_fit(
    f: Callable[..., Any],
    xdata: Variable,
    ydata: Any,
    p0: Any = ...,
    *,
    full_output: Literal[False] = ...,
    **options: Any,
) -> tuple[Variable, Variable]:
    """The parameters for which f(xdata, *parameters) is nearest to ydata, and their covariance, with their derivatives.

    The arguments are those of `scipy.optimize.curve_fit`. xdata, ydata, sigma, bounds and what f refers to have
    derivatives; p0 only chooses among the minima: its derivative is zero. The parameters are SciPy's own, as precise as
    its tolerances say (`xtol=1e-12`). With Variables the covariance is computed of the derivative of f at them, where
    SciPy takes differences.

    Returns:
        The parameters and their covariance; with full_output SciPy's dict, message and whole number, too. With
        Variables the dict has `nfev` and `fvec`, the weighted residuals, alone.

    Raises:
        TypeError: there is a Variable in an option; with Variables there is a `loss` or a `nan_policy`.
        RuntimeError: SciPy has found no minimum.
        LinAlgError: (where it is differentiated) the Hessian of the sum of squares is singular at the parameters.
        ValueError: (where it is differentiated) they are far from a minimum: see `pydezero.custom_root`.

    >>> import numpy as np
    >>> from pydezero import jacobian
    >>> t = np.array([0.0, 1.0, 2.0])
    >>> jacobian(lambda y: curve_fit(lambda t, a, b: a + b * t, t, y)[0][0])(np.array([1.0, 2.0, 4.0])).round(3)
    array([ 0.833,  0.333, -0.167])
    """
    ...

@overload
def curve_fit(
    f: Callable[..., Any], xdata: Variable, ydata: Any, p0: Any = ..., *, full_output: Literal[True], **options: Any
) -> tuple[Variable, Variable, dict[str, Any], str, int]: ...
@overload
def curve_fit(
    f: Callable[..., Any],
    xdata: Any,
    ydata: Variable,
    p0: Any = ...,
    *,
    full_output: Literal[False] = ...,
    **options: Any,
) -> tuple[Variable, Variable]: ...
@overload
def curve_fit(
    f: Callable[..., Any], xdata: Any, ydata: Variable, p0: Any = ..., *, full_output: Literal[True], **options: Any
) -> tuple[Variable, Variable, dict[str, Any], str, int]: ...
@overload
def curve_fit(
    f: OfNumbers,
    xdata: ArrayOrNumber,
    ydata: ArrayOrNumber,
    p0: Any = ...,
    sigma: ArrayOrNumber | None = ...,
    *,
    full_output: Literal[False] = ...,
    **options: Any,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
@overload
def curve_fit(
    f: OfNumbers,
    xdata: ArrayOrNumber,
    ydata: ArrayOrNumber,
    p0: Any = ...,
    sigma: ArrayOrNumber | None = ...,
    *,
    full_output: Literal[True],
    **options: Any,
) -> tuple[NDArray[np.float64], NDArray[np.float64], dict[str, Any], str, int]: ...
@overload
def curve_fit(
    f: Callable[..., Any],
    xdata: Any,
    ydata: Any,
    p0: Any = ...,
    sigma: Any = ...,
    absolute_sigma: bool = ...,
    check_finite: bool | None = ...,
    bounds: Any = ...,
    method: str | None = ...,
    jac: Any = ...,
    *,
    full_output: bool = ...,
    **kwargs: Any,
) -> Any: ...
@overload
def fixed_point(
    func: Callable[..., Any], x0: Any, args: Variables, xtol: float = ..., maxiter: int = ..., method: str = ...
) -> Variable:
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
    ...

@overload
def fixed_point(
    func: OfNumbers, x0: Any, args: Any = ..., xtol: float = ..., maxiter: int = ..., method: str = ...
) -> NDArray[np.float64]: ...
@overload
def fixed_point(
    func: Callable[..., Any], x0: Any, args: Any = ..., xtol: float = ..., maxiter: int = ..., method: str = ...
) -> Any: ...
@overload
def fsolve(
    func: Callable[..., Any],
    x0: Any,
    args: Variables,
    *,
    full_output: Literal[False] = ...,
    **options: Unpack[FsolveOptions],
) -> Variable:
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
    ...

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
@overload
def least_squares(
    fun: Callable[..., Any], x0: Any, *, args: Variables, **others: Unpack[LeastSquaresOptions]
) -> Report[Variable]:
    """The x for which the sum of squares of fun(x, *args, **kwargs) is least, with its derivative.

    The arguments are those of `scipy.optimize.least_squares`. args, kwargs and what fun refers to have derivatives; x0
    only chooses among the minima: its derivative is zero. At a bound that the minimum is pushed against x moves with
    the bound, which may be a Variable, and with nothing else. (With such bounds give a small xtol: the default method
    stays a little inside.)

    Returns:
        SciPy's `OptimizeResult`. With Variables, x, fun and cost have their derivatives, and beside them there is what
        SciPy reports in words and whole numbers (success, message, nfev, active_mask, ...), and nothing else.

    Raises:
        TypeError: there is a Variable in an option.
        RuntimeError: (where it is differentiated) SciPy has found no minimum; the message is SciPy's.
        LinAlgError: (where it is differentiated) the Hessian of the cost is singular at x.
        ValueError: (where it is differentiated) x is far from a minimum: see `pydezero.custom_root`.

    >>> import numpy as np
    >>> from pydezero import jacobian
    >>> t = np.array([0.0, 1.0, 2.0])
    >>> def misfit(x, y):
    ...     return x[0] + x[1] * t - y
    >>> jacobian(lambda y: least_squares(misfit, [0.0, 0.0], args=(y,)).x[1])(np.array([1.0, 2.0, 4.0])).round(6)
    array([-0.5, -0. ,  0.5])
    """
    ...

@overload
def least_squares(
    fun: OfNumbers, x0: Any, *, args: Any = ..., **others: Unpack[LeastSquaresOptions]
) -> Report[NDArray[np.float64]]: ...
@overload
def least_squares(
    fun: Callable[..., Any],
    x0: Any,
    jac: Any = ...,
    bounds: Any = ...,
    method: str = ...,
    ftol: float | None = ...,
    xtol: float | None = ...,
    gtol: float | None = ...,
    x_scale: Any = ...,
    loss: Any = ...,
    f_scale: float = ...,
    diff_step: Any = ...,
    tr_solver: Any = ...,
    tr_options: Any = ...,
    jac_sparsity: Any = ...,
    max_nfev: int | None = ...,
    verbose: int = ...,
    args: Any = ...,
    kwargs: Any = ...,
    callback: Any = ...,
    workers: Any = ...,
) -> Report[Any]: ...
@overload
def lsq_linear(  # type: ignore[overload-overlap]
    A: ArrayOrNumber,
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
) -> Report[NDArray[np.float64]]:
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
    ...

@overload
def lsq_linear(
    A: Operand,
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
@overload
def minimize(
    fun: Callable[..., Any], x0: Any, args: Variables, method: Any = ..., **others: Unpack[MinimizeOptions]
) -> Report[Variable]:
    """The x for which fun(x, *args) is least, with its derivative with respect to args and what fun refers to.

    The arguments are those of `scipy.optimize.minimize`. x0 only chooses among the minima: its derivative is zero. The
    call is SciPy's own, so without jac it takes differences; `jac=pydezero.grad(fun)` is faster, and x more precise by
    it. At a bound that the minimum is pushed against x moves with the bound, which may be a Variable, and with nothing
    else; and so it does along constraints, whose functions and `args` may depend on Variables.

    Returns:
        SciPy's `OptimizeResult`. With Variables, x and fun have their derivatives, and beside them there is what SciPy
        reports in words and whole numbers (success, message, nfev, ...), and nothing else.

    Raises:
        TypeError: there is a Variable in tol or options.
        RuntimeError: (where it is differentiated) SciPy has found no minimum; the message is SciPy's.
        LinAlgError: (where it is differentiated) the Hessian of fun is singular at x, or the active constraints are
            dependent.
        ValueError: (where it is differentiated) x is far from a minimum: see `pydezero.custom_root`.

    >>> import numpy as np
    >>> from pydezero import grad, jacobian
    >>> def f(x, a):
    ...     return (x[0] - a) ** 2 + (x[0] * x[1] - 1) ** 2
    >>> jacobian(lambda a: minimize(f, np.ones(2), args=(a,), jac=grad(f), tol=1e-9).x)(2.0).round(6)
    array([ 1.  , -0.25])
    """
    ...

@overload
def minimize(
    fun: OfNumbers, x0: Any, args: Any = ..., method: Any = ..., **others: Unpack[MinimizeOptions]
) -> Report[NDArray[np.float64]]: ...
@overload
def minimize(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = ...,
    method: Any = ...,
    jac: Any = ...,
    hess: Any = ...,
    hessp: Any = ...,
    bounds: Any = ...,
    constraints: Any = ...,
    tol: float | None = ...,
    callback: Callable[..., Any] | None = ...,
    options: Any = ...,
) -> Report[Any]: ...
@overload
def minimize_scalar(
    fun: Callable[..., Any],
    bracket: Sequence[Any] | None = ...,
    bounds: Sequence[Any] | None = ...,
    *,
    args: Variables,
    method: str | None = ...,
    tol: float | None = ...,
    options: Any = ...,
) -> Report[Variable]:
    """The number x for which fun(x, *args) is least, with its derivative with respect to args and what fun refers to.

    The arguments are those of `scipy.optimize.minimize_scalar`. bracket only chooses among the minima: its derivative
    is zero. At a bound that the minimum is pushed against x moves with the bound, which may be a Variable, and with
    nothing else.

    Returns:
        SciPy's `OptimizeResult`. With Variables, x and fun have their derivatives, and beside them there is what SciPy
        reports in words and whole numbers (success, message, nfev, ...), and nothing else.

    Raises:
        TypeError: there is a Variable in tol or options.
        RuntimeError: (where it is differentiated) SciPy has found no minimum; the message is SciPy's.
        LinAlgError: (where it is differentiated) the second derivative of fun is zero at x.
        ValueError: (where it is differentiated) x is far from a minimum: see `pydezero.custom_root`.

    >>> from pydezero import grad
    >>> def f(x, a):
    ...     return (x * x - a) ** 2
    >>> float(grad(lambda a: minimize_scalar(f, bounds=(0.0, 5.0), args=(a,)).x)(4.0).round(6))
    0.25
    """
    ...

@overload
def minimize_scalar(
    fun: OfNumbers,
    bracket: Sequence[float] | None = ...,
    bounds: Sequence[float] | None = ...,
    args: Any = ...,
    method: str | None = ...,
    tol: float | None = ...,
    options: Any = ...,
) -> Report[float]: ...
@overload
def minimize_scalar(
    fun: Callable[..., Any],
    bracket: Sequence[Any] | None = ...,
    bounds: Sequence[Any] | None = ...,
    args: Any = ...,
    method: str | None = ...,
    tol: float | None = ...,
    options: Any = ...,
) -> Report[Any]: ...
@overload
def newton(
    func: Callable[..., Any],
    x0: Any,
    fprime: Callable[..., Any] | None = ...,
    *,
    args: Variables,
    full_output: Literal[False] = ...,
    **options: Unpack[NewtonOptions],
) -> Variable:
    """The solution x of func(x, *args) = 0 by the secant method or Newton's, with its derivative.

    The arguments are those of `scipy.optimize.newton`. x0 and x1 only choose among the roots: their derivatives are
    zero. For an array x0, func works element by element, and so does the derivative.

    Returns:
        The root; and with full_output what SciPy has beside it.

    Raises:
        TypeError: there is a Variable in tol or rtol.
        RuntimeError: SciPy has found no root (with `disp`, or where it is differentiated).
        LinAlgError: (where it is differentiated) the derivative of func is zero there.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda a: newton(lambda x, a: x**2 - a, np.ones(2), args=(a,)).sum())(np.array([4.0, 16.0]))
    array([0.25 , 0.125])
    """
    ...

@overload
def newton(
    func: OfNumbers,
    x0: Any,
    fprime: Callable[..., Any] | None = ...,
    args: Any = ...,
    *,
    full_output: Literal[False] = ...,
    **options: Unpack[NewtonOptions],
) -> NDArray[np.float64]: ...
@overload
def newton(
    func: Callable[..., Any],
    x0: Any,
    fprime: Callable[..., Any] | None = ...,
    args: Any = ...,
    *,
    full_output: Literal[True],
    **options: Unpack[NewtonOptions],
) -> tuple[Any, ...]: ...
@overload
def newton(
    func: Callable[..., Any],
    x0: Any,
    fprime: Callable[..., Any] | None = ...,
    args: Any = ...,
    tol: float = ...,
    maxiter: int = ...,
    fprime2: Callable[..., Any] | None = ...,
    x1: Any = ...,
    rtol: float = ...,
    full_output: bool = ...,
    disp: bool = ...,
) -> Any: ...
@overload
def nnls(A: Variable, b: Operand, *, maxiter: int | None = None) -> tuple[Variable, Variable]:
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
    ...

@overload
def nnls(A: ArrayOrNumber, b: Variable, *, maxiter: int | None = None) -> tuple[Variable, Variable]: ...
@overload
def nnls(A: ArrayOrNumber, b: ArrayOrNumber, *, maxiter: int | None = None) -> tuple[NDArray[np.float64], float]: ...
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
) -> Report[Variable]:
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
    ...

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
@overload
def root_scalar(
    f: Callable[..., Any], args: Variables, method: str | None = ..., **others: Unpack[RootScalarOptions]
) -> RootReport[Variable]:
    """The solution x of f(x, *args) = 0 for a number, with its derivative with respect to args and what f refers to.

    The arguments are those of `scipy.optimize.root_scalar`. bracket, x0 and x1 only choose among the roots: their
    derivatives are zero.

    Returns:
        SciPy's `RootResults`. With Variables, root has its derivative.

    Raises:
        TypeError: there is a Variable in xtol, rtol or options.
        RuntimeError: (where it is differentiated) SciPy has found no root; the message is SciPy's.
        LinAlgError: (where it is differentiated) the derivative of f is zero there.

    >>> from pydezero import grad
    >>> grad(lambda a: root_scalar(lambda x, a: x**2 - a, args=(a,), bracket=(0.0, 3.0)).root)(4.0)
    np.float64(0.25)
    """
    ...

@overload
def root_scalar(
    f: OfNumbers, args: Any = ..., method: str | None = ..., **others: Unpack[RootScalarOptions]
) -> RootReport[float]: ...
@overload
def root_scalar(
    f: Callable[..., Any],
    args: Any = ...,
    method: str | None = ...,
    bracket: Sequence[Any] | None = ...,
    fprime: Any = ...,
    fprime2: Any = ...,
    x0: Any = ...,
    x1: Any = ...,
    xtol: float | None = ...,
    rtol: float | None = ...,
    maxiter: int | None = ...,
    options: Any = ...,
) -> RootReport[Any]: ...
