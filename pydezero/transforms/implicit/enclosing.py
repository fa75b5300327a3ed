"""Problems whose functions capture Variables that have not one value: these become arguments of the problem.

A solver computes with arrays. Where the function that it calls refers to a Variable of `vmap` or `trace`, which stands
for many values or for any, the function is recorded once, and the record has the captured Variables for inputs. So the
problem is one of its arguments and of these, and is batched and traced like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.level import reopened
from pydezero.core.operators import EscapeError
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric, levels_of
from pydezero.transforms.boundary.arguments import call
from pydezero.transforms.implicit.inverse import Inverse
from pydezero.transforms.implicit.operation import Found, Problem, Solve, Together
from pydezero.transforms.loops.stacking import example_of
from pydezero.transforms.records.recording import UNTRACEABLE, Record, recorded
from pydezero.tree import Tree, filled, flatten, separate, structure

# The function, and what its arguments are built of.
Key: TypeAlias = tuple[Any, ...]


class UnforeseenError(EscapeError):
    """A function computes with Variables that it has not met before."""

    def __init__(self, message: str, variables: Sequence[Variable]) -> None:
        super().__init__(message)
        self.variables: Sequence[Variable] = variables


class UnrecordableError(EscapeError):
    """A function that computes with Variables that have not one value cannot be recorded; the message says why."""


@attrs.frozen(eq=False)
class _Way:
    """A record of a function, and what it returns, with holes."""

    record: Record
    template: Tree


@attrs.frozen(eq=False)
class Enclosure:
    """The Variables that the functions of a problem capture, as far as they are known, and the records of these.

    `functions` are held, so that the id of one stays its own.
    """

    where: str
    variables: list[Variable] = attrs.field(factory=list, init=False)
    ways: dict[Key, list[_Way]] = attrs.field(factory=dict, init=False)
    functions: dict[int, Callable[..., Any]] = attrs.field(factory=dict, init=False)

    @contextmanager
    def bound(self, values: Sequence[Array]) -> Iterator[None]:
        """Let functions compute with some values in the place of the Variables."""
        known = {id(x): value for x, value in zip(self.variables, values, strict=False)}
        token = _CURRENT.set((self, known))
        try:
            yield
        finally:
            _CURRENT.reset(token)

    def result(self, function: Callable[..., Any], args: Sequence[Tree], known: Mapping[int, Array]) -> Tree:
        """The result of a function, computed with the known values in the place of what it captures."""
        template, given = separate(tuple(args), is_numeric)
        key = (id(function), structure(template), *map(_spec, given), *map(_word, flatten(template)))
        for way in self.ways.get(key, ()):
            found = _evaluated(way.record, given, known)
            if found is not None:
                return filled(way.template, found)
        way = self._recorded(function, template, given)
        self.functions[id(function)] = function
        self.ways.setdefault(key, []).insert(0, way)
        unforeseen = [x for x in way.record.variables if id(x) not in known]
        if unforeseen:
            raise UnforeseenError(f"{self.where}: the function computes with a Variable of another call", unforeseen)
        found = _evaluated(way.record, given, known)
        assert found is not None  # it was recorded for these arguments
        return filled(way.template, found)

    def _recorded(self, function: Callable[..., Any], template: Tree, given: Sequence[Array]) -> _Way:
        templates: list[Tree] = []

        def of_arrays(*values: Array) -> list[Array]:
            args: Any = filled(template, values)
            returned, arrays = separate(call(function, args, {}), is_numeric)
            templates[:] = [returned]
            return arrays

        token = _CURRENT.set(None)
        try:
            with reopened(levels_of(self.variables)), np.errstate(all="ignore"):
                record = recorded(self.where, of_arrays, [example_of(x) for x in given])
        except UNTRACEABLE as error:
            raise UnrecordableError(str(error)) from None  # a cause that is an EscapeError would take its place
        finally:
            _CURRENT.reset(token)
        return _Way(record, templates[0])


_CURRENT: Final[ContextVar[tuple[Enclosure, Mapping[int, Array]] | None]] = ContextVar("enclosure", default=None)


def enclosed_call(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The result of a function of the user's; in an enclosure, computed by its record."""
    current = _CURRENT.get()
    if current is None or kwargs:
        return call(function, args, kwargs)
    enclosure, known = current
    return enclosure.result(function, args, known)


def outputs_of(problem: Problem, args: Sequence[Tree]) -> list[Array]:
    """The result of the solver of a problem that arises in a rule, as an operation on the Variables in its arguments.

    What an enclosure has for captured Variables is among these.
    """
    current = _CURRENT.get()
    if current is not None:
        enclosure, known = current
        values = [known[id(x)] for x in enclosure.variables if id(x) in known]
        problem, args = Enclosed(problem, enclosure, len(args), len(values)), (*args, *values)
    template, arrays = separate(tuple(args), lambda leaf: type(leaf) is Variable)
    solve = Solve(problem.where, problem, template, Found())
    return list(solve(*arrays) if arrays else solve.evaluate([]))


@attrs.frozen(eq=False)
class Enclosed(Problem):
    """A problem whose last arguments, before what is kept, are the values of captured Variables."""

    problem: Problem
    enclosure: Enclosure
    own: int
    captured: int

    @property
    def where(self) -> str:
        """The name for error messages."""
        return self.problem.where

    @property
    def together(self) -> Together | None:
        """A solver for a batch of such problems."""
        return self.problem.together

    def _bound(self, args: Sequence[Tree]) -> Any:
        return self.enclosure.bound(args[self.own : self.own + self.captured])

    def _own(self, args: Sequence[Tree]) -> Sequence[Tree]:
        return (*args[: self.own], *args[self.own + self.captured :])

    def solved(self, args: Sequence[Tree]) -> tuple[Tree, Sequence[Array]]:
        """The result of the solver for arguments that are no Variables."""
        with self._bound(args):
            return self.problem.solved(self._own(args))

    def check(self, kept: Sequence[Array]) -> None:
        """Raise if there is no solution that could have a derivative, as the solver has said."""
        self.problem.check(kept)

    def probed(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The value of the function at the solution."""
        with self._bound(args):
            return self.problem.probed(unknown, self._own(args))

    def residual(self, unknown: Tree, args: Sequence[Tree]) -> list[Array]:
        """The arrays that are zero at the solution."""
        with self._bound(args):
            return self.problem.residual(unknown, self._own(args))

    def inverse(self, found: Found, unknown: Sequence[Array], args: Sequence[Tree]) -> Inverse:
        """The inverse of the derivative of the residual with respect to the unknown."""
        with self._bound(args):
            return _Inverse(self, self.problem.inverse(found, unknown, self._own(args)), args)


@attrs.frozen(eq=False)
class _Inverse:
    """An inverse that computes in the enclosure."""

    problem: Enclosed
    inverse: Inverse
    args: Sequence[Tree]

    def tangent(self, of_residual: Sequence[Array]) -> list[Array]:
        """From a tangent of the residual to one of the unknown."""
        with self.problem._bound(self.args):
            return self.inverse.tangent(of_residual)

    def cotangent(self, of_unknown: Sequence[Array]) -> list[Array]:
        """From a cotangent of the unknown to one of the residual."""
        with self.problem._bound(self.args):
            return self.inverse.cotangent(of_unknown)


def _evaluated(record: Record, given: Sequence[Array], known: Mapping[int, Array]) -> tuple[Array, ...] | None:
    """The outputs of a record; None if it does not hold for these values, or there is no value for a Variable."""
    if not all(id(x) in known for x in record.variables):
        return None
    values = [*given, *[known[id(x)] for x in record.variables]]
    return record.of_variables(values) if Variable in map(type, values) else record.of_arrays(values)


def _spec(x: Array) -> Any:
    value = x if type(x) is Variable else np.asarray(x)
    return value.shape, value.dtype


def _word(leaf: Any) -> Any:
    """A key that tells a leaf that is no array from another."""
    try:
        hash(leaf)
    except TypeError:
        return id(leaf)
    return type(leaf), leaf
