"""Scans for reverse mode that keep what their pullback needs, and compute nothing twice that takes time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from pydezero.containers import HOLE
from pydezero.core.types import Array, Residual
from pydezero.transforms.jit.examples import ones
from pydezero.transforms.jit.partition import Partition, partition
from pydezero.transforms.jit.unused import with_used
from pydezero.transforms.loops.body import Body, moving, traced
from pydezero.transforms.loops.scan_operation import Scan
from pydezero.transforms.loops.stacking import zeros_of
from pydezero.transforms.reverse.vjp import vjp
from pydezero.transforms.staging.equation import Equation
from pydezero.transforms.staging.graph import Graph


def keeping(graph: Graph[..., Any]) -> Graph[..., Any]:
    """The graph with scans of which reverse mode keeps more than the carries."""
    equations = [_keeping(equation) if equation.primitive.bodies else equation for equation in graph.equations]
    return attrs.evolve(graph, equations=tuple(equations))


def _keeping(equation: Equation) -> Equation:
    primitive: Any = equation.primitive
    primitive = primitive.with_bodies({name: keeping(body) for name, body in primitive.bodies.items()})
    if type(primitive) is Scan and primitive.checkpoint is None:
        scan = primitive
        primitive = KeepingScan(scan.name, scan.body, scan.captured, scan.carried, scan.length, scan.reverse)
    return attrs.evolve(equation, primitive=primitive)


@attrs.frozen(eq=False)
class KeepingScan(Scan):
    """A scan whose body is cut in two for reverse mode, as the graph of a compiled function is; see `partition`.

    A scan as users call it keeps the carries alone, and each step of its pullback begins with the step itself.
    """

    def run_and_keep(self, values: Sequence[Array], wanted: Sequence[int]) -> tuple[Any, Residual]:
        step = _step(self, wanted)
        outputs = self.with_body(step.forward, self.captured, self.carried)(*values)
        count = len(self.body.outputs)
        return outputs[:count], (step, outputs[count:])

    def run_pull(
        self, values: Sequence[Array], kept: Residual, wanted: Sequence[int], cotangents: Sequence[Array | None]
    ) -> list[Array]:
        step, stacks = kept
        captured, carry, xs = self.parts(values)
        s = self.carries_before(cotangents)
        ys = [i for i in moving(self.body.outputs[self.carried :], self.carried) if cotangents[i] is not None]
        body = self._backward(step, s, ys)
        gradients = self.with_body(body, len(captured), len(step.captured) + len(s), not self.reverse)(
            *captured,
            *[zeros_of(captured[i]) for i in step.captured],
            *[zeros_of(carry[i]) if cotangents[i] is None else cotangents[i] for i in s],
            *stacks,
            *xs,
            *[cotangents[i] for i in ys],
        )
        found = dict(zip(self._places_of(step, s), gradients, strict=True))
        return [found[i] if i in found else zeros_of(values[i]) for i in wanted]

    def _places_of(self, step: _Step, carries: Sequence[int]) -> list[int]:
        """The places of the operands that there are gradients by, if these carries have cotangents."""
        carried = range(self.captured, self.captured + self.carried)
        return [i for i in step.places if i not in carried or i - self.captured in carries]

    def _backward(self, step: _Step, carries: Sequence[int], ys: Sequence[int]) -> Body:
        """The body for backward, of the cotangents of some of the outputs alone."""
        outputs = self.body.outputs
        flags = [i in (carries, ys)[i >= self.carried] for i in moving(outputs)]
        if all(flags):
            return step.backward
        used: list[bool | None] = [None] * len(step.backward.inputs)
        start = self.captured + len(step.captured)
        moved = len(moving(outputs[: self.carried]))
        used[self.captured : start] = [True] * len(step.captured)
        used[start : start + moved] = flags[:moved]
        used[len(used) - len(flags) + moved :] = flags[moved:]
        kept = [step.places.index(i) for i in self._places_of(step, carries)]

        def function(values: Sequence[Array]) -> list[Array]:
            results = with_used(step.backward, used, values)
            return [results[i] for i in kept]

        examples = [x for x, flag in zip(step.backward.examples, used, strict=True) if flag is not False]
        return step.backward.made(("used", *flags), step.backward.name, function, examples)


@attrs.frozen(eq=False)
class _Step:
    """A step of a scan in two bodies.

    Attributes:
        forward: gives what is stacked for the other one, after the results of the step.
        backward: takes what is captured, the gradients by that so far, the cotangents of the carry, the stacks, the
            elements of the step and the cotangents of what it gives; it gives the gradients.
        captured: the places of what is captured that there are gradients by.
        places: the places of all operands that there are gradients by, in their order.
    """

    forward: Body
    backward: Body
    captured: tuple[int, ...]
    places: tuple[int, ...]


def _step(scan: Scan, wanted: Sequence[int]) -> _Step:
    body, end = scan.body, scan.captured + scan.carried
    of = moving(body.outputs)
    captured = tuple([i for i in wanted if i < scan.captured])
    carries = [i + scan.captured for i in of if i < scan.carried]
    places = (*captured, *carries, *[i for i in wanted if i >= end])
    count = len(body.inputs)

    def joint(values: Sequence[Array]) -> list[Array]:
        return joint_results(body, values[:count], places, of, values[count:])

    of_cotangents = [ones(body.outputs[i].shape, body.outputs[i].dtype) for i in of]
    graph = traced(body.name, joint, [*body.examples, *of_cotangents]).graph
    parts = partition(graph, count, len(body.outputs), scan.captured)
    forward = _forward(scan, parts)
    stacked = forward.outputs[len(body.outputs) :]
    examples = [
        *body.examples[: scan.captured],
        *[body.examples[i] for i in captured],
        *of_cotangents[: len(carries)],
        *[ones(x.shape, x.dtype) for x in stacked],
        *body.examples[end:],
        *of_cotangents[len(carries) :],
    ]

    def pullback(values: Sequence[Array]) -> list[Array]:
        rest = iter(values)

        def taken(n: int) -> list[Array]:
            return [next(rest) for _ in range(n)]

        fixed, sums, of_next = taken(scan.captured), taken(len(captured)), taken(len(carries))
        stacks, xs, of_ys = taken(len(stacked)), taken(count - end), [*rest]
        known = {**dict(enumerate(fixed)), **dict(enumerate(xs, end))}
        known.update(zip(_carries(scan, parts), stacks, strict=False))
        others = stacks[len(_carries(scan, parts)) :]
        gradients = parts.backward.run([*[known[i] for i in parts.values], *others, *of_next, *of_ys])
        return [*[a + g for a, g in zip(sums, gradients, strict=False)], *gradients[len(captured) :]]

    return _Step(forward, traced(f"pullback of {body.name}", pullback, examples), captured, places)


def _carries(scan: Scan, parts: Partition) -> list[int]:
    """The places of the carries that the backward graph takes."""
    return [i for i in parts.values if scan.captured <= i < scan.captured + scan.carried]


def _forward(scan: Scan, parts: Partition) -> Body:
    """The body that gives the results of a step and then what the backward graph takes of it."""
    graph, count = parts.forward, len(scan.body.outputs)
    carries = [graph.inputs[i] for i in _carries(scan, parts)]
    outputs = (*graph.outputs[:count], *carries, *[graph.outputs[i] for i in parts.outputs], *graph.outputs[count:])
    return Body(attrs.evolve(graph, outputs=outputs, result=(HOLE,) * len(outputs)), scan.body.examples)


def joint_results(
    body: Body, values: Sequence[Array], wanted: Sequence[int], of: Sequence[int], cotangents: Sequence[Array]
) -> list[Array]:
    """The outputs, and the gradients by the values at the wanted places."""
    others = [i for i in range(len(body.outputs)) if i not in of]

    def chosen(*xs: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        all_values = list(values)
        for i, x in zip(wanted, xs, strict=True):
            all_values[i] = x
        outputs = body.run(all_values)
        return tuple([outputs[i] for i in of]), tuple([outputs[i] for i in others])

    moved, pullback, still = vjp(chosen, *[values[i] for i in wanted], has_aux=True)
    found = dict(zip([*of, *others], [*moved, *still], strict=True))
    return [*[found[i] for i in range(len(body.outputs))], *pullback(tuple(cotangents))]
