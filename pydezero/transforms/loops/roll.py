"""`roll`: a Python loop that was traced becomes one equation again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any, TypeVar

import attrs

from pydezero.transforms.loops.rolling.building import Rolled, Writer
from pydezero.transforms.loops.rolling.joining import join
from pydezero.transforms.loops.rolling.matching import Program, Wish, loops_in, program_of
from pydezero.transforms.loops.rolling.terms import Term
from pydezero.transforms.staging.equation import Equation
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import eliminate_dead_code

G = TypeVar("G", bound=Graph[..., Any])


def roll(graph: G) -> G:
    """A graph in which equations that repeat others are one equation, a `scan`.

    `trace` takes a Python loop apart: a loop of a thousand steps is a thousand times the equations of one. Here the
    repetitions are found and become the body of a loop. A repetition has the same operations, of the same shapes and
    dtypes, as the one before. An operand of it is the same in all repetitions; or a result of this or an earlier
    repetition; or a part of an array whose index advances evenly (`x[i]`, `x[i + 1]`, `x[i:i + 3]`, `x[:, -i]`); or a
    number or captured array, another one each time. Four repetitions are a loop, if that saves six equations or more.
    Loops in loops, loops of derivatives and the sums of the cotangents of `x[i]` are found, too.

    The graph computes the same, by the same operations in the same order; the results of a loop that are used after
    it are laid out as an array in C order. The time is linear in the number of equations, and a step of a loop is no
    longer than 500 of them.

    Args:
        graph: what `trace` gives, or a pass has made of that.

    Returns:
        A graph with the same arguments and result; the same one if nothing in it is repeated.

    >>> import numpy as np
    >>> from pydezero import roll, trace
    >>> def f(x):
    ...     y = x[0]
    ...     for i in range(1, 200):
    ...         y = np.sin(y) * x[i]
    ...     return y
    >>> print(roll(trace(f)(np.ones(200))))
    f(a: f64[200]):
        b: f64[] = getitem(a, index=0)
        c: f64[199] = getitem(a, index=1:200)
        d: f64[] = scan(b, c, length=199)
            body: step(a: f64[], b: f64[]):
                c: f64[] = sin(a)
                d: f64[] = multiply(c, b)
                return (d,)
        return d
    """
    return roll_where(graph, lambda _step, _count: True)


def roll_where(graph: G, is_wanted: Wish) -> G:
    """A graph in which those repetitions are a `scan` that are wanted as one; see `roll`."""
    within = [_with_bodies(equation, is_wanted) for equation in graph.equations]
    if any(a is not b for a, b in zip(within, graph.equations, strict=True)):
        graph = attrs.evolve(graph, equations=tuple(within))
    while True:
        rolled = _rolled_once(graph, is_wanted)
        if rolled is None:
            return graph
        graph = eliminate_dead_code(rolled)


def _with_bodies(equation: Equation, is_wanted: Wish) -> Equation:
    """An equation that applies functions, with these rolled."""
    bodies = equation.primitive.bodies
    rolled = {name: roll_where(body, is_wanted) for name, body in bodies.items()}
    if all(rolled[name] is bodies[name] for name in bodies):
        return equation
    primitive = equation.primitive.with_bodies(rolled)
    return Equation(primitive, equation.inputs, equation.outputs, equation.parameters)


def _rolled_once(graph: G, is_wanted: Wish) -> G | None:
    """The graph with the loops that are found at once; None if there are none."""
    program = program_of(graph)
    loops = [rolled for rolled in [Rolled(program, loop) for loop in loops_in(program, is_wanted)] if rolled.is_right]
    used = _used(program, loops)
    known = [*graph.inputs, *[constant.reference for constant in graph.constants]]
    numbers = [x.number for x in known]
    numbers += [x.number for equation in graph.equations for x in equation.outputs]
    writer = Writer(count(max(numbers, default=-1) + 1))
    for x in known:
        writer.define(x.number, x)
    changed = bool(loops)
    starts = {rolled.repeat.start: i for i, rolled in enumerate(loops)}
    place = 0
    while place < len(program.equations):
        if place in starts:
            loop = loops[starts[place]]
            loop.write(writer, used[starts[place]])
            place = loop.repeat.stop
            continue
        if join(program, place, writer):
            changed = True
        else:
            _copy(program, place, writer)
        place += 1
    if not changed:
        return None
    outputs = tuple([_reference(program.terms[x.number], writer) for x in graph.outputs])
    constants = (*graph.constants, *writer.constants)
    return attrs.evolve(graph, constants=constants, equations=tuple(writer.equations), outputs=outputs)


def _copy(program: Program, place: int, writer: Writer) -> None:
    """Write an equation as it is."""
    equation = program.equations[place]
    inputs = tuple([_reference(x, writer) for x in program.operands[place]])
    writer.equations.append(Equation(equation.primitive, inputs, equation.outputs, equation.parameters))
    for out in equation.outputs:
        writer.define(out.number, out)


def _reference(operand: Any, writer: Writer) -> Any:
    return writer.part(operand.root, operand.path) if type(operand) is Term else operand


def _used(program: Program, loops: Sequence[Rolled]) -> list[list[int]]:
    """The values of the repetitions of each loop that are used outside of it, in order."""
    owner: dict[int, int] = {}
    for i, loop in enumerate(loops):
        owner.update(dict.fromkeys(range(loop.repeat.start, loop.repeat.stop), i))
    used: list[dict[int, None]] = [{} for _ in loops]

    def use(term: Any, user: int | None) -> None:
        if type(term) is Term and term.root in program.made:
            maker = owner.get(program.made[term.root][0])
            if maker is not None and maker != user:
                used[maker][term.root] = None

    for place, operands in enumerate(program.operands):
        for operand in operands:
            use(operand, owner.get(place))
    for x in program.graph.outputs:
        use(program.terms[x.number], None)
    return [list(numbers) for numbers in used]
