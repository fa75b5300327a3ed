"""The loops over the axes of a shape, and the elements that are read and written in them, as Python source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.transforms.jit.axes import Axes, axes_of
from pydezero.transforms.jit.fuse import Loop, is_same_element
from pydezero.transforms.jit.machine.translate import INDEPENDENT, PIECE
from pydezero.transforms.jit.native_names import is_function
from pydezero.transforms.jit.plan import Plan, Segment, within
from pydezero.transforms.jit.program import (
    Buffer,
    Compute,
    Literal,
    Operand,
    Place,
    Reduce,
    Shape,
    Store,
    c_strides,
    operands_of,
    outs_of,
)
from pydezero.transforms.jit.scalars import literal
from pydezero.transforms.jit.scratch import ALIGNMENT
from pydezero.transforms.staging.text import dtype_name

BLOCK: Final = 1024
"""The number of elements that are added up in any order; the sums of such blocks are added exactly, nearly."""

COUNTERS: Final = 3 * ALIGNMENT
"""The bytes of the counters of a section."""

_LANES: Final = 8
_SHORT: Final = 64
_LONG: Final = 20


@attrs.frozen(eq=False)
class Parts:
    """How a loop is cut into parts.

    Attributes:
        depth: the loop of the nest that is cut.
        count: the number of parts.
        size: the iterations of a part; blocks of them, if it is the innermost loop.
        copied: the number of elements of each reduction over the loop that is cut, of which each part has its own.
    """

    depth: int
    count: int
    size: int
    copied: dict[int, int]


@attrs.frozen(eq=False)
class Cut:
    """The pieces of the innermost loop of a nest.

    The last block begins where it must to be a whole one: what is computed twice is the same.

    Attributes:
        pieces: their lines, in which the index of the loop has the number of the piece behind its name.
        adding: the number of pieces at the end that change what is there, and so must see each element once.
        block: the number of elements of a block.
    """

    pieces: Sequence[Sequence[str]]
    adding: int
    block: int

    def over(self, index: str, start: str, stop: str) -> list[str]:
        """The lines that run over the elements from one index to another."""
        lines = [f"c = min(first, {stop} - {self.block})", *self.in_block(index, str(self.block), "first - c, ")]
        return [f"for first in range({start}, {stop}, {self.block}):", *[f"    {line}" for line in lines]]

    def in_block(self, index: str, count: str, first: str = "") -> list[str]:
        """The lines that run over the elements of the block that begins at c; those that add, from the first one."""
        lines: list[str] = []
        for number, piece in enumerate(self.pieces):
            is_adding = number >= len(self.pieces) - self.adding
            lines += [
                f"for j in {INDEPENDENT}({first}{count}):" if is_adding else f"for j in {PIECE}({count}):",
                f"    {index}_{number} = c + j",
                *[f"    {line}" for line in piece],
            ]
        return lines


class Scope:
    """The names and memory that the loops of a native function share.

    Attributes:
        own: the buffers that the function writes to.
        reads: the buffers that it is given, in the order in which they are met.
        count: the number of elements that were read, for the names of variables.
        looks_for_large: whether a loop notes an argument that is too large for a function.
        sections: the lines of the loops that threads share.
        nbytes: the bytes of scratch memory.
    """

    def __init__(self, segment: Segment, plan: Plan) -> None:
        self.segment = segment
        self.plan = plan
        self.buffers: Mapping[int, Buffer] = plan.program.buffers
        self.own: set[int] = {out for _, _, o in within(segment) for out in outs_of(o)}
        self.reads: dict[int, None] = {}
        self.count = 0
        self.looks_for_large = False
        self.sections: list[list[str]] = []
        self.nbytes: int = segment.nbytes
        self.first_counter: int | None = None

    def is_variable(self, buffer: int) -> bool:
        """Whether a buffer is a variable of the function."""
        return not self.buffers[buffer].shape if buffer not in self.own else buffer in self.plan.variables

    def is_kept(self, buffer: int) -> bool:
        """Whether what an operation computes is written to memory."""
        return bool(self.buffers[buffer].shape) and (buffer in self.plan.arrays or buffer in self.segment.scratch)

    def counters(self, section: int) -> int:
        """The place of the three counters of a section: parts that are taken, parts that are done, and all parts."""
        if self.first_counter is None:
            loops = sum([isinstance(step, Loop) for _, step in self.segment.steps])
            self.first_counter = self.reserved(loops * COUNTERS)
        return self.first_counter + section * COUNTERS

    def reserved(self, nbytes: int) -> int:
        """The place of so many bytes of scratch memory that nothing else lies in."""
        place = -(-self.nbytes // ALIGNMENT) * ALIGNMENT
        self.nbytes = place + -(-nbytes // ALIGNMENT) * ALIGNMENT
        return place


class Nest:
    """The loops over the axes of a shape; neighbouring axes are one loop where all strides allow it."""

    def __init__(self, scope: Scope, loop: Loop) -> None:
        self.scope = scope
        self.loop = loop
        self.buffers: Mapping[int, Buffer] = scope.buffers
        self.local: set[int] = set()
        reduced = [o.axes for o in loop.operations if isinstance(o, Reduce)]
        self.axes: Axes = axes_of(loop.shape, self._places(), reduced)
        self.dims: list[int] = self.axes.lengths
        self.loaded: dict[tuple[Place, str], str] = {}
        depth = len(self.dims)
        self.before: list[list[str]] = [[] for _ in range(depth + 1)]  # lines at each depth, before the next loop
        self.after: list[list[str]] = [[] for _ in range(depth + 1)]
        self.first: list[str] = []  # lines before the loops, that are not part of one that is shared
        self.given: set[int] = set()  # the variables of the function that the lines need
        self.steps: set[int] = set()  # the loops of the graph whose indices they need
        self.looks_for_large = False
        self.parts: Parts | None = None
        self.is_independent = False
        """Whether no iteration of the innermost loop reads or writes what another one writes."""
        self.cut: Cut | None = None
        self.number: int = len(scope.sections)  # of the section, if it is one
        self.in_block: list[str] = []
        self.after_block: list[str] = []

    # Axes.

    def _places(self) -> list[tuple[int, ...]]:
        """The strides of everything that is read from memory or written to it."""
        found: list[tuple[int, ...]] = []
        made: set[int] = set()
        for operation in self.loop.operations:
            found += [
                x.strides
                for x in operands_of(operation)
                if isinstance(x, Place) and not (x.buffer in made and is_same_element(x, self.loop.shape, self.buffers))
            ]
            if isinstance(operation, Store):
                found.append(operation.target.strides)
            elif isinstance(operation, Reduce):
                found.append(kept_strides(operation))
            else:
                if isinstance(operation, Compute):
                    made.add(operation.out)
                if operation.out not in self.scope.plan.unstored:
                    found.append(c_strides(self.loop.shape))
        return found

    # Expressions.

    def index_at(self, x: Place) -> str:
        """The index of an element of a place in the memory of its buffer."""
        found = [f"{self._element(index)[0]} * {by}" for index, by in x.lookups]
        return " + ".join([*found, self.index(x.offset, x.strides, x.steps)])

    def index(self, offset: int, strides: Sequence[int], steps: Sequence[tuple[int, int]] = ()) -> str:
        """The index of an element in the memory of a buffer."""
        self.steps.update([loop for loop, s in steps if s])
        terms = [self.passed(f"t{loop}") + (f" * {s}" if s != 1 else "") for loop, s in steps if s]
        terms += [
            f"i{k}" if s == 1 else f"i{k} * {s}"
            for k, s in enumerate(self.axes.strides(strides))
            if s and self.dims[k] > 1
        ]
        if offset or not terms:
            terms.append(str(offset))
        return " + ".join(terms)

    def passed(self, name: str) -> str:
        """The name of a variable of the function in these lines: in a section, one of the section's own."""
        return name if self.parts is None else f"{name}_in{self.number}"

    def depth_of(self, strides: Sequence[int]) -> int:
        """The number of loops around which something with these strides changes."""
        depth = 0
        for k, s in enumerate(self.axes.strides(strides)):
            if s and self.dims[k] > 1:
                depth = k + 1
        return depth

    def line(self, text: str, depth: int | None = None) -> None:
        """Add a line at a depth; the innermost one if none is given."""
        self.before[len(self.dims) if depth is None else depth].append(text)

    def operand(self, x: Operand, dtype: np.dtype[Any]) -> str:
        """An operand in a dtype: a literal, a variable or an element that is read once."""
        if isinstance(x, Literal):
            return literal(x.value.astype(dtype))
        own = self.buffers[x.buffer].dtype
        name, depth = self._element(x)
        if own == dtype:
            return name
        key = (x, dtype_name(dtype))
        if key not in self.loaded:
            self.loaded[key] = f"{name}{dtype_name(dtype)}" if "_" not in name else f"{name}_{dtype_name(dtype)}"
            self.line(f"{self.loaded[key]} = {converted(name, own, dtype)}", depth)
        return self.loaded[key]

    def _element(self, x: Place) -> tuple[str, int | None]:
        """The variable that has an element, and the depth at which it is known."""
        scope = self.scope
        if x.buffer in self.local and is_same_element(x, self.loop.shape, self.buffers):
            return f"v{x.buffer}", None
        if x.buffer not in scope.own:
            scope.reads[x.buffer] = None
        if scope.is_variable(x.buffer):
            if x.buffer in scope.own:
                self.given.add(x.buffer)
                return self.passed(f"v{x.buffer}"), 0
            return f"v{x.buffer}", 0
        key = (x, "")
        depth = max(map(self.depth_of, [x.strides, *[index.strides for index, _ in x.lookups]]))
        if key not in self.loaded:
            element = f"p{x.buffer}[{self.index_at(x)}]"
            scope.count += 1
            self.loaded[key] = f"x{x.buffer}_{scope.count}"
            if self.buffers[x.buffer].dtype.kind == "b":
                element = f"{element} != 0"
            self.line(f"{self.loaded[key]} = {element}", depth)
        return self.loaded[key], depth

    # Lines.

    def nested(self, depth: int) -> list[str]:
        """The lines of the loops from a depth on."""
        if depth == len(self.dims):
            return self.before[depth]
        lines = list(self.before[depth])
        n = self.dims[depth]
        is_innermost = depth == len(self.dims) - 1
        inner = self.nested(depth + 1)
        if is_innermost and self.after_block:
            if n > BLOCK:
                start, stop = self._bounds(depth, -(-n // BLOCK))
                lines += [
                    f"for b in range({start}, {stop}):",
                    *[f"    {line}" for line in self.in_block],
                    *[f"    {line}" for line in self._innermost(f"b * {BLOCK}", f"min({n}, b * {BLOCK} + {BLOCK})")],
                    *[f"    {line}" for line in self.after_block],
                ]
            else:
                lines += [*self.in_block, *self._innermost("0", str(n)), *self.after_block]
        elif inner and self._is_short_and_long():
            lines += self._in_lanes(inner)
        elif self.parts is not None and depth == self.parts.depth and not is_innermost:
            # The bounds of the row are written out, so that LLVM can prove that reads and writes do not overlap.
            size = self.parts.size
            lines += [
                f"for j in range(min({size}, {n} - part * {size})):",
                f"    i{depth} = min(part * {size} + j, {n - 1})",
                *[f"    {line}" for line in inner],
            ]
        elif inner and is_innermost:
            lines += self._innermost(*self._bounds(depth, n))
        elif inner:
            lines += [f"for i{depth} in range({n}):", *[f"    {line}" for line in inner]]
        return [*lines, *self.after[depth]]

    def _innermost(self, start: str, stop: str) -> list[str]:
        """The lines of the innermost loop, from one index to another."""
        index = f"i{len(self.dims) - 1}"
        if self.cut is not None:
            return self.cut.over(index, start, stop)
        word = INDEPENDENT if self.is_independent else "range"
        bounds = stop if start == "0" else f"{start}, {stop}"
        return [f"for {index} in {word}({bounds}):", *[f"    {line}" for line in self.before[-1]]]

    def _in_lanes(self, inner: list[str]) -> list[str]:
        """The lines of an innermost loop of few iterations, of which some may be computed twice."""
        # A loop of fewer than 16 steps is not turned into SIMD unless its length is hidden. Eight at a time leave
        # no rest: the last eight begin where they must, and what is computed twice is the same.
        index, n = f"i{len(self.dims) - 1}", self.dims[-1]
        first, count = f"min(b * {_LANES}, {n - _LANES})", f"hidden({_LANES})"
        if self.cut is not None:
            body = [f"c = {first}", *self.cut.in_block(index, count)]
        else:
            word = INDEPENDENT if self.is_independent else "range"
            body = [f"for j in {word}({count}):", f"    {index} = {first} + j", *[f"    {line}" for line in inner]]
        return [f"for b in range({-(-n // _LANES)}):", *[f"    {line}" for line in body]]

    def _bounds(self, depth: int, n: int) -> tuple[str, str]:
        """The bounds of n iterations, or blocks of them; those of a part, if the loop is cut."""
        parts = self.parts
        if parts is None or depth != parts.depth:
            return "0", str(n)
        size = parts.size * (BLOCK if n == self.dims[depth] else 1)
        return f"part * {size}", f"min({n}, part * {size} + {size})"

    def _is_short_and_long(self) -> bool:
        """Whether there are few iterations of many operations that may be computed twice."""
        operations = self.loop.operations
        return (
            len(self.dims) == 1
            and _LANES <= self.dims[0] < _SHORT
            and (self.dims[0] < 2 * _LANES or self.dims[0] % _LANES != 0)
            and sum([20 if is_function(o.name) else 1 for o in operations if isinstance(o, Compute)]) >= _LONG
            and all(isinstance(o, Compute) for o in operations)
        )


def converted(x: str, own: np.dtype[Any], dtype: np.dtype[Any]) -> str:
    """The expression of x in another dtype."""
    if dtype.kind == "b":
        return f"{x} != {literal(own.type(0))}"
    return f"{dtype_name(dtype)}({x})"


def kept_strides(operation: Reduce) -> tuple[int, ...]:
    """The strides of the result along the axes of the operand: 0 along those that are reduced."""
    kept: Shape = tuple([n for i, n in enumerate(operation.shape) if i not in operation.axes])
    strides = iter(c_strides(kept))
    return tuple([0 if i in operation.axes else next(strides) for i in range(len(operation.shape))])
