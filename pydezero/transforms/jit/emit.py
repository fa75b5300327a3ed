"""The Python source of a native function: the loops of a segment, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from pydezero.transforms.jit.emit_nest import COUNTERS, Nest, Scope
from pydezero.transforms.jit.emit_operations import lines_of
from pydezero.transforms.jit.emit_parts import AGAIN
from pydezero.transforms.jit.fuse import Loop
from pydezero.transforms.jit.plan import Plan, Segment
from pydezero.transforms.jit.program import Mark, Place, Product, Routine
from pydezero.transforms.jit.scalars import literal
from pydezero.transforms.jit.scratch import ALIGNMENT
from pydezero.transforms.staging.text import dtype_name


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
    may_fail: bool
    """Whether it returns, last, whether a routine has met something that NumPy must compute."""
    nbytes: int
    is_shared: bool
    """Whether threads help with it. It then takes how they are called, and the numbers of the section and of the part
    to compute, or -1: all parts that are left, or the whole function."""


def native_function(name: str, segment: Segment, plan: Plan) -> Native:
    """The native function of a segment."""
    return _Function(segment, plan).native(name)


class _Function:
    def __init__(self, segment: Segment, plan: Plan) -> None:
        self.segment = segment
        self.plan = plan
        self.buffers = plan.program.buffers
        self.scope = Scope(segment, plan)
        self.may_fail: bool = any(
            isinstance(step, Routine) or (isinstance(step, Mark) and step.kind == "fail") for _, step in segment.steps
        )
        self.lines: list[str] = []

    def native(self, name: str) -> Native:
        depth = 0
        for _, step in self.segment.steps:
            if isinstance(step, Loop):
                self.lines += [f"{'    ' * depth}{line}" for line in lines_of(step, self.scope)]
            elif isinstance(step, Product):
                self.lines.append(f"{'    ' * depth}{self._product(step)}")
            elif isinstance(step, Routine):
                self.lines.append(f"{'    ' * depth}{self._routine(step)}")
            else:
                depth = self._mark(step, depth)
        arrays = [b for b in self.plan.arrays if b in self.scope.own]
        writes = sorted([b for b in arrays if b not in self.scope.reads])
        reads = [b for b in self.scope.reads if b not in arrays]
        returns = sorted([b for b in self.plan.returned if b in self.scope.own])
        parameters = [f"p{b}" if self.buffers[b].shape else f"v{b}" for b in (*reads, *writes)]
        parameters += ["scratch"] if self.scope.nbytes else []
        results = [f"v{b}" for b in returns]
        head: list[str] = []
        for b, start in self.segment.scratch.items():
            head.append(f"p{b} = {dtype_name(self.buffers[b].dtype)}_at(scratch, {start})")
        if self.scope.looks_for_large:
            head.append("large = False")
            results.append("large")
        if self.may_fail:
            head.append("failed = False")
            results.append("failed")
        tail = [f"return {', '.join(results)}"] if results else []
        is_shared = bool(self.scope.sections)
        if is_shared:
            head += [f"v{b} = {literal(self.buffers[b].dtype.type(0))}" for b in returns]
            parameters += ["threads", "section", "part"]
            self.lines = self._with_sections(f"{name}({', '.join(parameters[:-2])}")
        body = [*head, *self.lines, *tail] or ["pass"]
        lines = [f"def {name}({', '.join(parameters)}):", *[f"    {line}" for line in body]]
        large = self.scope.looks_for_large
        return Native(name, lines, reads, writes, returns, large, self.may_fail, self.scope.nbytes, is_shared)

    def _with_sections(self, call: str) -> list[str]:
        """The lines that are run where no section is asked for, and the sections."""
        lines = [line.replace(f"{AGAIN}(", f"{call}, ") for line in self.lines]
        counters = f"{self.scope.counters(0)} + section * {COUNTERS}"
        taking = [
            "while True:",
            f"    taken = added(i64_at(scratch, {counters}))",
            f"    if taken >= i64_at(scratch, {counters} + {2 * ALIGNMENT})[0]:",
            "        break",
            f"    {call}, section, taken)",
            f"    added(i64_at(scratch, {counters} + {ALIGNMENT}))",
        ]
        branches = ("if section < 0:", lines), ("elif part < 0:", taking), ("else:", _chosen(self.scope.sections, 0))
        return [line for head, body in branches for line in (head, *[f"    {line}" for line in body])]

    def _product(self, product: Product) -> str:
        """The line of a product by BLAS."""
        arguments = [self._address(x) for x in (product.a, product.b, product.target)]
        kind = "".join(["t" if transposed else "n" for transposed in product.transposed])
        return f"product_{kind}({', '.join([*arguments, *map(str, product.sides)])})"

    def _routine(self, routine: Routine) -> str:
        """The line of a routine, which takes the distances of rows and of columns beside the sides."""
        arguments = [self._address(x) for x in (*routine.operands, *routine.factors, routine.target, *routine.work)]
        numbers = [*routine.sides, *[s for x in routine.operands for s in x.strides]]
        return f"failed = failed | {routine.name}({', '.join([*arguments, *map(str, numbers)])})"

    def _address(self, x: Place) -> str:
        """The address of the first element of a place."""
        if x.buffer not in self.scope.own:
            self.scope.reads[x.buffer] = None
        offset = " + ".join([f"t{loop} * {s}" for loop, s in x.steps if s] + ([str(x.offset)] if x.offset else []))
        return f"advanced(p{x.buffer}, {offset})" if offset else f"p{x.buffer}"

    def _condition(self, mark: Mark, indent: str) -> str:
        """The condition of a mark, which lines of their own may compute."""
        assert mark.operand is not None
        nest = Nest(self.scope, Loop((), []))
        dtype = np.dtype(bool)
        if mark.case is not None:
            assert isinstance(mark.operand, Place)
            dtype = self.buffers[mark.operand.buffer].dtype
        condition = nest.operand(mark.operand, dtype)
        self.lines += [f"{indent}{line}" for line in nest.before[0]]
        return condition if mark.case is None else f"{condition} == {mark.case}"

    def _mark(self, mark: Mark, depth: int) -> int:
        """Add the line of a loop or branch of the graph; the depth of the next line."""
        indent = "    " * depth
        if mark.kind == "for":
            n = mark.length
            self.lines.append(f"{indent}for t{mark.number} in range({f'{n - 1}, -1, -1' if mark.reverse else n}):")
        elif mark.kind == "while":
            self.lines.append(f"{indent}while True:")
            if self.may_fail:  # what is no number may never let it end
                self.lines += [f"{indent}    if failed:", f"{indent}        break"]
        elif mark.kind in ("if", "break", "fail"):
            condition = self._condition(mark, indent)
            if mark.kind == "fail":
                self.lines.append(f"{indent}failed = failed | {condition}")
                return depth
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


def _chosen(sections: Sequence[list[str]], first: int) -> list[str]:
    """The lines that run the section of a number; the first one is known to be no larger."""
    if len(sections) == 1:
        return sections[0]
    half = len(sections) // 2
    return [
        f"if section < {first + half}:",
        *[f"    {line}" for line in _chosen(sections[:half], first)],
        "else:",
        *[f"    {line}" for line in _chosen(sections[half:], first + half)],
    ]
