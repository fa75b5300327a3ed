"""Applying a primitive: compute at the highest level among the arguments, and record what the rules will need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydezero.core.conform import conformed
from pydezero.core.constant import as_constant, snapshot
from pydezero.core.primitive import Call, Primitive
from pydezero.core.types import Array
from pydezero.core.variable import Node, NodeDraft, Variable, VariableDraft, next_order


def record(
    value: Array,
    primitive: Primitive,
    parents: tuple[Node | None, ...],
    residuals: tuple[tuple[Array, ...] | None, ...],
    level: int,
) -> Variable:
    """A value together with the node that says how it came to be."""
    node = NodeDraft(primitive, parents, residuals, level, next_order())
    node.__class__ = Node
    variable = VariableDraft(value, node)  # type: ignore[arg-type]  # a Node since the line above
    variable.__class__ = Variable
    return variable  # type: ignore[return-value]  # likewise a Variable


def bind(primitive: Primitive, *args: Array, **params: Any) -> Array:
    """Apply a primitive to array arguments, of which any may be Variables, with parameters that are not differentiated.

    An operation runs at the highest level among its arguments. Values of lower levels are constants to it; they may be
    Variables of an enclosing transform, for which the operation is applied again, one level down.
    """
    level = top_level(args)
    if level < 0:
        return primitive.raw(*args, **params)
    values, parents = unwrap(args, level, primitive.name)
    out = bind(primitive, *values, **params)
    return record(out, primitive, *_inputs(primitive, values, parents, Call(values, out, params)), level)


def top_level(args: Sequence[Array]) -> int:
    """The highest level among the arguments, -1 when none is a Variable."""
    return max((x.node.level for x in args if type(x) is Variable), default=-1)


def unwrap(args: Sequence[Array], level: int, name: str) -> tuple[list[Array], list[Node | None]]:
    """The arguments as an operation at a level sees them: values, and the node of each that is not a constant."""
    values: list[Array] = []
    parents: list[Node | None] = []
    for x in args:
        if type(x) is not Variable:
            values.append(as_constant(x, name))
            parents.append(None)
        elif x.node.level == level:
            values.append(x._value)
            parents.append(x.node)
        else:
            values.append(x)
            parents.append(None)
    return values, parents


def _inputs(
    primitive: Primitive, values: list[Array], parents: list[Node | None], call: Call
) -> tuple[tuple[Node | None, ...], tuple[tuple[Array, ...] | None, ...]]:
    """For each argument: the node that its cotangent goes to, and the residuals of its rule."""
    kept = [r if parent is not None else None for r, parent in zip(primitive.residuals, parents, strict=False)]
    for i, parent in enumerate(parents):
        if parent is None and type(values[i]) is not Variable and any(r and (r.keeps_all or i in r.positions) for r in kept):
            values[i] = snapshot(values[i])
    nodes: list[Node | None] = []
    residuals: list[tuple[Array, ...] | None] = []
    for i, (parent, keep) in enumerate(zip(parents, kept, strict=True)):
        if parent is None or keep is None:
            nodes.append(None)
            residuals.append(None)
            continue
        promoted = values[i].dtype != call.out.dtype
        nodes.append(conformed(parent, values[i]) if promoted else parent)
        residuals.append(tuple([pick(call, i) for pick in keep.picks]))
    return tuple(nodes), tuple(residuals)
