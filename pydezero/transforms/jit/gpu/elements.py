"""The elements of a kernel: how they are read, computed and written at an index, as lines of CUDA C++."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np

from pydezero.transforms.jit.axes import Axes
from pydezero.transforms.jit.emit_nest import kept_strides
from pydezero.transforms.jit.fuse import is_same_element
from pydezero.transforms.jit.gpu.expressions import converted, expression, number, type_of
from pydezero.transforms.jit.gpu.kernels import Kernel, Schedule
from pydezero.transforms.jit.program import (
    Assign,
    Buffer,
    Compute,
    Literal,
    Operand,
    Place,
    Shape,
    Store,
    c_strides,
    outs_of,
)

_LARGE: Final = 1 << 30
"""So many elements take indices of 64 bits."""


class Scope:
    """The parameters of a kernel."""

    def __init__(self, kernel: Kernel, schedule: Schedule, host: Collection[int]) -> None:
        self.kernel = kernel
        self.schedule = schedule
        self.buffers: Mapping[int, Buffer] = schedule.program.buffers
        self.host = host
        self.written: set[int] = {*kernel.stored, *[out for o in kernel.writes for out in outs_of(o)]}
        self.parameters: dict[int, None] = {}
        self.steps: dict[int, None] = {}
        self.operations: dict[int, Compute] = schedule.operations(kernel)
        used = {*self.written, *[x.buffer for x in schedule.reads(kernel)]}
        size = max([math.prod(kernel.shape), *[self.buffers[b].size for b in used]])
        self.index = "long long" if size >= _LARGE else "int"

    def head(self, name: str, threads: int, partial: Sequence[str] = ()) -> str:
        """The line that begins the kernel."""
        texts: list[str] = []
        for b in self.parameters:
            kind = type_of(self.buffers[b].dtype)
            if b in self.host:
                texts.append(f"const {kind} v{b}")
            elif b in self.written:
                texts.append(f"{kind}* p{b}")
            else:
                texts.append(f"const {kind}* __restrict__ p{b}")
        texts += [f"const {self.index} t{loop}" for loop in self.steps]
        return f'extern "C" __global__ void __launch_bounds__({threads}) {name}({", ".join([*texts, *partial])}) {{'


class Values:
    """The lines that compute elements at an index, of which each is computed once.

    Attributes:
        outer: the lines for what is the same along the axes that are reduced.
        inner: those for the rest.
    """

    def __init__(
        self,
        scope: Scope,
        shape: Shape,
        axes: Axes,
        computed: Mapping[int, Compute],
        known: Mapping[int, str],
    ) -> None:
        self.scope = scope
        self.buffers: Mapping[int, Buffer] = scope.buffers
        self.shape = shape
        self.axes = axes
        self.computed = computed
        self.names: dict[int, tuple[str, bool]] = {b: (name, False) for b, name in known.items()}
        self.loaded: dict[Place, tuple[str, bool]] = {}
        self.outer: list[str] = []
        self.inner: list[str] = []
        self.pairs: dict[int, tuple[int, int]] = _sines_and_cosines(computed)

    def _line(self, text: str, is_inner: bool) -> None:
        (self.inner if is_inner else self.outer).append(text)

    def operand(self, x: Operand, dtype: np.dtype[Any]) -> tuple[str, bool]:
        """An operand in a dtype, and whether it depends on an axis that is reduced."""
        if isinstance(x, Literal):
            return number(x.value.astype(dtype)), False
        name, is_inner = self._element(x)
        return converted(name, self.buffers[x.buffer].dtype, dtype), is_inner

    def _element(self, x: Place) -> tuple[str, bool]:
        b = x.buffer
        if b in self.names and (self.buffers[b].size == 1 or is_same_element(x, self.shape, self.buffers)):
            return self.names[b]
        if b in self.computed and is_same_element(x, self.shape, self.buffers):
            return self._compute(self.computed[b])
        if b in self.scope.schedule.numbers:
            return self._compute(self.scope.schedule.numbers[b])
        if x not in self.loaded:
            self.scope.parameters[b] = None
            if b in self.scope.host:
                return f"v{b}", False
            is_inner = self._is_inner(x)
            name = f"x{b}_{len(self.loaded)}"
            kind = type_of(self.buffers[b].dtype)
            self._line(f"const {kind} {name} = p{b}[{self.index(x)}];", is_inner)
            self.loaded[x] = name, is_inner
        return self.loaded[x]

    def _steps(self, x: Place) -> list[tuple[int, int]]:
        """The axes along which an element moves, each with its stride; for one of a number there is none."""
        strides = self.axes.strides(x.strides) if x.strides else ()
        return [(k, s) for k, s in enumerate(strides) if s and self.axes.lengths[k] > 1]

    def _is_inner(self, x: Place) -> bool:
        return any(self.axes.reduced[k] for k, _ in self._steps(x))

    def index(self, x: Place) -> str:
        """The index of an element in the memory of a buffer."""
        self.scope.steps.update(dict.fromkeys([loop for loop, s in x.steps if s]))
        terms = [f"t{loop} * {s}" for loop, s in x.steps if s]
        terms += [f"i{k}" if s == 1 else f"i{k} * {s}" for k, s in self._steps(x)]
        return " + ".join([*terms, *([str(x.offset)] if x.offset or not terms else [])])

    def _compute(self, o: Compute) -> tuple[str, bool]:
        dtype = self.buffers[o.out].dtype
        found = [self.operand(x, d) for x, d in zip(o.operands, o.dtypes, strict=True)]
        is_inner = any(inner for _, inner in found)
        if o.out not in self.names and o.out in self.pairs:
            self._sine_and_cosine(*self.pairs[o.out], found[0][0], is_inner)
        if o.out not in self.names:
            kind = type_of(dtype)
            if o.expression.startswith("{zero:"):
                text = number(dtype.type(0))
            else:
                of = o.dtypes[0] if o.dtypes else dtype
                text = expression(o.expression, [x for x, _ in found], of)
            self._line(f"const {kind} v{o.out} = ({kind})({text});", is_inner)
            self.names[o.out] = f"v{o.out}", is_inner
        return self.names[o.out]

    def _sine_and_cosine(self, sine: int, cosine: int, x: str, is_inner: bool) -> None:
        """Add the line that computes both at once, which takes little longer than one of them."""
        dtype = self.buffers[sine].dtype
        self._line(f"{type_of(dtype)} v{sine}, v{cosine};", is_inner)
        self._line(f"sincos{'f' if dtype.char == 'f' else ''}({x}, &v{sine}, &v{cosine});", is_inner)
        self.names.update({b: (f"v{b}", is_inner) for b in (sine, cosine)})

    def value(self, b: int) -> str:
        """The expression that the kernel computes for a buffer."""
        return self.names[b][0] if b in self.names else self._compute(self.computed[b])[0]

    def store(self, b: int, strides: Sequence[int]) -> None:
        """Add the line that writes an element."""
        name = self.value(b)
        self.scope.parameters[b] = None
        self.inner.append(f"p{b}[{self.index(Place(b, 0, tuple(strides)))}] = {name};")

    def write(self, o: Any) -> None:
        """Add the line of an operation that writes to a part of a buffer, or to all of it."""
        place = o.target if isinstance(o, Store) else Place(o.out, 0, c_strides(self.shape))
        name, _ = self.operand(o.operand, self.buffers[place.buffer].dtype)
        self.scope.parameters[place.buffer] = None
        adds = "+=" if isinstance(o, Store) and o.adds else "="
        self.inner.append(f"p{place.buffer}[{self.index(place)}] {adds} {name};")


def _sines_and_cosines(computed: Mapping[int, Compute]) -> dict[int, tuple[int, int]]:
    """The sines and cosines of the same element, each with both."""
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for out, o in computed.items():
        if o.name in ("sin", "cos"):
            found.setdefault((o.operands, o.dtypes), {})[o.name] = out
    pairs = [(x["sin"], x["cos"]) for x in found.values() if len(x) == 2]
    return {b: pair for pair in pairs for b in pair}


def strides_of(scope: Scope) -> list[tuple[int, ...]]:
    """The strides of what a kernel reads and writes, along the axes of its shape."""
    kernel = scope.kernel
    found = [x.strides for x in scope.schedule.reads(kernel) if len(x.strides) == len(kernel.shape)]
    found += [o.target.strides for o in kernel.writes if isinstance(o, Store)]
    found += [kept_strides(o) for o in kernel.reduced]
    if any(out in kernel.computed for out in kernel.stored) or any(isinstance(o, Assign) for o in kernel.writes):
        found.append(c_strides(kernel.shape))
    return found


def indices(axes: Axes, of: str, kind: str, *, reduced: bool) -> list[str]:
    """The lines that take an index along all kept or all reduced axes apart."""
    places = [k for k, is_reduced in enumerate(axes.reduced) if is_reduced == reduced and axes.lengths[k] > 1]
    lines: list[str] = []
    below = 1
    for k in reversed(places):
        n = axes.lengths[k]
        text = f"({of} / {below})" if below > 1 else of
        lines.append(f"const {kind} i{k} = {text if k == places[0] else f'{text} % {n}'};")
        below *= n
    return lines
