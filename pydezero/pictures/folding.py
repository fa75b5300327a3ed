"""Folding: many repetitions of the same operations become one, with their number beside it.

The rule: a sequence of operations that comes three times or more in a row, alike (the same operations, on the same
shapes) and wired alike (each operand from the same place of the same or of an earlier repetition, or from outside), is
drawn once, if that saves six operations or more. Inputs, constants and results of which there is one for each
repetition are drawn once, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.pictures.diagram import Arrow, Box, Diagram, Group, Role, times
from pydezero.pictures.words import UNKNOWN, cut
from pydezero.transforms.staging.repeats import Repeat, Run, runs_of

_FEWEST: Final = 3
_LEAST_SAVED: Final = 6

# How many repetitions ago an operand was made, and by which operation of the sequence; None for one from outside.
Source: TypeAlias = tuple[int, int] | None


def fold(diagram: Diagram) -> Diagram:
    """The diagram with repetitions drawn once; itself where there are none."""
    operations = [box for box in diagram.boxes if box.role is Role.OPERATION]
    repeats = repeats_of([box.alike for box in operations], _operands(operations, diagram.arrows))
    if not repeats:
        return diagram
    place = {box.key: (box.key, -1, 0) for box in diagram.boxes}
    merged: dict[str, Box] = {}
    for group, repeat in enumerate(repeats):
        for i in range(repeat.start, repeat.stop):
            repetition, offset = divmod(i - repeat.start, repeat.period)
            place[operations[i].key] = (operations[repeat.start + offset].key, group, repetition)
        for first in range(repeat.start, repeat.start + repeat.period):
            box = _merged(operations[first : repeat.stop : repeat.period])
            merged[box.key] = attrs.evolve(box, group=group)
    folded = Diagram(
        diagram.name,
        tuple([merged.get(box.key, box) for box in diagram.boxes if place[box.key][0] == box.key]),
        _moved(diagram.arrows, place),
        diagram.parts,
        tuple([Group(repeat.count) for repeat in repeats]),
    )
    return _stacked(folded)


def repeats_of(alike: Sequence[Hashable], operands: Sequence[Sequence[int | None]]) -> list[Repeat]:
    """The repetitions in a sequence of operations, from the first to the last: those that save most.

    Args:
        alike: for each operation, what it has in common with others of its kind.
        operands: for each operation, the place of the operation that makes each operand; None for one from outside.
    """
    codes: dict[Hashable, int] = {}
    kinds = np.array([codes.setdefault(kind, len(codes)) for kind in alike], np.intp)
    return _repeats_between(runs_of(kinds, _FEWEST), operands, 0, len(kinds))


def _repeats_between(
    runs: Iterable[Run], operands: Sequence[Sequence[int | None]], start: int, stop: int
) -> list[Repeat]:
    """The repeats between two places: the one that saves most, and those before and after it."""
    within = [Run(max(run.first, start), min(run.last, stop - run.period), run.period) for run in runs]
    within = [run for run in within if run.first <= run.last and _is_worthwhile(run.repeat)]
    candidates = [run.repeat for run in within]
    for candidate in sorted(candidates, key=lambda repeat: (repeat.start - repeat.stop, repeat.period)):
        for best in sorted(_wired_alike(candidate, operands), key=lambda repeat: -repeat.count):
            if _is_worthwhile(best):
                before = _repeats_between(within, operands, start, best.start)
                return [*before, best, *_repeats_between(within, operands, best.stop, stop)]
    return []


def _is_worthwhile(repeat: Repeat) -> bool:
    return repeat.count >= _FEWEST and (repeat.count - 1) * repeat.period >= _LEAST_SAVED


def _wired_alike(repeat: Repeat, operands: Sequence[Sequence[int | None]]) -> list[Repeat]:
    """Split a repeat into ones whose repetitions are wired alike, from the last to the first."""
    found: list[Repeat] = []
    last = repeat.count - 1
    expected = _sources(repeat, last, operands)
    for repetition in range(last - 1, -1, -1):
        sources = _sources(repeat, repetition, operands)
        if not _fits(sources, expected, repetition):
            found.append(Repeat(repeat.start + (repetition + 1) * repeat.period, repeat.period, last - repetition))
            last, expected = repetition, sources
    return [*found, Repeat(repeat.start, repeat.period, last + 1)]


def _sources(repeat: Repeat, repetition: int, operands: Sequence[Sequence[int | None]]) -> list[Source]:
    """The sources of the operands of a repetition."""
    first = repeat.start + repetition * repeat.period
    sources: list[Source] = []
    for operation in range(first, first + repeat.period):
        for i in operands[operation]:
            made, offset = divmod((-1 if i is None else i) - repeat.start, repeat.period)
            sources.append(None if i is None or made < 0 else (repetition - made, offset))
        sources.append((-1, operation - first))  # so that operands of another operation do not fit
    return sources


def _fits(sources: Sequence[Source], expected: Sequence[Source], repetition: int) -> bool:
    """Whether a repetition is wired as is expected.

    An operand from an earlier repetition may come from outside where there is no repetition as early.
    """
    return len(sources) == len(expected) and all(
        x == y or (x is None and y is not None and y[0] > repetition) for x, y in zip(sources, expected, strict=True)
    )


def _operands(operations: Sequence[Box], arrows: Iterable[Arrow]) -> list[list[int | None]]:
    index = {box.key: i for i, box in enumerate(operations)}
    operands: list[list[int | None]] = [[] for _ in operations]
    for arrow in sorted(arrows, key=lambda arrow: arrow.position):
        if arrow.head in index:
            operands[index[arrow.head]].append(index.get(arrow.tail))
    return operands


def _moved(arrows: Iterable[Arrow], place: Mapping[str, tuple[str, int, int]]) -> tuple[Arrow, ...]:
    """The arrows between the places that the boxes have moved to, each once."""
    moved: dict[Hashable, Arrow] = {}
    for arrow in arrows:
        tail, group, made = place[arrow.tail]
        head, of, used = place[arrow.head]
        new = attrs.evolve(arrow, tail=tail, head=head, again=arrow.again or (group == of != -1 and used > made))
        moved.setdefault((tail, head, arrow.position, new.again), new)
    return tuple(moved.values())


def _merged(boxes: Sequence[Box]) -> Box:
    """The first of some boxes; its texts are joined with those of the last where they differ."""
    first, last = boxes[0], boxes[-1]
    if len(last.details) != len(first.details):
        return first
    details = tuple(map(_from_to, first.details, last.details))
    operands = tuple(map(_from_to, first.operands, last.operands))
    return attrs.evolve(first, title=_from_to(first.title, last.title), operands=operands, details=details)


def _from_to(first: str, last: str) -> str:
    return first if first == last else cut(f"{first} {UNKNOWN} {last}")


def _stacked(diagram: Diagram) -> Diagram:
    """The diagram with inputs, constants and results drawn once that are there for each repetition of a group."""
    grouped = {box.key for box in diagram.boxes if box.group is not None}
    ends: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for arrow in diagram.arrows:
        ends[arrow.tail].append((arrow.head, arrow.position, arrow.label))
        ends[arrow.head].append((arrow.tail, arrow.position, arrow.label))
    stacks: dict[Hashable, list[Box]] = defaultdict(list)
    for box in diagram.boxes:
        if box.role is not Role.OPERATION and ends[box.key] and all(end[0] in grouped for end in ends[box.key]):
            stacks[box.role, box.alike, frozenset(ends[box.key])].append(box)
    instead: dict[str, Box] = {}
    for stack in stacks.values():
        if len(stack) >= _FEWEST:
            box = _merged(stack)
            box = attrs.evolve(box, details=(*box.details, times(len(stack))))
            instead.update({each.key: box for each in stack})
    return _with(diagram, lambda key: instead[key].key if key in instead else key, instead)


def _with(diagram: Diagram, key_of: Callable[[str], str], instead: Mapping[str, Box]) -> Diagram:
    """The diagram with some boxes replaced by others."""
    boxes = {key_of(box.key): instead.get(box.key, box) for box in diagram.boxes}
    place = {box.key: (key_of(box.key), -1, 0) for box in diagram.boxes}
    return attrs.evolve(diagram, boxes=tuple(boxes.values()), arrows=_moved(diagram.arrows, place))
