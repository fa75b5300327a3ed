"""`minimize`: the minimum of a function, whose derivative follows from the gradient being zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Unpack, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.scipy.optimize.active import gaps_of, held_by_bounds, sides
from pydezero.scipy.optimize.bounds import Ends, as_scipys, ends_of_pairs, within
from pydezero.scipy.optimize.constraints import (
    ConstrainedMinimum,
    Constraint,
    as_constraint,
    constraint_as_scipys,
    constraints_of,
)
from pydezero.scipy.optimize.problems import (
    Equation,
    ScipyReport,
    first_of,
    guarded,
    parameters,
    refuse,
    result,
    scipys,
)
from pydezero.scipy.optimize.signatures import MinimizeOptions, OfNumbers, Report, Variables
from pydezero.transforms.implicit.constants import constants
from pydezero.transforms.implicit.enclosing import enclosed_call
from pydezero.transforms.implicit.solution import Guard
from pydezero.transforms.jacobians.hessian import hvp
from pydezero.transforms.reverse.grad import grad
from pydezero.tree import Tree

__all__ = [
    "minimize",
]


@attrs.frozen(eq=False)
class Minimum(Equation):
    """The gradient of a function is zero, within bounds; the arguments are a start, parameters and bounds."""

    def solved(self, args: Sequence[Tree]) -> tuple[Tree, Sequence[Array]]:
        """The minimum, and beside what SciPy reports the bounds that hold it."""
        x, kept = super().solved(args)
        ends = args[2]
        return x, kept if ends is None else [*kept, self.held(x, ends, args[1])]

    def held(self, x: NDArray[Any], ends: tuple[Any, Any], params: Sequence[Any]) -> NDArray[np.float64]:
        """The side of the bound that holds each element of the minimum x, as `sides` has it."""

        def objective(x: Any) -> Any:
            return enclosed_call(self.function, (x, *params), {})

        gaps = gaps_of(x, *ends)
        try:
            return held_by_bounds(
                gaps,
                lambda: constants(grad(objective)(x)),
                lambda direction: float(constants(hvp(objective, (x,), (direction,))) @ direction),
            )
        except Exception:  # whatever a function raises that takes no Variables: it may not be differentiated at all
            return sides(gaps)

    def probed(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The value of the function at the solution: with Variables, if it refers to some."""
        return [enclosed_call(self.function, (unknown, *args[1]), {})]

    def residual(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The arrays that are zero at the solution."""
        gradient: Array = grad(lambda *xs: enclosed_call(self.function, xs, {}))(unknown, *args[1])
        ends = args[2]
        return [gradient if ends is None else within(gradient, unknown, ends, args[-1])]


@overload
def minimize(
    fun: Callable[..., Any], x0: Any, args: Variables, method: Any = ..., **others: Unpack[MinimizeOptions]
) -> Report[Variable]: ...
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
def minimize(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = (),
    method: Any = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: Any = None,
) -> Any:
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
    where = "scipy.optimize.minimize"
    refuse(where, tol=tol, options=options)
    objective = _scalar(first_of(fun) if jac is True else fun)
    ends = ends_of_pairs(bounds)
    given_constraints = constraints_of(constraints)

    def run(
        guard: Guard, start: Tree, params: tuple[Any, ...], end_values: Ends, found: Sequence[Constraint] = ()
    ) -> ScipyReport:
        pairs = zip(given_constraints, found, strict=True)
        return scipys.minimize(
            guard.of(fun),
            start,
            params,
            method,
            guarded(guard, jac),
            guarded(guard, hess),
            guarded(guard, hessp),
            as_scipys(bounds, ends, end_values),
            [constraint_as_scipys(constraint, guard, values) for constraint, values in pairs],
            tol,
            callback,
            options,
        )

    params = parameters(args)
    problem: Equation = Minimum(where, objective, run)
    arguments: tuple[Tree, ...] = (x0, params, ends)
    if given_constraints:
        problem = ConstrainedMinimum(where, objective, run)
        arguments = (*arguments, list(map(as_constraint, given_constraints)))
    return result(problem, arguments, lambda x: {"fun": objective(x, *params)})


def _scalar(fun: Callable[..., Any]) -> Callable[..., Any]:
    """The function with a number for its result, where it returns an array of one element, which SciPy takes, too."""

    def objective(*args: Any, **kwargs: Any) -> Any:
        value = fun(*args, **kwargs)
        return np.reshape(value, ()) if getattr(value, "shape", ()) else value

    return objective
