"""`minimize_scalar`: the minimum of a function of a number, whose derivative follows from the slope being zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.scipy.optimize.bounds import Ends
from pydezero.scipy.optimize.minima import Minimum
from pydezero.scipy.optimize.problems import ScipyReport, given, parameters, refuse, result, scipys
from pydezero.scipy.optimize.signatures import OfNumbers, Report, Variables
from pydezero.transforms.implicit.solution import Guard
from pydezero.tree import Tree

__all__ = ["minimize_scalar"]


@attrs.frozen(eq=False)
class _ScalarMinimum(Minimum):
    """The slope of a function of a number is zero, within bounds."""

    def held(self, x: NDArray[Any], ends: tuple[Any, Any], params: Sequence[Any]) -> NDArray[np.float64]:
        of_one = Minimum(self.where, lambda x, *params: self.function(x[0], *params), self.run)
        return np.asarray(of_one.held(np.reshape(x, (1,)), ends, params)[0])


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
) -> Report[Variable]: ...
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
def minimize_scalar(
    fun: Callable[..., Any],
    bracket: Sequence[Any] | None = None,
    bounds: Sequence[Any] | None = None,
    args: Any = (),
    method: str | None = None,
    tol: float | None = None,
    options: Any = None,
) -> Any:
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
    where = "scipy.optimize.minimize_scalar"
    refuse(where, tol=tol, options=options)
    params = parameters(args)
    ends: Ends = None
    if bounds is not None:
        if len(bounds) != 2:
            raise ValueError(f"{where}: bounds must be a lower and an upper one, got {bounds!r}")
        ends = bounds[0], bounds[1]

    def run(guard: Guard, start: Tree, params: tuple[Any, ...], ends: Ends) -> ScipyReport:
        others = given(bracket=start, bounds=ends, method=method, tol=tol, options=options)
        return scipys.minimize_scalar(guard.of(fun), args=params, **others)

    return result(_ScalarMinimum(where, fun, run), (bracket, params, ends), lambda x: {"fun": fun(x, *params)})
