"""The kind of node that observes: every operation one level above it comes by, with the user's line that it is for.

A diagnostic lifts its arguments with it. Operations of all transforms inside come by, those of backward passes too,
since what they compute with are the values of this level. So nothing is stored on a graph, and a diagnostic that is not
used costs nothing.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from time import perf_counter
from types import FrameType
from typing import Any, ClassVar, Final

import attrs
import numpy as np

from pydezero.core.bind import bind, unwrap
from pydezero.core.level import Level, next_level
from pydezero.core.primitive import Primitive
from pydezero.core.scalar_arrays import is_scalar_array, note_scalar_array
from pydezero.core.snapshot import is_array, snapshot
from pydezero.core.source import Line, is_users, line_of
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, new_variable, next_order
from pydezero.tree import Tree, flatten, unflatten

_PYTHON: Final = (float, complex)


@attrs.frozen
class Place:
    """The origin of an operation: a line of the user's, and the derivatives between that line and the operation.

    `roles` are empty for what the line itself computes; ("backward of log",) is a part of the rule of a logarithm.
    """

    line: Line
    roles: tuple[str, ...] = ()

    def __str__(self) -> str:
        return str(self.line)

    @property
    def role(self) -> str:
        """The roles as the end of a phrase, from the innermost to the outermost."""
        return "".join([f", in the {role}" for role in self.roles])


@attrs.frozen(eq=False)
class Step:
    """An operation that has come by. `nodes` are those of its operands, None for a constant.

    The operands are values one level down; so are the results, of which there may be several.
    """

    primitive: Primitive
    operands: Sequence[Array]
    nodes: Sequence[ObserverNode | None]
    results: Sequence[Array]
    seconds: float
    place: Place

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self.primitive.name


class Observer:
    """The observer of one call of a function. It knows the lines; its subclasses do more with an operation."""

    def __init__(self) -> None:
        self.level: Final = next_level()
        # Every node of a graph has a place in the order of creation; the last operation before it is what it is of.
        self._orders: list[int] = []
        self._places: list[Place] = []
        # The passes that are running, by the frames that they run in.
        self._passes: dict[FrameType, _Pass] = {}

    def see(self, step: Step) -> Sequence[object]:
        """Take note of an operation; a mark for each of its results, which the next operations find with them."""
        return [None] * len(step.results)

    def fail(self, nodes: Sequence[ObserverNode | None]) -> None:
        """Take note of an exception in an operation with these operands."""

    def enter(self, frame: FrameType) -> _Pass:
        """Take note that derivative rules will run in a frame."""
        self._passes[frame] = _Pass(self._passes, frame)
        return self._passes[frame]

    def variable(self, value: Array, mark: object = None) -> Variable:
        """A value, unable to change, that is observed."""
        return new_variable(value, ObserverNode(self.level, self, mark))

    def lifted(self, leaf: Any, mark: object = None) -> Variable:
        """An array, number or Variable among the arguments, as one that is observed."""
        value = leaf if type(leaf) is Variable else snapshot(leaf if is_array(leaf) else np.asarray(leaf))
        x = self.variable(value, mark)
        if is_scalar_array(leaf):
            note_scalar_array(x)
        return x

    def place_of(self, order: int) -> Place | None:
        """The origin of the operation whose node has this place in the order of creation."""
        found = bisect_left(self._orders, order)
        return self._places[found - 1] if found else None

    def begin(self) -> Place:
        """The origin of the operation that is about to be computed."""
        place = self._place()
        self._orders.append(next_order())
        self._places.append(place)
        return place

    def _place(self) -> Place:
        roles: list[str] = []
        frame = sys._getframe(1)
        while frame.f_back is not None:
            observed = self._passes.get(frame)
            if observed is not None and observed.role:
                roles.append(observed.role)
                place = None if observed.order is None else self.place_of(observed.order)
                if place is not None:
                    return Place(place.line, (*roles, *place.roles))
            elif is_users(frame):
                break
            frame = frame.f_back
        return Place(line_of(frame), tuple(roles))


class _Pass:
    """A run of derivative rules in a frame: the rule that runs, and the place of its node in the order of creation."""

    __slots__ = ("_frame", "_running", "order", "role")

    def __init__(self, running: dict[FrameType, _Pass], frame: FrameType) -> None:
        self._running: dict[FrameType, _Pass] = running
        self._frame: FrameType = frame
        self.role: str = ""
        self.order: int | None = None

    def rule(self, role: str, order: int | None = None) -> None:
        self.role = role
        self.order = order

    def leave(self) -> None:
        del self._running[self._frame]


@attrs.frozen(eq=False, weakref_slot=False)
class ObserverNode(AnyNode):
    """The node of a value that is observed: its observer, and the mark that was left on it."""

    level: Level
    observer: Observer = attrs.field(repr=False)
    mark: Any = None
    is_array: bool = False

    differentiates: ClassVar[bool] = False

    def of_array(self) -> ObserverNode:
        return attrs.evolve(self, is_array=True)

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        values, nodes = unwrap(args, self.level, primitive.name)
        place = self.observer.begin()
        start = perf_counter()
        try:
            out: Any = bind(primitive, *values, **params)
        except Exception:
            self.observer.fail(nodes)
            raise
        seconds = perf_counter() - start
        results = out if primitive.several_outputs else (out,)
        marks = self.observer.see(Step(primitive, values, nodes, results, seconds, place))
        seen = tuple([self._observed(x, mark) for x, mark in zip(results, marks, strict=True)])
        return seen if primitive.several_outputs else seen[0]

    def constant(self, value: Array) -> Variable:
        return self.observer.variable(value)

    def _observed(self, result: Any, mark: object) -> Any:
        # Booleans and indices stay plain: a choice, a count, a place in a list.
        is_plain = getattr(getattr(result, "dtype", None), "kind", "") not in ("f", "c")
        is_seen = type(result) is Variable and result.node.level >= self.level  # in an operation that is a closure
        return result if is_plain or is_seen else self.observer.variable(result, mark)


def lifted_arguments(
    observer: Observer, args: tuple[Tree, ...], kwargs: Mapping[str, Tree], marks: Sequence[object]
) -> tuple[tuple[Tree, ...], dict[str, Tree]]:
    """Arguments with floats and complex numbers in them watched, each with its mark; all else stays what it is.

    Integers stay, since they may be counts and indices; and Python numbers beside arrays of less than double precision,
    which the numbers would otherwise make double.
    """
    leaves = [*flatten(args), *flatten(kwargs)]
    has_single = any(is_array(leaf) and leaf.dtype.char in "efF" for leaf in leaves)
    parts = [
        observer.lifted(leaf, mark) if _is_inexact(leaf) and not (has_single and type(leaf) in _PYTHON) else leaf
        for leaf, mark in zip(leaves, marks, strict=True)
    ]
    lifted: tuple[tuple[Tree, ...], dict[str, Tree]] = unflatten((args, dict(kwargs)), parts)
    return lifted


def _is_inexact(leaf: Any) -> bool:
    if type(leaf) in _PYTHON:
        return True
    return (is_array(leaf) or isinstance(leaf, np.generic | Variable)) and leaf.dtype.kind in "fc"
