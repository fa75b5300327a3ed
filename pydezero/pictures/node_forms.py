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
from pydezero.core.operation import call_of_several_p, call_p, gather_p, output_p
from pydezero.core.primitive import Elementwise, Linear, Primitive
from pydezero.core.variable import Node, Variable

_POSITIONS: Final = {"x": 0, "y": 1, "z": 2}

# Linear or elementwise operations whose result has another dtype than their arguments.
_CHANGE_DTYPE: Final = frozenset({"absolute", "astype", "complex", "conform", "imag", "real"})

# These record how an operation of the user's own is called, and keep none of its values.
_CALLS: Final = frozenset({call_of_several_p, call_p, gather_p, output_p})


@attrs.frozen
class Form:
    """Shape and dtype of a value, None where they are not known."""

    shape: tuple[int, ...] | None = None
    dtype: np.dtype[Any] | None = None

    def completed(self, other: Form) -> Form:
        """With what is not known here taken from another."""
        return Form(
            other.shape if self.shape is None else self.shape, other.dtype if self.dtype is None else self.dtype
        )


def forms_of(nodes: Sequence[Node], known: Iterable[Variable]) -> dict[Node, Form]:
    """What can be told of the values of nodes, in the order of creation, by some Variables and by what was kept."""
    forms = dict.fromkeys(nodes, Form())
    told = [(variable.node, Form(variable.shape, variable.dtype)) for variable in known]
    for one, form in [*told, *[item for node in nodes for item in _told(node)]]:
        if isinstance(one, Node) and one in forms:
            forms[one] = forms[one].completed(form)
    # Up, down and up again, because what comes from one result may go down to another argument.
    for node in [*reversed(nodes), *nodes, *reversed(nodes)]:
        ends = [node, *[parent for _, parent, _ in node.edges]]
        shared = Form()
        for end in ends:
            shared = shared.completed(forms[end])
        shared = _common(node.primitive, shared)
        forms.update({end: forms[end].completed(shared) for end in ends})
    return forms


def _common(primitive: Primitive | None, form: Form) -> Form:
    """What the result of a primitive and its arguments have in common, of the form that one of them has."""
    shape = form.shape if isinstance(primitive, Elementwise) else None
    has_dtype = isinstance(primitive, Elementwise | Linear) and primitive.name not in _CHANGE_DTYPE
    return Form(shape, form.dtype if has_dtype else None)


def kept_by(node: Node) -> Iterator[tuple[str, Any]]:
    """What the rules of a node have kept, and what they call it."""
    primitive = node.primitive
    if primitive is None or primitive in _CALLS or primitive is broadcast_p:
        return
    for position, _, residual in node.edges:
        names = primitive.argument(position).names
        if names:
            yield from zip(names, residual if len(names) > 1 else (residual,), strict=True)


def _told(node: Node) -> Iterator[tuple[Node, Form]]:
    """What a node says of its value and of those of its parents."""
    parents = {position: parent for position, parent, _ in node.edges}
    if node.primitive is broadcast_p:
        shape, dtype = node.x_residual
        yield parents[0], Form(shape, dtype)
    if node.primitive is output_p:
        i, forms = node.x_residual
        yield node, Form(forms[i].shape, forms[i].dtype)
    for name, value in kept_by(node):
        argument, _, suffix = name.partition("_")
        if name == "out":
            yield node, _form_of(value)
        elif argument in _POSITIONS and _POSITIONS[argument] in parents:
            parent = parents[_POSITIONS[argument]]
            if suffix == "shape":
                yield parent, Form(tuple(value))
            elif not suffix:
                yield parent, _form_of(value)
        elif name == "xs":
            yield from [(parent, _form_of(value[position])) for position, parent in parents.items()]


def _form_of(value: Any) -> Form:
    return Form(tuple(np.shape(value)), value.dtype) if hasattr(value, "dtype") else Form()


def constants_of(node: Node) -> Mapping[int, Any]:
    """The constants among the arguments of a node that its rules have kept, by position."""
    parents = {position for position, _, _ in node.edges}
    kept = {_POSITIONS[name]: value for name, value in kept_by(node) if name in _POSITIONS}
    return {position: value for position, value in kept.items() if position not in parents}


def arity(node: Node, primitive: Primitive) -> int:
    """The number of arguments of a node, as far as it is known."""
    return max([len(primitive.arguments), *[position + 1 for position, _, _ in node.edges]])
