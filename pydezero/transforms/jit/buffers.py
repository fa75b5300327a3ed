"""The memory of the buffers of a program: a register, the scratch memory of a native function, or an array.

Between two loops of one native function a value is kept in scratch memory, whose parts are used again as soon as what
was in them is not needed any more. What NumPy is given, or the caller, is an array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from pydezero.transforms.jit.fuse import Loop, Step, is_same_element
from pydezero.transforms.jit.plan import Plan, Segment, within
from pydezero.transforms.jit.program import (
    OPENING,
    Assign,
    Call,
    Compute,
    Lowered,
    Mark,
    Place,
    Product,
    Reduce,
    Routine,
    Store,
    buffers_read,
    operands_of,
    outs_of,
)
from pydezero.transforms.jit.scratch import ALIGNMENT, Scratch

_MOST_IN_FUNCTION: Final = 1000
"""So many operations are one native function: the time to compile one grows faster than its length.

Of fewer, the arrays between two functions cost more than that saves.
"""


def planned(program: Lowered, steps: Sequence[Step]) -> Plan:
    """The plan of a program."""
    parts = _parts(steps)
    made, part_of, first_step = _made(parts)
    ends = regions(steps)
    outside, later, last, last_step = _used(program, parts, made, part_of, first_step, ends)
    every = [(o, outs_of(o)) for part in parts if isinstance(part, Segment) for _, _, o in within(part)]
    in_memory = {out for o, outs in every for out in outs if isinstance(o, Store | Product | Routine)}
    in_memory |= {x.buffer for o, _ in every if isinstance(o, Routine) for x in o.operands}
    again = {out for o, outs in every for out in outs if isinstance(o, Assign | Reduce)}
    variables = {b for _, outs in every for b in outs if program.buffers[b].size == 1 and b not in in_memory}
    returned = {b for b in variables if b in outside and not program.buffers[b].shape}
    arrays = {b for b in part_of if b in outside and b not in returned}
    kept = {b for b in part_of if b not in outside and b not in variables and (b in later | in_memory | again)}
    unstored = {b for b in part_of if b not in arrays and b not in kept and b not in variables}
    placed = [
        _with_scratch(part, program, kept, first_step, last_step, ends) if isinstance(part, Segment) else part
        for part in parts
    ]
    return Plan(
        program,
        tuple(placed),
        frozenset(variables),
        frozenset(returned),
        frozenset(arrays),
        frozenset(unstored),
        last,
    )


def _used(
    program: Lowered,
    parts: Sequence[Segment | Call],
    made: Mapping[int, int],
    part_of: Mapping[int, int],
    first_step: Mapping[int, int],
    ends: Sequence[tuple[int, int]],
) -> tuple[set[int], set[int], dict[int, int], dict[int, int]]:
    """The buffers needed outside of the function or iteration that has them; the last part and step that need each."""
    outside = set(program.outputs)
    later: set[int] = set()
    last: dict[int, int] = {}
    last_step: dict[int, int] = {}
    for i, part in enumerate(parts):
        if isinstance(part, Call):
            used = buffers_read(part)
            outside.update(used)
            last.update(dict.fromkeys(used, i))
            continue
        for step, loop, operation in within(part):
            outs = outs_of(operation)
            last.update(dict.fromkeys(outs, i))
            outside.update([out for out in outs if part_of[out] != i])
            for operand in operands_of(operation):
                if not isinstance(operand, Place):
                    continue
                x = operand.buffer
                last[x] = i
                last_step[x] = max(last_step.get(x, 0), _until(step, first_step.get(x, -1), ends))
                if part_of.get(x) != i:
                    outside.add(x)
                elif loop is None or made.get(x) != step or not is_same_element(operand, loop.shape, program.buffers):
                    later.add(x)
    return outside, later, last, last_step


def _parts(steps: Sequence[Step]) -> list[Segment | Call]:
    parts: list[Segment | Call] = []
    steps_in: list[tuple[int, Loop | Product | Routine | Mark]] = []
    count = depth = 0
    begins = False  # a loop of the graph has its first carry, and what is its body comes next

    def close() -> None:
        nonlocal count
        if any(not isinstance(step, Mark) for _, step in steps_in):
            parts.append(Segment(tuple(steps_in)))
        steps_in.clear()
        count = 0

    for place, step in enumerate(steps):
        if not depth and (isinstance(step, Call) or (count > _MOST_IN_FUNCTION and not begins)):
            close()
        if isinstance(step, Call):
            parts.append(step)
            continue
        steps_in.append((place, step))
        if isinstance(step, Loop):
            count += len(step.operations)
            begins |= any(isinstance(x, Assign) and x.is_first for x in step.operations)
        elif isinstance(step, Mark):
            begins &= step.kind not in ("for", "while")
            depth += {"for": 1, "while": 1, "if": 1, "end": -1}.get(step.kind, 0)
    close()
    return parts


def regions(steps: Sequence[object]) -> list[tuple[int, int]]:
    """The first and the last step of each loop and branch of the graph, outer ones first."""
    found: list[tuple[int, int]] = []
    begun: list[int] = []
    for place, step in enumerate(steps):
        if isinstance(step, Mark):
            if step.kind in OPENING:
                begun.append(place)
            elif step.kind == "end":
                found.append((begun.pop(), place))
    return sorted(found)


def _until(step: int, first: int, ends: Sequence[tuple[int, int]]) -> int:
    """The step until which a buffer is needed that a step needs: the end of a loop that it is computed before."""
    for begin, end in ends:
        if begin > step:
            break
        if first < begin and step <= end:
            return end
    return step


def _made(parts: Sequence[Segment | Call]) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """The step that computes each buffer once, the part that writes to it first, and the step that does."""
    made: dict[int, int] = {}
    first_step: dict[int, int] = {}
    part_of: dict[int, int] = {}
    for i, part in enumerate(parts):
        if isinstance(part, Segment):
            for step, _, operation in within(part):
                if isinstance(operation, Mark) and operation.kind == "allocate":
                    first_step.setdefault(operation.number, step)
                for out in outs_of(operation):
                    part_of.setdefault(out, i)
                    first_step.setdefault(out, step)
                    if isinstance(operation, Compute | Reduce):
                        made[out] = step
    return made, part_of, first_step


def _with_scratch(
    segment: Segment,
    program: Lowered,
    kept: set[int],
    first_step: dict[int, int],
    last_step: dict[int, int],
    ends: Sequence[tuple[int, int]],
) -> Segment:
    """A segment with places for its buffers in scratch memory."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for step, _, operation in within(segment):
        for out in outs_of(operation):
            if out in kept:
                first[out] = first_step[out]
                last[out] = max(_until(step, first[out], ends), last_step.get(out, step), last.get(out, step))
    scratch, places = Scratch(ALIGNMENT), dict[int, int]()
    live: set[int] = set()
    for buffer, step in sorted(first.items(), key=lambda item: item[1]):
        for done in [x for x in live if last[x] < step]:
            scratch.free(places[done], program.buffers[done].nbytes)
            live.remove(done)
        places[buffer] = scratch.taken(program.buffers[buffer].nbytes)
        live.add(buffer)
    return attrs.evolve(segment, scratch=places, nbytes=scratch.size)
