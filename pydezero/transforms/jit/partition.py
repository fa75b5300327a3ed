"""A graph of values and gradients, cut into what runs forward and what runs backward."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from pydezero.containers import HOLE
from pydezero.core.primitive import Elementwise, Linear
from pydezero.functions.indexing.index import is_basic
from pydezero.functions.indexing.indexing import getitem_p
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import eliminate_dead_code


@attrs.frozen(eq=False)
class Partition:
    """A graph in two parts, of which the second does what depends on the cotangents.

    Attributes:
        forward: from the values to the outputs, and then the residuals.
        backward: from some values, some outputs, the residuals and the cotangents, to the gradients.
        values: the places of the values that the backward graph takes.
        outputs: the places of the outputs that it takes.
    """

    forward: Graph[..., Any]
    backward: Graph[..., Any]
    values: tuple[int, ...]
    outputs: tuple[int, ...]


def partition(graph: Graph[..., Any], values: int, outputs: int, fixed: int = 0) -> Partition:
    """Cut a graph of values and cotangents, which gives outputs and gradients.

    What does not depend on a cotangent belongs to the forward graph, and of that the residuals are what the backward
    graph needs. What can be computed element by element of the values, of outputs and of other residuals is computed
    again: in a fused loop that takes less time than to write it to memory and to read it. A view is taken again of what
    it shows.

    Args:
        graph: the outputs must not depend on a cotangent.
        values: the number of its first inputs; the others are the cotangents.
        outputs: the number of its first results; the others are the gradients.
        fixed: the number of the first inputs of which everything is computed again, as far as nothing else is needed.
    """
    depends = {x.number for x in graph.inputs[values:]}
    forward: list[Equation] = []
    backward: list[Equation] = []
    for equation in graph.equations:
        if depends.isdisjoint([x.number for x in equation.references]):
            forward.append(equation)
        else:
            backward.append(equation)
            depends.update([x.number for x in equation.outputs])
    gradients = graph.outputs[outputs:]
    constants = {constant.reference.number for constant in graph.constants}
    kept_anyway = {x.number for x in (*graph.inputs, *graph.outputs[:outputs])} | constants
    known = constants | {x.number for x in graph.inputs[:fixed]} if fixed else set[int]()
    backward = [*_again(forward, _needed(backward, gradients), kept_anyway, known), *backward]
    depends.update([x.number for equation in backward for x in equation.outputs])
    needed = _needed(backward, gradients)
    places = {x.number: i for i, x in reversed([*enumerate(graph.inputs[:values])])}
    returned = {x.number: i for i, x in reversed([*enumerate(graph.outputs[:outputs])])}
    crossing = [x for x in needed.values() if x.number not in constants and x.number not in depends]
    of_values = [x for x in crossing if x.number in places]
    of_outputs = [x for x in crossing if x.number not in places and x.number in returned]
    kept = [x for x in crossing if x.number not in places and x.number not in returned]
    cotangents = graph.inputs[values:]
    name = graph.name
    return Partition(
        _part(graph, f"forward of {name}", graph.inputs[:values], forward, [*graph.outputs[:outputs], *kept]),
        _part(graph, f"backward of {name}", [*of_values, *of_outputs, *kept, *cotangents], backward, gradients),
        tuple([places[x.number] for x in of_values]),
        tuple([returned[x.number] for x in of_outputs]),
    )


def _needed(equations: Sequence[Equation], outputs: Sequence[Reference]) -> dict[int, Reference]:
    """The references that some equations and outputs take and none of the equations gives, in the order of use."""
    made = {x.number for equation in equations for x in equation.outputs}
    found = [x for equation in equations for x in equation.references] + [*outputs]
    return {x.number: x for x in found if x.number not in made}


def _again(
    forward: Sequence[Equation], needed: Mapping[int, Reference], kept: set[int], known: set[int]
) -> list[Equation]:
    """The equations that run in the backward graph again, in their order; those of what is known alone do."""
    wanted = set(needed) - kept
    again: set[int] = set()
    fixed = _computed_of(forward, known)
    for equation in reversed(forward):
        if equation.outputs[0].number in wanted and (
            _is_view(equation) or _is_part_of(equation, kept) or equation.outputs[0].number in fixed
        ):
            again.add(equation.outputs[0].number)
            wanted.update([x.number for x in equation.references if x.number not in kept])
    cheap = {x.outputs[0].number: x for x in forward if _is_elementwise(x) or _is_view(x)}
    roots = _roots(forward, cheap, kept)
    sizes = {y.number: math.prod(y.shape) * y.dtype.itemsize for x in forward for y in x.outputs}
    free = {y for y, of in roots.items() if not of - (wanted - cheap.keys())}
    for group in _groups([y for y in sorted(wanted - free) if roots.get(y)], roots):
        instead = frozenset[int]().union(*[roots[y] for y in group])
        if sum([sizes[x] for x in instead - wanted]) < sum([sizes[y] for y in group]):
            wanted |= instead
            free.update([y for y, of in roots.items() if of <= instead])
    found: list[Equation] = []
    for equation in reversed(forward):
        y = equation.outputs[0].number
        if y in wanted and (y in again or y in free):
            found.append(equation)
            wanted.update([x.number for x in equation.references if x.number not in kept])
    found.reverse()
    return found


def _computed_of(forward: Sequence[Equation], known: set[int]) -> set[int]:
    """The results of the equations that take nothing but what is known."""
    found: set[int] = set()
    for equation in forward:
        if known and len(equation.outputs) == 1 and all(x.number in known | found for x in equation.references):
            found.add(equation.outputs[0].number)
    return found


# More of them are no better than what is computed of them.
_MOST_ROOTS: Final = 8


def _roots(forward: Sequence[Equation], cheap: Mapping[int, Equation], kept: set[int]) -> dict[int, frozenset[int]]:
    """For each result of a cheap equation, the kept references that cheap equations can compute it from again."""
    roots: dict[int, frozenset[int]] = {}
    for equation in forward:
        y = equation.outputs[0].number
        if y not in cheap or y in kept:
            continue
        parts = [roots.get(x.number, frozenset([x.number])) for x in equation.references if x.number not in kept]
        found = frozenset[int]().union(*parts)
        if len(found) <= _MOST_ROOTS:
            roots[y] = found
    return roots


def _groups(numbers: Sequence[int], roots: Mapping[int, frozenset[int]]) -> list[set[int]]:
    """The results in groups that have no root in common."""
    groups: list[tuple[set[int], frozenset[int]]] = []
    for y in numbers:
        members, of = {y}, roots[y]
        apart = []
        for group, of_group in groups:
            if of & of_group:
                members, of = members | group, of | of_group
            else:
                apart.append((group, of_group))
        groups = [*apart, (members, of)]
    return [group for group, _ in groups]


def _is_elementwise(equation: Equation) -> bool:
    return isinstance(equation.primitive, Elementwise) and equation.primitive.is_pure


def _is_view(equation: Equation) -> bool:
    """Whether an equation gives the elements of its one argument in another shape, and none of them is left out."""
    if type(equation.primitive) is not Linear or len(equation.references) != 1:
        return False
    x, y = equation.references[0], equation.outputs[0]
    return equation.name in _VIEWS and x.dtype == y.dtype


def _is_part_of(equation: Equation, kept: set[int]) -> bool:
    """Whether an equation shows elements of an array that is kept anyway."""
    return (
        equation.primitive is getitem_p
        and equation.references[0].number in kept
        and is_basic(equation.parameters["index"])
    )


_VIEWS: Final = frozenset({"broadcast_to", "expand_dims", "moveaxis", "reshape", "squeeze", "swapaxes", "transpose"})


def _part(
    graph: Graph[..., Any],
    name: str,
    inputs: Sequence[Reference],
    equations: Sequence[Equation],
    outputs: Sequence[Reference],
) -> Graph[..., Any]:
    part: Graph[..., Any] = Graph(
        name,
        ((HOLE,) * len(inputs), {}),
        tuple(inputs),
        graph.constants,
        tuple(equations),
        (HOLE,) * len(outputs),
        tuple(outputs),
    )
    return eliminate_dead_code(part)
