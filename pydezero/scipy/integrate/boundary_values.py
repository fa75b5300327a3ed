"""Boundary value problems of ordinary differential equations, whose derivatives follow from the equations of a mesh.

SciPy finds states at the nodes of a mesh, and parameters, for which a cubic in each interval has the slope of the
equation at both ends and in the middle (J. Kierzenka and L. F. Shampine, "A BVP solver based on residual control and
the MATLAB PSE", 2001). These equations are solved for the derivatives, too; the mesh counts as constant. An equation of
an interval is of the states at its two ends alone, so that those of every other node can be moved at once to see the
derivatives (A. R. Curtis, M. J. D. Powell and J. K. Reid, "On the estimation of sparse Jacobian matrices", 1974).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, overload

import attrs
import numpy as np
import scipy.integrate
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.operators import EscapeError
from pydezero.core.types import Array
from pydezero.core.variable import Variable, shape_of
from pydezero.scipy.integrate.signatures import BvpResult
from pydezero.scipy.interpolate import CubicHermiteSpline, PPoly
from pydezero.scipy.operands import as_operand
from pydezero.scipy.optimize.problems import Equation, ScipyReport, as_array, check_start, guarded, refuse, reported
from pydezero.scipy.sparse import coo_array
from pydezero.scipy.sparse.linalg.direct import Factors, solve_p
from pydezero.scipy.sparse.linalg.system import with_entries
from pydezero.scipy.sparse.structure import Structure
from pydezero.transforms.implicit.constants import without
from pydezero.transforms.implicit.enclosing import enclosed_call
from pydezero.transforms.implicit.operation import Found
from pydezero.transforms.implicit.solution import Guard, solution
from pydezero.transforms.jacobians.jacobian import jacfwd
from pydezero.tree import Tree

__all__ = ["solve_bvp"]

_NAME: Final = "scipy.integrate.solve_bvp"
_SCIPYS: Final[Any] = scipy.integrate  # Any: to its stubs an argument that is handed on is of no type


@attrs.frozen(eq=False)
class Collocation(Equation):
    """The equations of a boundary value problem; the arguments are a start, the ends, and at last the mesh."""

    conditions: Callable[..., Any] = attrs.field(kw_only=True)

    def solved(self, args: Sequence[Tree]) -> tuple[Tree, Sequence[Array]]:
        """The states and parameters, and beside them whether they are a solution, the whole numbers, and the mesh."""
        _, kept = super().solved(args)
        report = self.reports[-1]
        unknown = (report.y,) if report.p is None else (report.y, report.p)
        return unknown, [*kept, np.asarray(report.x)]

    def probed(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The equations, of which the mesh does not matter."""
        return self.residual(unknown, (*args, np.linspace(0.0, 1.0, shape_of(unknown[0])[1])))

    def residual(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """What the equations of the intervals lack, and the boundary conditions."""
        y, *p = unknown
        return [self.of_intervals(y, p, args), self.at_ends(y[:, 0], y[:, -1], p)]

    def of_intervals(self, y: Array, p: Sequence[Array], args: Sequence[Tree]) -> Array:
        """What the equations of the intervals lack."""
        x = mesh(args[1], args[-1])
        h = x[1:] - x[:-1]
        f = self.slope(x, y, p)
        middle = (y[:, 1:] + y[:, :-1]) / 2 - h / 8 * (f[:, 1:] - f[:, :-1])
        f_middle = self.slope(x[:-1] + h / 2, middle, p)
        return y[:, 1:] - y[:, :-1] - h / 6 * (f[:, :-1] + f[:, 1:] + 4 * f_middle)

    def slope(self, x: Array, y: Array, p: Sequence[Array]) -> Array:
        """The right-hand side of the differential equation."""
        return as_operand(as_array(enclosed_call(self.function, (x, y, *p), {})))

    def at_ends(self, ya: Array, yb: Array, p: Sequence[Array]) -> Array:
        """What the boundary conditions lack."""
        return as_operand(as_array(enclosed_call(self.conditions, (ya, yb, *p), {})))

    def inverse(self, found: Found, unknown: Sequence[Array], args: Sequence[Tree]) -> AlmostBlockDiagonal:
        """The inverse of the derivative of the equations with respect to states and parameters."""
        y, *p = unknown
        (states, nodes), parameters = shape_of(y), shape_of(p[0])[0] if p else 0
        count = 2 * states

        def of_intervals(moves: Array) -> Array:  # of all even nodes, of all odd ones, and of the parameters
            by_node = np.reshape(moves[:count], (2, states))[np.arange(nodes) % 2]
            return self.of_intervals(y + by_node.T, [z + moves[count:] for z in p], args)

        def at_ends(moves: Array) -> Array:
            first, last = y[:, 0] + moves[:states], y[:, -1] + moves[states:count]
            return self.at_ends(first, last, [z + moves[count:] for z in p])

        still = np.zeros(count + parameters)
        inside, outside = (without(jacfwd(f)(still), found.captured) for f in (of_intervals, at_ends))
        data = np.concatenate([np.reshape(np.moveaxis(inside, -1, 0), (-1,)), np.reshape(outside, (-1,))])
        size = states * nodes + parameters
        entries = coo_array((data, _places(states, nodes, parameters)), shape=(size, size))
        return AlmostBlockDiagonal(*with_entries("spsolve", entries), (states, nodes, parameters))


def _places(states: int, nodes: int, parameters: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows and columns of the derivatives, in the order in which they are computed."""
    intervals = np.arange(nodes - 1)
    equations = np.arange(states * (nodes - 1))
    columns = []
    for colour in (0, 1):  # the end of each interval that is an even node, or an odd one
        ends = np.where(intervals % 2 == colour, intervals, intervals + 1)
        columns += [np.tile(state * nodes + ends, states) for state in range(states)]
    columns += [np.full(len(equations), states * nodes + i) for i in range(parameters)]
    at_ends = np.arange(states) * nodes
    of_conditions = np.concatenate([at_ends, at_ends + nodes - 1, states * nodes + np.arange(parameters)])
    conditions = len(equations) + np.arange(states + parameters)
    rows = [np.tile(equations, len(columns)), np.repeat(conditions, len(of_conditions))]
    return np.concatenate(rows), np.concatenate([*columns, np.tile(of_conditions, len(conditions))])


@attrs.frozen(eq=False)
class AlmostBlockDiagonal:
    """The inverse by the factors of a sparse matrix: an equation has few unknowns, but for the parameters."""

    data: Array
    structure: Structure
    sizes: tuple[int, int, int]
    factors: Factors = attrs.field(factory=lambda: Factors(None), init=False)

    def tangent(self, of_residual: Sequence[Array]) -> list[Array]:
        """From a tangent of the equations to one of states and parameters."""
        return self._parts(self._solved(of_residual, self.structure), 0)

    def cotangent(self, of_unknown: Sequence[Array]) -> list[Array]:
        """From a cotangent of states and parameters to one of the equations."""
        return self._parts(self._solved(of_unknown, self.structure.transpose), 1)

    def _solved(self, parts: Sequence[Array], structure: Structure) -> Array:
        vector = np.concatenate([np.reshape(part, (-1,)) for part in parts])
        return bind(solve_p, self.data, vector, structure=structure, factors=self.factors)

    def _parts(self, vector: Array, missing: int) -> list[Array]:
        """The states and the parameters; or, where one column is missing, the equations and the conditions."""
        states, nodes, parameters = self.sizes
        count = states * (nodes - missing)
        first = np.reshape(vector[:count], (states, nodes - missing))
        return [first, vector[count:]] if missing or parameters else [first]


def mesh(ends: Sequence[Array], nodes: Array) -> Array:
    """The mesh between the ends: its nodes, of which all move with ends that are Variables."""
    if Variable not in map(type, ends):
        return nodes
    start, stop = ends
    return start + (stop - start) * ((nodes - nodes[0]) / (nodes[-1] - nodes[0]))


@overload
def solve_bvp(
    fun: Callable[..., Variable],
    bc: Callable[..., Any],
    x: Any,
    y: Any,
    p: Any = None,
    S: Any = None,  # noqa: N803  # SciPy's name
    fun_jac: Callable[..., Any] | None = None,
    bc_jac: Callable[..., Any] | None = None,
    tol: float = 1e-3,
    max_nodes: int = 1000,
    verbose: int = 0,
    bc_tol: float | None = None,
) -> BvpResult[Variable]: ...
@overload
def solve_bvp(
    fun: Callable[..., Any],
    bc: Callable[..., Any],
    x: Variable,
    y: Any,
    p: Any = None,
    S: Any = None,  # noqa: N803  # SciPy's name
    fun_jac: Callable[..., Any] | None = None,
    bc_jac: Callable[..., Any] | None = None,
    tol: float = 1e-3,
    max_nodes: int = 1000,
    verbose: int = 0,
    bc_tol: float | None = None,
) -> BvpResult[Variable]: ...
@overload
def solve_bvp(
    fun: Callable[..., Any],
    bc: Callable[..., Any],
    x: Any,
    y: Any,
    p: Any = None,
    S: Any = None,  # noqa: N803  # SciPy's name
    fun_jac: Callable[..., Any] | None = None,
    bc_jac: Callable[..., Any] | None = None,
    tol: float = 1e-3,
    max_nodes: int = 1000,
    verbose: int = 0,
    bc_tol: float | None = None,
) -> BvpResult[Any]: ...
def solve_bvp(
    fun: Callable[..., Any],
    bc: Callable[..., Any],
    x: Any,
    y: Any,
    p: Any = None,
    S: Any = None,  # noqa: N803  # SciPy's name
    fun_jac: Callable[..., Any] | None = None,
    bc_jac: Callable[..., Any] | None = None,
    tol: float = 1e-3,
    max_nodes: int = 1000,
    verbose: int = 0,
    bc_tol: float | None = None,
) -> Any:
    """The solution of y' = fun(x, y, p) for which bc(y(a), y(b), p) is zero, as `scipy.integrate.solve_bvp` returns it.

    It is differentiable in the Variables that fun and bc refer to, and in both ends of x. The rest of x, y and p are a
    start, which only chooses among the solutions: its derivative is zero. A derivative is one of the equations that
    SciPy solves on its last mesh, so that it is about as precise as the solution.

    All arguments are SciPy's. fun is given all nodes at once, with the states in the columns of y. It may return a list
    of numbers and Variables, and so may bc. p is given to both where the start of p is.

    Returns:
        SciPy's result. With Variables, `y`, `yp`, `p` and `sol` have their derivatives, and so has `x` where its ends
        are Variables; `sol(t)` is differentiable in t in any case. What SciPy reports beside them in words and whole
        numbers is there, too, and nothing else.

    Raises:
        TypeError: one of the options is a Variable.
        ValueError: with Variables, S is given; or under `vmap` the examples need different numbers of nodes.
        EscapeError: under `trace`, in whose graphs all shapes are known: how many nodes there are depends on values.
        RuntimeError: (where it is differentiated) SciPy has found no solution; the message is SciPy's.
        LinAlgError: (where it is differentiated) the solution is not isolated.

    The slope at which something is thrown up to fall to the ground after a time, and its derivative:

    >>> import numpy as np
    >>> from pydezero import value_and_grad
    >>> def slope(time, gravity):
    ...     def fun(t, y):
    ...         return np.stack([y[1], -gravity + 0 * t])
    ...     found = solve_bvp(fun, lambda ya, yb: np.stack([ya[0], yb[0]]), [0.0, time], np.zeros((2, 2)))
    ...     return found.y[1, 0]
    >>> value, (by_time, by_gravity) = value_and_grad(slope, argnums=(0, 1))(2.0, 9.81)
    >>> [float(x.round(6)) for x in (value, by_time, by_gravity)]
    [9.81, 4.905, 1.0]
    """
    refuse(_NAME, S=S, tol=tol, bc_tol=bc_tol, max_nodes=max_nodes)
    options = {"tol": tol, "max_nodes": max_nodes, "verbose": verbose, "bc_tol": bc_tol}

    def run(guard: Guard, start: Tree, ends: Tree) -> ScipyReport:
        functions = {"fun_jac": guarded(guard, fun_jac), "bc_jac": guarded(guard, bc_jac)}
        return _SCIPYS.solve_bvp(guard.of(fun), guard.of(bc), *start, S, **functions, **options)

    nodes = as_operand(x)
    ends = (nodes[0], nodes[-1]) if len(nodes.shape) == 1 and nodes.shape[0] else ()  # or SciPy says what is wrong
    problem = Collocation(_NAME, fun, run, "y", conditions=bc)
    args = (nodes, as_operand(y), None if p is None else as_operand(p)), ends
    check_start(problem, args)
    outcome = solution(problem, args)
    report = problem.reports[0]
    if outcome.is_plain:
        report.sol = PPoly(np.moveaxis(report.sol.c, -1, 0), report.sol.x, extrapolate=True, axis=1)
        return report
    if S is not None:
        raise ValueError(f"{_NAME}: with Variables there is no S; give fun the singular term, and x a start beside it")
    states, *parameters = outcome.unknown
    _check_no_trace(states)
    at = mesh(ends, outcome.kept[-1])
    slopes = problem.slope(at, states, parameters)
    found = {"x": at, "y": states, "yp": slopes, "p": parameters[0] if parameters else None}
    spline: Any = CubicHermiteSpline(at, states, slopes, axis=1)
    return reported(report, {**found, "sol": spline}, outcome.kept[:-1])


def _check_no_trace(y: Array) -> None:
    while type(y) is Variable:
        if not y.node.has_one_value and not y.node.is_batch:
            raise EscapeError(
                f"{_NAME}: how many nodes the mesh has depends on values, and in a graph all shapes are known; solve "
                "outside of what is traced or compiled"
            )
        y = y._value
