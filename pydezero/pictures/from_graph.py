"""The diagram of a Graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydezero.containers import HOLE
from pydezero.pictures import words
from pydezero.pictures.diagram import PLACE, Arrow, Box, Diagram, Role
from pydezero.transforms.staging.equation import Constant, Equation, Reference
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.text import value_names
from pydezero.tree import flatten, paths


def from_graph(graph: Graph[..., object], name: str, titles: Sequence[str] = (), parts: Sequence[int] = ()) -> Diagram:
    """The diagram of a graph: with the titles of its parts, and the part of each equation, where there are several."""
    boxes = [_input(reference, said) for reference, said in zip(graph.inputs, _input_names(graph), strict=True)]
    makers = {reference.number: (f"n{reference.number}", "") for reference in graph.inputs}
    arrows: list[Arrow] = []
    constants = {constant.reference.number: constant for constant in graph.constants}
    for i, equation in enumerate(graph.equations):
        part = parts[i] if titles else None
        for reference in equation.references:
            if reference.number in constants:
                boxes.append(_constant(constants.pop(reference.number), part))
                makers[reference.number] = (boxes[-1].key, "")
        box = _operation(equation, part)
        boxes.append(box)
        arrows += _arrows(equation, box.key, makers)
        several = len(equation.outputs) > 1
        makers.update({out.number: (box.key, f"out {k}" * several) for k, out in enumerate(equation.outputs)})
    for constant in constants.values():
        boxes.append(_constant(constant, None))
        makers[constant.reference.number] = (boxes[-1].key, "")
    for i, (reference, said) in enumerate(zip(graph.outputs, _output_names(graph), strict=True)):
        boxes.append(_value(f"out{i}", Role.OUTPUT, said, reference))
        tail, label = makers[reference.number]
        arrows.append(Arrow(tail, boxes[-1].key, 0, label))
    return Diagram(name, tuple(boxes), tuple(arrows), tuple(titles))


def _input_names(graph: Graph[..., object]) -> Iterator[str]:
    """The user's name of each input, or the letter that it has in the text of the graph."""
    letters = value_names()
    for i in range(len(graph.inputs)):
        letter = next(letters)
        yield (graph.names[i] if i < len(graph.names) else "") or letter


def _output_names(graph: Graph[..., object]) -> list[str]:
    leaves = zip(flatten(graph.result), paths(graph.result), strict=True)
    return [f"result{path}" for leaf, path in leaves if leaf is HOLE]


def _value(key: str, role: Role, title: str, reference: Reference) -> Box:
    details = words.spec_line(reference.shape, reference.dtype)
    return Box(key, role, words.cut(title), details=details, alike=f"{role.value} {details}")


def _input(reference: Reference, name: str) -> Box:
    return _value(f"n{reference.number}", Role.INPUT, name, reference)


def _constant(constant: Constant, part: int | None) -> Box:
    """A captured array."""
    reference = constant.reference
    details = words.spec_line(reference.shape, reference.dtype)
    title, alike = words.contents(constant.value), f"constant {details} {part}"
    return Box(f"n{reference.number}", Role.CONSTANT, title, details=details, alike=alike, part=part)


def _operation(equation: Equation, part: int | None) -> Box:
    operands = tuple([PLACE if type(x) is Reference else words.number(x) for x in equation.inputs])
    outputs = [line for out in equation.outputs for line in words.spec_line(out.shape, out.dtype)]
    said = {**equation.primitive.facts, **equation.parameters}
    bodies = [f"{role}: {words.cut(body.name)}" for role, body in equation.primitive.bodies.items()]
    details = (*words.parameters(said), *bodies, ", ".join(outputs))
    alike = words.alike(equation.name, operands, f"{outputs} {part}")
    key = f"n{equation.outputs[0].number}"
    return Box(key, Role.OPERATION, words.cut(equation.name), operands, "", details, alike, part)


def _arrows(equation: Equation, head: str, makers: Mapping[int, tuple[str, str]]) -> Iterator[Arrow]:
    for position, x in enumerate(equation.inputs):
        if type(x) is Reference:
            tail, label = makers[x.number]
            yield Arrow(tail, head, position, label)
