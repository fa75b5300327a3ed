"""Shapes and dtypes of values that are gone, as far as the nodes of a graph built by hand tell them.

A node has no value. But its rules have kept what they need: an argument, the result or a shape. And most operations say
something about the rest: an elementwise one has a result of the shape of its arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.broadcasting import broadcast_p
from pydezero.core.operation import CalledPrimitive, output_p
from pydezero.core.picks import POSITIONS
from pydezero.core.primitive import Elementwise, Linear, Primitive
from pydezero.core.variable import Node, Variable
from pydezero.transforms.rules.tangent_rule import ruled_p


@attrs.frozen
class PartialSpec:
    """The shape and dtype of an array, None where they are not known."""

    shape: tuple[int, ...] | None = None
    dtype: np.dtype[Any] | None = None

    def completed(self, other: PartialSpec) -> PartialSpec:
        """The spec, with shape and dtype taken from another where they are not known."""
        return PartialSpec(
            other.shape if self.shape is None else self.shape, other.dtype if self.dtype is None else self.dtype
        )


def specs_of(nodes: Sequence[Node], known: Iterable[Variable]) -> dict[Node, PartialSpec]:
    """The specs of the values of nodes, in the order of creation, told by some Variables and by residuals."""
    specs = dict.fromkeys(nodes, PartialSpec())
    told = [(variable.node, PartialSpec(variable.shape, variable.dtype)) for variable in known]
    for one, spec in [*told, *[item for node in nodes for item in _told(node)]]:
        if isinstance(one, Node) and one in specs:
            specs[one] = specs[one].completed(spec)
    # Up, down and up again, because the spec of one result may go down to another argument.
    for node in [*reversed(nodes), *nodes, *reversed(nodes)]:
        ends = [node, *[parent for _, parent, _ in node.edges]]
        shared = PartialSpec()
        for end in ends:
            shared = shared.completed(specs[end])
        shared = _common(node.primitive, shared)
        specs.update({end: specs[end].completed(shared) for end in ends})
    return specs


def _common(primitive: Primitive | None, spec: PartialSpec) -> PartialSpec:
    """The part of a spec that is the same for the result of a primitive and all its arguments."""
    shape = spec.shape if isinstance(primitive, Elementwise) else None
    has_dtype = isinstance(primitive, Elementwise | Linear) and primitive.keeps_dtype
    return PartialSpec(shape, spec.dtype if has_dtype else None)


def kept_by(node: Node) -> Iterator[tuple[str, Any]]:
    """The residuals of a node one by one, each after its name in the rule."""
    primitive = node.primitive
    if primitive is None or primitive.is_internal or isinstance(primitive, CalledPrimitive):
        return
    for position, _, residual in node.edges:
        names = primitive.argument(position).names
        if names:
            yield from zip(names, residual if len(names) > 1 else (residual,), strict=True)


def _told(node: Node) -> Iterator[tuple[Node, PartialSpec]]:
    """The specs that a node tells by its residuals: of its own value, and of those of its parents."""
    parents = {position: parent for position, parent, _ in node.edges}
    if node.primitive is broadcast_p:
        shape, dtype = node.x_residual
        yield parents[0], PartialSpec(shape, dtype)
    if node.primitive is ruled_p:
        yield node, PartialSpec(node.x_residual.spec.shape, node.x_residual.spec.dtype)
    if node.primitive is output_p:
        i, specs = node.x_residual
        yield node, PartialSpec(specs[i].shape, specs[i].dtype)
    for name, value in kept_by(node):
        argument, _, suffix = name.partition("_")
        if name == "out":
            yield node, _spec_of(value)
        elif argument in POSITIONS and POSITIONS[argument] in parents:
            parent = parents[POSITIONS[argument]]
            if suffix == "shape":
                yield parent, PartialSpec(tuple(value))
            elif not suffix:
                yield parent, _spec_of(value)
        elif name == "xs":
            yield from [(parent, _spec_of(value[position])) for position, parent in parents.items()]


def _spec_of(value: Any) -> PartialSpec:
    return PartialSpec(tuple(np.shape(value)), value.dtype) if hasattr(value, "dtype") else PartialSpec()


def constants_of(node: Node) -> Mapping[int, Any]:
    """The constants among the arguments of a node that its rules have kept, by position."""
    parents = {position for position, _, _ in node.edges}
    kept = {POSITIONS[name]: value for name, value in kept_by(node) if name in POSITIONS}
    return {position: value for position, value in kept.items() if position not in parents}


def arity(node: Node, primitive: Primitive) -> int:
    """The number of arguments of a node, as far as it is known."""
    return max([len(primitive.arguments), *[position + 1 for position, _, _ in node.edges]])
