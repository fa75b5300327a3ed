"""The Python source of a native function: the loops of a segment, one after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.transforms.jit.fuse import Loop, is_same_element
from pydezero.transforms.jit.native_names import has_limit, is_function
from pydezero.transforms.jit.plan import Plan, Segment
from pydezero.transforms.jit.program import (
    Assign,
    Buffer,
    Compute,
    Literal,
    Mark,
    Operand,
    Place,
    Product,
    Reduce,
    Shape,
    Store,
    c_strides,
    operands_of,
    outs_of,
)
from pydezero.transforms.jit.scalars import literal, name_of

BLOCK: Final = 1024
"""The number of elements that are added up in any order; the sums of such blocks are added exactly, nearly."""

_LANES: Final = 8
_SHORT: Final = 64
_LONG: Final = 20


@attrs.frozen(eq=False)
class Native:
    """The source of a native function, and what it takes: buffers (read and written), then scratch memory if any."""

    name: str
    lines: list[str]
    reads: list[int]
    writes: list[int]
    returns: list[int]
    looks_for_large: bool
    """Whether it returns, after the others, whether an argument was too large for a function."""
    nbytes: int


def native_function(name: str, segment: Segment, plan: Plan) -> Native:
    """The native function of a segment."""
    return _Function(segment, plan).native(name)


class _Function:
    def __init__(self, segment: Segment, plan: Plan) -> None:
        self.segment = segment
        self.plan = plan
        self.buffers: Mapping[int, Buffer] = plan.program.buffers
        self.own = {
            out
            for _, step in segment.steps
            for o in (step.operations if isinstance(step, Loop) else (step,))
            for out in outs_of(o)
        }
        self.reads: dict[int, None] = {}
        self.lines: list[str] = []
        self.count = 0
        self.looks_for_large = False

    def native(self, name: str) -> Native:
        depth = 0
        for _, step in self.segment.steps:
            if isinstance(step, Loop):
                nest = _Nest(self, step)
                nest.emit()
                self.lines += [f"{'    ' * depth}{line}" for line in nest.lines]
            elif isinstance(step, Product):
                self.lines.append(f"{'    ' * depth}{self._product(step)}")
            else:
                depth = self._mark(step, depth)
        arrays = [b for b in self.plan.arrays if b in self.own]
        writes = sorted([b for b in arrays if b not in self.reads])
        reads = [b for b in self.reads if b not in arrays]
        returns = sorted([b for b in self.plan.returned if b in self.own])
        head: list[str] = []
        head += [f"p{b} = pointer(array{b})" for b in (*reads, *writes) if self.buffers[b].shape]
        for b, start in self.segment.scratch.items():
            head.append(f"p{b} = {name_of(self.buffers[b].dtype)}_at(scratch, {start})")
        parameters = [f"array{b}" if self.buffers[b].shape else f"v{b}" for b in (*reads, *writes)]
        parameters += ["scratch"] if self.segment.nbytes else []
        results = [f"v{b}" for b in returns]
        if self.looks_for_large:
            head.append("large = False")
            results.append("large")
        tail = [f"return {', '.join(results)}"] if results else []
        body = [*head, *self.lines, *tail] or ["pass"]
        lines = [f"def {name}({', '.join(parameters)}):", *[f"    {line}" for line in body]]
        return Native(name, lines, reads, writes, returns, self.looks_for_large, self.segment.nbytes)

    def _product(self, product: Product) -> str:
        """The line of a product by BLAS."""
        arguments: list[str] = []
        for x in (product.a, product.b, product.target):
            if x.buffer not in self.own:
                self.reads[x.buffer] = None
            offset = " + ".join([f"t{loop} * {s}" for loop, s in x.steps if s] + ([str(x.offset)] if x.offset else []))
            arguments.append(f"advanced(p{x.buffer}, {offset})" if offset else f"p{x.buffer}")
        kind = "".join(["t" if transposed else "n" for transposed in product.transposed])
        return f"product_{kind}({', '.join([*arguments, *map(str, product.sides)])})"

    def _mark(self, mark: Mark, depth: int) -> int:
        """Add the line of a loop or branch of the graph; the depth of the next line."""
        indent = "    " * depth
        if mark.kind == "for":
            n = mark.length
            self.lines.append(f"{indent}for t{mark.number} in range({f'{n - 1}, -1, -1' if mark.reverse else n}):")
        elif mark.kind == "while":
            self.lines.append(f"{indent}while True:")
        elif mark.kind in ("if", "break"):
            assert mark.operand is not None
            nest = _Nest(self, Loop((), []))
            dtype = np.dtype(bool)
            if mark.case is not None:
                assert isinstance(mark.operand, Place)
                dtype = self.buffers[mark.operand.buffer].dtype
            condition = nest.operand(mark.operand, dtype)
            self.lines += [f"{indent}{line}" for line in nest.before[0]]
            if mark.case is not None:
                condition = f"{condition} == {mark.case}"
            self.lines.append(f"{indent}if {condition}:" if mark.kind == "if" else f"{indent}if not {condition}:")
            if mark.kind == "break":
                self.lines.append(f"{indent}    break")
                return depth
        elif mark.kind == "else":
            self.lines += [f"{indent}pass", f"{indent[4:]}else:"]
            return depth
        else:
            if mark.kind == "end":
                self.lines.append(f"{indent}pass")
            return depth - (mark.kind == "end")
        return depth + 1

    def is_variable(self, buffer: int) -> bool:
        """Whether a buffer is a variable of the function."""
        return not self.buffers[buffer].shape if buffer not in self.own else buffer in self.plan.variables


class _Nest:
    """The loops over the axes of a shape, of which neighbours are one loop where all strides allow it."""

    def __init__(self, function: _Function, loop: Loop) -> None:
        self.function = function
        self.loop = loop
        self.lines: list[str] = []
        self.buffers = function.buffers
        self.local: set[int] = set()
        self.dims: list[int] = []
        self.groups: list[list[int]] = []  # the axes of the shape that are one loop
        self.loaded: dict[tuple[Place, str], str] = {}
        self._collapse()
        depth = len(self.dims)
        self.before: list[list[str]] = [[] for _ in range(depth + 1)]  # lines at each depth, before the next loop
        self.after: list[list[str]] = [[] for _ in range(depth + 1)]
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
                found.append(_kept_strides(operation))
            else:
                if isinstance(operation, Compute):
                    made.add(operation.out)
                if operation.out not in self.function.plan.unstored:
                    found.append(c_strides(self.loop.shape))
        return found

    def _collapse(self) -> None:
        shape = self.loop.shape
        places = list(dict.fromkeys(self._places()))
        reduced = [o.axes for o in self.loop.operations if isinstance(o, Reduce)]
        for axis, n in enumerate(shape):
            if (
                self.groups
                and all(s[axis - 1] == s[axis] * n for s in places)
                and all((axis in axes) == (axis - 1 in axes) for axes in reduced)
            ):
                self.groups[-1].append(axis)
                self.dims[-1] *= n
            else:
                self.groups.append([axis])
                self.dims.append(n)

    def _strides(self, strides: Sequence[int]) -> list[int]:
        return [strides[group[-1]] for group in self.groups]

    # Expressions.

    def index(self, offset: int, strides: Sequence[int], steps: Sequence[tuple[int, int]] = ()) -> str:
        terms = [f"t{loop} * {s}" if s != 1 else f"t{loop}" for loop, s in steps if s]
        terms += [
            f"i{k}" if s == 1 else f"i{k} * {s}" for k, s in enumerate(self._strides(strides)) if s and self.dims[k] > 1
        ]
        if offset or not terms:
            terms.append(str(offset))
        return " + ".join(terms)

    def depth_of(self, strides: Sequence[int]) -> int:
        """The number of loops around which something with these strides changes."""
        depth = 0
        for k, s in enumerate(self._strides(strides)):
            if s and self.dims[k] > 1:
                depth = k + 1
        return depth

    def line(self, text: str, depth: int | None = None) -> None:
        self.before[len(self.dims) if depth is None else depth].append(text)

    def operand(self, x: Operand, dtype: np.dtype[Any]) -> str:
        """An operand in a dtype: a literal, a variable or an element that is read once."""
        if isinstance(x, Literal):
            return literal(x.value.astype(dtype))
        own = self.buffers[x.buffer].dtype
        name, depth = self._element(x)
        if own == dtype:
            return name
        key = (x, name_of(dtype))
        if key not in self.loaded:
            self.loaded[key] = f"{name}{name_of(dtype)}" if "_" not in name else f"{name}_{name_of(dtype)}"
            self.line(f"{self.loaded[key]} = {converted(name, own, dtype)}", depth)
        return self.loaded[key]

    def _element(self, x: Place) -> tuple[str, int | None]:
        """The variable that has an element, and the depth at which it is known."""
        function = self.function
        if x.buffer in self.local and is_same_element(x, self.loop.shape, self.buffers):
            return f"v{x.buffer}", None
        if x.buffer not in function.own:
            function.reads[x.buffer] = None
        if function.is_variable(x.buffer):
            return f"v{x.buffer}", 0
        key = (x, "")
        depth = self.depth_of(x.strides)
        if key not in self.loaded:
            function.count += 1
            self.loaded[key] = f"x{x.buffer}_{function.count}"
            element = f"p{x.buffer}[{self.index(x.offset, x.strides, x.steps)}]"
            if self.buffers[x.buffer].dtype.kind == "b":
                element = f"{element} != 0"
            self.line(f"{self.loaded[key]} = {element}", depth)
        return self.loaded[key], depth

    # Operations.

    def emit(self) -> None:
        if 0 in self.loop.shape:
            self._empty()
            return
        for operation in self.loop.operations:
            if isinstance(operation, Compute):
                self._compute(operation)
            elif isinstance(operation, Store):
                self._store(operation)
            elif isinstance(operation, Assign):
                self._assign(operation)
            else:
                self._reduce(operation)
        self.lines = self._nested(0)

    def _empty(self) -> None:
        """Of no elements there are only reductions."""
        for operation in self.loop.operations:
            if isinstance(operation, Reduce):
                first = literal(_first(operation))
                is_variable = operation.out in self.function.plan.variables
                if is_variable:
                    self.lines.append(f"v{operation.out} = {first}")
                buffer = self.buffers[operation.out]
                if buffer.shape and (not is_variable or operation.out in self.function.plan.arrays):
                    self.lines += _filling(operation.out, buffer.size, _stored(first, operation.dtype))

    def _nested(self, depth: int) -> list[str]:
        if depth == len(self.dims):
            return self.before[depth]
        lines = list(self.before[depth])
        n = self.dims[depth]
        inner = self._nested(depth + 1)
        if depth == len(self.dims) - 1 and self.after_block:
            if n > BLOCK:
                lines += [
                    f"for b in range({-(-n // BLOCK)}):",
                    *[f"    {line}" for line in self.in_block],
                    f"    for i{depth} in range(b * {BLOCK}, min({n}, b * {BLOCK} + {BLOCK})):",
                    *[f"        {line}" for line in inner],
                    *[f"    {line}" for line in self.after_block],
                ]
            else:
                lines += [*self.in_block, f"for i{depth} in range({n}):", *[f"    {line}" for line in inner]]
                lines += self.after_block
        elif inner and self._is_short_and_long():
            # A loop of fewer than 16 steps is not turned into SIMD unless its length is hidden. Eight at a time leave
            # no rest: the last eight begin where they must, and what is computed twice is the same.
            lines += [
                f"for b in range({-(-n // _LANES)}):",
                f"    for j in range(hidden({_LANES})):",
                f"        i{depth} = min(b * {_LANES}, {n - _LANES}) + j",
                *[f"        {line}" for line in inner],
            ]
        elif inner:
            lines += [f"for i{depth} in range({n}):", *[f"    {line}" for line in inner]]
        return [*lines, *self.after[depth]]

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

    def _compute(self, operation: Compute) -> None:
        out, dtype = operation.out, self.buffers[operation.out].dtype
        operands = [self.operand(x, d) for x, d in zip(operation.operands, operation.dtypes, strict=True)]
        text = operation.expression
        if text.startswith("{zero:"):
            text = literal(dtype.type(0))
        else:
            for i, x in enumerate(operands):
                text = text.replace(f"{{{i}}}", x)
        if has_limit(operation.name):
            self._look_for_large(operation.name, operands[0])
        if dtype.kind in "iu" and dtype.itemsize < 8 and text not in operands:
            text = f"{name_of(dtype)}({text})"
        self.line(f"v{out} = {text}")
        self.local.add(out)
        plan = self.function.plan
        if self.buffers[out].shape and (out in plan.arrays or out in self.function.segment.scratch):
            stored = _stored(f"v{out}", dtype)
            self.line(f"p{out}[{self.index(0, c_strides(self.loop.shape))}] = {stored}")

    def _look_for_large(self, name: str, x: str) -> None:
        """Add the line that notes an argument beyond the limit of a function."""
        line = f"large = large | ((abs({x}) > limit_of_{name}) & (abs({x}) < inf))"
        self.function.looks_for_large = True
        if line not in self.before[-1]:
            self.line(line)

    def _assign(self, operation: Assign) -> None:
        out, dtype = operation.out, self.buffers[operation.out].dtype
        value = self.operand(operation.operand, dtype)
        if out in self.function.plan.variables:
            self.line(f"v{out} = {value}")
        if self.buffers[out].shape and (out in self.function.plan.arrays or out in self.function.segment.scratch):
            self.line(f"p{out}[{self.index(0, c_strides(self.loop.shape))}] = {_stored(value, dtype)}")

    def _store(self, operation: Store) -> None:
        target = operation.target
        dtype = self.buffers[target.buffer].dtype
        value = _stored(self.operand(operation.operand, dtype), dtype)
        place = f"p{target.buffer}[{self.index(target.offset, target.strides, target.steps)}]"
        self.line(f"{place} = {place} + {value}" if operation.adds else f"{place} = {value}")

    # Reductions.

    def _reduce(self, operation: Reduce) -> None:
        flags = [group[0] in operation.axes for group in self.groups]
        depth = len(self.dims)
        inner = depth
        while inner and flags[inner - 1]:
            inner -= 1
        value = self.operand(operation.operand, operation.dtype)
        strides = _kept_strides(operation)
        out = f"v{operation.out}"
        is_variable = operation.out in self.function.plan.variables
        into = f"p{operation.out}[{self.index(0, strides)}]"
        first = literal(_first(operation))
        dtype = operation.dtype
        so_far = f"({into} != 0)" if dtype.kind == "b" else into
        if any(flags[:inner]):  # what is reduced further out is added up in memory
            size = self.buffers[operation.out].size
            self.before[0] += _filling(operation.out, size, _stored(first, dtype))
            if inner == depth:
                self.line(f"{into} = {_stored(_step(operation, so_far, value), dtype)}")
                return
        self._accumulate(operation, value, first, inner)
        total = f"a{operation.out}"
        if any(flags[:inner]):
            self.after[inner].append(f"{into} = {_stored(_step(operation, so_far, total), dtype)}")
        elif is_variable:
            self.after[inner].append(f"{out} = {total}")
            if operation.out in self.function.plan.arrays:
                self.after[inner].append(f"p{operation.out}[0] = {_stored(total, dtype)}")
        else:
            self.after[inner].append(f"{into} = {_stored(total, dtype)}")

    def _accumulate(self, operation: Reduce, value: str, first: str, inner: int) -> None:
        """Add up along the axes from a depth on; the total is in `a` and the number of the buffer."""
        total, part = f"a{operation.out}", f"s{operation.out}"
        depth = len(self.dims)
        is_float_sum = operation.name == "sum" and operation.dtype.kind == "f"
        rows = math.prod(self.dims[inner : depth - 1])
        blocks = rows * max(1, -(-self.dims[depth - 1] // BLOCK))
        if not is_float_sum or blocks <= 1:
            self.before[inner].append(f"{total} = {first}")
            self.line(f"{total} = {_step(operation, total, value, free=True)}")
            return
        lost = f"c{operation.out}"
        self.before[inner] += [f"{total} = {first}", f"{lost} = {first}"]
        self.in_block.append(f"{part} = {first}")
        self.line(f"{part} = plus({part}, {value})")
        new = f"t{operation.out}"
        # The rounding error of each addition is added up, too (Neumaier 1974).
        self.after_block += [
            f"{new} = {total} + {part}",
            f"{lost} = {lost} + select("
            f"abs({total}) >= abs({part}), ({total} - {new}) + {part}, ({part} - {new}) + {total})",
            f"{total} = {new}",
        ]
        # It is no number where the sum is infinite.
        self.after[inner].append(f"{total} = select(abs({lost}) < inf, {total} + {lost}, {total})")


def _stored(x: str, dtype: np.dtype[Any]) -> str:
    """The expression of x as it lies in memory."""
    return f"u8({x})" if dtype.kind == "b" else x


def converted(x: str, own: np.dtype[Any], dtype: np.dtype[Any]) -> str:
    """The expression of x in another dtype."""
    if dtype.kind == "b":
        return f"{x} != {literal(own.type(0))}"
    return f"{name_of(dtype)}({x})"


def _filling(buffer: int, size: int, value: str) -> list[str]:
    return [f"for k in range({size}):", f"    p{buffer}[k] = {value}"]


def _first(operation: Reduce) -> np.generic:
    """What a reduction begins with."""
    kind = operation.dtype.type
    if operation.name in ("sum", "prod", "any", "all"):
        first: np.generic = kind(operation.name in ("prod", "all"))
        return first
    sign = -1 if operation.name == "max" else 1
    if operation.dtype.kind == "f":
        return kind(sign * math.inf)  # type: ignore[no-any-return]  # NumPy's stubs know no dtype here
    limits = np.iinfo(operation.dtype)
    return kind(limits.min if sign < 0 else limits.max)  # type: ignore[no-any-return]


def _step(operation: Reduce, total: str, value: str, *, free: bool = False) -> str:
    """The total with one more value; `free` if the order makes no difference."""
    is_float = operation.dtype.kind == "f"
    if operation.dtype.kind == "b":
        return f"{total} {'|' if operation.name == 'any' else '&'} {value}"
    if operation.name in ("sum", "prod"):
        if free and is_float:
            return f"{'plus' if operation.name == 'sum' else 'times'}({total}, {value})"
        text = f"{total} {'+' if operation.name == 'sum' else '*'} {value}"
        return text if is_float or operation.dtype.itemsize == 8 else f"{name_of(operation.dtype)}({text})"
    if is_float:
        return f"{'largest' if operation.name == 'max' else 'smallest'}({total}, {value})"
    return f"select({total} {'>' if operation.name == 'max' else '<'} {value}, {total}, {value})"


def _kept_strides(operation: Reduce) -> tuple[int, ...]:
    """The strides of the result along the axes of the operand: 0 along those that are reduced."""
    kept: Shape = tuple([n for i, n in enumerate(operation.shape) if i not in operation.axes])
    strides = iter(c_strides(kept))
    return tuple([0 if i in operation.axes else next(strides) for i in range(len(operation.shape))])
