"""The search for equations that repeat others, and the differences of operands from one repetition to the next."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.primitive import Primitive
from pydezero.core.types import Array
from pydezero.transforms.loops.rolling.terms import SAME, Advance, Term, advance, dtype_of_number, item_index
from pydezero.transforms.loops.scan_operation import Scan
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import value_key
from pydezero.transforms.staging.repeats import Repeat, Run, runs_of

FEWEST: Final = 4
"""A loop has at least so many repetitions."""

_LEAST_SAVED: Final = 6
_MOST_TRIES: Final = 16  # So many periods are tried in a place.
_LONGEST_WAY: Final = 8  # A value may come from so many repetitions ago.


@attrs.frozen
class Shift:
    """The operand was made so many places ago, in this repetition or an earlier one."""

    distance: int


# What is known of an operand in all repetitions: it is the same value or number, a place of an array that advances,
# another constant or number each time, or a result of the loop.
Relation: TypeAlias = str | Advance | Shift
CONSTANTS: Final = "constants"
NUMBERS: Final = "numbers"


Wish: TypeAlias = Callable[[Sequence[Equation], int], bool]
"""Whether a loop is wanted: of the equations of a step, and the number of steps."""


@attrs.frozen(eq=False)
class Program:
    """The equations of a graph without its `getitem`s, and their operands: terms and numbers."""

    graph: Graph[..., Any]
    equations: Sequence[Equation]
    operands: Sequence[Sequence[Any]]
    terms: Mapping[int, Term]
    """The term of each value."""
    made: Mapping[int, tuple[int, int]]
    """The place of the equation that makes a root, and which of its outputs that is."""
    constants: Mapping[int, Array]


@attrs.frozen(eq=False)
class Loop:
    """Repetitions that may be rolled, and the relation of each operand of each equation of a repetition."""

    repeat: Repeat
    relations: Sequence[Sequence[Relation]]


def program_of(graph: Graph[..., Any]) -> Program:
    """The equations of a graph that may be steps of a loop."""
    constants = {constant.reference.number: constant.value for constant in graph.constants}
    known = [*graph.inputs, *[constant.reference for constant in graph.constants]]
    terms = {x.number: Term(x.number, (), x) for x in known}
    made: dict[int, tuple[int, int]] = {}
    equations: list[Equation] = []
    operands: list[list[Any]] = []
    for equation in graph.equations:
        index = item_index(equation)
        if index is not None:
            out = equation.outputs[0]
            terms[out.number] = terms[equation.inputs[0].number].within(index, out)
            continue
        operands.append([terms[x.number] if type(x) is Reference else x for x in equation.inputs])
        for i, out in enumerate(equation.outputs):
            terms[out.number] = Term(out.number, (), out)
            made[out.number] = len(equations), i
        equations.append(equation)
    return Program(graph, equations, operands, terms, made, constants)


def loops_in(program: Program, is_wanted: Wish) -> list[Loop]:
    """The wanted loops of a program that do not overlap, from the first to the last; short periods go first."""
    search = _Search(program)
    taken = np.zeros(len(program.equations), np.bool)
    tried = np.zeros(len(program.equations), np.intp)
    found: list[Loop] = []
    for run in runs_of(search.kinds(), FEWEST):
        places = slice(run.first, run.last + run.period)
        # What repeats itself by its kinds after 5 places does so after 10, 15, ... places, too.
        if taken[places].all() or tried[places].min() >= _MOST_TRIES:
            continue
        tried[places] += 1
        for loop in search.loops(run):
            first = loop.repeat.start
            step = program.equations[first : first + loop.repeat.period]
            if not taken[first : loop.repeat.stop].any() and is_wanted(step, loop.repeat.count):
                taken[loop.repeat.start : loop.repeat.stop] = True
                found.append(loop)
    return sorted(found, key=lambda loop: loop.repeat.start)


class _Search:
    """The search for loops in a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._kinds_of_loops: dict[int, Hashable] = {}
        # How many places it may look at: programs that look regular everywhere, and are not, are left as they are.
        self._effort = 60 * len(program.equations)

    def kinds(self) -> Any:
        """A number for each equation, equal for those that do the same to operands of the same shapes and dtypes."""
        codes: dict[Hashable, int] = {}
        kinds = [self._kind(equation) for equation in self._program.equations]
        return np.array([codes.setdefault(kind, len(codes)) for kind in kinds], np.intp)

    def _kind(self, equation: Equation) -> Hashable:
        unique = equation.outputs[0].number  # not the kind of any other
        if not equation.primitive.is_pure:
            return unique
        parameters = [value_key(x) for x in equation.parameters.values()]
        inputs = [_kind_of_input(equation, i) for i in range(len(equation.inputs))]
        outputs = [(out.shape, out.dtype.str) for out in equation.outputs]
        primitive = self._primitive_key(equation.primitive)
        if primitive is None or None in parameters or None in inputs:
            return unique
        return primitive, *inputs, -1, *outputs, -1, *equation.parameters, *parameters

    def _primitive_key(self, primitive: Primitive) -> Hashable | None:
        if not primitive.bodies:
            return primitive
        if not isinstance(primitive, Scan):
            return None
        key = id(primitive)
        if key not in self._kinds_of_loops:
            facts = primitive.captured, primitive.carried, primitive.length, primitive.reverse, primitive.checkpoint
            body = self._graph_key(primitive.body.graph)
            self._kinds_of_loops[key] = None if body is None else (primitive.name, *facts, body)
        return self._kinds_of_loops[key]

    def _graph_key(self, graph: Graph[..., Any]) -> Hashable | None:
        """A key that is equal for graphs that compute the same, in the same order."""
        numbers: dict[int, int] = {}
        for x in (*graph.inputs, *[constant.reference for constant in graph.constants]):
            numbers[x.number] = len(numbers)
        parts: list[Hashable] = [(x.shape, x.dtype.str) for x in graph.inputs]
        parts += [value_key(constant.value) for constant in graph.constants]
        for equation in graph.equations:
            kind = self._kind(equation)
            parts.append(None if type(kind) is int else kind)
            parts.append(tuple([numbers[x.number] if type(x) is Reference else value_key(x) for x in equation.inputs]))
            for out in equation.outputs:
                numbers[out.number] = len(numbers)
        parts.append(tuple([numbers[x.number] for x in graph.outputs]))
        return None if None in parts else tuple(parts)

    def loops(self, run: Run) -> Iterator[Loop]:
        """The loops in a run of equations of the same kinds, from the last to the first."""
        period, end = run.period, run.last + run.period
        is_of_loops = self._program.equations[run.first].primitive.bodies
        fewest = FEWEST if is_of_loops else max(FEWEST, 1 + -(-_LEAST_SAVED // period))
        left = min(self._effort, 8 * (end - run.first))
        self._effort -= left
        while end - run.first >= fewest * period and left > 0:
            start, relations = self._verified(run, end)
            left -= end - start
            count = (end - start) // period
            if len(relations) < period or count < fewest:
                end = min(end - 1, start + period - 1)
                continue
            loop = self._best(start, end, count, relations)
            yield loop
            end = loop.repeat.start
        self._effort += max(left, 0)

    def _best(self, start: int, end: int, count: int, relations: Mapping[int, Sequence[Relation]]) -> Loop:
        """The loop with the fewest values that are carried, of those that begin a little later."""
        period = len(relations)
        loops = [
            Loop(Repeat(first, period, count), [relations[(first + offset) % period] for offset in range(period)])
            for first in sorted({start, end - count * period})
        ]
        return min(loops, key=_carried)

    def _verified(self, run: Run, end: int) -> tuple[int, Mapping[int, Sequence[Relation]]]:
        """The first place from which all equations up to the end repeat each other, and the relations of operands.

        The relations are by the place modulo the period; not all are known where there is no loop.
        """
        period = run.period
        relations: dict[int, Sequence[Relation]] = {}
        lowest = run.first  # where the loop may begin
        i = end - period - 1
        while i >= lowest:
            expected = relations.get(i % period)
            if expected is None:
                expected = self._relations(i, period)
                if expected is None:
                    return i + 1, relations
                relations[i % period] = expected
            entry = self._entry(i, period, expected)
            if entry is None or entry > i:
                return i + 1, relations
            lowest = max(lowest, entry)
            i -= 1
        return lowest, relations

    def _relations(self, i: int, period: int) -> Sequence[Relation] | None:
        """The relations of the operands of an equation to those of the one a period later."""
        found: list[Relation] = []
        for position, (a, b) in enumerate(self._pairs(i, period)):
            relation = self._relation(a, b, i, period, position)
            if relation is None:
                return None
            found.append(relation)
        return found

    def _pairs(self, i: int, period: int) -> Iterator[tuple[Any, Any]]:
        return zip(self._program.operands[i], self._program.operands[i + period], strict=True)

    def _relation(self, a: Any, b: Any, i: int, period: int, position: int) -> Relation | None:
        if type(a) is not Term:
            if value_key(a) == value_key(b):
                return SAME
            known = isinstance(a, np.generic) or dtype_of_number(self._program.equations[i], position) is not None
            return NUMBERS if known else None
        made = self._program.made
        if a.root == b.root:
            return advance(a.path, b.path)
        if a.root in made and b.root in made:
            (place_a, out_a), (place_b, out_b) = made[a.root], made[b.root]
            if place_b - place_a == period and out_a == out_b and a.path == b.path:
                distance = i - place_a
                return Shift(distance) if distance <= _LONGEST_WAY * period else None
        if a.root in self._program.constants and b.root in self._program.constants and not a.path and not b.path:
            return CONSTANTS
        return None

    def _entry(self, i: int, period: int, expected: Sequence[Relation]) -> int | None:
        """The first place at which the loop may begin, for the operands of a place to fit; None if they do not."""
        first = 0
        made = self._program.made
        for position, (a, b) in enumerate(self._pairs(i, period)):
            relation = expected[position]
            found = self._relation(a, b, i, period, position)
            if type(relation) is Shift:
                if found != relation:
                    # An operand from an earlier repetition comes from outside where there is no repetition as early.
                    if not self._may_enter(a, b):
                        return None
                    first = max(first, i - relation.distance + 1)
                    if type(a) is Term and a.root in made:
                        first = max(first, made[a.root][0] + 1)
                continue
            if found != relation and not (relation in (CONSTANTS, NUMBERS) and found == SAME):
                return None
            if type(a) is Term and a.root in made:
                first = max(first, made[a.root][0] + 1)  # it is made outside
        return first

    def _may_enter(self, a: Any, b: Any) -> bool:
        """Whether an operand may be a value from before the loop, where the next repetition has b."""
        if type(a) is not Term:
            return False
        return not b.path or (a.path == b.path and self._shape(a.root) == self._shape(b.root))

    def _shape(self, root: int) -> tuple[Any, ...]:
        reference = self._program.terms[root].reference
        return reference.shape, reference.dtype


def _kind_of_input(equation: Equation, position: int) -> Hashable | None:
    x = equation.inputs[position]
    if type(x) is Reference:
        return x.shape, x.dtype.str
    if (isinstance(x, np.generic) and not x.dtype.hasobject) or dtype_of_number(equation, position) is not None:
        return type(x).__name__
    return value_key(x)


def _carried(loop: Loop) -> int:
    """The number of values carried from one repetition to the next."""
    found = {
        (offset - x.distance, offset)
        for offset, relations in enumerate(loop.relations)
        for x in relations
        if type(x) is Shift and x.distance > offset
    }
    return len({start for start, _ in found})
