"""`custom_linear_solve`: the solution of linear equations that are given by a function, however it is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, overload

import attrs
import numpy as np

from pydezero.core.batching import all_batched
from pydezero.core.bind import bind
from pydezero.core.primitive import General, define
from pydezero.core.types import Array
from pydezero.core.variable import bottom, is_numeric
from pydezero.transforms.boundary.arguments import call, check_flag
from pydezero.transforms.boundary.description import Returned, like_argument
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.signatures import Traced
from pydezero.transforms.forward.linearize import linear_transpose
from pydezero.transforms.implicit.constants import without
from pydezero.transforms.implicit.enclosing import enclosed_call, outputs_of
from pydezero.transforms.implicit.inverse import TOLERANCE, Inverse, dense_inverse, places_of
from pydezero.transforms.implicit.operation import Found, Problem
from pydezero.transforms.implicit.signatures import Solution, Solver
from pydezero.transforms.implicit.solution import check_alike, run_solver, solution
from pydezero.transforms.implicit.vectors import max_norm, to_vector
from pydezero.transforms.rules.custom import check_callable
from pydezero.tree import Tree, filled, flatten

P = ParamSpec("P")
X = TypeVar("X")

_SOLUTION: Final = Returned("The {x} for which {f} is a given right side.", like_argument)


@attrs.frozen(eq=False)
class Linear(Problem):
    """matvec(x, *params) = b; the arguments are b and the parameters.

    Attributes:
        where: the name for error messages.
        matvec: the linear function.
        solve: the solver.
        transpose_solve: the solver for the transpose of the function, or None.
        symmetric: the function is its own transpose.
        is_checked: what solves it must be a solution, because a derivative is made of it.
        is_ours: matvec is no function of the user's, but calls one.
    """

    where: str
    matvec: Callable[..., Any]
    solve: Solver
    transpose_solve: Solver | None
    symmetric: bool
    is_checked: bool = False
    is_ours: bool = False

    def solved(self, args: Sequence[Tree]) -> tuple[Tree, Sequence[Array]]:
        """The result of the solver for arguments that are no Variables."""
        b, *params = args
        found = run_solver(self.where, self.solve, self._product, b, params)
        check_alike(found, b, self.where, "what solve returned", "b")
        return found, ()

    def check(self, kept: Sequence[Array]) -> None:
        """A solver of the user's raises where it fails."""

    def probed(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The value of the function at the solution: with Variables, if it refers to some."""
        leaves = self.residual(unknown, args)
        if self.is_checked:
            missed, right = (
                max([max_norm(bottom(x)) for x in xs], default=0.0)
                for xs in (leaves, filter(is_numeric, flatten(args[0])))
            )
            if missed > TOLERANCE * right:
                raise ValueError(
                    f"{self.where}: what the solver returned for a derivative is no solution: it misses the right "
                    f"side, of which the largest number is {right:.3g}, by {missed:.3g}; let the solver iterate for "
                    "longer, or raise where it fails"
                )
        return leaves

    def residual(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The arrays that are zero at the solution."""
        b, *params = args
        product = self._product(unknown, *params)
        check_alike(product, b, self.where, "what matvec returned", "b")
        return [y - x for y, x in zip(flatten(product), flatten(b), strict=True) if is_numeric(x)]

    def inverse(self, found: Found, unknown: Sequence[Array], args: Sequence[Tree]) -> Inverse:
        """The inverse of the derivative of the residual with respect to the unknown."""
        return _Inverse(self, found, unknown, args)

    @property
    def transposed(self) -> Linear | None:
        """The equation of the transposed function, if there is a solver for it."""
        if self.symmetric:
            return attrs.evolve(self, is_checked=True)
        if self.transpose_solve is None:
            return None
        return Linear(
            f"transposed {self.where}",
            self._vecmat,
            self.transpose_solve,
            self.solve,
            symmetric=False,
            is_checked=True,
            is_ours=True,
        )

    def _product(self, x: Tree, *params: Tree) -> Tree:
        return (call if self.is_ours else enclosed_call)(self.matvec, (x, *params), {})

    def _vecmat(self, y: Tree, *params: Tree) -> Tree:
        (x,) = linear_transpose(lambda x: self._product(x, *params), y)(y)
        return x


@attrs.frozen(eq=False)
class _Inverse:
    """The inverse by the user's solvers; its transpose by that of the Jacobian, if there is no solver for it."""

    problem: Linear
    found: Found
    unknown: Sequence[Array]
    args: Sequence[Tree]

    def tangent(self, of_residual: Sequence[Array]) -> list[Array]:
        """From a tangent of the residual to one of the unknown."""
        found = self._solved(attrs.evolve(self.problem, is_checked=True), of_residual)
        self._check_solution()
        return found

    def cotangent(self, of_unknown: Sequence[Array]) -> list[Array]:
        """From a cotangent of the unknown to one of the residual."""
        transposed = self.problem.transposed
        if transposed is not None:
            found = self._solved(transposed, of_unknown)
            self._check_solution()
            if self.problem.symmetric:
                vectors = map(to_vector, (self.unknown, of_unknown, found, self._right))
                bind(_symmetric_p, *vectors, where=self.problem.where)
            return found

        def residual(leaves: list[Array]) -> list[Array]:
            return self.problem.residual(filled(self.found.template, leaves), self.args)

        inverse = dense_inverse(residual, self.unknown, self.found.captured, self.problem.where)
        return inverse.cotangent(of_unknown)

    @property
    def _right(self) -> list[Array]:
        return [x for x in flatten(self.args[0]) if is_numeric(x)]

    def _check_solution(self) -> None:
        """Raise a ValueError if what the solver has returned is no solution."""
        if not self.problem.is_checked:
            leaves = self.problem.residual(filled(self.found.template, self.unknown), self.args)
            missed = to_vector(without(leaves, self.found.captured))
            bind(_solved_p, missed, to_vector(self._right), where=self.problem.where)

    def _solved(self, problem: Linear, right: Sequence[Array]) -> list[Array]:
        # What is captured counts as constant, as in every inverse.
        return outputs_of(problem, (filled(self.found.template, right), *self.args[1:]))


def _solved(missed: Array, right: Array, where: str) -> Array:
    """By how much a solution, or each of a stack, misses the right side.

    Raises:
        ValueError: it misses it by so much that it is no solution.
    """
    is_far = _sizes(missed) > TOLERANCE * _sizes(right)
    if np.any(is_far):
        raise ValueError(
            f"{where}: what solve returned is no solution{places_of(is_far)}, and has no derivative: it misses the "
            f"right side by {np.max(_sizes(missed)):.3g}; let the solver iterate for longer, or raise where it fails"
        )
    return missed


def _symmetric(x: Array, g: Array, y: Array, b: Array, where: str) -> Array:
    """x, where A x = b and A y = g, for a matrix A that is symmetric, or each of a stack.

    Raises:
        ValueError: it is not, as y.(A x) is not x.(A y).
    """
    difference = np.abs(np.sum(y * b, axis=-1) - np.sum(x * g, axis=-1))
    size = _sizes(g) * np.sum(np.abs(x), axis=-1) + _sizes(b) * np.sum(np.abs(y), axis=-1)
    is_other = difference > TOLERANCE * size
    if np.any(is_other):
        raise ValueError(
            f"{where}: with symmetric=True, matvec must be its own transpose, and is not{places_of(is_other)}; give a "
            "transpose_solve"
        )
    return x


def _sizes(x: Array) -> Array:
    return np.max(np.abs(x), axis=-1, initial=0.0)


_solved_p: Final[General] = define(
    General,
    "solved_linear",
    _solved,
    lambda g: g,
    None,
    batch=lambda batched, *args, where: bind(_solved_p, *all_batched(batched, args), where=where),
)
_symmetric_p: Final[General] = define(
    General,
    "symmetric_linear",
    _symmetric,
    lambda g: g,
    None,
    None,
    None,
    batch=lambda batched, *args, where: bind(_symmetric_p, *all_batched(batched, args), where=where),
)


@overload
def custom_linear_solve(
    matvec: Callable[[Traced], Any], solve: Solver, transpose_solve: Solver | None = ..., symmetric: bool = ...
) -> Solution: ...
@overload
def custom_linear_solve(
    matvec: Callable[[Traced, Traced], Any], solve: Solver, transpose_solve: Solver | None = ..., symmetric: bool = ...
) -> Solution: ...
@overload
def custom_linear_solve(
    matvec: Callable[[Traced, Traced, Traced], Any],
    solve: Solver,
    transpose_solve: Solver | None = ...,
    symmetric: bool = ...,
) -> Solution: ...
@overload
def custom_linear_solve(
    matvec: Callable[[Traced, Traced, Traced, Traced], Any],
    solve: Solver,
    transpose_solve: Solver | None = ...,
    symmetric: bool = ...,
) -> Solution: ...
@overload
def custom_linear_solve(
    matvec: Callable[Concatenate[X, P], X], solve: Solver, transpose_solve: Solver | None = ..., symmetric: bool = ...
) -> Callable[Concatenate[X, P], X]: ...
def custom_linear_solve(
    matvec: Callable[..., Any], solve: Solver, transpose_solve: Solver | None = None, symmetric: bool = False
) -> Any:
    """The function that gives the x with matvec(x, *params) = b, with the derivative that the equation gives it.

    It never asks for the matrix: dx is the solution for the right side db - (d matvec / d params) dparams, by the same
    solver, and reverse mode is one solution of the transposed equation.

    Args:
        matvec: a function `matvec(x, *params)`, linear in x, that returns what is built like x: an array, or a
            container of arrays. It may refer to Variables that it is not given; they get their derivatives too.
        solve: a function `solve(f, b, *params)` that returns the x with f(x) = b, where f(x) is matvec(x, *params). It
            gets arrays alone. It raises where it fails.
        transpose_solve: the same for the transpose of f, which it gets in the place of f: for a matrix A the function
            from y to A.T @ y, without conjugation. If it is None, reverse mode computes the matrix column by column,
            which is fine for a few hundred unknowns.
        symmetric: f is its own transpose, so that solve is used for both.

    Returns:
        A function `solution(b, *params)`. x is built like b.

    Raises:
        TypeError: matvec or a solver is no function; (when called) a solver does not take these arguments, or returns
            no array; matvec computes with a Variable of `vmap` or `trace` that it is not given, and cannot be recorded.
        ValueError: (when called) x or matvec(x, *params) is not built like b; (in reverse mode) matvec is evidently not
            linear, or not symmetric although it is said to be; (where it is differentiated) what a solver returns
            misses the right side by more than 1e-3 of it.
        LinAlgError: (in reverse mode without transpose_solve) the matrix is singular.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def jacobi(f, b, diagonal):
    ...     x = b
    ...     for _ in range(60):
    ...         x = x + (b - f(x)) / diagonal
    ...     return x
    >>> solution = custom_linear_solve(lambda x, d: d * x - np.roll(x, 1), jacobi, jacobi)
    >>> diagonal = np.array([2.0, 4.0, 2.0])
    >>> solution(np.array([1.0, 3.0, 1.0]), diagonal)
    array([1., 1., 1.])
    >>> grad(lambda d: solution(np.array([1.0, 3.0, 1.0]), d).sum())(diagonal)
    array([-0.73333333, -0.46666667, -0.86666667])
    """
    where = f"custom_linear_solve({name_of(matvec)})"
    check_callable(matvec, "matvec", where)
    check_callable(solve, "solve", where)
    if transpose_solve is not None:
        check_callable(transpose_solve, "transpose_solve", where)
    check_flag(where, "symmetric", symmetric)
    problem = Linear(where, matvec, solve, transpose_solve, bool(symmetric))

    def solved(b: Tree, *params: Tree) -> Tree:
        return solution(problem, (b, *params)).unknown

    return transformed(solved, custom_linear_solve, matvec, solve, transpose_solve, symmetric, result=_SOLUTION)
