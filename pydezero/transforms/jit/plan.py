"""Plans: the steps of a program, and where its buffers lie, as records that can be printed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import attrs

from pydezero.transforms.jit.fuse import Loop
from pydezero.transforms.jit.program import (
    OPENING,
    Call,
    Compute,
    Lowered,
    Mark,
    Operation,
    Product,
    Reduce,
    Routine,
    Store,
    outs_of,
)


@attrs.frozen(eq=False)
class Segment:
    """Consecutive loops that are one native function, or a step on a GPU; numbered as steps of the program."""

    steps: tuple[tuple[int, Loop | Product | Routine | Mark], ...]
    scratch: dict[int, int] = attrs.field(factory=dict)
    """The place in bytes of each buffer that lies in scratch memory."""
    nbytes: int = 0


@attrs.frozen(eq=False)
class Plan:
    """The steps of a program, and where its buffers lie.

    Attributes:
        parts: the native functions and the calls of NumPy, in order.
        variables: the buffers of one element that are a variable of a native function.
        returned: the variables that a native function returns, because other parts need them.
        arrays: the buffers that native functions write to and that are arrays.
        unstored: the buffers without memory: an element is needed only in the iteration that computes it.
        last: the last part that needs each buffer.
        segment: what `text` calls a segment.
    """

    program: Lowered
    parts: tuple[Segment | Call, ...]
    variables: frozenset[int]
    returned: frozenset[int]
    arrays: frozenset[int]
    unstored: frozenset[int]
    last: dict[int, int]
    segment: str = "native function"

    def text(self) -> str:
        """The loops with their operations, the calls and the buffers, and what they come to."""
        return "\n".join(_lines(self))

    def __str__(self) -> str:
        return self.text()

    @property
    def peak(self) -> int:
        """The most bytes that are in use at a time beside the arguments and constants."""
        buffers = self.program.buffers
        kept = set(self.program.outputs)
        live: set[int] = set()
        peak = 0
        for number, part in enumerate(self.parts):
            made = part.outs if isinstance(part, Call) else {out for _, _, o in within(part) for out in outs_of(o)}
            live.update([b for b in made if isinstance(part, Call) or b in self.arrays])
            peak = max(peak, sum([buffers[b].nbytes for b in live]) + (part.nbytes if isinstance(part, Segment) else 0))
            live = {b for b in live if b in kept or self.last.get(b, -1) > number}
        return peak

    @property
    def arithmetic(self) -> int:
        """The number of operations on elements in native functions, each loop of the graph counted once for a step."""
        count, times = 0, [1]
        for part in self.parts:
            for _, loop, operation in within(part) if isinstance(part, Segment) else ():
                if isinstance(operation, Mark):
                    if operation.kind in OPENING:
                        times.append(times[-1] * (operation.length if operation.kind == "for" else 1))
                    elif operation.kind == "end":
                        times.pop()
                elif isinstance(operation, Product):
                    count += times[-1] * 2 * math.prod(operation.sides)
                elif isinstance(operation, Routine):
                    count += times[-1] * _arithmetic_of(operation)
                elif loop is not None:
                    count += times[-1] * math.prod(loop.shape)
        return count


def _arithmetic_of(routine: Routine) -> int:
    """The number of operations on elements in a routine: those of the factors of its matrix, and of substitution."""
    n, *columns = routine.sides
    name = routine.name.removeprefix("large_")
    if name == "substitute":
        return 2 * n * n * sum(columns)
    if name not in ("cholesky", "det", "factor", "pivots", "solve"):
        return n * n * sum(columns)
    of_factors = n**3 // 3 if name == "cholesky" else 2 * n**3 // 3
    return of_factors + 2 * n * n * sum(columns)


def within(segment: Segment) -> Iterator[tuple[int, Loop | None, Operation]]:
    """The operations of a segment, each with its step, and the loop that it is in, if any."""
    for place, step in segment.steps:
        if isinstance(step, Loop):
            for operation in step.operations:
                yield place, step, operation
        else:
            yield place, None, step


def _lines(plan: Plan) -> Iterator[str]:
    buffers = plan.program.buffers
    for number, part in enumerate(plan.parts):
        if isinstance(part, Call):
            outs = ", ".join([_array(plan, out) for out in part.outs])
            yield f"call of {part.equation.name}: {outs}"
            continue
        yield f"{plan.segment} {number}:"
        depth = 1
        for _, step in part.steps:
            if isinstance(step, Mark):
                depth -= step.kind in ("else", "end")
                if step.kind in ("for", "while", "if", "else"):
                    yield "    " * depth + step.kind + (f" of {step.length} steps" if step.kind == "for" else "")
                    depth += 1
            elif isinstance(step, Product):
                yield "    " * depth + "product of matrices {} x {} x {}".format(*step.sides)
            elif isinstance(step, Routine):
                n, *columns = step.sides
                of_b = "".join([f", right sides: {m}" for m in columns])
                name = step.name.removeprefix("large_")
                yield "    " * depth + f"{name} of {n} x {n}{of_b}"
            else:
                names = Counter([_name(operation) for operation in step.operations])
                words = ", ".join([name if count == 1 else f"{count} {name}" for name, count in names.items()])
                yield "    " * depth + (f"loop over {list(step.shape)}: " if step.shape else "numbers: ") + words
        written = sorted({out for _, _, o in within(part) for out in outs_of(o)} & plan.arrays)
        if written:
            yield f"    writes {', '.join([_array(plan, out) for out in written])}"
        if part.scratch:
            yield f"    scratch memory: {len(part.scratch)} buffers in {part.nbytes:,} bytes"
    of_outputs = sum([buffers[y].nbytes for y in plan.program.outputs])
    yield f"results: {of_outputs:,} bytes; peak of memory: {plan.peak:,} bytes; operations: {plan.arithmetic:,}"


def _name(operation: Operation) -> str:
    if isinstance(operation, Compute | Reduce):
        return operation.name
    return "store" if isinstance(operation, Store) else "carry"


def _array(plan: Plan, number: int) -> str:
    buffer = plan.program.buffers[number]
    return f"v{number} {buffer.dtype.name}{list(buffer.shape)} ({buffer.nbytes:,} bytes)"
