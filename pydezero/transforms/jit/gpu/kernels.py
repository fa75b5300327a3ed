"""The steps of a plan as kernels: which operations one launch computes, and what it writes to memory.

A loop is one kernel if it reduces nothing. One that reduces is a kernel for each choice of axes, and each computes anew
what it needs element by element. Operations that follow a reduction element by element of its result are done by the
thread that has the result. Numbers that are quickly computed of others are computed again wherever they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from pydezero.transforms.jit.buffers import regions
from pydezero.transforms.jit.fuse import Loop, Step, is_same_element
from pydezero.transforms.jit.program import (
    Assign,
    Buffer,
    Call,
    Compute,
    Lowered,
    Mark,
    Operand,
    Place,
    Product,
    Reduce,
    Routine,
    Shape,
    Store,
    buffers_read,
    operands_of,
    outs_of,
)

_MOST_AGAIN: Final = 24  # operations on numbers that are computed again

_MOST_REDUCED: Final = 5  # reductions in one kernel, each of which takes shared memory: 8 KB of 48

_BRANCHING: Final = frozenset({"for", "while", "break", "if", "else", "end"})


@attrs.frozen(eq=False)
class Kernel:
    """The operations that one launch computes.

    Attributes:
        shape: the shape that it computes element by element.
        computed: the operations on elements, by what they compute; those that nothing needs are left out.
        reduced: the reductions, all over the same axes.
        writes: operations that write to parts of buffers, or to buffers that are written to more than once.
        is_owner: whether it stores elements that later kernels need, as one of the kernels of a loop does.
        after: the operations on elements of the result of the reductions.
        stored: what is written to memory whole: of `computed`, `reduced` and `after`.
    """

    shape: Shape
    computed: dict[int, Compute]
    reduced: list[Reduce]
    writes: list[Store | Assign]
    is_owner: bool
    after: dict[int, Compute] = attrs.field(factory=dict, init=False)
    stored: list[int] = attrs.field(factory=list, init=False)

    @property
    def kept(self) -> Shape:
        """The shape of the result of the reductions."""
        axes = self.reduced[0].axes if self.reduced else ()
        return tuple([n for i, n in enumerate(self.shape) if i not in axes])

    @property
    def outs(self) -> list[int]:
        """The buffers that it may write to."""
        written = [out for o in (*self.reduced, *self.writes) for out in outs_of(o)]
        return [*(self.computed if self.is_owner else ()), *written, *self.after]


Item: TypeAlias = Kernel | Product | Mark | Call


@attrs.frozen(eq=False)
class Schedule:
    """The kernels, products and calls of a program, in order.

    Attributes:
        numbers: operations on numbers that are computed where they are needed.
        changing: the buffers that are written to more than once.
        regions: the first and the last item of each loop or branch of the graph that no other one is around.
        last: the last item that needs each buffer.
    """

    program: Lowered
    items: list[Item]
    numbers: dict[int, Compute]
    changing: set[int]
    regions: list[tuple[int, int]]
    last: dict[int, int]

    def reads(self, kernel: Kernel) -> list[Place]:
        """The places in memory that a kernel reads."""
        return reads(kernel, self.program.buffers, self.numbers)

    def operations(self, kernel: Kernel) -> dict[int, Compute]:
        """The operations on elements, before its reductions, that a kernel does."""
        return _walked(kernel, self.program.buffers, self.numbers)[1]


def scheduled(program: Lowered, steps: Sequence[Step]) -> Schedule:
    """The schedule of a program."""
    return _Scheduler(program, steps).scheduled()


class _Scheduler:
    def __init__(self, program: Lowered, steps: Sequence[Step]) -> None:
        self.program = program
        self.buffers: Mapping[int, Buffer] = program.buffers
        operations = [o for step in steps if isinstance(step, Loop) for o in step.operations]
        self.changing = {out for o in operations if isinstance(o, Store | Assign) for out in outs_of(o)}
        self.items: list[Item] = [item for step in steps for item in _items(step)]
        # What is called, multiplied or returned is needed in memory.
        self.whole = {*program.outputs, *[b for item in self.items for b in taken_by(item)]}
        self.numbers: dict[int, Compute] = {}

    def scheduled(self) -> Schedule:
        self._find_numbers()
        self._move_behind_reductions()
        self._find_stored()
        self.items = [x for x in self.items if not isinstance(x, Kernel) or x.stored or x.writes]
        outermost: list[tuple[int, int]] = []
        for first, last in regions(self.items):
            if not outermost or first > outermost[-1][1]:
                outermost.append((first, last))
        return Schedule(self.program, self.items, self.numbers, self.changing, outermost, self._last(outermost))

    def _find_numbers(self) -> None:
        sizes: dict[int, int] = {}
        for item in self.items:
            if not isinstance(item, Kernel) or item.shape or item.reduced:
                continue
            for out, o in item.computed.items():
                places = [x for x in o.operands if isinstance(x, Place)]
                if out in self.changing or any(x.steps or x.buffer in self.changing for x in places):
                    continue
                size = 1 + sum([sizes.get(x.buffer, 0) for x in places])
                if size <= _MOST_AGAIN and out not in self.whole:
                    sizes[out] = size
                    self.numbers[out] = o

    # What follows reductions.

    def _move_behind_reductions(self) -> None:
        made: dict[int, int] = {}
        for i, item in enumerate(self.items):
            for out in item.outs if isinstance(item, Kernel) else given_by(item):
                made.setdefault(out, i)
        for i, item in enumerate(self.items):
            if not isinstance(item, Kernel) or not item.reduced:
                continue
            for other in self.items[i + 1 :]:
                if isinstance(other, Mark) and other.kind in _BRANCHING:
                    break
                if isinstance(other, Kernel) and other.shape == item.kept and not other.reduced and not other.writes:
                    moved = self._movable(item, i, other, made)
                    item.after.update(moved)
                    made.update(dict.fromkeys(moved, i))
                    for out in moved:
                        del other.computed[out]

    def _movable(self, kernel: Kernel, place: int, other: Kernel, made: Mapping[int, int]) -> dict[int, Compute]:
        """The operations of another kernel that can move behind the reductions of this one.

        Where the results of the reductions are numbers these may be some operations, else all of them or none.
        """
        known = {o.out for o in kernel.reduced} | kernel.after.keys()
        moved: dict[int, Compute] = {}
        uses = False
        for out, o in other.computed.items():
            if out in self.numbers:
                continue
            places = [x for operand in o.operands for x in self._bases(operand)]
            of_kernel = any(x.buffer in known or x.buffer in moved for x in places)
            uses |= of_kernel
            if all(self._is_known(x, kernel.kept, {*known, *moved}, place, made) for x in places):
                if kernel.kept or of_kernel:
                    moved[out] = o
            elif kernel.kept:
                return {}
        return moved if uses else {}

    def _bases(self, operand: Operand) -> Iterator[Place]:
        """The places that are read for an operand, which may be a number that is computed again."""
        if isinstance(operand, Place):
            o = self.numbers.get(operand.buffer)
            if o is None:
                yield operand
            else:
                for x in o.operands:
                    yield from self._bases(x)

    def _is_known(self, x: Place, shape: Shape, known: set[int], place: int, made: Mapping[int, int]) -> bool:
        if x.steps or x.buffer in self.changing:
            return False
        if x.buffer in known:
            return is_same_element(x, shape, self.buffers)
        return made.get(x.buffer, -1) < place

    # Memory.

    def _find_stored(self) -> None:
        """Let each kernel store what a later one reads, or the caller, and do nothing else."""
        needed = set(self.whole)
        if any(isinstance(item, Mark) and item.kind in _BRANCHING for item in self.items):
            # What one step of a loop of the graph computes, the next one may read.
            for item in self.items:
                if isinstance(item, Kernel):
                    every = (*item.computed.values(), *item.reduced, *item.writes, *item.after.values())
                    needed |= {x.buffer for o in every for y in operands_of(o) for x in self._outside(y, item)}
        for item in reversed(self.items):
            if isinstance(item, Kernel):
                self._trim(item, needed)
                needed |= {x.buffer for x in reads(item, self.buffers, self.numbers)}

    def _outside(self, operand: Operand, kernel: Kernel) -> Iterator[Place]:
        for x in self._bases(operand):
            if not (x.buffer in kernel.computed and is_same_element(x, kernel.shape, self.buffers)):
                yield x

    def _trim(self, kernel: Kernel, needed: set[int]) -> None:
        used: set[int] = set()
        for out, o in reversed([*kernel.after.items()]):
            if out in needed or out in used:
                used.update([x.buffer for operand in o.operands for x in self._bases(operand)])
            else:
                del kernel.after[out]
        reduced = [o for o in kernel.reduced if o.out in needed or o.out in used]
        if kernel.after and not reduced:  # by which the shape of `after` is known
            reduced = kernel.reduced[:1]
        kernel.reduced[:] = reduced
        made = [*(kernel.computed if kernel.is_owner else ()), *[o.out for o in kernel.reduced], *kernel.after]
        kernel.stored[:] = [out for out in made if out in needed]

    def _last(self, regions: Sequence[tuple[int, int]]) -> dict[int, int]:
        last: dict[int, int] = {}
        for i, item in enumerate(self.items):
            until = next((end for begin, end in regions if begin <= i <= end), i)
            if isinstance(item, Kernel):
                used = [*[x.buffer for x in reads(item, self.buffers, self.numbers)], *item.outs]
            else:
                used = [*taken_by(item), *given_by(item)]
            last.update(dict.fromkeys(used, until))
        return last


def _items(step: Step) -> Iterator[Item]:
    if not isinstance(step, Loop):
        assert not isinstance(step, Routine), "which a program for a GPU does not ask for"
        yield step
        return
    computed = {o.out: o for o in step.operations if isinstance(o, Compute)}
    writes = [o for o in step.operations if isinstance(o, Store | Assign)]
    groups: dict[tuple[int, ...], list[Reduce]] = {}
    for o in step.operations:
        if isinstance(o, Reduce):
            groups.setdefault(o.axes, []).append(o)
    parts = [group[i : i + _MOST_REDUCED] for group in groups.values() for i in range(0, len(group), _MOST_REDUCED)]
    for i, reduced in enumerate(parts):
        yield Kernel(step.shape, computed, reduced, [], not i and not writes)
    if writes or not parts:  # what a loop writes to is read before
        yield Kernel(step.shape, computed, [], writes, True)


def reads(kernel: Kernel, buffers: Mapping[int, Buffer], numbers: Mapping[int, Compute]) -> list[Place]:
    """The places in memory that a kernel reads."""
    return _walked(kernel, buffers, numbers)[0]


def _walked(
    kernel: Kernel, buffers: Mapping[int, Buffer], numbers: Mapping[int, Compute]
) -> tuple[list[Place], dict[int, Compute]]:
    """The places in memory that a kernel reads, and the operations on elements that it does before its reductions."""
    found: dict[Place, None] = {}
    done: dict[int, Compute] = {}

    def visit(operands: Sequence[Operand], shape: Shape, local: Mapping[int, Compute], known: set[int]) -> None:
        for x in operands:
            if not isinstance(x, Place) or x.buffer in known:
                continue
            o = numbers.get(x.buffer)
            if x.buffer in local and is_same_element(x, shape, buffers):
                o = local[x.buffer]
            if o is None:
                found[x] = None
            else:
                known.add(x.buffer)
                done[x.buffer] = o
                visit(o.operands, shape, local, known)

    known: set[int] = set()
    for out in kernel.stored:
        if out in kernel.computed:
            done[out] = kernel.computed[out]
            visit(done[out].operands, kernel.shape, kernel.computed, known)
    visit([o.operand for o in (*kernel.reduced, *kernel.writes)], kernel.shape, kernel.computed, known)
    of_elements = dict(done)
    known = {o.out for o in kernel.reduced}
    for o in kernel.after.values():
        visit(o.operands, kernel.kept, kernel.after, known)
    return list(found), of_elements


def taken_by(item: Item) -> list[int]:
    """The buffers that a call, a product or a mark takes."""
    return [] if isinstance(item, Kernel) else buffers_read(item)


def given_by(item: Item) -> list[int]:
    """The buffers that a call, a product or a mark gives."""
    if isinstance(item, Kernel):
        return []
    return [item.number] if isinstance(item, Mark) and item.kind == "allocate" else [*outs_of(item)]
