"""Shapes and dtypes of values that are gone: what the nodes of a graph built by hand still tell of them.

A node has no value. But its rules have kept what they need, an argument, the result or a shape; and most operations say
something about the rest: an elementwise one gives the shape of its arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.broadcasting import broadcast_p
from pydezero.core.operation import CalledPrimitive, output_p
from pydezero.core.primitive import Elementwise, Linear, Primitive
from pydezero.core.variable import Node, Variable

_POSITIONS: Final = {"x": 0, "y": 1, "z": 2}


@attrs.frozen
class KnownForm:
    """The shape and dtype of a value, None where they are not known."""

    shape: tuple[int, ...] | None = None
    dtype: np.dtype[Any] | None = None

    def completed(self, other: KnownForm) -> KnownForm:
        """This form, with what is not known of it taken from another."""
        return KnownForm(
            other.shape if self.shape is None else self.shape, other.dtype if self.dtype is None else self.dtype
        )


def forms_of(nodes: Sequence[Node], known: Iterable[Variable]) -> dict[Node, KnownForm]:
    """What can be told of the values of nodes, in the order of creation, by some Variables and by what was kept."""
    forms = dict.fromkeys(nodes, KnownForm())
    told = [(variable.node, KnownForm(variable.shape, variable.dtype)) for variable in known]
    for one, form in [*told, *[item for node in nodes for item in _told(node)]]:
        if isinstance(one, Node) and one in forms:
            forms[one] = forms[one].completed(form)
    # Up, down and up again, because what comes from one result may go down to another argument.
    for node in [*reversed(nodes), *nodes, *reversed(nodes)]:
        ends = [node, *[parent for _, parent, _ in node.edges]]
        shared = KnownForm()
        for end in ends:
            shared = shared.completed(forms[end])
        shared = _common(node.primitive, shared)
        forms.update({end: forms[end].completed(shared) for end in ends})
    return forms


def _common(primitive: Primitive | None, form: KnownForm) -> KnownForm:
    """What the result of a primitive and its arguments have in common, of the form that one of them has."""
    shape = form.shape if isinstance(primitive, Elementwise) else None
    has_dtype = isinstance(primitive, Elementwise | Linear) and primitive.keeps_dtype
    return KnownForm(shape, form.dtype if has_dtype else None)


def kept_by(node: Node) -> Iterator[tuple[str, Any]]:
    """What the rules of a node have kept, and what they call it."""
    primitive = node.primitive
    if primitive is None or primitive.is_internal or isinstance(primitive, CalledPrimitive):
        return
    for position, _, residual in node.edges:
        names = primitive.argument(position).names
        if names:
            yield from zip(names, residual if len(names) > 1 else (residual,), strict=True)


def _told(node: Node) -> Iterator[tuple[Node, KnownForm]]:
    """What a node says of its value and of those of its parents."""
    parents = {position: parent for position, parent, _ in node.edges}
    if node.primitive is broadcast_p:
        shape, dtype = node.x_residual
        yield parents[0], KnownForm(shape, dtype)
    if node.primitive is output_p:
        i, forms = node.x_residual
        yield node, KnownForm(forms[i].shape, forms[i].dtype)
    for name, value in kept_by(node):
        argument, _, suffix = name.partition("_")
        if name == "out":
            yield node, _form_of(value)
        elif argument in _POSITIONS and _POSITIONS[argument] in parents:
            parent = parents[_POSITIONS[argument]]
            if suffix == "shape":
                yield parent, KnownForm(tuple(value))
            elif not suffix:
                yield parent, _form_of(value)
        elif name == "xs":
            yield from [(parent, _form_of(value[position])) for position, parent in parents.items()]


def _form_of(value: Any) -> KnownForm:
    return KnownForm(tuple(np.shape(value)), value.dtype) if hasattr(value, "dtype") else KnownForm()


def constants_of(node: Node) -> Mapping[int, Any]:
    """The constants among the arguments of a node that its rules have kept, by position."""
    parents = {position for position, _, _ in node.edges}
    kept = {_POSITIONS[name]: value for name, value in kept_by(node) if name in _POSITIONS}
    return {position: value for position, value in kept.items() if position not in parents}


def arity(node: Node, primitive: Primitive) -> int:
    """The number of arguments of a node, as far as it is known."""
    return max([len(primitive.arguments), *[position + 1 for position, _, _ in node.edges]])
