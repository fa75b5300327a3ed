"""`least_squares`: the least sum of squares, whose derivative follows from its gradient being zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Unpack, overload

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.scipy.optimize.bounds import Ends, as_scipys, ends_of
from pydezero.scipy.optimize.minima import Minimum
from pydezero.scipy.optimize.problems import ScipyReport, as_array, given, guarded, refuse, result, scipys
from pydezero.scipy.optimize.signatures import LeastSquaresOptions, OfNumbers, Report, Variables
from pydezero.transforms.implicit.solution import Guard
from pydezero.tree import Tree

__all__ = [
    "least_squares",
]

# The cost of squares z of residuals, relative to their scale, by SciPy's name for it.
_LOSSES: Final[dict[str, Callable[[Any], Any]]] = {
    "linear": lambda z: z,
    "soft_l1": lambda z: 2 * (np.sqrt(1 + z) - 1),
    "huber": lambda z: np.where(z <= 1, z, 2 * np.sqrt(np.where(z <= 1, 1.0, z)) - 1),
    "cauchy": np.log1p,
    "arctan": np.arctan,
}


@overload
def least_squares(
    fun: Callable[..., Any], x0: Any, *, args: Variables, **others: Unpack[LeastSquaresOptions]
) -> Report[Variable]: ...
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
def least_squares(
    fun: Callable[..., Any],
    x0: Any,
    jac: Any = "2-point",
    bounds: Any = (-np.inf, np.inf),
    method: str = "trf",
    ftol: float | None = 1e-8,
    xtol: float | None = 1e-8,
    gtol: float | None = 1e-8,
    x_scale: Any = None,
    loss: Any = "linear",
    f_scale: float = 1.0,
    diff_step: Any = None,
    tr_solver: Any = None,
    tr_options: Any = None,
    jac_sparsity: Any = None,
    max_nfev: int | None = None,
    verbose: int = 0,
    args: Any = (),
    kwargs: Any = None,
    callback: Any = None,
    workers: Any = None,
) -> Any:
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
    where = "scipy.optimize.least_squares"
    refuse(where, ftol=ftol, xtol=xtol, gtol=gtol, x_scale=x_scale, f_scale=f_scale, diff_step=diff_step)
    options = given(
        x_scale=x_scale,
        diff_step=diff_step,
        tr_solver=tr_solver,
        tr_options=tr_options,
        jac_sparsity=jac_sparsity,
        max_nfev=max_nfev,
        callback=callback,
        workers=workers,
    )
    params = (tuple(args), dict(kwargs or {}))
    lower, upper = ends_of(bounds) if isinstance(bounds, scipy.optimize.Bounds) else bounds
    is_free = isinstance(lower, float) and isinstance(upper, float) and (lower, upper) == (-np.inf, np.inf)
    ends: Ends = None if is_free else (lower, upper)
    of_squares = _LOSSES.get(loss) if isinstance(loss, str) else lambda z: loss(z)[0]

    def run(guard: Guard, start: Tree, params: Tree, values: Ends) -> ScipyReport:
        return scipys.least_squares(
            guard.of(fun),
            start,
            guarded(guard, jac),
            as_scipys(bounds, ends, values),
            method,
            ftol,
            xtol,
            gtol,
            loss=loss,
            f_scale=f_scale,
            verbose=verbose,
            args=params[0],
            kwargs=params[1],
            **options,
        )

    def cost(x: Any, positional: tuple[Any, ...], by_name: Mapping[str, Any]) -> Any:
        if of_squares is None:
            raise ValueError(f"{where}: loss is {loss!r}; it must be a function or one of {sorted(_LOSSES)}")
        z = (np.ravel(as_array(fun(x, *positional, **by_name))) / f_scale) ** 2
        return 0.5 * f_scale**2 * np.sum(of_squares(z))

    def others(x: Any) -> Mapping[str, Any]:
        return {"fun": np.atleast_1d(as_array(fun(x, *params[0], **params[1]))), "cost": cost(x, *params)}

    return result(Minimum(where, cost, run), (x0, params, ends), others)
