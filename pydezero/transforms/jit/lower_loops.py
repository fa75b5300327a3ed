"""Loops and choices of a graph as loops and branches of the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from pydezero.core.primitive import Primitive
from pydezero.transforms.jit.program import (
    Allocate,
    Assign,
    Literal,
    Mark,
    Operand,
    Place,
    Store,
    c_strides,
)
from pydezero.transforms.jit.scalars import NATIVE
from pydezero.transforms.jit.state import State
from pydezero.transforms.loops.cond_operation import Cond
from pydezero.transforms.loops.scan_operation import Scan
from pydezero.transforms.loops.while_operation import While
from pydezero.transforms.staging.equation import Equation, Reference


class NotCompiled(Exception):  # noqa: N818  # nobody sees it but the loop around
    """Something in the body of a loop has no compiled form."""


def is_loop(primitive: Primitive) -> bool:
    """Whether an operation is a loop or a choice that may be compiled."""
    return type(primitive) in (Scan, While, Cond)


def add_loop(to: State, equation: Equation, inside: tuple[str, ...]) -> None:
    """Add the operations of a loop or a choice.

    Raises:
        NotCompiled: something in it has no compiled form.
    """
    for x in (*equation.references, *equation.outputs):
        if x.dtype.char not in NATIVE or not x.dtype.isnative:
            raise NotCompiled(equation.name)
    primitive: Any = equation.primitive
    if isinstance(primitive, Scan):
        _scan(to, primitive, equation, inside)
    elif isinstance(primitive, While):
        _while(to, primitive, equation, inside)
    else:
        _cond(to, primitive, equation, inside)


def _operands(to: State, given: Sequence[Any], inputs: Sequence[Reference]) -> list[Operand]:
    """Inputs of an equation as the inputs of a body; a number has the dtype that the body has for it."""
    return [
        to.places[x.number] if type(x) is Reference else Literal(y.dtype.type(x))
        for x, y in zip(given, inputs, strict=True)
    ]


def _scan(to: State, scan: Scan, equation: Equation, inside: tuple[str, ...]) -> None:
    captured, carry, xs = scan.parts(_operands(to, equation.inputs, scan.body.inputs))
    count = scan.carried
    carries, stacks = equation.outputs[:count], equation.outputs[count:]
    for y in equation.outputs:
        to.is_buffer(y)
    _assign(to, carries, carry, is_first=True)
    to.operations += [Allocate(y.number, False) for y in stacks]
    loop = to.number()
    to.operations.append(Mark("for", loop, scan.length, scan.reverse))
    of_step = [_at_step(x, loop) for x in xs]
    results = to.inlined(scan.body.graph, [*captured, *[to.places[y.number] for y in carries], *of_step], inside)
    for y, (z, operand) in zip(stacks, results[count:], strict=True):
        target = _at_step(Place(y.number, 0, c_strides(y.shape)), loop)
        assert isinstance(target, Place)
        to.operations.append(Store(target, z.shape, operand, False, True))
    _advance(to, carries, results[:count])
    to.operations.append(Mark("end"))


def _at_step(x: Operand, loop: int) -> Operand:
    """The element of a step along the first axis."""
    if isinstance(x, Literal):
        return x
    return attrs.evolve(x, strides=x.strides[1:], steps=(*x.steps, (loop, x.strides[0])))


def _while(to: State, loop: While, equation: Equation, inside: tuple[str, ...]) -> None:
    of_condition = loop.condition.inputs[: loop.of_condition]
    inputs = [*of_condition, *loop.body.inputs]
    condition, body, first = loop.parts(_operands(to, equation.inputs, inputs))
    carries = equation.outputs
    for y in carries:
        to.is_buffer(y)
    _assign(to, carries, first, is_first=True)
    carry = [to.places[y.number] for y in carries]
    to.operations.append(Mark("while"))
    ((_, holds),) = to.inlined(loop.condition.graph, [*condition, *carry], inside)
    to.operations.append(Mark("break", operand=holds))
    results = to.inlined(loop.body.graph, [*body, *carry], inside)
    _advance(to, carries, results)
    to.operations.append(Mark("end"))


def _cond(to: State, choice: Cond, equation: Equation, inside: tuple[str, ...]) -> None:
    which = equation.inputs[0]
    if type(which) is not Reference:
        raise NotCompiled(equation.name)
    operand = to.places[which.number]
    operands = _operands(to, equation.inputs[1:], choice.branches[0].inputs)
    for y in equation.outputs:
        to.is_buffer(y)
    is_truth = which.dtype.kind == "b"
    last = len(choice.branches) - 1
    for i, branch in enumerate(choice.branches):
        if i < last:
            to.operations.append(Mark("if", operand=operand, case=None if is_truth else i))
        results = to.inlined(branch.graph, operands, inside)
        to.operations.append(Mark("barrier"))
        _assign(to, equation.outputs, [x for _, x in results], is_first=False)
        if i < last:
            to.operations.append(Mark("else"))
    to.operations += [Mark("end")] * last


def _assign(to: State, outputs: Sequence[Reference], operands: Sequence[Operand], *, is_first: bool) -> None:
    for y, x in zip(outputs, operands, strict=True):
        to.operations.append(Assign(y.number, y.shape, x, is_first))


def _advance(to: State, carries: Sequence[Reference], results: Sequence[tuple[Reference, Operand]]) -> None:
    """Let the carries be what a step has computed; what is another carry, or part of one, is copied before."""
    numbers = {y.number for y in carries}
    new: list[tuple[Reference, Operand]] = []
    for y, (z, operand) in zip(carries, results, strict=True):
        if operand == to.places[y.number]:
            continue
        x = operand
        if isinstance(x, Place) and x.buffer in numbers:
            copy = to.copy(x, z.shape, z.dtype, "carry")
            x = Place(copy, 0, c_strides(z.shape))
        new.append((y, x))
    to.operations.append(Mark("barrier"))
    _assign(to, [y for y, _ in new], [x for _, x in new], is_first=False)
