"""Loop-invariant code motion: what is the same in each iteration of a loop of the graph is computed before the loop.

That holds for whole loops within loops, too, and for the factors of the matrix of a linear system whose right side
alone changes. What is quickly computed, element by element, stays where it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import attrs
import numpy as np

from pydezero.transforms.jit.fuse import LARGE, is_same_element
from pydezero.transforms.jit.native_names import is_function
from pydezero.transforms.jit.program import (
    OPENING,
    Allocate,
    Assign,
    Buffer,
    Compute,
    Lowered,
    Mark,
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

_LOOPS: Final = ("for", "while")


@attrs.frozen(eq=False)
class _Region:
    """A loop or branch of the graph, with what is in it; the last item is its end."""

    opening: Mark
    items: Sequence[_Item]


_Item: TypeAlias = "Operation | _Region"


def with_invariants_first(program: Lowered) -> Lowered:
    """The program in which loops have no operation whose result is the same in each iteration, if it takes time."""
    if not any(isinstance(x, Mark) and x.kind in _LOOPS for x in program.operations):
        return program
    return _Motion(program).moved()


class _Motion:
    def __init__(self, program: Lowered) -> None:
        self.program = program
        self.buffers = dict(program.buffers)
        loops = [x.number for x in program.operations if isinstance(x, Mark)]
        self.free = 1 + max([*self.buffers, *loops], default=0)

    def moved(self) -> Lowered:
        items = self._moved(_items(iter(self.program.operations)))
        return attrs.evolve(self.program, buffers=self.buffers, operations=tuple(_operations(items)))

    def _moved(self, items: Sequence[_Item]) -> list[_Item]:
        """The items, with what is invariant before each loop among them; that of inner loops is moved first."""
        found: list[_Item] = []
        for item in items:
            if not isinstance(item, _Region):
                found.append(item)
                continue
            inside = self._moved(item.items)
            if item.opening.kind in _LOOPS and (item.opening.kind == "while" or item.opening.length > 1):
                first, inside = self._parted(item.opening, inside)
                found += first
            found.append(attrs.evolve(item, items=inside))
        return found

    def _parted(self, loop: Mark, items: Sequence[_Item]) -> tuple[list[_Item], list[_Item]]:
        """What is to be computed before a loop, and what stays in it."""
        uses = [_Uses.of(item) for item in items]
        same = {i for i, item in enumerate(items) if _may_move(item, loop) and loop.number not in uses[i].loops}
        changing: set[int] = set()
        while True:  # until nothing that moves needs what stays
            changing = changing.union(*[uses[i].written for i in range(len(items)) if i not in same])
            kept = {i for i in same if changing.isdisjoint(uses[i].read | uses[i].written)}
            if kept == same:
                break
            same = kept
        needed: set[int] = set()
        moving: set[int] = set()
        of_elements = self._kept_in_memory(items)
        for i in sorted(same, reverse=True):
            if needed & uses[i].written or self._takes_time(items[i], of_elements):
                moving.add(i)
                needed |= uses[i].read | uses[i].written
        # What is moved may be written to by several operations, of which some come later.
        moving |= {i for i in same if needed & uses[i].written}
        first = [items[i] for i in sorted(moving)]
        rest: list[_Item] = []
        for i, item in enumerate(items):
            if i not in moving:
                parts = self._factor_and_rest(item, loop, changing)
                first += parts[:-1]
                rest.append(parts[-1])
        return first, rest

    def _takes_time(self, item: _Item, in_memory: set[int]) -> bool:
        """Whether to read the result of an item takes less time than to compute it in each iteration."""
        if isinstance(item, Compute):
            is_slow = is_function(item.name) and self.buffers[item.out].nbytes < LARGE
            return is_slow or item.out in in_memory
        return isinstance(item, _Region | Product | Reduce | Routine | Store)

    def _kept_in_memory(self, items: Iterable[_Item]) -> set[int]:
        """The buffers of which an operation needs another element than that which the same iteration computes."""
        found: set[int] = set()
        for x in _operations(items):
            shape = _shape_of(x)
            for place in operands_of(x):
                if isinstance(place, Place) and (shape is None or not self._is_same_element(place, shape)):
                    found.add(place.buffer)
        return found

    def _is_same_element(self, place: Place, shape: Shape) -> bool:
        return is_same_element(squeezed_place(place, shape), squeezed(shape, shape)[0], self.buffers)

    # The factors of a matrix.

    def _factor_and_rest(self, item: _Item, loop: Mark, changing: set[int]) -> list[_Item]:
        """An item in two parts, if it solves linear systems whose matrices are the same in each iteration."""
        nest = _nest_of(item)
        if nest is None:
            return [item]
        loops, solve = nest
        matrix, right = solve.operands
        if matrix.buffer in changing or loop.number in [number for number, _ in matrix.steps]:
            return [item]
        along = [mark for mark in loops if mark.number in [number for number, _ in matrix.steps]]
        renamed = {mark.number: self._number() for mark in along}
        n, stack = solve.sides[0], tuple([mark.length for mark in along])
        is_large = bool(solve.work)
        dtype = self.buffers[solve.target.buffer].dtype
        factors = self._stack(stack, n, n, dtype, along)
        order = self._stack(stack, n, 1, np.dtype(np.int32) if is_large else dtype, along)
        kind = "large_" if is_large else ""
        factor = Routine(
            f"{kind}factor", _along(factors, renamed), (_along(matrix, renamed),), (n,), (_along(order, renamed),)
        )
        work = solve.work[1:2]  # behind the factors: the columns
        substitute = Routine(f"{kind}substitute", solve.target, (right,), solve.sides, work, (factors, order))
        first = _nested([attrs.evolve(mark, number=renamed[mark.number]) for mark in along], factor)
        return [Allocate(factors.buffer, False), Allocate(order.buffer, False), first, _nested(loops, substitute)]

    def _number(self) -> int:
        self.free += 1
        return self.free - 1

    def _stack(
        self, stack: Shape, rows: int, columns: int, dtype: np.dtype[np.generic], along: Sequence[Mark]
    ) -> Place:
        """A new buffer of matrices: the one that belongs to the iterations of some loops."""
        out, shape = self._number(), (*stack, rows, columns)
        self.buffers[out] = Buffer(shape, dtype)
        strides = c_strides(shape)
        return Place(out, 0, strides[-2:], tuple([(x.number, s) for x, s in zip(along, strides, strict=False)]))


@attrs.frozen(eq=False)
class _Uses:
    """The buffers that an item reads and writes, and the loops whose index it needs."""

    read: set[int]
    written: set[int]
    loops: set[int]

    @classmethod
    def of(cls, item: _Item) -> _Uses:
        """The uses of an operation or of a whole region."""
        operations = [*_operations([item])]
        read = {b for x in operations for b in buffers_read(x)}
        written = {out for x in operations for out in outs_of(x)}
        places = [place for x in operations for place in _places_of(x)]
        return cls(read, written, {number for place in places for number, _ in place.steps})


def _items(operations: Iterator[Operation]) -> list[_Item]:
    """The operations up to the end of a region, as a tree."""
    found: list[_Item] = []
    for x in operations:
        is_opening = isinstance(x, Mark) and x.kind in OPENING
        found.append(_Region(x, _items(operations)) if isinstance(x, Mark) and is_opening else x)
        if isinstance(x, Mark) and x.kind == "end":
            break
    return found


def _operations(items: Iterable[_Item]) -> Iterator[Operation]:
    """The operations of a tree, one after the other."""
    for item in items:
        if isinstance(item, _Region):
            yield item.opening
            yield from _operations(item.items)
        else:
            yield item


def _may_move(item: _Item, loop: Mark) -> bool:
    """Whether an item may be computed before a loop if it does not depend on the iteration."""
    if isinstance(item, _Region):
        # A loop with a condition that would not have run at all may not end.
        return loop.kind == "for" or not any(isinstance(x, Mark) and x.kind == "while" for x in _operations([item]))
    if isinstance(item, Assign):
        return item.is_first
    return isinstance(item, Allocate | Compute | Product | Reduce | Routine | Store)


def _shape_of(operation: Operation) -> Shape | None:
    """The shape that the elements of the operands of an operation are computed along."""
    return operation.shape if isinstance(operation, Compute | Reduce | Store | Assign) else None


def _places_of(operation: Operation) -> list[Place]:
    """All places that an operation reads or writes."""
    places = [x for x in operands_of(operation) if isinstance(x, Place)]
    places += [operation.target] if isinstance(operation, Product | Routine | Store) else []
    return [*places, *operation.work] if isinstance(operation, Routine) else places


def _nest_of(item: _Item) -> tuple[list[Mark], Routine] | None:
    """The loops around the solution of a linear system, and the system; None if an item is something else."""
    loops: list[Mark] = []
    while isinstance(item, _Region) and item.opening.kind == "for" and len(item.items) == 2:
        loops.append(item.opening)
        item = item.items[0]
    return (loops, item) if isinstance(item, Routine) and item.name in ("solve", "large_solve") else None


def _nested(loops: Sequence[Mark], item: _Item) -> _Item:
    """An item in loops, the outermost first."""
    for mark in reversed(loops):
        item = _Region(mark, (item, Mark("end")))
    return item


def _along(place: Place, renamed: dict[int, int]) -> Place:
    """A place that other loops move."""
    return attrs.evolve(place, steps=tuple([(renamed.get(number, number), by) for number, by in place.steps]))
