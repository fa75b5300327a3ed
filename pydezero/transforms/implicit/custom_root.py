"""`custom_root`, `custom_fixed_point`, `custom_minimum`: the solution of an equation, however it is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Concatenate, Final, ParamSpec, TypeVar, overload

import attrs

from pydezero.core.types import Array
from pydezero.core.variable import is_numeric
from pydezero.transforms.boundary.description import Returned, like_argument
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.signatures import Traced
from pydezero.transforms.implicit.enclosing import enclosed_call
from pydezero.transforms.implicit.inverse import Inverse, dense_inverse
from pydezero.transforms.implicit.matrix_free import matrix_free_inverse
from pydezero.transforms.implicit.operation import Found, Problem
from pydezero.transforms.implicit.signatures import Solution, Solver
from pydezero.transforms.implicit.solution import check_alike, check_count, run_solver, solution
from pydezero.transforms.reverse.grad import grad
from pydezero.transforms.rules.custom import check_callable
from pydezero.tree import Tree, filled, flatten

P = ParamSpec("P")
X = TypeVar("X")

_ROOT: Final = Returned("The root of {f} in {x}, found from a first guess of it.", like_argument)
_FIXED_POINT: Final = Returned("The fixed point of {f} in {x}, found from a first guess of it.", like_argument)
_MINIMUM: Final = Returned("The minimum of {f} in {x}, found from a first guess of it.", like_argument)


@attrs.frozen(eq=False)
class Root(Problem):
    """residual(x, *params) = 0, solved from a start, which comes before the parameters among the arguments."""

    where: str
    function: Callable[..., Any]
    solve: Solver
    linear_solve: Solver | None

    symmetric: ClassVar[bool] = False

    def solved(self, args: Sequence[Tree]) -> tuple[Tree, Sequence[Array]]:
        """The result of the solver for arguments that are no Variables."""
        init, *params = args
        found = run_solver(self.where, self.solve, self._value, init, params)
        if any(map(is_numeric, flatten(init))):
            check_alike(found, init, self.where, "what solve returned", "init")
        return found, ()

    def check(self, kept: Sequence[Array]) -> None:
        """A solver of the user's raises where it fails."""

    def probed(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The value of the function at the solution: with Variables, if it refers to some."""
        leaves = self.residual(unknown, args)
        check_count(leaves, unknown, self.where)
        return leaves

    def _value(self, *args: Tree) -> Tree:
        return enclosed_call(self.function, args, {})

    def residual(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The arrays that are zero at the solution."""
        returned = self._value(unknown, *args[1:])
        return [leaf for leaf in flatten(returned) if is_numeric(leaf)]

    def inverse(self, found: Found, unknown: Sequence[Array], args: Sequence[Tree]) -> Inverse:
        """The inverse of the derivative of the residual with respect to the unknown."""

        def residual(leaves: list[Array], args: Sequence[Tree]) -> list[Array]:
            return self.residual(filled(found.template, leaves), args)

        if self.linear_solve is None:
            return dense_inverse(lambda leaves: residual(leaves, args), unknown, found.captured, self.where)
        return matrix_free_inverse(residual, unknown, args, self.linear_solve, self.where, self.symmetric)


class FixedPoint(Root):
    """f(x, *params) = x."""

    def residual(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The arrays that are zero at the solution."""
        moved = self._value(unknown, *args[1:])
        check_alike(moved, unknown, self.where, "what the function returned", "its argument")
        pairs = zip(flatten(moved), flatten(unknown), strict=True)
        return [y - x for y, x in pairs if is_numeric(x)]


class Minimum(Root):
    """The gradient of objective(x, *params) is zero."""

    symmetric = True  # as every Hessian

    def probed(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The value of the function at the solution: with Variables, if it refers to some."""
        return [self._value(unknown, *args[1:])]

    def residual(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The arrays that are zero at the solution."""
        gradient = grad(self._value)(unknown, *args[1:])
        return [g for g, x in zip(flatten(gradient), flatten(unknown), strict=True) if is_numeric(x)]


@overload
def custom_root(residual: Callable[[Traced], Any], solve: Solver, linear_solve: Solver | None = ...) -> Solution: ...
@overload
def custom_root(
    residual: Callable[[Traced, Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_root(
    residual: Callable[[Traced, Traced, Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_root(
    residual: Callable[[Traced, Traced, Traced, Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_root(
    residual: Callable[Concatenate[X, P], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Callable[Concatenate[X, P], X]: ...
def custom_root(residual: Callable[..., Any], solve: Solver, linear_solve: Solver | None = None) -> Any:
    """The function that gives the root x of residual(x, *params) = 0, with the derivative that the equation gives it.

    With J, the Jacobian of the residual with respect to x at the solution, dx = -J^-1 (d residual / d params) dparams
    (the implicit function theorem): one system of linear equations in forward or in reverse mode, whatever the solver
    did, and however long it took. The rule is differentiated for higher orders and batched for `vmap`, for which the
    solver runs for one example after the other.

    Args:
        residual: a function `residual(x, *params)` of arrays, or of containers of arrays, that returns as many numbers
            as there are in x, in an array or in a container of any kind. It may refer to Variables that it is not
            given; they get their derivatives too.
        solve: a function `solve(f, init, *params)` that returns the root x of f, where f(x) is residual(x, *params). It
            gets arrays alone and may be anything: a loop, a solver of SciPy's, another library. How close it comes to
            the root is its own business; it raises where it fails.
        linear_solve: a function `linear_solve(f, b)` that returns the vector x with f(x) = b, where f is the product
            with J, or with its transpose, as a function of a vector. Without one J is computed as a matrix, column by
            column, which is fine for a few thousand unknowns. It raises where it fails (an x for which f(x) misses b by
            more than 1e-3 of b is refused); whether J is singular and x is a root is not looked at then.

    Returns:
        A function `root(init, *params)`. init is what the solver begins with; x is built like it. (Where a solver needs
        no such thing it may hold no numbers, as None; then x is what solve returns.) init only chooses among the roots,
        so that its derivative is 0. Without Variables the function returns what solve does.

    Raises:
        TypeError: residual or solve is no function; (when called) solve does not take these arguments, or returns no
            array; residual computes with a Variable of `vmap` or `trace` that it is not given, and cannot be recorded.
        ValueError: (when called) x is not built like init, or the residual does not have as many numbers as x; (where
            it is differentiated) x is no root: a Newton step from it is longer than 1e-3 (1 + max |x|).
        LinAlgError: (where it is differentiated) J is singular.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def newton(f, x, *params):
    ...     for _ in range(50):
    ...         x = x - f(x) / grad(f)(x)
    ...     return x
    >>> root = custom_root(lambda x, a: x**3 + x - a, newton)
    >>> root(1.0, 2.0), grad(root, argnums=1)(1.0, 2.0)
    (np.float64(1.0), np.float64(0.25))
    """
    where = f"custom_root({name_of(residual)})"
    check_callable(residual, "residual", where)
    problem = _checked(Root(where, residual, solve, linear_solve))
    return transformed(_function(problem), custom_root, residual, solve, linear_solve, result=_ROOT)


@overload
def custom_fixed_point(f: Callable[[Traced], Any], solve: Solver, linear_solve: Solver | None = ...) -> Solution: ...
@overload
def custom_fixed_point(
    f: Callable[[Traced, Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_fixed_point(
    f: Callable[[Traced, Traced, Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_fixed_point(
    f: Callable[[Traced, Traced, Traced, Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_fixed_point(
    f: Callable[Concatenate[X, P], X], solve: Solver, linear_solve: Solver | None = ...
) -> Callable[Concatenate[X, P], X]: ...
def custom_fixed_point(f: Callable[..., Any], solve: Solver, linear_solve: Solver | None = None) -> Any:
    """The function that gives the fixed point x of f(x, *params) = x, with the derivative that the equation gives it.

    It is `custom_root` of f(x, *params) - x.

    Args:
        f: a function `f(x, *params)` of arrays, or of containers of arrays, that returns what is built like x.
        solve: a function `solve(g, init, *params)` that returns the fixed point of g, where g(x) is f(x, *params).
        linear_solve: as that of `custom_root`.

    Returns:
        A function `fixed_point(init, *params)`, as that of `custom_root`.

    Raises:
        TypeError, ValueError, LinAlgError: as `custom_root`.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def iterate(g, x, *params):
    ...     while np.any(g(x) != x):
    ...         x = g(x)
    ...     return x
    >>> square_root = custom_fixed_point(lambda x, a: (x + a / x) / 2, iterate)
    >>> square_root(1.0, 4.0), grad(square_root, argnums=1)(1.0, 4.0)
    (2.0, np.float64(0.25))
    """
    where = f"custom_fixed_point({name_of(f)})"
    check_callable(f, "f", where)
    problem = _checked(FixedPoint(where, f, solve, linear_solve))
    return transformed(_function(problem), custom_fixed_point, f, solve, linear_solve, result=_FIXED_POINT)


@overload
def custom_minimum(
    objective: Callable[[Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_minimum(
    objective: Callable[[Traced, Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_minimum(
    objective: Callable[[Traced, Traced, Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_minimum(
    objective: Callable[[Traced, Traced, Traced, Traced], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Solution: ...
@overload
def custom_minimum(
    objective: Callable[Concatenate[X, P], Any], solve: Solver, linear_solve: Solver | None = ...
) -> Callable[Concatenate[X, P], X]: ...
def custom_minimum(objective: Callable[..., Any], solve: Solver, linear_solve: Solver | None = None) -> Any:
    """The function that gives the x for which objective(x, *params) is least, with the derivative that this gives it.

    It is `custom_root` of the gradient of the objective, so that J is its Hessian. (A maximum or a saddle that the
    solver returns has its derivative as well.) The least value itself is objective(x, *params).

    Args:
        objective: a function `objective(x, *params)` of arrays, or of containers of arrays, that returns a real number.
        solve: a function `solve(f, init, *params)` that returns the minimum x of f, where f(x) is
            objective(x, *params). f is differentiable, for a solver that needs its gradient.
        linear_solve: as that of `custom_root`, for a symmetric matrix.

    Returns:
        A function `minimum(init, *params)`, as that of `custom_root`.

    Raises:
        TypeError, ValueError, LinAlgError: as `custom_root`.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def descend(f, x, *params):
    ...     for _ in range(200):
    ...         x = x - 0.25 * grad(f)(x)
    ...     return x
    >>> minimum = custom_minimum(lambda x, a: (x - a) ** 2 + a * x, descend)
    >>> minimum(0.0, 3.0), grad(minimum, argnums=1)(0.0, 3.0)
    (np.float64(1.5), np.float64(0.5))
    """
    where = f"custom_minimum({name_of(objective)})"
    check_callable(objective, "objective", where)
    problem = _checked(Minimum(where, objective, solve, linear_solve))
    return transformed(_function(problem), custom_minimum, objective, solve, linear_solve, result=_MINIMUM)


def _checked(problem: Root) -> Root:
    check_callable(problem.solve, "solve", problem.where)
    if problem.linear_solve is not None:
        check_callable(problem.linear_solve, "linear_solve", problem.where)
    return problem


def _function(problem: Problem) -> Callable[..., Any]:
    def solved(init: Tree, *params: Tree) -> Tree:
        return solution(problem, (init, *params)).unknown

    return solved
