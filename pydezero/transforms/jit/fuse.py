"""Operations as steps: which of them are computed in one loop.

An operation joins the earliest loop of its shape in which everything it needs is known: what the same iteration
computes, or what an earlier step has left in a buffer. Axes of length 1 do not count.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from pydezero.transforms.jit.native_names import is_function
from pydezero.transforms.jit.program import (
    OPENING,
    Allocate,
    Assign,
    Buffer,
    Call,
    Compute,
    Lowered,
    Mark,
    Operand,
    Operation,
    Place,
    Product,
    Reduce,
    Routine,
    Shape,
    Store,
    buffers_read,
    c_strides,
    operands_of,
    outs_of,
    squeezed,
    squeezed_place,
)

LARGE: Final = 1 << 18
"""The number of bytes from which on to compute a value again is quicker than to write it to memory and read it."""

_MOST_AGAIN: Final = 12  # operations
_MOST_CALLS_AGAIN: Final = 1  # of a function

InLoop: TypeAlias = Compute | Reduce | Store | Assign


@attrs.frozen(eq=False)
class Loop:
    """Operations that are computed element by element of a shape."""

    shape: Shape
    operations: list[InLoop]


Step: TypeAlias = Loop | Product | Routine | Mark | Call


def fused(program: Lowered, most: int) -> list[Step]:
    """The steps of a program, one after the other; no loop has more than so many operations."""
    return _Fusion(program.buffers, most).fused(program)


def is_same_element(operand: Operand, shape: Shape, buffers: Mapping[int, Buffer]) -> bool:
    """Whether an operand is, at each index of a shape without axes of length 1, that element of a buffer."""
    return (
        isinstance(operand, Place)
        and operand.offset == 0
        and not operand.steps
        and not operand.lookups
        and operand.strides == c_strides(shape)
        and buffers[operand.buffer].size == math.prod(shape)
    )


class _Fusion:
    def __init__(self, buffers: dict[int, Buffer], most: int) -> None:
        self.buffers = buffers
        self.most = most
        self.steps: list[Step] = []
        self.loops: dict[Shape, list[int]] = {}  # the places of the loops of a shape that are not full
        self.ready: dict[int, int] = {}  # the step that a buffer is computed in
        self.computed: dict[int, Shape] = {}  # by the loop of a shape, element by element
        self.made_by: dict[int, Compute] = {}
        self.again: dict[tuple[int, int], int] = {}  # the buffers that are computed again, by loop
        self.changing: set[int] = set()  # what is written to more than once
        self.regions: dict[int, int] = {}  # the part of the program, between two marks, that a buffer is computed in
        # The part of each loop and branch around, and whether it is a branch; what is behind one goes on with the part
        # before it.
        self.around: list[tuple[int, bool]] = [(0, False)]
        self.marks = 0
        self.after_calls = 0  # the first step behind all calls so far
        self.free = 1 + max(buffers, default=0)

    def fused(self, program: Lowered) -> list[Step]:
        for operation in program.operations:
            if isinstance(operation, Call):
                self.ready.update(dict.fromkeys(operation.outs, len(self.steps)))
                self.steps.append(operation)
                self.after_calls = len(self.steps)
            elif isinstance(operation, Mark):
                self._mark(operation)
            elif isinstance(operation, Assign):
                self._assign(operation)
            elif isinstance(operation, Product | Routine):
                self.ready[operation.target.buffer] = len(self.steps)
                self.steps.append(operation)
            elif isinstance(operation, Store):
                self._store(operation)
            elif isinstance(operation, Allocate):
                self._allocate(operation)
            elif isinstance(operation, Reduce):
                self._reduce(operation)
            else:
                self._compute(operation)
        return _without_unused(self.steps, program.outputs)

    def _mark(self, mark: Mark) -> None:
        if mark.kind == "fail":
            self.steps.append(mark)
            return
        self.marks += 1
        is_branch = mark.kind == "if"
        if mark.kind not in OPENING:  # another part of the same loop or branch
            _, is_branch = self.around.pop()
        if mark.kind != "end":
            self.around.append((self.marks, is_branch))
        self.loops.clear()  # nothing joins a loop on the other side
        self.steps.append(mark)

    def _compute(self, operation: Compute) -> None:
        shape, _ = squeezed(operation.shape, operation.shape)
        operands = tuple([_squeezed(x, operation.shape) for x in operation.operands])
        inside = attrs.evolve(operation, shape=shape, operands=operands)
        self.ready[operation.out] = self._add(shape, inside, self._earliest(operands_of(inside), shape))
        self.computed[operation.out] = shape
        self.made_by[operation.out] = inside
        self.regions[operation.out] = self.around[-1][0]

    def _assign(self, operation: Assign) -> None:
        self.changing.add(operation.out)
        shape, _ = squeezed(operation.shape, operation.shape)
        operand = _squeezed(operation.operand, operation.shape)
        inside = attrs.evolve(operation, shape=shape, operand=operand)
        earliest = self._earliest([operand], shape)
        if operation.is_first:  # a carry is a variable of the native function that has its loop
            earliest = max(earliest, self.after_calls)
        self.ready[operation.out] = self._add(shape, inside, earliest)

    def _reduce(self, operation: Reduce) -> None:
        kept = [i for i, n in enumerate(operation.shape) if n != 1]
        shape = tuple([operation.shape[i] for i in kept])
        axes = tuple([place for place, i in enumerate(kept) if i in operation.axes])
        operand = _squeezed(operation.operand, operation.shape)
        inside = attrs.evolve(operation, shape=shape, axes=axes, operand=operand)
        self.ready[operation.out] = self._add(shape, inside, self._earliest([operand], shape))

    def _allocate(self, operation: Allocate) -> None:
        buffer = self.buffers[operation.out]
        if operation.is_filled:
            zero = f"{{zero:{buffer.dtype.char}}}"
            self._compute(Compute(operation.out, "zeros", buffer.shape, zero, (), ()))
            del self.computed[operation.out]  # others write to it
        else:
            self.ready[operation.out] = -1
            self.steps.append(Mark("allocate", operation.out))

    def _store(self, operation: Store) -> None:
        self.changing.add(operation.target.buffer)
        self.computed.pop(operation.target.buffer, None)
        shape, _ = squeezed(operation.shape, operation.shape)
        target = squeezed_place(operation.target, operation.shape)
        operand = _squeezed(operation.operand, operation.shape)
        inside = attrs.evolve(operation, shape=shape, target=target, operand=operand)
        if any(index.strides[-1:] != (0,) for index, _ in target.lookups):
            # Two iterations may write to the same element, so that nothing in their loop would be turned into SIMD.
            self.ready[target.buffer] = len(self.steps)
            self.steps.append(Loop(shape, [inside]))
            return
        earliest = self._earliest(operands_of(inside), shape)
        written = self.ready[target.buffer]
        if not operation.is_alone:
            earliest = max(earliest, written if not shape and self._is_scalar(written) else written + 1)
        self.ready[target.buffer] = max(written, self._add(shape, inside, earliest))

    def _is_scalar(self, place: int) -> bool:
        step = self.steps[place]
        return isinstance(step, Loop) and not step.shape

    def _earliest(self, operands: Sequence[Operand], shape: Shape) -> int:
        earliest = 0
        for x in operands:
            if isinstance(x, Place):
                ready = self.ready.get(x.buffer, -1)
                is_here = self.computed.get(x.buffer) == shape and is_same_element(x, shape, self.buffers)
                earliest = max(earliest, ready if is_here else ready + 1)
        return earliest

    def _add(self, shape: Shape, operation: InLoop, earliest: int) -> int:
        """Add an operation to a loop from a step on; the place of the loop."""
        places = self.loops.setdefault(shape, [])
        first = bisect_left(places, earliest)
        if first == len(places):
            places.append(len(self.steps))
            self.steps.append(Loop(shape, []))
            if shape:  # for numbers that follow from a sum in it, before the next loop; left out if there are none
                self.loops.setdefault((), []).append(len(self.steps))
                self.steps.append(Loop((), []))
        place = places[first]
        loop = self.steps[place]
        assert isinstance(loop, Loop)
        loop.operations.append(self._with_operands_again(operation, loop, place))
        if len(loop.operations) >= self.most:
            places.remove(place)
        return place

    # What is large and quickly computed is computed again where it is needed, and not kept.

    def _with_operands_again(self, operation: InLoop, loop: Loop, place: int) -> InLoop:
        if isinstance(operation, Compute):
            operands = tuple([self._again(x, loop, place) for x in operation.operands])
            return attrs.evolve(operation, operands=operands) if operands != operation.operands else operation
        operand = self._again(operation.operand, loop, place)
        return attrs.evolve(operation, operand=operand) if operand != operation.operand else operation

    def _again(self, x: Operand, loop: Loop, place: int) -> Operand:
        """The operand, or one that is computed again in a loop."""
        if not self._is_elsewhere(x, loop, place):
            return x
        assert isinstance(x, Place)
        if self.buffers[x.buffer].nbytes < LARGE:
            return x
        if (place, x.buffer) not in self.again:
            chain: list[Compute] = []
            if not self._found(x.buffer, loop, place, chain):
                return x
            for operation in chain:
                self._compute_again(operation, loop, place)
        return attrs.evolve(x, buffer=self.again[place, x.buffer])

    def _is_elsewhere(self, x: Operand, loop: Loop, place: int) -> bool:
        """Whether an operand is what an iteration of another loop of the same shape computes."""
        return (
            isinstance(x, Place)
            and self.computed.get(x.buffer) == loop.shape
            and self.ready[x.buffer] != place
            and is_same_element(x, loop.shape, self.buffers)
        )

    def _found(self, buffer: int, loop: Loop, place: int, chain: list[Compute]) -> bool:
        """Add to a chain the operations that a buffer is computed by; whether they are few."""
        if (place, buffer) in self.again or any(operation.out == buffer for operation in chain):
            return True
        operation = self.made_by[buffer]
        if not self._is_here(self.regions[buffer]):
            return False
        for x in operation.operands:
            if isinstance(x, Place) and x.buffer in self.changing:
                return False
            if self._is_elsewhere(x, loop, place):
                assert isinstance(x, Place)
                if not self._found(x.buffer, loop, place, chain):
                    return False
        chain.append(operation)
        calls = [o for o in chain if is_function(o.name)]
        return len(chain) <= _MOST_AGAIN and len(calls) <= _MOST_CALLS_AGAIN

    def _is_here(self, region: int) -> bool:
        """Whether what is computed in a part of the program is the same here: in a branch, what is around it, too."""
        for around, is_branch in reversed(self.around):
            if around == region:
                return True
            if not is_branch:
                return False
        return False

    def _compute_again(self, operation: Compute, loop: Loop, place: int) -> None:
        if (place, operation.out) in self.again:
            return
        buffer = self.buffers[operation.out]
        out, self.free = self.free, self.free + 1
        self.buffers[out] = Buffer(buffer.shape, buffer.dtype)
        operands = tuple(
            [
                attrs.evolve(x, buffer=self.again.get((place, x.buffer), x.buffer)) if isinstance(x, Place) else x
                for x in operation.operands
            ]
        )
        loop.operations.append(attrs.evolve(operation, out=out, operands=operands))
        self.again[place, operation.out] = out
        self.ready[out] = place
        self.computed[out] = loop.shape
        self.made_by[out] = operation
        self.regions[out] = self.around[-1][0]


def _squeezed(operand: Operand, shape: Shape) -> Operand:
    if not isinstance(operand, Place):
        return operand
    return squeezed_place(operand, shape)


def _without_unused(steps: Sequence[Step], outputs: Sequence[int]) -> list[Step]:
    """The steps without operations that nothing needs: what is computed again elsewhere may be all that did."""
    found: list[Step] = []
    needed = set(outputs)
    for step in reversed(steps):
        if isinstance(step, Loop):
            kept = [operation for operation in reversed(step.operations) if _is_needed(operation, needed)]
            if kept:
                found.append(Loop(step.shape, kept[::-1]))
        else:
            needed.update(reads(step))
            found.append(step)
    return found[::-1]


def _is_needed(operation: InLoop, needed: set[int]) -> bool:
    """Whether an operation is needed, given what is needed after it; then its operands are, too."""
    if isinstance(operation, Compute) and operation.out not in needed:
        return False
    needed.update(reads(operation))
    return True


def reads(operation: Operation) -> list[int]:
    """The buffers that must be filled before an operation: those that it reads, and those that it changes in part."""
    changed = outs_of(operation) if isinstance(operation, Store | Product | Routine) else ()
    return [*buffers_read(operation), *changed]
