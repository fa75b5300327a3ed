"""Large loops in parts, which threads share: which loops are large, where they are cut, and the lines around them.

The number of parts and their bounds follow from the shape alone, and each part is computed by the same code whoever
computes it. So results do not depend on the number of threads. A thread takes the next part that nobody has taken.
What is reduced over the axis that is cut has memory of its own for each part; the parts are put together in order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import attrs

from pydezero.transforms.jit.emit_nest import BLOCK, Nest, Parts
from pydezero.transforms.jit.fuse import is_same_element
from pydezero.transforms.jit.native_names import is_function
from pydezero.transforms.jit.program import Assign, Compute, Place, Reduce, Store, operands_of
from pydezero.transforms.jit.scratch import ALIGNMENT
from pydezero.transforms.staging.text import dtype_name

# Estimates of the time that an element takes, in units of about 0.05 ns: the time of an addition.
_OF_FUNCTION: Final = 16
_OF_ACCESS: Final = 3  # to memory

LARGE: Final = 4_000_000
"""The units of time from which on a loop is computed in parts: a thread takes some 20 us to begin."""

_OF_PART: Final = 500_000
_FEWEST: Final = 8
_MOST: Final = 64
_MOST_COPIED: Final = 1 << 22
"""The most bytes for copies of the results of reductions."""

AGAIN: Final = "again"
"""Stands for the call of the function by itself."""


def parts_of(nest: Nest) -> Parts | None:
    """How a loop is cut; None if it is small, or cannot be."""
    units = math.prod(nest.dims) * _units(nest)
    if units < LARGE or _reads_what_it_writes(nest):
        return None
    targets = [o.target for o in nest.loop.operations if isinstance(o, Store)]
    if any(x.lookups for x in targets):  # two parts may write to the same element
        return None
    written = [nest.axes.strides(x.strides) for x in targets]
    most = min(_MOST, max(_FEWEST, units // _OF_PART))
    for depth, n in enumerate(nest.dims):
        if depth == len(nest.dims) - 1:
            n = -(-n // BLOCK)
        if n < _FEWEST:
            continue
        size = -(-n // most)
        count = -(-n // size)
        copied = {
            o.out: nest.buffers[o.out].size
            for o in nest.loop.operations
            if isinstance(o, Reduce) and _is_cut(nest, o, depth)
        }
        nbytes = count * sum([n * nest.buffers[out].dtype.itemsize for out, n in copied.items()])
        if nbytes <= _MOST_COPIED and all(is_apart(strides, nest.dims, depth) for strides in written):
            return Parts(depth, count, size, copied)
    return None


def _units(nest: Nest) -> int:
    """The time that an element takes."""
    units = 0
    places = set()
    for o in nest.loop.operations:
        units += _OF_FUNCTION if isinstance(o, Compute) and is_function(o.name) else 1
        places.update([x for x in operands_of(o) if isinstance(x, Place) and any(x.strides)])
        if isinstance(o, Store) or (not isinstance(o, Reduce) and nest.scope.is_kept(o.out)):
            units += _OF_ACCESS
    made = {o.out for o in nest.loop.operations if isinstance(o, Compute)}
    return units + _OF_ACCESS * len({x for x in places if x.buffer not in made})


def _is_cut(nest: Nest, operation: Reduce, depth: int) -> bool:
    return nest.axes.groups[depth][0] in operation.axes


def _reads_what_it_writes(nest: Nest) -> bool:
    """Whether an iteration may read what another one writes."""
    made = {o.out for o in nest.loop.operations if isinstance(o, Compute)}
    written = {o.target.buffer for o in nest.loop.operations if isinstance(o, Store)}
    written |= {o.out for o in nest.loop.operations if isinstance(o, Assign | Reduce)}
    read = [x for o in nest.loop.operations for x in operands_of(o) if isinstance(x, Place)]
    return any(
        x.buffer in written or (x.buffer in made and not is_same_element(x, nest.loop.shape, nest.buffers))
        for x in read
    )


def is_independent(nest: Nest) -> bool:
    """Whether no iteration of the innermost loop reads or writes what another one writes."""
    if not nest.dims or _reads_what_it_writes(nest):
        return False
    targets: dict[int, list[Place]] = {}
    for o in nest.loop.operations:
        if isinstance(o, Store):
            targets.setdefault(o.target.buffer, []).append(o.target)
    assigned = [o.out for o in nest.loop.operations if isinstance(o, Assign)]
    return (
        len({*assigned}) == len(assigned)
        and targets.keys().isdisjoint(assigned)
        and all(_are_apart(nest, places) for places in targets.values())
    )


def _are_apart(nest: Nest, places: Sequence[Place]) -> bool:
    """Whether no two places of a buffer share an element, as the innermost loop runs over them."""
    first = places[0]
    step = abs(nest.axes.strides(first.strides)[-1])
    if not step or any(attrs.evolve(x, offset=first.offset) != first for x in places):
        return False
    if any(nest.axes.strides(index.strides)[-1] for index, _ in first.lookups):
        return False
    begins = sorted([(x.offset % step, x.offset // step) for x in places])
    return all(a[0] != b[0] or b[1] - a[1] >= nest.dims[-1] for a, b in pairwise(begins))


def is_apart(strides: Sequence[int], dims: Sequence[int], depth: int) -> bool:
    """Whether no two iterations of a loop write to the same element, by the strides of what is written."""
    step = abs(strides[depth])
    others = [(abs(s), n) for k, (s, n) in enumerate(zip(strides, dims, strict=True)) if k != depth]
    # What moves by less than a step must not reach as far as one, and what moves by more must not fall between.
    reach = sum([s * (n - 1) for s, n in others if s < step])
    if reach >= step:
        return False
    reach += step * (dims[depth] - 1)
    for s, n in sorted([(s, n) for s, n in others if s >= step]):
        if s <= reach:
            return False
        reach += s * (n - 1)
    return True


class Section:
    """The lines of a native function that compute a part of a loop, and those that let it be computed.

    The function is called with the number of the section by those who help, and by itself for its own share. It then
    takes one part after the other, until none is left, and calls itself for each: in a call for one part nothing has
    been read from memory before the part was taken.
    """

    def __init__(self, nest: Nest, parts: Parts) -> None:
        scope = nest.scope
        self.nest = nest
        self.parts = parts
        self.number: int = nest.number
        self.counters: int = scope.counters(self.number)
        self.large: int = scope.reserved(parts.count)
        self.copies: dict[int, int] = {
            out: scope.reserved(parts.count * size * nest.buffers[out].dtype.itemsize)
            for out, size in parts.copied.items()
        }
        # The variables from before that the lines need. They are passed in memory, and have other names in a section.
        names = {f"v{b}": dtype_name(nest.buffers[b].dtype) for b in sorted(nest.given)}
        names |= {f"t{loop}": "i64" for loop in sorted(nest.steps)}
        self.passed: dict[str, tuple[str, int]] = {name: (kind, scope.reserved(8)) for name, kind in names.items()}

    def of_part(self, of_part: list[str]) -> list[str]:
        """The lines of the section that compute a part: those of the loop, with their setup and their results."""
        lines: list[str] = []
        for name, (kind, place) in self.passed.items():
            value = f"{kind}_at(scratch, {place})[0]"
            name = self.nest.passed(name)
            lines.append(f"{name} = {value} != 0" if kind == "bool" else f"{name} = {value}")
        for out, start in self.copies.items():
            dtype = self.nest.buffers[out].dtype
            step = self.parts.copied[out] * dtype.itemsize
            lines.append(f"q{out} = {dtype_name(dtype)}_at(scratch, {start} + part * {step})")
        if self.nest.looks_for_large:
            lines += ["large = False", *of_part, f"u8_at(scratch, {self.large})[part] = u8(large)"]
        else:
            lines += of_part
        return lines

    def begun(self) -> list[str]:
        """The lines that let others help, compute the parts that they leave, and wait until all are computed."""
        lines = [
            f"{kind}_at(scratch, {place})[0] = {f'u8({name})' if kind == 'bool' else name}"
            for name, (kind, place) in self.passed.items()
        ]
        counters = f"i64_at(scratch, {self.counters}), threads"
        lines += [
            f"i64_at(scratch, {self.counters + 2 * ALIGNMENT})[0] = {self.parts.count}",
            f"share({counters}, {self.number})",
            f"{AGAIN}(hidden({self.number}), hidden(-1))",
            f"wait({counters}, {self.parts.count})",
        ]
        if self.nest.looks_for_large:
            lines.append(f"for part in range({self.parts.count}):")
            lines.append(f"    large = large | (u8_at(scratch, {self.large})[part] != 0)")
        return lines
