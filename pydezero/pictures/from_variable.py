"""The diagram of a Variable that was computed by hand, through its nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from pydezero.core.operation import CalledPrimitive, operands_p, output_p
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, bottom, shape_of
from pydezero.graph.walk import by_order, reachable
from pydezero.pictures import words
from pydezero.pictures.diagram import PLACE, Arrow, Box, Diagram, Role
from pydezero.pictures.node_specs import PartialSpec, arity, constants_of, specs_of
from pydezero.transforms.rules.tangent_rule import ruled_p

_LONGEST_VALUE: Final = 24


def from_variable(y: Variable, name: str, names: Mapping[Variable, str]) -> Diagram:
    """The diagram of the computation of y, with the user's names of some of the Variables in it."""
    assert isinstance(y.node, Node)
    specs = specs_of(reachable([y.node]), [y, *names])
    shown = _shown(y.node)
    said = {variable.node: text for variable, text in names.items()}
    keys = {node: f"n{i}" for i, node in enumerate(shown)}
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node, key in keys.items():
        spec, call = specs[node], shown[node]
        if call is None:
            details = words.spec_line(spec.shape, spec.dtype)
            title = words.cut(said.get(node, "input"))
            boxes.append(Box(key, Role.INPUT, title, details=details, alike=f"input {details}"))
        else:
            boxes += call.constants(key)
            boxes.append(call.box(key, spec, said.get(node, "") if node is not y.node else ""))
            arrows += call.arrows(key, keys)
    details = (*words.spec_line(y.shape, y.dtype), *_value(y))
    boxes.append(Box("out0", Role.OUTPUT, words.cut(said.get(y.node, "result")), details=details))
    arrows.append(_arrow(y.node, "out0", 0, keys))
    return Diagram(name, tuple(boxes), tuple(arrows))


def _shown(last: Node) -> dict[Node, _Called | None]:
    """The inputs and operations up to a node, in the order of creation; None for an input."""
    nodes = [_origin(last)[0]]
    calls: dict[Node, _Called | None] = {}
    for node in nodes:  # the list grows as we go
        if node not in calls:
            calls[node] = call = _called(node)
            nodes += [_origin(x)[0] for x in (call.operands if call is not None else ()) if isinstance(x, Node)]
    return {node: calls[node] for node in sorted(calls, key=by_order)}


def _origin(node: Node) -> tuple[Node, str]:
    """The operation or input that a value comes from, and its place among the outputs of a call that has several."""
    label = ""
    while node.primitive is not None and node.primitive.is_internal and node.primitive is not ruled_p:
        if node.primitive is output_p:
            label = f"out {node.x_residual[0]}"
        ((_, node, _),) = node.edges
    return node, label


def _arrow(made_by: Node, head: str, position: int, keys: Mapping[Node, str]) -> Arrow:
    """The arrow from the operation or input that a value comes from."""
    node, label = _origin(made_by)
    return Arrow(keys[node], head, position, label)


@attrs.frozen
class _Called:
    """An operation with its operands: the node that makes each, or the constant; None for a constant that is gone."""

    name: str
    operands: tuple[Node | Array, ...]

    def box(self, key: str, spec: PartialSpec, said: str) -> Box:
        """The box of the operation, with the user's name of its result."""
        operands = tuple(
            [PLACE if _has_box(x) else words.UNKNOWN if x is None else words.number(bottom(x)) for x in self.operands]
        )
        details = words.spec_line(spec.shape, spec.dtype)
        alike = words.alike(self.name, operands, str(details))
        return Box(key, Role.OPERATION, words.cut(self.name), operands, words.cut(said), details, alike)

    def constants(self, key: str) -> list[Box]:
        """A box for each array among the operands that is a constant."""
        boxes: list[Box] = []
        for i, x in enumerate(self.operands):
            if _has_box(x) and not isinstance(x, Node):
                details = words.spec_line(shape_of(x), x.dtype)
                title = words.contents(bottom(x))
                boxes.append(Box(f"{key}c{i}", Role.CONSTANT, title, details=details, alike=f"constant {details}"))
        return boxes

    def arrows(self, key: str, keys: Mapping[Node, str]) -> list[Arrow]:
        """The arrows to the operation."""
        return [
            _arrow(x, key, i, keys) if isinstance(x, Node) else Arrow(f"{key}c{i}", key, i)
            for i, x in enumerate(self.operands)
            if _has_box(x)
        ]


def _has_box(x: Node | Array) -> bool:
    """Whether an operand is a box of its own: it is no number."""
    return isinstance(x, Node) or bool(shape_of(x))


def _called(node: Node) -> _Called | None:
    """The operation that a node records; None for an input."""
    primitive = node.primitive
    if primitive is None:
        return None
    if primitive is ruled_p:
        return _Called(node.x_residual.name, tuple(node.x_residual.parents))
    if isinstance(primitive, CalledPrimitive):
        assert node.x_parent is not None
        operands_node = node.x_parent
        parents = {position: parent for position, parent, _ in operands_node.edges}
        return _Called(primitive.name, tuple([parents.get(i) for i in range(arity(operands_node, operands_p))]))
    operands: dict[int, Node | Array] = {**constants_of(node), **{i: parent for i, parent, _ in node.edges}}
    return _Called(primitive.name, tuple([operands.get(i) for i in range(arity(node, primitive))]))


def _value(y: Variable) -> tuple[str, ...]:
    """A line with the value, where it is short."""
    value = bottom(y)
    text = words.number(value) if not y.shape else str(value)
    return (f"= {text}",) if len(text) <= _LONGEST_VALUE and "\n" not in text else ()
