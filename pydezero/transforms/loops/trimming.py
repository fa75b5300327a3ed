"""`trim`: a graph whose scans take and give what is needed of them, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import attrs

from pydezero.containers import HOLE
from pydezero.transforms.loops.body import Body
from pydezero.transforms.loops.scan_operation import Scan
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import eliminate_dead_code

G = TypeVar("G", bound=Graph[..., Any])


def trim(graph: G) -> G:
    """A graph without what no output depends on, in the loops of it, too.

    A scan stacks no result that nobody takes, carries no value that is of no consequence, and takes no operand that its
    body does not use.
    """
    live = {x.number for x in graph.outputs}
    kept: list[Equation] = []
    for equation in reversed(graph.equations):
        if not equation.primitive.checks and live.isdisjoint([y.number for y in equation.outputs]):
            continue
        trimmed = _trimmed(equation, live) if type(equation.primitive) is Scan else equation
        kept.append(trimmed)
        live.update([x.number for x in trimmed.references])
    return eliminate_dead_code(attrs.evolve(graph, equations=tuple(reversed(kept))))


def _trimmed(equation: Equation, live: set[int]) -> Equation:
    """A scan of which the values `live` are needed, and nothing else."""
    scan: Any = equation.primitive
    body: Graph[..., Any] = scan.body.graph
    end = scan.captured + scan.carried
    wanted = {i for i, y in enumerate(equation.outputs) if y.number in live}
    while True:  # until what is carried is computed of nothing but what is carried
        part = _part(body, [body.outputs[i] for i in sorted(wanted)])
        used = {x.number for x in part.outputs}.union(*[[x.number for x in each.references] for each in part.equations])
        inputs = [i for i, x in enumerate(body.inputs) if x.number in used]
        grown = wanted | {i - scan.captured for i in inputs if scan.captured <= i < end}
        if grown == wanted:
            break
        wanted = grown
    # The first value of a carry is an operand, even if the body does not use it: it may be the last one, too.
    taken = sorted({*inputs, *[i + scan.captured for i in wanted if i < scan.carried]})
    # An operation has operands, even if what is needed of it is the same at every step.
    if not taken or (len(taken) == len(body.inputs) and len(wanted) == len(body.outputs)):
        return attrs.evolve(equation, primitive=scan.with_loop_bodies({"body": scan.body.with_graph(trim(body))}))
    graph = trim(
        attrs.evolve(part, inputs=tuple([body.inputs[i] for i in taken]), arguments=((HOLE,) * len(taken), {}))
    )
    operation = Scan(
        scan.name,
        Body(graph, tuple([scan.body.examples[i] for i in taken])),
        len([i for i in taken if i < scan.captured]),
        len([i for i in wanted if i < scan.carried]),
        scan.length,
        scan.reverse,
        scan.checkpoint,
    )
    outputs = tuple([equation.outputs[i] for i in sorted(wanted)])
    return Equation(operation, tuple([equation.inputs[i] for i in taken]), outputs, equation.parameters)


def _part(graph: Graph[..., Any], outputs: Sequence[Reference]) -> Graph[..., Any]:
    """The graph with other outputs, and without what these do not depend on."""
    part = attrs.evolve(graph, outputs=tuple(outputs), result=(HOLE,) * len(outputs))
    return eliminate_dead_code(part)
