"""Constraints of a minimum: those that hold it stay active, with a multiplier each; the others have none.

At a minimum of f within l <= c(x) <= u the gradient of f(x) - m @ c(x) is zero, and c is l where its multiplier m is
positive, u where that is negative (W. Karush 1939; H. W. Kuhn, A. W. Tucker 1951). x and m together are the unknown.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import is_numeric
from pydezero.functions.joining.nested import array
from pydezero.scipy.optimize.active import Gaps, gaps_of, multipliers_of, sides
from pydezero.scipy.optimize.bounds import within
from pydezero.scipy.optimize.problems import Equation, as_array, guarded
from pydezero.transforms.implicit.constants import constants
from pydezero.transforms.implicit.enclosing import enclosed_call
from pydezero.transforms.implicit.solution import Guard
from pydezero.transforms.jacobians.hessian import hvp
from pydezero.transforms.jacobians.jacobian import jacfwd
from pydezero.transforms.reverse.grad import grad
from pydezero.tree import Tree

_FUNCTIONS: Final = ("fun", "jac", "hess")


@attrs.frozen(eq=False)
class Constraint:
    """lower <= function(x, *params) <= upper, of which all but the function may hold Variables."""

    function: Callable[..., Any]
    params: tuple[Any, ...]
    lower: Any
    upper: Any


def constraints_of(given: Any) -> list[Any]:
    """The constraints as `minimize` takes them, one or several, in a list."""
    is_one = isinstance(given, dict) or hasattr(given, "lb")
    return [given] if is_one else list(given)


def as_constraint(given: Any) -> Constraint:
    """A constraint as `minimize` takes it: a dict, a `LinearConstraint` or a `NonlinearConstraint`."""
    if isinstance(given, dict):
        args = given.get("args", ())
        upper = 0.0 if given["type"].lower() == "eq" else np.inf
        return Constraint(given["fun"], args if isinstance(args, tuple) else (args,), 0.0, upper)
    if isinstance(given, scipy.optimize.LinearConstraint):
        return Constraint(lambda x, a: a @ x, (given.A,), given.lb, given.ub)
    return Constraint(given.fun, (), given.lb, given.ub)


def constraint_as_scipys(given: Any, guard: Guard, values: Constraint) -> Any:
    """A constraint for SciPy, with bare values in the place of Variables."""
    if isinstance(given, dict):
        functions = {name: guarded(guard, given[name]) for name in _FUNCTIONS if name in given}
        return {**given, **functions, **({"args": values.params} if "args" in given else {})}
    if isinstance(given, scipy.optimize.LinearConstraint):
        return scipy.optimize.LinearConstraint(values.params[0], values.lower, values.upper, given.keep_feasible)
    made = copy.copy(given)
    made.lb, made.ub = values.lower, values.upper
    for name in _FUNCTIONS:
        setattr(made, name, guarded(guard, getattr(given, name)))
    return made


@attrs.frozen(eq=False)
class ConstrainedMinimum(Equation):
    """A minimum under constraints; the arguments are a start, parameters, bounds and the constraints."""

    def solved(self, args: Sequence[Tree]) -> tuple[Tree, Sequence[Array]]:
        """The minimum with its multipliers, and beside what SciPy reports the bounds that hold it."""
        x, kept = super().solved(args)
        multipliers, held = self._holding(x, args)
        return (x, multipliers), [*kept, held]

    def probed(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The values of the functions at the solution: with Variables, if they refer to some."""
        x, _ = unknown
        return [enclosed_call(self.function, (x, *args[1]), {}), *[_value(one, x) for one in args[3]]]

    def residual(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The arrays that are zero at the solution."""
        x, multipliers = unknown
        ends, found, held = args[2], args[3], args[-1]
        gradient = grad(lambda x: self._lagrangian(x, multipliers, args))(x)
        gaps = [_gap(m, _value(one, x), one) for m, one in zip(multipliers, found, strict=True)]
        return [gradient if ends is None else within(gradient, x, ends, held), *gaps]

    def _lagrangian(self, x: Any, multipliers: Sequence[Array], args: Sequence[Tree]) -> Array:
        pairs = zip(multipliers, args[3], strict=True)
        return enclosed_call(self.function, (x, *args[1]), {}) - sum(m @ _value(one, x) for m, one in pairs)

    def x_of(self, unknown: Tree) -> Array:
        """The solution that SciPy reports."""
        return unknown[0]

    def _holding(self, x: NDArray[Any], args: Sequence[Tree]) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
        """The multipliers of plain values, nan where the functions have no derivative, and the bounds that hold x."""
        found, ends = args[3], (-np.inf, np.inf) if args[2] is None else args[2]
        values = constants([_value(one, x) for one in found])
        of_bounds = gaps_of(x, *ends)
        held = sides(of_bounds)
        splits = np.cumsum([len(value) for value in values])
        try:
            gradient = constants(grad(lambda x: self._lagrangian(x, [np.zeros(len(v)) for v in values], args))(x))
            slopes = constants([jacfwd(lambda x, one=one: _value(one, x))(x) for one in found])
            near = np.flatnonzero((held == 0) & np.any(of_bounds.is_near, axis=0))
            gaps = [*map(_gaps, values, found), Gaps(of_bounds.to[:, near], of_bounds.is_near[:, near])]
            joined = Gaps(*[np.concatenate(parts, axis=1) for parts in zip(*map(attrs.astuple, gaps), strict=True)])
            rows = np.concatenate([*slopes, np.eye(len(x))[near]])

            def curvature(multipliers: NDArray[Any], direction: NDArray[Any]) -> float:
                parts = np.split(multipliers, splits)[:-1]
                moved = hvp(lambda x: self._lagrangian(x, parts, args), (x,), (direction,))
                return float(constants(moved) @ direction)

            is_free = held == 0
            multipliers = multipliers_of(gradient * is_free, rows * is_free, joined, curvature)
        except Exception:  # whatever a function raises that takes no Variables: it may not be differentiated at all
            return [np.full(len(value), np.nan) for value in values], held
        *parts, of_near = np.split(multipliers, splits)
        held[near] = -np.sign(of_near)
        return parts, held


def _value(constraint: Constraint, x: Any) -> Array:
    return np.reshape(as_array(enclosed_call(constraint.function, (x, *constraint.params), {})), (-1,))


def _end(end: Any) -> Any:
    return end if is_numeric(end) else array(end)


def _gaps(value: NDArray[Any], one: Constraint) -> Gaps:
    return gaps_of(value, one.lower, one.upper)


def _gap(multiplier: Array, value: Array, one: Constraint) -> Array:
    """The distance of a constraint from where its multiplier holds it; the multiplier itself where it holds nothing."""
    lower, upper = _end(one.lower), _end(one.upper)
    m, low, high = constants([multiplier, lower, upper])
    is_equal = np.equal(low, high)
    is_low = np.isfinite(low) & (is_equal | (m > 0))
    is_high = np.isfinite(high) & (m < 0)
    finite_low, finite_high = np.where(np.isfinite(low), lower, 0.0), np.where(np.isfinite(high), upper, 0.0)
    return np.where(is_low, value - finite_low, np.where(is_high, value - finite_high, multiplier))
