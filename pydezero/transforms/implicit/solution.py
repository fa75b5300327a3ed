"""The solution of a problem as a function of its parameters, of those too that are not passed to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.foreign import has_no_values, is_delayed
from pydezero.core.level import next_level
from pydezero.core.operators import EscapeError
from pydezero.core.snapshot import frozen_snapshot, is_array
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom, is_numeric, shape_of
from pydezero.transforms.boundary.arguments import call
from pydezero.transforms.boundary.delayed import with_values
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.implicit.constants import CapturedError, constants, values_only, without
from pydezero.transforms.implicit.enclosing import (
    Enclosed,
    Enclosure,
    UnforeseenError,
    UnrecordableError,
    enclosed_call,
)
from pydezero.transforms.implicit.operation import Found, Problem, Solve
from pydezero.transforms.implicit.vectors import size_of, spec_of
from pydezero.tree import Tree, filled, flatten, map_leaves, same_structure, separate


@attrs.frozen(eq=False)
class Outcome:
    """The outcome of a problem.

    Attributes:
        unknown: the solution, with its derivatives.
        kept: the arrays that the problem has kept beside it.
        is_plain: whether there were no Variables.
    """

    unknown: Tree
    kept: Sequence[Array]
    is_plain: bool


# Each call may meet a branch of the function that computes with further Variables.
_MOST_CALLS: Final = 20


def solution(problem: Problem, args: Sequence[Tree]) -> Outcome:
    """The solution that the solver of a problem finds, with the derivatives that the problem gives it.

    Variables that the functions of the problem refer to, and that have not one value, become arguments of it.
    """
    try:
        return _solution(problem, args)
    except CapturedError as error:
        enclosure = Enclosure(problem.where)
        for _ in range(_MOST_CALLS):
            variables = tuple(enclosure.variables)
            try:
                enclosed = Enclosed(problem, enclosure, len(args), len(variables))
                return _solution(enclosed, (*args, *variables))
            except UnforeseenError as unforeseen:
                enclosure.variables.extend(unforeseen.variables)
            except UnrecordableError as unrecordable:
                error.add_note(f"(the function cannot be recorded, by which it would be passed: {unrecordable})")
                raise error from None
        raise


def _solution(problem: Problem, args: Sequence[Tree]) -> Outcome:
    template, arrays = separate(tuple(args), lambda leaf: type(leaf) is Variable)
    found = Found()
    if arrays:  # what is kept for the derivative rules may outlive the call
        for x in arrays:
            if is_delayed(bottom(x)):
                raise has_no_values(f"{problem.where}: an argument")
        template = map_leaves(lambda leaf: frozen_snapshot(leaf) if is_array(leaf) else leaf, template)
    solve = Solve(problem.where, problem, template, found)
    outputs = solve(*arrays) if arrays else solve.evaluate([])
    unknown, kept = found.parts(outputs)
    if found.captured:
        unknown = _with_captured(problem, found, unknown, args, kept)
    elif not arrays:
        return Outcome(found.solution, kept, is_plain=True)
    return Outcome(filled(found.template, unknown), kept, is_plain=False)


def _with_captured(
    problem: Problem, found: Found, outputs: Sequence[Array], args: Sequence[Tree], kept: Sequence[Array]
) -> list[Array]:
    """The solution, with derivatives with respect to what the residual refers to without being given it, too.

    A Newton step from the solution does not move it, but has the right first derivatives: one more order in what was
    not given is right with each step, and a transform takes one order, or as many as its level says.
    """
    problem.check(kept)
    captured = found.captured
    unknown: list[Array] = without(list(outputs), captured)
    inverse = problem.inverse(found, unknown, (*without(tuple(args), captured), *kept))
    rest: list[Array] | None = None
    for _ in range(sum([level.orders for level in captured])):
        leaves = problem.residual(filled(found.template, unknown), (*args, *kept))
        rest = constants(leaves) if rest is None else rest  # by which the solver has missed zero
        step = inverse.tangent([x - y for x, y in zip(leaves, rest, strict=True)])
        unknown = [x - t for x, t in zip(unknown, step, strict=True)]
    return unknown


# The results that are met most, without a Variable in them.
_PLAIN: Final = frozenset({np.ndarray, np.float64, float})


class Guard:
    """Functions of the user's as a solver may call them: with bare values for results, and errors that come through.

    `where` is the name for error messages.
    """

    def __init__(self, where: str) -> None:
        self.where: str = where
        self._older = next_level()
        self._escapes: list[EscapeError] = []

    def of(self, function: Callable[..., Any], encloses: bool = True) -> Callable[..., Any]:
        """A function whose results hold no Variables of enclosing transforms, and no delayed arrays.

        `encloses` says that it is a function of the user's, which may capture such Variables.
        """
        run = enclosed_call if encloses else call

        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                returned = run(function, args, kwargs)
                if type(returned) in _PLAIN:
                    return returned
                return with_values(values_only(returned, self.where, self._older))
            except EscapeError as error:
                self._escapes.append(error)
                raise

        return guarded

    def run(self, solve: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """The result of a solver of guarded functions.

        Raises:
            EscapeError: a function has raised one, whatever the solver made of it.
        """
        try:
            returned = call(solve, args, kwargs)
        except Exception:
            if self._escapes:
                raise self._escapes[0] from None
            raise
        if self._escapes:
            raise self._escapes[0]
        return returned


def run_solver(
    where: str, solve: Callable[..., Any], f: Callable[..., Any], start: Tree, params: Sequence[Tree]
) -> Tree:
    """The result of `solve(x -> f(x, *params), start, *params)` for arguments that are no Variables.

    Raises:
        TypeError: the solver does not take these arguments.
        EscapeError: f has raised one, whatever the solver made of it.
    """
    guard = Guard(where)
    own = map_leaves(lambda leaf: np.array(leaf) if isinstance(leaf, np.ndarray) else leaf, start)
    try:
        returned = guard.run(solve, guard.of(lambda x: f(x, *params), encloses=False), own, *params)
    except TypeError:
        _check_takes(solve, 2 + len(params), where)
        raise
    return values_only(returned, where)


def _check_takes(solve: Callable[..., Any], count: int, where: str) -> None:
    try:
        signature(solve).bind(*[None] * count)
    except ValueError:  # a builtin, which does not tell
        return
    except TypeError as error:
        raise TypeError(
            f"{where}: solve is called with the function, the start and each parameter, which are {count} arguments "
            f"here ({error}); write solve(f, init, *params)"
        ) from None


def check_alike(found: Tree, like: Tree, where: str, what: str, whose: str) -> None:
    """Raise a ValueError unless a container is built like another one, of arrays of the same shapes."""
    if not same_structure(found, like):
        raise ValueError(
            f"{where}: {what} is {describe_structure(found)}; it must be built like {whose}, {describe_structure(like)}"
        )
    for x, y in zip(flatten(found), flatten(like), strict=True):
        if is_numeric(y) and not (is_numeric(x) and shape_of(x) == shape_of(y)):
            shape = f"shape {shape_of(x)}" if is_numeric(x) else f"type {type(x).__name__}"
            raise ValueError(f"{where}: {what} has an array of {shape} where that of {whose} has shape {shape_of(y)}")


def check_count(residual: Sequence[Array], unknown: Tree, where: str) -> None:
    """Raise a ValueError unless there are as many equations as unknowns."""
    numbers = [leaf for leaf in flatten(unknown) if is_numeric(leaf)]
    equations, unknowns = (size_of(list(map(spec_of, xs))) for xs in (residual, numbers))
    if equations != unknowns:
        raise ValueError(
            f"{where}: there are {unknowns} numbers in what solve returned, and {equations} in the residual; "
            "there must be as many equations as unknowns"
        )
