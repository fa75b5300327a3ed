"""The source of a kernel, in CUDA C++."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.transforms.jit.axes import axes_of
from pydezero.transforms.jit.emit_operations import first_of
from pydezero.transforms.jit.gpu.elements import Scope, Values, indices, strides_of
from pydezero.transforms.jit.gpu.expressions import converted, number, type_of
from pydezero.transforms.jit.gpu.kernels import Kernel, Schedule
from pydezero.transforms.jit.gpu.layout import BLOCK, Layout, layout_of, second_layout
from pydezero.transforms.jit.native_names import is_function
from pydezero.transforms.jit.program import Reduce, c_strides

_FEW_LINES: Final = 12


@attrs.frozen(eq=False)
class Launch:
    """A kernel of the device and how it is launched.

    Attributes:
        name: its name in the source.
        source: its source.
        buffers: the buffers that it takes, in order; then the loops of the graph whose indices it takes.
        steps: these loops.
        partial: the dtypes and lengths of memory that it needs to take after them, for what the next launch puts
            together.
        grid: the number of blocks along both axes.
        threads: the threads of a block.
    """

    name: str
    source: str
    buffers: list[int]
    steps: list[int]
    partial: list[tuple[np.dtype[Any], int]]
    grid: tuple[int, int]
    threads: int


def launches(name: str, kernel: Kernel, schedule: Schedule, host: Collection[int]) -> list[Launch]:
    """The launches of a kernel, of which the second puts together what the first has reduced in parts.

    `host` are the inputs that are numbers of the host, and are given as they are.
    """
    if 0 in kernel.kept:
        return []
    if not kernel.reduced:
        return [] if 0 in kernel.shape else [_elements(name, kernel, Scope(kernel, schedule, host))]
    if 0 in kernel.shape:
        return [_empty(name, kernel, Scope(kernel, schedule, host))]
    return _Reduction(name, kernel, schedule, host).launches()


def _launch(
    name: str,
    scope: Scope,
    lines: Sequence[str],
    grid: tuple[int, int],
    threads: int,
    of_partial: Sequence[str] = (),
    partial: Sequence[tuple[np.dtype[Any], int]] = (),
) -> Launch:
    """The launch of a kernel with these lines; `of_partial` are the parameters for memory that the next one shares."""
    source = "\n".join([scope.head(name, threads, of_partial), *[f"    {line}" for line in lines], "}"])
    return Launch(name, source, [*scope.parameters], [*scope.steps], [*partial], grid, threads)


def _elements(name: str, kernel: Kernel, scope: Scope) -> Launch:
    """The launch of a kernel that computes element by element."""
    axes = axes_of(kernel.shape, strides_of(scope))
    values = Values(scope, kernel.shape, axes, scope.operations, {})
    for b in kernel.stored:
        values.store(b, c_strides(kernel.shape))
    for o in kernel.writes:
        values.write(o)
    size = math.prod(kernel.shape)
    kind = scope.index
    threads = BLOCK if size > 1 else 1
    lines = [f"const {kind} i = ({kind})blockIdx.x * {threads} + threadIdx.x;", f"if (i >= {size}) return;"]
    lines += [*indices(axes, "i", kind, reduced=False), *values.outer, *values.inner]
    return _launch(name, scope, lines, (-(-size // threads), 1), threads)


def _empty(name: str, kernel: Kernel, scope: Scope) -> Launch:
    """The launch of a kernel for reductions over no elements."""
    size = math.prod(kernel.kept)
    known = {o.out: number(first_of(o)) for o in kernel.reduced}
    lines = [f"const int i = blockIdx.x * {BLOCK} + threadIdx.x;", f"if (i >= {size}) return;"]
    return _launch(name, scope, [*lines, *_finish(scope, known, "i")], (-(-size // BLOCK), 1), BLOCK)


def _finish(scope: Scope, known: Mapping[int, str], of: str) -> list[str]:
    """The lines behind the reductions, for one index: they compute with the results, and store them."""
    kernel = scope.kernel
    strides = [x.strides for x in scope.schedule.reads(kernel) if len(x.strides) == len(kernel.kept)]
    axes = axes_of(kernel.kept, [*strides, c_strides(kernel.kept)])
    values = Values(scope, kernel.kept, axes, kernel.after, known)
    for b in kernel.stored:
        if b in known or b in kernel.after:
            values.store(b, c_strides(kernel.kept))
    return [*indices(axes, of, scope.index, reduced=False), *values.outer, *values.inner]


class _Reduction:
    """A kernel that reduces, in one launch or in two."""

    def __init__(self, name: str, kernel: Kernel, schedule: Schedule, host: Collection[int]) -> None:
        self.name = name
        self.kernel = kernel
        self.scope = Scope(kernel, schedule, host)
        self.axes = axes_of(kernel.shape, strides_of(self.scope), [kernel.reduced[0].axes])
        places = [x for x in schedule.reads(kernel) if len(x.strides) == len(kernel.shape)]
        self.layout = layout_of(self.axes, places)
        self.kept = math.prod(kernel.kept)
        self.count = math.prod(kernel.shape) // self.kept

    def launches(self) -> list[Launch]:
        kernel, scope, layout = self.kernel, self.scope, self.layout
        values = Values(scope, kernel.shape, self.axes, scope.operations, {})
        steps = [_step(o, f"a{o.out}", values.operand(o.operand, o.dtype)[0]) for o in kernel.reduced]
        for b in kernel.stored:
            if b in kernel.computed:
                values.store(b, c_strides(kernel.shape))
        body = [*values.inner, *steps]
        kind = scope.index
        loop = [
            *indices(self.axes, "o", kind, reduced=False),
            *values.outer,
            f"#pragma unroll {self._unrolled(len(body))}",
            f"for ({kind} r = {self._first()}; r < {self.count}; r += {layout.lanes * layout.parts}) {{",
            *[f"    {line}" for line in (*indices(self.axes, "r", kind, reduced=True), *body)],
            "}",
        ]
        if layout.parts == 1:
            finish = _finish(scope, _totals(kernel), "o")
            lines = _reducing(kernel.reduced, layout, self.kept, kind, loop, finish)
            return [_launch(self.name, scope, lines, self._grid(layout), layout.threads)]
        names = [f"q{o.out}" for o in kernel.reduced]
        finish = [
            f"{q}[({kind})blockIdx.y * {self.kept} + o] = a{o.out};" for q, o in zip(names, kernel.reduced, strict=True)
        ]
        lines = _reducing(kernel.reduced, layout, self.kept, kind, loop, finish)
        partial = [(_held(o.dtype), self.kept * layout.parts) for o in kernel.reduced]
        of_partial = [f"{type_of(dtype)}* {q}" for q, (dtype, _) in zip(names, partial, strict=True)]
        first = _launch(self.name, scope, lines, self._grid(layout), layout.threads, of_partial, partial)
        return [first, self._second(names, partial)]

    def _unrolled(self, lines: int) -> int:
        """How many steps of the loop are written out: the more, the more reads are on the way at the same time."""
        if any(is_function(o.name) for o in self.scope.operations.values()) and lines > _FEW_LINES:
            return 1
        return 4 if lines <= 4 * _FEW_LINES else 1

    def _first(self) -> str:
        return "lane" if self.layout.parts == 1 else f"({self.scope.index})blockIdx.y * {self.layout.lanes} + lane"

    def _grid(self, layout: Layout) -> tuple[int, int]:
        return -(-self.kept // layout.results), layout.parts

    def _second(self, names: Sequence[str], partial: list[tuple[np.dtype[Any], int]]) -> Launch:
        """The launch that puts parts together."""
        kernel = self.kernel
        scope = Scope(kernel, self.scope.schedule, self.scope.host)
        layout = second_layout(self.kept, self.layout.parts)
        kind = scope.index
        steps = [_step(o, f"a{o.out}", f"{q}[r * {self.kept} + o]") for q, o in zip(names, kernel.reduced, strict=True)]
        loop = [
            "#pragma unroll 4",
            f"for ({kind} r = lane; r < {self.layout.parts}; r += {layout.lanes}) {{",
            *[f"    {line}" for line in steps],
            "}",
        ]
        finish = _finish(scope, _totals(kernel), "o")
        lines = _reducing(kernel.reduced, layout, self.kept, kind, loop, finish)
        of_partial = [f"const {type_of(d)}* __restrict__ {q}" for q, (d, _) in zip(names, partial, strict=True)]
        return _launch(f"{self.name}_joined", scope, lines, self._grid(layout), layout.threads, of_partial, partial)


def _reducing(
    reduced: Sequence[Reduce], layout: Layout, kept: int, kind: str, loop: Sequence[str], finish: Sequence[str]
) -> list[str]:
    """The lines of a block: each thread reduces what the loop gives it, and the threads of a result join."""
    lane, result = ("%", "/") if layout.lanes_first else ("/", "%")
    by = layout.lanes if layout.lanes_first else layout.results
    lines = [
        f"const int lane = threadIdx.x {lane} {by};",
        f"const {kind} o = ({kind})blockIdx.x * {layout.results} + threadIdx.x {result} {by};",
    ]
    lines += [f"{type_of(_held(o.dtype))} a{o.out} = {number(_held(o.dtype).type(first_of(o)))};" for o in reduced]
    is_full = kept % layout.results == 0
    lines += loop if is_full else [f"if (o < {kept}) {{", *[f"    {line}" for line in loop], "}"]
    for o in reduced:
        lines += _joined(o, layout)
    lines.append(f"if (lane == 0{'' if is_full else f' && o < {kept}'}) {{")
    return [*lines, *[f"    {line}" for line in finish], "}"]


def _joined(o: Reduce, layout: Layout) -> list[str]:
    """The lines in which the threads of a result put together what each has, in the same order always."""
    if layout.lanes == 1:
        return []
    total = f"a{o.out}"
    if layout.lanes_first and layout.lanes <= 32:
        return [
            "#pragma unroll",
            f"for (int by = {layout.lanes // 2}; by > 0; by /= 2)",
            f"    {_step(o, total, f'__shfl_down_sync(0xffffffffu, {total}, by, {layout.lanes})')}",
        ]
    kind = type_of(_held(o.dtype))
    shared, stride = f"s{o.out}", 1 if layout.lanes_first else layout.results
    first = 1 << max(0, (layout.lanes - 1).bit_length() - 1)
    bound = f" && lane + by < {layout.lanes}" if layout.lanes != 2 * first else ""
    return [
        f"__shared__ {kind} {shared}[{layout.threads}];",
        f"{shared}[threadIdx.x] = {total};",
        "__syncthreads();",
        f"for (int by = {first}; by > 0; by /= 2) {{",
        f"    if (lane < by{bound}) {{",
        f"        {_step(o, total, f'{shared}[threadIdx.x + by * {stride}]')}",
        f"        {shared}[threadIdx.x] = {total};",
        "    }",
        "    __syncthreads();",
        "}",
    ]


def _totals(kernel: Kernel) -> dict[int, str]:
    """The results of reductions, each in the dtype of its buffer."""
    return {o.out: converted(f"a{o.out}", _held(o.dtype), o.dtype) for o in kernel.reduced}


def _held(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of a total: threads exchange no fewer than 32 bits."""
    if dtype.kind in "bi" and dtype.itemsize < 4:
        return np.dtype(np.int32)
    return np.dtype(np.uint32) if dtype.kind == "u" and dtype.itemsize < 4 else dtype


def _step(o: Reduce, total: str, value: str) -> str:
    """The line that adds one more value to a total."""
    kind = type_of(_held(o.dtype))
    if o.name in ("sum", "prod"):
        return f"{total} {'+' if o.name == 'sum' else '*'}= ({kind}){value};"
    if o.name in ("any", "all"):
        return f"{total} {'|' if o.name == 'any' else '&'}= ({kind}){value};"
    return f"{total} = {'largest_' if o.name == 'max' else 'smallest_'}<{kind}>({total}, {value});"
