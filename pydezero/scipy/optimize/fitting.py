"""`curve_fit`: the parameters of a curve through data, and their covariance."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, overload

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Variable
from pydezero.scipy.linalg.solving import cholesky, solve_triangular
from pydezero.scipy.operands import as_operand
from pydezero.scipy.optimize.bounds import Ends, as_scipys, ends_of
from pydezero.scipy.optimize.minima import Minimum
from pydezero.scipy.optimize.problems import ScipyReport, as_array, guarded, refuse, result, scipys
from pydezero.scipy.optimize.signatures import OfNumbers
from pydezero.transforms.implicit.solution import Guard
from pydezero.transforms.jacobians.jacobian import jacfwd
from pydezero.tree import Tree

__all__ = [
    "curve_fit",
]


@overload
def curve_fit(
    f: Callable[..., Any],
    xdata: Variable,
    ydata: Any,
    p0: Any = ...,
    *,
    full_output: Literal[False] = ...,
    **options: Any,
) -> tuple[Variable, Variable]: ...
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
def curve_fit(
    f: Callable[..., Any],
    xdata: Any,
    ydata: Any,
    p0: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    check_finite: bool | None = None,
    bounds: Any = (-np.inf, np.inf),
    method: str | None = None,
    jac: Any = None,
    *,
    full_output: bool = False,
    **kwargs: Any,
) -> Any:
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
    where = "scipy.optimize.curve_fit"
    refuse(where, **kwargs)
    lower, upper = ends_of(bounds) if isinstance(bounds, scipy.optimize.Bounds) else bounds
    ends: Ends = (lower, upper)

    def run(guard: Guard, start: Tree, data: tuple[Any, ...], values: Ends) -> ScipyReport:
        x, y, deviations = data
        popt, pcov, info, message, status = scipys.curve_fit(
            wraps(f)(guard.of(f)),  # SciPy reads off its signature how many parameters there are
            x,
            y,
            start,
            deviations,
            absolute_sigma,
            check_finite,
            as_scipys(bounds, ends, values),
            method,
            guarded(guard, jac),
            full_output=True,
            **kwargs,
        )
        return scipys.OptimizeResult(
            x=popt, pcov=pcov, info=info, message=message, status=status, nfev=info["nfev"], success=True
        )

    def residuals(parameters: Any, x: Any, y: Any, deviations: Any) -> Array:
        x = as_operand(x) if isinstance(x, list | tuple) else x
        rest = np.ravel(as_array(f(x, *parameters))) - np.ravel(as_operand(y))
        return rest if deviations is None else _weighted(rest, as_operand(deviations))

    def cost(parameters: Any, *data: Any) -> Array:
        if kwargs.get("loss", "linear") != "linear" or kwargs.get("nan_policy") is not None:
            raise TypeError(f"{where}: with Variables there is no loss and no nan_policy; use least_squares")
        return 0.5 * np.sum(residuals(parameters, *data) ** 2)

    def others(popt: Any) -> dict[str, Array]:
        slopes = jacfwd(lambda parameters: residuals(parameters, xdata, ydata, sigma))(popt)
        rest = residuals(popt, xdata, ydata, sigma)
        covariance = np.linalg.inv(slopes.T @ slopes)
        freedom = rest.size - popt.size
        if not absolute_sigma:
            covariance = covariance * (np.sum(rest**2) / freedom) if freedom > 0 else np.inf + 0 * covariance
        return {"pcov": covariance, "fvec": rest}

    found = result(Minimum(where, cost, run), (p0, (xdata, ydata, sigma), ends), others)
    if not full_output:
        return found.x, found.pcov
    info = found.get("info") or {"nfev": found.nfev, "fvec": found.fvec}
    return found.x, found.pcov, info, found.message, found.status


def _weighted(rest: Array, deviations: Array) -> Array:
    """The residuals, relative to their standard deviations, or to a factor of their covariance."""
    if deviations.ndim == 2:
        return solve_triangular(cholesky(deviations, lower=True), rest, lower=True)
    return rest / deviations
